"""The way of a question through an agency: asked, counted, undelivered, explained."""

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
from foundation.errors import Forbidden, Invalid, Refused
from foundation.frozen import replace
from foundation.worktime import Calendar, add_working_days
from services.feedback.domain.feedback import (
    Feedback,
    FeedbackKind,
    FeedbackOutcome,
    FeedbackState,
    must_have_giver,
)

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
    must_have_giver(feedback)
    if feedback.state is not FeedbackState.RECEIVED:
        raise Refused(
            "Ý kiến này đã được chuyển đến cơ quan giải trình.",
            "An agency has been asked to explain this already.",
        )
    asked = agency or feedback.about
    answer_by = add_working_days(now, EXPLAIN_WITHIN, calendar)
    # An older edition stays: its other dates are still to be counted by this one.
    other_dates_are_none = feedback.counted_by is None and feedback.proceeding is None
    order = ExplainOrder(
        agency=asked, dossier=feedback.dossier, question=feedback.text, answer_by=answer_by
    )
    forwarded = replace(
        feedback,
        state=FeedbackState.FORWARDED,
        asked=asked,
        answer_by=answer_by,
        forwarded=now,
        counted_by=edition if other_dates_are_none else feedback.counted_by,
        urged=None,
        urge_at=None,
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
    agency, counted = feedback.asked, replace(counted, urged=None, urge_at=None)
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


def explained(
    feedback: Feedback, reply: ExplanationReply, agency: str
) -> tuple[Feedback, tuple[Message, ...]]:
    """Keep what the agency says, until the centre approves it.

    An agency that no message reached may have been sent the order again by an operator since: what
    it explains counts while no other is asked.

    Raises:
        Forbidden: another agency was asked.
        Refused: it was explained already.
    """
    reached = not feedback.asked and agency in feedback.unreached
    if agency != feedback.asked and not reached:
        raise Forbidden(
            "Chỉ cơ quan được yêu cầu mới giải trình ý kiến này.",
            "Only the agency that was asked may explain this.",
        )
    if feedback.state in {FeedbackState.EXPLAINED, FeedbackState.ANSWERED}:
        raise Refused("Ý kiến này đã được giải trình.", "This has been explained already.")
    heard = replace(
        feedback, state=FeedbackState.EXPLAINED, asked=agency, explanation=reply.explanation
    )
    return heard, ()


def approve(
    feedback: Feedback, outcome: FeedbackOutcome | None, approver: str
) -> tuple[Feedback, tuple[Message, ...]]:
    """Relay the explanation to the giver, with what was found of a complaint.

    Only a complaint that was upheld, wholly or in part, counts for whoever it was about.

    Raises:
        Refused: there is no explanation to approve.
        Invalid: a complaint needs an outcome, and nothing else has one.
    """
    if feedback.state is not FeedbackState.EXPLAINED:
        raise Refused(
            "Chưa có giải trình nào chờ duyệt.", "There is no explanation that waits for approval."
        )
    if (feedback.kind is FeedbackKind.COMPLAINT) != (outcome is not None):
        word = "chỉ và luôn có ở khiếu nại / of a complaint always, of nothing else"
        raise Invalid(
            "Khiếu nại cần kết quả: đúng, đúng một phần hoặc sai (outcome).",
            "A complaint needs an outcome: upheld, partly or refuted (outcome).",
            fields={"outcome": [word]},
        )
    found = outcome.value if outcome else ""
    answered = replace(feedback, state=FeedbackState.ANSWERED, outcome=found, approved_by=approver)
    word_given = WordGiven(
        agency=feedback.asked,
        dossier=feedback.dossier or feedback.id,
        kind="feedback_answered",
        text=feedback.explanation,
    )
    told = FeedbackAnswered(agency=feedback.asked, outcome=found, dossier=feedback.dossier)
    return answered, (word_given, told)


def ask_again(
    feedback: Feedback, now: datetime, calendar: Calendar, *, edition: int
) -> tuple[Feedback, tuple[Message, ...]]:
    """Send an explanation that will not do back to the agency, with a new date.

    Raises:
        Refused: there is no explanation to send back.
    """
    if feedback.state is not FeedbackState.EXPLAINED:
        raise Refused(
            "Chưa có giải trình nào chờ duyệt.", "There is no explanation that waits for approval."
        )
    waiting = replace(feedback, state=FeedbackState.RECEIVED, explanation="")
    return forward(waiting, feedback.asked, now, calendar, edition=edition)
