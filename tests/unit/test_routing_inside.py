"""A step goes from hand to hand inside the agency, and each hand-over is kept."""

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.events import StepAssigned, StepPassedOn
from contracts.orders import StepOrder
from foundation.errors import Forbidden, NotFound, Refused
from foundation.places import place_of
from services.routing.domain.docket import reading
from services.routing.domain.docket.docket import Docket
from services.routing.domain.docket.step import DeskStepState, Step, StepOutcome
from services.routing.domain.orders import inward
from services.routing.domain.staff.act import OfficerAct
from services.routing.domain.staff.officers import AgencyProcess
from services.routing.domain.staff.roles import OfficerRole, Right
from services.routing.domain.work import handing_over, step_work

OURS = "so-xay-dung"
MONDAY = datetime(2020, 9, 14, 2, 0, tzinfo=UTC)
ALL_FOUR = AgencyProcess(
    roles=(OfficerRole.SPECIALIST, OfficerRole.HEAD, OfficerRole.LEADER, OfficerRole.SEAL),
    division="quy-hoach",
)


def a_docket(
    way: AgencyProcess = ALL_FOUR, step: str = "d1.1", before: Docket | None = None
) -> Docket:
    order = StepOrder(
        agency=OURS,
        step=step,
        code="000.00.00.H41-200914-0001",
        procedure="1.009645",
        procedure_name="Chấp thuận chủ trương đầu tư",
        action="có ý kiến thẩm định",
        due=MONDAY + timedelta(days=9),
        applicant="Nguyễn Văn Đức",
    )
    return inward.receive(before, "d1", order, MONDAY, agency=OURS, number=1, way=way)[0]


def by(
    officer: str, role: OfficerRole, *, hours: int = 0, division: str = "quy-hoach"
) -> OfficerAct:
    return OfficerAct(officer, MONDAY + timedelta(hours=hours), frozenset({role}), division)


AN = by("an", OfficerRole.SPECIALIST)
HOA = by("hoa", OfficerRole.HEAD, hours=5)


def only(docket: Docket) -> Step:
    return docket.steps[0]


def test_a_step_goes_from_the_specialist_to_the_seal_and_ends_there() -> None:
    docket = a_docket()
    for officer, role in (
        ("an", OfficerRole.SPECIALIST),
        ("hoa", OfficerRole.HEAD),
        ("lan", OfficerRole.LEADER),
    ):
        docket, messages = handing_over.pass_on(docket, "d1.1", by(officer, role))
        place = only(docket).role
        assert messages == (StepPassedOn(agency=OURS, step="d1.1", place=place),)
        assert (only(docket).state, only(docket).officer) == (DeskStepState.RECEIVED, "")
    done, _ = step_work.complete(docket, "d1.1", by("dung", OfficerRole.SEAL), StepOutcome.AGREED)
    assert only(done).state is DeskStepState.COMPLETED
    slip = [(each.giver, each.taker, each.role_from, each.role_to) for each in only(done).handovers]
    assert slip == [
        ("an", "hoa", OfficerRole.SPECIALIST, OfficerRole.HEAD),
        ("hoa", "lan", OfficerRole.HEAD, OfficerRole.LEADER),
        ("lan", "dung", OfficerRole.LEADER, OfficerRole.SEAL),
    ]


def test_the_slip_has_the_times_of_both_sides() -> None:
    docket, _ = handing_over.pass_on(
        a_docket(), "d1.1", by("an", OfficerRole.SPECIALIST, hours=2), why="Đủ"
    )
    (waiting,) = only(docket).handovers
    assert (waiting.given, waiting.taken, waiting.why) == (MONDAY + timedelta(hours=2), None, "Đủ")
    docket, _ = step_work.take(docket, "d1.1", HOA)
    (taken,) = only(docket).handovers
    assert (taken.taker, taken.taken) == ("hoa", MONDAY + timedelta(hours=5))


def test_a_step_does_not_end_before_the_last_place() -> None:
    with pytest.raises(Refused, match="head"):
        step_work.complete(a_docket(), "d1.1", AN, StepOutcome.AGREED)
    with pytest.raises(Refused, match="head"):
        step_work.refuse(a_docket(), "d1.1", AN, "Luật Đầu tư 2020 Đ33")


