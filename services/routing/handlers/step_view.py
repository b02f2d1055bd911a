"""View model of a step's page: its clock, what happened, and its forms as the API takes them."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from contracts.law import LawRule
from foundation.web.fields import ARTICLE
from foundation.web.page_words import Words, moment_said
from foundation.worktime import Calendar, add_working_days
from services.routing.domain.docket.docket import Docket
from services.routing.domain.docket.step import OPEN, DeskStepState, Step
from services.routing.domain.staff.roles import OfficerRole
from services.routing.domain.work import seen
from services.routing.domain.work.possible import StepAct
from services.routing.pages import STATES, DeskWords

URGINGS = "urgings"
TITLES: Mapping[str, Words] = {
    StepAct.TAKE: ("Nhận việc", "Take it"),
    StepAct.COMPLETE: ("Hoàn thành", "Complete"),
    StepAct.PASS_ON: ("Chuyển tiếp trong cơ quan", "Pass on inside the agency"),
    StepAct.BACK: ("Chuyển lại người trước", "Pass back"),
    StepAct.SUPPLEMENT: ("Yêu cầu bổ sung giấy tờ", "Ask for papers"),
    StepAct.EXTEND: ("Xin lỗi và hẹn lại", "Apologise and ask for another date"),
    StepAct.REFUSE: ("Từ chối theo quy định", "Refuse by law"),
    StepAct.GIVE: ("Giao cho người khác", "Give to another officer"),
    StepAct.AWAIT: ("Chờ cơ quan khác trả lời", "Wait for another agency"),
    StepAct.ANSWERED: ("Cơ quan khác đã trả lời", "The other agency has answered"),
    StepAct.NOTE: ("Ghi chú nội bộ", "Note for colleagues"),
    URGINGS: ("Trả lời đôn đốc", "Answer the director"),
}
_DONE: Mapping[str, Words] = {
    StepAct.TAKE: ("Ông/bà đã nhận việc này", "You have taken it"),
    StepAct.COMPLETE: ("Đã hoàn thành", "It is completed"),
    StepAct.PASS_ON: ("Đã chuyển tiếp", "It was passed on"),
    StepAct.BACK: ("Đã chuyển lại", "It was passed back"),
    StepAct.SUPPLEMENT: ("Đã gửi yêu cầu bổ sung", "The request for papers was sent"),
    StepAct.EXTEND: ("Đã gửi thư xin lỗi và ngày hẹn mới", "The apology was sent"),
    StepAct.REFUSE: ("Đã từ chối theo quy định", "It was refused by law"),
    StepAct.GIVE: ("Đã giao cho người khác", "It was given to another officer"),
    StepAct.AWAIT: ("Đã ghi: chờ cơ quan khác", "Noted: waiting for another agency"),
    StepAct.ANSWERED: ("Đã ghi: cơ quan khác đã trả lời", "Noted: the agency has answered"),
    StepAct.NOTE: ("Đã ghi chú", "The note is kept"),
    URGINGS: ("Đã trả lời Giám đốc", "The director has your answer"),
}
_FACTS: Mapping[str, Words] = {
    "state": ("Trạng thái", "State"),
    "officer": ("Người giữ", "Who has it"),
    "role": ("Vai trò đang giữ", "Role it stands with"),
    "due": ("Hạn", "Due"),
    "awaited": ("Chờ cơ quan", "Waits for"),
    "extension": ("Ngày xin hẹn lại", "Date asked for"),
    "papers": ("Số giấy tờ", "Number of papers"),
    "notes": ("Số ghi chú", "Number of notes"),
    "handovers": ("Số lần chuyển", "Number of hand-overs"),
    "urgings": ("Đôn đốc chưa trả lời", "Unanswered urgings"),
}
_MOMENTS = ("due", "promised")


def done_words(name: str) -> Words | str:
    """What an act did; "" for what is none."""
    return _DONE.get(name, "")


def body_of(name: str, said: Mapping[str, str]) -> dict[str, Any]:
    """The fields of a form as the API's body has them: lines of papers, moments in Viet Nam."""
    prefix = f"{name}-"
    body: dict[str, Any] = {
        field.removeprefix(prefix): value
        for field, value in said.items()
        if field.startswith(prefix)
    }
    body.pop("urging", "")
    if "papers" in body:
        body["papers"] = [line.strip() for line in body["papers"].splitlines() if line.strip()]
    for each in _MOMENTS:
        if body.get(each):
            body[each] = f"{body[each]}+07:00"
    return body | {"back": True} if name == StepAct.BACK else body


