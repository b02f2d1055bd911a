"""Agencies side by side: when a stage is over, what silence means, what the lead may do (Đ19)."""

from dataclasses import replace
from datetime import datetime

from contracts.events import DossierConsentAssumed, DossierRerouted
from contracts.orders import ProceedReply, RerouteReply, WithdrawOrder
from contracts.procedure import Join, Silence, Stage
from foundation.errors import Duplicate, Forbidden, Invalid, Refused
from foundation.worktime import Calendar
from services.intake.domain.dossier import (
    CONSENT,
    UNDER_WAY,
    Act,
    Decided,
    Dossier,
    Step,
    StepState,
    must_be,
    with_step,
)
from services.intake.domain.route import go_on, leave, plan, stage_at_work
from services.intake.domain.waits import HOLDS_ALL, open_waits

BRANCHES = "NĐ 61/2018 Đ19.6"


def silent_at(dossier: Dossier) -> datetime | None:
    """When the next agency's silence will be its consent; None when no silence means that.

    Nobody is held to their time while the whole stands still.
    """
    if dossier.state not in UNDER_WAY or open_waits(dossier.waits, *HOLDS_ALL):
        return None
    return min((step.due for step in _mute(dossier) if step.due), default=None)


def assume_consent(dossier: Dossier, now: datetime, calendar: Calendar) -> Decided:
    """Those who said nothing in their time have agreed, where the law says so (Đ19.5).

    The construction permit (12 days), the tax office on a company's dissolution (2 days).
    """
    at = silent_at(dossier)
    if at is None or at > now:
        return dossier, ()
    step = next(each for each in _mute(dossier) if each.due == at)
    agreed = replace(step, state=StepState.DONE, outcome=CONSENT, finished=at)
    told = DossierConsentAssumed(agency=dossier.agency, step=step.id)
    order = WithdrawOrder(agency=step.agency, step=step.id)
    dossier, messages = go_on(with_step(dossier, agreed), agreed, at, now, calendar)
    dossier, more = assume_consent(dossier, now, calendar)
    return dossier, (told, order, *messages, *more)


def proceed(
    dossier: Dossier, reply: ProceedReply, act: Act, now: datetime, calendar: Calendar
) -> Decided:
    """The lead has heard enough: who has not answered is asked no more, and the way goes on.

    Raises:
        Forbidden: it is not the lead agency.
        Refused: the stage does not leave that to the lead.
        Duplicate: that stage is over.
    """
    _must_lead(dossier, act)
    stage = stage_at_work(dossier)
    if stage is None or stage > reply.stage:
        raise Duplicate("Giai đoạn này đã kết thúc.", "This stage is over.")
    at_work = [step for step in dossier.steps if step.stage == reply.stage]
    if stage != reply.stage or any(step.join is not Join.LEAD for step in at_work):
        raise Refused(
            "Giai đoạn này không do cơ quan chủ trì quyết định kết thúc.",
            "This stage is not the lead agency's to end.",
            article=BRANCHES,
        )
    dossier, orders = leave(dossier, reply.stage, now, calendar)
    dossier, messages = go_on(dossier, at_work[-1], now, now, calendar)
    return dossier, (*orders, *messages)


def reroute(dossier: Dossier, reply: RerouteReply, act: Act) -> Decided:
    """The lead orders anew what has not begun; what has begun or is done stays.

    Raises:
        Forbidden: it is not the lead agency.
        Refused: the dossier is not under way, or its last stage has begun.
        Invalid: not exactly one agency decides, alone at the end.
        Duplicate: that is the order already.
    """
    _must_lead(dossier, act)
    must_be(dossier, *UNDER_WAY)
    stage = stage_at_work(dossier)
    begun = tuple(step for step in dossier.steps if step.state is not StepState.PLANNED)
    if stage is None or len(begun) == len(dossier.steps):
        raise Refused(
            "Không còn bước nào chưa bắt đầu để sắp xếp lại.",
            "There is nothing left that has not begun.",
            article=BRANCHES,
        )
    _must_end_with_a_decision(reply.stages)
    steps = (*begun, *plan(dossier.id, reply.stages, first=stage + 1))
    if steps == dossier.steps:
        raise Duplicate("Thứ tự này đã có.", "That is the order already.")
    agencies = tuple(step.agency for step in steps[len(begun) :])
    return replace(dossier, steps=steps), (
        DossierRerouted(agency=dossier.agency, agencies=agencies),
    )


def _mute(dossier: Dossier) -> tuple[Step, ...]:
    """Open steps whose silence would be consent."""
    return tuple(
        step
        for step in dossier.steps
        if step.on_silence is Silence.CONSENT and step.state is StepState.OPEN
    )


def _must_lead(dossier: Dossier, act: Act) -> None:
    if act.agency != dossier.agency:
        raise Forbidden(
            "Chỉ cơ quan chủ trì được quyết định việc này.",
            "Only the lead agency may decide this.",
            article=BRANCHES,
        )


def _must_end_with_a_decision(stages: tuple[Stage, ...]) -> None:
    deciding = [task for stage in stages for task in stage.tasks if task.decides]
    alone = bool(stages) and len(stages[-1].tasks) == 1
    if not alone or deciding != list(stages[-1].tasks):
        raise Invalid(
            "Đúng một cơ quan phải quyết định, một mình ở bước cuối.",
            "Exactly one agency must decide, alone in the last stage.",
            article=BRANCHES,
            fields={"stages": [task.agency for task in deciding]},
        )
