"""What is told of a dossier, in the order of its life; the subject is its id."""

from dataclasses import dataclass
from datetime import datetime

from contracts.events.event import Event


@dataclass(frozen=True, kw_only=True)
class DossierSubmitted(Event):
    """A dossier was handed in (NĐ 61/2018 Đ16); `documents` are ids in the documents service."""

    TYPE = "dossier.submitted"
    procedure: str
    channel: str
    documents: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class DossierAccepted(Event):
    """The dossier is complete and has its code and due date (Đ17.1c, form 01).

    Of its `components` so many are `digitised`: as files, used again, or taken from a database.
    """

    TYPE = "dossier.accepted"
    code: str
    procedure: str
    due: datetime | None = None
    components: int = 0
    digitised: int = 0


@dataclass(frozen=True, kw_only=True)
class DossierCorrected(Event):
    """What was taken in wrongly of the applicant was put right; `fields` are names, never values.

    `number` counts the corrections of the dossier from 1. `code` is "" before its receipt. A field
    of who handed in for the applicant is named `proxy.name` and the like.
    """

    TYPE = "dossier.corrected"
    code: str
    fields: tuple[str, ...]
    number: int


@dataclass(frozen=True, kw_only=True)
class DossierTakenUp(Event):
    """The first agency has it: it is being processed (state 4)."""

    TYPE = "dossier.taken_up"
    code: str


@dataclass(frozen=True, kw_only=True)
class DossierRefused(Event):
    """The dossier was not taken in (form 03)."""

    TYPE = "dossier.refused"
    article: str


@dataclass(frozen=True, kw_only=True)
class DossierDataLookedUp(Event):
    """The counter looked for the data of a paper in a published database (`LawRule.FROM_DATA`).

    `because` is "" when it took them, else why they could not be had: `incident`, `disaster`,
    `wrong_data`.
    """

    TYPE = "dossier.data_looked_up"
    paper: str
    because: str = ""


@dataclass(frozen=True, kw_only=True)
class DossierSupplementRequested(Event):
    """The citizen must supply papers (form 02); the clock stands still."""

    TYPE = "dossier.supplement_requested"
    step: str
    papers: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class DossierSupplemented(Event):
    """The papers came for these steps ("" is the counter); they go on.

    `counter` says that a clerk scanned them for the applicant.
    """

    TYPE = "dossier.supplemented"
    documents: tuple[str, ...]
    steps: tuple[str, ...] = ()
    counter: bool = False


@dataclass(frozen=True, kw_only=True)
class DossierConsentAssumed(Event):
    """An agency was asked and said nothing in its time: by law that is its consent."""

    TYPE = "dossier.consent_assumed"
    step: str


@dataclass(frozen=True, kw_only=True)
class DossierProceeded(Event):
    """As the lead agency decided, a stage goes on without the agencies that were `left` (Đ19.6)."""

    TYPE = "dossier.proceeded"
    stage: int
    left: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class DossierRerouted(Event):
    """The lead agency ordered anew what had not begun (Đ19.6); the agencies still to be asked."""

    TYPE = "dossier.rerouted"
    agencies: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class DossierClockStarted(Event):
    """The office that decides has it: by the law of its field, time counts from here."""

    TYPE = "dossier.clock_started"
    due: datetime


@dataclass(frozen=True, kw_only=True)
class DossierPaused(Event):
    """The clock stands still: for a `payment`, because all was `stopped`, or a step is `uncounted`.

    Papers are told as `dossier.supplement_requested`. `state` is the law's number (6, 8, or 4).
    """

    TYPE = "dossier.paused"
    because: str
    state: int
    article: str


@dataclass(frozen=True, kw_only=True)
class DossierResumed(Event):
    """What the clock stood still for (`because`) is over; it runs unless something else is open."""

    TYPE = "dossier.resumed"
    because: str


@dataclass(frozen=True, kw_only=True)
class DossierRescheduled(Event):
    """The due date moved; `article` is the rule that moved it.

    `because` is what did: papers, payment, stopped, uncounted, apology, calendar.
    """

    TYPE = "dossier.rescheduled"
    due: datetime
    was: datetime
    article: str
    because: str = "papers"


@dataclass(frozen=True, kw_only=True)
class DossierApologised(Event):
    """The agency is late: it apologises and names the one new date (Đ19.9, form 04).

    `article` is the rule by which it may do so once only, "" in messages of before it was said.
    """

    TYPE = "dossier.apologised"
    due: datetime
    was: datetime
    article: str = ""


@dataclass(frozen=True, kw_only=True)
class DossierDueSoon(Event):
    """The due date comes near; told once for each due date."""

    TYPE = "dossier.due_soon"
    due: datetime


@dataclass(frozen=True, kw_only=True)
class DossierApologyDue(Event):
    """Until `until` an agency that will be late may still apologise and re-appoint (Đ19.9)."""

    TYPE = "dossier.apology_due"
    due: datetime
    until: datetime


@dataclass(frozen=True, kw_only=True)
class DossierOverdue(Event):
    """The due date has passed without a result; told once for each due date."""

    TYPE = "dossier.overdue"
    due: datetime


@dataclass(frozen=True, kw_only=True)
class DossierDocumentJoined(Event):
    """The centre took an agency's answer, and with it the agency's `document` into the dossier."""

    TYPE = "dossier.document_joined"
    step: str
    document: str


@dataclass(frozen=True, kw_only=True)
class DossierEscalated(Event):
    """By the rules of urging the director was told, for the `count`th time, of a date.

    `matter` is whose date `due` is: the whole's (`dossier`), an agency's part's (`step`), or that
    by which an urging was to be answered (`urging`); `step` is "" for the whole. `action` is what
    is to be done in the step, and `held_by` the agency that has it.
    """

    TYPE = "dossier.escalated"
    matter: str
    step: str
    due: datetime
    count: int
    action: str = ""
    held_by: str = ""


@dataclass(frozen=True, kw_only=True)
class DossierUrgingAnswered(Event):
    """The answer of the agency that has the step reached the centre; it promises that date."""

    TYPE = "dossier.urging_answered"
    step: str
    urging: str
    promised: datetime


@dataclass(frozen=True, kw_only=True)
class DossierOriginalsReturned(Event):
    """The originals taken for checking were handed back (Đ20.2); how many."""

    TYPE = "dossier.originals_returned"
    count: int


@dataclass(frozen=True, kw_only=True)
class DossierResolved(Event):
    """The deciding agency decided; `document` is the result, `timing` early, on_time or late.

    `article` is the rule by which it was refused; empty when it was not.
    """

    TYPE = "dossier.resolved"
    code: str
    outcome: str
    document: str
    timing: str
    article: str = ""


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
