"""Numbers in the hall: without gaps, fair, called by one window; kiosk, screen and clerk."""

import re
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foundation.errors import Duplicate, NotFound, Refused, Unknown
from foundation.web import Request
from foundation.web.auth import NOBODY, Identity
from services.intake.domain.visits import waiting
from services.intake.domain.visits.booking import BookingState, NewBooking
from services.intake.domain.visits.waiting import QueueTicket, TicketState
from tests.builders import VISIT_PLAN, Office, at
from tests.markup import flaws

NOW = at("2020-09-15 09:30")
DAY = "2020-09-15"
BROWSER = {"accept": "text/html"}
CLERK, KIOSK = Identity("hoa", frozenset({"counter"})), Identity("kiosk", frozenset({"kiosk"}))
CIVIL, LAND = VISIT_PLAN.categories[:2]


def ticket(number: int = 1, preferred: str = "", minutes: int = 0) -> QueueTicket:
    return waiting.take(DAY, CIVIL, number, NOW + timedelta(minutes=minutes), preferred)


def test_those_who_are_preferred_stand_first_and_each_group_in_its_order() -> None:
    usual, later, old = ticket(1), ticket(2, minutes=1), ticket(3, "cao-tuoi", minutes=2)
    assert waiting.next_of([later, usual, old]) == old
    assert waiting.next_of([later, usual]) == usual
    assert waiting.next_of([]) is None


def test_who_was_sent_on_has_waited_and_stands_before_all() -> None:
    called = waiting.call(ticket(9, minutes=30), "1", NOW)[0]
    moved = waiting.transfer(called, "1", LAND)[0]
    old = waiting.take(DAY, LAND, 1, NOW, "cao-tuoi")
    assert waiting.next_of([old, moved]) == moved
    assert (moved.category, moved.window, moved.shown) == (LAND.code, "", "")


def test_one_window_has_it_and_only_that_window_acts() -> None:
    called = waiting.call(ticket(), "1", NOW)[0]
    with pytest.raises(Refused, match="Another window"):
        waiting.call(called, "2", NOW)
    with pytest.raises(Refused):
        waiting.call_again(called, "2", NOW)
    with pytest.raises(Refused):
        waiting.end(called, "2", NOW)
    with pytest.raises(Refused):
        waiting.transfer(called, "2", LAND)
    done = waiting.end(called, "1", NOW)[0]
    assert (done.state, done.at_window, done.shown, done.line) == (TicketState.DONE, "", "", "")
    with pytest.raises(Refused):
        waiting.end(done, "1", NOW)


@given(st.integers(0, 300))
def test_the_time_is_a_range_that_grows_with_those_before(ahead: int) -> None:
    least, most = waiting.waiting_range(ahead, LAND)
    about = ahead * LAND.minutes / len(LAND.windows)
    assert least <= about < most
    assert least % 5 == most % 5 == 0
    assert waiting.waiting_range(ahead + 1, LAND) >= (least, most)


class Hall:
    """The hall over stores in memory."""

    def __init__(self) -> None:
        self.office = Office()
        self.tickets: Any = self.office.queue_tickets
        self.service = self.office.service

    def page(self, door: str, who: Identity = NOBODY, **place: str) -> Any:
        request = Request(path="/x", who=who, headers=BROWSER)
        answer = getattr(self.service, door)(request, **place)
        assert flaws(answer.get_data(as_text=True)) == []
        return answer

    def text(self, door: str, who: Identity = NOBODY, **place: str) -> str:
        return str(self.page(door, who, **place).get_data(as_text=True))

    def send(self, door: str, said: dict[str, str], who: Identity = CLERK, **place: str) -> Any:
        request = Request(
            method="POST",
            path="/x",
            headers={"content-type": "application/x-www-form-urlencoded", **BROWSER},
            stream=BytesIO(urlencode(said).encode()),
            who=who,
        )
        return getattr(self.service, door)(request, **place)

    def take(self, category: str = "tu-phap", **said: str) -> str:
        answer = self.send("take_number", {"category": category, **said}, KIOSK)
        return str(answer.headers["Location"]).rpartition("/")[2]

    def act(self, window: str, name: str, **said: str) -> Any:
        return self.send("act_at_window", said, window=window, name=name)

    def at(self, window: str) -> str:
        found = self.tickets.at(DAY, window)
        return found.label if found else ""


