"""View model of the rules of urging: each rule of the table as a sentence's parts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from foundation.web.page_words import Words
from foundation.worktime import Matter, Reminder, Reminders, Whom
from foundation.worktime.reminders import Measure

MATTERS: Mapping[Matter, Words] = {
    Matter.STEP: ("Hạn của từng cơ quan", "The date of an agency's part"),
    Matter.DOSSIER: ("Ngày hẹn trả hồ sơ", "The due date of a dossier"),
    Matter.URGING: ("Hạn trả lời văn bản đôn đốc", "The date to answer an urging by"),
    Matter.ANSWER: ("Thời gian để trả lời đôn đốc", "The time to answer an urging in"),
}
WHOM: Mapping[Whom, Words] = {
    Whom.OFFICER: ("cán bộ đang xử lý", "the officer who has it"),
    Whom.HEAD: ("lãnh đạo phòng", "the head of the division"),
    Whom.LEADER: ("lãnh đạo cơ quan", "the head of the agency"),
    Whom.DIRECTOR: ("Giám đốc Trung tâm", "the director of the centre"),
}


@dataclass(frozen=True, kw_only=True)
class RuleRow:
    """A rule in words: when somebody is told, who (None: nobody), how often again, by what."""

    when: Words
    whom: Words | None
    again: Words
    source: str


@dataclass(frozen=True, kw_only=True)
class RuleGroup:
    """The rules about one kind of date."""

    about: Words
    rows: Sequence[RuleRow]


def groups(rules: Reminders) -> tuple[RuleGroup, ...]:
    """The rules by what they are about, in the order of the table."""
    return tuple(
        RuleGroup(about=words, rows=found)
        for matter, words in MATTERS.items()
        if (found := [*_rows(each for each in rules if each.matter is matter)])
    )


def _rows(rules: Iterable[Reminder]) -> Iterable[RuleRow]:
    for rule in rules:
        told = rule.matter is not Matter.ANSWER
        yield RuleRow(
            when=_when(rule) if told else _span(rule.amount, rule.unit),
            whom=WHOM[rule.whom] if told else None,
            again=_again(rule),
            source=rule.source,
        )


def _when(rule: Reminder) -> Words:
    if rule.amount == 0:
        return "đúng hạn", "at the date"
    if rule.unit is Measure.PERCENT:
        share = f"{-rule.amount} %"
        return f"khi còn {share} thời gian", f"when {share} of the time is left"
    vi, en = _span(abs(rule.amount), rule.unit)
    return (
        (f"trước hạn {vi}", f"{en} before") if rule.amount < 0 else (f"quá hạn {vi}", f"{en} after")
    )


def _span(amount: int, unit: Measure) -> Words:
    many = "" if amount == 1 else "s"
    if unit is Measure.DAYS:
        return f"{amount} ngày làm việc", f"{amount} working day{many}"
    return f"{amount} giờ làm việc", f"{amount} working hour{many}"


def _again(rule: Reminder) -> Words:
    if not rule.every:
        return "một lần", "once"
    vi, en = _span(rule.every, Measure.DAYS)
    return f"{rule.most} lần, cách nhau {vi}", f"{rule.most} times, {en} apart"
