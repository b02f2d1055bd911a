"""The calendar as it is told to the services that keep a copy of it to count by."""

from datetime import datetime, timedelta

from contracts.events import CalendarAnnounced
from contracts.events.calendars import ToldOutage
from contracts.message import CENTRE
from foundation.frozen import replace
from foundation.worktime import Calendar, Day, DayKind
from services.intake.domain.calendar.unit_calendar import UnitCalendar

AGAIN_AFTER = timedelta(days=1)


def is_due(unit: UnitCalendar, now: datetime) -> bool:
    """Whether copies have not heard of the newest edition, or not for a day of real time.

    A unit that decided on nothing tells nothing: all count by the nation's calendar anyway.
    """
    if not unit.editions:
        return False
    news = unit.announced != unit.newest.number
    return news or unit.told is None or now - unit.told >= AGAIN_AFTER


def announce(
    unit: UnitCalendar, now: datetime
) -> tuple[UnitCalendar, tuple[CalendarAnnounced, ...]]:
    """Tell the copies of the calendar in force, if that is due."""
    if not is_due(unit, now):
        return unit, ()
    calendar, days = unit.calendar, _decided(unit.calendar)
    told = CalendarAnnounced(
        agency=CENTRE,
        edition=unit.newest.number,
        sessions=tuple(f"{opens:%H:%M}-{closes:%H:%M}" for opens, closes in calendar.sessions),
        weekend=tuple(unit.newest.weekend),
        off=tuple(str(day.date) for day in days if day.kind is not DayKind.WORKED),
        worked=tuple(str(day.date) for day in days if day.kind is DayKind.WORKED),
        outages=tuple(
            ToldOutage(since=each.since, until=each.until, agencies=each.agencies)
            for each in calendar.outages
        ),
    )
    return replace(unit, announced=told.edition, told=now), (told,)


def _decided(calendar: Calendar) -> list[Day]:
    """The decisions in force on single days: the unit's, and elsewhere the nation's."""
    days = {**calendar.decisions.by_date, **{day.date: day for day in calendar.days}}
    return [days[day] for day in sorted(days)]
