"""The facts that are told to everyone with the right to listen: `noun.past_participle`.

No personal data and no free text here: events go to integrators. The subject of an event
(on its envelope) is the thing it is about: the dossier for `dossier.*` and `step.*`, the
procedure's code for `procedure.*`, the unit's for `calendar.*`, the document, the feedback, the
message for theirs.
"""

from contracts.events.calendars import CalendarChanged
from contracts.events.documents import DocumentReleased, DocumentStored
from contracts.events.dossiers import (
    DossierAccepted,
    DossierApologised,
    DossierApologyDue,
    DossierClockStarted,
    DossierConsentAssumed,
    DossierDueSoon,
    DossierOriginalsReturned,
    DossierOverdue,
    DossierPaused,
    DossierProceeded,
    DossierRefused,
    DossierRerouted,
    DossierRescheduled,
    DossierResolved,
    DossierResumed,
    DossierReturned,
    DossierSubmitted,
    DossierSupplemented,
    DossierSupplementRequested,
    DossierTakenUp,
    DossierWithdrawn,
)
from contracts.events.event import Event
from contracts.events.feedback import (
    FeedbackAnswered,
    FeedbackExplained,
    FeedbackForwarded,
    FeedbackReceived,
    RatingGiven,
)
from contracts.events.fees import FeePaid, FeeRefunded, FeeRequested
from contracts.events.procedures import ProcedurePublished, ProcedureWithdrawn
from contracts.events.sending import MessageFailed, MessageSent
from contracts.events.steps import (
    StageEnded,
    StageReordered,
    StepAnswerRefused,
    StepAssigned,
    StepCompleted,
    StepDueSoon,
    StepExtended,
    StepOrdered,
    StepOverdue,
    StepPassedOn,
    StepReceived,
    StepRefused,
    StepRescheduled,
    StepResumed,
    StepSupplementNeeded,
    StepWithdrawn,
)

__all__ = [
    "CalendarChanged",
    "DocumentReleased",
    "DocumentStored",
    "DossierAccepted",
    "DossierApologised",
    "DossierApologyDue",
    "DossierClockStarted",
    "DossierConsentAssumed",
    "DossierDueSoon",
    "DossierOriginalsReturned",
    "DossierOverdue",
    "DossierPaused",
    "DossierProceeded",
    "DossierRefused",
    "DossierRerouted",
    "DossierRescheduled",
    "DossierResolved",
    "DossierResumed",
    "DossierReturned",
    "DossierSubmitted",
    "DossierSupplementRequested",
    "DossierSupplemented",
    "DossierTakenUp",
    "DossierWithdrawn",
    "Event",
    "FeePaid",
    "FeeRefunded",
    "FeeRequested",
    "FeedbackAnswered",
    "FeedbackExplained",
    "FeedbackForwarded",
    "FeedbackReceived",
    "MessageFailed",
    "MessageSent",
    "ProcedurePublished",
    "ProcedureWithdrawn",
    "RatingGiven",
    "StageEnded",
    "StageReordered",
    "StepAnswerRefused",
    "StepAssigned",
    "StepCompleted",
    "StepDueSoon",
    "StepExtended",
    "StepOrdered",
    "StepOverdue",
    "StepPassedOn",
    "StepReceived",
    "StepRefused",
    "StepRescheduled",
    "StepResumed",
    "StepSupplementNeeded",
    "StepWithdrawn",
]
