"""Reminder rules: who is told when of a step near or past its due date.

When whom is told is data: the centre's table of reminders, or the agency's own rules for one of
its processes. A step keeps the moments that were worked out for its date.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from foundation.worktime import Calendar, Matter, Reminders, Whom, schedule
from services.routing.domain.staff.roles import OfficerRole

ROLES: Mapping[Whom, OfficerRole] = {
    Whom.OFFICER: OfficerRole.SPECIALIST,
    Whom.HEAD: OfficerRole.HEAD,
    Whom.LEADER: OfficerRole.LEADER,
}


@dataclass(frozen=True, kw_only=True)
class UrgeRule:
    """An agency's own rule: tell `whom` so many calendar days after the due date.

    Before it if below 0.
    """

    days: int
    whom: OfficerRole

    @property
    def after(self) -> timedelta:
        """From the due date to the telling."""
        return timedelta(days=self.days)


# For steps that were ordered before the rules were data.
RULES = (
    UrgeRule(days=-2, whom=OfficerRole.SPECIALIST),
    UrgeRule(days=0, whom=OfficerRole.HEAD),
    UrgeRule(days=2, whom=OfficerRole.LEADER),
)


@dataclass(frozen=True, kw_only=True)
class Telling:
    """A reminder: the moment, and the role that is told."""

    at: datetime
    whom: OfficerRole


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The rules of urging as they are now, and the calendar they count by: the unit's.

    Without rules nothing is counted, whatever the calendar.
    """

    rules: Reminders = ()
    calendar: Calendar = field(default_factory=Calendar)


def tellings(
    plan: Plan, own: tuple[UrgeRule, ...], since: datetime, due: datetime
) -> tuple[Telling, ...]:
    """The reminders of a due date whose time began at `since`; `own` rules come before all others.

    Empty if there are no rules at all.
    """
    if own:
        return tuple(Telling(at=due + each.after, whom=each.whom) for each in own)
    ours = tuple(each for each in plan.rules if each.matter is Matter.STEP and each.whom in ROLES)
    found = schedule(ours, since, due, plan.calendar)
    return tuple(Telling(at=at, whom=ROLES[whom]) for at, whom in found)