def clock(
    docket: Docket, step: Step, now: datetime, calendar: Calendar, words: DeskWords
) -> tuple[tuple[Words, str, str], ...]:
    """Each date that counts: its name, when, and by which rule."""
    found: list[tuple[Words, str, str]] = [
        (("Tiếp nhận tại cơ quan", "Received here"), words.moment(step.received), ""),
        (("Hạn", "Due"), words.moment(step.due), docket.by(LawRule.COUNTED, now)),
    ]
    if step.state in OPEN and not any(each.need for each in docket.steps):
        until = step.ask_until or add_working_days(step.received, step.ask_within, calendar)
        told = ("Yêu cầu bổ sung trước", "Papers may be asked for until")
        found.append((told, words.moment(until), docket.by(LawRule.SUPPLEMENT, now)))
    if step.state is DeskStepState.WAITING:
        told = ("Dừng tính giờ", "The clock stands still")
        why = words.say(("chờ người nộp bổ sung giấy tờ", "the applicant's papers are awaited"))
        found.append((told, why, docket.by(LawRule.SUPPLEMENT, now)))
    if step.extension:
        told = ("Đã xin hẹn lại đến", "Another date was asked for")
        found.append((told, words.moment(step.extension.due), docket.by(LawRule.APOLOGY, now)))
    return tuple(found)


def stops(step: Step, words: DeskWords) -> tuple[tuple[str, Words, str], ...]:
    """What happened to the step at this desk, in order; each with who, when and why."""
    told = sorted(_happened(step, words), key=lambda each: each[0])
    ended = step.state not in OPEN
    return tuple(
        ("now" if not ended and number == len(told) else "done", title, text)
        for number, (_, title, text) in enumerate(told, 1)
    )


def _happened(step: Step, words: DeskWords) -> Iterator[tuple[datetime, Words, str]]:
    def line(at: datetime, *parts: str) -> str:
        return " · ".join(filter(None, (words.moment(at), *parts)))

    yield step.received, ("Cơ quan tiếp nhận", "The agency received it"), line(step.received)
    for each in step.handovers:
        to = f"→ {words.person(each.taker)}" if each.taker else f"→ {words.role(each.role_to)}"
        way = f"{words.person(each.giver)} {to}"
        yield each.given, ("Chuyển giao", "Handed over"), line(each.given, way, each.why)
    for note in step.notes:
        told = line(note.at, words.person(note.officer), note.text)
        yield note.at, ("Ghi chú", "Note"), told
    if step.extension:
        told = line(step.extension.asked, step.extension.reason)
        yield step.extension.asked, ("Xin lỗi và hẹn lại", "Apology"), told
    if step.resumed:
        title = ("Người nộp đã bổ sung", "The applicant supplied papers")
        yield step.resumed, title, line(step.resumed)
    for urging in step.urgings:
        title = ("Giám đốc đôn đốc", "Urged by the director")
        yield urging.received, title, line(urging.received, urging.words)
        if urging.answered:
            told = line(urging.answered, words.person(urging.officer), urging.reason)
            yield urging.answered, ("Đã trả lời đôn đốc", "The urging was answered"), told
    if step.closed:
        yield step.closed, STATES[step.state], line(step.closed, step.article)


def changed(mark: str, step: Step, words: DeskWords) -> tuple[tuple[Words, str, str], ...]:
    """What is otherwise than its officer saw it: its name, as it was, as it is."""
    if not mark:
        return ()
    return tuple(
        (_FACTS[name], _fact(name, before, words), _fact(name, after, words))
        for name, (before, after) in seen.differences(mark, step).items()
    )


def articles(docket: Docket, now: datetime) -> tuple[str, ...]:
    """Rules of the law table that a refusal may be written by; a law of the field is typed."""
    rules = (LawRule.REFUSAL, LawRule.COMPLETE, LawRule.COUNTED)
    cited = dict.fromkeys(docket.by(each, now) for each in rules)
    return tuple(each for each in cited if re.fullmatch(ARTICLE, each))


def _fact(name: str, value: str, words: DeskWords) -> str:
    """A fact in words; what a form says was seen may be anything, and is shown as it is then."""
    if not value:
        return "–"
    at = moment_said(value) if name in {"due", "extension"} else None
    if at:
        return words.moment(at)
    if name == "state" and value in set(DeskStepState):
        return words.say(STATES[DeskStepState(value)])
    if name == "role" and value in set(OfficerRole):
        return words.role(OfficerRole(value))
    named: dict[str, Callable[[str], str]] = {"officer": words.person, "awaited": words.name}
    return named.get(name, str)(value)
