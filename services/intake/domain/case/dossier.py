"""The dossier (hồ sơ): its states by number, its steps, and what it waits for."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from contracts.declarations import Declaration
from contracts.forms import Edition, FormKind
from contracts.history import Revision
from contracts.law import LawRule
from contracts.message import Message
from contracts.procedure import AtCounter, Collected, Join, Silence, StepClock, TimeLimit, Unit
from foundation.errors import Refused
from foundation.frozen import replace
from foundation.law import cite
from services.intake.domain.case.address import AddressParts
from services.intake.domain.case.channel import Channel
from services.intake.domain.case.corrections import CorrectionRecord
from services.intake.domain.case.late_history import UrgingRecord
from services.intake.domain.case.looked_up import LookedUp
from services.intake.domain.case.payment_attempt import PaymentAttempt
from services.intake.domain.case.procedure import UNTIMED
from services.intake.domain.case.schedule import Schedule
from services.intake.domain.case.step_holder import StepHolder
from services.intake.domain.clock.ledger import Ledger
from services.intake.domain.clock.waits import WaitKind, Waits, open_waits, paused_since

CONSENT = "consent"
"""The outcome of a step whose agency said nothing in its time, where the law makes it agree."""


class State(StrEnum):
    """The ten states of a dossier (TT 22/2019/TT-BTTTT, annex I); `number` is the law's own."""

    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    PROCESSING = "processing"
    SUPPLEMENT = "supplement"
    PAYMENT = "payment"
    WITHDRAWN = "withdrawn"
    STOPPED = "stopped"
    RESOLVED = "resolved"
    RETURNED = "returned"

    @property
    def number(self) -> int:
        """1 to 10, as the annex counts them."""
        return list(State).index(self) + 1


class StepState(StrEnum):
    """Where one agency's part stands, as the centre knows it."""

    PLANNED = "planned"
    OPEN = "open"
    WAITING = "waiting"
    DONE = "done"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


# A dossier on its way: the applicant may still take it back.
UNDER_WAY = (
    State.ACCEPTED,
    State.PROCESSING,
    State.SUPPLEMENT,
    State.PAYMENT,
    State.STOPPED,
)
OVER = (State.REFUSED, State.WITHDRAWN, State.RETURNED)
"""Nothing is left to do in these, for anybody."""
AT_AN_AGENCY = (StepState.OPEN, StepState.WAITING)


@dataclass(frozen=True, kw_only=True)
class Applicant:
    """The person the dossier is for, and how to reach them; `identity` is the citizen's number."""

    name: str
    phone: str
    email: str = ""
    language: str = "vi"
    address: str = ""
    identity: str = ""
    address_parts: AddressParts | None = None


PROXY_KINDS = ("authorised", "representative", "guardian")