def test_the_head_sends_it_back_to_a_named_officer() -> None:
    docket, _ = handing_over.pass_on(a_docket(), "d1.1", AN)
    docket, _ = handing_over.pass_on(docket, "d1.1", HOA, to="an", why="Thiếu căn cứ", back=True)
    step = only(docket)
    assert (step.role, step.officer, step.state) == (
        OfficerRole.SPECIALIST,
        "an",
        DeskStepState.ASSIGNED,
    )
    assert step.handovers[-1].taken == HOA.now


def test_there_is_nothing_before_the_first_place_nor_after_the_last() -> None:
    short = a_docket(replace(ALL_FOUR, roles=(OfficerRole.SPECIALIST,)))
    with pytest.raises(Refused):
        handing_over.pass_on(short, "d1.1", AN)
    with pytest.raises(Refused):
        handing_over.pass_on(a_docket(), "d1.1", AN, back=True)


def test_a_role_acts_only_at_its_place_and_in_its_division() -> None:
    for stranger in (
        HOA,
        by("tam", OfficerRole.SPECIALIST, division="ha-tang"),
        by("w", OfficerRole.WATCHER),
    ):
        with pytest.raises(Refused, match=r"specialist quy-hoach"):
            step_work.take(a_docket(), "d1.1", stranger)
    docket = replace(a_docket(), steps=(replace(only(a_docket()), place=2),))
    assert step_work.take(docket, "d1.1", by("lan", OfficerRole.LEADER, division=""))[1]


def test_whoever_holds_a_step_gives_it_away_and_others_only_who_shares_work() -> None:
    docket, _ = step_work.take(a_docket(), "d1.1", AN)
    given, messages = handing_over.give(docket, "d1.1", AN, "binh", "Nghỉ phép")
    assert only(given).officer == "binh"
    assert messages == (StepAssigned(agency=OURS, step="d1.1"),)
    assert only(given).handovers[-1].why == "Nghỉ phép"
    with pytest.raises(Forbidden):
        handing_over.give(
            docket, "d1.1", by("binh", OfficerRole.SPECIALIST), "binh", "Tôi làm nhanh hơn"
        )
    assert only(handing_over.give(docket, "d1.1", HOA, "binh", "Cân đối việc")[0]).officer == "binh"


def test_what_is_closed_or_waits_or_is_held_already_is_not_given() -> None:
    way = replace(ALL_FOUR, roles=(OfficerRole.SPECIALIST,))
    closed, _ = step_work.complete(a_docket(way), "d1.1", AN, StepOutcome.AGREED)
    held, _ = step_work.take(a_docket(), "d1.1", AN)
    for docket, to in ((closed, "binh"), (held, "an")):
        with pytest.raises(Refused):
            handing_over.give(docket, "d1.1", HOA, to, "x")


def test_work_moves_to_the_backup_and_back_and_each_move_is_kept() -> None:
    docket, _ = step_work.take(a_docket(), "d1.1", AN)
    moved, told = handing_over.stand_in(docket, "an", "binh", MONDAY)
    assert (only(moved).officer, only(moved).standing_in) == ("binh", "an")
    again, _ = handing_over.stand_in(moved, "binh", "chi", MONDAY)  # the backup falls ill too
    assert (only(again).officer, only(again).standing_in) == ("chi", "an")
    back, more = handing_over.come_back(again, "an", MONDAY)
    assert (only(back).officer, only(back).standing_in) == ("an", "")
    assert [each.why for each in only(back).handovers] == [
        "vắng mặt",
        "vắng mặt",
        "trở lại làm việc",
    ]
    assert told == more == (StepAssigned(agency=OURS, step="d1.1"),)
    assert handing_over.come_back(back, "an", MONDAY) == (back, ())
    assert handing_over.stand_in(back, "nobody", "binh", MONDAY) == (back, ())


def test_what_the_backup_passed_on_does_not_come_back() -> None:
    docket, _ = step_work.take(a_docket(), "d1.1", AN)
    docket, _ = handing_over.stand_in(docket, "an", "binh", MONDAY)
    docket, _ = handing_over.pass_on(docket, "d1.1", by("binh", OfficerRole.SPECIALIST))
    assert handing_over.come_back(docket, "an", MONDAY) == (docket, ())


def test_shared_work_goes_to_somebody_once() -> None:
    docket, told = handing_over.share(a_docket(), "d1.1", "binh", MONDAY)
    assert (only(docket).state, only(docket).officer) == (DeskStepState.ASSIGNED, "binh")
    assert told == (StepAssigned(agency=OURS, step="d1.1"),)
    assert handing_over.share(docket, "d1.1", "an", MONDAY) == (docket, ())


