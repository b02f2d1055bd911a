"""The route through the agencies (NĐ 61/2018 Đ19.6): stage after stage, side by side within one.

No branch waits for another; the next stage begins when all of a stage are done; an agency that
refuses by law ends the whole (Đ19.8). Steps whose time the law does not count (tax, treasury,
public posting) let the clock of the whole stand still.
"""

from datetime import datetime

from contracts.events import (
    DossierClockStarted,
    DossierDocumentJoined,
    DossierResolved,
    DossierResumed,
    DossierTakenUp,
    StepCompleted,
    StepOrdered,
    StepReceived,
    StepRefused,
)
from contracts.law import LawRule
from contracts.message import Message
from contracts.orders import StepOrder, WithdrawOrder
from contracts.procedure import CountedFrom, Join, Stage, StepClock, TimeLimit
from foundation.errors import Duplicate
from foundation.frozen import replace
from foundation.worktime import Calendar
from services.intake.domain.case.agency_step import (
    AgencyAct,
    moment_of,
    must_be_open,
    step_of,
    with_step,
)
from services.intake.domain.case.components import components
from services.intake.domain.case.dossier import (
    AT_AN_AGENCY,
    Decided,
    Dossier,
    State,
    Step,
    StepState,
)
from services.intake.domain.case.pause import all_over, run_again, stand
from services.intake.domain.clock import due_date
from services.intake.domain.clock.waits import Wait, WaitKind, open_waits
from services.intake.domain.route.answer_rules import must_be_lawful, must_fit


def plan(dossier_id: str, route: tuple[Stage, ...], *, first: int = 0) -> tuple[Step, ...]:
    """The steps of a route, none ordered yet; ids begin with the dossier's, stages at `first`."""
    return tuple(
        Step(
            id=f"{dossier_id}.{stage}.{place}",
            stage=stage,
            agency=task.agency,
            action=task.action,
            amount=task.amount,
            unit=task.unit,
            decides=task.decides,
            clock=task.clock,
            on_silence=task.on_silence,
            join=side_by_side.join,
        )
        for stage, side_by_side in enumerate(route, first)
        for place, task in enumerate(side_by_side.tasks)
    )


def order_stage(dossier: Dossier, stage: int, now: datetime, calendar: Calendar) -> Decided:
    """Order every step of a stage at once, each with its own due date inside the whole."""
    messages: list[Message] = []
    for planned in (step for step in dossier.steps if step.stage == stage):
        due = step_due(dossier, planned, now, calendar)
        ask_until = due_date.ask_until(now, dossier.time, calendar.of(planned.agency))
        step = replace(planned, state=StepState.OPEN, ordered=now, due=due, ask_until=ask_until)
        dossier = with_step(dossier, step)
        messages += _order(dossier, step, due)
        if step.clock is StepClock.PAUSED:
            wait = Wait(
                kind=WaitKind.UNCOUNTED,
                since=now,
                who=step.agency,
                article=dossier.by(LawRule.COUNTED),
                step=step.id,
            )
            dossier, told = stand(dossier, wait)
            messages += told
    return dossier, tuple(messages)


def order_again(dossier: Dossier, step: Step, now: datetime, calendar: Calendar) -> Decided:
    """Order a step of a stage at work anew, in its own time from now."""
    due = step_due(dossier, step, now, calendar)
    ask_until = due_date.ask_until(now, dossier.time, calendar.of(step.agency))
    anew = replace(step, ordered=now, due=due, ask_until=ask_until)
    return with_step(dossier, anew), _order(dossier, anew, due)


def step_due(dossier: Dossier, step: Step, now: datetime, calendar: Calendar) -> datetime:
    """The step's own time from its order, at the latest the due date of the whole.

    When the whole is due already, the step keeps its own days: nobody can work in no time.
    """
    limit = TimeLimit(unit=step.unit, amount=step.amount)
    own = due_date.begin(limit, now, calendar.of(step.agency)).moment or now
    if dossier.due is None or dossier.due <= now:
        return own
    return min(own, dossier.due)


