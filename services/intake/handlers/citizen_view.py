"""View model of the citizen's own pages, in Vietnamese or English."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from foundation.errors import Error
from foundation.web.page_words import Words, moment_said
from services.intake import pages
from services.intake.domain.case.dossier import Dossier, State
from services.intake.domain.clock.ledger import is_expected
from services.intake.domain.counter import as_seen, citizen_list
from services.intake.domain.counter.citizen_acts import CitizenAct
from services.intake.domain.route.holders import persons
from services.intake.pages import Spoken

DONE: Mapping[str, Words] = {
    CitizenAct.WITHDRAW: ("Ông/bà đã rút hồ sơ", "You took the dossier back"),
    CitizenAct.WAY: (
        "Đã ghi cách ông/bà muốn nhận kết quả",
        "We noted how you wish to get the result",
    ),
    CitizenAct.SUPPLEMENT: ("Ông/bà đã gửi giấy tờ bổ sung", "You sent the papers"),
}
RESULT_BY: Mapping[str, Words] = {
    "online": ("Bản điện tử, tải về tại trang này", "As a file, from this site"),
    "counter": ("Đến nhận tại quầy của Trung tâm", "I come to the counter of the centre"),
    "post": ("Gửi qua bưu chính đến địa chỉ đã ghi", "By post to the address I gave"),
}
FACTS: Mapping[str, Words] = {
    "state": ("Trạng thái", "State"),
    "code": ("Mã hồ sơ", "Code"),
    "due": ("Ngày hẹn trả", "Due date"),
    "papers": ("Số giấy tờ", "Number of papers"),
    "asked": ("Giấy tờ được yêu cầu", "Papers asked for"),
    "outcome": ("Kết quả", "Result"),
    "from_data": ("Số giấy tờ lấy từ dữ liệu", "Papers taken from data"),
    "unpaid": ("Số khoản chưa nộp", "Fees not paid"),
    "corrections": ("Số lần đính chính", "Corrections"),
    "originals": ("Số bản chính đang giữ", "Originals held"),
}
_NONE_YET = ("Chưa có ngày hẹn trả", "No date yet")
_COUNTER = ("Quầy tiếp nhận của Trung tâm", "The counter of the centre")


@dataclass(frozen=True, kw_only=True)
class OwnRow:
    """A dossier as its owner's list shows it.

    `due` says how the date is to be taken: one that stands still is expected, not promised;
    `asks` is what the person is to do now.
    """

    id: str
    code: str
    procedure: str
    standing: str
    due: str
    late: bool
    holders: tuple[str, ...]
    asks: tuple[str, ...]
    over: bool


def row(dossier: Dossier, words: Spoken, now: datetime) -> OwnRow:
    """A dossier as a row."""
    over = citizen_list.is_over(dossier)
    late = bool(dossier.due and now > dossier.due and not dossier.paused and not dossier.resolved)
    return OwnRow(
        id=dossier.id,
        code=dossier.code,
        procedure=dossier.procedure_name or dossier.procedure,
        standing=pages.status(dossier, words),
        due="" if over or dossier.state is State.RESOLVED else due(dossier, words, late=late),
        late=late and not over,
        holders=() if over else holders(dossier, words),
        asks=() if over else asks(dossier, words),
        over=over,
    )


def place(dossier: Dossier) -> str:
    """Where the dossier stands on its owner's list."""
    return citizen_list.place_of(dossier)


def due(dossier: Dossier, words: Spoken, *, late: bool) -> str:
    """When there will be a result; a date that stands still is an expectation and says so."""
    if dossier.due is None:
        if dossier.answer_by and dossier.received is None:
            when = words.moment(dossier.answer_by)
            return words.say(
                (
                    f"Trung tâm trả lời việc tiếp nhận trước {when}; chưa có ngày hẹn trả kết quả",
                    f"The centre answers by {when} whether it is taken in; no date of a result yet",
                )
            )
        return words.say(_NONE_YET)
    day = words.day(dossier.due)
    if dossier.paused:
        return words.say(
            (
                f"dự kiến {day}; thời hạn đang tạm dừng nên ngày này sẽ lùi lại, chưa phải lời hẹn",
                f"expected {day}; the clock stands still, so it will move: it is no promise yet",
            )
        )
    if late:
        return words.say((f"hẹn trả {day}, đã quá hạn", f"was due {day}, overdue"))
    said = words.say((f"hẹn trả {day}", f"due {day}"))
    return f"{said}. {words.say(pages.EXPECTED)}" if is_expected(dossier.ledger) else said


def holders(dossier: Dossier, words: Spoken) -> tuple[str, ...]:
    """Who has it now, down to the person where that is known; the counter where nobody else."""
    known = persons(dossier, words.language)
    there = [each.agency for each in pages.whom_to_ask(dossier, words) if each.agency]
    named = (
        f"{words.name(each)}: {known[each]}" if known.get(each) else words.name(each)
        for each in there
    )
    return tuple(named) or (words.say(_COUNTER),)


def asks(dossier: Dossier, words: Spoken) -> tuple[str, ...]:
    """What the person is to do now; nothing to do is said by the page."""
    found = []
    papers = "; ".join(paper for each in dossier.requests for paper in each.papers)
    if papers:
        found.append(words.say((f"Bổ sung: {papers}", f"Hand in: {papers}")))
    owed = sum(each.amount for each in pages.to_pay(dossier))
    if owed:
        found.append(words.say((f"Nộp {words.money(owed)}", f"Pay {words.money(owed)}")))
    if dossier.state is State.RESOLVED:
        found.append(words.say(("Nhận kết quả", "Collect the result")))
    return tuple(found)


def changed(seen: str, dossier: Dossier, words: Spoken) -> tuple[tuple[Words, str, str], ...]:
    """What is not as it was when the person looked: its name, before, and now."""
    return tuple(
        (FACTS[name], _fact(name, before, words), _fact(name, after, words))
        for name, (before, after) in as_seen.differences(seen, dossier).items()
    )


def whole(error: Error | None, language: str) -> str:
    """What is wrong with the whole, "" for nothing."""
    if error is None:
        return ""
    return error.en if language == "en" else error.vi


def _fact(name: str, value: str, words: Spoken) -> str:
    if not value:
        return words.say(("không có", "none"))
    if name == "state" and value in set(State):
        return words.say(pages.STATES[State(value)])
    due = moment_said(value) if name == "due" else None
    return words.moment(due) if due else value
