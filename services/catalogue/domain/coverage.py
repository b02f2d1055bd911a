"""Coverage: how many procedures and agencies are handled at the centre on a day."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from services.catalogue.domain.listing import Listing


@dataclass(frozen=True)
class HandledShare:
    """A share: `handled` of `total`."""

    handled: int
    total: int

    @property
    def percent(self) -> float:
        """With two decimals, rounded half up; 0 of nothing."""
        if not self.total:
            return 0.0
        return (self.handled * 20_000 + self.total) // (2 * self.total) / 100


@dataclass(frozen=True)
class Group:
    """The procedures of one field or agency: `key` without diacritics, `name` as it is written."""

    key: str
    name: str
    procedures: HandledShare


@dataclass(frozen=True)
class Coverage:
    """The state of things on the day `at`.

    An agency counts as handled as soon as one of its procedures is.
    """

    at: date
    procedures: HandledShare
    agencies: HandledShare
    by_field: tuple[Group, ...]
    by_agency: tuple[Group, ...]


def coverage(listings: Iterable[Listing], at: date) -> Coverage:
    """Count the procedures that were not withdrawn by the day.

    One that was published later counts too: a catalogue is often filled long after the
    procedures began, and when they are handled at the centre is said by themselves.
    """
    known = [each for each in listings if each.exists(at)]
    by_agency = _groups(known, at, lambda each: (each.agency, each.agency_name))
    return Coverage(
        at=at,
        procedures=HandledShare(sum(each.handled(at) for each in known), len(known)),
        agencies=HandledShare(
            sum(each.procedures.handled > 0 for each in by_agency), len(by_agency)
        ),
        by_field=_groups(known, at, lambda each: (each.field_key, each.field)),
        by_agency=by_agency,
    )


def _groups(
    known: Iterable[Listing], at: date, group_of: Callable[[Listing], tuple[str, str]]
) -> tuple[Group, ...]:
    names: dict[str, str] = {}
    totals: dict[str, int] = {}
    handled: dict[str, int] = {}
    for each in known:
        key, name = group_of(each)
        names.setdefault(key, name)
        totals[key] = totals.get(key, 0) + 1
        handled[key] = handled.get(key, 0) + each.handled(at)
    return tuple(
        Group(key, names[key], HandledShare(handled[key], totals[key])) for key in sorted(names)
    )