def arrive(
    dossier: Dossier, event: StepReceived, act: AgencyAct, now: datetime, calendar: Calendar
) -> Decided:
    """The agency has the order at its desk: the dossier is being processed (state 4).

    Where the law counts from the receipt by the office that decides, or by the competent agency
    for which another place received it, the clock starts here.

    Raises:
        Duplicate: that was known, or the agency has already done more than that.
        NotFound, Forbidden: the step is not there, or not this agency's.
    """
    step = step_of(dossier, event.step, act)
    if step.received is not None or step.state not in AT_AN_AGENCY:
        raise Duplicate("Đã ghi nhận trước đó.", "This was noted before.")
    noted = replace(step, received=moment_of(act, step, now))
    dossier, told = _take_up(with_step(dossier, noted))
    if _starts_clock(dossier, step):
        dossier, started = _start_clock(dossier, moment_of(act, step, now), calendar)
        return dossier, (*told, *started)
    return dossier, told


def complete(
    dossier: Dossier, event: StepCompleted, act: AgencyAct, now: datetime, calendar: Calendar
) -> Decided:
    """The agency has done its part: order the next stage, or resolve the dossier.

    Raises:
        Duplicate, Refused: the step is not open.
        Invalid: the outcome is not one of such a step, or a decision has no document.
        NotFound, Forbidden: the step is not there, or not this agency's.
    """
    step = step_of(dossier, event.step, act)
    done = replace(
        step,
        state=StepState.DONE,
        outcome=event.outcome,
        document=event.document,
        finished=moment_of(act, step, now),
    )
    must_be_open(dossier, step, done)
    must_fit(dossier, done)
    dossier, taken_up = _take_up(with_step(dossier, done))
    dossier, told = go_on(dossier, done, moment_of(act, step, now), now, calendar)
    return dossier, (*taken_up, *_joined(done), *told)


def go_on(dossier: Dossier, step: Step, at: datetime, now: datetime, calendar: Calendar) -> Decided:
    """What follows from the end of a step `at` that moment: its stage goes on, the next, the end.

    A stage is over when all have answered, most have, or the lead says so (see `Join`).
    """
    dossier, told = _count_again(dossier, step, now, calendar)
    if not _over(dossier, step):
        return dossier, told
    dossier, left = leave(dossier, step.stage, now, calendar)
    if any(each.state is StepState.PLANNED for each in dossier.steps):
        dossier, next_told = order_stage(dossier, step.stage + 1, now, calendar)
    else:
        decided = _deciding(dossier)
        dossier, next_told = resolve(dossier, decided.outcome, decided.document, at, calendar)
    return dossier, (*told, *left, *next_told)


def leave(
    dossier: Dossier, stage: int, now: datetime, calendar: Calendar, *, but: str = ""
) -> Decided:
    """Take back what is open in a stage that is over; what they waited for is not waited for.

    What the agency `but` has stays with it.
    """
    orders = []
    for step in dossier.steps:
        if step.stage == stage and step.state in AT_AN_AGENCY and step.agency != but:
            dossier = with_step(dossier, replace(step, state=StepState.WITHDRAWN))
            orders.append(WithdrawOrder(agency=step.agency, step=step.id))
    left = {order.step for order in orders}
    over = [each for each in open_waits(dossier.waits) if each.step in left]
    if not over:
        return dossier, tuple(orders)
    dossier, told = run_again(dossier, over, now, calendar)
    return dossier, (*orders, *told)


def refuse_step(
    dossier: Dossier, event: StepRefused, act: AgencyAct, now: datetime, calendar: Calendar
) -> Decided:
    """An agency refuses by law, within its time (Đ19.8): it is resolved, other branches stop.

    Raises:
        Duplicate, Refused: the step is not open, or its time was over.
        NotFound, Forbidden: the step is not there, or not this agency's.
    """
    step = step_of(dossier, event.step, act)
    refused = replace(
        step,
        state=StepState.REFUSED,
        outcome="refused",
        article=event.article,
        document=event.document,
        finished=moment_of(act, step, now),
    )
    must_be_open(dossier, step, refused)
    at = moment_of(act, step, now)
    must_be_lawful(dossier, refused, at)
    stopped, orders = stop_steps(with_step(dossier, refused), at, calendar)
    stopped = replace(stopped, article=refused.article)
    resolved, messages = resolve(stopped, refused.outcome, refused.document, at, calendar)
    return resolved, (*_joined(refused), *messages, *orders)


def stop_steps(dossier: Dossier, at: datetime, calendar: Calendar) -> Decided:
    """Take every step back that an agency still has; nothing is waited for any more."""
    orders: list[Message] = []
    for step in (each for each in dossier.steps if each.state in AT_AN_AGENCY):
        dossier = with_step(dossier, replace(step, state=StepState.WITHDRAWN))
        orders.append(WithdrawOrder(agency=step.agency, step=step.id))
    return all_over(dossier, at, calendar), tuple(orders)


