"""A round deals with all that is due and passes over what fails, and comes back to it."""

from collections.abc import Iterator, MutableMapping
from itertools import pairwise
from typing import Any

import pytest
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from foundation.errors import Refused, Unavailable
from foundation.scheduling.job_runner import (
    BATCH,
    FIRST_DELAY,
    LONGEST_DELAY,
    RUN_SECONDS,
    JobRunner,
)


class Due:
    """Things that are due, the first first, until they are done."""

    def __init__(self, count: int) -> None:
        self.left = [f"t{number}" for number in range(count)]
        self.asked: list[int] = []

    def __call__(self, *, limit: int) -> list[str]:
        self.asked.append(limit)
        return self.left[:limit]


class Hand:
    """Does the work; `bad` are those with which something goes wrong."""

    def __init__(self, due: Due, bad: int = 0, error: Exception | None = None) -> None:
        self.due = due
        self.bad = set(due.left[:bad])
        self.error = error or ValueError("no thing")
        self.tried: list[str] = []

    def __call__(self, thing: str) -> None:
        self.tried.append(thing)
        if thing in self.bad:
            raise self.error
        self.due.left.remove(thing)


class Watch:
    """Seconds that go on when told to, or with each look."""

    def __init__(self) -> None:
        self.seconds, self.step = 0.0, 0.0

    def __call__(self) -> float:
        self.seconds += self.step
        return self.seconds


@pytest.fixture(name="lines", autouse=True)
def _lines() -> Iterator[list[MutableMapping[str, Any]]]:
    with capture_logs() as lines:
        yield lines


@pytest.fixture
def watch() -> Watch:
    return Watch()


def failures(timer: str) -> float:
    labels = {"service": "", "timer": timer}
    return REGISTRY.get_sample_value("motcua_timer_failures_total", labels) or 0


@pytest.mark.parametrize("bad", [0, 1, BATCH - 1, BATCH, BATCH + 1, 7 * BATCH])
def test_the_last_is_dealt_with_however_many_before_it_fail(bad: int, watch: Watch) -> None:
    due = Due(bad + 1)
    hand = Hand(due, bad)
    JobRunner(watch).run("t", due, hand)
    assert due.left == sorted(hand.bad, key=due.left.index)
    assert len(due.left) == bad


def test_what_fails_is_tried_again_later_and_ever_later(watch: Watch) -> None:
    due = Due(1)
    hand, ours = Hand(due, 1), JobRunner(watch)
    tries: list[float] = []
    for _ in range(8000):
        watch.seconds += 1
        ours.run("t", due, hand)
        if len(hand.tried) > len(tries):
            tries.append(watch.seconds)
    waits = [after - before for before, after in pairwise(tries)]
    assert waits[:4] == [FIRST_DELAY, 2 * FIRST_DELAY, 4 * FIRST_DELAY, 8 * FIRST_DELAY]
    assert set(waits[6:]) == {LONGEST_DELAY}
    hand.bad.clear()
    watch.seconds += LONGEST_DELAY
    ours.run("t", due, hand)
    assert due.left == []


def test_what_was_dealt_with_at_last_begins_anew_when_it_fails_again(watch: Watch) -> None:
    due = Due(1)
    hand, ours = Hand(due, 1), JobRunner(watch)
    for _ in range(3):
        ours.run("t", due, hand)
        watch.seconds += LONGEST_DELAY
    hand.bad.clear()
    ours.run("t", due, hand)
    due.left, hand.bad = ["t0"], {"t0"}
    ours.run("t", due, hand)
    watch.seconds += FIRST_DELAY
    hand.bad.clear()
    ours.run("t", due, hand)
    assert due.left == []


def test_each_failure_is_logged_with_its_id_and_counted(
    watch: Watch, lines: list[MutableMapping[str, Any]]
) -> None:
    due = Due(3)
    before = failures("counted")
    JobRunner(watch).run("counted", due, Hand(due, 2, Refused("Không.", "No.")))
    said = [(each["event"], each["timer"], each["id"]) for each in lines]
    assert said == [("timer_failed_for_one", "counted", each) for each in ("t0", "t1")]
    assert failures("counted") - before == 2


def test_what_stays_due_although_it_was_dealt_with_holds_up_nobody(watch: Watch) -> None:
    due = Due(BATCH + 1)
    before, dealt = failures("stays"), list[str]()

    def work(thing: str) -> None:
        dealt.append(thing)
        if thing == f"t{BATCH}":
            due.left.remove(thing)

    ours = JobRunner(watch)
    ours.run("stays", due, work)
    assert len(due.left) == BATCH
    assert failures("stays") - before == BATCH
    assert len(dealt) == BATCH + 1


def test_a_neighbour_that_is_away_ends_the_round(watch: Watch) -> None:
    due = Due(3)
    hand = Hand(due, 3, Unavailable("Mất kết nối.", "The connection is gone."))
    with pytest.raises(Unavailable):
        JobRunner(watch).run("t", due, hand)
    assert hand.tried == ["t0"]


def test_one_that_the_neighbour_can_never_take_does_not_end_every_round(watch: Watch) -> None:
    due = Due(BATCH + 1)
    hand = Hand(due, BATCH, Unavailable("Quá lớn.", "It is too large."))
    ours = JobRunner(watch)
    for _ in range(BATCH):
        with pytest.raises(Unavailable):
            ours.run("t", due, hand)
        watch.seconds += FIRST_DELAY / (2 * BATCH)
    ours.run("t", due, hand)
    assert f"t{BATCH}" not in due.left


def test_a_round_ends_in_time_and_the_next_goes_on(watch: Watch) -> None:
    due = Due(3 * BATCH)
    hand, ours = Hand(due), JobRunner(watch)
    watch.step = RUN_SECONDS / 50
    ours.run("t", due, hand)
    assert 0 < len(due.left) < 3 * BATCH
    for _ in range(10):
        ours.run("t", due, hand)
    assert due.left == []


def test_each_timer_sets_aside_for_itself(watch: Watch) -> None:
    due, ours = Due(1), JobRunner(watch)
    ours.run("one", due, Hand(due, 1))
    ours.run("another", due, Hand(due))
    assert due.left == []


def test_what_is_not_due_any_more_is_forgotten(watch: Watch) -> None:
    due, ours = Due(5000), JobRunner(watch)
    ours.run("t", due, Hand(due, 5000))
    due.left = []
    watch.seconds += 2 * LONGEST_DELAY + FIRST_DELAY
    ours.run("t", due, Hand(due))
    assert due.asked[-1] == BATCH
