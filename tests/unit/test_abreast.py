"""Several things at once, in order and in whose name they were begun."""

import eventlet
import pytest

from foundation import watch
from foundation.abreast import abreast
from foundation.errors import Unavailable


def test_so_many_wait_at_once_and_the_results_come_in_order() -> None:
    waiting: list[int] = []
    crowds: list[int] = []

    def work(number: int) -> int:
        waiting.append(number)
        crowds.append(len(waiting))
        eventlet.sleep(0.01 * (3 - number % 3))
        waiting.remove(number)
        return number

    assert list(abreast(work, range(9), most=2)) == list(range(9))
    assert max(crowds) == 2


def test_it_is_done_in_the_name_of_whoever_asked() -> None:
    with watch.acting("timer"):
        assert list(abreast(lambda _: watch.actor(), range(3), most=2)) == ["timer"] * 3


def test_a_failure_is_heard_and_the_next_are_not_begun() -> None:
    begun: list[int] = []

    def work(number: int) -> int:
        begun.append(number)
        eventlet.sleep(0)
        if number == 1:
            raise Unavailable("đi vắng", "away")
        return number

    done = abreast(work, range(100), most=2)
    with pytest.raises(Unavailable):
        list(done)
    assert len(begun) < 10
