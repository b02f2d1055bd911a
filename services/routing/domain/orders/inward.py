"""The centre's orders to the desk: new steps, resumption, new dates, withdrawal, urging."""

from datetime import datetime

from contracts.events import StepReceived, StepRescheduled, StepResumed, StepWithdrawn
from contracts.orders import (
    CorrectOrder,
    RemindOrder,
    RescheduleOrder,
    ResumeOrder,
    RouteOrder,
    StepOrder,
    UrgeOrder,
    WithdrawOrder,
)
from foundation.errors import Duplicate, Invalid, Refused
from foundation.frozen import replace
from foundation.worktime import Matter
from services.routing.domain.docket.docket import (
    Change,
    Docket,
    Heard,
    find,
    with_step,
    with_steps,
    with_words,
)
from services.routing.domain.docket.step import OPEN, DeskStepState, ReceivedUrging, Step
from services.routing.domain.lateness import letters
from services.routing.domain.lateness.letters import NOBODY, LetterOccasion
from services.routing.domain.staff.act import must_be_ours
from services.routing.domain.staff.officers import SIMPLE, AgencyProcess, OfficerBook
from services.routing.domain.staff.roles import OfficerRole
from services.routing.domain.staff.urging_rules import ROLES, Plan, tellings

# Without rules: whoever asks for none tells by those that stood before the rules were data.
UNPLANNED = Plan()
# More are not counted one by one: the dossier is in trouble anyhow.
MOST_MISSING = 100


def receive(
    docket: Docket | None,
    dossier: str,
    order: StepOrder,
    now: datetime,
    *,
    agency: str,
    number: int,
    way: AgencyProcess = SIMPLE,
    plan: Plan = UNPLANNED,
) -> Change:
    """Put an ordered step on the desk; `docket` is None for the first of this dossier.

    `number` is the order's place among the centre's orders about this dossier,
    `way` the agency's own process for its procedure, `plan` says who is told when it is late.

    Raises:
        Forbidden: the order is another agency's.
        Duplicate: the step is here already; an order counts once however often it comes.
    """
    must_be_ours(order.agency, agency)
    docket = _named(docket or opened(dossier, order, now), order)
    if any(step.id == order.step for step in docket.steps):
        raise Duplicate("Bước này đã được nhận.", "This step has been received already.")
    step = Step(
        id=order.step,
        action=order.action,
        due=order.due,
        received=now,
        dated=number,
        documents=order.documents,
        from_data=order.from_data,
        declarations=order.declarations,
        components=order.components,
        decides=order.decides,
        ask_within=order.ask_within,
        ask_until=order.ask_until,
        way=way.roles,
        division=way.division,
        urges=way.urges,
        tellings=tellings(plan, way.urges, now, order.due),
    )
    event = StepReceived(agency=agency, step=step.id, due=step.due)
    return with_steps(docket, (*docket.steps, step)), (event,)


def resume(
    docket: Docket,
    order: ResumeOrder,
    now: datetime,
    *,
    agency: str,
    number: int,
    plan: Plan = UNPLANNED,
) -> Change:
    """The citizen's papers came: the step goes on where it stood, with its new deadline.

    Raises:
        NotFound: the step is not here yet; its order may still be on the way.
        Duplicate: it was resumed before.
        Refused: nobody asked for papers.
    """
    must_be_ours(order.agency, agency)
    step = find(docket, order.step)
    if step.state is DeskStepState.WITHDRAWN:  # the two orders crossed: nothing is left to resume
        return docket, ()
    if step.resumed:
        raise Duplicate("Bước này đã được tiếp tục.", "This step has been resumed already.")
    if step.state is not DeskStepState.WAITING:
        raise Refused("Bước này không chờ bổ sung.", "This step is not waiting for papers.")
    # An order that moved the due date after the papers came may have overtaken this one.
    resumed = replace(
        dated(step, order.due, number, now, plan),
        state=DeskStepState.ASSIGNED,
        documents=tuple(dict.fromkeys(step.documents + order.documents)),
        resumed=now,
    )
    event = StepResumed(agency=agency, step=step.id, due=resumed.due)
    return with_step(docket, resumed), (event,)


def reschedule(
    docket: Docket,
    order: RescheduleOrder,
    *,
    agency: str,
    number: int,
    plan: Plan = UNPLANNED,
) -> Change:
    """The centre moved the due date of the step; of two such orders the later one counts.

    An order that comes after the end of the step, or after a newer one, changes nothing.

    Raises:
        NotFound: the step is not here yet; its order may still be on the way.
    """
    must_be_ours(order.agency, agency)
    step = find(docket, order.step)
    moved = dated(step, order.due, number, step.resumed or step.received, plan)
    if order.ask_until and moved is not step:
        moved = replace(moved, ask_until=order.ask_until)
    if step.state not in OPEN or moved == step:
        return docket, ()
    if moved.due == step.due:
        return with_step(docket, moved), ()
    event = StepRescheduled(agency=agency, step=step.id, due=moved.due, was=step.due)
    return with_step(docket, moved), (event,)


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
    return with_step(docket, replace(step, state=DeskStepState.WITHDRAWN, closed=now)), (event,)


