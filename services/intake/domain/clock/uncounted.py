"""The ledger entries for the parts of a period that do not count, each with its reason."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, time, timedelta
from functools import lru_cache

from foundation.worktime import HO_CHI_MINH, Calendar, DayKind, Stretch
from services.intake.domain.clock.ledger import HOURS, LedgerEntry, LedgerKind

A_DAY = 24 * 60
ONE_DAY = timedelta(days=1)


def uncounted(
    start: datetime, end: datetime, counted: int, calendar: Calendar
) -> Iterator[LedgerEntry]:
    """All between two moments that is not among the counted minutes: days off, then hours."""
    left = minutes_of(end - start) - counted
    for stretch in calendar.stretches(start.date(), end.date()):
        entry = _entry(stretch, start, end)
        left -= entry.minutes
        yield entry
    if left:
        yield LedgerEntry(
            kind=LedgerKind.SKIPPED, since=start, until=end, minutes=left, because=HOURS
        )


def days_off(start: datetime, end: datetime, calendar: Calendar) -> Iterator[LedgerEntry]:
    """The whole days off from the day of `start` to that before the day of `end`."""
    if start.date() < end.date():
        first = datetime.combine(start.date(), time(), HO_CHI_MINH)
        for stretch in calendar.stretches(start.date(), end.date() - ONE_DAY):
            yield _entry(stretch, first, end)


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
