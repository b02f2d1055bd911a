"""The way of a complaint by law: accepted or not, decided, appealed, suspended, withdrawn.

Beside the question to the agency (`explaining`) runs what the law has the centre do with a
complaint (Luật Khiếu nại 2011): the terms of each stage are those in force (`foundation.law.term`).
"""

from datetime import date, datetime, time, timedelta
from enum import StrEnum

from contracts.events import FeedbackProceeded
from contracts.law import LawRule
from contracts.message import CENTRE, Message
from foundation.errors import Refused
from foundation.frozen import replace
from foundation.law import cite, term
from foundation.worktime import HO_CHI_MINH, Calendar, add_calendar_days
from services.feedback.domain.feedback import (
    ComplaintProceeding,
    ComplaintStage,
    Feedback,
    FeedbackKind,
    FeedbackOutcome,
)

FIRST, SECOND = 1, 2
INSTANCE_STAGE = {FIRST: "first", SECOND: "second"}
KIND = FeedbackKind.COMPLAINT.value
Change = tuple[Feedback, tuple[Message, ...]]


class ComplaintAct(StrEnum):
    """What the centre does with a complaint."""

    ACCEPT = "accept"
    DECLINE = "decline"
    SUSPEND = "suspend"
    RESUME = "resume"
    WITHDRAW = "withdraw"
    DECIDE = "decide"
    APPEAL = "appeal"
    CLASSIFY = "classify"
    DIALOGUE = "dialogue"


FROM = {
    ComplaintAct.ACCEPT: (ComplaintStage.LODGED,),
    ComplaintAct.DECLINE: (ComplaintStage.LODGED,),
    ComplaintAct.SUSPEND: (ComplaintStage.ACCEPTED,),
    ComplaintAct.RESUME: (ComplaintStage.SUSPENDED,),
    ComplaintAct.WITHDRAW: (
        ComplaintStage.LODGED,
        ComplaintStage.ACCEPTED,
        ComplaintStage.SUSPENDED,
    ),
    ComplaintAct.DECIDE: (ComplaintStage.ACCEPTED,),
    ComplaintAct.APPEAL: (ComplaintStage.DECIDED, ComplaintStage.ACCEPTED),
    ComplaintAct.CLASSIFY: (ComplaintStage.ACCEPTED,),
    ComplaintAct.DIALOGUE: (ComplaintStage.ACCEPTED,),
}
"""In which stages the law has each act."""


BECAUSE = {ComplaintAct.CLASSIFY: "case", ComplaintAct.DIALOGUE: "dialogue"}
"""What is told of an act that leaves a complaint in its stage."""
ENDED_BY = {
    ComplaintAct.DECLINE: ComplaintStage.DECLINED,
    ComplaintAct.WITHDRAW: ComplaintStage.WITHDRAWN,
}


def lodged(received: datetime, calendar: Calendar) -> ComplaintProceeding:
    """A complaint as it comes in: whether it is accepted has to be said in time."""
    return _counted(ComplaintProceeding(since=received), calendar)


def due_by(known: ComplaintProceeding, calendar: Calendar) -> datetime | None:
    """Until when the next act is due by this calendar; of an open stage that began `since`."""
    since = known.since
    if since is None:
        return known.due
    match known.stage:
        case ComplaintStage.LODGED:
            stage, case = "accept", ""
        case ComplaintStage.ACCEPTED | ComplaintStage.SUSPENDED:
            stage, case = INSTANCE_STAGE[known.instance], known.case
        case ComplaintStage.DECIDED:
            stage, case = "appeal", "remote" if "remote" in known.case else ""
        case _:
            return known.due
    end = term(KIND, stage, since, case).end(since, calendar)
    lost = timedelta(seconds=known.lost_seconds)
    return add_calendar_days(end + lost, 0, calendar) if lost else end


def _counted(known: ComplaintProceeding, calendar: Calendar) -> ComplaintProceeding:
    return replace(known, due=due_by(known, calendar))


def proceed(
    feedback: Feedback,
    act: ComplaintAct,
    now: datetime,
    calendar: Calendar,
    *,
    case: str = "",
    outcome: FeedbackOutcome | None = None,
    excused: bool = False,
) -> Change:
    """Do one act of the law with a complaint; what is told names the stage and its date alone.

    `case` (complex, remote, remote_complex) is how long it may take; `excused` that the law lets it
    come late.

    Raises:
        Refused: it is no complaint, its stage does not have this act, or its time has run out.
    """
    known = feedback.proceeding
    if feedback.kind is not FeedbackKind.COMPLAINT or known is None:
        raise Refused("Chỉ khiếu nại mới đi theo trình tự này.", "Only a complaint goes this way.")
    if known.stage not in FROM[act]:
        raise Refused(
            f"Khiếu nại đang ở bước {known.stage.value} nên không làm được việc này.",
            f"The complaint is {known.stage.value}: this cannot be done now.",
            article=cite(LawRule.COMPLAINT, now),
        )
    if act is ComplaintAct.ACCEPT and not excused:
        _must_be_in_time(feedback.learned, feedback.received, calendar, now)
    after = _after(known, act, now, calendar, case, outcome)
    told = FeedbackProceeded(
        agency=CENTRE,
        stage=after.stage.value,
        instance=after.instance,
        due=after.due,
        because=BECAUSE.get(act, ""),
    )
    return replace(feedback, proceeding=after), (told,)


