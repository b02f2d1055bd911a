"""Acts on a step: take, complete, ask for papers, refuse, apologise, within the law's times."""

from datetime import datetime

from contracts.events import (
    StepAssigned,
    StepCompleted,
    StepExtended,
    StepRefused,
    StepSupplementNeeded,
)
from contracts.law import LawRule
from contracts.replies import ExtensionReply, SupplementReply
from foundation.errors import Invalid, Refused
from foundation.frozen import replace
from foundation.worktime import Calendar, add_working_days, local_day
from services.routing.domain.docket.docket import Change, Docket, in_hand, with_step
from services.routing.domain.docket.step import (
    DeskStepState,
    Extension,
    Need,
    Step,
    StepOutcome,
    taken_by,
)
from services.routing.domain.staff.act import OfficerAct


def take(docket: Docket, step_id: str, act: OfficerAct) -> Change:
    """Assign the step to the officer; again by the same officer changes nothing.

    Raises:
        Refused: the step is closed, waits for papers, or is another officer's.
    """
    step = in_hand(docket, step_id, act)
    if step.state is DeskStepState.ASSIGNED:
        return docket, ()
    event = StepAssigned(agency=docket.agency, step=step.id)
    return with_step(docket, taken_by(step, act.officer, act.now)), (event,)


def complete(
    docket: Docket, step_id: str, act: OfficerAct, outcome: StepOutcome, document: str = ""
) -> Change:
    """Do the agency's part. A step nobody took becomes the officer's who completes it.

    It ends at the last place of the agency's own process. A deciding step ends in a written
    decision (a refusal has its own form, Đ19.8); a consulted agency agrees or disagrees.

    Raises:
        Invalid: the outcome does not fit the step, or the decision has no document.
        Refused: the step is closed, waits for papers, or is another officer's.
    """
    step = in_hand(docket, step_id, act)
    _must_be_last(step)
    _must_fit(step, outcome, document)
    done = replace(
        taken_by(step, act.officer, act.now),
        state=DeskStepState.COMPLETED,
        outcome=outcome.value,
        document=document,
        closed=act.now,
    )
    event = StepCompleted(
        agency=docket.agency, step=step.id, outcome=outcome.value, document=document
    )
    return with_step(docket, done), (event,)


def supplement(
    docket: Docket, step_id: str, act: OfficerAct, need: Need, *, calendar: Calendar
) -> Change:
    """Ask the citizen, through the centre, for missing papers (form 02).

    An agency may ask once for one dossier, and within three working days of receiving the step
    unless a law of the field gives it others (NĐ 61/2018 Đ19.4). The centre's order says until
    when that is; `calendar` counts the days where it does not. What is missing and why goes to the
    centre alone.

    Raises:
        Refused: asked before, too late, or the step is closed or another officer's.
    """
    step = in_hand(docket, step_id, act)
    if any(other.need for other in docket.steps):
        raise Refused(
            "Hồ sơ chỉ được yêu cầu bổ sung một lần; hãy giải quyết trên hồ sơ hiện có.",
            "Papers may be asked for only once; go on with the dossier as it is.",
            article=docket.by(LawRule.SUPPLEMENT, act.now),
        )
    days = step.ask_within
    until = step.ask_until or add_working_days(step.received, days, calendar)
    if act.now > until:
        raise Refused(
            f"Đã quá {days:02} ngày làm việc kể từ khi tiếp nhận; không được yêu cầu bổ sung nữa.",
            f"More than {days} working days have passed since receipt; it is too late to ask for "
            "papers.",
            article=docket.by(LawRule.SUPPLEMENT, act.now),
        )
    waiting = replace(
        taken_by(step, act.officer, act.now), state=DeskStepState.WAITING, awaited="", need=need
    )
    return with_step(docket, waiting), (
        StepSupplementNeeded(agency=docket.agency, step=step.id),
        SupplementReply(agency=docket.agency, step=step.id, papers=need.papers, reason=need.reason),
    )


def refuse(
    docket: Docket, step_id: str, act: OfficerAct, article: str, document: str = ""
) -> Change:
    """Refuse by law, within the step's time (NĐ 61/2018 Đ19.8).

    Raises:
        Refused: the time is over, or the step is closed, waits for papers or is another officer's.
    """
    step = in_hand(docket, step_id, act)
    _must_be_last(step)
    if act.now > step.due:
        raise Refused(
            "Đã quá thời hạn giải quyết; không được từ chối nữa.",
            "The time for this step is over; it can no longer be refused.",
            article=docket.by(LawRule.REFUSAL, act.now),
        )
    refused = replace(
        taken_by(step, act.officer, act.now),
        state=DeskStepState.REFUSED,
        article=article,
        document=document,
        closed=act.now,
    )
    event = StepRefused(agency=docket.agency, step=step.id, article=article, document=document)
    return with_step(docket, refused), (event,)


def extend(docket: Docket, step_id: str, act: OfficerAct, due: datetime, reason: str) -> Change:
    """Apologise for a step that cannot be done in time, and ask for another date (form 04).

    Once for a step, and at the latest on the day before it is due (NĐ 61/2018 Đ19.9). The due
    date stays what it is until the centre, which tells the applicant, moves it.

    Raises:
        Invalid: the new date is not after the old one.
        Refused: asked before, too late, or the step is closed or another officer's.
    """
    step = in_hand(docket, step_id, act)
    _must_be_extendable(docket, step, act.now)
    if due <= step.due:
        raise Invalid(
            "Ngày hẹn mới phải sau ngày hẹn cũ.",
            "The new date must come after the old one.",
            fields={"due": ["phải sau ngày hẹn cũ / must come after the old one"]},
        )
    extended = replace(step, extension=Extension(due=due, reason=reason, asked=act.now))
    return with_step(docket, extended), (
        StepExtended(agency=docket.agency, step=step.id, due=due),
        ExtensionReply(agency=docket.agency, step=step.id, due=due, reason=reason),
    )


def _must_be_extendable(docket: Docket, step: Step, now: datetime) -> None:
    if step.extension:
        raise Refused(
            "Mỗi bước chỉ được hẹn lại một lần; hãy hoàn thành sớm nhất có thể.",
            "A step may be extended only once; finish it as soon as you can.",
            article=docket.by(LawRule.APOLOGY, now),
        )
    if local_day(now) >= local_day(step.due):
        raise Refused(
            "Phải xin lỗi và hẹn lại chậm nhất 01 ngày trước ngày hết hạn; nay đã quá muộn.",
            "The apology must be made at the latest one day before the due day; it is too late.",
            article=docket.by(LawRule.APOLOGY, now),
        )


def _must_be_last(step: Step) -> None:
    if step.place < len(step.way) - 1:
        following = step.way[step.place + 1]
        raise Refused(
            f"Bước này còn phải chuyển tiếp trong cơ quan (tới {following}) trước khi kết thúc.",
            f"The step must be passed on inside the agency (to {following}) before it ends.",
        )


def _must_fit(step: Step, outcome: StepOutcome, document: str) -> None:
    fitting = (
        {StepOutcome.APPROVED} if step.decides else {StepOutcome.AGREED, StepOutcome.DISAGREED}
    )
    if outcome not in fitting:
        words = ", ".join(sorted(fitting))
        raise Invalid(
            f"Kết quả của bước này phải là: {words}.",
            f"The outcome of this step must be one of: {words}.",
            fields={"outcome": [words]},
        )
    if step.decides and not document:
        raise Invalid(
            "Quyết định phải kèm văn bản.",
            "A decision needs its document.",
            fields={"document": ["bắt buộc / required"]},
        )
