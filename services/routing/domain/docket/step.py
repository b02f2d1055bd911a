"""A step: one part of a route as it stands at an agency's desk."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from contracts.components import Component
from contracts.declarations import Declaration
from contracts.procedure import ASK_WITHIN
from foundation.frozen import replace
from services.routing.domain.staff.roles import OfficerRole
from services.routing.domain.staff.urging_rules import RULES, Telling, UrgeRule


class DeskStepState(StrEnum):
    """The state of a step at the desk; the last three are final."""

    RECEIVED = "received"
    ASSIGNED = "assigned"
    WAITING = "waiting"
    COMPLETED = "completed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class StepOutcome(StrEnum):
    """The outcome of a step: a decision (approved), or an opinion (agreed, disagreed)."""

    APPROVED = "approved"
    AGREED = "agreed"
    DISAGREED = "disagreed"


OPEN = (DeskStepState.RECEIVED, DeskStepState.ASSIGNED, DeskStepState.WAITING)
IN_HAND = (DeskStepState.RECEIVED, DeskStepState.ASSIGNED)


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
class Handover:
    """One move of a step inside the agency: who gave it when, who took it when (form 05).

    `taker` is empty until somebody takes it; `why` is a note, or the reason of the move.
    """

    giver: str
    role_from: OfficerRole
    role_to: OfficerRole
    given: datetime
    taker: str = ""
    taken: datetime | None = None
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class Note:
    """What an officer wrote down beside a step; nobody outside the agency reads it."""

    officer: str
    at: datetime
    text: str


@dataclass(frozen=True, kw_only=True)
class ReceivedUrging:
    """An urging (đôn đốc): the director asks about a step, and the agency answers.

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


@dataclass(frozen=True, kw_only=True)
class Step:
    """One part of the route at this desk; `received` is when the order reached it (UTC).

    `dated` is the number of the order that gave `due`: an older one may come later. `way` is
    the process inside the agency as it was then, and `place` where on it the step stands.
    Papers may be asked for until `ask_until` or, if the order did not say, within `ask_within`
    working days after `received`.
    `from_data` are papers in whose place the counter took data, `declarations` the electronic forms
    that the applicant filled in, `components` all papers with the digitisation of each.
    `standing_in` is the absent officer for whom another holds it; `awaited` the agency whose
    answer its officer waits for; the first `urged` of the `schedule` have been told. `reminded`
    are those whom the centre had told of more than this step, `urgings` what the director asked.
    """

    id: str
    action: str
    due: datetime
    received: datetime
    dated: int = 0
    state: DeskStepState = DeskStepState.RECEIVED
    documents: tuple[str, ...] = ()
    from_data: tuple[str, ...] = ()
    declarations: tuple[Declaration, ...] = ()
    components: tuple[Component, ...] = ()
    decides: bool = False
    ask_within: int = ASK_WITHIN
    ask_until: datetime | None = None
    officer: str = ""
    need: Need | None = None
    resumed: datetime | None = None
    extension: Extension | None = None
    way: tuple[OfficerRole, ...] = (OfficerRole.SPECIALIST,)
    place: int = 0
    division: str = ""
    handovers: tuple[Handover, ...] = ()
    notes: tuple[Note, ...] = ()
    standing_in: str = ""
    awaited: str = ""
    urges: tuple[UrgeRule, ...] = ()
    urged: int = 0
    tellings: tuple[Telling, ...] = ()
    reminded: tuple[OfficerRole, ...] = ()
    urgings: tuple[ReceivedUrging, ...] = ()
    outcome: str = ""
    article: str = ""
    document: str = ""
    closed: datetime | None = None

    @property
    def role(self) -> OfficerRole:
        """The role with which the step stands."""
        return self.way[self.place]

    @property
    def schedule(self) -> tuple[Telling, ...]:
        """The moments at which somebody is told of its due date, in order."""
        rules = self.urges or RULES
        return self.tellings or tuple(
            Telling(at=self.due + each.after, whom=each.whom) for each in rules
        )

    @property
    def alarm(self) -> datetime | None:
        """The next moment at which somebody must be told; none while it waits for the citizen."""
        if self.state not in IN_HAND or self.urged >= len(self.schedule):
            return None
        return self.schedule[self.urged].at

    @property
    def is_urged(self) -> bool:
        """Whether the director waits for an answer."""
        return self.state in OPEN and any(not each.answered for each in self.urgings)


def taken_by(step: Step, officer: str, now: datetime) -> Step:
    """The step in the officer's hands; a hand-over that waited for its taker has one now."""
    handovers = step.handovers
    if handovers and handovers[-1].taken is None:
        handovers = (*handovers[:-1], replace(handovers[-1], taker=officer, taken=now))
    return replace(step, state=DeskStepState.ASSIGNED, officer=officer, handovers=handovers)
