"""Times booked at the counter: what is offered, capacity, moving, reminding, and its pages."""

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.orders import VisitWord
from foundation.errors import NotFound, Refused
from foundation.web import Request
from foundation.web.auth import NOBODY, Identity
from foundation.worktime import Calendar
from services.intake.domain.visits import booking
from services.intake.domain.visits.booking import BookingState, NewBooking, VisitSlot
from services.intake.domain.visits.plan import days_of, read_plan, slot_id, times_of
from tests.builders import VISIT_PLAN, Office, at
from tests.markup import flaws

CALENDAR = Calendar.default()
NOW = at("2020-09-15 09:30")  # a Tuesday
SLOT = "2020-09-16T09:00"
NEW = NewBooking(code="AAAAABBBBB", name="An", phone="+84912345678", category="tu-phap")
BROWSER = {"accept": "text/html"}
CLERK = Identity("hoa", frozenset({"counter"}))


def slot(text: str = SLOT) -> VisitSlot:
    return booking.blank(text, CALENDAR, VISIT_PLAN, NOW)


def booked(*codes: str) -> VisitSlot:
    found = slot()
    for each in codes:
        found = booking.book(found, replace(NEW, code=each), VISIT_PLAN, NOW)[0]
    return found


def test_times_are_whole_slots_within_the_sessions_of_working_days() -> None:
    times = [slot_id(each)[11:] for each in times_of(NOW.date(), CALENDAR, VISIT_PLAN)]
    assert (times[0], times[8], times[9], times[-1]) == ("07:00", "11:00", "13:30", "16:30")
    days = [each.isoformat() for each in days_of(NOW, CALENDAR, VISIT_PLAN)]
    assert days[0] == "2020-09-15"
    assert "2020-09-19" not in days  # a Saturday
    assert times_of(at("2020-09-19 09:00").date(), CALENDAR, VISIT_PLAN) == ()


@pytest.mark.parametrize(
    "text",
    [
        *("", "x", "2020-09-16", "2020-09-16T09:10", "2020-09-16T12:00", "2020-09-19T09:00"),
        *("2020-09-15T09:00", "2020-12-16T09:00", "2020-09-16T09:00x", "2020-09-16T23:30"),
    ],
)
def test_no_other_time_may_be_booked(text: str) -> None:
    with pytest.raises(Refused):
        slot(text)


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 9)), max_size=30))
def test_no_more_people_than_places_whatever_is_booked_and_cancelled(
    acts: list[tuple[bool, int]],
) -> None:
    found = slot()
    for books, number in acts:
        code = f"CODE{number}"
        if books and booking.free(found, VISIT_PLAN):
            found = booking.book(found, replace(NEW, code=code), VISIT_PLAN, NOW)[0]
        elif books and not any(each.code == code for each in found.held):
            with pytest.raises(Refused, match="last place"):
                booking.book(found, replace(NEW, code=code), VISIT_PLAN, NOW)
        elif code in found.codes:
            found = booking.cancel(found, code, VISIT_PLAN, NOW)[0]
        assert len(found.held) <= VISIT_PLAN.capacity
        assert len(found.codes) == len(set(found.codes))
        assert (found.due is None) == (not found.held)


def test_who_is_coming_is_reminded_once_and_who_booked_late_is_not() -> None:
    found = booked("A")
    early = found.at - timedelta(hours=VISIT_PLAN.remind_hours)
    assert found.due == early
    reminded, told = booking.look_after(found, VISIT_PLAN, early)
    assert [each.what for each in told if isinstance(each, VisitWord)] == ["reminder"]
    assert booking.look_after(reminded, VISIT_PLAN, early)[1] == ()
    late = booking.book(slot(), NEW, VISIT_PLAN, early + timedelta(hours=1))[0]
    assert booking.look_after(late, VISIT_PLAN, early + timedelta(hours=2))[1] == ()


