"""What is told of an agency's part in a dossier, which is the subject."""

from dataclasses import dataclass
from datetime import datetime

from contracts.events.event import Event


@dataclass(frozen=True, kw_only=True)
class StepOrdered(Event):
    """The centre asked an agency for its part; the order itself went to that agency alone."""

    TYPE = "step.ordered"
    step: str
    action: str
    due: datetime


@dataclass(frozen=True, kw_only=True)
class StepReceived(Event):
    """The agency has the order at its desk."""

    TYPE = "step.received"
    step: str
    due: datetime


@dataclass(frozen=True, kw_only=True)
class StepAssigned(Event):
    """An officer of the agency took the step."""

    TYPE = "step.assigned"
    step: str


@dataclass(frozen=True, kw_only=True)
class StepCompleted(Event):
    """The agency did its part; `document` is its written opinion or decision, if it gave one."""

    TYPE = "step.completed"
    step: str
    outcome: str
    document: str = ""


@dataclass(frozen=True, kw_only=True)
class StepRefused(Event):
    """The agency refuses by law, within its time (Đ19.8)."""

    TYPE = "step.refused"
    step: str
    article: str
    document: str = ""


@dataclass(frozen=True, kw_only=True)
class StepSupplementNeeded(Event):
    """The agency needs more papers (Đ19.4); what and why went to the centre alone."""

    TYPE = "step.supplement_needed"
    step: str


@dataclass(frozen=True, kw_only=True)
class StepUndelivered(Event):
    """The order of a step reached nobody: no agency takes messages under the code `asked`.

    The centre is to send it again, or to another agency.
    """

    TYPE = "step.undelivered"
    step: str
    asked: str


@dataclass(frozen=True, kw_only=True)
class StepExtended(Event):
    """The agency apologised for its step and named a new date, once; why went to the centre."""

    TYPE = "step.extended"
    step: str
    due: datetime


@dataclass(frozen=True, kw_only=True)
class StepDueSoon(Event):
    """The agency's step comes near its due date; told once for each due date."""

    TYPE = "step.due_soon"
    step: str
    due: datetime


@dataclass(frozen=True, kw_only=True)
class StepOverdue(Event):
    """The agency's step is past its due date; told once for each due date."""

    TYPE = "step.overdue"
    step: str
    due: datetime


@dataclass(frozen=True, kw_only=True)
class StepResumed(Event):
    """The papers reached the agency's desk; its step goes on with a new deadline."""

    TYPE = "step.resumed"
    step: str
    due: datetime


@dataclass(frozen=True, kw_only=True)
class StepWithdrawn(Event):
    """The centre took the step back before it was done."""

    TYPE = "step.withdrawn"
    step: str


@dataclass(frozen=True, kw_only=True)
class StepAnswerRefused(Event):
    """The centre could not take what the agency had said; why went to that agency alone.

    `answer` is the kind of message, e.g. `step.completed`; `state` is how the step stands now.
    Step and state are empty when the answer was about the whole route.
    """

    TYPE = "step.answer_refused"
    answer: str
    article: str
    step: str = ""
    state: str = ""


@dataclass(frozen=True, kw_only=True)
class StageEnded(Event):
    """The lead agency has heard enough and ends a stage without who is out (Đ19.6)."""

    TYPE = "stage.ended"
    stage: int


@dataclass(frozen=True, kw_only=True)
class StageReordered(Event):
    """The lead agency orders anew what comes after the stage at work (Đ19.6): these agencies."""

    TYPE = "stage.reordered"
    stage: int
    agencies: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class StepRescheduled(Event):
    """The agency's desk has the centre's new due date for its step."""

    TYPE = "step.rescheduled"
    step: str
    due: datetime
    was: datetime


@dataclass(frozen=True, kw_only=True)
class StepPassedOn(Event):
    """The step went on inside the agency to another place of its process, e.g. `head`."""

    TYPE = "step.passed_on"
    step: str
    place: str


@dataclass(frozen=True, kw_only=True)
class StepUrged(Event):
    """The director urged the agency about its step and expects an answer by then (đôn đốc)."""

    TYPE = "step.urged"
    step: str
    urging: str
    answer_by: datetime


@dataclass(frozen=True, kw_only=True)
class StepUrgingAnswered(Event):
    """The agency answered an urging with the date it promises; why went to the centre alone."""

    TYPE = "step.urging_answered"
    step: str
    urging: str
    promised: datetime
