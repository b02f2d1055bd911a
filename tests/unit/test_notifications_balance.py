"""Work moves from a provider in trouble without flapping; nobody's messages wait for another's."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.web import Request
from services.notifications.domain.balance import (
    BETWEEN_MOVES,
    CALM,
    WHOLE,
    ProviderFigures,
    ProviderShares,
    balance,
    choose_provider,
    rest,
)
from services.notifications.domain.notice_channel import NoticeChannel
from services.notifications.domain.sending import ProviderAnswer, SendOutcome
from services.notifications.outside.pace import UNLIMITED, ProviderPace
from services.notifications.outside.provider import read_address
from tests.unit.test_notifications_domain import NOTICE, NOW
from tests.unit.test_notifications_service import CONTACT, Desk, FakeProvider, submitted

NAMES = ("viettel", "esms")
BAD, GOOD = ProviderFigures(asked=100, bad=30), ProviderFigures(asked=100, bad=1)


def shares(known: ProviderShares) -> list[int]:
    return [known.shares[each] for each in NAMES]


def test_all_goes_to_the_first_while_all_is_well() -> None:
    known, _ = balance(rest("sms", NAMES), NAMES, {"viettel": GOOD}, NOW)
    assert (shares(known), known.changes) == ([100, 0], ())


def test_a_tenth_moves_every_five_minutes_with_its_reason_and_back_when_it_is_calm() -> None:
    known, now, course = rest("sms", NAMES), NOW, []
    for minute in range(90):
        figures = {"viettel": BAD if minute < 12 else GOOD, "esms": GOOD}
        known, _ = balance(known, NAMES, figures, now + timedelta(minutes=minute))
        course.append(known.shares["viettel"])
    assert course[0] == 90
    assert (course[11], min(course)) == (70, 70)
    assert course[-1] == 100
    assert known.changes[0].reason == "30 of 100 slow, refused or not answered"
    assert known.changes[-1].reason == "calm for 15 minutes"
    gaps = [b.at - a.at for a, b in pairwise(known.changes)]
    assert min(gaps) >= BETWEEN_MOVES
    assert min(gaps[2:]) >= CALM


@pytest.mark.parametrize(
    "figures",
    [
        {"viettel": ProviderFigures(asked=19, bad=19)},  # too few to judge
        {"viettel": BAD, "esms": BAD},  # nowhere is better
        {"viettel": ProviderFigures(asked=100, bad=14)},
    ],
)
def test_what_is_no_reason_moves_nothing(figures: dict[str, ProviderFigures]) -> None:
    known, _ = balance(rest("sms", NAMES), NAMES, figures, NOW)
    assert shares(known) == [100, 0]


def test_one_provider_has_nowhere_to_go_and_new_ones_begin_at_rest() -> None:
    alone, _ = balance(rest("sms", ("viettel",)), ("viettel",), {"viettel": BAD}, NOW)
    assert alone.shares == {"viettel": 100}
    more, _ = balance(alone, NAMES, {"viettel": BAD}, NOW)
    assert shares(more) == [100, 0]


figures = st.builds(
    lambda asked, bad: ProviderFigures(asked=asked, bad=min(asked, bad)),
    st.integers(0, 200),
    st.integers(0, 200),
)


@given(st.lists(st.tuples(figures, figures, st.integers(1, 20)), max_size=40))
def test_shares_are_whole_whatever_happens_and_never_move_twice_in_five_minutes(
    course: Sequence[tuple[ProviderFigures, ProviderFigures, int]],
) -> None:
    known, now = rest("sms", NAMES), NOW
    for one, other, minutes in course:
        now += timedelta(minutes=minutes)
        known, _ = balance(known, NAMES, {"viettel": one, "esms": other}, now)
        assert sum(known.shares.values()) == WHOLE
        assert all(0 <= each <= WHOLE for each in known.shares.values())
    moves = [each.at for each in known.changes]
    assert all(b - a >= BETWEEN_MOVES for a, b in pairwise(moves))


def test_messages_are_spread_by_the_shares_and_a_retry_goes_to_another() -> None:
    by = {"viettel": 70, "esms": 30}
    counts = Counter(choose_provider(replace(NOTICE, id=f"n-{n}"), by, NAMES) for n in range(2000))
    assert 1300 < counts["viettel"] < 1500
    again = replace(NOTICE, tries=1, provider="viettel")
    assert choose_provider(again, {"viettel": 100, "esms": 0}, NAMES) == "esms"
    assert choose_provider(again, {"viettel": 100}, ("viettel",)) == "viettel"


def a_provider() -> Any:
    """One that takes everything."""
    return FakeProvider()


class Seconds:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_rate_is_kept_and_an_hours_rest_saves_up_no_burst() -> None:
    clock = Seconds()
    pace, provider = ProviderPace(clock), a_provider()
    assert pace.room(provider) == UNLIMITED
    provider.address = read_address("http://127.0.0.1:1?rate=5#fake")
    answer, handed = ProviderAnswer(outcome=SendOutcome.TAKEN), 0
    for _ in range(100):
        while pace.room(provider):
            pace.count("fake", answer, 0.1)
            handed += 1
        clock.now += 0.1
    assert 50 <= handed <= 56
    clock.now += 3600
    assert pace.room(provider) == 5


def test_slow_and_unanswered_count_as_bad_and_are_forgotten_after_ten_minutes() -> None:
    clock = Seconds()
    pace = ProviderPace(clock)
    for outcome, seconds in (
        (SendOutcome.TAKEN, 0.1),
        (SendOutcome.TAKEN, 4),
        (SendOutcome.BUSY, 0),
    ):
        pace.count("a", ProviderAnswer(outcome=outcome), seconds)
    assert pace.figures()["a"] == ProviderFigures(asked=3, bad=2)
    clock.now += 601
    assert pace.figures()["a"] == ProviderFigures()


def two(desk: Desk) -> tuple[FakeProvider, FakeProvider]:
    first, second = FakeProvider(SendOutcome.BUSY), FakeProvider(reference="1")
    second.address = read_address("http://127.0.0.1:1#second")
    desk.providers.given = [first, second]
    return first, second


def many(desk: Desk, count: int, agency: str = "so-xay-dung") -> None:
    for number in range(count):
        about = replace(desk.about(message=f"{agency}-{number}"), agency=agency)
        desk.service.tell(replace(submitted(), agency=agency), about)


def test_what_the_first_cannot_take_goes_to_the_second_at_its_next_try() -> None:
    desk = Desk()
    desk.service.meet(replace(CONTACT, email=""), desk.about())
    many(desk, 30)
    first, second = two(desk)
    desk.service.send(NoticeChannel.SMS)
    desk.clock.forward(seconds=5)
    desk.service.send(NoticeChannel.SMS)
    assert {each.id for each in second.given} == {each.id for each in first.given}
    assert len(second.given) == len(first.given) == 30
    shown: Any = desk.service.carriers(Request())["sms"]
    assert shown["shares"] == {"fake": 90, "second": 10}
    assert shown["changes"][0]["reason"] == "30 of 30 slow, refused or not answered"


def test_an_agency_with_many_messages_holds_up_no_other() -> None:
    desk = Desk()
    desk.service.meet(replace(CONTACT, email=""), desk.about())
    many(desk, 150, "a-loud-agency")
    many(desk, 3, "so-xay-dung")
    notices: Any = desk.notices
    due = notices.due(NoticeChannel.SMS, desk.clock.now(), limit=6)
    agencies = [desk.notices.get(each).agency for each in due]
    assert agencies == ["a-loud-agency", "so-xay-dung"] * 3


def test_no_more_is_handed_over_than_the_rate_allows() -> None:
    desk = Desk()
    desk.service.meet(replace(CONTACT, email=""), desk.about())
    many(desk, 30)
    provider = FakeProvider(reference="1")
    provider.address = read_address("http://127.0.0.1:1?rate=7#fake")
    desk.send(provider)
    assert 7 <= len(provider.given) <= 8
