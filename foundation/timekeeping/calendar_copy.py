"""A copy of the calendar of the centre's unit: what was told of it, and how far its recount is."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Protocol

from contracts.history import Revision
from foundation.worktime import Calendar, DayKind, read_calendar


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


@dataclass(frozen=True, kw_only=True)
class CalendarCopy:
    """The calendar of the unit as it was last told, `told` by the centre and `since` known here.

    `table` is JSON for `read_calendar`; while nothing was told, the nation's calendar. `walk` is
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

    @property
    def calendar(self) -> Calendar:
        """The working time by it."""
        return _calendar(self.table)


def learn(copy: CalendarCopy, told: ToldCalendar, at: datetime, now: datetime) -> CalendarCopy:
    """The copy after the centre told its calendar at a moment; one told before it changes nothing.

    Raises:
        Invalid: what was told is no calendar.
    """
    if copy.told and at <= copy.told:
        return copy
    table = _table(told)
    heard = replace(copy, told=at, edition=told.edition)
    if table == copy.table and told.edition == copy.edition:
        return heard
    _calendar(table)
    return replace(heard, table=table, since=now, walk="")


def moved_on(copy: CalendarCopy, walked: CalendarCopy, walk: str | None) -> CalendarCopy:
    """The copy with its recount gone on; not if another calendar was told since it was `walked`."""
    return replace(copy, walk=walk) if copy.since == walked.since else copy


def _table(told: ToldCalendar) -> str:
    days = [*_days(told.off, DayKind.OFF), *_days(told.worked, DayKind.WORKED)]
    sessions = [each.split("-") for each in told.sessions]
    return json.dumps({"sessions": sessions, "weekend": list(told.weekend), "days": days})


def _days(dates: Sequence[str], kind: DayKind) -> list[dict[str, str]]:
    return [{"date": each, "kind": kind.value} for each in dates]


@lru_cache(maxsize=64)
def _calendar(table: str) -> Calendar:
    """Read once: a calendar remembers the years that it has worked out."""
    return read_calendar(table)
