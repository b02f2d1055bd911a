"""Urging (đôn đốc): the director urges the agencies that have a dossier, and they answer."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from contracts.events import DossierUrgingAnswered, StepUrged
from contracts.orders import UrgeOrder
from contracts.replies import UrgingReply
from foundation.errors import Duplicate, Forbidden, Invalid, NotFound, Refused
from foundation.frozen import replace
from foundation.worktime import Calendar, Reminders, add_working_minutes, answer_minutes
from services.intake.domain.case.agency_step import AgencyAct
from services.intake.domain.case.dossier import (
    UNDER_WAY,
    Decided,
    Dossier,
    Step,
    StepState,
    must_be,
)
from services.intake.domain.case.late_history import UrgingRecord
from services.intake.domain.case.order_delivery import is_undelivered, undelivered
from services.intake.domain.clock.waits import HOLDS_ALL, open_waits

MOST_URGINGS = 100


@dataclass(frozen=True, kw_only=True)
class UrgeRequest:
    """The request of an urging: of whom, in which words, until when.

    `step` or `agency` narrows it to one of those that have the dossier now; without `answer_by`
    the rules of urging say how long the answer may take.
    """

    words: str
    step: str = ""
    agency: str = ""
    answer_by: datetime | None = None


def urge(
    dossier: Dossier,
    asked: UrgeRequest,
    urging: str,
    by: str,
    now: datetime,
    *,
    rules: Reminders,
    calendar: Calendar,
) -> Decided:
    """Urge each agency that is meant about what it has of the dossier.

    `urging` is the id of this act; that of each agency's part of it begins with it.

    Raises:
        Refused: the dossier is closed or stands still, nobody who is meant has anything open,
            or it was urged too often.
        Invalid: the answer is expected at a moment that is past.
    """
    steps = whom(dossier, asked)
    answer_by = asked.answer_by
    if answer_by is None:
        answer_by = add_working_minutes(now, answer_minutes(rules, calendar), calendar)
    if answer_by <= now:
        raise Invalid(
            "Hạn trả lời phải ở sau lúc này.",
            "The answer must be expected at a moment to come.",
            fields={"answer_by": ["phải ở sau lúc này / must lie ahead"]},
        )
    urgings = tuple(
        UrgingRecord(
            id=f"{urging}.{place}",
            step=step.id,
            agency=step.agency,
            by=by,
            words=asked.words,
            at=now,
            answer_by=answer_by,
        )
        for place, step in enumerate(steps, 1)
    )
    urged = replace(dossier, urgings=(*dossier.urgings, *urgings))
    return urged, tuple(message for each in urgings for message in _told(each))


def whom(dossier: Dossier, asked: UrgeRequest) -> tuple[Step, ...]:
    """The steps whose agencies are meant.

    Raises:
        Refused: as `urge`.
    """
    must_be(dossier, *UNDER_WAY)
    if open_waits(dossier.waits, *HOLDS_ALL):
        raise Refused(
            "Hồ sơ đang tạm dừng: không cơ quan nào phải trả lời lúc này.",
            "The dossier stands still: no agency can be held to it now.",
        )
    steps = tuple(
        each
        for each in dossier.steps
        if each.state is StepState.OPEN
        and not is_undelivered(dossier, each)
        and asked.step in {"", each.id}
        and asked.agency in {"", each.agency}
    )
    if not steps and undelivered(dossier):
        raise Refused(
            "Hồ sơ chưa chuyển đến được cơ quan được nêu: hãy gửi lại, chưa có ai để đôn đốc.",
            "The dossier has not reached the agency that is meant: send it again; there is nobody "
            "to urge yet.",
        )
    if not steps:
        raise Refused(
            "Không cơ quan nào được nêu đang giữ hồ sơ này.",
            "No agency that is meant has anything of this dossier to do now.",
        )
    if len(dossier.urgings) + len(steps) > MOST_URGINGS:
        raise Refused(
            f"Hồ sơ này đã được đôn đốc {len(dossier.urgings)} lần; hãy làm việc trực tiếp.",
            f"This dossier was urged {len(dossier.urgings)} times; talk to the agency directly.",
        )
    return steps


def was_made(dossier: Dossier, urging: str) -> bool:
    """Whether this act was done before."""
    return any(each.id.startswith(f"{urging}.") for each in dossier.urgings)


def answer(dossier: Dossier, reply: UrgingReply, act: AgencyAct, now: datetime) -> Decided:
    """An agency says why it is late and what it promises; also after its step or the whole ended.

    Raises:
        NotFound: nobody urged it so, or the dossier was urged only after this was read.
        Forbidden: another agency was urged.
        Duplicate: the very same answer came before.
        Refused: it was answered otherwise before.
    """
    urging = next((each for each in dossier.urgings if each.id == reply.urging), None)
    if urging is None:
        raise NotFound("Không có lần đôn đốc này.", "There is no such urging.")
    if urging.agency != act.agency:
        raise Forbidden("Đôn đốc này gửi cơ quan khác.", "Another agency was urged.")
    answered = replace(
        urging,
        answered=max(urging.at, min(act.at, now)),
        reason=reply.reason,
        promised=reply.promised,
    )
    if urging.answered:
        if replace(answered, answered=urging.answered) == urging:
            raise Duplicate("Đã nhận trả lời này.", "This answer came before.")
        raise Refused("Đôn đốc này đã được trả lời.", "This urging was answered before.")
    told = DossierUrgingAnswered(
        agency=dossier.agency, step=urging.step, urging=urging.id, promised=reply.promised
    )
    urgings = tuple(answered if each is urging else each for each in dossier.urgings)
    return replace(dossier, urgings=urgings), (told,)


def unanswered(dossier: Dossier) -> Iterable[UrgingRecord]:
    """Urgings whose agency still has its step and has not answered."""
    open_now = {each.id for each in dossier.steps if each.state is StepState.OPEN}
    return (each for each in dossier.urgings if each.step in open_now and not each.answered)


def _told(urging: UrgingRecord) -> tuple[StepUrged, UrgeOrder]:
    told = StepUrged(
        agency=urging.agency, step=urging.step, urging=urging.id, answer_by=urging.answer_by
    )
    order = UrgeOrder(
        agency=urging.agency,
        step=urging.step,
        urging=urging.id,
        words=urging.words,
        answer_by=urging.answer_by,
    )
    return told, order
