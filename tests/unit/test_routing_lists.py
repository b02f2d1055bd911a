"""Which steps stand on which list, what is told of late ones, and how dockets are searched."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.agency.open_work import open_steps
from contracts.events import StepDueSoon, StepOverdue
from contracts.orders import RescheduleOrder, StepOrder
from foundation.errors import NotFound
from foundation.persistence.document import to_fields
from foundation.worktime import Calendar
from services.routing.domain.docket import lists, search_words
from services.routing.domain.docket.docket import Docket, with_step
from services.routing.domain.docket.step import DeskStepState, Need, StepOutcome
from services.routing.domain.lateness import alarm
from services.routing.domain.orders import inward
from services.routing.domain.staff.act import OfficerAct
from services.routing.domain.staff.officers import AgencyProcess
from services.routing.domain.staff.roles import OfficerRole
from services.routing.domain.staff.urging_rules import RULES, UrgeRule
from services.routing.domain.work import handing_over, step_work
from tests.desks import matches

OURS = "so-xay-dung"
MONDAY = datetime(2020, 9, 14, 2, 0, tzinfo=UTC)
CALENDAR = Calendar.default()
DUE = MONDAY + timedelta(days=9)
PLANNING = AgencyProcess(division="quy-hoach")


def a_docket(
    step: str = "d1.1", due: datetime = DUE, *, before: Docket | None = None, number: int = 1
) -> Docket:
    order = StepOrder(
        agency=OURS,
        step=step,
        code="000.00.00.H41-200914-0001",
        procedure="1.009645",
        procedure_name="",
        action="",
        due=due,
        applicant="Nguyễn Văn Đức",
    )
    change = inward.receive(before, "d1", order, MONDAY, agency=OURS, number=number, way=PLANNING)
    return inward.hear(change, number, MONDAY)[0]


def act(
    officer: str = "an",
    role: OfficerRole | None = OfficerRole.SPECIALIST,
    division: str = "quy-hoach",
) -> OfficerAct:
    return OfficerAct(officer, MONDAY, frozenset({role}) if role else None, division)


def on(docket: Docket, name: str, who: OfficerAct, **later: int) -> bool:
    """Whether the docket's steps stand on the named list at a later moment."""
    sought = lists.named(name, replace(who, now=MONDAY + timedelta(**later)), CALENDAR)
    return any(sought.has(step) for step in docket.steps) and not docket_keys_miss(docket, sought)


def docket_keys_miss(docket: Docket, sought: lists.Sought) -> bool:
    return set(docket.lists).isdisjoint(sought.keys)


def test_a_step_is_untaken_until_somebody_takes_it_and_then_theirs() -> None:
    docket = a_docket()
    assert on(docket, "untaken", act())
    assert on(docket, "division", act())
    assert not on(docket, "mine", act())
    taken, _ = step_work.take(docket, "d1.1", act())
    assert on(taken, "mine", act())
    assert not on(taken, "mine", act("binh"))
    assert not on(taken, "untaken", act())


def test_the_lists_of_dates_follow_the_clock() -> None:
    docket = a_docket()
    names = ("due_soon", "due_today", "overdue")
    # Due on Wednesday 23 September, 09:00 in Viet Nam.
    seen = {
        day: [name for name in names if on(docket, name, act(), days=day)] for day in (4, 6, 7, 8)
    }
    assert seen == {4: [], 6: ["due_soon"], 7: ["due_soon"], 8: ["due_soon"]}
    assert [name for name in names if on(docket, name, act(), days=8, hours=23)] == ["due_today"]
    assert [name for name in names if on(docket, name, act(), days=9)] == ["overdue"]


def test_the_widest_list_an_officer_sees_is_that_of_their_role() -> None:
    docket = a_docket(due=MONDAY)
    seeing = [act(role=OfficerRole.LEADER, division=""), act(role=OfficerRole.HEAD), act(role=None)]
    blind = [act(role=OfficerRole.HEAD, division="ha-tang"), act(role=OfficerRole.SEAL)]
    assert [on(docket, "overdue", who) for who in seeing] == [True] * 3
    assert [on(docket, "overdue", who) for who in blind] == [False] * 2