@pytest.fixture(name="hall")
def _hall() -> Hall:
    return Hall()


def test_from_the_kiosk_to_the_window_and_out(hall: Hall) -> None:
    assert "Lấy số A" in hall.text("look_at_kiosk", KIOSK)
    name = hall.take()
    taken = hall.page("look_at_taken", KIOSK, ticket=name)
    assert taken.headers["Refresh"] == "15; url=/kiosk"
    assert "A001" in taken.get_data(as_text=True)
    hall.take()
    assert "khoảng 0–10 phút" in hall.text("look_at_number", ticket=f"{DAY}-A002")
    assert hall.act("1", "next").status_code == 303
    screen = hall.page("look_at_hall")
    assert screen.headers["Refresh"] == "10"
    assert "A001" in screen.get_data(as_text=True)
    assert "Mời đến quầy 1" in hall.text("look_at_number", ticket=name)
    hall.act("1", "again", ticket=name)
    assert "đã gọi 2 lần" in hall.text("look_at_window", CLERK, window="1")
    hall.act("1", "end", ticket=name)
    assert hall.at("1") == ""
    assert "A001" not in hall.text("look_at_hall")


def test_numbers_have_no_gap_and_each_letter_counts_for_itself(hall: Hall) -> None:
    names = [hall.take(each) for each in ("tu-phap", "dat-dai", "tu-phap", "tu-phap")]
    assert names == [f"{DAY}-{each}" for each in ("A001", "B001", "A002", "A003")]
    hall.office.clock.forward(days=1)
    assert hall.take() == "2020-09-16-A001"


def test_another_process_that_was_faster_makes_no_gap(hall: Hall) -> None:
    hall.take()
    hall.tickets.save(waiting.take(DAY, CIVIL, 2, NOW))  # by another process
    assert hall.take() == f"{DAY}-A003"
    unheard, real = iter([True]), hall.tickets._has  # noqa: SLF001 -- it comes in between

    def missed(*said: Any) -> bool:
        return False if next(unheard, False) else bool(real(*said))

    hall.tickets._has = missed  # noqa: SLF001
    hall.tickets.save(waiting.take(DAY, CIVIL, 4, NOW))
    assert hall.take() == f"{DAY}-A005"
    with pytest.raises(Duplicate):
        hall.tickets.save(waiting.take(DAY, CIVIL, 4, NOW))


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from(["take", "next1", "next2", "end1", "end2", "move1"]), max_size=25))
def test_nobody_is_at_two_windows_and_nobody_is_lost(acts: list[str]) -> None:
    hall, taken = Hall(), 0
    for act in acts:
        name, window = act[:-1], act[-1]
        ours = hall.tickets.at(DAY, window)
        if act == "take":
            hall.take()
            taken += 1
        elif name == "next":
            hall.act(window, "next")
        elif ours and name == "end":
            hall.act(window, "end", ticket=ours.id)
        elif ours:
            hall.act(window, "transfer", ticket=ours.id, category="dat-dai")
        tickets = hall.tickets.things
        assert len(tickets) == taken
        called = [each.at_window for each in tickets if each.state is TicketState.CALLED]
        assert len(called) == len(set(called))
        for each in tickets:
            assert bool(each.line) == (each.state is TicketState.WAITING)


