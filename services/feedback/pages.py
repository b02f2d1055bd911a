"""View model of the pages of feedback, in Vietnamese or English: what its giver reads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from foundation.settings.agency_names import Names, names_of
from foundation.web.html_pages import PageRenderer
from foundation.web.page_words import PageWords, Words
from foundation.worktime import to_minute
from services.feedback.domain import information
from services.feedback.domain.denunciation import DenunciationState
from services.feedback.domain.explaining import EXPLAIN_WITHIN
from services.feedback.domain.feedback import (
    ComplaintProceeding,
    ComplaintStage,
    Feedback,
    FeedbackKind,
    FeedbackOutcome,
    FeedbackState,
)
from services.feedback.domain.passing import article
from services.feedback.domain.rating import DissatisfactionReason

PAGES = PageRenderer(Path(__file__).resolve().parent / "templates")

Stop = tuple[str, Words, str]
"""A stop of a timeline: its mark, its title, and its text."""

KINDS: Mapping[str, Words] = {
    FeedbackKind.REFLECTION: ("Phản ánh", "Reflection"),
    FeedbackKind.PETITION: ("Kiến nghị", "Petition"),
    FeedbackKind.COMPLAINT: ("Khiếu nại", "Complaint"),
    FeedbackKind.DENUNCIATION: ("Tố cáo", "Denunciation"),
}
STATES: Mapping[FeedbackState, Words] = {
    FeedbackState.RECEIVED: ("Trung tâm đã nhận, đang xem xét", "The centre is looking at it"),
    FeedbackState.FORWARDED: ("Đang chờ cơ quan giải trình", "An agency was asked to explain"),
    FeedbackState.EXPLAINED: (
        "Cơ quan đã giải trình, Trung tâm đang kiểm tra",
        "The agency has explained itself; the centre is checking it",
    ),
    FeedbackState.ANSWERED: ("Đã trả lời", "Answered"),
    FeedbackState.PASSED_ON: (
        "Đã chuyển cho cơ quan có thẩm quyền",
        "Passed on to the competent body",
    ),
    FeedbackState.INFORMATION: (
        "Được giữ làm thông tin phục vụ công tác quản lý",
        "Kept as information for the work of the administration",
    ),
}
STAGES: Mapping[ComplaintStage, Words] = {
    ComplaintStage.LODGED: ("chờ thụ lý", "to be accepted or not"),
    ComplaintStage.ACCEPTED: ("đã thụ lý, đang giải quyết", "accepted, being resolved"),
    ComplaintStage.DECLINED: ("không thụ lý", "not accepted"),
    ComplaintStage.SUSPENDED: ("tạm đình chỉ", "suspended"),
    ComplaintStage.WITHDRAWN: ("đã rút", "withdrawn"),
    ComplaintStage.DECIDED: ("đã có quyết định giải quyết", "decided"),
}
_UNTIL: Mapping[ComplaintStage, Words] = {
    ComplaintStage.LODGED: (
        "Ông/bà được trả lời có thụ lý hay không trước",
        "You are told whether it is accepted by",
    ),
    ComplaintStage.ACCEPTED: ("Khiếu nại được giải quyết trước", "It is resolved by"),
    ComplaintStage.SUSPENDED: (
        "Thời hạn đang tạm dừng; ngày này sẽ lùi lại:",
        "The clock stands still; this date will move:",
    ),
    ComplaintStage.DECIDED: (
        "Nếu không đồng ý, ông/bà khiếu nại lần hai trước",
        "If you do not agree, you may appeal by",
    ),
}
OUTCOMES: Mapping[FeedbackOutcome, Words] = {
    FeedbackOutcome.UPHELD: ("đúng", "upheld"),
    FeedbackOutcome.PARTLY: ("đúng một phần", "upheld in part"),
    FeedbackOutcome.REFUTED: ("không đúng", "refuted"),
}
DENUNCIATION_STATES: Mapping[DenunciationState, Words] = {
    DenunciationState.RECEIVED: ("đã nhận, đang xử lý ban đầu", "received, being looked at"),
    DenunciationState.ACCEPTED: ("đã thụ lý, đang xác minh", "accepted, being verified"),
    DenunciationState.DECLINED: ("không thụ lý", "not accepted"),
    DenunciationState.PASSED_ON: (
        "đã chuyển cho cơ quan có thẩm quyền",
        "passed on to the competent agency",
    ),
    DenunciationState.SUSPENDED: ("tạm đình chỉ", "suspended"),
    DenunciationState.WITHDRAWN: ("đã rút", "withdrawn"),
    DenunciationState.CONCLUDED: ("đã có kết luận", "concluded"),
    DenunciationState.PUBLISHED: ("đã công khai kết luận", "its conclusion is published"),
    DenunciationState.INFORMATION: (
        "được dùng làm thông tin phục vụ công tác quản lý",
        "used as information for the work of the administration",
    ),
}
SCORES: tuple[tuple[str, Words], ...] = (
    ("2", ("Rất hài lòng", "Very satisfied")),
    ("1", ("Hài lòng", "Satisfied")),
    ("0", ("Không hài lòng", "Not satisfied")),
)
ASPECTS: tuple[tuple[str, Words], ...] = (
    ("officer", ("Thái độ của cán bộ", "How the officers treated you")),
    ("time", ("Thời gian giải quyết", "How long it took")),
    ("guidance", ("Việc hướng dẫn", "The guidance you were given")),
)
SATISFIED_WITH: tuple[tuple[str, Words], ...] = (
    ("whole", ("Tất cả", "As a whole")),
    ("officer", ("Thái độ của cán bộ", "How officers treated people")),
    ("time", ("Thời gian giải quyết", "How long it took")),
    ("guidance", ("Việc hướng dẫn", "The guidance")),
)
REASONS: Mapping[DissatisfactionReason, Words] = {
    DissatisfactionReason.ATTITUDE: ("Thái độ không tốt", "I was treated badly"),
    DissatisfactionReason.LATE: ("Trễ hẹn", "It was late"),
    DissatisfactionReason.UNCLEAR: ("Hướng dẫn không rõ", "The guidance was not clear"),
    DissatisfactionReason.MORE_PAPERS: (
        "Phải nộp thêm giấy tờ ngoài quy định",
        "I was asked for papers that the rules do not ask for",
    ),
    DissatisfactionReason.ASKED_FOR_MONEY: (
        "Bị gợi ý đưa tiền, quà",
        "Somebody hinted at money or a gift",
    ),
    DissatisfactionReason.OTHER: ("Lý do khác", "Something else"),
}


@dataclass(frozen=True, kw_only=True)
class VoiceWords(PageWords):
    """The translator of one page of feedback."""

    def moment(self, at: datetime) -> str:
        """A moment as people write it: `16:30 ngày 29/11/2026`, `29 November 2026, 16:30`."""
        local = to_minute(at)
        return self.say((f"{local:%H:%M} ngày {local:%d/%m/%Y}", f"{local:%-d %B %Y, %H:%M}"))

    def day(self, at: datetime) -> str:
        """A day as people write it."""
        local = to_minute(at)
        return self.say((f"{local:%d/%m/%Y}", f"{local:%-d %B %Y}"))

    def month(self, month: str) -> str:
        """A month, the same in both languages: `2026-11` → `11/2026`."""
        year, _, number = month.partition("-")
        return f"{number}/{year}"

    def percent(self, share: float) -> str:
        """A percentage as people write it: `98,5 %`, `98.5%`."""
        said = f"{share:g}"
        return self.say((f"{said.replace('.', ',')} %", f"{said}%"))

    def agencies(self) -> list[tuple[str, str]]:
        """What a form lets one pick from: each agency by its name, in the order of the names."""
        named = [(code, self.name(code)) for code in self.names]
        return [("", self.say(("Chọn cơ quan", "Choose the agency"))), *sorted(named, key=_name)]


def spoken(language: str, agencies: str) -> VoiceWords:
    """The words of a page; `agencies` is the path of their list."""
    names: Names = names_of(agencies)
    return VoiceWords(language=language, names=names)


def dues(feedback: Feedback, words: VoiceWords) -> tuple[str, ...]:
    """Until when the giver hears what, in words; empty where nothing more is due."""
    found = [words.say(each) for each in _due(feedback, words)]
    known = feedback.proceeding
    if known and known.due and known.stage in _UNTIL:
        found.insert(0, f"{words.say(_UNTIL[known.stage])} {words.moment(known.due)}.")
    return tuple(found)


def stage_of(known: ComplaintProceeding | None, words: VoiceWords) -> str:
    """How far a complaint is by law; "" for what is none."""
    if known is None:
        return ""
    instance = words.say((f"lần {known.instance}", f"instance {known.instance}"))
    outcome = f": {outcome_of(known.outcome, words)}" if known.outcome else ""
    return f"{words.say(STAGES[known.stage])} ({instance}){outcome}"


def outcome_of(outcome: str, words: VoiceWords) -> str:
    """What was found, in words; "" for nothing."""
    return words.say(OUTCOMES[FeedbackOutcome(outcome)]) if outcome else ""


def stops(feedback: Feedback, words: VoiceWords) -> Sequence[Stop]:
    """What happened to it, and what is to come, as its giver may know it."""
    state = feedback.state
    way: list[Stop] = [
        ("done", ("Đã gửi", "Sent"), words.moment(feedback.received)),
    ]
    if state is FeedbackState.PASSED_ON and feedback.passed_on:
        at, by = words.moment(feedback.passed_on), article(feedback, words.language)
        return [*way, ("ended", STATES[state], f"{words.name(feedback.passed_to)}, {at} ({by})")]
    if state is FeedbackState.INFORMATION:
        return [*way, ("ended", STATES[state], information.article(feedback, words.language))]
    if feedback.asked:
        asked = words.moment(feedback.forwarded) if feedback.forwarded else ""
        title = ("Yêu cầu cơ quan giải trình", "The agency was asked to explain")
        way.append(("done", title, f"{words.name(feedback.asked)} · {asked}".rstrip(" ·")))
    if state is FeedbackState.ANSWERED:
        return [*way, ("ended", STATES[state], "")]
    return [*way, ("now", STATES[state], ""), ("later", STATES[FeedbackState.ANSWERED], "")]


def _due(feedback: Feedback, words: VoiceWords) -> Sequence[Words]:
    if feedback.state is FeedbackState.RECEIVED and feedback.pass_on_by:
        by = words.moment(feedback.pass_on_by)
        return (
            (
                f"Nếu không thuộc thẩm quyền của Trung tâm, ý kiến được chuyển trước {by}.",
                f"If the centre is not competent, it is passed on by {by}.",
            ),
            (
                f"Cơ quan được hỏi có {EXPLAIN_WITHIN} ngày làm việc để giải trình.",
                f"An agency that is asked has {EXPLAIN_WITHIN} working days to explain itself.",
            ),
        )
    if feedback.state is FeedbackState.FORWARDED and feedback.answer_by:
        by = words.moment(feedback.answer_by)
        said = (
            f"Cơ quan phải giải trình trước {by}.",
            f"The agency has to explain itself by {by}.",
        )
        return (said,)
    return ()


def _name(choice: tuple[str, str]) -> str:
    return choice[1].casefold()
