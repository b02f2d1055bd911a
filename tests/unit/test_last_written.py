"""What was written last is kept for a moment, once."""

from foundation.outbox.last_written import KEPT_SECONDS, MOST_KEPT, LastWritten


class Clock:
    def __init__(self) -> None:
        self.now = 10.0

    def __call__(self) -> float:
        return self.now


def test_it_is_there_for_a_moment_and_once() -> None:
    clock = Clock()
    kept: LastWritten[str] = LastWritten(clock)
    kept.keep("a", "first")
    kept.keep("a", "second")
    clock.now += KEPT_SECONDS
    assert [kept.take("a"), kept.take("a"), kept.take("b")] == ["second", None, None]
    kept.keep("a", "third")
    clock.now += KEPT_SECONDS + 0.001
    assert kept.take("a") is None


def test_of_too_many_the_oldest_goes() -> None:
    kept: LastWritten[int] = LastWritten(Clock())
    kept.keep("first", 0)
    for number in range(MOST_KEPT - 1):
        kept.keep(f"{number}", number)
    kept.keep("first", 1)  # written again: the newest
    kept.keep("one more", 2)
    assert [kept.take("first"), kept.take("0"), kept.take("1")] == [1, None, 1]


def test_nothing_is_kept_once_it_is_cleared() -> None:
    kept: LastWritten[str] = LastWritten(Clock())
    kept.keep("a", "first")
    kept.clear()
    assert kept.take("a") is None


def test_what_is_too_old_goes_with_the_next_that_is_kept() -> None:
    clock = Clock()
    kept: LastWritten[str] = LastWritten(clock)
    kept.keep("a", "first")
    clock.now += KEPT_SECONDS + 0.001
    kept.keep("b", "second")
    assert list(vars(kept)["_kept"]) == ["b"]
