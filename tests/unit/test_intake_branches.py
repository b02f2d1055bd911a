"""Liên thông: joins, silence, the lead's choice, and every real chain to its end in any order."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.events import (
    DossierConsentAssumed,
    DossierProceeded,
    DossierRerouted,
    DossierResolved,
    StepCompleted,
    StepRefused,
)
from contracts.message import Message
from contracts.orders import (
    ProceedReply,
    RerouteReply,
    RescheduleOrder,
    ResumeOrder,
    StepOrder,
    WithdrawOrder,
)
from contracts.procedure import Join, Silence, Stage, StepClock, Supplement, Task, TimeLimit, Unit
from foundation.errors import Forbidden, Invalid, Refused
from services.intake.domain.case import pause
from services.intake.domain.case.dossier import (
    AT_AN_AGENCY,
    AgencyAct,
    Attachment,
    Dossier,
    State,
    Step,
    StepState,
)
from services.intake.domain.clock.ledger import replay
from services.intake.domain.counter import ending
from services.intake.domain.route import branches, lead_notice, stages
from tests import builders
from tests.builders import BUILDING, CALENDAR, LAND, PROVINCE, REGISTRAR, at

DATA = Path(__file__).parents[2] / "catalogue-data" / "procedures.json"
THIRD = "cong-an-tinh"
DECISION = Stage(tasks=(Task(agency=PROVINCE, action="ký", amount=3, decides=True),))


def asking(*, join: Join = Join.ALL, **rest: Any) -> Dossier:
    """A dossier whose first stage asks three agencies side by side; LAND's task has `rest`."""
    tasks = tuple(
        Task(agency=each, action="có ý kiến", amount=7, **(rest if each == LAND else {}))
        for each in (BUILDING, LAND, THIRD)
    )
    return builders.accepted(builders.procedure(route=(Stage(tasks=tasks, join=join), DECISION)))


def states(dossier: Dossier) -> list[str]:
    return [step.state.value for step in dossier.steps]


def test_with_a_majority_the_way_goes_on_and_the_late_are_asked_no_more() -> None:
    dossier, told = builders.completed(asking(join=Join.MAJORITY), "0.0", at("2020-09-16 10:00"))
    assert (states(dossier), told[1:]) == (["done", "open", "open", "planned"], ())
    dossier, told = builders.completed(dossier, "0.2", at("2020-09-17 10:00"))
    assert states(dossier) == ["done", "withdrawn", "done", "open"]
    late = builders.step(dossier, "0.1")
    assert WithdrawOrder(agency=LAND, step=late.id) in told
    with pytest.raises(Refused, match="took this step back"):
        builders.completed(dossier, "0.1", at("2020-09-18 10:00"))


def test_what_a_late_branch_waited_for_is_not_waited_for_when_it_is_left() -> None:
    dossier, _ = builders.asked(asking(join=Join.MAJORITY), "0.1", at("2020-09-16 09:30"), "Bản vẽ")
    dossier, _ = builders.completed(dossier, "0.0", at("2020-09-16 10:00"))
    dossier, _ = builders.completed(dossier, "0.2", at("2020-09-17 09:30"))
    assert (dossier.state, dossier.paused) == (State.PROCESSING, None)
    assert replay(dossier.ledger) == dossier.due


def test_the_lead_says_when_it_has_heard_enough_and_nobody_else_does() -> None:
    dossier, _ = builders.completed(asking(join=Join.LEAD), "0.0", at("2020-09-16 10:00"))
    now = at("2020-09-17 10:00")
    enough = ProceedReply(agency=REGISTRAR, stage=0)
    with pytest.raises(Forbidden):
        branches.proceed(dossier, enough, AgencyAct(LAND, now), now, CALENDAR)
    on, told = branches.proceed(dossier, enough, AgencyAct(REGISTRAR, now), now, CALENDAR)
    assert states(on) == ["done", "withdrawn", "withdrawn", "open"]
    assert told[0] == DossierProceeded(agency=REGISTRAR, stage=0, left=(LAND, THIRD))
    assert [type(each) for each in told[1:3]] == [WithdrawOrder] * 2
    with pytest.raises(Refused, match="over"):
        branches.proceed(on, enough, AgencyAct(REGISTRAR, now), now, CALENDAR)
    with pytest.raises(Refused, match="not the lead"):
        branches.proceed(asking(), enough, AgencyAct(REGISTRAR, now), now, CALENDAR)
    with pytest.raises(Refused, match="not begun"):
        branches.proceed(
            dossier, replace(enough, stage=1), AgencyAct(REGISTRAR, now), now, CALENDAR
        )