def test_a_window_that_has_somebody_calls_nobody_else(hall: Hall) -> None:
    hall.take()
    hall.take()
    hall.act("1", "next")
    again = hall.act("1", "next")
    assert again.status_code == 409
    assert hall.act("2", "next").status_code == 303
    assert (hall.at("1"), hall.at("2")) == ("A001", "A002")
    assert hall.act("2", "end", ticket=f"{DAY}-A001").status_code == 409


def test_when_another_window_was_faster_it_is_the_next_ones_turn(hall: Hall) -> None:
    first, second = hall.take(), hall.take()
    stale = hall.tickets.get(first)
    hall.tickets.change(first, lambda each: waiting.call(each, "2", NOW))
    heads = iter([[stale]])
    real = hall.tickets.first_of
    hall.tickets.first_of = lambda *said: next(heads, None) or real(*said)
    hall.act("1", "next")
    assert hall.at("1") == second[-4:]


def test_the_preferred_and_the_booked_come_first(hall: Hall) -> None:
    hall.take()
    hall.take(preferred="cao-tuoi")
    new = NewBooking(code="AAAAABBBBB", name="An", phone="+84912345678", category="tu-phap")
    hall.service._book("2020-09-15T10:00", new)  # noqa: SLF001 -- as its form does
    booked = hall.send("take_number", {"code": "aaaaa-bbbbb"}, KIOSK)
    assert booked.status_code == 303
    assert hall.office.visit_slots.things[0].bookings[0].state is BookingState.CAME
    assert hall.send("take_number", {"code": "aaaaa-bbbbb"}, KIOSK).status_code == 409
    order = []
    for _ in range(3):
        hall.act("1", "next")
        order.append(hall.at("1"))
        hall.act("1", "end", ticket=f"{DAY}-{order[-1]}")
    assert order == ["A002", "A003", "A001"]


@pytest.mark.parametrize("said", [{"category": "zzz"}, {}, {"code": "ZZZZZ99999"}])
def test_what_is_no_business_gets_no_number(hall: Hall, said: dict[str, str]) -> None:
    with pytest.raises(NotFound):
        hall.send("take_number", said, KIOSK)
    assert hall.tickets.things == []


def test_who_has_not_signed_in_takes_no_number(hall: Hall) -> None:
    assert "tài khoản của ki-ốt" in hall.text("look_at_kiosk")
    with pytest.raises(Unknown):
        hall.send("take_number", {"category": "tu-phap"}, NOBODY)


def test_windows_and_acts_that_are_none_are_not_there(hall: Hall) -> None:
    for window, name in (("99", "next"), ("1", "zzz"), ("1", "transfer")):
        with pytest.raises(NotFound):
            hall.act(window, name)
    with pytest.raises(NotFound):
        hall.page("look_at_window", CLERK, window="99")


def test_nobody_came_and_the_number_is_over(hall: Hall) -> None:
    name = hall.take()
    hall.act("1", "next")
    hall.act("1", "absent", ticket=name)
    assert "lấy số mới" in hall.text("look_at_number", ticket=name)


def test_the_screen_and_a_number_name_nobody(hall: Hall) -> None:
    hall.take()
    hall.act("1", "next")
    shown = hall.text("look_at_hall") + hall.text("look_at_number", ticket=f"{DAY}-A001")
    assert not re.search(r"\+84|An\b", shown)
    hall.office.clock.forward(days=1)
    with pytest.raises(NotFound):
        hall.page("look_at_number", ticket=f"{DAY}-A001")


def test_numbers_are_forgotten_some_weeks_later(hall: Hall) -> None:
    hall.take()
    hall.service.forget_numbers()
    assert len(hall.tickets.things) == 1
    hall.office.clock.forward(days=VISIT_PLAN.kept_days + 1)
    hall.service.forget_numbers()
    assert hall.tickets.things == []


def test_a_plan_without_the_preferred_prefers_nobody(hall: Hall) -> None:
    hall.office.hall.plan = lambda: replace(VISIT_PLAN, preferred=())
    hall.take(preferred="cao-tuoi")
    assert hall.tickets.things[0].preferred == ""
