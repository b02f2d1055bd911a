"""What can be followed is put in force; what cannot is refused with what to change."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.procedure import (
    AtCounter,
    CountedFrom,
    Fee,
    Join,
    Paper,
    Silence,
    Stage,
    StepClock,
    Supplement,
    Task,
    TimeLimit,
    Unit,
)
from foundation.errors import Refused
from services.catalogue.domain.content import Content
from services.catalogue.domain.feasible import COUNTED, must_be_feasible

NOW = datetime(2026, 11, 2, 3, tzinfo=UTC)

DECIDING = Task(agency="so-xay-dung", action="quyết định", amount=5, decides=True)
ASKED = Task(agency="ubnd-xa", action="có ý kiến", amount=7)
CONTENT = Content(
    name="Cấp giấy phép xây dựng",
    field="Xây dựng",
    agency="so-xay-dung",
    agency_name="Sở Xây dựng",
    time=TimeLimit(unit=Unit.WORKING_DAYS, amount=12),
    papers=(Paper(name="Đơn đề nghị"), Paper(name="Bản vẽ", case="nhà ở")),
    route=(Stage(tasks=(ASKED,)), Stage(tasks=(DECIDING,))),
)
AT_ONCE = replace(
    CONTENT, time=TimeLimit(unit=Unit.SAME_DAY), at_counter=AtCounter.SAME_DAY, route=()
)


def stage(*tasks: Task, join: Join = Join.ALL) -> Stage:
    return Stage(tasks=tasks, join=join)


@pytest.mark.parametrize(
    "time",
    [
        TimeLimit(unit=Unit.WORKING_DAYS, amount=12),
        TimeLimit(unit=Unit.CALENDAR_DAYS, amount=12),
        TimeLimit(unit=Unit.HOURS, amount=1),
        TimeLimit(unit=Unit.SAME_DAY),
        TimeLimit(unit=Unit.NONE),
        TimeLimit(
            unit=Unit.WORKING_DAYS, amount=30, supplement=Supplement.PAUSE_THEN_FIXED, fixed=18
        ),
        TimeLimit(unit=Unit.WORKING_DAYS, amount=12, counted_from=CountedFrom.DECIDING_OFFICE),
    ],
    ids=["working days", "calendar days", "hours", "same day", "none", "fixed", "from the office"],
)
def test_every_time_that_the_clock_counts_can_be_put_in_force(time: TimeLimit) -> None:
    must_be_feasible(replace(CONTENT, time=time), NOW)


@pytest.mark.parametrize(
    "change",
    [
        {"at_counter": AtCounter.SAME_DAY, "time": TimeLimit(unit=Unit.SAME_DAY)},
        {"at_counter": AtCounter.DELEGATED},
        {"at_counter": AtCounter.DELEGATED, "time": TimeLimit(unit=Unit.CALENDAR_DAYS, amount=3)},
    ],
)
def test_what_is_done_at_the_counter_needs_no_route(change: dict[str, object]) -> None:
    must_be_feasible(replace(CONTENT, route=(), **change), NOW)  # type: ignore[arg-type]


LIMIT = CONTENT.time
WRONG: dict[str, tuple[Content, str]] = {
    "no figure": (replace(CONTENT, time=replace(LIMIT, amount=0)), "no figure"),
    "a figure of the same day": (
        replace(AT_ONCE, time=replace(LIMIT, unit=Unit.SAME_DAY)),
        "take 12",
    ),
    "a figure of none": (replace(CONTENT, time=replace(LIMIT, unit=Unit.NONE)), "take 12 out"),
    "fixed is missing": (
        replace(CONTENT, time=replace(LIMIT, supplement=Supplement.PAUSE_THEN_FIXED)),
        "write both",
    ),
    "fixed alone": (replace(CONTENT, time=replace(LIMIT, fixed=18)), "write both"),
    "no route": (replace(CONTENT, route=()), "no route yet"),
    "an empty stage": (replace(CONTENT, route=(stage(), *CONTENT.route)), "no route yet"),
    "nobody decides": (replace(CONTENT, route=(stage(ASKED),)), "correct decides"),
    "decided early": (replace(CONTENT, route=(stage(DECIDING), stage(ASKED))), "correct decides"),
    "decided in company": (replace(CONTENT, route=(stage(ASKED, DECIDING),)), "correct decides"),
    "two deciders": (
        replace(CONTENT, route=(stage(DECIDING), stage(DECIDING))),
        "correct decides",
    ),
    "a silent decider": (
        replace(CONTENT, route=(stage(replace(DECIDING, on_silence=Silence.CONSENT)),)),
        "on_silence",
    ),
    "too long": (
        replace(CONTENT, route=(stage(replace(ASKED, amount=8)), stage(DECIDING))),
        "take 13 working days, the limit is 12",
    ),
    "too long by the calendar": (
        replace(CONTENT, time=TimeLimit(unit=Unit.CALENDAR_DAYS, amount=11)),
        "take 12 calendar days, the limit is 11",
    ),
    "too long by half a day": (
        replace(
            CONTENT,
            route=(
                stage(replace(ASKED, amount=15, unit=Unit.HALF_DAYS)),
                stage(DECIDING),
            ),
        ),
        "take 12.5 working days, the limit is 12",
    ),
    "too long in half days": (
        replace(CONTENT, time=TimeLimit(unit=Unit.HALF_DAYS, amount=23)),
        "take 24 half working days, the limit is 23",
    ),
    "two half days in one calendar day too many": (
        replace(
            CONTENT,
            time=TimeLimit(unit=Unit.CALENDAR_DAYS, amount=1),
            route=(stage(replace(DECIDING, amount=3, unit=Unit.HALF_DAYS)),),
        ),
        "take 1.5 calendar days",
    ),
    "too long in hours": (
        replace(
            CONTENT,
            time=TimeLimit(unit=Unit.HOURS, amount=4),
            route=(stage(replace(DECIDING, unit=Unit.HOURS)),),
        ),
        "take 5 working hours",
    ),
    "a step without time": (
        replace(CONTENT, route=(stage(replace(ASKED, amount=0)), stage(DECIDING))),
        "has no time",
    ),
    "a step without unit": (
        replace(CONTENT, route=(stage(replace(ASKED, unit=Unit.NONE)), stage(DECIDING))),
        "has no time",
    ),
    "an unknown case": (
        replace(CONTENT, fees=(Fee(name="Lệ phí", amount=50_000, case="nhà xưởng"),)),
        "correct the case",
    ),
    "a route from the counter": (replace(AT_ONCE, route=CONTENT.route), "take the route out"),
    "at once in twelve days": (replace(AT_ONCE, time=LIMIT), "same_day"),
    "at the counter, but counted elsewhere": (
        replace(
            AT_ONCE,
            time=TimeLimit(unit=Unit.SAME_DAY, counted_from=CountedFrom.DECIDING_OFFICE),
        ),
        "counted_from receipt",
    ),
    "at the counter, but online only": (replace(AT_ONCE, channels=("online",)), "add the channel"),
}


@pytest.mark.parametrize(("content", "said"), WRONG.values(), ids=WRONG)
def test_what_cannot_be_followed_is_refused_with_what_to_change(
    content: Content, said: str
) -> None:
    with pytest.raises(Refused) as caught:
        must_be_feasible(content, NOW)
    assert said in caught.value.en
    assert caught.value.vi != caught.value.en


def test_a_step_that_stops_the_clock_takes_nothing_of_the_whole() -> None:
    posted = replace(ASKED, amount=40, clock=StepClock.PAUSED)
    must_be_feasible(replace(CONTENT, route=(stage(posted), stage(DECIDING))), NOW)


def test_calendar_days_of_a_step_are_not_compared_with_working_days() -> None:
    asked = replace(ASKED, amount=12, unit=Unit.CALENDAR_DAYS)
    must_be_feasible(replace(CONTENT, route=(stage(asked), stage(DECIDING))), NOW)


@pytest.mark.parametrize(("join", "fits"), [(Join.ALL, False), (Join.MAJORITY, True)])
def test_a_stage_that_most_may_end_lasts_as_long_as_most_need(join: Join, fits: bool) -> None:  # noqa: FBT001 -- a column of the table
    asked = stage(ASKED, ASKED, replace(ASKED, amount=30), join=join)
    content = replace(CONTENT, route=(asked, stage(DECIDING)))
    if fits:
        must_be_feasible(content, NOW)
    else:
        with pytest.raises(Refused):
            must_be_feasible(content, NOW)


tasks = st.builds(
    Task,
    agency=st.just("so-xay-dung"),
    action=st.just("xem xét"),
    amount=st.integers(0, 30),
    unit=st.sampled_from(Unit),
    clock=st.sampled_from(StepClock),
    on_silence=st.sampled_from(Silence),
    decides=st.booleans(),
)
routes = st.lists(
    st.builds(
        Stage,
        tasks=st.lists(tasks, max_size=3).map(tuple),
        join=st.sampled_from(Join),
    ),
    max_size=3,
).map(tuple)
limits = st.builds(
    TimeLimit,
    unit=st.sampled_from(Unit),
    amount=st.integers(0, 60),
    supplement=st.sampled_from(Supplement),
    fixed=st.integers(0, 3),
)


def _is_feasible(content: Content) -> bool:
    try:
        must_be_feasible(content, NOW)
    except Refused:
        return False
    return True


@given(limits, routes, st.sampled_from(AtCounter))
def test_what_is_in_force_can_be_counted_and_comes_to_a_decision(
    time: TimeLimit, route: tuple[Stage, ...], at_counter: AtCounter
) -> None:
    content = replace(CONTENT, time=time, route=route, at_counter=at_counter)
    if not _is_feasible(content):
        return
    assert (time.amount > 0) == (time.unit in COUNTED)
    assert (time.fixed > 0) == (time.supplement is Supplement.PAUSE_THEN_FIXED)
    if at_counter is not AtCounter.FORWARDED:
        assert route == ()
        return
    deciding = [task.decides for stage in route for task in stage.tasks]
    assert deciding == [False] * (len(deciding) - 1) + [True]


@given(limits, st.integers(1, 30), st.sampled_from(COUNTED))
def test_more_time_never_makes_a_route_too_long(time: TimeLimit, more: int, unit: Unit) -> None:
    alone = replace(DECIDING, unit=unit, amount=10)
    content = replace(CONTENT, time=time, route=(stage(alone),))
    if _is_feasible(content) and time.unit in COUNTED:
        assert _is_feasible(replace(content, time=replace(time, amount=time.amount + more)))


def test_the_centre_itself_has_no_desk_and_so_no_step() -> None:
    of_its_own = replace(DECIDING, agency="trung-tam")
    with pytest.raises(Refused, match="the centre itself"):
        must_be_feasible(replace(CONTENT, route=(stage(of_its_own),)), NOW)
    must_be_feasible(replace(CONTENT, agency="trung-tam"), NOW)
