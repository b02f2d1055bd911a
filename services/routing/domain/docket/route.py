"""A route that this agency leads, as far as the centre told it."""

from dataclasses import dataclass
from datetime import datetime

from contracts.orders import Branch
from contracts.procedure import Join, Stage

NOTHING = -1
"""The stage of a route in which nothing is left to lead."""
OUT = ("open", "waiting")
"""The states, in the centre's words, of a branch that has not answered."""


@dataclass(frozen=True, kw_only=True)
class LeadRequest:
    """A request of the lead to the centre that is not answered yet.

    `stages` are what is to come after `stage`; without them `stage` is to end.
    """

    officer: str
    at: datetime
    stage: int
    stages: tuple[Stage, ...] = ()


@dataclass(frozen=True, kw_only=True)
class LedRoute:
    """The route as it stands: the stage at work with its branches, and the planned stages.

    `dated` is the number of the order that told it: an older one may come later. `division` is
    the agency's own that has the procedure.
    """

    dated: int
    stage: int
    join: Join
    branches: tuple[Branch, ...]
    planned: tuple[Stage, ...]
    division: str = ""
    asked: LeadRequest | None = None

    @property
    def out(self) -> tuple[Branch, ...]:
        """Who has not answered yet, the lead itself included."""
        return tuple(each for each in self.branches if each.state in OUT)

    @property
    def alive(self) -> bool:
        """Whether there is anything left to lead."""
        return self.stage != NOTHING