def test_what_the_lead_itself_has_to_do_is_not_left() -> None:
    tasks = tuple(
        Task(agency=each, action="có ý kiến", amount=7) for each in (REGISTRAR, LAND, THIRD)
    )
    way = (Stage(tasks=tasks, join=Join.LEAD), DECISION)
    dossier = builders.accepted(builders.procedure(route=way))
    dossier, _ = builders.completed(dossier, "0.2", at("2020-09-16 10:00"))
    now, enough = at("2020-09-17 10:00"), ProceedReply(agency=REGISTRAR, stage=0)
    on, _ = branches.proceed(dossier, enough, AgencyAct(REGISTRAR, now), now, CALENDAR)
    assert states(on) == ["open", "withdrawn", "done", "planned"]
    with pytest.raises(Refused, match="nobody"):
        branches.proceed(on, enough, AgencyAct(REGISTRAR, now), now, CALENDAR)
    over, _ = builders.completed(on, "0.0", at("2020-09-18 10:00"))
    assert states(over) == ["done", "withdrawn", "done", "open"]


def test_nobody_goes_on_without_the_decision() -> None:
    alone = (replace(DECISION, join=Join.LEAD),)
    dossier, now = builders.accepted(builders.procedure(route=alone)), at("2020-09-17 10:00")
    enough = ProceedReply(agency=REGISTRAR, stage=0)
    with pytest.raises(Refused, match="not the lead"):
        branches.proceed(dossier, enough, AgencyAct(REGISTRAR, now), now, CALENDAR)


def test_silence_is_consent_where_the_law_says_so_and_not_a_minute_before() -> None:
    dossier = asking(on_silence=Silence.CONSENT)
    due = at("2020-09-24 09:30")
    assert builders.step(dossier, "0.1").due == branches.silent_at(dossier) == due
    before = due - timedelta(minutes=1)
    assert branches.assume_consent(dossier, before, CALENDAR) == (dossier, ())
    agreed, told = branches.assume_consent(dossier, at("2020-09-25 08:00"), CALENDAR)
    step = builders.step(agreed, "0.1")
    assert (step.state, step.outcome, step.finished) == (StepState.DONE, "consent", due)
    assert told == (
        DossierConsentAssumed(agency=REGISTRAR, step=step.id),
        WithdrawOrder(agency=LAND, step=step.id),
    )
    assert branches.silent_at(agreed) is None
    with pytest.raises(Refused, match="silence") as late:
        builders.completed(agreed, "0.1", at("2020-09-25 09:00"))
    assert late.value.article == "NĐ 61/2018 Đ19.5"


def test_what_a_silent_agency_says_too_late_changes_nothing() -> None:
    now = at("2020-09-25 08:00")
    agreed, _ = branches.assume_consent(asking(on_silence=Silence.CONSENT), now, CALENDAR)
    step = builders.step(agreed, "0.1")
    with pytest.raises(Refused):
        finish(agreed, step, now)
    with pytest.raises(Refused):
        builders.asked(agreed, "0.1", now, "Bản vẽ")
    refusal = StepRefused(agency=LAND, step=step.id, article="Đ33.1")
    with pytest.raises(Refused):
        stages.refuse_step(agreed, refusal, AgencyAct(LAND, now), now, CALENDAR)


def test_a_lead_that_has_no_desk_here_is_not_told_of_the_route() -> None:
    dossier = asking()
    before = replace(dossier, steps=())
    for agencies in ((), (BUILDING, REGISTRAR)):
        (told,) = lead_notice.tell_lead(before, dossier, agencies)
        assert told.agency == REGISTRAR
    assert lead_notice.tell_lead(before, dossier, (BUILDING, LAND)) == ()


def test_the_last_silence_lets_the_way_go_on() -> None:
    dossier = asking(on_silence=Silence.CONSENT)
    for place in ("0.0", "0.2"):
        dossier, _ = builders.completed(dossier, place, at("2020-09-17 10:00"))
    on, told = branches.assume_consent(dossier, at("2020-09-24 10:00"), CALENDAR)
    assert states(on) == ["done", "done", "done", "open"]
    assert [type(each) for each in told if isinstance(each, StepOrder)] == [StepOrder]


