"""The facts that are told to everyone with the right to listen: `noun.past_participle`.

No personal data and no free text here: events go to integrators. The subject of an event
(on its envelope) is the thing it is about: the dossier for `dossier.*` and `step.*`, the
procedure's code for `procedure.*`, the document, the feedback, the message for theirs.
"""

from dataclasses import dataclass
from datetime import datetime

from contracts.message import Message
from contracts.procedure import AtCounter, Fee, Paper, Session, Stage, TimeLimit


@dataclass(frozen=True, kw_only=True)
class Event(Message):
    """A fact; its routing key is `type.agency`, so an agency tells facts only in its own name."""

    TYPE = "event"
    EXCHANGE = "events"


@dataclass(frozen=True, kw_only=True)
class ProcedurePublished(Event):
    """A version of a procedure is in force; carries all that intake needs to accept dossiers.

    `sessions` is empty when it is received all day. Where `illustrative` is set, the route is an
    example, not one that an authority has decided on. `route` is empty unless `at_counter` is
    `forwarded`.
    """

    TYPE = "procedure.published"
    version: int
    name: str
    field: str
    time: TimeLimit
    papers: tuple[Paper, ...]
    route: tuple[Stage, ...]
    fees: tuple[Fee, ...] = ()
    channels: tuple[str, ...] = ("counter", "online", "post")
    at_counter: AtCounter = AtCounter.FORWARDED
    result: str = ""
    legal_basis: tuple[str, ...] = ()
    sessions: tuple[Session, ...] = ()
    illustrative: bool = False


@dataclass(frozen=True, kw_only=True)
class ProcedureWithdrawn(Event):
    """No new dossier may be handed in for the procedure; running ones go on."""

    TYPE = "procedure.withdrawn"
    version: int


@dataclass(frozen=True, kw_only=True)
class DossierSubmitted(Event):
    """A dossier was handed in (NĐ 61/2018 Đ16); `documents` are ids in the documents service."""

    TYPE = "dossier.submitted"
    procedure: str
    channel: str
    documents: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class DossierAccepted(Event):
    """The dossier is complete and has its code and due date (Đ17.1c, form 01)."""

    TYPE = "dossier.accepted"
    code: str
    procedure: str
    due: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class DossierRefused(Event):
    """The dossier was not taken in (form 03)."""

    TYPE = "dossier.refused"
    article: str


@dataclass(frozen=True, kw_only=True)
class StepOrdered(Event):
    """The centre asked an agency for its part; the order itself went to that agency alone."""

    TYPE = "step.ordered"
    step: str
    action: str
    due: datetime


@dataclass(frozen=True, kw_only=True)
class DossierSupplementRequested(Event):
    """The citizen must supply papers (form 02); the clock stands still."""

    TYPE = "dossier.supplement_requested"
    step: str
    papers: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class DossierSupplemented(Event):
    """The papers came; the clock runs again."""

    TYPE = "dossier.supplemented"
    documents: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class DossierRescheduled(Event):
    """The due date moved; `article` is the rule that moved it."""

    TYPE = "dossier.rescheduled"
    due: datetime
    was: datetime
    article: str


@dataclass(frozen=True, kw_only=True)
class DossierResolved(Event):
    """The deciding agency decided; `document` is the result, `timing` early, on_time or late."""

    TYPE = "dossier.resolved"
    code: str
    outcome: str
    document: str
    timing: str


@dataclass(frozen=True, kw_only=True)
class DossierReturned(Event):
    """The applicant has the result."""

    TYPE = "dossier.returned"
    code: str
    channel: str


@dataclass(frozen=True, kw_only=True)
class DossierWithdrawn(Event):
    """The applicant took the dossier back; counted as resolved."""

    TYPE = "dossier.withdrawn"
    code: str


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
class DocumentStored(Event):
    """A file is kept under its SHA-256 and never overwritten."""

    TYPE = "document.stored"
    sha256: str
    size: int
    media_type: str


@dataclass(frozen=True, kw_only=True)
class DocumentReleased(Event):
    """The document belongs to a dossier now: the agencies on its way may read it."""

    TYPE = "document.released"
    dossier: str


@dataclass(frozen=True, kw_only=True)
class FeedbackReceived(Event):
    """A reflection, petition, complaint or denunciation came in."""

    TYPE = "feedback.received"
    kind: str
    dossier: str = ""


@dataclass(frozen=True, kw_only=True)
class FeedbackForwarded(Event):
    """The centre passed it to the agency that must explain."""

    TYPE = "feedback.forwarded"
    answer_by: datetime


@dataclass(frozen=True, kw_only=True)
class FeedbackExplained(Event):
    """The agency explained itself; what it said went to the centre alone."""

    TYPE = "feedback.explained"


@dataclass(frozen=True, kw_only=True)
class FeedbackAnswered(Event):
    """The citizen was told the explanation."""

    TYPE = "feedback.answered"


@dataclass(frozen=True, kw_only=True)
class RatingGiven(Event):
    """How satisfied the applicant was with one dossier: 2 very, 1 satisfied, 0 not."""

    TYPE = "rating.given"
    dossier: str
    score: int


@dataclass(frozen=True, kw_only=True)
class MessageSent(Event):
    """The provider took a message to a person; `kind` is the situation, never the text."""

    TYPE = "message.sent"
    dossier: str
    channel: str
    kind: str


@dataclass(frozen=True, kw_only=True)
class MessageFailed(Event):
    """A message could not be sent, or nobody knows whether it was (`unknown`)."""

    TYPE = "message.failed"
    dossier: str
    channel: str
    kind: str
    outcome: str
