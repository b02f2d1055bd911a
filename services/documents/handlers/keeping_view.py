"""View model of the quarantine and of holds: words for what a scan found, and what changed."""

from collections.abc import Mapping
from datetime import datetime

from foundation.errors import Error
from foundation.web.page_words import Words
from foundation.web.translations import Language, field_words
from foundation.worktime import to_minute
from services.documents.domain.scanning import ScanDecision, ScanState

VERDICTS: Mapping[ScanState, Words] = {
    ScanState.NOT_SCANNED: ("chưa quét", "not scanned"),
    ScanState.NOT_NEEDED: ("không cần quét", "needs no scan"),
    ScanState.WAITING: ("đang quét", "being scanned"),
    ScanState.CLEAN: ("sạch", "clean"),
    ScanState.INFECTED: ("có mã độc", "holds malware"),
    ScanState.NOT_SCANNABLE: ("không quét được", "could not be scanned"),
}
DECISIONS: Mapping[ScanDecision, tuple[Words, Words]] = {
    ScanDecision.AGAIN: (
        ("Quét lại", "Scan it again"),
        ("Máy quét thử lại ngay; kết quả mới thay kết quả này.", "The scanner tries at once."),
    ),
    ScanDecision.ACCEPTED: (
        ("Chấp nhận tệp", "Accept the file"),
        (
            "Tệp dùng được như đã quét sạch; người quyết định chịu trách nhiệm.",
            "It may be used as if it were clean; who decides answers for it.",
        ),
    ),
    ScanDecision.REFUSED: (
        ("Không nhận tệp", "Refuse the file"),
        (
            "Không ai mở được tệp; người nộp phải nộp tệp khác.",
            "Nobody can open it; whoever handed it in must bring another.",
        ),
    ),
}
_FACTS: Mapping[str, Words] = {
    "verdict": ("Kết quả quét", "What the scan said"),
    "finding": ("Phát hiện", "What was found"),
    "decision": ("Quyết định", "Decision"),
    "decided_by": ("Người quyết định", "Decided by"),
    "removed": ("Đã xóa", "Removed"),
    "held": ("Đang giữ", "Held"),
    "by": ("Người quyết định", "Decided by"),
}
_YES: Words = ("có", "yes")


def moment(at: datetime) -> str:
    """A moment as people write it."""
    return f"{to_minute(at):%H:%M %d/%m/%Y}"


def errors_of(error: Error | None, language: Language, form: str = "") -> dict[str, str]:
    """What is wrong with each field, named `FORM-FIELD`, or under "" with the whole."""
    if error is None:
        return {}
    found = {
        f"{form}-{name}" if form else name: field_words(texts[0], language)
        for name, texts in error.fields.items()
        if texts
    }
    return found or {"": error.en if language == "en" else error.vi}


def changed(
    differences: Mapping[str, tuple[str, str]], language: Language
) -> tuple[tuple[Words, str, str], ...]:
    """What is otherwise than it was seen: its name, as it was, as it is."""
    return tuple(
        (_FACTS[name], _in_words(before, language), _in_words(after, language))
        for name, (before, after) in differences.items()
    )


def _in_words(value: str, language: Language) -> str:
    english = language == "en"
    if value in set(ScanState):
        return VERDICTS[ScanState(value)][english]
    if value in set(ScanDecision):
        return DECISIONS[ScanDecision(value)][0][english]
    return _YES[english] if value == "yes" else value or "–"