def test_nobody_is_silent_while_the_whole_is_at_a_stop() -> None:
    stopped, _ = pause.stop(asking(on_silence=Silence.CONSENT), "Đ16", "lũ", at("2020-09-16 10:00"))
    assert branches.silent_at(stopped) is None
    assert branches.assume_consent(stopped, at("2021-01-04 10:00"), CALENDAR) == (stopped, ())


def test_the_lead_orders_anew_what_has_not_begun() -> None:
    dossier, now = asking(), at("2020-09-16 10:00")
    stages = (
        Stage(tasks=(Task(agency=REGISTRAR, action="báo cáo", amount=2),)),
        DECISION,
    )
    reply = RerouteReply(agency=REGISTRAR, stages=stages)
    anew, told = branches.reroute(dossier, reply, AgencyAct(REGISTRAR, now))
    assert told == (DossierRerouted(agency=REGISTRAR, agencies=(REGISTRAR, PROVINCE)),)
    assert [step.id[-3:] for step in anew.steps] == ["0.0", "0.1", "0.2", "1.0", "2.0"]
    assert anew.steps[:3] == dossier.steps[:3]
    with pytest.raises(Refused, match="the order already"):
        branches.reroute(anew, reply, AgencyAct(REGISTRAR, now))
    with pytest.raises(Forbidden):
        branches.reroute(dossier, reply, AgencyAct(PROVINCE, now))
    for wrong in ((), stages[:1], (DECISION, stages[0])):
        with pytest.raises(Invalid):
            branches.reroute(dossier, replace(reply, stages=wrong), AgencyAct(REGISTRAR, now))
    with pytest.raises(Refused):
        branches.reroute(builders.resolved(), reply, AgencyAct(REGISTRAR, now))


def test_what_began_meanwhile_is_not_ordered_anew() -> None:
    dossier, now = builders.consulting(), at("2020-09-18 10:00")
    stages = (
        Stage(tasks=(Task(agency=REGISTRAR, action="báo cáo", amount=2),)),
        DECISION,
    )
    late = RerouteReply(agency=REGISTRAR, stages=stages, stage=0)
    with pytest.raises(Refused, match="begun meanwhile"):
        branches.reroute(dossier, late, AgencyAct(REGISTRAR, now))
    branches.reroute(dossier, replace(late, stage=1), AgencyAct(REGISTRAR, now))


def test_who_decides_is_not_the_leads_to_say_and_who_is_asked_is_there() -> None:
    dossier, now = asking(), at("2020-09-16 10:00")
    mine = Stage(tasks=(replace(DECISION.tasks[0], agency=REGISTRAR),))
    with pytest.raises(Invalid, match=PROVINCE):
        branches.reroute(
            dossier, RerouteReply(agency=REGISTRAR, stages=(mine,)), AgencyAct(REGISTRAR, now)
        )
    nowhere = Stage(tasks=(Task(agency="so-khong-co", action="có ý kiến", amount=2),))
    asked = RerouteReply(agency=REGISTRAR, stages=(nowhere, DECISION))
    with pytest.raises(Invalid, match="so-khong-co"):
        branches.reroute(dossier, asked, AgencyAct(REGISTRAR, now), {BUILDING: ""})
    branches.reroute(dossier, asked, AgencyAct(REGISTRAR, now), {"so-khong-co": ""})


@pytest.mark.parametrize(("holds", "due"), [(False, "2020-09-24"), (True, "2020-09-25")])
def test_papers_for_one_hold_the_others_as_the_procedure_says(*, holds: bool, due: str) -> None:
    limit = TimeLimit(
        unit=Unit.WORKING_DAYS, amount=17, supplement=Supplement.PAUSE, holds_others=holds
    )
    dossier = replace(asking(), time=limit)
    dossier, _ = builders.asked(dossier, "0.0", at("2020-09-16 09:30"), "Bản vẽ")
    papers = (Attachment(paper="Bản vẽ", document="d-9"),)
    done, told = builders.supplied(dossier, papers, at("2020-09-17 09:30"), CALENDAR)
    assert builders.step(done, "0.1").due == at(f"{due} 09:30")
    assert builders.step(done, "0.0").due == at("2020-09-25 09:30")
    kinds = Counter(type(each) for each in told)
    assert (kinds[ResumeOrder], kinds[RescheduleOrder]) == (1, 2 if holds else 0)


