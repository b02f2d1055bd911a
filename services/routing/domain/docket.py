"""The rules of an agency's desk: what it may do with a step of a dossier, and until when.

The stored thing is the docket: everything this agency has of one dossier. An agency that
stands twice in a route (it receives, later it appraises) has two steps in one docket, so that
what it says about the dossier is numbered without gaps.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from contracts.history import Kept
from contracts.message import Message
from foundation.errors import NotFound, Refused


class State(StrEnum):
    """Where a step stands; the last three are its ends."""

    RECEIVED = "received"
    ASSIGNED = "assigned"
    WAITING = "waiting"
    COMPLETED = "completed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Outcome(StrEnum):
    """What an agency says: it decides (approved), or it is asked (agreed, disagreed)."""

    APPROVED = "approved"
    AGREED = "agreed"
    DISAGREED = "disagreed"


OPEN = (State.RECEIVED, State.ASSIGNED, State.WAITING)
IN_HAND = (State.RECEIVED, State.ASSIGNED)


@dataclass(frozen=True, kw_only=True)
class Need:
    """The papers that the citizen must supply, all at once, and why (form 02)."""

    papers: tuple[str, ...]
    reason: str


@dataclass(frozen=True, kw_only=True)
class Extension:
    """The one apology for a step: the date it asks for, why, and when it was made (form 04)."""

    due: datetime
    reason: str
    asked: datetime


@dataclass(frozen=True, kw_only=True)
class Step:
    """One part of the route at this desk; `received` is when the order reached it (UTC).

    `dated` is the number of the order that gave `due`: an older one may come later.
    """

    id: str
    action: str
    due: datetime
    received: datetime
    dated: int = 0
    state: State = State.RECEIVED
    documents: tuple[str, ...] = ()
    decides: bool = False
    officer: str = ""
    need: Need | None = None
    resumed: datetime | None = None
    extension: Extension | None = None
    outcome: str = ""
    article: str = ""
    document: str = ""
    closed: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Docket:
    """What one agency has of one dossier; `id` is the dossier's.

    `due` is the earliest deadline of the open steps, None when nothing is open: the work list
    is found by it.
    """

    id: str
    agency: str
    code: str
    procedure: str
    procedure_name: str
    applicant: str
    steps: tuple[Step, ...]
    due: datetime | None = None
    kept: Kept = field(default_factory=Kept)


Change = tuple[Docket, tuple[Message, ...]]


def find(docket: Docket, step_id: str) -> Step:
    """The step of that id; NotFound when this desk does not have it (yet)."""
    for step in docket.steps:
        if step.id == step_id:
            return step
    raise NotFound("Không tìm thấy bước này.", "There is no such step.")


def in_hand(docket: Docket, step_id: str, officer: str) -> Step:
    """The step, if the officer may work on it now.

    Raises:
        NotFound: there is no such step here.
        Refused: it is closed, waits for papers, or is another officer's.
    """
    step = find(docket, step_id)
    if step.state is State.WAITING:
        raise Refused("Bước này đang chờ bổ sung hồ sơ.", "This step is waiting for papers.")
    if step.state not in IN_HAND:
        raise Refused("Bước này đã kết thúc.", "This step is closed.")
    if step.officer not in {"", officer}:
        raise Refused(
            "Bước này do cán bộ khác đang xử lý.", "Another officer is working on this step."
        )
    return step


def with_step(docket: Docket, changed: Step) -> Docket:
    """The docket with one of its steps changed."""
    return with_steps(
        docket, tuple(changed if step.id == changed.id else step for step in docket.steps)
    )


def with_steps(docket: Docket, steps: tuple[Step, ...]) -> Docket:
    """The docket with these steps, and with what follows from them."""
    due = min((step.due for step in steps if step.state in OPEN), default=None)
    return replace(docket, steps=steps, due=due)
