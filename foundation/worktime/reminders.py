"""When somebody is to be told of a date that comes near or has passed: rules that are data.

A table in CSV, a rule in each line:

    about,amount,unit,whom,every,most,source
    step,-2,days,officer,,,…

`about` is whose date it is; `amount` of `unit` after that date (before it if below 0, at it if
0) `whom` is told. The units are working days (`days`), working hours (`hours`), and `percent` of
the time that leads to the date. While it lasts they are told again `every` so many working days,
at most `most` times in all. `source` says where the rule is from.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from foundation.errors import Invalid
from foundation.tables import read_fixed
from foundation.worktime.arithmetic import (
    add_working_minutes,
    subtract_working_minutes,
    working_minutes,
)
from foundation.worktime.calendar import Calendar

COLUMNS = ("about", "amount", "unit", "whom", "every", "most", "source")
MOST_RULES = 100
MOST_TIMES = 50
FARTHEST = 400  # of any unit


class Matter(StrEnum):
    """Whose date a rule is about.

    STEP: an agency's part; DOSSIER: the whole; URGING: the answer that an urging expects;
    ANSWER: not told to anybody: how long after an urging its answer is expected.
    """

    STEP = "step"
    DOSSIER = "dossier"
    URGING = "urging"
    ANSWER = "answer"


class Whom(StrEnum):
    """Who is told: whoever has the step, the head of their division or agency, the director."""

    OFFICER = "officer"
    HEAD = "head"
    LEADER = "leader"
    DIRECTOR = "director"


class Measure(StrEnum):
    """What an amount counts: working days, working hours, per cent of the time."""

    DAYS = "days"
    HOURS = "hours"
    PERCENT = "percent"


@dataclass(frozen=True, kw_only=True)
class Reminder:
    """One rule of the table."""

    matter: Matter
    amount: int
    unit: Measure
    whom: Whom
    every: int = 0
    most: int = 1
    source: str = ""


Reminders = tuple[Reminder, ...]


def moments(
    rules: Iterable[Reminder], since: datetime, due: datetime, calendar: Calendar
) -> tuple[datetime, ...]:
    """When these rules tell of a date whose time began at `since`, in order.

    Nobody is told before the time begins.
    """
    return tuple(at for at, _ in schedule(rules, since, due, calendar))


def schedule(
    rules: Iterable[Reminder], since: datetime, due: datetime, calendar: Calendar
) -> tuple[tuple[datetime, Whom], ...]:
    """The same moments, each with whom its rule tells."""
    found = [(at, rule.whom) for rule in rules for at in _moments(rule, since, due, calendar)]
    return tuple(sorted(found, key=lambda each: each[0]))


def nth_moment(
    rules: Iterable[Reminder], since: datetime, due: datetime, calendar: Calendar, count: int
) -> datetime | None:
    """The moment after the first `count` of them; None when there is none. Of 0 it costs little."""
    if count == 0:
        return min((_first(rule, since, due, calendar) for rule in rules), default=None)
    found = moments(rules, since, due, calendar)
    return found[count] if count < len(found) else None


def answer_minutes(rules: Iterable[Reminder], calendar: Calendar) -> int:
    """How many working minutes after an urging its answer is expected."""
    (rule,) = (each for each in rules if each.matter is Matter.ANSWER)
    return rule.amount * (calendar.minutes_a_day if rule.unit is Measure.DAYS else 60)


def read_reminders(text: str) -> Reminders:
    """The rules of a table.

    Raises:
        Invalid: it is none; each fault with its line and the reason.
    """
    rows, faults = read_fixed(text.removeprefix("\ufeff"), COLUMNS)
    rules: dict[Reminder, int] = {}
    for line, row in rows:
        _take(row, line, rules, faults)
    if not faults:
        faults += _whole(rules)
    if faults:
        raise _wrong(faults)
    return tuple(rules)


def _take(
    row: Mapping[str, str],
    line: int,
    rules: dict[Reminder, int],
    faults: list[tuple[int, str, str]],
) -> None:
    said = {name: value.strip() for name, value in row.items()}
    found = list(_faults(said))
    faults += [(line, vi, en) for vi, en in found]
    if found:
        return
    rule = Reminder(
        matter=Matter(said["about"]),
        amount=int(said["amount"]),
        unit=Measure(said["unit"]),
        whom=Whom(said["whom"]),
        every=int(said["every"] or 0),
        most=int(said["most"] or 1),
        source=said["source"],
    )
    if rule in rules:
        faults.append((line, f"trùng dòng {rules[rule]}", f"the same as line {rules[rule]}"))
    rules[rule] = line


def _faults(said: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for name, words in (("about", Matter), ("unit", Measure), ("whom", Whom)):
        if said[name] not in list(words):
            known = ", ".join(words)
            yield f"{name} phải là một trong: {known}", f"{name} must be one of: {known}"
    bounds = {"amount": (-FARTHEST, FARTHEST), "every": (0, FARTHEST), "most": (1, MOST_TIMES)}
    for name, (least, most) in bounds.items():
        if not _is_within(said[name] or ("" if name == "amount" else str(least)), least, most):
            yield (
                f"{name} phải là số nguyên từ {least} đến {most}",
                f"{name} must be a whole number from {least} to {most}",
            )
    if said["most"] not in {"", "1"} and said["every"] in {"", "0"}:
        yield "nhắc nhiều lần thì phải ghi every", "to be told more than once, it needs every"
    if said["every"] not in {"", "0"} and said["most"] in {"", "1"}:
        yield "có every thì phải ghi most từ 2", "with every, most must be 2 or more"
    if not said["source"]:
        yield "còn thiếu source (căn cứ)", "source is missing"
    if said["unit"] == Measure.PERCENT and not _is_within(said["amount"], -100, 0):
        yield "percent chỉ từ -100 đến 0", "percent goes from -100 to 0 only"
    if said["about"] == Matter.ANSWER and not _is_span(said):
        yield (
            "answer là thời hạn trả lời: số dương của days hoặc hours, không lặp lại",
            "answer is a time to answer in: days or hours above 0, without repeats",
        )


def _is_span(said: Mapping[str, str]) -> bool:
    once = said["every"] in {"", "0"} and said["unit"] != Measure.PERCENT
    return once and _is_within(said["amount"], 1, FARTHEST)


def _is_within(text: str, least: int, most: int) -> bool:
    digits = text.removeprefix("-")
    known = digits.isascii() and digits.isdigit() and len(digits) <= len(str(FARTHEST))
    return known and least <= int(text) <= most


def _whole(rules: Mapping[Reminder, int]) -> Iterator[tuple[int, str, str]]:
    spans = [line for rule, line in rules.items() if rule.matter is Matter.ANSWER]
    if len(spans) != 1:
        line = spans[-1] if spans else 1
        yield line, "cần đúng một dòng answer", "exactly one line about answer is needed"
    if len(rules) > MOST_RULES:
        yield MOST_RULES + 1, f"nhiều hơn {MOST_RULES} dòng", f"more than {MOST_RULES} lines"


def _wrong(faults: Iterable[tuple[int, str, str]]) -> Invalid:
    listed = list(faults)
    vi = "; ".join(f"dòng {line}: {said}" for line, said, _ in listed)
    en = "; ".join(f"line {line}: {said}" for line, _, said in listed)
    return Invalid(f"Quy tắc đôn đốc, {vi}.", f"Rules of urging, {en}.")


def _moments(
    rule: Reminder, since: datetime, due: datetime, calendar: Calendar
) -> Iterator[datetime]:
    first = _first(rule, since, due, calendar)
    for count in range(rule.most):
        yield _away(first, count * rule.every * calendar.minutes_a_day, calendar)


def _first(rule: Reminder, since: datetime, due: datetime, calendar: Calendar) -> datetime:
    if rule.unit is Measure.PERCENT:
        minutes = -(working_minutes(since, due, calendar) * -rule.amount // 100)
    else:
        minutes = rule.amount * (calendar.minutes_a_day if rule.unit is Measure.DAYS else 60)
    return max(since, _away(due, minutes, calendar))


def _away(moment: datetime, minutes: int, calendar: Calendar) -> datetime:
    if minutes < 0:
        return subtract_working_minutes(moment, -minutes, calendar)
    return add_working_minutes(moment, minutes, calendar) if minutes else moment
