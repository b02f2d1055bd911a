"""View model of the tracking page, in Vietnamese or English: what a dossier's person reads."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from contracts.message import CENTRE
from foundation.settings.agency_names import names_of
from foundation.text.cleaning import code_text
from foundation.web.html_pages import PageRenderer
from foundation.web.page_words import PageWords, Words, money
from foundation.worktime import Calendar, to_minute
from services.intake.domain.case.components import components
from services.intake.domain.case.dossier import (
    AT_AN_AGENCY,
    Charge,
    Dossier,
    State,
    Step,
    StepState,
)
from services.intake.domain.case.order_delivery import holding, is_undelivered
from services.intake.domain.case.visibility import completed_share
from services.intake.domain.clock.ledger import LedgerKind, is_expected
from services.intake.domain.clock.waits import WaitKind, Waits, open_waits
from services.intake.domain.explanation.account import APPLICANT, account
from services.intake.domain.explanation.wording import WEEKDAYS, explained, moment, span
from services.intake.domain.route.holders import persons

PAGES = PageRenderer(Path(__file__).resolve().parent / "templates")
LONGEST_CODE = 60
MINUTES_A_DAY = 480
_DIALLED = re.compile(r"\+?[0-9 .()-]{3,30}", re.ASCII)

MOVES = (LedgerKind.PAUSED, LedgerKind.RESTARTED, LedgerKind.REAPPOINTED, LedgerKind.RECOMPUTED)

STATES: Mapping[State, Words] = {
    State.SUBMITTED: ("Hồ sơ đã gửi, chờ cán bộ kiểm tra", "Handed in, waiting to be checked"),
    State.ACCEPTED: ("Hồ sơ đã được tiếp nhận", "The dossier was taken in"),
    State.REFUSED: ("Hồ sơ không được tiếp nhận", "The dossier was not taken in"),
    State.PROCESSING: ("Hồ sơ đang được giải quyết", "The dossier is being worked on"),
    State.SUPPLEMENT: ("Đang chờ ông/bà bổ sung giấy tờ", "Waiting for papers from you"),
    State.PAYMENT: ("Đang chờ ông/bà thực hiện nghĩa vụ tài chính", "Waiting for your payment"),
    State.WITHDRAWN: ("Ông/bà đã rút hồ sơ", "You took the dossier back"),
    State.STOPPED: ("Hồ sơ đang tạm dừng giải quyết", "The dossier is at a stop"),
    State.RESOLVED: ("Đã có kết quả", "There is a result"),
    State.RETURNED: ("Đã trả kết quả", "The result was handed over"),
}
EXPECTED: Words = (
    "Ngày này là dự kiến, vì có ngày nghỉ lễ chưa được quyết định; nếu đổi, ông/bà được báo.",
    "This date is expected: a day off is not decided yet; you are told if it moves.",
)
_WAITED_FOR: Mapping[State, WaitKind] = {
    State.SUPPLEMENT: WaitKind.PAPERS,
    State.PAYMENT: WaitKind.PAYMENT,
    State.STOPPED: WaitKind.STOPPED,
}
_STEPS: Mapping[StepState, Words] = {
    StepState.PLANNED: ("chưa đến lượt", "not yet"),
    StepState.OPEN: ("đang giải quyết, hạn", "at work, due"),
    StepState.WAITING: ("chờ giấy tờ của ông/bà", "waiting for your papers"),
    StepState.DONE: ("đã xong", "done"),
    StepState.REFUSED: ("từ chối giải quyết", "refused"),
    StepState.WITHDRAWN: ("đã dừng", "stopped"),
}
_OUTCOMES: Mapping[str, Words] = {
    "approved": ("được chấp thuận", "approved"),
    "refused": ("bị từ chối theo quy định", "refused by law"),
}
_CONSENT = "consent"
_LOST = ("chưa chuyển đến được, Trung tâm đang xử lý", "not reached yet, the centre sees to it")
_CENTRE = ("Trung tâm", "The centre")
_HELD = ("đang tạm dừng", "stands still")
_AGREED_IN_SILENCE = (
    "coi như đã đồng ý vì không trả lời trong hạn,",
    "taken to agree, as it did not answer in time,",
)
_TIMINGS: Mapping[str, Words] = {
    "early": ("trước hạn", "early"),
    "on_time": ("đúng hạn", "on time"),
    "late": ("quá hạn", "late"),
}


@dataclass(frozen=True, kw_only=True)
class AgencyPart:
    """An agency's part of a stop; `when` is when it was done, or is due."""

    agency: str
    action: str
    said: str
    when: datetime | None


