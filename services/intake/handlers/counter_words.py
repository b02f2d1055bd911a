"""View model of the counter's pages, in Vietnamese or English: its lists, and a dossier's facts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from contracts.procedure import Paper
from contracts.signatures import SignatureVerdict
from foundation.web.page_words import Words
from services.intake.domain.case.channel import Channel
from services.intake.domain.case.dossier import UNDER_WAY, Dossier, State
from services.intake.domain.lateness.late_list import APOLOGIES

TODAY = "today"
LISTS: Mapping[str, Words] = {
    State.SUBMITTED: ("Chờ tiếp nhận", "Waiting to be taken in"),
    TODAY: ("Nhận hôm nay", "Taken in today"),
    State.SUPPLEMENT: ("Chờ bổ sung giấy tờ", "Papers awaited"),
    State.PAYMENT: ("Chờ nộp tiền", "Payment awaited"),
    APOLOGIES: ("Cần xin lỗi, hẹn lại", "Apologies due"),
    State.RESOLVED: ("Chờ trả kết quả", "Results to hand over"),
}
STATES: Mapping[str, Words] = {
    State.SUBMITTED: ("chờ tiếp nhận", "waiting to be taken in"),
    State.ACCEPTED: ("đã tiếp nhận", "taken in"),
    State.REFUSED: ("từ chối tiếp nhận", "not taken in"),
    State.PROCESSING: ("đang giải quyết", "at work"),
    State.SUPPLEMENT: ("chờ bổ sung giấy tờ", "papers awaited"),
    State.PAYMENT: ("chờ nộp tiền", "payment awaited"),
    State.WITHDRAWN: ("đã rút", "taken back"),
    State.STOPPED: ("tạm dừng giải quyết", "at a stop"),
    State.RESOLVED: ("đã có kết quả, chờ trả", "result to be handed over"),
    State.RETURNED: ("đã trả kết quả", "result handed over"),
}
CHANNELS: Mapping[Channel, Words] = {
    Channel.COUNTER: ("trực tiếp", "at the counter"),
    Channel.ONLINE: ("trực tuyến", "online"),
    Channel.POST: ("bưu chính", "by post"),
    Channel.KIOSK: ("ki-ốt", "at a kiosk"),
}
PROXIES: Mapping[str, Words] = {
    "authorised": ("được ủy quyền", "authorised"),
    "representative": ("đại diện tổ chức", "representative of an organisation"),
    "guardian": ("cha, mẹ hoặc người giám hộ", "parent or guardian"),
}
SIGNATURES: Mapping[SignatureVerdict, Words] = {
    SignatureVerdict.UNKNOWN: (
        "chữ ký số chưa được đọc, cán bộ sẽ kiểm tra",
        "its signature was not read; the clerk checks it",
    ),
    SignatureVerdict.WAITING: ("đang đọc chữ ký số", "its signature is being read"),
    SignatureVerdict.UNSIGNED: ("chưa ký số", "not signed"),
    SignatureVerdict.BROKEN: (
        "bị sửa sau khi ký, hoặc chữ ký hỏng",
        "changed after it was signed, or the signature is broken",
    ),
    SignatureVerdict.VALID: ("chữ ký số hợp lệ", "validly signed"),
    SignatureVerdict.UNPROVEN: (
        "có chữ ký số, cán bộ sẽ kiểm tra người ký",
        "signed; the clerk checks by whom",
    ),
}
"""What is known of the signature of a file whose paper demands one."""
_RUNNING = (State.ACCEPTED, State.PROCESSING)
NO_CODE: Words = ("chưa có mã", "no code yet")


@dataclass(frozen=True, kw_only=True)
class CounterRow:
    """A row of a list of the counter; `by` is until when something is to be done, `late` if over.

    `code` is "" for what was not taken in yet.
    """

    id: str
    code: str
    procedure: str
    applicant: str
    came: datetime
    channel: Words
    state: Words
    by: datetime | None
    late: bool


def row(dossier: Dossier, now: datetime) -> CounterRow:
    """A dossier as a row: before its receipt the answer is due, after it the result."""
    waiting = dossier.state is State.SUBMITTED
    by = dossier.answer_by if waiting else dossier.due
    counts = waiting or dossier.state in _RUNNING
    return CounterRow(
        id=dossier.id,
        code=dossier.code,
        procedure=dossier.procedure_name or dossier.procedure,
        applicant=dossier.applicant.name,
        came=dossier.received or dossier.submitted,
        channel=CHANNELS[dossier.channel],
        state=STATES[dossier.state],
        by=by if waiting or dossier.state in UNDER_WAY else None,
        late=bool(by and counts and now > by),
    )


def copies_of(paper: Paper) -> Words:
    """What to look at of a paper: how many originals and copies, whether it must be there."""
    counts = ((paper.originals, "bản chính", "original"), (paper.copies, "bản sao", "copy"))
    there = [each for each in counts if each[0]]
    vi = [f"{count} {name}" for count, name, _ in there]
    en = [f"{name}: {count}" for count, _, name in there]
    needed = ("bắt buộc", "required") if paper.required else ("nếu có", "if there is one")
    parts = ((*vi, needed[0]), (*en, needed[1]))
    more = (f"trường hợp: {paper.case}", f"case: {paper.case}") if paper.case else ("", "")
    vi_said, en_said = (
        " · ".join(filter(None, (*said, also))) for said, also in zip(parts, more, strict=True)
    )
    return vi_said, en_said
