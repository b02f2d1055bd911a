"""Whether an applicant can be told by SMS and e-mail, and what the counter is to do if not."""

from collections.abc import Iterable, Mapping
from typing import TypedDict

from contracts.events import MessageFailed
from foundation.frozen import replace
from foundation.text.telephone import takes_sms
from services.intake.domain.case.dossier import OVER, Applicant, Decided, Dossier

FOR_GOOD = "failed"
CORRECTED = "corrected"
"""The kind of message that also goes to the contact before a correction."""
CHANNELS_OF: Mapping[str, frozenset[str]] = {
    "phone": frozenset({"sms", "zalo"}),
    "email": frozenset({"email"}),
}


class BothLanguages(TypedDict):
    """A sentence in Vietnamese and English."""

    vi: str
    en: str


FAILED: Mapping[str, BothLanguages] = {
    "sms": BothLanguages(
        vi="Nhà mạng báo không có số điện thoại này hoặc số không nhận tin nhắn; xin hỏi lại số.",
        en="The carrier says that there is no such telephone number, or that it takes no SMS; "
        "please ask for the number again.",
    ),
    "email": BothLanguages(
        vi="Thư gửi tới địa chỉ thư điện tử này bị trả lại; xin hỏi lại địa chỉ.",
        en="Mail to this e-mail address comes back; please ask for the address again.",
    ),
}


def is_for_good(failed: MessageFailed) -> bool:
    """Whether there is nobody at the number or address that is in use now."""
    return failed.outcome == FOR_GOOD and failed.kind != CORRECTED and bool(failed.dossier)


def note_failure(dossier: Dossier, failed: MessageFailed) -> Decided:
    """Note that a message did not arrive, while the dossier is not over: the counter sees it."""
    if dossier.state in OVER or failed.channel in dossier.unreached:
        return dossier, ()
    return replace(dossier, unreached=(*dossier.unreached, failed.channel)), ()


def still_unreached(unreached: Iterable[str], changed: Iterable[str]) -> tuple[str, ...]:
    """What stays unreached after these fields of the applicant were put right."""
    tried_anew = frozenset[str]().union(*(CHANNELS_OF.get(each, ()) for each in changed))
    return tuple(each for each in unreached if each not in tried_anew)


def reached_by_sms(dossier: Dossier) -> bool:
    """Whether the applicant gets SMS: a mobile number, of which no carrier says it is none."""
    return takes_sms(dossier.applicant.phone) and "sms" not in dossier.unreached


def remarks(dossier: Dossier) -> tuple[BothLanguages, ...]:
    """What whoever has the dossier before them should know of reaching its person."""
    failed = tuple(FAILED[each] for each in dossier.unreached if each in FAILED)
    return (*_of_number(dossier.applicant), *failed)


def _of_number(applicant: Applicant) -> tuple[BothLanguages, ...]:
    if takes_sms(applicant.phone):
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
