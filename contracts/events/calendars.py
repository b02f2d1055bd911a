"""What is told of a unit's calendar; the subject is the unit's code."""

from dataclasses import dataclass

from contracts.events.event import Event


@dataclass(frozen=True, kw_only=True)
class CalendarChanged(Event):
    """The unit decided on days or hours; open dossiers are counted again, and tell of it each.

    `edition` counts the unit's calendars; `days` are those that changed, as `2026-11-24`;
    `sessions` is whether the working hours, or the weekend, did.
    """

    TYPE = "calendar.changed"
    edition: int
    days: tuple[str, ...]
    sessions: bool
