"""What crosses on the private exchanges: orders to one agency, its replies, ways to reach a person.

`orders` is read by one agency alone, `replies` by the centre, `contacts` by the services that
reach the applicant. They may carry personal data; nothing here ever goes to an integrator.
"""

from dataclasses import dataclass
from datetime import datetime

from contracts.components import Component
from contracts.declarations import Declaration
from contracts.message import Message
from contracts.procedure import ASK_WITHIN, Join, Stage


@dataclass(frozen=True, kw_only=True)
class Order(Message):
    """The centre asks one agency; numbered without gaps per dossier and agency."""

    TYPE = "order"
    EXCHANGE = "orders"

    @property
    def routing_key(self) -> str:
        """Only the agency: its queue takes every kind of order."""
        return self.agency

    @property
    def stream(self) -> str:
        """Each agency's orders are numbered for themselves, so it can see a gap."""
        return f"{self.EXCHANGE}.{self.agency}"


@dataclass(frozen=True, kw_only=True)
class StepOrder(Order):
    """Do this part of the dossier by `due`; the subject is the dossier.

    `ask_within` is how many working days after its receipt papers may be asked for (Đ19.4), and
    `ask_until` the moment until which, by the centre's calendar; None from a centre that does not
    say, and then the days count by the desk's copy of the centre's calendar. `from_data` are
    papers in whose place the counter took data, each with the database and the number there.
    `declarations` are the electronic forms that the applicant filled in, `components` all papers
    with the digitisation of each; empty from a centre that does not say.
    """

    TYPE = "order.step"
    step: str
    code: str
    procedure: str
    procedure_name: str
    action: str
    due: datetime
    applicant: str
    documents: tuple[str, ...] = ()
    decides: bool = False
    ask_within: int = ASK_WITHIN
    ask_until: datetime | None = None
    from_data: tuple[str, ...] = ()
    declarations: tuple[Declaration, ...] = ()
    components: tuple[Component, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ResumeOrder(Order):
    """The citizen supplied what was missing: go on, by the new `due`."""

    TYPE = "order.resume"
    step: str
    due: datetime
    documents: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class RescheduleOrder(Order):
    """The step is due at another moment now; `article` is the rule that moved it, if one did.

    `ask_until` is until when papers may be asked for now; None leaves that as it was.
    """

    TYPE = "order.reschedule"
    step: str
    due: datetime
    because: str
    article: str = ""
    ask_until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class WithdrawOrder(Order):
    """Stop: the citizen took the dossier back or another branch ended it."""

    TYPE = "order.withdraw"
    step: str


@dataclass(frozen=True, kw_only=True)
class Branch:
    """One agency's part of the stage at work; `state` is the centre's: open, waiting, done."""

    step: str
    agency: str
    action: str
    state: str
    due: datetime | None = None
    decides: bool = False


@dataclass(frozen=True, kw_only=True)
class RouteOrder(Order):
    """How the route stands, for the agency that leads it: who is out, and what has not begun.

    Told anew whenever it changes. `stage` counts from 0; -1 says that nothing is left to lead.
    """

    TYPE = "order.route"
    code: str
    procedure: str
    procedure_name: str
    stage: int = -1
    join: Join = Join.ALL
    branches: tuple[Branch, ...] = ()
    planned: tuple[Stage, ...] = ()


@dataclass(frozen=True, kw_only=True)
class RefusalOrder(Order):
    """What the agency said cannot stand: by which article, why, and how its step stands instead.

    `answer` is the kind of message that was refused, `said` when. `state` and `due` are the
    centre's of the `step`; all three are empty when the answer was about the whole route.
    """

    TYPE = "order.refusal"
    answer: str
    said: datetime
    vi: str
    en: str
    article: str = ""
    step: str = ""
    state: str = ""
    due: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class ExplainOrder(Order):
    """Explain yourself to a citizen; the subject is the feedback."""

    TYPE = "order.explain"
    dossier: str
    question: str
    answer_by: datetime


@dataclass(frozen=True, kw_only=True)
class ExplainByOrder(Order):
    """The explanation that was asked for is due at another moment; the subject is the feedback."""

    TYPE = "order.explain_by"
    answer_by: datetime
    because: str = "calendar"


@dataclass(frozen=True, kw_only=True)
class UrgeOrder(Order):
    """The centre urges the agency about its step (đôn đốc): answer by then; words of the director.

    The subject is the dossier, `urging` the id that the answer names.
    """

    TYPE = "order.urge"
    step: str
    urging: str
    words: str
    answer_by: datetime


@dataclass(frozen=True, kw_only=True)
class RemindOrder(Order):
    """By the rules of urging, tell `whom` at the agency (officer, head, leader) of a date.

    `matter` is whose date `due` is: the whole dossier's (`dossier`), or that by which an urging is
    to be answered (`urging`); the step is what the agency has of it.
    """

    TYPE = "order.remind"
    step: str
    matter: str
    whom: str
    due: datetime


ORDERS: tuple[type[Order], ...] = (
    StepOrder,
    ResumeOrder,
    RescheduleOrder,
    WithdrawOrder,
    RouteOrder,
    RefusalOrder,
    ExplainOrder,
    UrgeOrder,
    RemindOrder,
)
"""All that the exchange `orders` carries."""


@dataclass(frozen=True, kw_only=True)
class UrgeExplanationOrder(Order):
    """The explanation that was asked for is late; the subject is the feedback.

    The `number`-th urging about it; `whom` at the agency the rules have told.
    """

    TYPE = "order.urge_explanation"
    answer_by: datetime
    number: int
    whom: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ForgetExplanationOrder(Order):
    """The feedback, the subject, came to the end of its term: its words are kept no longer.

    Neither the question nor what the agency explained; that it did, and when, stays.
    """

    TYPE = "order.forget_explanation"


@dataclass(frozen=True, kw_only=True)
class CorrectOrder(Order):
    """The applicant was taken in wrongly: this is their right name; the subject is the dossier.

    `fields` are the names of what was corrected. A desk has of the applicant no more than the name,
    so that no more goes to it.
    """

    TYPE = "order.correct"
    applicant: str
    fields: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Contact(Message):
    """What the services that reach a person must know."""

    TYPE = "contact"
    EXCHANGE = "contacts"


@dataclass(frozen=True, kw_only=True)
class ContactGiven(Contact):
    """Who the applicant of a dossier (the subject) is and how to reach them; `owner` signs in.

    Said again when it was taken in wrongly: `correction` counts how often, 0 is the first. Then
    `was_phone` and `was_email` are what they were before, "" where they stay; `code` the dossier's.
    """

    TYPE = "contact.given"
    owner: str
    name: str
    phone: str
    email: str
    language: str = "vi"
    correction: int = 0
    code: str = ""
    was_phone: str = ""
    was_email: str = ""


@dataclass(frozen=True, kw_only=True)
class DocumentGiven(Contact):
    """A file was kept: whose it is, so that a dossier is full only with papers that are there.

    The subject is the document. `owner` is the citizen who uploaded it, "" if staff did: then
    `clerk` says that the counter scanned it; else it is the own document of `agency`. Told once for
    each upload, and again when an operator asks for it: the same words, whenever they are said.
    `name` is what its owner called the file, `size` its bytes; "" and 0 where that was not told.
    `signature` is what is known of its digital signatures when it is told (`SignatureVerdict`);
    what is waiting is told by `document.signatures_read`. `reused` says that the file was here
    before: as a `component` of another dossier, or as its `result`; "" for what is new.
    """

    TYPE = "contact.document"
    owner: str
    clerk: bool
    sha256: str
    name: str = ""
    size: int = 0
    signature: str = ""
    reused: str = ""


@dataclass(frozen=True, kw_only=True)
class DocumentRefused(Contact):
    """A file is not to be used: malware was found in it, or it could not be scanned.

    The subject is the document; whose it is is said as in DocumentGiven, which may have come
    before, and comes after if a clerk accepts the file later. `reason` is infected,
    not_scannable or removed: nobody handed it in for so long that it is kept no longer.
    """

    TYPE = "contact.document_refused"
    owner: str
    clerk: bool
    reason: str


@dataclass(frozen=True, kw_only=True)
class WebhookTrouble(Contact):
    """A webhook does not work: its owner is to know; the subject is the subscription.

    `because` its target is `gone`, or `failing` since then; at `disables` it is or was disabled.
    """

    TYPE = "contact.webhook"
    email: str
    target: str
    because: str
    since: datetime
    disables: datetime
    disabled: bool


@dataclass(frozen=True, kw_only=True)
class VisitWord(Contact):
    """A person who booked a time at the counter is to be told of it; the subject is the slot.

    `what` is booked, moved, cancelled or reminder; `code` the booking's, as people read it.
    """

    TYPE = "contact.visit"
    name: str
    phone: str
    language: str
    what: str
    at: datetime
    code: str


@dataclass(frozen=True, kw_only=True)
class WordGiven(Contact):
    """Words meant for the applicant alone, to go with the message of the same `kind`."""

    TYPE = "contact.word"
    dossier: str
    kind: str
    text: str
