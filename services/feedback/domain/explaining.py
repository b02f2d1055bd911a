"""The way of a question through an agency: asked, counted, undelivered, explained."""

from dataclasses import replace
from datetime import datetime

from contracts.events import (
    FeedbackAnswered,
    FeedbackForwarded,
    FeedbackRescheduled,
    FeedbackUndelivered,
)
from contracts.message import CENTRE, Message
from contracts.orders import ExplainByOrder, ExplainOrder, WordGiven
from contracts.replies import ExplanationReply
from foundation.errors import Forbidden, Refused
from foundation.worktime import Calendar, add_working_days
from services.feedback.domain.feedback import Feedback, FeedbackState

EXPLAIN_WITHIN = 10
"""Working days an agency has to explain itself (Luật Tiếp công dân 2013, Đ28)."""


def forward(
    feedback: Feedback, agency: str, now: datetime, calendar: Calendar, *, edition: int = 0
) -> tuple[Feedback, tuple[Message, ...]]:
    """Ask an agency (the one it is about, if none is named) to explain itself.

    The time is counted by the unit's calendar, of which this is the `edition`.

    Raises:
        Refused: an agency was asked already.
    """
    if feedback.state is not FeedbackState.RECEIVED:
        raise Refused(
            "Ý kiến này đã được chuyển đến cơ quan giải trình.",
            "An agency has been asked to explain this already.",
        )
    asked = agency or feedback.about
    answer_by = add_working_days(now, EXPLAIN_WITHIN, calendar)
    order = ExplainOrder(
        agency=asked, dossier=feedback.dossier, question=feedback.text, answer_by=answer_by
    )
    forwarded = replace(
        feedback,
        state=FeedbackState.FORWARDED,
        asked=asked,
        answer_by=answer_by,
        forwarded=now,
        counted_by=edition,
    )
    return forwarded, (FeedbackForwarded(agency=asked, answer_by=answer_by), order)


def recount(
    feedback: Feedback, asked: datetime, calendar: Calendar, *, edition: int
) -> tuple[Feedback, tuple[Message, ...]]:
    """Count an open question by another edition of the calendar; tell the agency if it moved.

    `asked` is when it was put, for a feedback that does not say.
    """
    if feedback.state is not FeedbackState.FORWARDED or feedback.answer_by is None:
        return feedback, ()
    since, was = feedback.forwarded or asked, feedback.answer_by
    answer_by = add_working_days(since, EXPLAIN_WITHIN, calendar)
    counted = replace(feedback, answer_by=answer_by, forwarded=since, counted_by=edition)
    if answer_by == was:
        return counted, ()
    agency = feedback.asked
    told = FeedbackRescheduled(agency=agency, answer_by=answer_by, was=was)
    return counted, (told, ExplainByOrder(agency=agency, answer_by=answer_by))


def come_back(feedback: Feedback, agency: str) -> tuple[Feedback, tuple[Message, ...]]:
    """The order to explain reached nobody under the code `agency`: the centre has it again.

    Nothing changes if it was answered, or another agency is asked by now.
    """
    if feedback.state is not FeedbackState.FORWARDED or feedback.asked != agency:
        return feedback, ()
    waiting = replace(
        feedback,
        state=FeedbackState.RECEIVED,
        asked="",
        answer_by=None,
        unreached=(*(each for each in feedback.unreached if each != agency), agency),
    )
    return waiting, (FeedbackUndelivered(agency=CENTRE, asked=agency),)


def answer(
    feedback: Feedback, reply: ExplanationReply, agency: str
) -> tuple[Feedback, tuple[Message, ...]]:
    """Tell the giver what the agency says.

    An agency that no message reached may have been sent the order again by an operator since: what
    it explains counts while no other is asked.

    Raises:
        Forbidden: another agency was asked.
        Refused: the giver has an answer already.
    """
    reached = not feedback.asked and agency in feedback.unreached
    if agency != feedback.asked and not reached:
        raise Forbidden(
            "Chỉ cơ quan được yêu cầu mới giải trình ý kiến này.",
            "Only the agency that was asked may explain this.",
        )
    if feedback.state is FeedbackState.ANSWERED:
        raise Refused("Ý kiến này đã được trả lời.", "This has been answered already.")
    answered = replace(
        feedback, state=FeedbackState.ANSWERED, asked=agency, explanation=reply.explanation
    )
    word = WordGiven(
        agency=agency,
        dossier=feedback.dossier or feedback.id,
        kind="feedback_answered",
        text=reply.explanation,
    )
    return answered, (word, FeedbackAnswered(agency=agency))
