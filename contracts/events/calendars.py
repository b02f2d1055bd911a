"""What is told of a unit's calendar; the subject is the unit's code."""

from dataclasses import dataclass
from datetime import datetime

from contracts.events.event import Event


@dataclass(frozen=True, kw_only=True)
class CalendarChanged(Event):
    """The unit decided on days or hours; open dossiers are counted again, and tell of it each.

    `edition` counts the unit's calendars; `days` are those that changed, or of which a planned
    outage takes more or less than before, as `2026-11-24`;
    `sessions` is whether the working hours, or the weekend, did.
    """

    TYPE = "calendar.changed"
    edition: int
    days: tuple[str, ...]
    sessions: bool


@dataclass(frozen=True, kw_only=True)
class ToldOutage:
    """A planned outage whose time does not count: of these agencies, or of all if none is named."""

    since: datetime
    until: datetime
    agencies: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CalendarAnnounced(Event):
    """The unit's working time as a whole, for services that keep a copy to count by.

    Told after each change and, while the unit has decided on anything, again once a day, so that
    who starts later learns of it. `edition` counts the unit's calendars. `sessions` are the
    working hours (`07:00-11:30`), `weekend` the days of the week that are off, `off` and `worked`
    the days decided on by the unit or for the whole country; elsewhere the public holidays hold.
    `outages` are the planned outages.
    """

    TYPE = "calendar.announced"
    edition: int
    sessions: tuple[str, ...]
    weekend: tuple[str, ...]
    off: tuple[str, ...]
    worked: tuple[str, ...]
    outages: tuple[ToldOutage, ...] = ()
