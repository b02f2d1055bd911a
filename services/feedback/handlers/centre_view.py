"""View model of the centre's pages of feedback: its lists, one entry, its acts and its history."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from textwrap import shorten
from typing import Any

from contracts.history import Entry
from foundation.errors import Error
from foundation.web.page_words import Words, moment_said
from foundation.web.translations import Language
from services.feedback import pages
from services.feedback.domain import information, seen
from services.feedback.domain.complaint import ComplaintAct
from services.feedback.domain.feedback import (
    ComplaintStage,
    Feedback,
    FeedbackOutcome,
    FeedbackState,
    VoiceChannel,
)
from services.feedback.domain.keeping import VoiceRetention
from services.feedback.domain.possible import CentreAct
from services.feedback.handlers import voice_forms
from services.feedback.pages import Stop, VoiceWords

OVERDUE, LONGEST_BEGINNING = "overdue", 120
LISTS: Mapping[str, Words] = {
    FeedbackState.RECEIVED: ("Chờ xử lý", "To be dealt with"),
    OVERDUE: ("Quá hạn chuyển", "Not passed on in time"),
    FeedbackState.FORWARDED: ("Chờ giải trình", "Explanation awaited"),
    FeedbackState.EXPLAINED: ("Chờ duyệt", "To be approved"),
}
CHANNELS: Mapping[VoiceChannel, Words] = {
    VoiceChannel.ONLINE: ("trực tuyến", "online"),
    VoiceChannel.COUNTER: ("tại quầy", "at the counter"),
    VoiceChannel.PHONE: ("điện thoại", "by telephone"),
    VoiceChannel.POST: ("bưu chính", "by post"),
    VoiceChannel.EMAIL: ("thư điện tử", "by e-mail"),
}
_BY: Mapping[VoiceChannel, Words] = {
    VoiceChannel.COUNTER: ("Tại quầy", "At the counter"),
    VoiceChannel.PHONE: ("Qua điện thoại", "By telephone"),
    VoiceChannel.POST: ("Qua bưu chính", "By post"),
    VoiceChannel.EMAIL: ("Qua thư điện tử", "By e-mail"),
}
TITLES: Mapping[str, Words] = {
    CentreAct.FORWARD: ("Yêu cầu giải trình", "Ask for an explanation"),
    CentreAct.ANSWER: ("Trung tâm tự trả lời", "Answer in the centre's own words"),
    CentreAct.PASS_ON: ("Chuyển cơ quan có thẩm quyền", "Pass on to the competent body"),
    CentreAct.USE: ("Dùng làm thông tin", "Use as information"),
    CentreAct.APPROVE: ("Duyệt và trả lời", "Approve and answer"),
    CentreAct.ASK_AGAIN: ("Yêu cầu giải trình lại", "Ask again"),
    CentreAct.PUBLISH: ("Công khai", "Publish"),
    CentreAct.TAKE_BACK: ("Thôi công khai", "Take back from the public"),
    CentreAct.HOLD: ("Giữ lại, không xóa khi hết thời hạn", "Keep it beyond its term"),
    CentreAct.RELEASE: ("Thôi giữ lại", "Keep it for its term only"),
    ComplaintAct.ACCEPT: ("Thụ lý khiếu nại", "Accept the complaint"),
    ComplaintAct.DECLINE: ("Không thụ lý", "Do not accept it"),
    ComplaintAct.SUSPEND: ("Tạm đình chỉ", "Suspend"),
    ComplaintAct.RESUME: ("Tiếp tục giải quyết", "Resume"),
    ComplaintAct.WITHDRAW: ("Ghi nhận người khiếu nại rút", "Note that it was withdrawn"),
    ComplaintAct.DECIDE: ("Ra quyết định giải quyết", "Decide"),
    ComplaintAct.APPEAL: ("Ghi nhận khiếu nại lần hai", "Note an appeal"),
    ComplaintAct.CLASSIFY: ("Xác định vụ việc phức tạp", "Find the case complex"),
    ComplaintAct.DIALOGUE: ("Ghi nhận đã đối thoại", "Note that a dialogue was held"),
}
CASES: tuple[tuple[str, Words], ...] = (
    ("", ("Thông thường", "Ordinary")),
    ("complex", ("Phức tạp", "Complex")),
    ("remote", ("Vùng sâu, vùng xa", "Remote area")),
    ("remote_complex", ("Vùng sâu, vùng xa, phức tạp", "Remote area, complex")),
)
_HAPPENED: Mapping[str, Words] = {
    "feedback.received": ("Nhận ý kiến", "Received"),
    "feedback.forwarded": ("Yêu cầu giải trình", "Explanation asked for"),
    "feedback.rescheduled": ("Tính lại hạn giải trình", "Date of the explanation counted again"),
    "feedback.urged": ("Đôn đốc cơ quan", "The agency was urged"),
    "feedback.undelivered": ("Không chuyển đến được", "It reached nobody"),
    "feedback.passed_on": ("Chuyển cơ quan có thẩm quyền", "Passed on"),
    "feedback.proceeded": ("Khiếu nại sang bước", "The complaint is now"),
    "feedback.used_as_information": ("Giữ làm thông tin", "Used as information"),
    "feedback.answered": ("Trả lời người gửi", "The giver was answered"),
    "feedback.published": ("Công khai hoặc thôi công khai", "Published, or taken back"),
    "feedback.removal_announced": ("Báo trước sẽ xóa nội dung", "Its removal was announced"),
    "feedback.removed": ("Xóa nội dung khi hết thời hạn giữ", "Removed at the end of its term"),
    "feedback.hold_changed": ("Giữ lại hoặc thôi giữ lại", "Held, or no longer"),
}
_BECAUSE: Mapping[str, Words] = {
    "calendar": ("tính lại theo lịch mới", "counted by a new calendar"),
    "case": ("xác định vụ việc phức tạp", "found complex"),
    "dialogue": ("đã đối thoại", "a dialogue was held"),
}
_TOLD: Mapping[str, Words] = {
    "officer": ("cán bộ", "the officer"),
    "head": ("trưởng phòng", "the head"),
    "leader": ("lãnh đạo cơ quan", "the agency's leaders"),
    "director": ("Giám đốc Trung tâm", "the director of the centre"),
}
"""Whom an urging was told."""
_FACTS: Mapping[str, Words] = {
    "state": ("Trạng thái", "State"),
    "asked": ("Cơ quan được hỏi", "Agency that was asked"),
    "answer_by": ("Hạn giải trình", "Explanation due"),
    "passed_to": ("Chuyển đến", "Passed on to"),
    "outcome": ("Kết quả", "Outcome"),
    "stage": ("Bước khiếu nại", "Stage of the complaint"),
    "public": ("Công khai", "Public"),
}
_FLAGS = {"excused", "declined"}
HOLDS: Mapping[str, bool] = {CentreAct.HOLD: True, CentreAct.RELEASE: False}
"""The two sides of one act."""
REMOVED: Words = (
    "Nội dung đã được xóa khi hết thời hạn giữ.",
    "What was said was removed at the end of its term.",
)
_FIELDS = ("agency", "to", "outcome", "case", "excused", "question", "answer", "reason")


@dataclass(frozen=True, kw_only=True)
class VoiceRow:
    """A row of a list: `by` is until when something is to be done, `late` if that is over."""

    id: str
    kind: Words
    about: str
    begins: str
    received: datetime
    state: Words
    by: datetime | None
    late: bool


def row(feedback: Feedback, words: VoiceWords, now: datetime) -> VoiceRow:
    """A feedback as a row; of its text the first words."""
    by = next_due(feedback)
    return VoiceRow(
        id=feedback.id,
        kind=pages.KINDS[feedback.kind],
        about=words.name(feedback.about),
        begins=shorten(feedback.text, LONGEST_BEGINNING, placeholder=" …") or words.say(REMOVED),
        received=feedback.received,
        state=pages.STATES[feedback.state],
        by=by,
        late=bool(by and now > by),
    )


def channels_of(channels: Iterable[VoiceChannel]) -> list[tuple[str, Words]]:
    """What a form lets one pick from: ways in which something came."""
    return [("", ("Chọn", "Choose")), *((each.value, _BY[each]) for each in channels)]


def next_due(feedback: Feedback) -> datetime | None:
    """Until when the next thing is to be done, by the agency, the centre or the law."""
    if feedback.state is FeedbackState.FORWARDED:
        return feedback.answer_by
    known = feedback.proceeding
    lodged = known.due if known and known.stage is not ComplaintStage.DECIDED else None
    waiting = feedback.pass_on_by if feedback.state is FeedbackState.RECEIVED else None
    return min((each for each in (lodged, waiting) if each), default=None)


def happened(history: Iterable[Entry], words: VoiceWords) -> list[Stop]:
    """Everything that happened, with who did it."""
    return [
        ("done", _HAPPENED.get(each.type, (each.type, each.type)), _told(each, words))
        for each in history
    ]


def changed(mark: str, feedback: Feedback, words: VoiceWords) -> list[tuple[Words, str, str]]:
    """What is otherwise than it was seen: its name, as it was, as it is."""
    found = seen.differences(mark, feedback) if mark else {}
    return [
        (_FACTS[name], _fact(name, before, words), _fact(name, after, words))
        for name, (before, after) in found.items()
    ]


def used_words(feedback: Feedback, words: VoiceWords) -> str:
    """By whom it is used as information, and by which article; "" if it is not."""
    if not feedback.information_since:
        return ""
    by = feedback.information_for
    who = words.name(by) if by else words.say(("Trung tâm", "The centre"))
    return f"{who} ({information.article(feedback, words.language)})"


def kept_words(kept: VoiceRetention, words: VoiceWords) -> list[tuple[Words, str]]:
    """How long it is kept: what is known of that, each with its name."""
    said: list[tuple[Words, str]] = []
    if kept.removed:
        at = f"{words.moment(kept.removed)} · {kept.removed_source}"
        said.append((("Đã xóa nội dung", "Removed"), at))
    elif kept.removes:
        said.append((("Nội dung bị xóa lúc", "To be removed"), words.moment(kept.removes)))
    return said + [
        (
            ("Giữ lại", "Held") if each.on else ("Thôi giữ lại", "Released"),
            " · ".join(part for part in (words.moment(each.at), each.by, each.reason) if part),
        )
        for each in kept.holds
    ]


def done_words(name: str) -> Words | str:
    """What an act did; "" for what is none."""
    said = TITLES.get(name)
    return (f"Đã làm: {said[0]}", f"Done: {said[1]}") if said else ""


def body_of(name: str, said: Mapping[str, str]) -> dict[str, Any]:
    """The fields of a form as the API's body has them."""
    prefix = f"{name}-"
    fields: dict[str, Any] = {
        field.removeprefix(prefix): value
        for field, value in said.items()
        if field.startswith(prefix) and value
    }
    for flag in _FLAGS & fields.keys():
        fields[flag] = True
    if name in HOLDS:
        fields["held"] = HOLDS[name]
    return fields | ({"act": name} if name in set(ComplaintAct) else {})