@pytest.mark.parametrize(
    "who",
    [act(), act(role=OfficerRole.LEADER, division=""), act(role=OfficerRole.SEAL), act(role=None)],
)
def test_what_waits_is_on_the_list_of_whom_it_waits_for(who: OfficerAct) -> None:
    held, _ = step_work.take(a_docket(), "d1.1", act())
    asked, _ = handing_over.await_agency(held, "d1.1", act(), "so-tai-chinh", "giá đất")
    need = Need(papers=("Bản vẽ",), reason="mờ")
    waiting, _ = step_work.supplement(held, "d1.1", act(), need, calendar=CALENDAR)
    assert (on(asked, "waiting_agency", who), on(asked, "waiting_citizen", who)) == (True, False)
    assert (on(waiting, "waiting_agency", who), on(waiting, "waiting_citizen", who)) == (
        False,
        True,
    )


def test_a_closed_step_stands_on_no_list() -> None:
    done, _ = step_work.complete(a_docket(), "d1.1", act(), StepOutcome.AGREED)
    assert (done.lists, done.alarm) == ((), None)


@pytest.mark.parametrize(
    ("days", "said"), [(0, lists.SEVERAL), (7, lists.SEVERAL), (8, lists.SCATTERED)]
)
def test_two_open_steps_of_one_dossier_are_said_so(days: int, said: str) -> None:
    docket = a_docket("d1.2", DUE + timedelta(days=days), before=a_docket(), number=2)
    assert {lists.SEVERAL, lists.SCATTERED} & set(docket.lists) == {said}
    done, _ = step_work.complete(docket, "d1.1", act(), StepOutcome.AGREED)
    assert {lists.SEVERAL, lists.SCATTERED}.isdisjoint(done.lists)


def test_an_unknown_list_is_not_found_and_the_known_ones_are_named() -> None:
    with pytest.raises(NotFound, match="overdue"):
        lists.named("everything", act(), CALENDAR)


def told_at(docket: Docket, **later: int) -> tuple[Docket, list[type]]:
    after, messages = alarm.tell(docket, MONDAY + timedelta(**later))
    return after, [type(message) for message in messages]


def test_a_step_is_told_of_once_before_its_date_and_once_after() -> None:
    docket = a_docket()
    assert docket.alarm == DUE - timedelta(days=2)
    assert told_at(docket, days=6) == (docket, [])
    docket, told = told_at(docket, days=7)
    assert told == [StepDueSoon]
    assert told_at(docket, days=8) == (docket, [])
    docket, told = told_at(docket, days=9)
    assert told == [StepOverdue]
    docket, told = told_at(docket, days=11)
    assert (told, docket.alarm) == ([], None)


def test_the_officer_is_told_first_then_the_head_then_the_leader() -> None:
    docket, _ = step_work.take(a_docket(), "d1.1", act())
    people = {
        "an": act(),
        "binh": act("binh"),
        "hoa": act("hoa", OfficerRole.HEAD),
        "lan": act("lan", OfficerRole.LEADER, ""),
    }
    seen = {}
    for day in (6, 7, 9, 11):
        docket, _ = told_at(docket, days=day)
        seen[day] = [name for name, who in people.items() if on(docket, "told", who)]
    assert seen == {6: [], 7: ["an"], 9: ["an", "hoa"], 11: ["an", "hoa", "lan"]}


def test_what_was_slept_through_is_told_once() -> None:
    assert told_at(a_docket(), days=30)[1] == [StepOverdue]


def test_a_new_date_is_told_of_anew_and_a_waiting_step_not_at_all() -> None:
    docket, _ = told_at(a_docket(), days=30)
    order = RescheduleOrder(agency=OURS, step="d1.1", due=DUE + timedelta(days=30), because="")
    docket, _ = inward.reschedule(docket, order, agency=OURS, number=2)
    assert docket.alarm == DUE + timedelta(days=28)
    need = Need(papers=("Bản vẽ",), reason="mờ")
    waiting, _ = step_work.supplement(docket, "d1.1", act(), need, calendar=CALENDAR)
    assert waiting.alarm is None
    assert told_at(waiting, days=90) == (waiting, [])


