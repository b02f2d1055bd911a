"""The fields of an entity, as its document has them and as a query names them. Pure."""

import dataclasses
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from operator import attrgetter
from typing import Any, get_origin, get_type_hints

RESERVED_FIELDS = ("_id", "version", "seqs", "head", "history", "outbox", "handled")


@dataclass(frozen=True)
class OwnField:
    """A top-level field of a document: its name, its declared type, and how to read it."""

    name: str
    declared: Any
    of: Callable[[Any], Any]


@cache
def own_fields(kind: type[Any]) -> tuple[OwnField, ...]:
    """The own fields of an entity, without id and revision; a flat field gives its parts.

    Raises:
        TypeError: two fields would have one name.
    """
    own = tuple(_each(kind))
    counts = Counter((*RESERVED_FIELDS, *(each.name for each in own)))
    taken = sorted(name for name, count in counts.items() if count > 1)
    if taken:
        raise TypeError(f"{kind.__name__}: fields named {taken} are taken")
    return own


def _each(kind: Any) -> Iterator[OwnField]:
    flat, declared = flat_fields(kind), get_type_hints(kind)
    for name in (field.name for field in dataclasses.fields(kind)):
        if name in flat:
            parts = get_type_hints(declared[name])
            yield from (
                OwnField(part, parts[part], attrgetter(f"{name}.{part}")) for part in flat[name]
            )
        elif name not in ("id", "revision"):
            yield OwnField(name, declared[name], attrgetter(name))


@cache
def is_list(kind: Any, name: str) -> bool:
    """Whether a field of an entity, as a query names it, has many values."""
    kinds = {own.name: get_origin(own.declared) for own in own_fields(kind)}
    return kinds.get(name) in (tuple, list, frozenset, set)


@cache
def flat_fields(kind: type[Any]) -> Mapping[str, tuple[str, ...]]:
    """The fields that are stored flat, each with the names of its parts."""
    declared = get_type_hints(kind)
    return {
        field.name: tuple(part.name for part in dataclasses.fields(declared[field.name]))
        for field in dataclasses.fields(kind)
        if field.metadata.get("stored") == "flat"
    }
