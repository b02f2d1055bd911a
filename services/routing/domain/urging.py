"""Who is told of a step that comes near its date or is past it, and when: rules that are data."""

from dataclasses import dataclass
from datetime import timedelta

from services.routing.domain.roles import Role


@dataclass(frozen=True, kw_only=True)
class Urge:
    """Tell `whom` so many days (of the calendar) after the due date; before it if below 0."""

    days: int
    whom: Role

    @property
    def after(self) -> timedelta:
        """From the due date to the telling."""
        return timedelta(days=self.days)


RULES = (
    Urge(days=-2, whom=Role.SPECIALIST),
    Urge(days=0, whom=Role.HEAD),
    Urge(days=2, whom=Role.LEADER),
)