def urge(
    docket: Docket, order: UrgeOrder, now: datetime, *, agency: str, office: OfficerBook = NOBODY
) -> Change:
    """The director asks about a step: its officer and their heads are written to.

    One that ended meanwhile needs no answer.

    Raises:
        NotFound: the step is not here yet; its order may still be on the way.
        Duplicate: this urging is here already.
    """
    must_be_ours(order.agency, agency)
    step = find(docket, order.step)
    if any(each.id == order.urging for each in step.urgings):
        raise Duplicate("Đã nhận đôn đốc này.", "This urging is here already.")
    if step.state not in OPEN:
        return docket, ()
    urging = ReceivedUrging(
        id=order.urging, words=order.words, received=now, answer_by=order.answer_by
    )
    occasion = LetterOccasion(Matter.URGING, order.answer_by, now)
    told = letters.write(office, step, (OfficerRole.SPECIALIST, OfficerRole.HEAD), occasion)
    return with_step(docket, replace(step, urgings=(*step.urgings, urging))), told


def remind(
    docket: Docket, order: RemindOrder, now: datetime, *, agency: str, office: OfficerBook = NOBODY
) -> Change:
    """Somebody at the agency is to know that the whole, or an answer, is late too.

    Each such order is written of, as the rules count how often; the list has it once.

    Raises:
        NotFound: the step is not here yet; its order may still be on the way.
        Invalid: nobody of that kind is told at an agency.
    """
    must_be_ours(order.agency, agency)
    step = find(docket, order.step)
    told = {whom.value: role for whom, role in ROLES.items()}.get(order.whom)
    if told is None:
        raise Invalid("Không có vai trò này.", f"Nobody here is told as {order.whom:.40}.")
    if step.state not in OPEN:
        return docket, ()
    known = step.reminded if told in step.reminded else (*step.reminded, told)
    occasion = LetterOccasion(order.matter, order.due, now)
    written = letters.write(office, step, (told,), occasion)
    return with_step(docket, replace(step, reminded=known)), written


def correct(docket: Docket, order: CorrectOrder, *, agency: str, number: int) -> Change:
    """The applicant's right name, unless a newer order than this one has corrected it.

    The docket is found by it from now on, and no more by the wrong one.
    """
    must_be_ours(order.agency, agency)
    if number <= docket.named:
        return docket, ()
    named = replace(docket, applicant=order.applicant, words=(), named=number)
    return with_words(named), ()


def dated(step: Step, due: datetime, number: int, since: datetime, plan: Plan) -> Step:
    """The step due at that moment, unless a newer order than this one has dated it.

    `since` is when the time began that ends then: of both follows when whom is told.
    """
    if number <= step.dated:
        return step
    if due == step.due:
        return replace(step, dated=number)
    # Each due date is told of anew.
    told = tellings(plan, step.urges, since, due)
    return replace(step, due=due, dated=number, urged=0, tellings=told)


def opened(dossier: str, order: StepOrder | RouteOrder, now: datetime) -> Docket:
    """A new docket for the first order about a dossier; the applicant comes with a step's order."""
    docket = Docket(
        id=dossier,
        came=now,
        agency=order.agency,
        code=order.code,
        procedure=order.procedure,
        procedure_name=order.procedure_name,
        applicant="",
        steps=(),
    )
    return with_words(docket)


def _named(docket: Docket, order: StepOrder) -> Docket:
    if docket.applicant:
        return docket
    return with_words(replace(docket, applicant=order.applicant))


def hear(change: Change, number: int, now: datetime) -> Change:
    """Note down that the order of that number has come; earlier ones that have not are missing.

    Orders are numbered without gaps, so what stays missing was lost on its way.
    """
    docket, messages = change
    heard = docket.heard
    # A docket from before numbers were kept: nothing is known of what came until now.
    unnumbered = not heard.last and any(not step.dated for step in docket.steps)
    last = number - 1 if unnumbered else heard.last
    between = tuple(range(last + 1, number))
    missing = tuple(each for each in heard.missing + between if each != number)
    since = (heard.since or now) if missing else None
    noted = Heard(last=max(last, number), missing=missing[:MOST_MISSING], since=since)
    return replace(docket, heard=noted), messages