def test_waiting_for_another_agency_is_noted_and_stops_no_clock() -> None:
    docket, told = handing_over.await_agency(a_docket(), "d1.1", AN, "so-tai-chinh", "giá đất")
    place = place_of(only(docket).due, docket.id)
    assert (only(docket).awaited, docket.place) == ("so-tai-chinh", place)
    assert told == (StepAssigned(agency=OURS, step="d1.1"),)
    assert only(docket).notes[-1].text == "so-tai-chinh: giá đất"
    docket, _ = handing_over.stop_waiting(docket, "d1.1", AN, "Đã có công văn")
    assert only(docket).awaited == ""
    with pytest.raises(Refused):
        handing_over.stop_waiting(docket, "d1.1", AN, "lần nữa")


def test_notes_have_an_end() -> None:
    docket = a_docket()
    for number in range(handing_over.MOST_MOVES):
        docket, told = handing_over.note(docket, "d1.1", AN, f"{number}")
        assert told == ()
    with pytest.raises(Refused):
        handing_over.note(docket, "d1.1", AN, "một nữa")


def test_an_officer_sees_what_the_role_may_see() -> None:
    docket, _ = step_work.take(a_docket(), "d1.1", AN)
    elsewhere = by("tam", OfficerRole.SPECIALIST, division="ha-tang")
    seeing = [
        AN,
        HOA,
        by("lan", OfficerRole.LEADER, division=""),
        by("w", OfficerRole.WATCHER, division=""),
    ]
    blind = [elsewhere, by("dung", OfficerRole.SEAL, division=""), by("s", OfficerRole.STAFF)]
    assert [reading.sees(only(docket), act) for act in seeing] == [True] * 4
    assert [reading.sees(only(docket), act) for act in blind] == [False] * 3
    with pytest.raises(NotFound):
        reading.shown_to(docket, "d1.1", elsewhere)


def test_who_once_held_a_step_may_still_see_it() -> None:
    docket = replace(a_docket(), steps=(replace(only(a_docket()), place=2),))
    docket, _ = handing_over.pass_on(docket, "d1.1", by("lan", OfficerRole.LEADER), to="dung")
    seal = by("dung", OfficerRole.SEAL, division="")
    assert reading.sees(only(docket), seal)
    gone, _ = handing_over.pass_on(docket, "d1.1", seal, back=True)
    assert reading.sees(only(gone), seal)


def test_without_a_book_everybody_of_the_agency_may_everything() -> None:
    act = OfficerAct("an", MONDAY)
    assert all(act.may(right) for right in Right)
    assert reading.sees(only(a_docket()), act)


def moved(docket: Docket, move: str, act: OfficerAct, other: str) -> Docket:
    """What becomes of the step by one move; as it was, if that is refused."""
    ways = {
        "on": lambda: handing_over.pass_on(docket, "d1.1", act),
        "back": lambda: handing_over.pass_on(docket, "d1.1", act, back=True),
        "take": lambda: step_work.take(docket, "d1.1", act),
        "give": lambda: handing_over.give(docket, "d1.1", act, other, "x"),
        "share": lambda: handing_over.share(docket, "d1.1", other, act.now),
        "away": lambda: handing_over.stand_in(docket, act.officer, other, act.now),
        "home": lambda: handing_over.come_back(docket, other, act.now),
    }
    try:
        return ways[move]()[0]
    except Refused:
        return docket


MOVES = st.sampled_from(["on", "back", "take", "give", "share", "away", "home"])
PEOPLE = st.sampled_from(["an", "binh", "chi"])


@given(st.lists(st.tuples(MOVES, PEOPLE, PEOPLE)))
def test_the_slip_is_a_chain_without_a_break(moves: list[tuple[str, str, str]]) -> None:
    docket = a_docket()
    for minute, (move, officer, other) in enumerate(moves):
        act = OfficerAct(only(docket).officer or officer, MONDAY + timedelta(minutes=minute))
        docket = moved(docket, move, act, other)
    slip = only(docket).handovers
    for earlier, later in itertools.pairwise(slip):
        assert earlier.role_to is later.role_from
        assert earlier.taken is not None
        assert earlier.taken <= later.given
        assert earlier.taker == later.giver
    if slip:
        assert slip[-1].role_to is only(docket).role
        assert slip[-1].taker == only(docket).officer