def test_an_agency_may_tell_as_often_as_it_likes_and_the_public_hears_twice() -> None:
    rules = tuple(UrgeRule(days=day, whom=OfficerRole.HEAD) for day in range(-3, 4))
    docket = a_docket()
    docket = replace(docket, steps=(replace(docket.steps[0], urges=rules),))
    told = []
    for day in range(14):
        docket, now = told_at(docket, days=day)
        told += now
    assert told == [StepDueSoon, StepOverdue]
    assert docket.steps[0].urged == len(rules)


@given(st.lists(st.integers(1, 12), min_size=1))
def test_a_gap_is_what_has_not_come_of_all_that_should_have(numbers: list[int]) -> None:
    docket = a_docket()
    for number in numbers:
        docket = inward.hear((docket, ()), number, MONDAY)[0]
    came = {1, *numbers}
    assert docket.heard.last == max(came)
    assert set(docket.heard.missing) == set(range(1, max(came))) - came
    assert (docket.heard.since is not None) == bool(docket.heard.missing)


def test_a_docket_from_before_numbers_were_kept_misses_nothing() -> None:
    docket = a_docket()
    old = replace(docket, heard=type(docket.heard)(), steps=(replace(docket.steps[0], dated=0),))
    assert inward.hear((old, ()), 7, MONDAY)[0].heard.missing == ()


@pytest.mark.parametrize(
    "text",
    [
        "000.00.00.H41-200914-0001",
        "000.00.00.h41-200914-0001",
        "200914-0001",
        "nguyen van duc",
        "NGUYỄN VĂN ĐỨC",
        "Đức",
        "\u00d0ức",
        "van duc",
        "1.009645",
        "duc 1.009645",
    ],
)
def test_a_docket_is_found_by_what_people_type(text: str) -> None:
    sought = search_words.asked_for(text)
    assert sought
    assert set(sought) <= set(a_docket().words)


@pytest.mark.parametrize("text", ["nguyen van an", "duc van", "000.00.00.H41-200914-0002", "0001"])
def test_another_name_or_code_does_not_find_it(text: str) -> None:
    assert not set(search_words.asked_for(text)) <= set(a_docket().words)


def test_the_rarest_word_leads_the_search() -> None:
    assert search_words.asked_for("nguyen van duc")[0] == "nguyen van duc"
    assert search_words.asked_for("tran nguyen van duc")[0] == "nguyen van duc"
    assert search_words.asked_for("nguyen 200914-0001")[0] == "200914-0001"
    assert search_words.asked_for(" ,; ") == ()


def test_the_rules_that_stand_without_data_begin_before_the_date_and_climb() -> None:
    assert [each.whom for each in RULES] == [
        OfficerRole.SPECIALIST,
        OfficerRole.HEAD,
        OfficerRole.LEADER,
    ]
    assert RULES[0].days < 0
    assert a_docket().steps[0].state is DeskStepState.RECEIVED


class Found(list[dict[str, object]]):
    def limit(self, most: int) -> "Found":
        return Found(self[:most])


class Asked:
    """A collection of documents that is asked without a store."""

    def __init__(self, documents: list[dict[str, object]]) -> None:
        self.documents = documents

    def find(self, query: dict[str, object], _only: dict[str, int]) -> Found:
        return Found(each for each in self.documents if matches(each, query))


def test_the_open_steps_of_an_agency_that_is_to_be_removed_are_found() -> None:
    docket = a_docket()
    closed = with_step(docket, replace(docket.steps[0], state=DeskStepState.COMPLETED))
    kept = [{"_id": each.id, **to_fields(each)} for each in (docket, closed)]
    assert open_steps({"dockets": Asked(kept)}, OURS) == ["d1.1"]
    assert open_steps({"dockets": Asked(kept)}, "so-y-te") == []
