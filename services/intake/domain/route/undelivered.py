"""Steps whose order reached nobody: seen as such, kept from counting as silence, sent again.

The broker gives an order back that no agency's queue takes: the agency does not exist, has left, or
was not provided for yet. Its time runs all the same, since the applicant's does; but it is the
centre's, not the agency's (case/order_delivery.py).
"""

from datetime import datetime

from contracts.events import StepUndelivered
from contracts.law import LawRule
from contracts.message import CENTRE, Message
from contracts.orders import StepOrder, WithdrawOrder
from foundation.errors import Invalid, NotFound, Refused
from foundation.frozen import replace
from foundation.worktime import Calendar
from services.intake.domain.case.dossier import (
    UNDER_WAY,
    Decided,
    Dossier,
    StepState,
    must_be,
)
from services.intake.domain.case.order_delivery import is_undelivered
from services.intake.domain.route import stages


def come_back(dossier: Dossier, order: StepOrder) -> Decided:
    """The order of a step came back; nothing changes if a desk has it, or another was ordered."""
    step = next((each for each in dossier.steps if each.id == order.step), None)
    if (
        step is None
        or step.agency != order.agency
        or step.state is not StepState.OPEN
        or step.received is not None
        or step.id in dossier.undelivered
    ):
        return dossier, ()
    told = StepUndelivered(agency=CENTRE, step=step.id, asked=step.agency)
    return replace(dossier, undelivered=(*dossier.undelivered, step.id)), (told,)


def send_again(
    dossier: Dossier,
    step_id: str,
    agency: str,
    deciding: str,
    now: datetime,
    calendar: Calendar,
) -> Decided:
    """The centre sends a step again that reached nobody, to its agency or to another (`agency`).

    The step gets its own time anew, inside that of the whole. `deciding` is who decides by the
    procedure that is in force: the centre chooses nobody else for that.

    Raises:
        NotFound: the dossier has no such step.
        Refused: the dossier is not under way, or the step reached its agency.
        Invalid: the step decides, and that is not this agency's to do.
    """
    must_be(dossier, *UNDER_WAY)
    step = next((each for each in dossier.steps if each.id == step_id), None)
    if step is None:
        raise NotFound("Hồ sơ không có bước này.", "The dossier has no such step.")
    if not is_undelivered(dossier, step):
        raise Refused(
            "Bước này đã đến cơ quan hoặc chưa được gửi đi; không gửi lại được.",
            "This step has reached its agency, or was not sent yet; it cannot be sent again.",
            article=dossier.by(LawRule.ROUTE),
        )
    chosen = agency or step.agency
    if step.decides and chosen not in (step.agency, deciding):
        raise Invalid(
            f"Bước quyết định chỉ giao cho cơ quan mà thủ tục quy định ({deciding}).",
            f"The decision is for the agency that the procedure names ({deciding}).",
            article=dossier.by(LawRule.ROUTE),
            fields={"agency": [chosen]},
        )
    moved: tuple[Message, ...] = ()
    if chosen != step.agency:
        # Should the old order be delivered after all, this one follows it.
        moved = (WithdrawOrder(agency=step.agency, step=step.id),)
    others = tuple(each for each in dossier.undelivered if each != step.id)
    again = replace(step, agency=chosen)
    sent, messages = stages.order_again(replace(dossier, undelivered=others), again, now, calendar)
    return sent, (*moved, *messages)