# Every chain to its end.


def route_of(steps: Iterable[dict[str, Any]]) -> tuple[Stage, ...]:
    """The stages of a chain of the data file; a day where it names no time, as only a test may."""
    stages: list[list[Task]] = []
    for step in steps:
        task = Task(
            agency=f"agency-{sum(map(ord, step['agency']))}",
            action=step["action"] or "giải quyết",
            amount=max(1, int(step["duration"] or 1)),
            clock=StepClock.COUNTED if step.get("clock") == "counted" else StepClock.PAUSED,
        )
        if step.get("mode") == "parallel" and stages and stages[-1][0].clock == task.clock:
            stages[-1].append(task)
        else:
            stages.append([task])
    return (*(Stage(tasks=tuple(each)) for each in stages), DECISION)


CHAINS = {
    f"{each['id']}": route_of(each["lien_thong"]["steps"])
    for each in json.loads(DATA.read_text(encoding="utf-8"))
    if each.get("lien_thong")
}


def at_work(dossier: Dossier) -> list[Step]:
    return [step for step in dossier.steps if step.state in AT_AN_AGENCY]


def finish(dossier: Dossier, step: Step, now: datetime) -> tuple[Dossier, tuple[Message, ...]]:
    outcome = "approved" if step.decides else "agreed"
    event = StepCompleted(agency=step.agency, step=step.id, outcome=outcome, document="d-1")
    return stages.complete(dossier, event, AgencyAct(step.agency, now), now, CALENDAR)


def may_ask(dossier: Dossier, step: Step) -> bool:
    asked = any(each.asked for each in dossier.steps if each.agency == step.agency)
    return not asked and not step.decides


def test_the_data_has_the_chains_the_design_speaks_of() -> None:
    assert len(CHAINS) == 24


@pytest.mark.parametrize("chain", sorted(CHAINS))
@settings(max_examples=10)
@given(data=st.data())
def test_every_chain_comes_to_its_end_whoever_is_first_late_or_short_of_papers(
    chain: str, data: st.DataObject
) -> None:
    time = replace(builders.procedure().time, ask_within=100)
    dossier = builders.accepted(builders.procedure(route=CHAINS[chain], time=time))
    told: list[Message] = []
    now = at("2020-09-16 08:00")
    for _ in range(3 * len(dossier.steps)):
        now += timedelta(minutes=data.draw(st.integers(1, 2000)))
        step = data.draw(st.sampled_from(at_work(dossier)))
        if step.state is StepState.WAITING:
            paper = Attachment(paper=step.id, document="d-2")
            dossier, messages = builders.supplied(dossier, (paper,), now, CALENDAR)
        elif may_ask(dossier, step) and data.draw(st.integers(0, 4)) == 4:
            dossier, messages = builders.asked(
                dossier, step.id.removeprefix(f"{dossier.id}."), now, step.id
            )
        else:
            dossier, messages = finish(dossier, step, now)
        told += messages
        assert replay(dossier.ledger) == dossier.due
        if dossier.state is State.RESOLVED:
            break
    assert dossier.state is State.RESOLVED
    assert dossier.waits == ()
    assert all(step.state is StepState.DONE for step in dossier.steps)
    ordered = [each.step for each in told if isinstance(each, StepOrder)]
    assert len(ordered) == len(set(ordered))
    assert sum(isinstance(each, DossierResolved) for each in told) == 1


@pytest.mark.parametrize("chain", sorted(CHAINS))
def test_every_chain_may_be_taken_back_in_the_middle(chain: str) -> None:
    dossier = builders.accepted(builders.procedure(route=CHAINS[chain]))
    now = at("2020-09-17 10:00")
    dossier, _ = finish(dossier, at_work(dossier)[0], now)
    had = {step.id for step in at_work(dossier)}
    withdrawn, told = ending.withdraw(dossier, now, CALENDAR)
    assert {each.step for each in told if isinstance(each, WithdrawOrder)} == had
    assert (withdrawn.state, at_work(withdrawn), withdrawn.waits) == (State.WITHDRAWN, [], ())
