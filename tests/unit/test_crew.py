"""A crew: bounded threads by key; who fails is known, and holds up no other."""

from foundation.concurrency import green
from foundation.concurrency.crew import Crew


def test_no_more_are_at_work_than_may_be() -> None:
    crew, gate = Crew("test", most=2), green.Event()
    crew.start("a", gate.wait)
    assert not crew.is_full()
    crew.start("b", gate.wait)
    assert crew.is_full()
    assert (crew.at_work("a"), crew.at_work("b"), crew.at_work("c")) == (1, 1, 0)
    gate.send(None)
    green.sleep(0.01)
    assert not crew.is_full()
    assert crew.at_work("a") == 0


def test_who_fails_is_told_once_and_others_go_on() -> None:
    crew, done = Crew("test", most=9), []

    def fail() -> None:
        raise ValueError("broken")

    crew.start("bad", fail)
    crew.start("good", lambda: done.append(1))
    green.sleep(0.01)
    assert done == [1]
    assert crew.take_fallen() == {"bad"}
    assert crew.take_fallen() == frozenset()
    assert crew.at_work("bad") == 0
