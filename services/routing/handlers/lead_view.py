"""View model of a led route: words, and the planned stages as the rows of a form and back."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from contracts.procedure import Join, Silence, Stage, StepClock, Unit
from foundation.errors import Error, Invalid
from foundation.web.page_words import Words
from foundation.web.translations import Language, field_words
from services.routing import pages
from services.routing.domain.docket.docket import Docket
from services.routing.domain.docket.route import LedRoute
from services.routing.domain.orders.leading import ROUTE_SEEN
from services.routing.pages import DeskWords

PROCEED, REROUTE = "proceed", "reroute"
MOST_ROWS, MOST_STAGES, SPARE_ROWS = 28, 20, 2
"""What one form holds: a browser may send 300 fields, of which a task has nine."""
TITLES: Mapping[str, Words] = {
    PROCEED: ("Thôi chờ các cơ quan chưa trả lời", "Wait no longer for who has not answered"),
    REROUTE: ("Sắp xếp lại các bước chưa bắt đầu", "Order anew what has not begun"),
}
JOINS: Mapping[Join, Words] = {
    Join.ALL: ("chờ tất cả trả lời", "when all have answered"),
    Join.MAJORITY: ("khi quá nửa đã trả lời", "when most have answered"),
    Join.LEAD: ("khi cơ quan chủ trì quyết định", "when the lead agency says so"),
}
UNITS: Mapping[Unit, Words] = {
    Unit.WORKING_DAYS: ("ngày làm việc", "working days"),
    Unit.HALF_DAYS: ("nửa ngày làm việc", "half working days"),
    Unit.CALENDAR_DAYS: ("ngày", "calendar days"),
    Unit.HOURS: ("giờ làm việc", "working hours"),
    Unit.SAME_DAY: ("trong ngày", "the same day"),
    Unit.NONE: ("không định thời hạn", "no time limit"),
}
BRANCH_STATES: Mapping[str, Words] = {
    "open": ("chưa trả lời", "has not answered"),
    "waiting": ("chờ bổ sung giấy tờ", "waits for papers"),
    "done": ("đã trả lời", "has answered"),
    "refused": ("đã từ chối theo quy định", "refused by law"),
    "withdrawn": ("đã rút", "withdrawn"),
}
_FACTS: Mapping[str, Words] = {
    "stage": ("Giai đoạn", "Stage"),
    "join": ("Kết thúc giai đoạn", "The stage ends"),
    "branches": ("Các cơ quan", "Agencies"),
    "planned": ("Các bước chưa bắt đầu", "What has not begun"),
    "asked": ("Đã gửi quyết định", "Decision sent by"),
}
_DIGITS = 7
_UNPLACED = "place-"
_WHOLE = ("agency", "action", "amount", "unit", "clock", "on_silence")
Said = Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class DrawnRow:
    """A task as a row of the form: `fields` as they are typed; a `fresh` one was not planned."""

    number: int
    fresh: bool
    fields: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class DrawnOrder:
    """The form of the order: its rows, and how each stage ends; without rows it is too long."""

    rows: Sequence[DrawnRow] = ()
    joins: Sequence[str] = ()


def drawn(route: LedRoute | None, said: Said) -> DrawnOrder:
    """The form as it was typed, or as the planned stages have it."""
    typed = said or (_as_typed(route.planned) if route else {})
    rows = [_row(number, typed) for number in _numbers(typed)]
    if len(rows) > MOST_ROWS:
        return DrawnOrder()
    spare = min(SPARE_ROWS - sum(each.fresh for each in rows), MOST_ROWS - len(rows))
    rows += [_row(len(rows) + each, {}) for each in range(max(spare, 0))]
    count = len(route.planned) if route else 0
    joins = [
        typed.get(f"{REROUTE}-join-{number}", Join.ALL.value)
        for number in range(1, min(count + SPARE_ROWS, MOST_STAGES) + 1)
    ]
    return DrawnOrder(rows=rows, joins=joins)


def body_of(name: str, said: Said) -> dict[str, Any]:
    """The form as the API's body has it: the tasks by their stages; a task without one falls away.

    What is no number is left as it was typed, for the schema to say so.
    """
    body: dict[str, Any] = {"stage": _number(said.get(f"{name}-stage", ""))}
    if name == PROCEED:
        return body
    stages = [
        {
            "tasks": [_task(number, said) for number in numbers],
            "join": said.get(f"{name}-join-{stage}") or Join.ALL.value,
        }
        for stage, numbers in _staged(said).items()
    ]
    return body | {"stages": stages}


def must_be_placed(said: Said) -> None:
    """Refuse a new task that stands in no stage; one that was planned is left out that way.

    Raises:
        Invalid: naming the row.
    """
    lost = [
        number
        for number in _numbers(said)
        if not said.get(f"{REROUTE}-place-{number}")
        and not said.get(f"{REROUTE}-known-{number}")
        and (said.get(f"{REROUTE}-agency-{number}") or said.get(f"{REROUTE}-action-{number}"))
    ]
    if lost:
        words = "chọn giai đoạn / choose its stage"
        raise Invalid(
            "Có bước mới chưa thuộc giai đoạn nào.",
            "A new task stands in no stage.",
            fields={f"{_UNPLACED}{number}": [words] for number in lost},
        )


def errors_of(error: Error | None, language: Language, name: str, said: Said) -> dict[str, str]:
    """What is wrong with each field of the form: of a task, beside its row."""
    if error is None or name != REROUTE:
        return pages.errors_of(error, language, name)
    tasks = {
        f"stages.{place}.tasks.{inner}": number
        for place, numbers in enumerate(_staged(said).values())
        for inner, number in enumerate(numbers)
    }
    found = dict[str, str]()
    for path, texts in error.fields.items():
        task, _, part = path.rpartition(".")
        unplaced = path if path.startswith(_UNPLACED) else "stages"
        field = f"{name}-{part}-{tasks[task]}" if task in tasks else f"{name}-{unplaced}"
        found[field] = field_words(texts[0], language)
    return found or {"": error.en if language == "en" else error.vi}


def changed(mark: str, docket: Docket, words: DeskWords) -> tuple[tuple[Words, str, str], ...]:
    """What is otherwise than its officer saw it: its name, as it was, as it is."""
    if not mark:
        return ()
    return tuple(
        (_FACTS[name], _in_words(name, before, words), _in_words(name, after, words))
        for name, (before, after) in ROUTE_SEEN.differences(mark, docket).items()
    )


def _in_words(name: str, value: str, words: DeskWords) -> str:
    if name == "stage" and value.isdecimal() and value.isascii():
        return str(int(value[:9]) + 1)
    if name == "join" and value in set(Join):
        return words.say(JOINS[Join(value)])
    return (words.person(value) if name == "asked" else value) or "–"


def _as_typed(planned: Sequence[Stage]) -> dict[str, str]:
    typed, number = dict[str, str](), 0
    for place, stage in enumerate(planned, 1):
        typed[f"{REROUTE}-join-{place}"] = stage.join.value
        for task in stage.tasks:
            values = {each: str(getattr(task, each)) for each in _WHOLE}
            values |= {"decides": "1" if task.decides else "", "place": str(place), "known": "1"}
            typed |= {f"{REROUTE}-{part}-{number}": value for part, value in values.items()}
            number += 1
    return typed


def _row(number: int, typed: Said) -> DrawnRow:
    blank = {
        "unit": Unit.WORKING_DAYS.value,
        "clock": StepClock.COUNTED.value,
        "on_silence": Silence.ESCALATE.value,
    }
    parts = (*_WHOLE, "decides", "place", "known")
    fields = {part: typed.get(f"{REROUTE}-{part}-{number}", blank.get(part, "")) for part in parts}
    return DrawnRow(number=number, fresh=not fields["known"], fields=fields)


def _numbers(typed: Said) -> list[int]:
    """The rows that were sent, in their order; a browser's empty fields are not among them."""
    return [each for each in range(MOST_ROWS + 1) if f"{REROUTE}-unit-{each}" in typed]


def _staged(said: Said) -> dict[int, list[int]]:
    """The rows of each stage, the stages in their order."""
    placed = [(_number(said.get(f"{REROUTE}-place-{each}", "")), each) for each in _numbers(said)]
    stages = sorted({stage for stage, _ in placed if isinstance(stage, int) and stage > 0})
    return {stage: [each for place, each in placed if place == stage] for stage in stages}


def _task(number: int, said: Said) -> dict[str, Any]:
    task: dict[str, Any] = {part: said.get(f"{REROUTE}-{part}-{number}", "") for part in _WHOLE}
    decides = bool(said.get(f"{REROUTE}-decides-{number}"))
    return task | {"amount": _number(task["amount"]), "decides": decides}


def _number(text: str) -> int | str:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < _DIGITS else text


def stage_choices(count: int) -> Iterator[tuple[str, Words | str]]:
    """What the stage of a task may be: none, or one of so many."""
    yield "", ("bỏ ra", "leave out")
    yield from ((str(each), str(each)) for each in range(1, count + 1))
