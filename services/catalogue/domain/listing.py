"""Listing of a procedure: the few fields that lists and counts read instead of all of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from contracts.history import Revision
from contracts.procedure import TimeLimit
from services.catalogue.domain.content import Content, Level, OnlineLevel, Period
from services.catalogue.domain.words import spelled

PLACES = 1_000_000
LONGEST_RANKED = 100

Rank = tuple[bool, str, int]
"""Whether the name does not say what is asked for; its words; the code in figures."""


@dataclass(frozen=True, kw_only=True)
class Listing:
    """The newest version that was ever in force, in brief.

    `number` is the code in figures (1.009645 is 1009645): pages go along it. `field_key` is the
    field without diacritics. `withdrawn` is the day (in Viet Nam) it went out of force.
    """

    code: str
    number: int
    version: int
    name: str
    field: str
    field_key: str
    agency: str
    agency_name: str
    level: Level
    online_level: OnlineLevel | None
    time: TimeLimit
    at_centre: tuple[Period, ...] = ()
    withdrawn: date | None = None

    def exists(self, day: date) -> bool:
        """Whether it is in force on the day, or was not withdrawn by then."""
        return self.withdrawn is None or day < self.withdrawn

    def handled(self, day: date) -> bool:
        """Whether it is handled at the centre on the day."""
        return any(period.holds(day) for period in self.at_centre)


@dataclass(frozen=True, kw_only=True)
class Listed:
    """As much of a procedure's document as a list reads; none was ever in force without one."""

    id: str
    listing: Listing | None = None
    revision: Revision = field(default_factory=Revision)


@dataclass(frozen=True)
class Page:
    """A page of listings; `next` is what to go on after, "" at the end."""

    listings: tuple[Listing, ...]
    next: str


def listing(code: str, version: int, content: Content, withdrawn: date | None = None) -> Listing:
    """The brief of a version."""
    return Listing(
        code=code,
        number=number_of(code),
        version=version,
        name=content.name,
        field=content.field,
        field_key=key_of(content.field),
        agency=content.agency,
        agency_name=content.agency_name,
        level=content.level,
        online_level=content.online_level,
        time=content.time,
        at_centre=content.at_centre,
        withdrawn=withdrawn,
    )


def number_of(code: str) -> int:
    """The place of a code in the order of codes: 1009645 for `1.009645`; 0 for no code at all."""
    group, _, rest = code.partition(".")
    figures = group.isdecimal() and rest.isdecimal() and len(rest) <= len(str(PLACES)) - 1
    return int(group) * PLACES + int(rest) if figures else 0


def key_of(name: str) -> str:
    """`Tài nguyên và Môi trường` → `tai-nguyen-va-moi-truong`."""
    return "-".join(spelled(name))


def ranked(listings: Iterable[Listing], query: str) -> list[Listing]:
    """Those whose name says the query word for word first, then by name, then by code."""
    said = " ".join(spelled(query))
    return sorted(listings, key=lambda each: _rank(each, said))


def page_of(listings: Sequence[Listing], after: str, limit: int) -> Page:
    """At most `limit` of them, behind the one with the code `after`.

    Without `after`, or when that one has gone meanwhile, from the first: nothing is missed.
    """
    codes = [each.code for each in listings]
    begin = codes.index(after) + 1 if after in codes else 0
    shown = tuple(listings[begin : begin + limit])
    return Page(shown, shown[-1].code if begin + limit < len(listings) else "")


def page_of_ranked(listings: Sequence[Listing], query: str, after: str, limit: int) -> Page:
    """At most `limit` of them as `ranked`, behind the place `after`.

    A place says all that the order goes by, `1.009645 0 cap-giay-phep-xay-dung`: so nothing is
    shown twice, whatever is published and withdrawn between two pages. A code alone, as
    it was given before, will do as long as it is among them.
    """
    said = " ".join(spelled(query))
    begin = _rank_at(after) or next((_rank(e, said) for e in listings if e.code == after), None)
    behind = [each for each in listings if begin is None or _rank(each, said) > begin]
    shown = tuple(behind[:limit])
    return Page(shown, _place(shown[-1], said) if len(behind) > limit else "")


def _rank(each: Listing, said: str) -> Rank:
    name = " ".join(spelled(each.name))
    return said not in name, name.replace(" ", "-")[:LONGEST_RANKED], each.number


def _place(each: Listing, said: str) -> str:
    elsewhere, name, _ = _rank(each, said)
    return f"{each.code} {elsewhere:d} {name}"


def _rank_at(place: str) -> Rank | None:
    code, _, rest = place.partition(" ")
    elsewhere, _, name = rest.partition(" ")
    return (elsewhere == "1", name, number_of(code)) if rest else None
