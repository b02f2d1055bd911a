"""So many at once, in the order they came; no place is lost, whatever ends who waits for it."""

import time

import pytest

from foundation.concurrency import green
from foundation.web.fair_semaphore import FairSemaphore

LONG = 30.0


class ElseError(Exception):
    """Something other than the waiter's own time-out."""


def taken() -> FairSemaphore:
    """One place, and it is taken."""
    places = FairSemaphore(1)
    assert places.acquire(LONG)
    return places


def waiting(places: FairSemaphore, within: float = LONG) -> green.Thread:
    """One more who waits in the line."""
    waiter = green.spawn(places.acquire, within)
    green.sleep(0)
    return waiter


def is_free(places: FairSemaphore) -> bool:
    """Whether there is a place now, and nobody before us in the line."""
    return places.acquire(0)


def test_a_place_is_handed_on_in_the_order_of_the_line() -> None:
    places, order = taken(), list[str]()

    def work(name: str) -> None:
        assert places.acquire(LONG)
        order.append(name)
        green.sleep(0)
        places.release()

    workers = [green.spawn(work, name) for name in "abc"]
    green.sleep(0)
    places.release()
    assert not is_free(places)
    for each in workers:
        each.wait()
    assert order == ["a", "b", "c"]
    assert is_free(places)


def test_who_waited_too_long_gets_none_and_stands_in_nobodys_way() -> None:
    places = taken()
    assert waiting(places, 0.01).wait() is False
    places.release()
    assert is_free(places)


def test_a_killed_waiter_leaves_the_line() -> None:
    places = taken()
    killed, other = waiting(places), waiting(places)
    killed.kill()
    places.release()
    with green.deadline(1):
        assert other.wait() is True


def test_a_place_given_to_a_waiter_that_is_killed_before_it_wakes_is_handed_on() -> None:
    places = taken()
    killed, other = waiting(places), waiting(places)
    places.release()
    killed.kill()
    with green.deadline(1):
        assert other.wait() is True
    places.release()
    assert is_free(places)


def test_a_waiter_ended_by_another_time_out_leaves_the_line() -> None:
    places = taken()
    with pytest.raises(ElseError), green.deadline(0.01, ElseError()):
        places.acquire(LONG)
    places.release()
    assert is_free(places)


def test_a_place_given_in_the_moment_of_the_time_out_is_not_lost() -> None:
    places = taken()
    late = waiting(places, 0.01)
    time.sleep(0.02)
    places.release()
    assert late.wait() is True
    places.release()
    assert is_free(places)
