"""Parallel steps: when a stage is over, what silence means, what the lead may do (Đ19)."""

from collections.abc import Collection
from datetime import datetime

from contracts.events import DossierConsentAssumed, DossierProceeded, DossierRerouted
from contracts.law import LawRule
from contracts.orders import WithdrawOrder
from contracts.procedure import Join, Silence, Stage, deciding
from contracts.replies import ProceedReply, RerouteReply
from foundation.errors import Forbidden, Invalid, Refused
from foundation.frozen import replace
from foundation.worktime import Calendar
from services.intake.domain.case.agency_step import AgencyAct, with_step
from services.intake.domain.case.dossier import (
    AT_AN_AGENCY,
    CONSENT,
    UNDER_WAY,
    Decided,
    Dossier,
    Step,
    StepState,
    must_be,
)
from services.intake.domain.case.order_delivery import is_undelivered
from services.intake.domain.clock.waits import HOLDS_ALL, open_waits
from services.intake.domain.route.stages import go_on, leave, plan, stage_at_work

NOT_SAID = -1


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
    dossier: Dossier, reply: ProceedReply, act: AgencyAct, now: datetime, calendar: Calendar
) -> Decided:
    """The lead has heard enough: who has not answered is asked no more, and the way goes on.

    What the lead itself has in the stage stays to be done; nobody goes on without the decision.

    Raises:
        Forbidden: it is not the lead agency.
        Refused: the stage is over or not begun, is not the lead's to end, or nobody is out.
    """
    _must_lead(dossier, act)
    out = _out(dossier, reply.stage)
    if stage_at_work(dossier) != reply.stage or not out:
        raise Refused(
            "Giai đoạn này đã kết thúc hoặc chưa bắt đầu: không còn cơ quan nào để thôi chờ.",
            "This stage is over or has not begun: there is nobody to wait for no longer.",
            article=dossier.by(LawRule.ROUTE),
        )
    if any(step.join is not Join.LEAD or step.decides for step in out):
        raise Refused(
            "Giai đoạn này không do cơ quan chủ trì quyết định kết thúc.",
            "This stage is not the lead agency's to end.",
            article=dossier.by(LawRule.ROUTE),
        )
    dossier, orders = leave(dossier, reply.stage, now, calendar, but=dossier.agency)
    dossier, messages = go_on(dossier, out[-1], now, now, calendar)
    left = tuple(step.agency for step in out)
    told = DossierProceeded(agency=dossier.agency, stage=reply.stage, left=left)
    return dossier, (told, *orders, *messages)


def reroute(
    dossier: Dossier, reply: RerouteReply, act: AgencyAct, agencies: Collection[str] = ()
) -> Decided:
    """The lead orders anew what has not begun; what has begun or is done stays.

    `agencies` are those that there are, by their codes; empty when they are not known.

    Raises:
        Forbidden: it is not the lead agency.
        Refused: the dossier is not under way, something began meanwhile, its last stage has, or
            that is the order already.
        Invalid: an agency is not known, or not the one that was to decide does, alone at the end.
    """
    _must_lead(dossier, act)
    must_be(dossier, *UNDER_WAY)
    stage = stage_at_work(dossier)
    begun = tuple(step for step in dossier.steps if step.state is not StepState.PLANNED)
    if stage is None or len(begun) == len(dossier.steps):
        raise Refused(
            "Không còn bước nào chưa bắt đầu để sắp xếp lại.",
            "There is nothing left that has not begun.",
            article=dossier.by(LawRule.ROUTE),
        )
    if reply.stage not in (NOT_SAID, stage):
        raise Refused(
            "Trong lúc đó giai đoạn khác đã bắt đầu; xin xem lại rồi sắp xếp phần còn lại.",
            "Another stage has begun meanwhile; look again, then order what is left.",
            article=dossier.by(LawRule.ROUTE),
        )
    _must_be_feasible(dossier, reply.stages, agencies)
    steps = (*begun, *plan(dossier.id, reply.stages, first=stage + 1))
    if steps == dossier.steps:
        raise Refused(
            "Thứ tự này đã có.", "That is the order already.", article=dossier.by(LawRule.ROUTE)
        )
    agencies = tuple(step.agency for step in steps[len(begun) :])
    return replace(dossier, steps=steps), (
        DossierRerouted(agency=dossier.agency, agencies=agencies),
    )


def _mute(dossier: Dossier) -> tuple[Step, ...]:
    """Open steps whose silence would be consent; who was never reached is not silent."""
    return tuple(
        step
        for step in dossier.steps
        if step.on_silence is Silence.CONSENT
        and step.state is StepState.OPEN
        and not is_undelivered(dossier, step)
    )


def _must_lead(dossier: Dossier, act: AgencyAct) -> None:
    if act.agency != dossier.agency:
        raise Forbidden(
            "Chỉ cơ quan chủ trì được quyết định việc này.",
            "Only the lead agency may decide this.",
            article=dossier.by(LawRule.ROUTE),
        )


def _out(dossier: Dossier, stage: int) -> list[Step]:
    """Who else than the lead still has something of the stage to do."""
    return [
        step
        for step in dossier.steps
        if step.stage == stage and step.state in AT_AN_AGENCY and step.agency != dossier.agency
    ]


def _must_be_feasible(
    dossier: Dossier, stages: tuple[Stage, ...], agencies: Collection[str]
) -> None:
    """Who decides is the procedure's to say, not the lead's; who is asked must be there."""
    decides = next((step.agency for step in dossier.steps if step.decides), "")
    task = deciding(stages)
    if task is None or task.agency not in ("", decides):
        raise Invalid(
            f"Bước cuối phải do một mình cơ quan quyết định ({decides}) thực hiện.",
            f"The last stage must be the decision, alone, and of {decides}.",
            article=dossier.by(LawRule.ROUTE),
            fields={"stages": [task.agency if task else ""]},
        )
    asked = {each.agency for stage in stages for each in stage.tasks}
    known = {*agencies, *(step.agency for step in dossier.steps)}
    strangers = sorted(asked - known) if agencies else []
    if strangers:
        raise Invalid(
            f"Không có cơ quan mang mã {', '.join(strangers)}.",
            f"There is no agency with the code {', '.join(strangers)}.",
            fields={"stages": strangers},
        )
