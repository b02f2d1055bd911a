"""Feasibility check: whether a procedure can be followed as it is written, or what to change.

A draft may say anything; what is put in force must have a time that can be counted, somebody
who decides, and steps that fit into the whole.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from contracts.law import LawRule
from contracts.message import CENTRE
from contracts.procedure import (
    AtCounter,
    CountedFrom,
    Join,
    Silence,
    Stage,
    StepClock,
    Supplement,
    Task,
    TimeLimit,
    Unit,
)
from foundation.errors import Refused
from foundation.law import cite
from services.catalogue.domain.content import Content
from services.catalogue.domain.fillable import (
    must_be_fillable,
    must_be_signable,
    must_be_uploadable,
)
from services.catalogue.domain.online import must_be_partial

NAMES = {
    Unit.WORKING_DAYS: ("ngày làm việc", "working days"),
    Unit.HALF_DAYS: ("nửa ngày làm việc", "half working days"),
    Unit.CALENDAR_DAYS: ("ngày theo lịch", "calendar days"),
    Unit.HOURS: ("giờ làm việc", "working hours"),
}
COUNTED = tuple(NAMES)
# By the unit of the whole: what one of a step's takes of it at least, in half days or in hours.
# A stage in working days never ends before as many days of the calendar.
_DAYS = {Unit.WORKING_DAYS: 2, Unit.HALF_DAYS: 1}
LASTS_AT_LEAST: Mapping[Unit, Mapping[Unit, int]] = {
    Unit.WORKING_DAYS: _DAYS,
    Unit.HALF_DAYS: _DAYS,
    Unit.CALENDAR_DAYS: {**_DAYS, Unit.CALENDAR_DAYS: 2},
    Unit.HOURS: {Unit.HOURS: 1},
}


def must_be_feasible(content: Content, now: datetime) -> None:
    """Hold a wording to what can be followed; the law cited is that of `now`.

    Raises:
        Refused: with the first thing that has to be changed.
    """
    _must_be_countable(content.time)
    _must_be_payable(content)
    must_be_fillable(content)
    must_be_signable(content)
    must_be_uploadable(content)
    must_be_partial(content, now)
    if content.at_counter is AtCounter.FORWARDED:
        _must_have_a_way(content)
    else:
        _must_be_done_at_the_counter(content, now)


def _must_be_countable(time: TimeLimit) -> None:
    if time.unit in COUNTED and time.amount < 1:
        raise Refused(
            "Thời hạn chưa có con số: hãy ghi số ngày hoặc số giờ.",
            "The time limit has no figure: write down how many days or hours.",
        )
    if time.unit not in COUNTED and time.amount:
        raise Refused(
            f"Thời hạn {time.unit.value!r} không có con số: hãy bỏ {time.amount}, "
            "hoặc chọn đơn vị ngày hay giờ.",
            f"A time limit {time.unit.value!r} has no figure: take {time.amount} out, "
            "or choose days or hours.",
        )
    if (time.supplement is Supplement.PAUSE_THEN_FIXED) != (time.fixed > 0):
        raise Refused(
            "Số ngày còn lại sau khi bổ sung (fixed) đi cùng cách tính pause_then_fixed: "
            "hãy ghi cả hai hoặc bỏ cả hai.",
            "The days left after a supplement (fixed) belong to the mode pause_then_fixed: "
            "write both or neither.",
        )


def _must_be_payable(content: Content) -> None:
    cases = {paper.case for paper in content.papers}
    for fee in content.fees:
        if fee.case and fee.case not in cases:
            raise Refused(
                f"Phí {fee.name!r} dành cho trường hợp {fee.case!r} mà không giấy tờ nào nêu: "
                "hãy sửa tên trường hợp.",
                f"The fee {fee.name!r} is for the case {fee.case!r}, which no paper names: "
                "correct the case.",
            )


def _must_be_done_at_the_counter(content: Content, now: datetime) -> None:
    if content.route:
        raise Refused(
            "Thủ tục giải quyết ngay tại quầy không chuyển đi đâu: hãy bỏ quy trình (route) "
            "hoặc đổi at_counter thành forwarded.",
            "What is done at the counter goes nowhere: take the route out, or make at_counter "
            "forwarded.",
        )
    if content.time.counted_from is not CountedFrom.RECEIPT:
        raise Refused(
            "Thủ tục giải quyết tại quầy tính thời hạn từ lúc quầy nhận: hãy đổi counted_from "
            "thành receipt.",
            "The time of what is done at the counter counts from its receipt there: make "
            "counted_from receipt.",
        )
    if "counter" not in content.channels:
        raise Refused(
            "Thủ tục giải quyết tại quầy phải nhận được tại quầy: hãy thêm kênh counter.",
            "What is done at the counter must be received there: add the channel counter.",
        )
    if content.at_counter is AtCounter.SAME_DAY and content.time.unit is not Unit.SAME_DAY:
        raise Refused(
            "Thủ tục trả kết quả ngay phải có thời hạn trong ngày: hãy đổi đơn vị thời hạn thành "
            "same_day, hoặc đổi at_counter thành delegated.",
            "A result given at once has the time limit same_day: change the unit, or make "
            "at_counter delegated.",
            article=cite(LawRule.SAME_DAY, now),
        )


def _must_have_a_way(content: Content) -> None:
    if not content.route or not all(stage.tasks for stage in content.route):
        raise Refused(
            "Thủ tục chưa có quy trình qua các cơ quan: hãy ghi cơ quan và thời gian của từng "
            "bước, hoặc cho giải quyết tại quầy (at_counter).",
            "The procedure has no route yet: write down agency and time of each step, or let it "
            "be done at the counter (at_counter).",
        )
    for task in _tasks(content.route):
        _must_be_doable(task)
    _one_must_decide(content.route)
    _must_fit(content.route, content.time)


def _must_be_doable(task: Task) -> None:
    if task.agency == CENTRE:
        raise Refused(
            f"Bước {task.action!r} giao cho chính trung tâm, nơi không có bàn xử lý: tiếp nhận, "
            "chuyển và trả kết quả không phải là bước; hãy bỏ bước này.",
            f"The step {task.action!r} is given to the centre itself, which has no desk: "
            "receiving, handing on and returning are no steps; take it out.",
        )
    if task.unit is Unit.NONE or (task.unit in COUNTED and task.amount < 1):
        raise Refused(
            f"Bước {task.action!r} của {task.agency} chưa có thời gian: hãy ghi số ngày hoặc giờ.",
            f"The step {task.action!r} of {task.agency} has no time: write down its days or hours.",
        )
    if task.decides and task.on_silence is Silence.CONSENT:
        raise Refused(
            f"Cơ quan quyết định ({task.agency}) phải trả lời: im lặng không thể là đồng ý; hãy "
            "đổi on_silence thành escalate.",
            f"The agency that decides ({task.agency}) must answer, its silence cannot be consent: "
            "make on_silence escalate.",
        )


def _one_must_decide(route: Sequence[Stage]) -> None:
    deciding = [task for task in _tasks(route) if task.decides]
    last = route[-1].tasks
    if len(deciding) != 1 or deciding[0] not in last or len(last) != 1:
        raise Refused(
            "Đúng một cơ quan phải quyết định, một mình ở bước cuối: hãy sửa decides.",
            "Exactly one agency must decide, alone in the last stage: correct decides.",
        )


def _must_fit(route: Sequence[Stage], time: TimeLimit) -> None:
    if time.unit not in COUNTED:
        return
    lasts = LASTS_AT_LEAST[time.unit]
    took = sum(_shortest(stage, lasts) for stage in route) / lasts[time.unit]
    if took > time.amount:
        vi, en = NAMES[time.unit]
        takes = f"{took:g}".replace(".", ",")
        raise Refused(
            f"Các bước cần {takes} {vi}, thời hạn chỉ có {time.amount}: hãy rút ngắn các bước.",
            f"The stages take {took:g} {en}, the limit is {time.amount}: shorten the stages.",
        )


def _shortest(stage: Stage, lasts: Mapping[Unit, int]) -> int:
    """The least that a stage takes of the whole's time; other units, and paused ones, nothing."""
    lasting = sorted(
        task.amount * lasts.get(task.unit, 0) if task.clock is StepClock.COUNTED else 0
        for task in stage.tasks
    )
    enough = {Join.ALL: len(lasting), Join.MAJORITY: len(lasting) // 2 + 1, Join.LEAD: 1}
    return lasting[enough[stage.join] - 1]


def _tasks(route: Sequence[Stage]) -> Iterator[Task]:
    return (task for stage in route for task in stage.tasks)