def test_who_did_not_come_is_noted_by_time_and_may_be_noted_otherwise_that_day() -> None:
    found = booking.note(booked("A", "B"), "A", BookingState.CAME, VISIT_PLAN, slot().at)[0]
    later = found.at + booking.MISSED_AFTER
    assert found.due
    over, _ = booking.look_after(found, VISIT_PLAN, later)
    assert [each.state.value for each in over.bookings] == ["came", "missed"]
    assert over.due is None
    came = booking.note(over, "B", BookingState.CAME, VISIT_PLAN, later)[0]
    assert {each.state for each in came.bookings} == {BookingState.CAME}
    with pytest.raises(Refused):
        booking.note(came, "B", BookingState.MISSED, VISIT_PLAN, later + timedelta(days=1))


def test_what_has_begun_is_not_given_back() -> None:
    with pytest.raises(Refused):
        booking.cancel(booked("A"), "A", VISIT_PLAN, slot().at)
    with pytest.raises(NotFound):
        booking.cancel(booked("A"), "B", VISIT_PLAN, NOW)


def test_a_form_with_one_key_makes_one_code_that_nobody_guesses() -> None:
    assert booking.code_of("k") == booking.code_of("k") != booking.code_of("l")
    assert set(booking.code_of("k")) <= set(booking.ALPHABET)
    assert booking.spelled(booking.shown(booking.code_of("k"))) == booking.code_of("k")


@pytest.mark.parametrize(
    "wrong",
    ['{"slot_minutes": 0}', "[]", "{", '{"slot_minutes": "x", "categories": []}'],
)
def test_a_plan_with_a_fault_is_none(wrong: str) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        read_plan(wrong)


class Hall:
    """The pages of booking, over stores in memory."""

    def __init__(self) -> None:
        self.office = Office()
        self.service = self.office.service

    @property
    def told(self) -> list[str]:
        told = self.office.visit_slots.messages
        return [each.what for each in told if isinstance(each, VisitWord)]

    def page(self, door: str, who: Identity = NOBODY, query: Any = None, **place: str) -> str:
        request = Request(path="/x", who=who, headers=BROWSER, query=query or {})
        text = str(getattr(self.service, door)(request, **place).get_data(as_text=True))
        assert flaws(text) == []
        return text

    def send(self, door: str, said: dict[str, str], who: Identity = NOBODY, **place: str) -> Any:
        request = Request(
            method="POST",
            path="/x",
            headers={"content-type": "application/x-www-form-urlencoded", **BROWSER},
            stream=BytesIO(urlencode(said).encode()),
            who=who,
        )
        return getattr(self.service, door)(request, **place)

    def book(self, key: str = "", who: Identity = NOBODY, **other: str) -> Any:
        page = self.page("look_at_times")
        found = re.search(r'name="key" value="([^"]*)"', page)
        assert found
        said = {"slot": SLOT, "category": "dat-dai", "name": "An", "phone": "0912 345 678"}
        return self.send(
            "book_by_form", {"key": key or unescape(found.group(1)), **said, **other}, who
        )

    def code(self, **other: Any) -> str:
        return str(self.book(**other).headers["Location"]).rpartition("/")[2]


@pytest.fixture(name="hall")
def _hall() -> Hall:
    return Hall()


def test_anybody_books_moves_and_gives_back_by_code_and_telephone(hall: Hall) -> None:
    code = hall.code()
    shown = hall.page("look_at_booking", code=code)
    assert "16/09/2020" in shown
    assert "0912" not in shown
    assert ">An<" not in shown
    wrong = hall.send("cancel_booking", {"phone": "0987 654 321"}, code=code)
    assert wrong.status_code == 409
    other = "2020-09-17T10:00"
    moved = hall.send("move_booking", {"slot": other, "phone": "0912345678"}, code=code)
    assert moved.status_code == 303
    assert [len(each.held) for each in hall.office.visit_slots.things] == [0, 1]
    assert "17/09/2020" in hall.page("look_at_booking", code=code)
    for _ in range(2):
        hall.send("cancel_booking", {"phone": "0912345678"}, code=code)
    assert "Đã hủy" in hall.page("look_at_booking", code=code)
    assert hall.told == ["booked", "moved", "cancelled"]


def test_the_same_form_twice_is_one_booking(hall: Hall) -> None:
    for _ in range(2):
        assert hall.book(key="the same").status_code == 303
    assert len(hall.office.visit_slots.things[0].held) == 1
    assert hall.told == ["booked"]


