"""The arithmetic of working time: exact to the minute; seconds do not count.

"n working days" ends at the same clock time n working days after the start; a start outside
the sessions counts from the next opening. The last minute of a session belongs to it.
Of an outage no minute counts: what ends after it began ends later by its working time.
Moments may come in any zone; answers are in Viet Nam's time.

Every function raises ValueError for a moment without a zone or a count below 0, which are
mistakes of a program, and Invalid for a year whose holidays nobody knows.
"""

from bisect import bisect_left
from datetime import date, datetime, time, timedelta

from foundation.worktime.calendar import HO_CHI_MINH, Calendar, unknown_year
from foundation.worktime.national_holidays import LAST_YEAR
from foundation.worktime.outages import Outage


def add_working_days(start: datetime, days: int, calendar: Calendar) -> datetime:
    """The same clock time `days` working days after `start`; 0 days is where counting begins."""
    _must_be_forwards(days)
    day, minute = _enter(start, calendar)
    end = _moment(_nth_after(day, days, calendar), minute)
    return after_outages(_moment(day, minute), end, calendar) if calendar.stops else end


def add_calendar_days(start: datetime, days: int, calendar: Calendar) -> datetime:
    """The same clock time `days` days after `start`; if that day is off, on the next that is not.

    All days are counted; only the end is pushed (Bộ luật Dân sự 2015 Đ148.5, which would even
    let it last until the end of that next working day). An outage moves it by its whole length.
    """
    _must_be_forwards(days)
    begins = add_working_days(start, 0, calendar)
    if begins.toordinal() + days > date(LAST_YEAR, 12, 31).toordinal():
        raise unknown_year(f"{LAST_YEAR + 1}+")
    counted = add_elapsed(begins, timedelta(days=days), calendar)
    if counted.time() == begins.time():
        day = _nth_after(counted.toordinal(), 0, calendar)
        counted = _moment(day, counted.hour * 60 + counted.minute)
    return add_working_days(counted, 0, calendar)


def add_elapsed(start: datetime, span: timedelta, calendar: Calendar) -> datetime:
    """The moment at which so much time by the clock on the wall has passed, without outages."""
    end = start + span
    for each in calendar.stops:
        if each.within(start, end):
            end += each.until - max(each.since, start)
    return end


def add_working_minutes(start: datetime, minutes: int, calendar: Calendar) -> datetime:
    """The moment at which `minutes` of working time have passed since `start`."""
    _must_be_forwards(minutes)
    begins = _moment(*_enter(start, calendar))
    return after_outages(begins, _add_minutes(begins, minutes, calendar), calendar)


def working_minutes(start: datetime, end: datetime, calendar: Calendar) -> int:
    """The working minutes between two moments; 0 when `end` does not come after `start`."""
    lost = sum(lost_minutes(each, start, end, calendar) for each in calendar.stops)
    return _minutes_between(start, end, calendar) - lost


def subtract_working_minutes(end: datetime, minutes: int, calendar: Calendar) -> datetime:
    """The latest moment from which `minutes` of working time pass until `end`."""
    _must_be_forwards(minutes)
    start = _subtract_minutes(end, minutes, calendar)
    for each in reversed(calendar.stops):
        if lost_minutes(each, start, end, calendar):
            stood = _minutes_between(each.since, min(each.until, end), calendar)
            start = _subtract_minutes(start, stood, calendar)
    return start


def after_outages(start: datetime, end: datetime, calendar: Calendar) -> datetime:
    """Where work that went on from `start` to `end` ends, with the outages on its way."""
    for each in calendar.stops:
        if each.since < end and each.until > start:
            lost = _minutes_between(max(each.since, start), each.until, calendar)
            end = _add_minutes(end, lost, calendar) if lost else end
    return end


def lost_minutes(outage: Outage, start: datetime, end: datetime, calendar: Calendar) -> int:
    """The working minutes between two moments that an outage takes."""
    if not outage.within(start, end):
        return 0
    return _minutes_between(max(start, outage.since), min(end, outage.until), calendar)


def closing_before(moment: datetime, calendar: Calendar) -> datetime:
    """When the office closes on the last working day before the day of `moment`."""
    day = _nth_before(local_day(moment).toordinal(), 1, calendar)
    return _moment(day, calendar.spans[-1][1])


def closing(moment: datetime, calendar: Calendar) -> datetime:
    """When the office closes on the day on which counting from `moment` begins."""
    day, _ = _enter(moment, calendar)
    return _moment(day, calendar.spans[-1][1])


def next_opening(moment: datetime, calendar: Calendar) -> datetime:
    """When the office opens on the working day after the one on which counting begins."""
    day, _ = _enter(moment, calendar)
    return _moment(_nth_after(day + 1, 0, calendar), calendar.spans[0][0])


