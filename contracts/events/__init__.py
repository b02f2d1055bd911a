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
    DossierDueSoon,
    DossierOriginalsReturned,
    DossierOverdue,
    DossierPaused,
    DossierRefused,
    DossierRescheduled,
    DossierResolved,
    DossierResumed,
    DossierReturned,
    DossierSubmitted,
    DossierSupplemented,
    DossierSupplementRequested,
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
    StepAssigned,
    StepCompleted,
    StepDueSoon,
    StepExtended,
    StepOrdered,
    StepOverdue,
    StepReceived,
    StepRefused,
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
    "DossierDueSoon",
    "DossierOriginalsReturned",
    "DossierOverdue",
    "DossierPaused",
    "DossierRefused",
    "DossierRescheduled",
    "DossierResolved",
    "DossierResumed",
    "DossierReturned",
    "DossierSubmitted",
    "DossierSupplementRequested",
    "DossierSupplemented",
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
    "StepAssigned",
    "StepCompleted",
    "StepDueSoon",
    "StepExtended",
    "StepOrdered",
    "StepOverdue",
    "StepReceived",
    "StepRefused",
    "StepResumed",
    "StepSupplementNeeded",
    "StepWithdrawn",
]
