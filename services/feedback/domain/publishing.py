"""Publishing what was answered: in words that a person of the centre wrote for the public.

Neither what the giver wrote nor what the agency explained is published by itself: both may name
people. The centre words question and answer anew; what looks like a person's number or address is
refused, and it can be taken back.
"""

import re
from datetime import datetime

from contracts.events import FeedbackPublished
from contracts.message import Message
from foundation.errors import FieldWord, Invalid, Refused
from foundation.frozen import replace
from services.feedback.domain.feedback import Feedback, FeedbackState

_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
_LONG_NUMBER = re.compile(r"(?:\d[ .\-()/]{0,2}){8,}\d")
"""Nine digits and more: telephones, identity papers, accounts; neither a date nor an amount."""
_PERSONAL: FieldWord = "số điện thoại, giấy tờ hoặc thư điện tử / a telephone, paper or e-mail"
_DOSSIER: FieldWord = "mã hồ sơ / the dossier's code"
Change = tuple[Feedback, tuple[Message, ...]]


def publish(feedback: Feedback, question: str, answer: str, now: datetime) -> Change:
    """Publish an answered feedback in these words; again, in others.

    Raises:
        Refused: its answer was not approved.
        Invalid: the words hold what tells who somebody is; says of which kind, not which words.
    """
    if feedback.state is not FeedbackState.ANSWERED:
        raise Refused(
            "Chỉ công khai ý kiến đã được trả lời.", "Only what was answered can be published."
        )
    faults = {"question": _faults(question, feedback), "answer": _faults(answer, feedback)}
    found = {name: words for name, words in faults.items() if words}
    if found:
        raise Invalid(
            "Nội dung công khai có thông tin cá nhân: hãy bỏ những thông tin nêu ở từng mục.",
            "What is to be public holds personal data: take out what is listed.",
            fields=found,
        )
    published = replace(
        feedback, public=True, published=now, public_question=question, public_answer=answer
    )
    return published, (FeedbackPublished(agency=feedback.asked),)


def take_back(feedback: Feedback) -> Change:
    """Show it to the public no more.

    Raises:
        Refused: it is not public.
    """
    if not feedback.public:
        raise Refused("Ý kiến này không công khai.", "This is not public.")
    hidden = replace(feedback, public=False, public_question="", public_answer="")
    return hidden, (FeedbackPublished(agency=feedback.asked, taken_back=True),)


def _faults(text: str, feedback: Feedback) -> list[FieldWord]:
    found = [_PERSONAL] if _EMAIL.search(text) or _LONG_NUMBER.search(text) else []
    return [*found, _DOSSIER] if feedback.dossier and feedback.dossier in text else found