@dataclass(frozen=True, kw_only=True)
class Stop:
    """One stop on the dossier's way; `mark` is done, now, later or ended."""

    mark: str
    title: str
    when: datetime | None = None
    parts: tuple[AgencyPart, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ContactPoint:
    """Whom to ask, by the name people use; `agency` is its code, "" for the centre itself.

    `phone` is as people write it, "" where none is known.
    """

    agency: str = ""
    name: str = ""
    phone: str = ""

    @property
    def link(self) -> str:
        """`tel:+842383123456`; "" for what cannot be dialled as it is written."""
        if not _DIALLED.fullmatch(self.phone):
            return ""
        return f"tel:{re.sub(r'[ .()-]', '', self.phone)}"


@dataclass(frozen=True, kw_only=True)
class Spoken(PageWords):
    """The translator of one page, which knows the centre too."""

    centre: ContactPoint = ContactPoint()

    def name(self, code: str) -> str:
        """An agency by its name, the centre by its own."""
        return self.centre.name or self.say(_CENTRE) if code == CENTRE else super().name(code)

    def moment(self, at: datetime) -> str:
        """A moment as people write it."""
        return moment(at, self.language)

    def day(self, at: datetime) -> str:
        """A day as people write it: `thứ Tư, 07/10/2020`."""
        local = to_minute(at)
        weekday = WEEKDAYS[self.language][local.weekday()]
        vi = f"{weekday[:1].upper()}{weekday[1:]}, {local:%d/%m/%Y}"
        return self.say((vi, f"{weekday} {local.day} {local:%B %Y}"))

    def clock(self, at: datetime) -> str:
        """The time of that day: `09:30`."""
        return f"{to_minute(at):%H:%M}"

    def count(self, number: int) -> str:
        """A number as people write it: `1.204`, `1,204`."""
        return f"{number:,}" if self.language == "en" else f"{number:,}".replace(",", ".")

    def money(self, amount: int) -> str:
        """Vietnamese đồng, as the page speaks."""
        return self.say(money(amount))

    def working(self, minutes: int) -> str:
        """Working time in days of eight hours once it is as long as one, else exactly."""
        days = round(minutes / MINUTES_A_DAY)
        if minutes < MINUTES_A_DAY:
            return self.say(
                (f"{span(minutes, 'vi')} làm việc", f"{span(minutes, 'en')} of working time")
            )
        return self.say(
            (
                f"khoảng {days} ngày làm việc",
                f"about {days} working {'day' if days == 1 else 'days'}",
            )
        )


def typed_code(text: str) -> str:
    """A dossier's code as the receipt has it, from what people type or paste: no blanks in it."""
    return code_text(text).replace(" ", "").upper()


def spoken(language: str, agencies: str, centre: ContactPoint = ContactPoint()) -> Spoken:
    """The words for a page; `agencies` is the path of agencies.json, or ""."""
    return Spoken(language=language, names=names_of(agencies), centre=centre)


def public(dossier: Dossier) -> dict[str, Any]:
    """All that anybody may see who knows the code (TT 01/2018 Đ16)."""
    return {"code": dossier.code, "share": completed_share(dossier), "own": False}


def own(dossier: Dossier, words: Spoken, now: datetime, calendar: Calendar) -> dict[str, Any]:
    """What its own person sees: where it is, when it is due and why, what is theirs to do."""
    counted = account(dossier, now, calendar)
    lines = explained(named(dossier, words), words.language)
    return {
        **public(dossier),
        "own": True,
        "dossier": dossier,
        "words": words,
        "standing": status(dossier, words),
        "left": counted.whole.minutes_left,
        "due_note": words.say(EXPECTED) if is_expected(dossier.ledger) else "",
        "timing": words.say(_TIMINGS.get(dossier.timing, ("", ""))),
        "stops": tuple(stops(dossier, words)),
        "lines": lines,
        "moves": tuple(line for line in lines if line.kind in MOVES),
        "to_pay": to_pay(dossier),
        "components": components(dossier) if dossier.received else (),
        "paid": tuple(each for each in dossier.charges if each.paid),
        "reasons": tuple(
            each.reason for each in open_waits(dossier.waits, WaitKind.STOPPED) if each.reason
        ),
        "used": tuple((_user(each.who, words), each.minutes) for each in counted.used),
        "ask": whom_to_ask(dossier, words),
        "persons": persons(dossier, words.language),
    }


def status(dossier: Dossier, words: Spoken) -> str:
    """Where the dossier stands, down to the department, as one sentence."""
    said = words.say(STATES[dossier.state])
    if dossier.state in (State.RESOLVED, State.RETURNED):
        outcome = words.say(_OUTCOMES.get(dossier.outcome, ("", "")))
        by = f" ({dossier.article})" if dossier.article else ""
        return f"{said}: {outcome}{by}." if outcome else f"{said}."
    if dossier.state is State.WITHDRAWN:
        return f"{said}."
    kind = _WAITED_FOR.get(dossier.state)
    waits = open_waits(dossier.waits, kind) if kind else ()
    at = _askers(waits, words) if waits else _at_work(dossier, words)
    return f"{said}: {'; '.join(dict.fromkeys(at))}." if at else f"{said}."


def to_pay(dossier: Dossier) -> tuple[Charge, ...]:
    """The fees that are still to be paid; nobody pays for what was not done."""
    if dossier.state in (State.REFUSED, State.WITHDRAWN):
        return ()
    return tuple(each for each in dossier.charges if not each.paid)


def stops(dossier: Dossier, words: Spoken) -> Iterator[Stop]:
    """The way of the dossier: in, through each stage, and back to the applicant."""
    over = dossier.state in (State.RESOLVED, State.RETURNED, State.WITHDRAWN)
    received = words.say(("Tiếp nhận hồ sơ", "Taken in"))
    yield Stop(mark=_taken_in(dossier), title=received, when=dossier.received)
    for _, steps in groupby(dossier.steps, key=lambda each: each.stage):
        stop = _stage(dossier, tuple(steps), words)
        if not (over and stop.mark == "later"):
            yield stop
    if dossier.state is State.WITHDRAWN:
        yield Stop(mark="ended", title=words.say(("Đã rút hồ sơ", "Taken back")))
        return
    decided = words.say(("Có kết quả", "Result"))
    yield Stop(mark="done" if over else "later", title=decided, when=dossier.resolved)
    handed_over = words.say(("Trả kết quả cho ông/bà", "Handed over to you"))
    mark = {State.RESOLVED: "now", State.RETURNED: "done"}.get(dossier.state, "later")
    yield Stop(mark=mark, title=handed_over, when=dossier.handed_over)


def _taken_in(dossier: Dossier) -> str:
    if dossier.received:
        return "done"
    return "ended" if dossier.state in (State.REFUSED, State.WITHDRAWN) else "now"


def _stage(dossier: Dossier, steps: tuple[Step, ...], words: Spoken) -> Stop:
    # Where most agencies or the lead may close a stage, those who were left out are withdrawn.
    taken_back = dossier.state is State.WITHDRAWN
    enough = {StepState.DONE} if taken_back else {StepState.DONE, StepState.WITHDRAWN}
    states = {each.state for each in steps}
    if states & set(AT_AN_AGENCY):
        mark = "now"
    elif StepState.DONE in states and states <= enough:
        mark = "done"
    else:
        mark = "later" if states == {StepState.PLANNED} else "ended"
    title = " · ".join(dict.fromkeys(each.action[:1].upper() + each.action[1:] for each in steps))
    return Stop(mark=mark, title=title, parts=tuple(_part(dossier, each, words) for each in steps))


def _part(dossier: Dossier, step: Step, words: Spoken) -> AgencyPart:
    if is_undelivered(dossier, step):
        return AgencyPart(
            agency=words.name(step.agency), action=step.action, said=words.say(_LOST), when=None
        )
    words_of_it = _AGREED_IN_SILENCE if step.outcome == _CONSENT else _STEPS[step.state]
    if step.state is StepState.OPEN and dossier.state in (State.PAYMENT, State.STOPPED):
        # Its date will move by the time that all stands still, so it is none to be told.
        return AgencyPart(
            agency=words.name(step.agency), action=step.action, said=words.say(_HELD), when=None
        )
    return AgencyPart(
        agency=words.name(step.agency),
        action=step.action,
        said=words.say(words_of_it),
        when=step.due if step.state is StepState.OPEN else step.finished,
    )


def _askers(waits: Waits, words: Spoken) -> list[str]:
    asked = words.say(("theo yêu cầu của", "as asked by"))
    decided = words.say(("theo quyết định của", "by decision of"))
    return [
        f"{decided if each.kind is WaitKind.STOPPED else asked} {words.name(each.who)}"
        for each in waits
    ]


def _at_work(dossier: Dossier, words: Spoken) -> list[str]:
    """What is being done, and by whom: `có ý kiến – Sở Xây dựng`."""
    return [
        f"{each.action} – {words.name(holding(dossier, each))}"
        for each in dossier.steps
        if each.state in AT_AN_AGENCY
    ]


def whom_to_ask(dossier: Dossier, words: Spoken) -> tuple[ContactPoint, ...]:
    """The agencies that have it now, each once, and last the centre, which one may always ask."""
    codes = dict.fromkeys(
        each.agency
        for each in dossier.steps
        if each.state in AT_AN_AGENCY and not is_undelivered(dossier, each)
    )
    agencies = (
        ContactPoint(
            agency=code, name=words.name(code), phone=words.names.get(code, {}).get("phone", "")
        )
        for code in codes
    )
    return (*agencies, words.centre)


def named(dossier: Dossier, words: Spoken) -> Dossier:
    """The same dossier, whose ledger names agencies as people do."""
    ledger = tuple(replace(each, who=words.name(each.who)) for each in dossier.ledger)
    return replace(dossier, ledger=ledger)


def _user(who: str, words: Spoken) -> str:
    return words.say(("Ông/bà", "You")) if who == APPLICANT else words.name(who)
