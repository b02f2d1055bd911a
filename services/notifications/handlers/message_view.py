"""View model of what an applicant was told: words for channels, kinds and states, and what changed.

It shows addresses masked, and no text of a message.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from foundation.errors import Error
from foundation.web.page_words import Words
from foundation.web.translations import Language
from services.notifications import pages
from services.notifications.domain.applicant import CHOICE_SEEN, ApplicantContact
from services.notifications.domain.notice import NoticeState
from services.notifications.domain.notice_channel import NoticeChannel

CHANNELS: Mapping[NoticeChannel, Words] = {
    NoticeChannel.SMS: ("tin nhắn SMS", "SMS"),
    NoticeChannel.EMAIL: ("thư điện tử", "e-mail"),
    NoticeChannel.ZALO: ("Zalo", "Zalo"),
}
STATES: Mapping[NoticeState, Words] = {
    NoticeState.HELD: ("chờ kênh trước", "waits for the channel before"),
    NoticeState.SPARED: ("không cần gửi", "was not needed"),
    NoticeState.PLANNED: ("sắp gửi", "is to be sent"),
    NoticeState.SENDING: ("đang gửi", "is being sent"),
    NoticeState.SENT: ("đã gửi", "was sent"),
    NoticeState.DELIVERED: ("đã đến", "has arrived"),
    NoticeState.FAILED: ("không đến được", "did not arrive"),
    NoticeState.TEMPORARY_FAILURE: ("chưa đến được", "has not arrived"),
    NoticeState.UNKNOWN: ("không rõ", "is unknown"),
    NoticeState.NO_MOBILE: ("số không nhận tin nhắn", "the number takes no SMS"),
}
KINDS: Mapping[str, Words] = {
    "submitted": ("đã nộp hồ sơ", "handed in"),
    "accepted": ("tiếp nhận, hẹn trả", "accepted, with a date"),
    "clock_started": ("bắt đầu tính thời hạn", "the time has begun"),
    "supplement_requested": ("yêu cầu bổ sung", "papers are missing"),
    "supplemented": ("đã bổ sung", "papers were supplied"),
    "fee_requested": ("thông báo phí, lệ phí", "a fee is due"),
    "fee_paid": ("đã thu phí, lệ phí", "a fee was paid"),
    "fee_refunded": ("hoàn phí, lệ phí", "a fee was paid back"),
    "apologised": ("xin lỗi, hẹn lại", "apology"),
    "rescheduled": ("đổi ngày hẹn", "another date"),
    "overdue": ("quá hạn", "late"),
    "reminder": ("nhắc bổ sung", "reminder"),
    "corrected": ("sửa thông tin", "corrected"),
    "resolved": ("có kết quả", "the result is there"),
    "returned": ("đã trả kết quả", "the result was handed over"),
    "refused": ("từ chối tiếp nhận", "refused"),
    "stopped": ("dừng giải quyết", "stopped"),
    "withdrawn": ("đã rút", "withdrawn"),
    "feedback_answered": ("trả lời phản ánh", "feedback was answered"),
    "feedback_passed_on": ("chuyển phản ánh", "feedback was passed on"),
    "files_removed_soon": ("sắp xóa tệp", "files are removed soon"),
    "visit": ("lịch hẹn tại quầy", "a booked visit"),
}
LANGUAGES: Mapping[str, Words] = {
    "vi": ("Tiếng Việt", "Vietnamese"),
    "en": ("Tiếng Anh", "English"),
}
MOST_CHANNELS = len(NoticeChannel)
FIELDS = {"channels": "told-channel-1"}
_FACTS: Mapping[str, Words] = {
    "reached_by": ("Báo được qua", "Reached by"),
    "correction": ("Số lần sửa thông tin", "Times corrected"),
    "channels": ("Kênh đã chọn", "Channels chosen"),
    "language": ("Ngôn ngữ", "Language"),
    "quiet": ("Chỉ tin bắt buộc", "Only what the law requires"),
}


def choice(
    applicant: ApplicantContact, said: Mapping[str, str], wrong: Error | None, language: Language
) -> dict[str, Any]:
    """What the form of how somebody wishes to be told shows, and what is wrong with it."""
    errors = pages.errors_of(wrong, language)
    return {
        "filled": said or filled_in(applicant),
        "errors": {FIELDS.get(name, name): each for name, each in errors.items()},
        "changed": changed(said.get("seen", ""), applicant) if wrong else (),
        "mark": CHOICE_SEEN.mark(applicant),
    }


def body_of(said: Mapping[str, str]) -> dict[str, Any]:
    """The form as the API's body has it: the channels in their order."""
    places = range(1, MOST_CHANNELS + 1)
    channels = [said.get(f"told-channel-{place}", "") for place in places]
    return {
        "channels": [each for each in channels if each],
        "language": said.get("told-language", "vi"),
        "quiet": bool(said.get("told-quiet")),
    }


def filled_in(applicant: ApplicantContact) -> dict[str, str]:
    """The form as it is chosen now."""
    chosen = {f"told-channel-{place}": each.value for place, each in _numbered(applicant.chosen)}
    quiet = {"told-quiet": "1"} if applicant.unsubscribed else {}
    return {**chosen, "told-language": applicant.language, **quiet}


def changed(mark: str, applicant: ApplicantContact) -> tuple[tuple[Words, str, str], ...]:
    """What is otherwise than it was seen: its name, as it was, as it is."""
    found = CHOICE_SEEN.differences(mark, applicant).items() if mark else ()
    return tuple((_FACTS[name], before or "–", after or "–") for name, (before, after) in found)


def _numbered(chosen: Sequence[NoticeChannel]) -> Iterable[tuple[int, NoticeChannel]]:
    return enumerate(chosen[:MOST_CHANNELS], 1)