def next_between(moment: datetime, opens: int, closes: int, calendar: Calendar) -> datetime | None:
    """The first minute of work from `moment` on that lies in [opens, closes) of its day.

    Both are minutes since midnight. None when no session holds such a minute, on any day.
    """
    spans = [(max(opens, a), min(closes, b)) for a, b in calendar.spans]
    within = [span for span in spans if span[0] < span[1]]
    if not within:
        return None
    local = to_minute(moment)
    today, minute = local.toordinal(), local.hour * 60 + local.minute
    day = _nth_after(today, 0, calendar)
    left = [max(begins, minute) for begins, ends in within if day == today and minute < ends]
    if left:
        return _moment(day, left[0])
    return _moment(_nth_after(today + 1, 0, calendar), within[0][0])


def local_day(moment: datetime) -> date:
    """The day it is in Viet Nam."""
    return to_minute(moment).date()


def to_minute(moment: datetime) -> datetime:
    """The moment in Viet Nam's time, without its seconds."""
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone cannot be counted from")
    try:
        local = moment.astimezone(HO_CHI_MINH)
    except OverflowError as error:
        raise unknown_year(moment.year) from error
    return local.replace(second=0, microsecond=0)


def _add_minutes(start: datetime, minutes: int, calendar: Calendar) -> datetime:
    day, minute = _enter(start, calendar)
    if minutes == 0:
        return _moment(day, minute)
    passed = _worked_before(minute, calendar) + minutes
    # A day that is just full ends at its own closing, not at the next opening.
    days, rest = divmod(passed - 1, calendar.minutes_a_day)
    return _moment(_nth_after(day, days, calendar), _clock(rest + 1, calendar))


def _minutes_between(start: datetime, end: datetime, calendar: Calendar) -> int:
    first, last = _enter(start, calendar), _enter(end, calendar)
    if last <= first:
        return 0
    days = _days_between(first[0], last[0], calendar)
    before = _worked_before(first[1], calendar)
    return days * calendar.minutes_a_day - before + _worked_before(last[1], calendar)


def _subtract_minutes(end: datetime, minutes: int, calendar: Calendar) -> datetime:
    day, minute = _enter(end, calendar)
    days, rest = divmod(_worked_before(minute, calendar) - minutes, calendar.minutes_a_day)
    return _moment(_nth_before(day, -days, calendar), _clock(rest, calendar))


def _must_be_forwards(count: int) -> None:
    if count < 0:
        raise ValueError("working time is counted forwards")


def _enter(moment: datetime, calendar: Calendar) -> tuple[int, int]:
    """The working day (ordinal) and minute at which counting from `moment` begins."""
    local = to_minute(moment)
    today, minute = local.toordinal(), local.hour * 60 + local.minute
    day = _nth_after(today, 0, calendar)
    if day != today:
        return day, calendar.spans[0][0]
    for opens, closes in calendar.spans:
        if minute <= closes:
            return day, max(opens, minute)
    return _nth_after(day + 1, 0, calendar), calendar.spans[0][0]


def _nth_after(day: int, count: int, calendar: Calendar) -> int:
    """The working day `count` after `day`, where a free day stands for the next working day."""
    year = date.fromordinal(day).year
    days = calendar.working_days(year)
    place = bisect_left(days, day) + count
    while place >= len(days):
        place -= len(days)
        year += 1
        days = calendar.working_days(year)
    return days[place]


def _nth_before(day: int, count: int, calendar: Calendar) -> int:
    """The working day `count` before `day`, where a free day stands for the next working day."""
    year = date.fromordinal(day).year
    place = bisect_left(calendar.working_days(year), day) - count
    while place < 0:
        year -= 1
        place += len(calendar.working_days(year))
    days = calendar.working_days(year)
    return days[place] if place < len(days) else _nth_after(day, 0, calendar)


def _days_between(first: int, last: int, calendar: Calendar) -> int:
    """How many working days lie in [first, last), both working days."""
    year, final = date.fromordinal(first).year, date.fromordinal(last).year
    whole = sum(len(calendar.working_days(each)) for each in range(year, final))
    before = bisect_left(calendar.working_days(year), first)
    return whole - before + bisect_left(calendar.working_days(final), last)


def _worked_before(minute: int, calendar: Calendar) -> int:
    """The working minutes of a working day before that minute of the clock."""
    return sum(max(0, min(minute, closes) - opens) for opens, closes in calendar.spans)


def _clock(worked: int, calendar: Calendar) -> int:
    """The minute of the clock at which so many minutes of the day are worked."""
    for opens, closes in calendar.spans:
        if worked <= closes - opens:
            return opens + worked
        worked -= closes - opens
    raise ValueError("a day has no more working minutes")


def _moment(day: int, minute: int) -> datetime:
    return datetime.combine(
        date.fromordinal(day), time(minute // 60, minute % 60), tzinfo=HO_CHI_MINH
    )
