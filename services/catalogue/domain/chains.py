"""Reading the inter-agency chain of a row: the route it makes, or why it makes none.

A chain of the open data names its agencies in free words and not always their times. Nothing is
added to it: a route is made only when every step says an agency that is known and a time that
can be counted. What the centre does itself (receive, hand on, return) is no step of a route, and
a step without length is a hand-over, which the platform does. Half a working day is one of the
unit that counts halves. The last agency decides: it is the one that gives the result back to the
counter (NĐ 61/2018 Đ19.6).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from contracts.message import CENTRE
from contracts.procedure import Join, Silence, Stage, StepClock, Task, Unit
from foundation.frozen import replace
from foundation.text.folding import fold
from services.catalogue.domain.content import InternalStep
from services.catalogue.domain.reading import (
    Row,
    amount,
    flag,
    meaning,
    number,
    optional,
    rows,
    text,
    word,
)
from services.catalogue.domain.words import unbracketed

CONSENT = "= dong y"
PARALLEL = "parallel"
UNITS: Mapping[str, Unit] = {
    "ngày làm việc": Unit.WORKING_DAYS,
    "nửa ngày làm việc": Unit.HALF_DAYS,
    "ngày": Unit.CALENDAR_DAYS,
    "giờ làm việc": Unit.HOURS,
    "trong ngày": Unit.SAME_DAY,
    "không quy định": Unit.NONE,
    **{unit.value: unit for unit in Unit},
}
CLOCKS: Mapping[str, StepClock] = {
    "counted": StepClock.COUNTED,
    "paused": StepClock.PAUSED,
    "not counted": StepClock.PAUSED,
}


@dataclass(frozen=True, kw_only=True)
class ChainRoute:
    """A route, or the reason for which there is none, in both languages."""

    route: tuple[Stage, ...] = ()
    lack: tuple[str, str] | None = None


@dataclass(frozen=True, kw_only=True)
class ChainStep:
    """One step of a chain as it is written; `agency` in the source's words."""

    order: int
    agency: str
    action: str
    amount: float | None
    unit: Unit | None
    clock: StepClock
    parallel: bool


def links(chain: Row) -> tuple[ChainStep, ...]:
    """The steps of a chain in their order; Invalid names what cannot be read."""
    read = [_link(step, place) for place, step in enumerate(rows(chain, "steps"), 1)]
    return tuple(sorted(read, key=lambda link: link.order))


def internal_process(chain: Sequence[ChainStep]) -> tuple[InternalStep, ...]:
    """The chain as data, with everything that makes no route as well."""
    return tuple(
        InternalStep(
            who=link.agency,
            action=link.action,
            amount=link.amount,
            unit=link.unit,
            clock=link.clock,
        )
        for link in chain
    )


def way(chain: Sequence[ChainStep], names: Mapping[str, str]) -> ChainRoute:
    """The route of a chain; `names` gives the codes of agencies by the words used for them."""
    codes = {fold(name): code for name, code in names.items()}
    tasks: list[Task] = []
    for link in chain:
        code = codes.get(fold(unbracketed(link.agency)), "")
        lack = _lack(link, code)
        if lack:
            return ChainRoute(lack=lack)
        if code != CENTRE and link.amount:
            tasks.append(_task(link, code))
    if not tasks:
        return ChainRoute(lack=("chuỗi liên thông không có bước nào", "the chain has no step"))
    last = replace(tasks[-1], decides=True, on_silence=Silence.ESCALATE)
    return ChainRoute(route=tuple(Stage(tasks=(task,)) for task in (*tasks[:-1], last)))


def names_examples(written: Sequence[object]) -> bool:
    """Whether a route written by hand marks a task as `illustrative`: its agency is an example."""
    said = (stage if isinstance(stage, dict) else {"tasks": stage} for stage in written)
    tasks = [task for stage in said for task in rows(stage, "tasks")]
    return any(flag(task, "illustrative", default=False) for task in tasks)


def stages(written: Sequence[object]) -> tuple[Stage, ...]:
    """A route written by hand: a stage is a list of tasks, or `{"tasks": […], "join": "lead"}`."""
    return tuple(_written_stage(stage) for stage in written)


def _written_stage(stage: object) -> Stage:
    said = stage if isinstance(stage, dict) else {"tasks": stage}
    joins = {each.value: each for each in Join}
    return Stage(
        tasks=tuple(_written_task(task) for task in rows(said, "tasks")),
        join=word(said, "join", joins, Join.ALL),
    )


def _link(step: Row, place: int) -> ChainStep:
    unit = step.get("unit")
    return ChainStep(
        order=number(step, "order", place),
        agency=text(step, "agency"),
        action=text(step, "action"),
        amount=amount(step, "duration"),
        unit=None if unit is None else meaning("unit", unit, UNITS),
        clock=word(step, "clock", CLOCKS, StepClock.COUNTED),
        parallel=optional(step, "mode") == PARALLEL,
    )


def _lack(link: ChainStep, code: str) -> tuple[str, str] | None:
    """Why a step of the chain cannot be one of a route."""
    if code == CENTRE:
        return None
    if not code:
        vi, en = "cơ quan chưa xác định", "the agency is not a definite one"
    elif link.amount is None or link.unit is None:
        vi, en = "chưa có thời gian", "it has no time"
    elif link.parallel:
        vi, en = "không nói rõ song song với bước nào", "it is not said beside which it goes"
    elif not _counted(link)[0].is_integer():
        vi = f"{link.amount} không phải số nguyên, cũng không phải nửa ngày làm việc"
        en = f"{link.amount} is no whole number, nor half a working day"
    else:
        return None
    step = f"{link.order} ({link.agency})"
    return f"liên thông, bước {step}: {vi}", f"the chain, step {step}: {en}"


def _counted(link: ChainStep) -> tuple[float, Unit]:
    """How many of which unit: a part of a working day in halves, all else as it is written."""
    number, unit = link.amount or 0.0, link.unit or Unit.NONE
    if unit is Unit.WORKING_DAYS and not number.is_integer():
        return number * 2, Unit.HALF_DAYS
    return number, unit


def _task(link: ChainStep, code: str) -> Task:
    number, unit = _counted(link)
    consents = CONSENT in fold(link.action)
    return Task(
        agency=code,
        action=link.action,
        amount=int(number),
        unit=unit,
        clock=link.clock,
        on_silence=Silence.CONSENT if consents else Silence.ESCALATE,
    )


def _written_task(task: Row) -> Task:
    silences = {each.value: each for each in Silence}
    return Task(
        agency=text(task, "agency"),
        action=text(task, "action"),
        amount=number(task, "amount", 0),
        unit=word(task, "unit", UNITS, Unit.WORKING_DAYS),
        clock=word(task, "clock", CLOCKS, StepClock.COUNTED),
        on_silence=word(task, "on_silence", silences, Silence.ESCALATE),
        decides=flag(task, "decides", default=False),
    )
