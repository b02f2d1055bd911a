"""A carrier's numbers get no more messages a second than its rate, and hold up nobody else's."""

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from services.notifications.domain.notice_channel import NoticeChannel
from services.notifications.outside.carrier_pace import CarrierPace, carrier_of
from services.notifications.outside.provider import read_address
from tests.unit.test_notifications_balance import Seconds, many
from tests.unit.test_notifications_domain import NOTICE
from tests.unit.test_notifications_service import CONTACT, Desk, FakeProvider

VIETTEL, VINAPHONE = "+84981234567", "+84912345678"
ADDRESS = read_address("http://127.0.0.1:1?rate.viettel=5#fake")


def provider() -> Any:
    made = FakeProvider(reference="1")
    made.address = ADDRESS
    return made


@pytest.mark.parametrize(
    ("number", "carrier"),
    [
        (VIETTEL, "viettel"),
        (VINAPHONE, "vinaphone"),
        ("+84901234567", "mobifone"),
        ("+84921234567", "vietnamobile"),
        ("+84591234567", "gmobile"),
        ("+842838222222", ""),
        ("no number", ""),
    ],
)
def test_a_carrier_is_told_by_the_first_digits(number: str, carrier: str) -> None:
    assert carrier_of(number) == carrier


def test_a_crowd_gets_its_turns_evenly_and_each_only_one() -> None:
    clock, to = Seconds(), provider()
    pace = CarrierPace(clock)
    crowd = [replace(NOTICE, id=f"n-{number}", to=VIETTEL) for number in range(20)]
    waits = {each.id: pace.wait(to, each) for each in crowd}
    assert [round(wait, 3) for wait in waits.values()] == [round(n / 5, 3) for n in range(20)]
    assert pace.wait(to, replace(NOTICE, id="other", to=VINAPHONE)) == 0
    del waits["n-0"]  # whose turn was at once
    taken = Counter[int]()
    while waits:
        clock.now += 0.1
        for each in crowd:
            if waits.get(each.id, clock.now + 1) <= clock.now:
                assert pace.wait(to, each) == 0, each.id
                del waits[each.id]
                taken[int(clock.now)] += 1
    assert max(taken.values()) <= 6
    assert clock.now < 4


def test_without_a_rate_and_by_other_channels_nobody_waits() -> None:
    pace, to = CarrierPace(Seconds()), provider()
    letters = replace(NOTICE, channel=NoticeChannel.EMAIL, to=VIETTEL)
    assert {pace.wait(to, replace(letters, id=f"{n}")) for n in range(9)} == {0}
    to.address = read_address("http://127.0.0.1:1?rate=5#fake")
    assert {pace.wait(to, replace(NOTICE, id=f"{n}", to=VIETTEL)) for n in range(9)} == {0}


@pytest.mark.parametrize("wrong", ["rate=many", "rate.viettel=-1", "rate.viettel=1e9", "rate=nan"])
def test_what_is_no_rate_stops_the_process_at_its_start(wrong: str) -> None:
    with pytest.raises(ValueError, match="messages a second"):
        read_address(f"http://127.0.0.1:1?{wrong}#fake")


def test_what_waits_for_its_turn_is_sent_later_and_was_not_tried() -> None:
    desk, to = Desk(), provider()
    desk.service.meet(replace(CONTACT, email="", phone="0981234567"), desk.about())
    many(desk, 12)
    desk.send(to)
    first = len(to.given)
    assert 1 <= first <= 2
    waiting = [each for each in desk.notices.things if each.id not in {n.id for n in to.given}]
    assert {each.tries for each in waiting} == {0}
    assert len({each.due for each in waiting}) == len(waiting)
