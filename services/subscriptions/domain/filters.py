"""Filters of events: the dialects of CloudEvents Subscriptions, over what is known of an event.

A filter is JSON: `{"exact": {"type": "dossier.accepted"}}`, `prefix`, `suffix`, `all`, `any`,
`not`; a list of filters wants all of them. What an event is about may not be known yet (a dossier
whose submission has not been read): then a filter neither hides nor picks it (three-valued logic of
Kleene), and an event of which nobody knows whether it is wanted is delivered rather than lost.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NoReturn

from foundation.errors import Invalid

Facts = Mapping[str, str | None]
"""What is known of an event by attribute: "" where it has none, None where nobody knows."""

Truth = bool | None
"""None where it is not known."""

ATTRIBUTES = ("type", "source", "subject", "agency", "procedure", "field")
MOST_PARTS, DEEPEST, LONGEST_VALUE = 100, 6, 200

_COMPARISONS: Mapping[str, Callable[[str, str], bool]] = MappingProxyType(
    {"exact": str.__eq__, "prefix": str.startswith, "suffix": str.endswith}
)


@dataclass(frozen=True)
class Compares:
    """One attribute compared with a value: `exact`, `prefix` or `suffix`."""

    dialect: str
    attribute: str
    value: str


@dataclass(frozen=True)
class Every:
    """True where all parts are (`all`, and a list of filters); without parts always."""

    parts: tuple["Filter", ...]


@dataclass(frozen=True)
class Some:
    """True where one part is, or more (`any`)."""

    parts: tuple["Filter", ...]


@dataclass(frozen=True)
class Opposite:
    """True where its part is false (`not`)."""

    part: "Filter"


Filter = Compares | Every | Some | Opposite

EVERYTHING: Filter = Every(())


def read_filters(value: Any) -> Filter:
    """The filter that a list of filters in JSON means.

    Raises:
        Invalid: it is none, says what is wrong and where; or it is too large.
    """
    found = Every(_list(value, "filters", DEEPEST))
    if size(found) > MOST_PARTS:
        _invalid("filters", f"nhiều nhất {MOST_PARTS} phần", f"at most {MOST_PARTS} parts")
    return found


def judge(wanted: Filter, facts: Facts) -> Truth:
    """Whether the filter is true of an event; None if that depends on what is not known."""
    match wanted:
        case Compares(dialect, attribute, value):
            fact = facts[attribute]
            return None if fact is None else _COMPARISONS[dialect](fact, value)
        case Every(parts):
            return _conjunction(judge(each, facts) for each in parts)
        case Some(parts):
            found = _conjunction(_negation(judge(each, facts)) for each in parts)
            return _negation(found)
        case Opposite(part):
            return _negation(judge(part, facts))


def is_wanted(wanted: Filter, facts: Facts) -> bool:
    """Whether to deliver the event: unless it is known that the filter is false of it."""
    return judge(wanted, facts) is not False


def attributes_of(wanted: Filter) -> frozenset[str]:
    """The attributes that the filter looks at."""
    match wanted:
        case Compares(_, attribute, _):
            return frozenset({attribute})
        case Every(parts) | Some(parts):
            return frozenset().union(*map(attributes_of, parts))
        case Opposite(part):
            return attributes_of(part)


def size(wanted: Filter) -> int:
    """How many parts the filter has: what it costs to judge an event by it."""
    match wanted:
        case Compares():
            return 1
        case Every(parts) | Some(parts):
            return 1 + sum(map(size, parts))
        case Opposite(part):
            return 1 + size(part)


def _conjunction(truths: Iterable[Truth]) -> Truth:
    found: Truth = True
    for each in truths:
        if each is False:
            return False
        found = found and each
    return found


def _negation(truth: Truth) -> Truth:
    return None if truth is None else not truth


def _list(value: Any, place: str, levels: int) -> tuple[Filter, ...]:
    if not isinstance(value, list):
        _invalid(place, "phải là danh sách bộ lọc", "a list of filters is needed")
    if len(value) > MOST_PARTS:
        _invalid(place, f"nhiều nhất {MOST_PARTS} phần", f"at most {MOST_PARTS} parts")
    return tuple(_read(each, f"{place}.{at}", levels) for at, each in enumerate(value))


def _read(value: Any, place: str, levels: int) -> Filter:
    if levels == 0:
        _invalid(place, f"lồng quá {DEEPEST} tầng", f"nested deeper than {DEEPEST} levels")
    if not isinstance(value, dict) or len(value) != 1:
        _invalid(place, "phải có đúng một loại điều kiện", "an object with one dialect is needed")
    ((dialect, inner),) = value.items()
    place = f"{place}.{dialect}"
    if dialect in _COMPARISONS:
        return _comparisons(dialect, inner, place)
    if dialect == "not":
        return Opposite(_read(inner, place, levels - 1))
    if dialect not in {"all", "any"}:
        known = ", ".join((*_COMPARISONS, "all", "any", "not"))
        _invalid(place, f"chỉ nhận: {known}", f"known dialects: {known}")
    parts = _list(inner, place, levels - 1)
    if not parts:
        _invalid(place, "cần ít nhất một điều kiện", "at least one filter is needed")
    return Every(parts) if dialect == "all" else Some(parts)


def _comparisons(dialect: str, inner: Any, place: str) -> Filter:
    """As CloudEvents has it: all of the attributes that are named must agree."""
    if not isinstance(inner, dict) or not inner:
        _invalid(place, "cần thuộc tính và giá trị", "attributes with values are needed")
    for attribute, value in inner.items():
        if attribute not in ATTRIBUTES:
            known = ", ".join(ATTRIBUTES)
            _invalid(f"{place}.{attribute}", f"chỉ nhận: {known}", f"known attributes: {known}")
        if not isinstance(value, str) or not 0 < len(value) <= LONGEST_VALUE:
            _invalid(
                f"{place}.{attribute}",
                f"phải là chữ, từ 1 đến {LONGEST_VALUE} ký tự",
                f"a text of 1 to {LONGEST_VALUE} characters is needed",
            )
    parts = tuple(Compares(dialect, name, value) for name, value in inner.items())
    return parts[0] if len(parts) == 1 else Every(parts)


def _invalid(place: str, vi: str, en: str) -> NoReturn:
    raise Invalid(
        f"Bộ lọc chưa đúng ở {place}: {vi}.",
        f"The filter is wrong at {place}: {en}.",
        fields={place: [(vi, en)]},
    )
