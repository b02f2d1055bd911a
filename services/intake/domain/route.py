"""The way through the agencies (NĐ 61/2018 Đ19.6): stage after stage, side by side within one.

No branch waits for another; the next stage begins when all of a stage are done; an agency that
refuses by law ends the whole (Đ19.8).
"""

from dataclasses import replace
from datetime import datetime

from contracts.events import (
    DossierResolved,
    StepCompleted,
    StepOrdered,
    StepReceived,
    StepRefused,
)
from contracts.message import Message
from contracts.orders import StepOrder, WithdrawOrder
from contracts.procedure import TimeLimit
from foundation.errors import Duplicate
from foundation.worktime import Calendar
from services.intake.domain import clock
from services.intake.domain.dossier import (
    AT_AN_AGENCY,
    Act,
    Decided,
    Dossier,
    State,
    Step,
    StepState,
    moment_of,
    must_be_open,
    step_of,
    with_step,
)


def order_stage(dossier: Dossier, stage: int, now: datetime, calendar: Calendar) -> Decided:
    """Order every step of a stage at once, each with its own due date inside the whole."""
    messages: list[Message] = []
    for planned in (step for step in dossier.steps if step.stage == stage):
        due = step_due(dossier, planned, now, calendar)
        step = replace(planned, state=StepState.OPEN, ordered=now, due=due)
        dossier = with_step(dossier, step)
        messages += _order(dossier, step, due)
    return dossier, tuple(messages)


def step_due(dossier: Dossier, step: Step, now: datetime, calendar: Calendar) -> datetime:
    """The step's own time from its order, at the latest the due date of the whole.

    When the whole is due already, the step keeps its own days: nobody can work in no time.
    """
    limit = TimeLimit(unit=step.unit, amount=step.amount)
    own = clock.begin(limit, now, calendar).moment or now
    if dossier.due is None or dossier.due <= now:
        return own
    return min(own, dossier.due)


def arrive(dossier: Dossier, event: StepReceived, act: Act, now: datetime) -> Decided:
    """The agency has the order at its desk: the dossier is being processed (state 4).

    Raises:
        Duplicate: that was known, or the agency has already done more than that.
        NotFound, Forbidden: the step is not there, or not this agency's.
    """
    step = step_of(dossier, event.step, act)
    if step.received is not None or step.state not in AT_AN_AGENCY:
        raise Duplicate("Đã ghi nhận trước đó.", "This was noted before.")
    noted = replace(step, received=moment_of(act, step, now))
    return _in_process(with_step(dossier, noted)), ()


def complete(
    dossier: Dossier, event: StepCompleted, act: Act, now: datetime, calendar: Calendar
) -> Decided:
    """The agency has done its part: order the next stage, or resolve the dossier.

    Raises:
        Duplicate, Refused: the step is not open.
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
    must_be_open(step, done)
    dossier = _in_process(with_step(dossier, done))
    if any(each.state in AT_AN_AGENCY for each in dossier.steps):
        return dossier, ()
    if any(each.state is StepState.PLANNED for each in dossier.steps):
        return order_stage(dossier, step.stage + 1, now, calendar)
    return _resolve(dossier, _deciding(dossier), moment_of(act, step, now))


def refuse_step(dossier: Dossier, event: StepRefused, act: Act, now: datetime) -> Decided:
    """An agency refuses by law (Đ19.8): the dossier is resolved, the other branches stop.

    Raises:
        Duplicate, Refused: the step is not open.
        NotFound, Forbidden: the step is not there, or not this agency's.
    """
    step = step_of(dossier, event.step, act)
    refused = replace(
        step,
        state=StepState.REFUSED,
        outcome="refused",
        document=event.document,
        finished=moment_of(act, step, now),
    )
    must_be_open(step, refused)
    stopped, orders = stop_steps(with_step(dossier, refused))
    resolved, messages = _resolve(stopped, refused, moment_of(act, step, now))
    return resolved, (*messages, *orders)


def stop_steps(dossier: Dossier) -> Decided:
    """Take every step back that an agency still has; nobody is asked for papers any more."""
    orders: list[Message] = []
    for step in (each for each in dossier.steps if each.state in AT_AN_AGENCY):
        dossier = with_step(dossier, replace(step, state=StepState.WITHDRAWN))
        orders.append(WithdrawOrder(agency=step.agency, step=step.id))
    return replace(dossier, requests=(), paused=None, paused_by=""), tuple(orders)


def _resolve(dossier: Dossier, step: Step, at: datetime) -> Decided:
    timing = clock.timing(dossier.due, at)
    resolved = replace(
        dossier,
        state=State.RESOLVED,
        outcome=step.outcome,
        result=step.document,
        timing=timing,
        resolved=at,
    )
    event = DossierResolved(
        agency=dossier.agency,
        code=dossier.code,
        outcome=step.outcome,
        document=step.document,
        timing=timing,
    )
    return resolved, (event,)


def _deciding(dossier: Dossier) -> Step:
    return next((step for step in dossier.steps if step.decides), dossier.steps[-1])


def _in_process(dossier: Dossier) -> Dossier:
    if dossier.state is State.ACCEPTED:
        return replace(dossier, state=State.PROCESSING)
    return dossier


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
    )
    return told, order
