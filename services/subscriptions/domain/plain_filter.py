"""A filter as a form asks for it: which types of event, which agency, procedure and field.

What owners of subscriptions want beyond that (`not`, `suffix`, nested ones) is written in JSON.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_ONE_VALUE = ("agency", "procedure", "field")
_BEGINS = "*"


@dataclass(frozen=True, kw_only=True)
class PlainFilter:
    """One of these types (`dossier.*`: all that begin so; none: all), and what the rest names."""

    types: tuple[str, ...] = ()
    agency: str = ""
    procedure: str = ""
    field: str = ""


def write(plain: PlainFilter) -> list[dict[str, Any]]:
    """The same as filters of the API."""
    types = [_of_type(each) for each in plain.types]
    kinds = [{"any": types}] if len(types) > 1 else types
    values = ((name, getattr(plain, name)) for name in _ONE_VALUE)
    return [*kinds, *({"exact": {name: value}} for name, value in values if value)]


def read(filters: Sequence[Mapping[str, Any]]) -> PlainFilter | None:
    """What a form would have to say for these filters; None where they say more than a form can."""
    found: dict[str, Any] = {}
    for each in filters:
        found |= _read(each)
    plain = PlainFilter(**found)
    return plain if write(plain) == list(filters) else None


def _read(filter_: Mapping[str, Any]) -> dict[str, Any]:
    """What one filter says, if a form could have said it; whether it says more `read` looks at."""
    kinds = filter_.get("any", [filter_])
    types = tuple(kind for each in kinds if (kind := _type_of(each)))
    if types:
        return {"types": types}
    exact = filter_.get("exact", {})
    return {name: exact[name] for name in _ONE_VALUE if name in exact}


def _of_type(said: str) -> dict[str, Any]:
    begins = said.removesuffix(_BEGINS)
    return {"exact" if begins == said else "prefix": {"type": begins}}


def _type_of(filter_: Mapping[str, Any]) -> str:
    if "prefix" in filter_:
        begins = filter_["prefix"].get("type", "")
        return f"{begins}{_BEGINS}" if begins else ""
    return str(filter_.get("exact", {}).get("type", ""))
