"""The ledger entries for the parts of a period that do not count, each with its reason."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from functools import lru_cache

from contracts.law import LawRule
from foundation.frozen import replace
from foundation.law import cite
from foundation.worktime import (
    HO_CHI_MINH,
    Calendar,
    DayKind,
    Outage,
    Stretch,
    lost_minutes,
)
from services.intake.domain.clock.ledger import HOURS, OUTAGE, LedgerEntry, LedgerKind

A_DAY = 24 * 60
ONE_DAY = timedelta(days=1)


def uncounted(
    start: datetime, end: datetime, counted: int, calendar: Calendar
) -> Iterator[LedgerEntry]:
    """All between two moments that is not among the counted minutes: days off, outages, hours."""
    left = minutes_of(end - start) - counted
    for stretch in calendar.stretches(start.date(), end.date()):
        entry = _entry(stretch, start, end)
        left -= entry.minutes
        yield entry
    for each in calendar.stops:
        minutes = lost_minutes(each, start, end, calendar)
        if minutes:
            left -= minutes
            yield _stood(each, start, end, minutes)
    if left:
        yield LedgerEntry(
            kind=LedgerKind.SKIPPED, since=start, until=end, minutes=left, because=HOURS
        )


def beyond(
    start: datetime, counted: datetime, end: datetime, calendar: Calendar
) -> Iterator[LedgerEntry]:
    """Where all days count: the outages up to `counted`, and all between that and the end."""
    yield from outages(start, counted, calendar)
    stopped = any(each.within(counted, end) for each in calendar.stops)
    if counted.time() == end.time() and not stopped:
        # The clock stands at the same time on a day that is off: whole days are skipped.
        yield from days_off(counted, end, calendar)
    else:
        yield from uncounted(counted, end, 0, calendar)


def days_off(start: datetime, end: datetime, calendar: Calendar) -> Iterator[LedgerEntry]:
    """The whole days off from the day of `start` to that before the day of `end`."""
    if start.date() < end.date():
        first = datetime.combine(start.date(), time(), HO_CHI_MINH)
        for stretch in calendar.stretches(start.date(), end.date() - ONE_DAY):
            yield _entry(stretch, first, end)


def outages(start: datetime, end: datetime, calendar: Calendar) -> Iterator[LedgerEntry]:
    """The outages between two moments at their whole length, where all days count."""
    for each in calendar.stops:
        if each.within(start, end):
            length = min(each.until, end) - max(each.since, start)
            yield _stood(each, start, end, minutes_of(length))


def running(start: datetime, end: datetime, calendar: Calendar) -> timedelta:
    """The time between two moments without that of outages, which moved the date already."""
    stopped = sum(each.minutes for each in outages(start, end, calendar))
    return end - start - timedelta(minutes=stopped)


def _stood(outage: Outage, start: datetime, end: datetime, minutes: int) -> LedgerEntry:
    """An outage as an entry (`LawRule.UNCOUNTED_OUTAGE`)."""
    return LedgerEntry(
        kind=LedgerKind.SKIPPED,
        since=max(start, outage.since),
        until=min(end, outage.until),
        minutes=minutes,
        because=OUTAGE,
        vi=outage.vi,
        en=outage.en,
        article=cite(LawRule.UNCOUNTED_OUTAGE, outage.since),
    )


def _entry(stretch: Stretch, start: datetime, end: datetime) -> LedgerEntry:
    """A stretch of days within two moments as an entry; worked days skip nothing."""
    whole = _whole(stretch)
    if start <= whole.since and whole.until <= end:
        return whole
    since, until = max(start, whole.since), min(end, whole.until)
    minutes = minutes_of(until - since) if whole.kind is LedgerKind.SKIPPED else 0
    return replace(whole, since=since, until=until, minutes=minutes)


@lru_cache(maxsize=4096)
def _whole(stretch: Stretch) -> LedgerEntry:
    """All of a stretch as an entry; thousands of dossiers have the same weekends in between."""
    since = datetime.combine(stretch.first, time(), HO_CHI_MINH)
    until = datetime.combine(stretch.last + ONE_DAY, time(), HO_CHI_MINH)
    reason = stretch.reason
    worked = reason.kind is DayKind.WORKED
    return LedgerEntry(
        kind=LedgerKind.WORKED if worked else LedgerKind.SKIPPED,
        since=since,
        until=until,
        minutes=0 if worked else minutes_of(until - since),
        because=reason.kind.value,
        vi=reason.vi,
        en=reason.en,
    )


def minutes_of(span: timedelta) -> int:
    """A length of time in whole minutes."""
    return span.days * A_DAY + span.seconds // 60
