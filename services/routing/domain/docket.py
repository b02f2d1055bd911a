"""The rules of an agency's desk: what it may do with a step of a dossier, and until when.

The stored thing is the docket: everything this agency has of one dossier. An agency that
stands twice in a route (it receives, later it appraises) has two steps in one docket, so that
what it says about the dossier is numbered without gaps.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from contracts.events import (
    StepAssigned,
    StepCompleted,
    StepReceived,
    StepRefused,
    StepResumed,
    StepSupplementNeeded,
    StepWithdrawn,
)
from contracts.history import Kept
from contracts.message import Message
from contracts.orders import (
    ResumeOrder,
    StepOrder,
    SupplementReply,
    WithdrawOrder,
)
from foundation.errors import Duplicate, Invalid, NotFound, Refused
from foundation.worktime import Calendar, add_working_days
from services.routing.domain.act import Act, must_be_ours

SUPPLEMENT_DAYS = 3
SUPPLEMENT_ARTICLE = "NĐ 61/2018 Đ19.4"
REFUSAL_ARTICLE = "NĐ 61/2018 Đ19.8"


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
class Step:
    """One part of the route at this desk; `received` is when the order reached it (UTC)."""

    id: str
    action: str
    due: datetime
    received: datetime
    state: State = State.RECEIVED
    documents: tuple[str, ...] = ()
    decides: bool = False
    officer: str = ""
    need: Need | None = None
    resumed: datetime | None = None
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


def receive(
    docket: Docket | None, dossier: str, order: StepOrder, now: datetime, *, agency: str
) -> Change:
    """Put an ordered step on the desk; `docket` is None for the first of this dossier.

    Raises:
        Forbidden: the order is another agency's.
        Duplicate: the step is here already; an order counts once however often it comes.
    """
    must_be_ours(order.agency, agency)
    if docket is None:
        docket = _opened(dossier, order)
    if any(step.id == order.step for step in docket.steps):
        raise Duplicate("Bước này đã được nhận.", "This step has been received already.")
    step = Step(
        id=order.step,
        action=order.action,
        due=order.due,
        received=now,
        documents=order.documents,
        decides=order.decides,
    )
    event = StepReceived(agency=agency, step=step.id, due=step.due)
    return _with_steps(docket, (*docket.steps, step)), (event,)


def resume(docket: Docket, order: ResumeOrder, now: datetime, *, agency: str) -> Change:
    """The citizen's papers came: the step goes on where it stood, with its new deadline.

    Raises:
        NotFound: the step is not here yet; its order may still be on the way.
        Duplicate: it was resumed before.
        Refused: nobody asked for papers.
    """
    must_be_ours(order.agency, agency)
    step = find(docket, order.step)
    if step.state is State.WITHDRAWN:  # the two orders crossed: nothing is left to resume
        return docket, ()
    if step.resumed:
        raise Duplicate("Bước này đã được tiếp tục.", "This step has been resumed already.")
    if step.state is not State.WAITING:
        raise Refused("Bước này không chờ bổ sung.", "This step is not waiting for papers.")
    resumed = replace(
        step,
        state=State.ASSIGNED,
        due=order.due,
        documents=tuple(dict.fromkeys(step.documents + order.documents)),
        resumed=now,
    )
    event = StepResumed(agency=agency, step=step.id, due=order.due)
    return _with_step(docket, resumed), (event,)


def withdraw(docket: Docket, order: WithdrawOrder, now: datetime, *, agency: str) -> Change:
    """Take the step off the desk; one that is closed already stays as it is.

    Raises:
        NotFound: the step is not here yet; its order may still be on the way.
    """
    must_be_ours(order.agency, agency)
    step = find(docket, order.step)
    if step.state not in OPEN:
        return docket, ()
    event = StepWithdrawn(agency=agency, step=step.id)
    return _with_step(docket, replace(step, state=State.WITHDRAWN, closed=now)), (event,)


def take(docket: Docket, step_id: str, act: Act) -> Change:
    """Make the officer the one who does the step; again by the same officer is the same.

    Raises:
        Refused: the step is closed, waits for papers, or is another officer's.
    """
    step = _in_hand(docket, step_id, act.officer)
    if step.state is State.ASSIGNED:
        return docket, ()
    event = StepAssigned(agency=docket.agency, step=step.id)
    return _with_step(docket, replace(step, state=State.ASSIGNED, officer=act.officer)), (event,)


def complete(
    docket: Docket, step_id: str, act: Act, outcome: Outcome, document: str = ""
) -> Change:
    """Do the agency's part. A step nobody took becomes the officer's who completes it.

    A deciding step ends in a written decision (a refusal has its own form, Đ19.8); a consulted
    agency agrees or disagrees.

    Raises:
        Invalid: the outcome does not fit the step, or the decision has no document.
        Refused: the step is closed, waits for papers, or is another officer's.
    """
    step = _in_hand(docket, step_id, act.officer)
    _must_fit(step, outcome, document)
    done = replace(
        step,
        state=State.COMPLETED,
        officer=act.officer,
        outcome=outcome.value,
        document=document,
        closed=act.now,
    )
    event = StepCompleted(
        agency=docket.agency, step=step.id, outcome=outcome.value, document=document
    )
    return _with_step(docket, done), (event,)


def supplement(docket: Docket, step_id: str, act: Act, need: Need, *, calendar: Calendar) -> Change:
    """Ask the citizen, through the centre, for missing papers (form 02).

    An agency may ask once for one dossier and within three working days of receiving the step
    (NĐ 61/2018 Đ19.4). What is missing and why goes to the centre alone.

    Raises:
        Refused: asked before, too late, or the step is closed or another officer's.
    """
    step = _in_hand(docket, step_id, act.officer)
    if any(other.need for other in docket.steps):
        raise Refused(
            "Hồ sơ chỉ được yêu cầu bổ sung một lần; hãy giải quyết trên hồ sơ hiện có.",
            "Papers may be asked for only once; go on with the dossier as it is.",
            article=SUPPLEMENT_ARTICLE,
        )
    if act.now > add_working_days(step.received, SUPPLEMENT_DAYS, calendar):
        raise Refused(
            "Đã quá 03 ngày làm việc kể từ khi tiếp nhận; không được yêu cầu bổ sung nữa.",
            "More than 3 working days have passed since receipt; it is too late to ask for papers.",
            article=SUPPLEMENT_ARTICLE,
        )
    waiting = replace(step, state=State.WAITING, officer=act.officer, need=need)
    return _with_step(docket, waiting), (
        StepSupplementNeeded(agency=docket.agency, step=step.id),
        SupplementReply(agency=docket.agency, step=step.id, papers=need.papers, reason=need.reason),
    )


def refuse(docket: Docket, step_id: str, act: Act, article: str, document: str = "") -> Change:
    """Refuse by law, within the step's time (NĐ 61/2018 Đ19.8).

    Raises:
        Refused: the time is over, or the step is closed, waits for papers or is another officer's.
    """
    step = _in_hand(docket, step_id, act.officer)
    if act.now > step.due:
        raise Refused(
            "Đã quá thời hạn giải quyết; không được từ chối nữa.",
            "The time for this step is over; it can no longer be refused.",
            article=REFUSAL_ARTICLE,
        )
    refused = replace(
        step,
        state=State.REFUSED,
        officer=act.officer,
        article=article,
        document=document,
        closed=act.now,
    )
    event = StepRefused(agency=docket.agency, step=step.id, article=article, document=document)
    return _with_step(docket, refused), (event,)


def find(docket: Docket, step_id: str) -> Step:
    """The step of that id; NotFound when this desk does not have it (yet)."""
    for step in docket.steps:
        if step.id == step_id:
            return step
    raise NotFound("Không tìm thấy bước này.", "There is no such step.")


def _opened(dossier: str, order: StepOrder) -> Docket:
    return Docket(
        id=dossier,
        agency=order.agency,
        code=order.code,
        procedure=order.procedure,
        procedure_name=order.procedure_name,
        applicant=order.applicant,
        steps=(),
    )


def _in_hand(docket: Docket, step_id: str, officer: str) -> Step:
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


def _must_fit(step: Step, outcome: Outcome, document: str) -> None:
    fitting = {Outcome.APPROVED} if step.decides else {Outcome.AGREED, Outcome.DISAGREED}
    if outcome not in fitting:
        words = ", ".join(sorted(fitting))
        raise Invalid(
            f"Kết quả của bước này phải là: {words}.",
            f"The outcome of this step must be one of: {words}.",
            fields={"outcome": [words]},
        )
    if step.decides and not document:
        raise Invalid(
            "Quyết định phải kèm văn bản.",
            "A decision needs its document.",
            fields={"document": ["bắt buộc / required"]},
        )


def _with_step(docket: Docket, changed: Step) -> Docket:
    return _with_steps(
        docket, tuple(changed if step.id == changed.id else step for step in docket.steps)
    )


def _with_steps(docket: Docket, steps: tuple[Step, ...]) -> Docket:
    due = min((step.due for step in steps if step.state in OPEN), default=None)
    return replace(docket, steps=steps, due=due)