def resolve(
    dossier: Dossier, outcome: str, document: str, at: datetime, calendar: Calendar
) -> Decided:
    """There is a decision (state 9): what is open is counted, and kept date against due date."""
    dossier = all_over(dossier, at, calendar)
    timing = due_date.timing(dossier.due, at)
    resolved = replace(
        dossier,
        state=State.RESOLVED,
        outcome=outcome,
        result=document,
        timing=timing,
        resolved=at,
    )
    event = DossierResolved(
        agency=dossier.agency,
        code=dossier.code,
        outcome=outcome,
        document=document,
        timing=timing,
        article=resolved.article,
    )
    return resolved, (event,)


def stage_at_work(dossier: Dossier) -> int | None:
    """The stage that agencies have now; None when none has."""
    return next((step.stage for step in dossier.steps if step.state in AT_AN_AGENCY), None)


def _over(dossier: Dossier, step: Step) -> bool:
    beside = [each for each in dossier.steps if each.stage == step.stage]
    open_now = [each for each in beside if each.state in AT_AN_AGENCY]
    done = [each for each in beside if each.state is StepState.DONE]
    most = step.join is Join.MAJORITY and 2 * len(done) > len(beside)
    return most or not open_now


def _starts_clock(dossier: Dossier, step: Step) -> bool:
    """Whether time counts from this agency's receipt; a law of the field goes before."""
    if dossier.time.counted_from is CountedFrom.DECIDING_OFFICE:
        return step.decides
    has_a_step = any(each.agency == dossier.agency for each in dossier.steps)
    competent = step.agency == dossier.agency if has_a_step else step.decides
    return dossier.out_of_area and competent


def _start_clock(dossier: Dossier, at: datetime, calendar: Calendar) -> Decided:
    """Time counts from the office that decides (1.011441), or that is competent."""
    if dossier.due or dossier.received is None:
        return dossier, ()
    competent = dossier.agency if dossier.out_of_area else ""
    counted = due_date.begin(
        dossier.time,
        dossier.received,
        calendar.of(dossier.agency),
        at_office=at,
        competent=competent,
    )
    if counted.moment is None:
        return dossier, ()
    started = DossierClockStarted(agency=dossier.agency, due=counted.moment)
    return replace(dossier, due=counted.moment, ledger=counted.ledger), (started,)


def _count_again(dossier: Dossier, step: Step, now: datetime, calendar: Calendar) -> Decided:
    """The clock runs again when a step is over that it stood still for."""
    over = [each for each in open_waits(dossier.waits) if each.step == step.id]
    if not over:
        return dossier, ()
    resumed = DossierResumed(agency=dossier.agency, because=over[0].kind.value)
    running, told = run_again(dossier, over, now, calendar)
    return running, (resumed, *told)


def _deciding(dossier: Dossier) -> Step:
    return next((step for step in dossier.steps if step.decides), dossier.steps[-1])


def _joined(step: Step) -> tuple[Message, ...]:
    """What the agency wrote belongs to the dossier from now on: what was refused never does."""
    if not step.document:
        return ()
    return (DossierDocumentJoined(agency=step.agency, step=step.id, document=step.document),)


def _take_up(dossier: Dossier) -> Decided:
    if dossier.state is not State.ACCEPTED:
        return dossier, ()
    told = DossierTakenUp(agency=dossier.agency, code=dossier.code)
    return replace(dossier, state=State.PROCESSING), (told,)


def _order(dossier: Dossier, step: Step, due: datetime) -> tuple[Message, Message]:
    told = StepOrdered(agency=step.agency, step=step.id, action=step.action, due=due)
    order = StepOrder(
        agency=step.agency,
        step=step.id,
        code=dossier.code,
        procedure=dossier.procedure,
        procedure_name=dossier.procedure_name,
        action=step.action,
        due=due,
        applicant=dossier.applicant.name,
        documents=tuple(each.document for each in dossier.attachments),
        decides=step.decides,
        ask_within=dossier.time.ask_within,
        ask_until=step.ask_until,
        from_data=tuple(each.named for each in dossier.looked_up if not each.because),
        declarations=dossier.declarations,
        components=components(dossier),
    )
    return told, order
