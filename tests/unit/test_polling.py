from collections.abc import Iterator

from foundation.concurrency import poll


def counting() -> Iterator[int]:
    yield from range(10)


def test_the_first_look_that_is_enough_is_the_last() -> None:
    looks = counting()
    assert poll(lambda: next(looks), lambda seen: seen == 2, (0, 0, 0)) == 2
    assert next(looks) == 3


def test_when_no_look_is_enough_the_last_one_counts() -> None:
    looks = counting()
    assert poll(lambda: next(looks), lambda _: False, (0, 0, 0)) == 3
    assert poll(lambda: "at once", bool, ()) == "at once"
