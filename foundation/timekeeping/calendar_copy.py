"""A copy of the calendar of the centre's unit: what was told of it, and how far its recount is."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Protocol

from contracts.history import Revision
from foundation.worktime import (
    Calendar,
    DayKind,
    Outage,
    read_calendar,
    read_outages,
    write_outages,
)


class ToldSpan(Protocol):
    """A planned outage as the centre tells it."""

    @property
    def since(self) -> datetime:
        """When it begins."""
        ...

    @property
    def until(self) -> datetime:
        """When it ends."""
        ...

    @property
    def agencies(self) -> tuple[str, ...]:
        """Whose time stands still; all, if none is named."""
        ...


class ToldCalendar(Protocol):
    """The calendar as the centre tells it (`calendar.announced`)."""

    @property
    def edition(self) -> int:
        """The number of the edition."""
        ...

    @property
    def sessions(self) -> tuple[str, ...]:
        """The working hours, as `07:00-11:30`."""
        ...

    @property
    def weekend(self) -> tuple[str, ...]:
        """The days of the week that are off, as `saturday`."""
        ...

    @property
    def off(self) -> tuple[str, ...]:
        """The days that are off by a decision."""
        ...

    @property
    def worked(self) -> tuple[str, ...]:
        """The days that are worked by a decision."""
        ...

    @property
    def outages(self) -> Sequence[ToldSpan]:
        """The planned outages, whose time does not count."""
        ...


@dataclass(frozen=True, kw_only=True)
class CalendarCopy:
    """The calendar of the unit as it was last told, `told` by the centre and `since` known here.

    `table` is JSON for `read_calendar`; while nothing was told, the nation's calendar. `outages`
    are the planned ones, as JSON for `read_outages`. `walk` is
    how far open things were counted by it again: "" not at all yet, None when all were.
    """

    id: str
    agency: str = ""
    revision: Revision = Revision()
    edition: int = 0
    table: str = "{}"
    told: datetime | None = None
    since: datetime | None = None
    walk: str | None = None
    outages: str = ""

    @property
    def calendar(self) -> Calendar:
        """The working time by it, of the agency whose copy it is."""
        return _calendar(self.table, self.outages).of(self.agency)


def learn(copy: CalendarCopy, told: ToldCalendar, at: datetime, now: datetime) -> CalendarCopy:
    """The copy after the centre told its calendar at a moment; one told before it changes nothing.

    Raises:
        Invalid: what was told is no calendar.
    """
    if copy.told and at <= copy.told:
        return copy
    table, outages = _table(told), _outages(told.outages)
    heard = replace(copy, told=at, edition=told.edition)
    if (table, outages, told.edition) == (copy.table, copy.outages, copy.edition):
        return heard
    _calendar(table, outages)
    return replace(heard, table=table, outages=outages, since=now, walk="")


def moved_on(copy: CalendarCopy, walked: CalendarCopy, walk: str | None) -> CalendarCopy:
    """The copy with its recount gone on; not if another calendar was told since it was `walked`."""
    return replace(copy, walk=walk) if copy.since == walked.since else copy


def _table(told: ToldCalendar) -> str:
    days = [*_days(told.off, DayKind.OFF), *_days(told.worked, DayKind.WORKED)]
    sessions = [each.split("-") for each in told.sessions]
    return json.dumps({"sessions": sessions, "weekend": list(told.weekend), "days": days})


def _days(dates: Sequence[str], kind: DayKind) -> list[dict[str, str]]:
    return [{"date": each, "kind": kind.value} for each in dates]


def _outages(told: Sequence[ToldSpan]) -> str:
    return write_outages(
        Outage(since=each.since, until=each.until, agencies=each.agencies) for each in told
    )


@lru_cache(maxsize=64)
def _calendar(table: str, outages: str) -> Calendar:
    """Read once: a calendar remembers the years that it has worked out."""
    return replace(read_calendar(table), outages=read_outages(outages))
