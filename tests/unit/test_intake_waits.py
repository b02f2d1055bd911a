"""What the clock stands still for: several reasons at once, no minute twice."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.events import DossierPaused, DossierRescheduled, DossierResumed
from contracts.orders import RescheduleOrder, WordGiven
from contracts.procedure import Stage, StepClock, Supplement, Task, TimeLimit, Unit
from foundation.errors import Duplicate, Refused
from foundation.worktime import add_working_minutes, working_minutes
from services.intake.domain.case import pause
from services.intake.domain.case.dossier import Attachment, Dossier, State
from services.intake.domain.clock import due_date
from services.intake.domain.clock.ledger import LedgerKind, replay
from services.intake.domain.clock.waits import (
    Wait,
    WaitKind,
    counted,
    end,
    open_waits,
    paused_since,
)
from services.intake.domain.explanation.account import account
from services.intake.domain.route import stages
from tests import builders
from tests.builders import BUILDING, CALENDAR, LAND, PROVINCE, RECEIVED, REGISTRAR, at

START = at("2020-09-16 08:00")
FORCE = "NĐ 99/2022 Đ16"
MODES = st.sampled_from(
    [
        TimeLimit(unit=Unit.WORKING_DAYS, amount=17, supplement=Supplement.PAUSE),
        TimeLimit(unit=Unit.WORKING_DAYS, amount=17, supplement=Supplement.RESTART),
        TimeLimit(
            unit=Unit.WORKING_DAYS, amount=17, supplement=Supplement.PAUSE_THEN_FIXED, fixed=9
        ),
        TimeLimit(unit=Unit.HOURS, amount=30, supplement=Supplement.PAUSE),
    ]
)


def wait(kind: WaitKind, since: int, until: int | None) -> Wait:
    """A wait in minutes from START."""
    moment = START + timedelta(minutes=since)
    over = None if until is None else START + timedelta(minutes=until)
    return Wait(kind=kind, since=moment, who=LAND, article="Đ19.4", until=over)


@st.composite
def blocks(draw: st.DrawFn) -> tuple[Wait, ...]:
    """Waits that overlap without a gap, as the clock makes them: one is always open."""
    count, reach = draw(st.integers(1, 5)), 0
    found: list[Wait] = []
    for _ in range(count):
        since = draw(st.integers(0, reach))
        until = since + draw(st.integers(1, 5000))
        reach = max(reach, until)
        drawn = wait(draw(st.sampled_from(WaitKind)), since, until)
        found.append(replace(drawn, step=f"step {len(found)}"))
    return tuple(found)


def naive(limit: TimeLimit, waits: tuple[Wait, ...], due: datetime) -> datetime:
    """The block as one: the date moves by all of it, or by what follows the last papers."""
    over = max(each.until or START for each in waits)
    ends = {each.until for each in waits if each.kind is WaitKind.PAPERS}
    moment = min(each.since for each in waits)
    last = max((each for each in ends if each), default=None)
    if limit.supplement is not Supplement.PAUSE and last:
        amount = limit.fixed or limit.amount
        anew = TimeLimit(unit=Unit.WORKING_DAYS, amount=amount)
        due, moment = due_date.begin(anew, last, CALENDAR).moment or due, last
    return add_working_minutes(due, working_minutes(moment, over, CALENDAR), CALENDAR)


@given(limit=MODES, waits=blocks())
def test_each_minute_of_waiting_moves_the_date_once(
    limit: TimeLimit, waits: tuple[Wait, ...]
) -> None:
    begun = due_date.begin(limit, RECEIVED, CALENDAR)
    after = counted(begun, limit, waits, CALENDAR)
    assert begun.moment
    assert after.moment == naive(limit, waits, begun.moment)
    assert replay(after.ledger) == after.moment
    assert after.ledger[: len(begun.ledger)] == begun.ledger


@given(waits=blocks())
def test_the_clock_stands_from_the_first_wait_until_nothing_is_left(
    waits: tuple[Wait, ...],
) -> None:
    still = tuple(replace(each, until=None) for each in waits)
    assert paused_since(still) == min(each.since for each in waits)
    assert paused_since(end(still, still[1:], START)) == min(each.since for each in waits)
    assert paused_since(waits) is None
    assert open_waits(end(still, still, START + timedelta(days=30))) == ()


def test_a_stop_stands_for_all_and_gives_the_agencies_their_time_back() -> None:
    dossier = builders.consulting()
    stopped, told = pause.stop(dossier, FORCE, "lũ lụt", at("2020-09-18 09:00"))
    assert (stopped.state, stopped.paused) == (State.STOPPED, at("2020-09-18 09:00"))
    assert told == (
        WordGiven(agency=REGISTRAR, dossier=dossier.id, kind="stopped", text="lũ lụt"),
        DossierPaused(agency=REGISTRAR, because="stopped", state=8, article=FORCE),
    )
    on, messages = pause.go_on(stopped, at("2020-09-21 09:00"), CALENDAR)
    was, due = dossier.due, at("2020-10-09 09:30")
    assert was
    assert (on.state, on.due, on.waits) == (State.PROCESSING, due, ())
    assert messages[:2] == (
        DossierResumed(agency=REGISTRAR, because="stopped"),
        DossierRescheduled(agency=REGISTRAR, due=due, was=was, article=FORCE, because="stopped"),
    )
    orders = {each.agency: each.due for each in messages if isinstance(each, RescheduleOrder)}
    assert orders == {BUILDING: at("2020-09-29 09:30"), LAND: at("2020-09-29 09:30")}


def test_a_stop_is_refused_before_the_receipt_twice_and_after_the_end() -> None:
    with pytest.raises(Refused):
        pause.stop(builders.submitted(), FORCE, "lũ", RECEIVED)
    stopped, _ = pause.stop(builders.consulting(), FORCE, "lũ", RECEIVED)
    with pytest.raises(Duplicate):
        pause.stop(stopped, FORCE, "lũ", RECEIVED)
    with pytest.raises(Refused):
        pause.stop(builders.resolved(), FORCE, "lũ", RECEIVED)
    with pytest.raises(Refused) as refused:
        pause.go_on(builders.consulting(), RECEIVED, CALENDAR)
    assert refused.value.article == "TT 22/2019/TT-BTTTT PL I"


def test_papers_that_come_during_a_stop_leave_the_clock_standing() -> None:
    asked, _ = builders.asked(builders.consulting(), "1.0", at("2020-09-18 09:00"), "Bản vẽ")
    stopped, _ = pause.stop(asked, FORCE, "lũ", at("2020-09-18 10:00"))
    assert stopped.state is State.STOPPED
    papers = (Attachment(paper="Bản vẽ", document="d-9"),)
    came, _ = builders.supplied(stopped, papers, at("2020-09-21 09:00"), CALENDAR)
    assert (came.state, came.paused) == (State.STOPPED, at("2020-09-18 09:00"))
    on, _ = pause.go_on(came, at("2020-09-22 09:00"), CALENDAR)
    assert on.due == at("2020-10-12 09:30")
    assert [(each.because, each.who) for each in on.ledger if each.kind is LedgerKind.PAUSED] == [
        ("papers", BUILDING),
        ("stopped", REGISTRAR),
    ]


def test_nobody_uses_time_while_the_whole_is_at_a_stop() -> None:
    stopped, _ = pause.stop(builders.consulting(), FORCE, "lũ lụt", at("2020-09-18 09:30"))
    before = account(stopped, at("2020-09-18 09:30"), CALENDAR)
    assert {each.who: each.minutes for each in before.used}[LAND] == 480
    assert account(stopped, at("2020-10-18 09:30"), CALENDAR).used == before.used


def with_tax() -> Dossier:
    """A dossier whose second stage is the tax office, whose time is not counted."""
    stages = (
        Stage(tasks=(Task(agency=REGISTRAR, action="chuyển thuế", amount=1),)),
        Stage(
            tasks=(
                Task(agency=LAND, action="xác định thuế", amount=5, clock=StepClock.PAUSED),
                Task(agency=BUILDING, action="có ý kiến", amount=7),
            )
        ),
        Stage(tasks=(Task(agency=PROVINCE, action="ký", amount=3, decides=True),)),
    )
    return builders.accepted(builders.procedure(route=stages))


def test_a_step_that_is_not_counted_lets_the_clock_stand_until_it_is_done() -> None:
    before = with_tax()
    dossier, told = builders.completed(before, "0.0", at("2020-09-16 09:30"))
    assert dossier.paused == at("2020-09-16 09:30")
    assert dossier.state is State.PROCESSING
    assert (
        DossierPaused(agency=REGISTRAR, because="uncounted", state=4, article=stages.UNCOUNTED)
        in told
    )
    done, told = builders.completed(dossier, "1.0", at("2020-09-18 09:30"))
    assert (done.paused, done.due) == (None, at("2020-10-12 09:30"))
    assert [type(each) for each in told] == [DossierResumed, DossierRescheduled]


def test_what_is_decided_while_something_is_open_is_counted_up_to_the_decision() -> None:
    asked, _ = builders.asked(builders.consulting(), "1.0", at("2020-09-18 09:30"), "Bản vẽ")
    stopped, orders = stages.stop_steps(asked, at("2020-09-22 09:30"), CALENDAR)
    assert (stopped.due, stopped.waits, len(orders)) == (at("2020-10-12 09:30"), (), 2)
    assert replay(stopped.ledger) == stopped.due
