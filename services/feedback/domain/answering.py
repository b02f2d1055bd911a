"""Answering in the centre's own words, without asking an agency: also why it is not taken up.

What is the centre's own, or is no reflection or petition at all (NĐ 20/2008: it is classified and
not accepted), is answered at once. A complaint is answered so once its way by law has ended: its
giver is told why it was not accepted, or what was decided.
"""

from contracts.events import FeedbackAnswered
from contracts.message import Message
from contracts.orders import WordGiven
from foundation.errors import Refused
from foundation.frozen import replace
from services.feedback.domain.feedback import (
    ComplaintStage,
    Feedback,
    FeedbackKind,
    FeedbackState,
    must_have_giver,
)

ENDED = (ComplaintStage.DECLINED, ComplaintStage.WITHDRAWN, ComplaintStage.DECIDED)


def answer(
    feedback: Feedback, text: str, approver: str, *, declined: bool = False
) -> tuple[Feedback, tuple[Message, ...]]:
    """Answer it; `declined` says that it is not taken up, and the text why.

    Raises:
        Refused: an agency was asked, it was answered or passed on, or its way by law goes on.
    """
    must_have_giver(feedback)
    if feedback.state is not FeedbackState.RECEIVED:
        raise Refused(
            "Ý kiến này đã được chuyển đi hoặc đã trả lời.",
            "This was passed to an agency, or answered, already.",
        )
    known = feedback.proceeding
    complains = feedback.kind is FeedbackKind.COMPLAINT
    if known is not None and known.stage not in ENDED:
        raise Refused(
            "Khiếu nại đang theo trình tự luật định: thụ lý, giải quyết hoặc không thụ lý trước.",
            "The complaint is on its way by law: accept and decide it, or decline it, first.",
        )
    outcome = known.outcome if known else ""
    answered = replace(
        feedback,
        state=FeedbackState.ANSWERED,
        explanation=text,
        outcome=outcome,
        approved_by=approver,
        declined=declined and not complains,
    )
    word = WordGiven(
        agency=feedback.about,
        dossier=feedback.dossier or feedback.id,
        kind="feedback_answered",
        text=text,
    )
    told = FeedbackAnswered(agency=feedback.about, outcome=outcome, dossier=feedback.dossier)
    return answered, (word, told)
