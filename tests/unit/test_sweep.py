"""What a crash left behind is found, whatever its shape, and even where clocks are off."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.outbox.relay import MARK_EVERY
from foundation.outbox.sweep import (
    BEGINNING,
    EVERY,
    LARGEST_LOOK,
    SHORTEST_STEP,
    SweepWindow,
    first,
)

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
END = datetime.max.replace(tzinfo=UTC)
MOST_LOOKS = 300
MOST_PASSES = 8


@dataclass(frozen=True, order=True)
class Left:
    """A thing with messages of these times; what is `stuck` the broker refuses each time."""

    times: tuple[datetime, ...]
    number: int
    stuck: bool = False


Server = Callable[[Sequence[Left], SweepWindow], list[Left]]


def by_entry(things: Sequence[Left], window: SweepWindow) -> list[Left]:
    """As the embedded database looks: for messages that lie in the window, by their order."""
    end = window.until or END
    lying = [(at, each) for each in things for at in each.times if window.since <= at < end]
    return list(dict.fromkeys(each for _, each in sorted(lying)))[:LARGEST_LOOK]


def by_thing(things: Sequence[Left], window: SweepWindow) -> list[Left]:
    """As MongoDB looks: one message may lie after the beginning, another before the end."""
    end = window.until or END
    return sorted(
        each for each in things if each.times[-1] >= window.since and each.times[0] < end
    )[:LARGEST_LOOK]


def one_pass(things: list[Left], server: Server, window: SweepWindow | None) -> list[Left]:
    """What is left when everything that was seen, and is not stuck, was sent."""
    for _ in range(MOST_LOOKS):
        if window is None:
            return things
        seen = server(things, window)
        gone = {each for each in seen if not each.stuck}
        things = [each for each in things if each not in gone]
        window = window.after([[window.place(each.times) for each in seen]], NOW)
    raise AssertionError(f"not at the end after {MOST_LOOKS} looks")


def crowd(start: float, count: int, apart: int, later: int, *, stuck: bool = False) -> list[Left]:
    """Things whose messages are `start` seconds from now on, `apart` milliseconds each."""
    spans = [timedelta(seconds=start, milliseconds=number * apart) for number in range(count)]
    more = [timedelta(seconds=later)] if later else []
    return [
        Left((NOW + span, *(NOW + span + each for each in more)), number, stuck)
        for number, span in enumerate(spans)
    ]


# Together or over a while; long ago, now, and by clocks that are ahead; with a second message.
starts = st.sampled_from([0.0, -1.0, -3.0, -70.0, -3600.0, -4e7, 50.0, 86400.0])
crowds = st.lists(
    st.tuples(
        starts,
        st.integers(1, 700),
        st.sampled_from([0, 1, 40, 5000]),
        st.sampled_from([0, 1, 7200]),
    ),
    max_size=3,
)
cleans = st.none() | starts.map(lambda start: NOW + timedelta(seconds=start))


@pytest.mark.parametrize("server", [by_entry, by_thing])
@given(some=crowds, clean=cleans)
def test_a_backlog_of_any_shape_is_drained_to_its_end(
    server: Server, some: list[tuple[float, int, int, int]], clean: datetime | None
) -> None:
    left = [each for one in some for each in crowd(*one)]
    for _ in range(MOST_PASSES):
        left = one_pass(left, server, first(clean, NOW))
    assert left == []


@given(some=crowds, stuck=crowds, clean=cleans)
def test_what_cannot_be_sent_does_not_stop_what_lies_behind_it(
    some: list[tuple[float, int, int, int]],
    stuck: list[tuple[float, int, int, int]],
    clean: datetime | None,
) -> None:
    held = [each for one in stuck for each in crowd(*one, stuck=True)]
    taken = {at for each in held for at in each.times}
    left = held + [each for one in some for each in crowd(*one) if not taken & set(each.times)]
    for _ in range(MOST_PASSES):
        left = one_pass(left, by_entry, first(clean, NOW))
    assert [each for each in left if not each.stuck] == []


@given(spread=st.integers(0, 5000), clean=cleans)
def test_many_that_are_stuck_with_a_later_message_are_passed_in_few_looks(
    spread: int, clean: datetime | None
) -> None:
    held = crowd(-7200, 2 * LARGEST_LOOK, spread, 3600, stuck=True)
    for server in (by_entry, by_thing):
        assert one_pass(held, server, first(clean, NOW)) == held


@given(times=st.lists(st.integers(-(10**9), 10**8), max_size=20, unique=True), clean=cleans)
def test_a_pass_sees_everything_whatever_clocks_say(
    times: list[int], clean: datetime | None
) -> None:
    left = [Left((NOW + timedelta(seconds=at),), at) for at in times]
    assert one_pass(left, by_entry, first(clean, NOW)) == []


@given(clean=cleans, slow=st.lists(st.integers(0, 3), max_size=20))
def test_looks_that_took_too_long_leave_no_gap_and_still_come_to_an_end(
    clean: datetime | None, slow: list[int]
) -> None:
    window: SweepWindow | None = first(clean, NOW)
    seen_up_to = BEGINNING
    for narrower in [*slow, *([0] * MOST_LOOKS)]:
        if window is None:
            break
        for _ in range(narrower):
            window = shorter(window)
        assert window.since <= seen_up_to
        seen_up_to = window.until or END
        window = window.after([[]], NOW)
    assert window is None
    assert seen_up_to == END


def shorter(window: SweepWindow) -> SweepWindow:
    """The narrower window, which is indeed one, and still has room for a message."""
    narrower = window.narrower()
    assert narrower.since == window.since
    assert narrower.until is not None
    assert narrower.until <= (window.until or END)
    assert narrower.until - narrower.since >= SHORTEST_STEP
    return narrower


def test_the_slower_of_two_stores_keeps_the_pace() -> None:
    full = [NOW - timedelta(seconds=60 - number / 10) for number in range(LARGEST_LOOK)]
    ahead = [at + timedelta(seconds=25) for at in full]
    following = SweepWindow().after([ahead, full, [NOW]], NOW)
    assert following is not None
    assert following.since == full[-1]


def test_what_waits_to_be_marked_does_not_look_left_behind_to_the_sweep() -> None:
    assert 4 * MARK_EVERY <= EVERY