def errors_of(error: Error | None, language: Language, name: str) -> dict[str, str]:
    """What is wrong with each field of an act's form, and under "" with the whole."""
    found = voice_forms.errors_of(error, language, _FIELDS)
    return {f"{name}-{field}" if field else "": text for field, text in found.items()}


def _told(entry: Entry, words: VoiceWords) -> str:
    data, parts = entry.data, [words.moment(entry.time)]
    if entry.type == "feedback.proceeded" and data.get("stage") in set(ComplaintStage):
        parts.append(words.say(pages.STAGES[ComplaintStage(data["stage"])]))
    if data.get("because") in _BECAUSE:
        parts.append(words.say(_BECAUSE[data["because"]]))
    parts += [words.name(str(data[each])) for each in ("to", "asked", "by") if data.get(each)]
    if entry.type == "feedback.urged":
        parts += [words.say(_TOLD[each]) for each in data.get("whom", ()) if each in _TOLD]
    if data.get("outcome") in set(FeedbackOutcome):
        parts.append(pages.outcome_of(data["outcome"], words))
    return " · ".join([*parts, *([entry.actor] if entry.actor else ())])


def _fact(name: str, value: str, words: VoiceWords) -> str:
    if not value:
        return words.say(("không", "none"))
    if name == "state" and value in set(FeedbackState):
        return words.say(pages.STATES[FeedbackState(value)])
    if name in {"asked", "passed_to"}:
        return words.name(value)
    at = moment_said(value) if name == "answer_by" else None
    return words.moment(at) if at else value
