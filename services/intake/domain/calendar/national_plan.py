"""The national decisions in a unit's calendar: a new release's table, what is known of which year.

An edition keeps the decisions by which it was counted. So a release with more of them is another
edition, with its recount, just as if the unit had decided.
"""

from datetime import date, datetime

from contracts.events import CalendarChanged
from foundation.frozen import replace
from foundation.worktime import Calendar, DayKind, Stretch
from services.intake.domain.calendar.unit_calendar import (
    CalendarEdition,
    UnitCalendar,
    changes,
    put_in_force,
)

NEW_RELEASE = (
    "Bảng ngày nghỉ quốc gia của phiên bản mới",
    "The table of national days of the new release",
)
NOTHING = "[]"  # as `NationalDecisions.written` writes that nothing is decided


def follow(
    unit: UnitCalendar, table: str, oldest: date | None, now: datetime
) -> tuple[UnitCalendar, tuple[CalendarChanged, ...]]:
    """Count by the national decisions of this release: `table`, as `NationalDecisions.written`.

    `oldest` is the day of the oldest dossier under way, None if there is none. Where nothing that
    changed can touch one, it is only noted by which table the editions were counted.
    """
    newest = unit.newest
    if newest.shipped == table:
        return unit, ()
    before = newest if newest.shipped else replace(newest, shipped=NOTHING)
    wanted = replace(newest, shipped=table, vi=NEW_RELEASE[0], en=NEW_RELEASE[1])
    if oldest is None or not _touches(before, wanted, oldest, first=not newest.shipped):
        return _noted(unit, table), ()
    return put_in_force(_noted(unit, before.shipped), wanted, now)


def years(unit: UnitCalendar, today: date) -> list[dict[str, object]]:
    """This year and the next: whether the plan is decided, or the days only expected."""
    plans = {each.year: each for each in unit.calendar.decisions.plans}
    return [
        {
            "year": year,
            "plan": "decided" if year in plans else "expected",
            "decision": plans[year].decision if year in plans else "",
        }
        for year in (today.year, today.year + 1)
    ]


def holidays(unit: UnitCalendar, today: date) -> list[Stretch]:
    """The days off of this year and the next by the nation alone, without weekends.

    Among them the days that are worked in exchange.
    """
    nation = Calendar(national=True, nation=unit.calendar.decisions)
    found = nation.stretches(date(today.year, 1, 1), date(today.year + 1, 12, 31))
    return [each for each in found if each.reason.kind is not DayKind.WEEKEND]


def planned_until(unit: UnitCalendar, today: date) -> date:
    """The last day up to which every year's plan is known; before today if this year's is not."""
    year, nation = today.year, unit.calendar.decisions
    while year in nation.years:
        year += 1
    return date(year - 1, 12, 31)


def _touches(before: CalendarEdition, after: CalendarEdition, oldest: date, *, first: bool) -> bool:
    """Whether a day from `oldest` on differs.

    The `first` time that decisions are noted, only in whether it is worked: a ledger need not
    say of a day that it is expected because the release is new.
    """
    old, new = before.calendar, after.calendar
    for ordinal in changes(before, after).days:
        day = date.fromordinal(ordinal)
        differs = not first or old.is_working_day(day) != new.is_working_day(day)
        if day >= oldest and differs:
            return True
    return False


def _noted(unit: UnitCalendar, table: str) -> UnitCalendar:
    """The unit with the table by which the newest edition, and each that did not say, counted."""
    newest = unit.newest.number
    editions = tuple(
        replace(each, shipped=table) if each.number == newest or not each.shipped else each
        for each in unit.editions
    )
    first = unit.first if unit.first and newest else table
    return replace(unit, editions=editions, first=first)
