"""The desk hears of urgings and late dates, shows them, and answers the director once."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.orders import RemindOrder, RescheduleOrder, StepOrder, UrgeOrder, WithdrawOrder
from contracts.replies import UrgingReply
from foundation.errors import Duplicate, Forbidden, Invalid, NotFound, Refused
from foundation.worktime import Calendar, Whom, add_working_minutes
from services.routing.domain.docket.docket import Docket
from services.routing.domain.lateness import alarm
from services.routing.domain.orders import inward
from services.routing.domain.staff.officers import AgencyProcess
from services.routing.domain.staff.roles import OfficerRole
from services.routing.domain.staff.urging_rules import Plan, UrgeRule
from tests.builders import at
from tests.desks import OURS, OurDesk
from tests.fakes import FakeRulebook

PLAN = Plan(rules=FakeRulebook().rules())
MONDAY = at("2020-09-14 09:00")
DUE = at("2020-09-21 09:00")
WORDS = "Đề nghị báo cáo lý do chậm"


@pytest.fixture(name="desk")
def _desk() -> OurDesk:
    made = OurDesk()
    made.order()
    return made


def urge(desk: OurDesk, urging: str = "u1", **changes: Any) -> None:
    order = UrgeOrder(
        agency=OURS,
        step="d1.1",
        urging=urging,
        words=WORDS,
        answer_by=desk.clock.now() + timedelta(days=1),
    )
    desk.service.urge(replace(order, **changes), desk.about("d1", f"urge {urging}", seq=2))


def promise(desk: OurDesk, urging: str = "u1", *, officer: str = "an", **changes: Any) -> Any:
    until = desk.clock.now() + timedelta(days=5)
    body = {"reason": "chờ đo đạc", "promised": until.isoformat()} | changes
    return desk.service.answer_urging(desk.request(body, officer=officer), "d1.1", urging)


def listed(desk: OurDesk, name: str, officer: str = "an") -> list[str]:
    found = desk.service.named_list(desk.request(officer=officer), name)["steps"]
    return [each["id"] for each in found]


# The act.


def test_an_urging_is_on_a_list_and_in_its_step_until_it_is_answered(desk: OurDesk) -> None:
    assert listed(desk, "urged") == []
    urge(desk)
    assert listed(desk, "urged") == ["d1.1"]
    (shown,) = desk.service.show(desk.request(), "d1.1")["urgings"]
    assert (shown["id"], shown["words"], shown["answered"]) == ("u1", WORDS, None)
    answer = promise(desk)
    assert answer.body["urgings"][0]["reason"] == "chờ đo đạc"
    assert answer.body["urgings"][0]["officer"] == "an"
    assert listed(desk, "urged") == []
    assert desk.told == ["step.received", "step.urging_answered", "reply.urging"]


def test_the_reason_goes_to_the_centre_alone(desk: OurDesk) -> None:
    urge(desk)
    promise(desk)
    event, reply = desk.dockets.messages[-2:]
    assert isinstance(reply, UrgingReply)
    assert (reply.reason, reply.urging) == ("chờ đo đạc", "u1")
    assert "đo đạc" not in str(event.write())


def test_two_urgings_are_answered_one_by_one_and_none_twice(desk: OurDesk) -> None:
    urge(desk)
    urge(desk, "u2")
    promise(desk)
    assert listed(desk, "urged") == ["d1.1"]
    with pytest.raises(Refused):
        promise(desk)
    promise(desk, "u2")
    assert listed(desk, "urged") == []


def test_an_urging_that_comes_twice_is_one(desk: OurDesk) -> None:
    urge(desk)
    for again in (urge, lambda each: urge(each, answer_by=each.clock.now())):
        with pytest.raises(Duplicate):
            again(desk)
    assert len(desk.dockets.get("d1").steps[0].urgings) == 1


def test_an_urging_that_overtakes_its_step_comes_again(desk: OurDesk) -> None:
    with pytest.raises(NotFound):
        urge(desk, step="d1.2")
    desk.order(step="d1.2")
    urge(desk, step="d1.2")
    assert listed(desk, "urged") == ["d1.2"]


def test_an_urging_of_a_step_that_ended_meanwhile_asks_for_nothing(desk: OurDesk) -> None:
    order = WithdrawOrder(agency=OURS, step="d1.1")
    desk.service.withdraw(order, desk.about("d1", "withdraw", seq=3))
    urge(desk)
    assert listed(desk, "urged") == []
    with pytest.raises(NotFound):
        promise(desk)


def test_what_is_closed_after_its_urging_owes_no_answer(desk: OurDesk) -> None:
    urge(desk)
    desk.service.complete(desk.request({"outcome": "agreed"}), "d1.1")
    assert listed(desk, "urged") == []
    with pytest.raises(Refused):
        promise(desk)


def test_another_agencys_urging_is_refused(desk: OurDesk) -> None:
    with pytest.raises(Forbidden):
        urge(desk, agency="ubnd-tinh")
    reminder = RemindOrder(
        agency="ubnd-tinh", step="d1.1", matter="dossier", whom="head", due=desk.clock.now()
    )
    with pytest.raises(Forbidden):
        desk.service.remind(reminder, desk.about("d1", "remind", seq=2))


@pytest.mark.parametrize(
    "changes",
    [
        {"reason": ""},
        {"reason": "x" * 2001},
        {"promised": "soon"},
        {"promised": "2026-12-01T09:00:00"},
        {"promised": "2020-01-01T00:00:00Z"},
        {"more": 1},
    ],
)
def test_a_bad_answer_is_refused_and_the_urging_stays(
    desk: OurDesk, changes: dict[str, Any]
) -> None:
    urge(desk)
    with pytest.raises(Invalid):
        promise(desk, **changes)
    assert listed(desk, "urged") == ["d1.1"]


def test_who_may_not_work_or_see_the_step_does_not_answer(desk: OurDesk) -> None:
    for officer, roles, division in (
        ("qt", ["staff"], ""),
        ("xem", ["watcher"], ""),
        ("khac", ["specialist"], "ha-tang"),
        ("truong", ["head"], "quy-hoach"),
    ):
        body = {"name": officer, "roles": roles, "division": division}
        desk.service.put_officer(desk.request(body, officer="qt"), officer)
    way = {"roles": ["specialist"], "division": "quy-hoach"}
    desk.service.put_way(desk.request(way, officer="qt"), "-")
    desk.order(dossier="d2", step="d2.1")
    urging = {"step": "d2.1"}
    order = UrgeOrder(agency=OURS, urging="u1", words=WORDS, answer_by=desk.clock.now(), **urging)
    desk.service.urge(order, desk.about("d2", "urge", seq=2))
    body = {"reason": "chờ", "promised": "2027-01-04T02:00:00Z"}
    for officer, kind in (("xem", Forbidden), ("khac", NotFound), ("nobody", Forbidden)):
        with pytest.raises(kind):
            desk.service.answer_urging(desk.request(body, officer=officer), "d2.1", "u1")
    assert listed(desk, "urged", "khac") == []
    assert listed(desk, "urged", "truong") == ["d2.1"]
    answer = desk.service.answer_urging(desk.request(body, officer="truong"), "d2.1", "u1")
    assert answer.status == 200


# Who is told.


def a_docket(*, way: AgencyProcess | None = None, plan: Plan = PLAN) -> Docket:
    order = StepOrder(
        agency=OURS,
        step="d1.1",
        code="000.00.00.H41-200914-0001",
        procedure="1.009645",
        procedure_name="",
        action="",
        due=DUE,
        applicant="",
    )
    way = way or AgencyProcess()
    return inward.receive(None, "d1", order, MONDAY, agency=OURS, number=1, way=way, plan=plan)[0]


def test_officer_then_head_then_leader_are_told_by_the_table() -> None:
    schedule = a_docket().steps[0].schedule
    assert [(each.whom, each.at) for each in schedule] == [
        (OfficerRole.SPECIALIST, at("2020-09-18 09:00")),
        (OfficerRole.HEAD, at("2020-09-18 09:00")),
        (OfficerRole.HEAD, at("2020-09-21 09:00")),
        (OfficerRole.HEAD, at("2020-09-23 09:00")),
        (OfficerRole.LEADER, at("2020-09-23 09:00")),
        (OfficerRole.HEAD, at("2020-09-25 09:00")),
        (OfficerRole.LEADER, at("2020-09-30 09:00")),
        (OfficerRole.LEADER, at("2020-10-07 09:00")),
        (OfficerRole.LEADER, at("2020-10-14 09:00")),
    ]


def test_an_agency_with_rules_of_its_own_for_a_procedure_keeps_them() -> None:
    way = AgencyProcess(urges=(UrgeRule(days=-1, whom=OfficerRole.LEADER),))
    assert [each.whom for each in a_docket(way=way).steps[0].schedule] == [OfficerRole.LEADER]


def test_a_new_date_has_moments_of_its_own() -> None:
    later = DUE + timedelta(days=14)
    order = RescheduleOrder(agency=OURS, step="d1.1", due=later, because="")
    told = alarm.tell(a_docket(), at("2020-09-24 09:00"))[0]
    moved = inward.reschedule(told, order, agency=OURS, number=2, plan=PLAN)[0]
    assert moved.steps[0].urged == 0
    assert moved.alarm == min(each.at for each in moved.steps[0].schedule) > DUE


def test_a_step_that_was_ordered_before_the_rules_were_data_is_told_as_before() -> None:
    docket = a_docket(plan=Plan())
    assert [each.at - DUE for each in docket.steps[0].schedule] == [
        timedelta(days=days) for days in (-2, 0, 2)
    ]


@given(st.lists(st.integers(1, 400), min_size=1, max_size=40))
def test_however_often_the_timer_looks_each_telling_counts_once(steps: list[int]) -> None:
    docket, now, told = a_docket(), MONDAY, list[str]()
    for hours in steps:
        now += timedelta(hours=hours)
        docket, messages = alarm.tell(docket, now)
        told += [each.TYPE for each in messages]
        reached = [each for each in docket.steps[0].schedule if each.at <= now]
        assert docket.steps[0].urged == len(reached)
        assert alarm.tell(docket, now)[1] == ()
    assert len(told) == len(set(told))


def test_the_heads_are_told_of_the_whole_by_the_centres_order(desk: OurDesk) -> None:
    assert listed(desk, "told") == []
    order = RemindOrder(
        agency=OURS, step="d1.1", matter="dossier", whom="head", due=desk.clock.now()
    )
    for number in (2, 3):
        desk.service.remind(order, desk.about("d1", f"remind {number}", seq=number))
    assert listed(desk, "told") == ["d1.1"]
    assert desk.dockets.get("d1").steps[0].reminded == (OfficerRole.HEAD,)
    for stranger in ("director", "king"):
        with pytest.raises(Invalid):
            desk.service.remind(replace(order, whom=stranger), desk.about("d1", stranger, seq=4))


def test_the_table_of_the_day_is_used_and_the_public_hears_twice(desk: OurDesk) -> None:
    due = add_working_minutes(desk.clock.now(), 5 * 450, Calendar.default())
    desk.order(dossier="d2", step="d2.1", due=due)
    step = desk.dockets.get("d2").steps[0]
    assert {each.whom for each in step.schedule} == {
        OfficerRole.SPECIALIST,
        OfficerRole.HEAD,
        OfficerRole.LEADER,
    }
    assert Whom.DIRECTOR not in {each.whom.value for each in step.schedule}
    desk.clock.forward(days=60)
    desk.service.tell_of_late_steps()
    desk.service.tell_of_late_steps()
    assert desk.told.count("step.overdue") == 2
