"""Several things at once, in order and in whose name they were begun."""

from collections.abc import Iterator

import pytest

from foundation.concurrency import bounded_map, green, prefetch
from foundation.errors import Unavailable
from foundation.observability import log_context


def test_so_many_wait_at_once_and_the_results_come_in_order() -> None:
    waiting: list[int] = []
    crowds: list[int] = []

    def work(number: int) -> int:
        waiting.append(number)
        crowds.append(len(waiting))
        green.sleep(0.01 * (3 - number % 3))
        waiting.remove(number)
        return number

    assert list(bounded_map(work, range(9), most=2)) == list(range(9))
    assert max(crowds) == 2


def test_it_is_done_in_the_name_of_whoever_asked() -> None:
    with log_context.acting_as("timer"):
        assert list(bounded_map(lambda _: log_context.actor(), range(3), most=2)) == ["timer"] * 3


def test_a_failure_is_heard_and_the_next_are_not_begun() -> None:
    begun: list[int] = []

    def work(number: int) -> int:
        begun.append(number)
        green.sleep(0)
        if number == 1:
            raise Unavailable("đi vắng", "away")
        return number

    done = bounded_map(work, range(100), most=2)
    with pytest.raises(Unavailable):
        list(done)
    assert len(begun) < 10


@pytest.mark.timeout(10)
def test_things_that_cannot_be_had_are_heard_too() -> None:
    done: list[int] = []
    with pytest.raises(Unavailable):
        list(bounded_map(done.append, broken(), most=2))
    green.sleep(0)
    assert done == [1]


def test_who_stops_early_begins_nothing_more() -> None:
    begun: list[int] = []
    for _ in bounded_map(begun.append, range(100), most=2):
        break
    green.sleep(0.01)
    assert len(begun) <= 2


def broken() -> Iterator[int]:
    """One thing, and then none."""
    yield 1
    raise Unavailable("đi vắng", "away")


def fetched(number: int, seen: list[str]) -> Iterator[int]:
    """So many things, each noted when it is fetched."""
    for each in range(number):
        seen.append(f"fetched {each}")
        yield each


def test_the_next_is_fetched_while_one_is_worked_on() -> None:
    seen: list[str] = []
    for each in prefetch(fetched(3, seen)):
        green.sleep(0)
        seen.append(f"done {each}")
    assert seen == ["fetched 0", "fetched 1", "done 0", "fetched 2", "done 1", "done 2"]


def test_it_is_fetched_in_the_name_of_whoever_asked_wherever_it_is_used() -> None:
    with log_context.acting_as("timer"):
        names = prefetch(log_context.actor() for _ in range(3))
    assert list(bounded_map(lambda name: name, names, most=2)) == ["timer"] * 3


def test_what_cannot_be_fetched_is_heard_after_what_could() -> None:
    coming = prefetch(broken())
    assert next(coming) == 1
    with pytest.raises(Unavailable):
        next(coming)


def test_who_stops_early_fetches_one_too_many_at_most() -> None:
    seen: list[str] = []
    assert next(prefetch(fetched(9, seen))) == 0
    green.sleep(0)
    assert len(seen) <= 2
