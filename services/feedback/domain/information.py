"""What cannot be handled and is used as information for the agency's work all the same.

A reflection or petition that does not meet what the law asks of one, such as a name and an address,
is not answered as one; what it says clearly still serves (NĐ 20/2008). The like for a denunciation
(Luật Tố cáo 2018 Đ25) is `denunciation.use_as_information`.
"""

from datetime import datetime

from contracts.events import FeedbackAnswered, FeedbackUsedAsInformation
from contracts.law import LawRule
from contracts.message import CENTRE, Message
from contracts.orders import WordGiven
from foundation.errors import Refused
from foundation.frozen import replace
from foundation.law import cite, cite_in_full
from services.feedback.domain.denunciation import Denunciation, DenunciationState
from services.feedback.domain.feedback import Feedback, FeedbackKind, FeedbackState

SAID = {
    "vi": "Nội dung không đủ điều kiện xử lý theo thủ tục phản ánh, kiến nghị; được giữ làm thông "
    "tin phục vụ công tác quản lý",
    "en": "It cannot be handled as a reflection or petition; it is kept as information for the "
    "work of the administration",
}


def use(feedback: Feedback, agency: str, now: datetime) -> tuple[Feedback, tuple[Message, ...]]:
    """Keep it as information, for an agency or ("") the centre; its giver, if known, is told.

    Raises:
        Refused: it is a complaint, which is accepted or not; or it is dealt with already.
    """
    if feedback.kind is FeedbackKind.COMPLAINT:
        raise Refused(
            "Khiếu nại thì thụ lý hoặc không thụ lý, không dùng làm thông tin.",
            "A complaint is accepted or not accepted; it is not used as information.",
            article=cite(LawRule.COMPLAINT, now),
        )
    if feedback.state is not FeedbackState.RECEIVED:
        raise Refused(
            "Ý kiến này đã được chuyển đi hoặc đã trả lời.",
            "This was passed to an agency, or answered, already.",
        )
    used = replace(
        feedback, state=FeedbackState.INFORMATION, information_for=agency, information_since=now
    )
    told = FeedbackUsedAsInformation(agency=CENTRE, by=agency)
    return used, (*_answer(used, now), told)


def article(feedback: Feedback, language: str) -> str:
    """The article by which it is used so, as letters cite it."""
    since = feedback.information_since or feedback.received
    return cite_in_full(LawRule.REFLECTION, since, language)


def sealed_article(denunciation: Denunciation, language: str) -> str:
    """The article by which a denunciation is used so, as letters cite it; "" if it is not."""
    if denunciation.state is not DenunciationState.INFORMATION:
        return ""
    at = max((each.at for each in denunciation.acts), default=denunciation.received)
    return cite_in_full(LawRule.DENUNCIATION_ANONYMOUS, at, language)


def _answer(feedback: Feedback, now: datetime) -> tuple[Message, ...]:
    if feedback.is_anonymous:
        return ()
    language = feedback.person.language if feedback.person else "vi"
    word = WordGiven(
        agency=feedback.about,
        dossier=feedback.dossier or feedback.id,
        kind="feedback_answered",
        text=f"{SAID[language]} ({cite_in_full(LawRule.REFLECTION, now, language)}).",
    )
    return word, FeedbackAnswered(agency=feedback.about, dossier=feedback.dossier)
