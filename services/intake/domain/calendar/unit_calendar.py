"""The calendar that a unit decides on, edition after edition, and how far its recount is.

A scan over the open dossiers carries a new edition out (recounting.py); an act on a dossier that
the scan has not reached counts it first.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from contracts.events import CalendarChanged
from contracts.history import Revision
from contracts.message import CENTRE
from foundation.errors import Invalid, NotFound, Stale
from foundation.frozen import replace
from foundation.worktime import (
    SATURDAY_AND_SUNDAY,
    Calendar,
    NationalDecisions,
    Outage,
    Reason,
    local_day,
    of_rows,
    read_calendar,
    read_outages,
    shipped,
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

    `national` are the national decisions that were entered here, as JSON (see `of_rows`); None in
    an edition: none was, in a wish for one: as before. `shipped` are those that came with the
    release by which this edition is counted, "" while that is this release's. `outages` are those
    that were announced or noted, as JSON (see `read_outages`).

    Edition 0 is what holds without a decision of the unit: the usual hours, the national decisions
    and the public holidays.
    """

    number: int = 0
    table: str = "{}"
    rule: WarningRule = USUAL
    at: datetime | None = None
    vi: str = ""
    en: str = ""
    national: str | None = None
    shipped: str = ""
    outages: str = ""

    @property
    def calendar(self) -> Calendar:
        """The working time by it."""
        return _calendar(self.table, self.national, self.shipped, self.outages)

    @property
    def entered(self) -> NationalDecisions:
        """The national decisions that were entered here."""
        return _decisions(self.national)

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

    `id` is the unit's code, `first` what `shipped` is of edition 0. `announced` is the
    edition that services which keep a copy were told of last, and `told` when (in real time).
    """

    id: str
    revision: Revision = Revision()
    editions: tuple[CalendarEdition, ...] = ()
    walk: ScanCursor | None = None
    first: str = ""
    announced: int = 0
    told: datetime | None = None

    @property
    def newest(self) -> CalendarEdition:
        """The edition in force."""
        return self.by(len(self.editions))

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
        return self.editions[number - 1] if number else CalendarEdition(shipped=self.first)


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
    national = before.national if wanted.national is None else _spelled(wanted.national)
    as_before = (table_of(before.calendar), before.rule, before.national)
    if (table, wanted.rule, national) == as_before:
        return unit, ()
    if wanted.number != before.number:
        raise Stale(
            f"Lịch làm việc vừa được đổi (bản {before.number}); xin xem lại rồi sửa tiếp.",
            f"The calendar was changed meanwhile (edition {before.number}); look at it again.",
        )
    return put_in_force(
        unit,
        replace(
            wanted,
            table=table,
            national=national,
            shipped=before.shipped,
            outages=before.outages,
        ),
        now,
    )


def remove(
    unit: UnitCalendar, day: date, reason: Mapping[str, str], now: datetime
) -> tuple[UnitCalendar, tuple[CalendarChanged, ...]]:
    """Take out a day that the unit decided on; one that was taken out before stays so.

    Raises:
        NotFound: the unit never decided on that day.
    """
    calendar = unit.calendar
    left = tuple(each for each in calendar.days if each.date != day)
    if left != calendar.days:
        table = table_of(replace(calendar, days=left))
        wanted = replace(unit.newest, table=table, vi=reason["vi"], en=reason["en"])
        return put_in_force(unit, wanted, now)
    if not any(day == each.date for old in unit.editions for each in old.calendar.days):
        raise NotFound(
            f"Đơn vị chưa từng quyết định về ngày {day:%d/%m/%Y} nên không có gì để bỏ; "
            "xem các ngày đã quyết định bằng `motcua calendar show`.",
            f"The unit never decided on {day}, so there is nothing to take out; "
            "see `motcua calendar show` for the days it decided on.",
        )
    return unit, ()


def must_be_edition(unit: UnitCalendar, seen: str) -> None:
    """Hold a decision to the edition that was looked at; "" is whatever holds.

    Raises:
        Stale: another decision came in between.
    """
    if seen not in ("", str(unit.newest.number)):
        raise Stale(
            f"Lịch làm việc vừa được đổi (bản {unit.newest.number}); xin xem lại rồi gửi lại.",
            f"The calendar was changed meanwhile (edition {unit.newest.number}); look at it, then "
            "send it again.",
        )


def put_in_force(
    unit: UnitCalendar, wanted: CalendarEdition, now: datetime
) -> tuple[UnitCalendar, tuple[CalendarChanged, ...]]:
    """Add an edition and begin its recount; whether it differs was looked at before."""
    edition = replace(wanted, number=len(unit.editions) + 1, at=now)
    changed = changes(unit.newest, edition)
    told = CalendarChanged(
        agency=CENTRE,
        edition=edition.number,
        days=tuple(date.fromordinal(each).isoformat() for each in changed.days),
        sessions=changed.sessions,
    )
    cursor = ScanCursor(edition=edition.number)
    editions = (*unit.editions, edition)
    return replace(unit, editions=editions, walk=cursor), (told,)


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
def changes(before: CalendarEdition, after: CalendarEdition) -> Changes:
    """The days that are worked, or are off, otherwise or for another reason than before."""
    old, new = before.calendar, after.calendar
    decided = {day.date for one in (old, new) for day in (*one.days, *one.decisions.days)}
    decided.update(*(_holidays(each) for each in _planned_otherwise(old, new)))
    differing = {day for day in decided if _why(old, day) != _why(new, day)}
    days = sorted(differing.union(*map(_days_of, {*old.outages} ^ {*new.outages})))
    hours = (old.sessions, old.weekend) != (new.sessions, new.weekend)
    return Changes(tuple(day.toordinal() for day in days), hours)


def _days_of(outage: Outage) -> list[date]:
    first, last = local_day(outage.since), local_day(outage.until)
    return [first + timedelta(days=count) for count in range((last - first).days + 1)]


def _planned_otherwise(old: Calendar, new: Calendar) -> list[int]:
    """The years whose plan one of them knows and the other does not."""
    return sorted(old.decisions.years ^ new.decisions.years)


def _holidays(year: int) -> list[date]:
    """The public holidays of a year, as they are known without any decision."""
    return list(Calendar(national=True, nation=NationalDecisions()).holidays(year))


@lru_cache(maxsize=64)
def _calendar(table: str, national: str | None, from_release: str, outages: str) -> Calendar:
    """Read once: a calendar remembers the years that it has worked out."""
    nation = _decisions(from_release) if from_release else shipped()
    read = read_calendar(table, nation.overlaid(_decisions(national)))
    planned = tuple(each for each in read_outages(outages) if each.planned)
    return replace(read, outages=planned) if planned else read


def _decisions(said: str | None) -> NationalDecisions:
    return of_rows(json.loads(said)) if said else NationalDecisions()


def _spelled(said: str) -> str | None:
    """National decisions in their one spelling; none at all are None."""
    entered = _decisions(said)
    return entered.written() if entered.rows() else None


def _why(calendar: Calendar, day: date) -> Reason | None:
    return next((each.reason for each in calendar.stretches(day, day)), None)