@dataclass(frozen=True, kw_only=True)
class Proxy:
    """Who hands the dossier in for the applicant (Đ16.1), and the paper that lets them.

    `kind` is as what they do: authorised, representative (of an organisation) or guardian; "" where
    nobody said.
    """

    name: str
    phone: str
    identity: str
    authority: str
    kind: str = ""


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """A paper of the dossier and the document (an id in the documents service) that is it.

    `reused` is kept from the receipt on: what its file was before, as `DocumentGiven` has it.
    """

    paper: str
    document: str
    reused: str = ""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One agency's part; `stage` counts from 0, steps of one stage go on side by side.

    `waited` is how many working minutes of it were spent waiting for the applicant's papers,
    `join` when its stage is over, `on_silence` what it means that no answer came in time.
    `ask_until` is until when its agency may ask for papers, `asked` when it did (Đ19.4);
    `article` is the rule by which it refused (Đ19.8).
    """

    id: str
    stage: int
    agency: str
    action: str
    amount: int
    unit: Unit
    decides: bool
    state: StepState = StepState.PLANNED
    ordered: datetime | None = None
    received: datetime | None = None
    due: datetime | None = None
    finished: datetime | None = None
    waited: int = 0
    outcome: str = ""
    document: str = ""
    clock: StepClock = StepClock.COUNTED
    on_silence: Silence = Silence.ESCALATE
    join: Join = Join.ALL
    ask_until: datetime | None = None
    asked: datetime | None = None
    article: str = ""


@dataclass(frozen=True, kw_only=True)
class Charge:
    """A fee or obligation of this dossier in VND; when and how it was paid, and paid back.

    `article` is the rule by which it is owed, "" where the procedure's data names none.
    """

    id: str
    name: str
    amount: int
    collected: Collected
    requested: datetime
    paid: datetime | None = None
    method: str = ""
    receipt: str = ""
    refunded: datetime | None = None
    article: str = ""


@dataclass(frozen=True, kw_only=True)
class Printed:
    """A form that was issued, and the document (an id in the documents service) that it is.

    `reason` and `article` are what it gave the applicant, so that it can be issued again.
    `replaces` is the document that it stands in the place of.
    """

    kind: FormKind
    edition: Edition
    document: str
    at: datetime
    reason: str = ""
    article: str = ""
    replaces: str = ""


@dataclass(frozen=True, kw_only=True)
class Dossier:
    """One dossier. `owner` is who signs in for it, "" when it was handed in at the counter.

    From its receipt on it keeps the version of the procedure that was in force then: route and
    time. `ledger` is what made its due date, `waits` the block of what the clock stands still
    for. `guided` is when the counter asked for papers (once, Đ11.2c), `originals` are papers
    held for checking, `answer_by` and `forward_by` the centre's own deadlines (8 working hours;
    Đ18.2), `apologised` the due date before the apology. `forms` are the forms issued for it.
    `calendar` is the edition of the unit's calendar that its dates were last counted by.
    `urgings` are the director's, `undelivered` the ids of steps whose order came back.
    `article` is the rule by which it was refused after its receipt.
    `corrections` are what was taken in wrongly, `words` and `found_at` what it is found by.
    `schedule` holds what only the timers need; its fields are stored beside the others.
    `identified` is how a kiosk knew the person, "" for what came otherwise;
    `holders` who of the agencies has which step. `out_of_area` is whether the counter
    took it in for an agency of another place, `looked_up` what it took from published data.
    `owned` is its place on its owner's own list (counter/citizen_list.py), "" without an owner.
    `unreached` are the channels over which a message failed for good: no such number or mailbox.
    `result_by` is the channel by which the applicant would like the result, "" if they did not say.
    `declarations` are the electronic forms that were filled in, each printed as one of the papers.
    `payments` are the attempts to pay its charges online (payment/paying.py).
    `signed_papers` are the papers of which its procedure demands a digital signature,
    `signatures_checked` those whose clerk checked it by other means.
    """

    id: str
    revision: Revision = Revision()
    procedure: str
    procedure_name: str
    agency: str
    channel: Channel
    owner: str
    applicant: Applicant
    attachments: tuple[Attachment, ...]
    case: str
    submitted: datetime
    state: State = State.SUBMITTED
    received: datetime | None = None
    book: str = ""
    code: str = ""
    procedure_version: int = 0
    time: TimeLimit = UNTIMED
    steps: tuple[Step, ...] = ()
    due: datetime | None = None
    ledger: Ledger = ()
    waits: Waits = ()
    proxy: Proxy | None = None
    at_counter: AtCounter = AtCounter.FORWARDED
    guided: datetime | None = None
    originals: tuple[str, ...] = ()
    form_asked: bool = False
    charges: tuple[Charge, ...] = ()
    answer_by: datetime | None = None
    forward_by: datetime | None = None
    apologised: datetime | None = None
    calendar: int = 0
    outcome: str = ""
    article: str = ""
    result: str = ""
    timing: str = ""
    resolved: datetime | None = None
    returned: Channel | None = None
    handed_over: datetime | None = None
    handed_to: str = ""
    forms: tuple[Printed, ...] = ()
    urgings: tuple[UrgingRecord, ...] = ()
    undelivered: tuple[str, ...] = ()
    corrections: tuple[CorrectionRecord, ...] = ()
    words: tuple[str, ...] = ()
    found_at: str | None = None
    schedule: Schedule = field(default=Schedule(), metadata={"stored": "flat"})
    field: str = ""
    identified: str = ""
    holders: tuple[StepHolder, ...] = ()
    out_of_area: bool = False
    looked_up: tuple[LookedUp, ...] = ()
    owned: str | None = None
    unreached: tuple[str, ...] = ()
    result_by: str = ""
    declarations: tuple[Declaration, ...] = ()
    payments: tuple[PaymentAttempt, ...] = ()
    signed_papers: tuple[str, ...] = ()
    signatures_checked: tuple[str, ...] = ()

    @property
    def requests(self) -> Waits:
        """The papers that are asked for and have not come (form 02)."""
        return open_waits(self.waits, WaitKind.PAPERS)

    @property
    def paused(self) -> datetime | None:
        """Since when the clock stands still; None when it runs."""
        return paused_since(self.waits)

    def by(self, rule: LawRule) -> str:
        """The rule by the edition in force at the dossier's receipt, until then at its hand-in."""
        return cite(rule, self.received or self.submitted)


Decided = tuple[Dossier, tuple[Message, ...]]


def must_be(dossier: Dossier, *states: State) -> None:
    """Hold an act to the states in which it may be done.

    Raises:
        Refused: the dossier is in another state.
    """
    if dossier.state not in states:
        raise Refused(
            f"Hồ sơ đang ở trạng thái {dossier.state.number} ({dossier.state}), "
            "không thực hiện được việc này.",
            f"The dossier is in state {dossier.state.number} ({dossier.state}); "
            "this cannot be done now.",
            article=dossier.by(LawRule.STATES),
        )


def with_schedule(dossier: Dossier, **changes: Any) -> Dossier:
    """The dossier with these fields of its schedule changed."""
    return replace(dossier, schedule=replace(dossier.schedule, **changes))
