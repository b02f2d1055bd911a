"""Answers that the centre refused: the step goes back to the state the centre has it in."""

from datetime import datetime

from contracts.events import StepAnswerRefused, StepCompleted, StepRefused
from contracts.orders import RefusalOrder
from contracts.replies import ExtensionReply, ProceedReply, RerouteReply, SupplementReply
from foundation.errors import Duplicate, NotFound
from foundation.frozen import replace
from services.routing.domain.docket.docket import (
    AnswerRefusal,
    Change,
    Docket,
    find,
    settled,
    with_step,
)
from services.routing.domain.docket.step import DeskStepState, Step
from services.routing.domain.orders.inward import UNPLANNED, dated
from services.routing.domain.staff.act import OfficerAct, must_be_ours
from services.routing.domain.staff.roles import Right
from services.routing.domain.staff.urging_rules import Plan

MOST_REFUSALS = 50

MADE_BY = {
    StepCompleted.TYPE: DeskStepState.COMPLETED,
    StepRefused.TYPE: DeskStepState.REFUSED,
    SupplementReply.TYPE: DeskStepState.WAITING,
}
"""The state in which an answer leaves the step; only that state is undone by its refusal."""
STANDS = {"open": DeskStepState.ASSIGNED, "waiting": DeskStepState.WAITING}
"""Our word for the centre's state of a step; any other means that it is ours no more."""


def be_refused(
    docket: Docket,
    order: RefusalOrder,
    now: datetime,
    *,
    agency: str,
    number: int,
    plan: Plan = UNPLANNED,
) -> Change:
    """Take back what the refused answer made of the step, and keep the refusal to be read.

    What happened to the step since stays: a refusal may come after a newer order.

    Raises:
        NotFound: the step is not here.
        Duplicate: this refusal was taken before.
        Forbidden: the order is another agency's.
    """
    must_be_ours(order.agency, agency)
    if any(each.number == number for each in docket.refusals):
        raise Duplicate("Đã ghi nhận trước đó.", "This was noted before.")
    step = find(docket, order.step) if order.step else None
    right = _put_right(step, order, now, number, plan) if step else None
    docket, officer = with_step(docket, right) if right else docket, step.officer if step else ""
    if docket.route and order.answer in (ProceedReply.TYPE, RerouteReply.TYPE):
        officer = docket.route.asked.officer if docket.route.asked else ""
        docket = replace(docket, route=replace(docket.route, asked=None))
    refusal = AnswerRefusal(
        number=number,
        answer=order.answer,
        said=order.said,
        at=now,
        article=order.article,
        vi=order.vi,
        en=order.en,
        step=order.step,
        officer=officer,
    )
    kept = (*docket.refusals, refusal)[-MOST_REFUSALS:]
    event = StepAnswerRefused(
        agency=agency,
        answer=order.answer,
        article=order.article,
        step=order.step,
        state=right.state.value if right else "",
    )
    return settled(replace(docket, refusals=kept)), (event,)


def see(docket: Docket, number: str, act: OfficerAct) -> Change:
    """Mark a refusal as read: it leaves the list of those that nobody has read.

    Raises:
        NotFound: there is no refusal of that number.
    """
    act.must(Right.WORK)
    if number not in {str(each.number) for each in docket.refusals}:
        raise NotFound("Không có lần từ chối này.", "There is no such refusal.")
    read = tuple(
        replace(each, seen=act.now, seen_by=act.officer)
        if str(each.number) == number and not each.seen
        else each
        for each in docket.refusals
    )
    return settled(replace(docket, refusals=read)), ()


def _put_right(step: Step, order: RefusalOrder, now: datetime, number: int, plan: Plan) -> Step:
    if order.answer == ExtensionReply.TYPE:
        return replace(step, extension=None)
    if step.state is not MADE_BY.get(order.answer):
        return step
    state = STANDS.get(order.state, DeskStepState.WITHDRAWN)
    closed = now if state is DeskStepState.WITHDRAWN else None
    asked_for = None if order.answer == SupplementReply.TYPE else step.need
    right = replace(step, state=state, closed=closed, need=asked_for)
    right = replace(right, outcome="", article="", document="")
    since = step.resumed or step.received
    return dated(right, order.due, number, since, plan) if order.due else right
