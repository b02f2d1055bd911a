"""The calendar that a unit decides on, edition after edition, and how far its recount is.

A scan over the open dossiers carries a new edition out (recounting.py); an act on a dossier that
the scan has not reached counts it first.
"""

import json
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from contracts.events import CalendarChanged
from contracts.history import Revision
from contracts.message import CENTRE
from foundation.errors import Invalid, Stale
from foundation.worktime import (
    SATURDAY_AND_SUNDAY,
    Calendar,
    Reason,
    read_calendar,
    weekend_of,
)
from services.intake.domain.case.dossier import UNDER_WAY
from services.intake.domain.lateness.warnings import USUAL, WarningRule

MOST_DAYS = 2000
A_DAY = 86_400.0  # seconds
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
A_MILLISECOND = 0.001  # seconds


@dataclass(frozen=True, kw_only=True)
class CalendarEdition:
    """One edition: the whole table as JSON (see `read_calendar`), the rule of warnings, and why.

    Edition 0 is what holds without a decision: the public holidays and the usual hours.
    """

    number: int = 0
    table: str = "{}"
    rule: WarningRule = USUAL
    at: datetime | None = None
    vi: str = ""
    en: str = ""

    @property
    def calendar(self) -> Calendar:
        """The working time by it."""
        return _calendar(self.table)

    @property
    def weekend(self) -> list[str]:
        """The days of the week that are off by it, as the table writes them."""
        return weekend_of(self.calendar)


@dataclass(frozen=True, kw_only=True)
class ScanCursor:
    """The cursor of a mass recount for an edition: by state (an index of UNDER_WAY) and submission.

    Dossiers of that state submitted up to `after`, and of the states before, have been `seen`;
    `moved` of them are due at another moment now. `total` is about how many there are, `span`
    how many seconds of submissions the next page takes in.
    """

    edition: int
    state: int = 0
    after: datetime = BEGINNING
    span: float = A_DAY
    seen: int = 0
    moved: int = 0
    total: int = 0

    def until(self, now: datetime) -> datetime:
        """Where the next page ends."""
        return min(self.after + timedelta(seconds=self.span), now)

    def narrower(self) -> "ScanCursor":
        """The cursor after a page with too many; times are kept to the millisecond."""
        return replace(self, span=max(self.span / 16, A_MILLISECOND))

    def onward(self, now: datetime, seen: int, *, size: int) -> "ScanCursor":
        """The cursor after a page of `seen` dossiers, where about `size` are wanted."""
        on = replace(self, seen=self.seen + seen)
        if self.until(now) == now:
            return replace(on, state=self.state + 1, after=BEGINNING, span=A_DAY)
        span = self.span * 2 if 2 * seen < size else self.span
        return replace(on, after=self.until(now), span=span)


@dataclass(frozen=True, kw_only=True)
class UnitCalendar:
    """Every edition of a unit's calendar; `walk` is the cursor of the recount, while it runs.

    `id` is the unit's code.
    """

    id: str
    revision: Revision = Revision()
    editions: tuple[CalendarEdition, ...] = ()
    walk: ScanCursor | None = None

    @property
    def newest(self) -> CalendarEdition:
        """The edition in force."""
        return self.editions[-1] if self.editions else CalendarEdition()

    @property
    def calendar(self) -> Calendar:
        """The working time in force."""
        return self.newest.calendar

    @property
    def rule(self) -> WarningRule:
        """When warnings are told."""
        return self.newest.rule

    def by(self, number: int) -> CalendarEdition:
        """The edition of that number."""
        return self.editions[number - 1] if number else CalendarEdition()


def decide(
    unit: UnitCalendar, wanted: CalendarEdition, now: datetime
) -> tuple[UnitCalendar, tuple[CalendarChanged, ...]]:
    """Put another calendar in force; one that says the same as before changes nothing.

    `wanted.number` is the edition that was looked at when this was decided.

    Raises:
        Stale: another decision came in between.
        Invalid: the table is no calendar, or decides on too many days.
    """
    calendar = read_calendar(wanted.table)
    if len(calendar.days) > MOST_DAYS:
        raise Invalid(
            f"Lịch làm việc chỉ nhận tối đa {MOST_DAYS} ngày; hãy bỏ các năm đã qua.",
            f"A calendar takes {MOST_DAYS} days at most; leave out years that are over.",
        )
    before, table = unit.newest, table_of(calendar)
    if (table, wanted.rule) == (table_of(before.calendar), before.rule):
        return unit, ()
    if wanted.number != before.number:
        raise Stale(
            f"Lịch làm việc vừa được đổi (bản {before.number}); xin xem lại rồi sửa tiếp.",
            f"The calendar was changed meanwhile (edition {before.number}); look at it again.",
        )
    edition = replace(wanted, number=before.number + 1, table=table, at=now)
    changed = changes(before.table, table)
    told = CalendarChanged(
        agency=CENTRE,
        edition=edition.number,
        days=tuple(date.fromordinal(each).isoformat() for each in changed.days),
        sessions=changed.sessions,
    )
    cursor = ScanCursor(edition=edition.number)
    return replace(unit, editions=(*unit.editions, edition), walk=cursor), (told,)


def table_of(calendar: Calendar) -> str:
    """A calendar as JSON, one spelling for each."""
    sessions = [[f"{opens:%H:%M}", f"{closes:%H:%M}"] for opens, closes in calendar.sessions]
    days = [
        {"date": day.date.isoformat(), "kind": day.kind.value, "note": day.note}
        | ({"note_en": day.note_en} if day.note_en else {})
        for day in sorted(calendar.days, key=lambda each: each.date)
    ]
    usual = calendar.weekend == SATURDAY_AND_SUNDAY
    weekend = {} if usual else {"weekend": weekend_of(calendar)}
    return json.dumps({"sessions": sessions, **weekend, "days": days}, ensure_ascii=False)


def moved_on(unit: UnitCalendar, cursor: ScanCursor) -> tuple[UnitCalendar, tuple[()]]:
    """The calendar with the cursor moved on; one for an older edition is dropped."""
    if unit.walk is None or unit.walk.edition != cursor.edition:
        return unit, ()
    return replace(unit, walk=cursor if cursor.state < len(UNDER_WAY) else None), ()


@dataclass(frozen=True)
class Changes:
    """What differs between two calendars: days (ordinals, in order), and perhaps every week."""

    days: tuple[int, ...]
    sessions: bool


@lru_cache(maxsize=64)
def changes(before: str, after: str) -> Changes:
    """The days that are worked, or are off, otherwise or for another reason than before."""
    old, new = _calendar(before), _calendar(after)
    decided = sorted({day.date for day in (*old.days, *new.days)})
    days = (day for day in decided if _why(old, day) != _why(new, day))
    hours = (old.sessions, old.weekend) != (new.sessions, new.weekend)
    return Changes(tuple(day.toordinal() for day in days), hours)


@lru_cache(maxsize=64)
def _calendar(table: str) -> Calendar:
    """Read once: a calendar remembers the years that it has worked out."""
    return read_calendar(table)


def _why(calendar: Calendar, day: date) -> Reason | None:
    return next((each.reason for each in calendar.stretches(day, day)), None)
