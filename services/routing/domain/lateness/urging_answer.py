"""The answer to an urging of the director: why the step is late, and until when."""

from datetime import datetime

from contracts.events import StepUrgingAnswered
from contracts.replies import UrgingReply
from foundation.errors import Invalid, NotFound, Refused
from foundation.frozen import replace
from services.routing.domain.docket.docket import Change, Docket, find, with_step
from services.routing.domain.docket.step import OPEN
from services.routing.domain.staff.act import OfficerAct
from services.routing.domain.staff.roles import Right


def answer(
    docket: Docket, step_id: str, urging_id: str, act: OfficerAct, reason: str, promised: datetime
) -> Change:
    """Answer for the agency, late or in time; the reason goes to the centre alone.

    Whoever sees the step and works at the desk may answer: its officer, or a head for them.

    Raises:
        NotFound: the step was not urged so.
        Refused: it was answered before, or the step is closed: there is nothing left to promise.
        Invalid: what is promised is past.
    """
    act.must(Right.WORK)
    step = find(docket, step_id)
    urging = next((each for each in step.urgings if each.id == urging_id), None)
    if urging is None:
        raise NotFound("Không có lần đôn đốc này.", "There is no such urging.")
    if urging.answered:
        raise Refused("Đôn đốc này đã được trả lời.", "This urging was answered before.")
    if step.state not in OPEN:
        raise Refused(
            "Bước này đã kết thúc; không cần trả lời đôn đốc nữa.",
            "The step is closed; the urging needs no answer any more.",
        )
    if promised <= act.now:
        raise Invalid(
            "Thời điểm hứa hoàn thành phải ở sau lúc này.",
            "What is promised must lie ahead.",
            fields={"promised": ["phải ở sau lúc này / must lie ahead"]},
        )
    done = replace(urging, answered=act.now, officer=act.officer, reason=reason, promised=promised)
    urgings = tuple(done if each is urging else each for each in step.urgings)
    return with_step(docket, replace(step, urgings=urgings)), (
        StepUrgingAnswered(agency=docket.agency, step=step.id, urging=urging.id, promised=promised),
        UrgingReply(
            agency=docket.agency,
            step=step.id,
            urging=urging.id,
            reason=reason,
            promised=promised,
        ),
    )