def test_a_full_time_says_so_and_keeps_what_was_typed(hall: Hall) -> None:
    for number in range(VISIT_PLAN.capacity):
        hall.book(key=f"k{number}", phone=f"09123456{number:02}")
    refused = hall.book(key="one more", phone="0987654321", name="Lê Thị Bình")
    assert refused.status_code == 409
    text = refused.get_data(as_text=True)
    assert "hết chỗ" in text
    assert "Lê Thị Bình" in text
    assert f'value="{SLOT}"' not in text


def test_a_number_holds_a_few_times_at_once(hall: Hall) -> None:
    for hour in range(VISIT_PLAN.held_by_phone):
        assert hall.book(key=f"k{hour}", slot=f"2020-09-16T{hour + 8:02}:00").status_code == 303
    assert hall.book(key="k9", slot="2020-09-18T08:00").status_code == 409


@pytest.mark.parametrize(
    "wrong",
    [{"phone": "12"}, {"name": ""}, {"slot": ""}, {"category": "zzz"}, {"category": ""}],
)
def test_what_is_not_right_is_said_beside_its_field(hall: Hall, wrong: dict[str, Any]) -> None:
    answer = hall.book(**wrong)
    assert answer.status_code in {409, 422}
    assert flaws(answer.get_data(as_text=True)) == []
    assert hall.told == []


def test_who_signed_in_needs_no_telephone(hall: Hall) -> None:
    an = Identity("an", frozenset({"dossier:submit"}))
    code = hall.code(who=an)
    assert 'name="phone"' not in hall.page("look_at_booking", who=an, code=code)
    assert hall.send("cancel_booking", {}, code=code).status_code == 409
    assert hall.send("cancel_booking", {}, an, code=code).status_code == 303


def test_a_move_that_was_cut_off_leaves_one_booking_that_is_the_later_one(hall: Hall) -> None:
    code = hall.code()
    hall.office.clock.forward(minutes=1)
    found = hall.office.visit_slots.things[0].bookings[0]
    again = NewBooking(code=found.code, name="An", phone=found.phone, category="dat-dai")
    hall.service._book("2020-09-17T10:00", again, moved=True)  # noqa: SLF001 -- then it dies
    assert "17/09/2020" in hall.page("look_at_booking", code=code)
    hall.send("cancel_booking", {"phone": found.phone}, code=code)
    assert [len(each.held) for each in hall.office.visit_slots.things] == [0, 0]


def test_codes_are_not_guessed(hall: Hall) -> None:
    for number in range(20):
        with pytest.raises(NotFound):
            hall.page("look_at_booking", code=f"AAAAA{number:05}")
    with pytest.raises(Exception, match=r"."):
        hall.page("look_at_booking", code="AAAAA99999")


def test_the_counter_sees_who_comes_and_notes_it(hall: Hall) -> None:
    code = hall.code()
    hall.office.clock.moment = at("2020-09-16 08:50")
    page = hall.page("look_at_visits", CLERK)
    assert "0912 345 678" in page
    assert hall.send("note_visit", {"code": code}, CLERK, slot=SLOT, name="came").status_code == 303
    assert "đã đến" in hall.page("look_at_visits", CLERK)
    assert [each.asked for each in hall.office.lookups.things] == [
        "/counter/visits?day=2020-09-16"
    ] * 2


def test_time_reminds_notes_and_forgets(hall: Hall) -> None:
    hall.code(slot="2020-09-18T09:00")
    hall.office.clock.moment = at("2020-09-17 14:00")
    for _ in range(2):
        hall.service.look_after_visits()
    assert hall.told == ["booked", "reminder"]
    hall.office.clock.moment = at("2020-09-18 12:00")
    hall.service.look_after_visits()
    assert hall.office.visit_slots.things[0].bookings[0].state is BookingState.MISSED
    hall.service.forget_visits()
    assert len(hall.office.visit_slots.things) == 1
    hall.office.clock.forward(days=VISIT_PLAN.kept_days + 1)
    hall.service.forget_visits()
    assert hall.office.visit_slots.things == []
