"""Who is told of a step that comes near its date or is past it, and what the director asks of it.

When whom is told is data: the centre's table of reminders, or the agency's own rules for one of
its processes. A step keeps the moments that were worked out for its date.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from foundation.worktime import Calendar, Matter, Reminders, Whom, moments
from services.routing.domain.staff.roles import Role

ROLES: Mapping[Whom, Role] = {
    Whom.OFFICER: Role.SPECIALIST,
    Whom.HEAD: Role.HEAD,
    Whom.LEADER: Role.LEADER,
}


@dataclass(frozen=True, kw_only=True)
class Urge:
    """The agency's own rule: tell `whom` so many days (of the calendar) after the due date.

    Before it if below 0.
    """

    days: int
    whom: Role

    @property
    def after(self) -> timedelta:
        """From the due date to the telling."""
        return timedelta(days=self.days)


# For steps that were ordered before the rules were data.
RULES = (
    Urge(days=-2, whom=Role.SPECIALIST),
    Urge(days=0, whom=Role.HEAD),
    Urge(days=2, whom=Role.LEADER),
)


@dataclass(frozen=True, kw_only=True)
class Telling:
    """One moment at which somebody is told."""

    at: datetime
    whom: Role


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The rules of urging as they are now, and the calendar they count by."""

    rules: Reminders = ()
    calendar: Calendar = field(default_factory=Calendar.default)


@dataclass(frozen=True, kw_only=True)
class Urging:
    """The director asks about a step (đôn đốc), and what the agency answers.

    `words` and `reason` are for the two of them alone. `promised` moves no due date: that takes
    an apology (NĐ 61/2018 Đ19.9).
    """

    id: str
    words: str
    received: datetime
    answer_by: datetime
    answered: datetime | None = None
    officer: str = ""
    reason: str = ""
    promised: datetime | None = None


def tellings(
    plan: Plan, own: tuple[Urge, ...], since: datetime, due: datetime
) -> tuple[Telling, ...]:
    """When whom is told of a date whose time began at `since`; `own` rules go before all others.

    Empty if there are no rules at all.
    """
    if own:
        return tuple(Telling(at=due + each.after, whom=each.whom) for each in own)
    found = [
        Telling(at=at, whom=ROLES[rule.whom])
        for rule in plan.rules
        if rule.matter is Matter.STEP and rule.whom in ROLES
        for at in moments((rule,), since, due, plan.calendar)
    ]
    return tuple(sorted(found, key=lambda each: each.at))
