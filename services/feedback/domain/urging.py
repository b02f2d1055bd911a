"""Urging (đôn đốc) an agency whose explanation is late, by the rules by which late steps are told.

Those of urging.csv about a step, from its due date on: the date of the explanation takes the place
of the step's. An agency is urged once a day at most, whatever came due meanwhile.
"""

from datetime import datetime

from contracts.events import FeedbackUrged
from contracts.message import Message
from contracts.orders import UrgeExplanationOrder
from foundation.frozen import replace
from foundation.worktime import Calendar, Matter, Reminders, add_working_days, local_day, schedule
from services.feedback.domain.feedback import Feedback, FeedbackState


def of_late_steps(rules: Reminders) -> Reminders:
    """Those of the rules that tell of a step at its due date or after."""
    return tuple(each for each in rules if each.matter is Matter.STEP and each.amount >= 0)


def urge(
    feedback: Feedback, now: datetime, rules: Reminders, calendar: Calendar
) -> tuple[Feedback, tuple[Message, ...]]:
    """Urge the agency if a moment of the rules was reached, and set the next moment.

    Nothing changes for a question that is answered, or whose moment is still to come.
    """
    due = feedback.answer_by
    if feedback.state is not FeedbackState.FORWARDED or due is None or not _is_due(feedback, now):
        return feedback, ()
    told = schedule(of_late_steps(rules), feedback.forwarded or due, due, calendar)
    before, count = feedback.urged or 0, sum(at <= now for at, _ in told)
    if count <= before or _urged_today(feedback, now):
        ahead = told[before][0] if before < len(told) else None
        return replace(feedback, urged=before, urge_at=_next(feedback, ahead, calendar)), ()
    urged = replace(feedback, urged=count, urged_at=now, urgings=feedback.urgings + 1)
    ahead = told[count][0] if count < len(told) else None
    whom = tuple(dict.fromkeys(str(each.value) for _, each in told[before:count]))
    agency, number = feedback.asked, urged.urgings
    return replace(urged, urge_at=_next(urged, ahead, calendar)), (
        FeedbackUrged(agency=agency, answer_by=due, number=number, whom=whom),
        UrgeExplanationOrder(agency=agency, answer_by=due, number=number, whom=whom),
    )


def _is_due(feedback: Feedback, now: datetime) -> bool:
    """Whether its moment was reached, or nobody has worked it out for this date yet."""
    if feedback.urged is None:
        return True
    return feedback.urge_at is not None and feedback.urge_at <= now


def _urged_today(feedback: Feedback, now: datetime) -> bool:
    last = feedback.urged_at
    return last is not None and local_day(last) == local_day(now)


def _next(feedback: Feedback, ahead: datetime | None, calendar: Calendar) -> datetime | None:
    """The moment ahead, but not before the working day after the last urging."""
    if ahead is None or feedback.urged_at is None:
        return ahead
    return max(ahead, add_working_days(feedback.urged_at, 1, calendar))
