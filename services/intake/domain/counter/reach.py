"""Whether an applicant can be told by SMS, and what the counter is to do if not."""

from typing import TypedDict

from foundation.text.telephone import takes_sms
from services.intake.domain.case.dossier import Applicant


class BothLanguages(TypedDict):
    """A sentence in Vietnamese and English."""

    vi: str
    en: str


def reached_by_sms(applicant: Applicant) -> bool:
    """Whether their number takes SMS: a mobile one, no landline, hotline or premium number."""
    return takes_sms(applicant.phone)


def remarks(applicant: Applicant) -> tuple[BothLanguages, ...]:
    """What whoever takes the dossier in should know of reaching its person."""
    if reached_by_sms(applicant):
        return ()
    if applicant.email:
        return (
            BothLanguages(
                vi="Số điện thoại này không nhận được tin nhắn SMS (không phải số di động); người "
                "nộp chỉ được báo qua thư điện tử. Xin hỏi thêm số di động.",
                en="This telephone number takes no SMS (it is not a mobile number); the applicant "
                "will be told by e-mail alone. Please ask for a mobile number.",
            ),
        )
    return (
        BothLanguages(
            vi="Số điện thoại này không nhận được tin nhắn SMS (không phải số di động) và hồ sơ "
            "không có thư điện tử; xin hỏi số di động hoặc thư điện tử, hoặc gọi điện để báo.",
            en="This telephone number takes no SMS (it is not a mobile number), and there is no "
            "e-mail address; please ask for one of the two, or call the applicant yourself.",
        ),
    )
