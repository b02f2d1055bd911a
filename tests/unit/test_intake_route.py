"""The way through the agencies: stages, branches side by side, refusal, result, return."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from contracts.events import (
    DossierDocumentJoined,
    DossierResolved,
    DossierReturned,
    DossierTakenUp,
    DossierWithdrawn,
    StepCompleted,
    StepOrdered,
    StepReceived,
    StepRefused,
)
from contracts.orders import StepOrder, WithdrawOrder
from contracts.procedure import Stage, Task, TimeLimit, Unit
from foundation.errors import Duplicate, Forbidden, Invalid, NotFound, Refused
from services.intake.domain.case import pause
from services.intake.domain.case.dossier import AgencyAct, Channel, State, StepState
from services.intake.domain.case.visibility import completed_share
from services.intake.domain.counter import ending
from services.intake.domain.counter.ending import ResultHandover
from services.intake.domain.route import stages
from tests import builders
from tests.builders import BUILDING, CALENDAR, LAND, PROVINCE, RECEIVED, REGISTRAR, at

LATER = at("2020-09-18 10:00")


BY_POST = ResultHandover(channel=Channel.POST)


def received(place: str) -> StepReceived:
    step = builders.step(builders.consulting(), place)
    return StepReceived(agency=step.agency, step=step.id, due=LATER)


def test_the_first_agency_to_have_its_order_sets_the_dossier_in_process() -> None:
    dossier = builders.accepted()
    first = builders.step(dossier, "0.0")
    event = StepReceived(agency=first.agency, step=first.id, due=LATER)
    told, messages = stages.arrive(dossier, event, builders.act_of(first, LATER), LATER, CALENDAR)
    assert told.state is State.PROCESSING
    assert messages == (DossierTakenUp(agency=REGISTRAR, code=told.code),)
    assert builders.step(told, "0.0").received == LATER
    with pytest.raises(Duplicate):
        stages.arrive(told, event, builders.act_of(first, LATER), LATER, CALENDAR)


def test_a_receipt_told_after_the_completion_is_dropped() -> None:
    with pytest.raises(Duplicate):
        stages.arrive(
            builders.consulting(), received("0.0"), AgencyAct(REGISTRAR, LATER), LATER, CALENDAR
        )


def test_the_next_stage_goes_out_to_all_its_agencies_at_once() -> None:
    moment = at("2020-09-17 09:30")
    dossier, messages = builders.completed(builders.accepted(), "0.0", moment)
    assert dossier.state is State.PROCESSING
    told = [each for each in messages if isinstance(each, StepOrdered)]
    orders = [each for each in messages if isinstance(each, StepOrder)]
    assert [each.agency for each in told] == [BUILDING, LAND]
    assert [each.agency for each in orders] == [BUILDING, LAND]
    assert {each.due for each in orders} == {at("2020-09-28 09:30")}


def test_the_order_says_how_long_the_law_of_the_field_lets_papers_be_asked_for() -> None:
    time = TimeLimit(unit=Unit.WORKING_DAYS, amount=17, ask_within=7)
    for in_force, days in ((builders.procedure(), 3), (builders.procedure(time=time), 7)):
        accepted = builders.accepted(in_force)
        _, messages = builders.completed(accepted, "0.0", at("2020-09-17 09:30"))
        orders = [each for each in messages if isinstance(each, StepOrder)]
        assert [each.ask_within for each in orders] == [days, days]


def test_no_branch_waits_for_another_and_the_stage_ends_with_the_last() -> None:
    dossier, messages = builders.completed(builders.consulting(), "1.1", LATER)
    assert messages == ()
    assert builders.step(dossier, "1.0").state is StepState.OPEN
    dossier, messages = builders.completed(dossier, "1.0", LATER)
    assert [each.agency for each in messages] == [REGISTRAR, REGISTRAR]
    assert builders.step(dossier, "2.0").state is StepState.OPEN


def test_after_the_last_stage_the_deciding_agencys_document_is_the_result() -> None:
    dossier = builders.consulting()
    for place in ("1.0", "1.1", "2.0"):
        dossier, _ = builders.completed(dossier, place, LATER, document=f"opinion-{place}")
    done, messages = builders.completed(dossier, "3.0", LATER, "approved", "result-1")
    assert (done.state, done.result, done.outcome) == (State.RESOLVED, "result-1", "approved")
    assert messages == (
        DossierDocumentJoined(
            agency=PROVINCE, step=builders.step(done, "3.0").id, document="result-1"
        ),
        DossierResolved(
            agency=REGISTRAR,
            code=done.code,
            outcome="approved",
            document="result-1",
            timing="early",
        ),
    )


def test_without_a_task_that_decides_the_last_one_does() -> None:
    tasks = tuple(Task(agency=each, action="xem", amount=3) for each in (BUILDING, LAND))
    dossier = builders.accepted(builders.procedure(route=(Stage(tasks=tasks),)))
    dossier, _ = builders.completed(dossier, "0.1", LATER, "agreed", "last")
    dossier, _ = builders.completed(dossier, "0.0", LATER, "agreed", "first")
    assert dossier.result == "last"


@pytest.mark.parametrize(
    ("moment", "timing"),
    [
        ("2020-10-07 16:59", "early"),
        ("2020-10-08 08:00", "on_time"),
        ("2020-10-08 09:30", "on_time"),
        ("2020-10-08 09:31", "late"),
    ],
)
def test_timing_compares_the_result_with_the_appointment(moment: str, timing: str) -> None:
    dossier = builders.consulting()
    for place in ("1.0", "1.1", "2.0"):
        dossier, _ = builders.completed(dossier, place, LATER)
    assert dossier.due == at("2020-10-08 09:30")
    assert builders.completed(dossier, "3.0", at(moment))[0].timing == timing


def test_a_result_that_was_told_late_by_the_bus_is_on_time_all_the_same() -> None:
    dossier = builders.consulting()
    for place in ("1.0", "1.1", "2.0"):
        dossier, _ = builders.completed(dossier, place, LATER)
    last = builders.step(dossier, "3.0")
    event = StepCompleted(agency=PROVINCE, step=last.id, outcome="approved", document="d")
    acted, told = at("2020-10-08 09:00"), at("2020-10-08 11:00")
    done, _ = stages.complete(dossier, event, AgencyAct(PROVINCE, acted), told, CALENDAR)
    assert (done.timing, done.resolved) == ("on_time", acted)


@pytest.mark.parametrize("claimed", [at("2019-01-01 08:00"), at("2030-01-01 08:00")])
def test_an_agencys_clock_is_believed_only_between_the_order_and_now(claimed: datetime) -> None:
    dossier = builders.consulting()
    step = builders.step(dossier, "1.0")
    event = StepCompleted(agency=BUILDING, step=step.id, outcome="agreed")
    done, _ = stages.complete(dossier, event, AgencyAct(BUILDING, claimed), LATER, CALENDAR)
    assert builders.step(done, "1.0").finished in (step.ordered, LATER)


def test_an_agency_acts_on_its_own_steps_only() -> None:
    dossier = builders.consulting()
    step = builders.step(dossier, "1.0")
    event = StepCompleted(agency=LAND, step=step.id, outcome="agreed")
    with pytest.raises(Forbidden):
        stages.complete(dossier, event, AgencyAct(LAND, LATER), LATER, CALENDAR)
    refusal = StepRefused(agency=LAND, step=step.id, article="Luật Xây dựng Đ1")
    with pytest.raises(Forbidden):
        stages.refuse_step(dossier, refusal, AgencyAct(LAND, LATER), LATER, CALENDAR)


@pytest.mark.parametrize("place", ["2.0", "9.9"])
def test_a_step_that_is_not_ordered_is_not_there(place: str) -> None:
    dossier = builders.consulting()
    event = StepCompleted(agency=REGISTRAR, step=f"{dossier.id}.{place}", outcome="agreed")
    with pytest.raises(NotFound):
        stages.complete(dossier, event, AgencyAct(REGISTRAR, LATER), LATER, CALENDAR)


def test_the_same_completion_told_again_is_dropped_another_is_refused() -> None:
    dossier, _ = builders.completed(builders.consulting(), "1.0", LATER)
    with pytest.raises(Duplicate):
        builders.completed(dossier, "1.0", LATER + timedelta(minutes=5))
    with pytest.raises(Refused) as refused:
        builders.completed(dossier, "1.0", LATER, outcome="disagreed")
    assert refused.value.article == "NĐ 61/2018 Đ19.6"


@pytest.mark.parametrize(
    ("place", "outcome", "document", "named"),
    [
        ("1.0", "approved", "d", "outcome"),
        ("1.0", "", "d", "outcome"),
        ("3.0", "agreed", "d", "outcome"),
        ("3.0", "refused", "d", "outcome"),
        ("3.0", "approved", "", "document"),
    ],
)
def test_what_an_agency_says_must_fit_its_step_whatever_its_own_system_allows(
    place: str, outcome: str, document: str, named: str
) -> None:
    dossier = builders.consulting()
    for before in ("1.0", "1.1", "2.0") if place == "3.0" else ():
        dossier, _ = builders.completed(dossier, before, LATER)
    step = builders.step(dossier, place)
    event = StepCompleted(agency=step.agency, step=step.id, outcome=outcome, document=document)
    with pytest.raises(Invalid) as wrong:
        stages.complete(dossier, event, AgencyAct(step.agency, LATER), LATER, CALENDAR)
    assert named in wrong.value.fields


def test_an_agency_refuses_within_its_time_and_what_counts_is_when_it_did() -> None:
    dossier = builders.consulting()
    step = builders.step(dossier, "1.0")
    assert step.due
    event = StepRefused(agency=BUILDING, step=step.id, article="Đ33.1")
    late = step.due + timedelta(minutes=1)
    with pytest.raises(Refused, match="time for this step is over") as refused:
        stages.refuse_step(dossier, event, AgencyAct(BUILDING, late), late, CALENDAR)
    assert refused.value.article == "NĐ 61/2018 Đ19.8"
    told_late, _ = stages.refuse_step(dossier, event, AgencyAct(BUILDING, step.due), late, CALENDAR)
    assert told_late.state is State.RESOLVED
    stopped, _ = pause.stop(dossier, "NĐ 99/2022 Đ16", "lũ", step.due - timedelta(hours=1))
    while_it_stands, _ = stages.refuse_step(
        stopped, event, AgencyAct(BUILDING, late), late, CALENDAR
    )
    assert while_it_stands.state is State.RESOLVED


def test_a_branch_that_refuses_ends_the_whole_and_stops_the_others() -> None:
    dossier = builders.consulting()
    step = builders.step(dossier, "1.0")
    event = StepRefused(agency=BUILDING, step=step.id, article="Đ33.1", document="refusal-1")
    done, messages = stages.refuse_step(dossier, event, AgencyAct(BUILDING, LATER), LATER, CALENDAR)
    assert (done.state, done.outcome, done.result) == (State.RESOLVED, "refused", "refusal-1")
    assert messages == (
        DossierDocumentJoined(agency=BUILDING, step=step.id, document="refusal-1"),
        DossierResolved(
            agency=REGISTRAR,
            code=done.code,
            outcome="refused",
            document="refusal-1",
            timing="early",
            article="Đ33.1",
        ),
        WithdrawOrder(agency=LAND, step=builders.step(done, "1.1").id),
    )
    with pytest.raises(Refused, match="took this step back"):
        builders.completed(done, "1.1", LATER)
    assert completed_share(done) == 100


def test_by_which_rule_an_agency_refused_is_kept_and_it_must_name_one() -> None:
    dossier = builders.consulting()
    step = builders.step(dossier, "1.0")
    event = StepRefused(agency=BUILDING, step=step.id, article="Luật Xây dựng 2014 Đ95")
    done, _ = stages.refuse_step(dossier, event, AgencyAct(BUILDING, LATER), LATER, CALENDAR)
    assert done.article == builders.step(done, "1.0").article == event.article
    nameless = replace(event, article=" ")
    with pytest.raises(Invalid, match="must name its rule") as wrong:
        stages.refuse_step(dossier, nameless, AgencyAct(BUILDING, LATER), LATER, CALENDAR)
    assert wrong.value.article == "NĐ 61/2018 Đ19.8"


def test_a_refusal_while_another_branch_waits_for_papers_asks_for_them_no_more() -> None:
    dossier, _ = builders.asked(builders.consulting(), "1.1", LATER, "Bản vẽ")
    step = builders.step(dossier, "1.0")
    event = StepRefused(agency=BUILDING, step=step.id, article="Đ33.1")
    done, messages = stages.refuse_step(dossier, event, AgencyAct(BUILDING, LATER), LATER, CALENDAR)
    assert (done.requests, done.paused, done.state) == ((), None, State.RESOLVED)
    assert WithdrawOrder(agency=LAND, step=builders.step(done, "1.1").id) in messages


def test_a_steps_due_date_lies_inside_the_whole_while_there_is_time_left() -> None:
    short = builders.procedure(time=TimeLimit(unit=Unit.WORKING_DAYS, amount=1))
    dossier = builders.accepted(short)
    assert dossier.due == at("2020-09-16 09:30")
    assert builders.step(dossier, "0.0").due == dossier.due
    late, _ = builders.completed(dossier, "0.0", at("2020-09-17 09:30"))
    assert builders.step(late, "1.0").due == at("2020-09-28 09:30")


def test_the_applicant_takes_the_dossier_back_and_every_agency_stops() -> None:
    dossier, messages = ending.withdraw(builders.consulting(), LATER, CALENDAR)
    assert dossier.state is State.WITHDRAWN
    assert messages == (
        DossierWithdrawn(agency=REGISTRAR, code=dossier.code),
        WithdrawOrder(agency=BUILDING, step=builders.step(dossier, "1.0").id),
        WithdrawOrder(agency=LAND, step=builders.step(dossier, "1.1").id),
    )
    with pytest.raises(Refused, match="took this step back"):
        builders.completed(dossier, "1.0", LATER)


def test_a_dossier_is_taken_back_before_its_receipt_but_not_after_its_decision() -> None:
    dossier, messages = ending.withdraw(builders.submitted(), LATER, CALENDAR)
    assert messages == (DossierWithdrawn(agency=REGISTRAR, code=""),)
    receiving, _ = builders.receive(
        builders.submitted(), builders.procedure(), builders.RECEIPT, RECEIVED
    )
    for fixed in (dossier, receiving, builders.resolved()):
        with pytest.raises(Refused):
            ending.withdraw(fixed, LATER, CALENDAR)


def test_the_result_is_handed_over_once() -> None:
    dossier, messages = ending.hand_over(builders.resolved(), BY_POST, LATER)
    assert (dossier.state, dossier.returned) == (State.RETURNED, Channel.POST)
    assert dossier.handed_over == LATER
    assert messages == (DossierReturned(agency=REGISTRAR, code=dossier.code, channel="post"),)
    for early_or_twice in (dossier, builders.consulting()):
        with pytest.raises(Refused) as refused:
            ending.hand_over(early_or_twice, BY_POST, LATER)
        assert refused.value.article == "TT 22/2019/TT-BTTTT PL I"


def test_the_share_of_the_way_that_is_done_grows_with_each_step() -> None:
    dossier = builders.consulting()
    assert completed_share(builders.submitted()) == 0
    assert completed_share(builders.accepted()) == 0
    assert completed_share(dossier) == 20
    assert completed_share(builders.completed(dossier, "1.0", LATER)[0]) == 40
    assert completed_share(builders.resolved()) == 100
    assert completed_share(replace(dossier, state=State.WITHDRAWN)) == 100
