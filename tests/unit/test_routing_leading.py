"""The lead at its desk: what it knows of the route, what it may decide, and when it is refused."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.events import StageEnded, StageReordered, StepAnswerRefused
from contracts.orders import (
    Branch,
    ExtensionReply,
    ProceedReply,
    RefusalOrder,
    RerouteReply,
    RouteOrder,
    StepOrder,
    SupplementReply,
    WithdrawOrder,
)
from contracts.procedure import Join, Stage, Task
from foundation.errors import Duplicate, Error, Forbidden, Invalid, NotFound, Refused
from foundation.places import place_of
from services.routing.domain.docket import lists
from services.routing.domain.docket.docket import Docket, find, settled
from services.routing.domain.docket.step import DeskStepState, Need, StepOutcome
from services.routing.domain.orders import inward, leading, refusals
from services.routing.domain.staff.act import OfficerAct
from services.routing.domain.staff.roles import OfficerRole
from services.routing.domain.work import step_work
from tests.builders import CALENDAR
from tests.desks import OURS, OurDesk

NOW = datetime(2020, 9, 14, 2, 0, tzinfo=UTC)
DUE = NOW + timedelta(days=9)
LAND, PROVINCE = "so-tai-nguyen-moi-truong", "ubnd-tinh"
AN = OfficerAct("an", NOW)
DECISION = Stage(tasks=(Task(agency=PROVINCE, action="ký", amount=3, decides=True),))
SUMMARY = Stage(tasks=(Task(agency=OURS, action="báo cáo", amount=5),))


def branch(agency: str, place: int, state: str = "open", *, decides: bool = False) -> Branch:
    return Branch(
        step=f"d1.1.{place}", agency=agency, action="", state=state, due=DUE, decides=decides
    )


def route(**changes: Any) -> RouteOrder:
    order = RouteOrder(
        agency=OURS,
        code="000.00.00.H41-200914-0001",
        procedure="1.009645",
        procedure_name="",
        stage=1,
        join=Join.LEAD,
        branches=(branch(OURS, 0, "done"), branch(LAND, 1), branch(PROVINCE, 2, "done")),
        planned=(SUMMARY, DECISION),
    )
    return replace(order, **changes)


def led(before: Docket | None = None, number: int = 1, **changes: Any) -> Docket:
    order = route(**changes)
    return leading.lead(before, "d1", order, NOW, agency=OURS, number=number)[0]


def with_step(before: Docket | None = None, number: int = 2) -> Docket:
    order = StepOrder(
        agency=OURS,
        step="d1.1.0",
        code="000.00.00.H41-200914-0001",
        procedure="1.009645",
        procedure_name="",
        action="",
        due=DUE,
        applicant="Nguyễn Thị Hoa",
    )
    return inward.receive(before, "d1", order, NOW, agency=OURS, number=number)[0]


def test_a_lead_that_has_no_step_yet_knows_the_route_but_not_whose_dossier_it_is() -> None:
    docket = led()
    assert docket.route is not None
    assert [each.agency for each in docket.route.out] == [LAND]
    (branch,) = docket.route.out
    assert branch.due
    assert docket.place == place_of(branch.due, docket.id)
    assert (docket.steps, docket.applicant) == ((), "")
    assert lists.LED in docket.lists
    assert "nguyen" not in docket.words
    named = with_step(docket)
    assert (named.applicant, named.route) == ("Nguyễn Thị Hoa", docket.route)
    assert "nguyen" in named.words
    with pytest.raises(Forbidden):
        leading.lead(None, "d1", route(agency=LAND), NOW, agency=OURS, number=1)


def test_of_two_orders_the_later_one_counts_in_whatever_order_they_come() -> None:
    newest = led(led(number=2, stage=2), number=5, stage=3)
    assert led(newest, number=4) == newest
    assert newest.route is not None
    assert newest.route.stage == 3
    over = led(newest, number=6, stage=-1, branches=(), planned=())
    assert lists.LED not in over.lists


def test_the_lead_goes_on_without_who_is_out() -> None:
    docket, told = leading.proceed(led(), AN, 1)
    assert told == (StageEnded(agency=OURS, stage=1), ProceedReply(agency=OURS, stage=1))
    with pytest.raises(Refused, match="asked already"):
        leading.proceed(docket, AN, 1)
    heard_else = led(docket, number=2, planned=(DECISION,))
    assert heard_else.route is not None
    assert heard_else.route.asked is not None  # about something else: our answer is on its way
    done = led(docket, number=3, branches=(branch(LAND, 1, "withdrawn"),))
    assert done.route is not None
    assert done.route.asked is None


@pytest.mark.parametrize(
    ("changes", "stage"),
    [
        ({}, 0),
        ({}, 2),
        ({"stage": -1, "branches": (), "planned": ()}, -1),
        ({"join": Join.ALL}, 1),
        ({"join": Join.MAJORITY}, 1),
        ({"branches": (branch(OURS, 0), branch(LAND, 1, "done"))}, 1),
        ({"branches": (branch(PROVINCE, 0, decides=True),)}, 1),
    ],
)
def test_it_goes_on_only_where_its_own_block_is_open_and_somebody_else_is_out(
    changes: dict[str, Any], stage: int
) -> None:
    with pytest.raises(Refused) as refused:
        leading.proceed(led(**changes), AN, stage)
    assert refused.value.article == "NĐ 61/2018 Đ19.6"


def test_an_agency_that_does_not_lead_decides_nothing() -> None:
    with pytest.raises(Refused, match="does not lead"):
        leading.proceed(with_step(), AN, 1)
    with pytest.raises(Refused, match="does not lead"):
        leading.reroute(with_step(), AN, 1, (DECISION,))


def test_what_has_not_begun_is_ordered_anew() -> None:
    docket, told = leading.reroute(led(), AN, 1, (DECISION,))
    assert told == (
        StageReordered(agency=OURS, stage=1, agencies=(PROVINCE,)),
        RerouteReply(agency=OURS, stages=(DECISION,), stage=1),
    )
    done = led(docket, number=2, planned=(DECISION,))
    assert done.route is not None
    assert done.route.asked is None


def test_what_has_begun_is_not_and_the_decision_stays_where_it_is() -> None:
    with pytest.raises(Refused, match="over"):
        leading.reroute(led(stage=2), AN, 1, (DECISION,))
    with pytest.raises(Refused, match="not begun"):
        leading.reroute(led(planned=()), AN, 1, (DECISION,))
    with pytest.raises(Refused, match="the order already"):
        leading.reroute(led(), AN, 1, (SUMMARY, DECISION))
    ours = Stage(tasks=(replace(DECISION.tasks[0], agency=OURS),))
    for wrong in ((), (SUMMARY,), (DECISION, SUMMARY), (ours,), (DECISION, DECISION)):
        with pytest.raises(Invalid, match=PROVINCE):
            leading.reroute(led(), AN, 1, wrong)


def test_the_head_or_the_officer_of_the_step_decides_and_nobody_else() -> None:
    held, _ = step_work.take(with_step(led()), "d1.1.0", AN)
    for role, officer in (
        (OfficerRole.HEAD, "ha"),
        (OfficerRole.LEADER, "long"),
        (OfficerRole.SPECIALIST, "an"),
    ):
        leading.proceed(held, OfficerAct(officer, NOW, frozenset({role})), 1)
    for role, officer in (
        (OfficerRole.SPECIALIST, "binh"),
        (OfficerRole.CLERK, "chi"),
        (OfficerRole.WATCHER, "an"),
    ):
        with pytest.raises(Forbidden):
            leading.proceed(held, OfficerAct(officer, NOW, frozenset({role})), 1)


# What the centre could not take.


def refusal(answer: str, step: str = "d1.1.0", state: str = "withdrawn") -> RefusalOrder:
    return RefusalOrder(
        agency=OURS,
        answer=answer,
        said=NOW,
        vi="không được",
        en="it may not be",
        article="NĐ 61/2018 Đ19.6",
        step=step,
        state=state,
        due=DUE + timedelta(days=2),
    )


def refused(docket: Docket, order: RefusalOrder, number: int = 9) -> Docket:
    return refusals.be_refused(docket, order, NOW, agency=OURS, number=number)[0]


def test_a_completion_of_what_was_taken_back_is_undone_and_stands_to_be_read() -> None:
    done, _ = step_work.complete(with_step(), "d1.1.0", AN, StepOutcome.AGREED, "d-1")
    order = refusal("step.completed")
    docket, told = refusals.be_refused(done, order, NOW, agency=OURS, number=9)
    step = find(docket, "d1.1.0")
    assert (step.state, step.outcome, step.document) == (DeskStepState.WITHDRAWN, "", "")
    assert told == (
        StepAnswerRefused(
            agency=OURS,
            answer="step.completed",
            article="NĐ 61/2018 Đ19.6",
            step="d1.1.0",
            state="withdrawn",
        ),
    )
    (kept,) = docket.refusals
    assert (kept.number, kept.officer, kept.vi, kept.en) == (
        9,
        "an",
        "không được",
        "it may not be",
    )
    assert {"refused", "refused:an"} <= set(docket.lists)
    read, _ = refusals.see(docket, "9", AN)
    assert (read.refusals[0].seen, read.refusals[0].seen_by) == (NOW, "an")
    assert not any(each.startswith("refused") for each in read.lists)
    with pytest.raises(NotFound):
        refusals.see(docket, "8", AN)


def test_a_refusal_counts_once_and_is_ours() -> None:
    done, _ = step_work.complete(with_step(), "d1.1.0", AN, StepOutcome.AGREED)
    docket = refused(done, refusal("step.completed"))
    with pytest.raises(Duplicate):
        refused(docket, refusal("step.completed"))
    with pytest.raises(Forbidden):
        refused(done, replace(refusal("step.completed"), agency=LAND))
    with pytest.raises(NotFound):
        refused(done, refusal("step.completed", step="d1.7.0"))


def test_a_step_the_centre_still_has_open_is_the_officers_again_with_its_date() -> None:
    refused_by_us, _ = step_work.refuse(with_step(), "d1.1.0", AN, "Luật Đầu tư 2020 Đ33")
    step = find(refused(refused_by_us, refusal("step.refused", state="open")), "d1.1.0")
    assert (step.state, step.officer, step.closed, step.article) == (
        DeskStepState.ASSIGNED,
        "an",
        None,
        "",
    )
    assert step.due == DUE + timedelta(days=2)


def test_papers_that_could_not_be_asked_for_may_be_asked_for_again() -> None:
    need = Need(papers=("Bản vẽ",), reason="mờ")
    waiting, _ = step_work.supplement(with_step(), "d1.1.0", AN, need, calendar=CALENDAR)
    docket = refused(waiting, refusal(SupplementReply.TYPE, state="open"))
    assert (find(docket, "d1.1.0").state, find(docket, "d1.1.0").need) == (
        DeskStepState.ASSIGNED,
        None,
    )
    step_work.supplement(docket, "d1.1.0", AN, need, calendar=CALENDAR)


def test_an_apology_that_was_refused_leaves_the_step_and_its_date_as_they_are() -> None:
    late, _ = step_work.extend(with_step(), "d1.1.0", AN, DUE + timedelta(days=5), "chờ Bộ")
    step = find(refused(late, refusal(ExtensionReply.TYPE, state="open")), "d1.1.0")
    assert (step.state, step.due, step.extension) == (DeskStepState.RECEIVED, DUE, None)


def test_what_happened_since_stays_when_a_refusal_comes_late() -> None:
    need = Need(papers=("Bản vẽ",), reason="mờ")
    waiting, _ = step_work.supplement(with_step(), "d1.1.0", AN, need, calendar=CALENDAR)
    back, _ = inward.withdraw(waiting, WithdrawOrder(agency=OURS, step="d1.1.0"), NOW, agency=OURS)
    docket = refused(back, refusal(SupplementReply.TYPE, state="open"))
    assert find(docket, "d1.1.0").state is DeskStepState.WITHDRAWN
    done, _ = step_work.complete(with_step(), "d1.1.0", AN, StepOutcome.AGREED)
    docket = refused(done, refusal(ExtensionReply.TYPE, state="done"))
    assert find(docket, "d1.1.0").state is DeskStepState.COMPLETED


def test_a_lead_that_was_refused_may_ask_again() -> None:
    asked, _ = leading.proceed(led(), AN, 1)
    order = replace(refusal(ProceedReply.TYPE, step="", state=""), due=None)
    docket = refused(asked, order)
    assert docket.refusals[0].officer == "an"
    assert "refused:an" in docket.lists
    leading.proceed(docket, AN, 1)


@given(
    answer=st.sampled_from(
        ("step.completed", "step.refused", "reply.supplement", "reply.extension", "reply.later")
    ),
    act=st.sampled_from(("complete", "refuse", "supplement", "extend", "nothing")),
    state=st.sampled_from(("open", "waiting", "done", "refused", "withdrawn", "planned", "")),
)
def test_only_what_the_answer_made_is_undone_and_what_is_found_follows(
    answer: str, act: str, state: str
) -> None:
    need = Need(papers=("Bản vẽ",), reason="mờ")
    before = with_step()
    if act == "complete":
        before, _ = step_work.complete(before, "d1.1.0", AN, StepOutcome.AGREED)
    elif act == "refuse":
        before, _ = step_work.refuse(before, "d1.1.0", AN, "Đ33.1")
    elif act == "supplement":
        before, _ = step_work.supplement(before, "d1.1.0", AN, need, calendar=CALENDAR)
    elif act == "extend":
        before, _ = step_work.extend(before, "d1.1.0", AN, DUE + timedelta(9), "chờ Bộ")
    docket = refused(before, refusal(answer, state=state))
    was, now = find(before, "d1.1.0"), find(docket, "d1.1.0")
    undone = refusals.MADE_BY.get(answer) is was.state
    assert undone or was.state is now.state
    assert not undone or now.state in (
        DeskStepState.ASSIGNED,
        DeskStepState.WAITING,
        DeskStepState.WITHDRAWN,
    )
    assert (now.closed is None) == (
        now.state in (DeskStepState.RECEIVED, DeskStepState.ASSIGNED, DeskStepState.WAITING)
    )
    assert docket == settled(docket)


# At the doors.


def lead_at(desk: OurDesk, number: int = 1, **changes: Any) -> None:
    desk.service.lead(route(**changes), desk.about("d1", f"route {number}", number))


def test_the_lead_sees_its_routes_and_decides_at_its_doors() -> None:
    desk = OurDesk()
    lead_at(desk)
    (row,) = desk.service.routes(desk.request())["routes"]
    assert (row["dossier"], row["route"]["stage"], row["route"]["join"]) == ("d1", 1, "lead")
    assert [each["state"] for each in row["route"]["branches"]] == ["done", "open", "done"]
    shown = desk.service.proceed(desk.request({"stage": 1}), "d1").body["route"]
    assert (shown["asked"]["officer"], shown["asked"]["stage"]) == ("an", 1)
    assert desk.told == ["stage.ended", "reply.proceed"]
    lead_at(desk, 2, stage=2, branches=(branch(OURS, 0),), planned=(DECISION,))
    asking = {"tasks": [{"agency": LAND, "action": "hỏi thêm", "amount": 2}]}
    signing = {"tasks": [{"agency": PROVINCE, "action": "ký", "amount": 3, "decides": True}]}
    desk.service.reroute(desk.request({"stage": 2, "stages": [asking, signing]}), "d1")
    sent = desk.dockets.messages[-1]
    assert isinstance(sent, RerouteReply)
    assert [task.agency for each in sent.stages for task in each.tasks] == [LAND, PROVINCE]
    lead_at(desk, 3, stage=-1, branches=(), planned=())
    assert desk.service.routes(desk.request())["routes"] == []
    assert desk.service.route(desk.request(), "d1")["route"] is None


@pytest.mark.parametrize(
    "body",
    [
        None,
        {},
        {"stage": "1"},
        {"stage": -1},
        {"stage": 1, "stages": []},
        {"stage": 1, "stages": [{"tasks": []}]},
        {"stage": 1, "stages": [{"tasks": [{"agency": "Sở", "action": "x", "amount": 1}]}]},
        {"stage": 1, "stages": [{"tasks": [{"agency": LAND, "action": "x", "amount": -1}]}]},
        {"stage": 1, "stages": [{"tasks": [{"agency": LAND}]}], "join": "any"},
    ],
)
def test_a_wrong_body_asks_nothing_of_the_centre(body: object) -> None:
    desk = OurDesk()
    lead_at(desk)
    with pytest.raises(Invalid):
        desk.service.reroute(desk.request(body), "d1")
    assert desk.told == []


def test_where_the_desk_leads_nothing_there_is_nothing_to_see() -> None:
    desk = OurDesk()
    with pytest.raises(NotFound):
        desk.service.route(desk.request(), "d1")
    desk.order()
    assert desk.service.route(desk.request(), "d1")["route"] is None
    assert desk.service.show(desk.request(), "d1.1")["route"] is None
    with pytest.raises(Refused):
        desk.service.proceed(desk.request({"stage": 1}), "d1")


def test_officers_of_another_division_neither_see_nor_decide() -> None:
    desk = OurDesk()
    people = {
        "quan": (["staff"], ""),
        "an": (["specialist"], "dau-tu"),
        "ha": (["head"], "dau-tu"),
        "khoa": (["head"], "quy-hoach"),
    }
    for name, (roles, division) in people.items():
        body = {"name": name, "roles": roles, "division": division}
        desk.service.put_officer(desk.request(body, officer="quan"), name)
    way = {"roles": ["specialist"], "division": "dau-tu"}
    desk.service.put_way(desk.request(way, officer="quan"), "-")
    lead_at(desk)
    for officer in ("khoa", "quan"):
        with pytest.raises(NotFound):
            desk.service.route(desk.request(officer=officer), "d1")
        assert desk.service.routes(desk.request(officer=officer))["routes"] == []
    assert len(desk.service.routes(desk.request(officer="ha"))["routes"]) == 1
    with pytest.raises(Forbidden):
        desk.service.proceed(desk.request({"stage": 1}, officer="an"), "d1")
    desk.service.proceed(desk.request({"stage": 1}, officer="ha"), "d1")


def test_a_refused_answer_is_listed_until_somebody_has_read_it() -> None:
    desk = OurDesk()
    desk.order()
    desk.service.complete(desk.request({"outcome": "agreed"}), "d1.1")
    order, about = refusal("step.completed", step="d1.1"), desk.about("d1", "no 1", 2)
    desk.service.be_refused(order, about)
    with pytest.raises(Duplicate):
        desk.service.be_refused(order, about)
    (row,) = desk.service.refused(desk.request())["refusals"]
    assert (row["dossier"], row["step"], row["answer"]) == ("d1", "d1.1", "step.completed")
    shown = desk.service.show(desk.request(), "d1.1")
    assert (shown["state"], len(shown["refusals"])) == ("withdrawn", 1)
    assert desk.told[-1] == "step.answer_refused"
    assert [entry.type for entry in desk.dockets.history("d1")][-1] == "step.answer_refused"
    left = desk.service.see(desk.request(), "d1", str(row["number"])).body
    assert left == {"refusals": [], "more": False, "next": ""}
    assert desk.service.refused(desk.request())["refusals"] == []
    with pytest.raises(Error):
        desk.service.see(desk.request(), "d1", "77")


def test_page_after_page_gives_every_route_that_is_led_the_most_urgent_first() -> None:
    desk = OurDesk()
    for number in range(8):
        out = replace(branch(LAND, 1), due=NOW + timedelta(days=number // 2))
        order = route(branches=(out,))
        desk.service.lead(order, desk.about(f"d{number}", f"route {number}"))
    found, after = list[str](), ""
    while True:
        page = desk.service.routes(desk.request(limit="3", after=after))
        found += [row["dossier"] for row in page["routes"]]
        after = page["next"]
        if not after:
            break
    assert found == [f"d{number}" for number in range(8)]