def _after(
    known: ComplaintProceeding,
    act: ComplaintAct,
    now: datetime,
    calendar: Calendar,
    case: str,
    outcome: FeedbackOutcome | None,
) -> ComplaintProceeding:
    match act:
        case ComplaintAct.SUSPEND:
            after = replace(known, stage=ComplaintStage.SUSPENDED, suspended=now)
        case ComplaintAct.RESUME:
            after = _resumed(known, now, calendar)
        case ComplaintAct.DECIDE:
            after = _decided(known, now, calendar, outcome)
        case ComplaintAct.APPEAL:
            after = _appealed(known, now, calendar)
        case ComplaintAct.ACCEPT:
            accepted = replace(known, stage=ComplaintStage.ACCEPTED, case=case)
            after = _counted(_begun(accepted, now), calendar)
        case ComplaintAct.CLASSIFY:
            after = _classified(known, calendar, case)
        case ComplaintAct.DIALOGUE:
            after = replace(known, dialogues=known.dialogues + 1)
        case _:
            after = replace(known, stage=ENDED_BY[act], due=None)
    return after


def _classified(known: ComplaintProceeding, calendar: Calendar, case: str) -> ComplaintProceeding:
    """Found complex, or of a remote area, while it is resolved: the date moves, never back."""
    after = _counted(replace(known, case=case), calendar)
    if not case or (known.due and after.due and after.due <= known.due):
        raise Refused(
            "Loại vụ việc này không kéo dài thời hạn giải quyết.",
            "This kind of case has no longer term.",
        )
    return after


def _begun(known: ComplaintProceeding, now: datetime) -> ComplaintProceeding:
    return replace(known, since=now, lost_seconds=0.0)


def _resumed(known: ComplaintProceeding, now: datetime, calendar: Calendar) -> ComplaintProceeding:
    lost = now - (known.suspended or now)
    went_on = replace(
        known,
        stage=ComplaintStage.ACCEPTED,
        suspended=None,
        lost_seconds=known.lost_seconds + lost.total_seconds(),
    )
    if known.since:
        return _counted(went_on, calendar)
    # Of an earlier version: from when its time counts stands in its history alone.
    due = add_calendar_days((known.due or now) + lost, 0, calendar)
    return replace(went_on, due=due, lost_seconds=0.0)


def _decided(
    known: ComplaintProceeding, now: datetime, calendar: Calendar, outcome: FeedbackOutcome | None
) -> ComplaintProceeding:
    """With the day until which it may be appealed; after the second instance only to a court."""
    if outcome is None:
        raise Refused(
            "Quyết định giải quyết cần kết quả (outcome).", "A decision needs an outcome."
        )
    decided = replace(known, stage=ComplaintStage.DECIDED, outcome=outcome.value, due=None)
    if known.instance == SECOND:
        return decided
    return _counted(_begun(decided, now), calendar)


def _appealed(known: ComplaintProceeding, now: datetime, calendar: Calendar) -> ComplaintProceeding:
    """To the second instance: after the decision, or when none came in time."""
    if known.instance == SECOND:
        raise Refused(
            "Đã giải quyết lần hai: chỉ còn quyền khởi kiện tại Tòa án.",
            "It was decided in the second instance: what is left is the court.",
            article=cite(LawRule.COMPLAINT, now),
        )
    unresolved = known.stage is ComplaintStage.ACCEPTED
    if unresolved and (known.due is None or now <= known.due):
        raise Refused(
            "Khiếu nại đang được giải quyết và chưa quá hạn.",
            "The complaint is being resolved, and that is not late.",
            article=cite(LawRule.COMPLAINT, now),
        )
    if not unresolved and known.due is not None and now > known.due:
        raise Refused(
            "Đã quá thời hạn khiếu nại lần hai.",
            "The time for the second instance has run out.",
            article=cite(LawRule.COMPLAINT, now),
        )
    lodged_again = replace(known, stage=ComplaintStage.LODGED, instance=SECOND, outcome="")
    return _counted(_begun(lodged_again, now), calendar)


def _must_be_in_time(learned: str, received: datetime, calendar: Calendar, now: datetime) -> None:
    if not learned:
        return
    since = datetime.combine(date.fromisoformat(learned), time(), tzinfo=HO_CHI_MINH)
    if received > term(KIND, "lodge", received).end(since, calendar):
        raise Refused(
            "Khiếu nại đã quá thời hiệu; nếu có lý do chính đáng theo luật, ghi excused.",
            "The complaint came after its time; if the law excuses that, say excused.",
            article=cite(LawRule.COMPLAINT, now),
        )
