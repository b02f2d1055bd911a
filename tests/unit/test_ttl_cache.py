"""What was read a moment ago is not read again, and never shown for longer than that."""

from functools import partial

import pytest

from foundation.persistence import TtlCache, VersionCache


class AwayError(Exception):
    """It could not be read."""


class Shelf:
    """Counts how often it is read; `now` are seconds."""

    def __init__(self) -> None:
        self.now, self.read, self.holds = 0.0, 0, "oak"
        self.lately = TtlCache[str](1.0, lambda: self.now)

    def get(self, key: str = "a") -> str:
        def read() -> str:
            self.read += 1
            return self.holds

        return self.lately.get(key, read)


def test_it_is_read_once_within_its_time_and_anew_after_it() -> None:
    shelf = Shelf()
    assert [shelf.get(), shelf.get()] == ["oak", "oak"]
    shelf.now, shelf.holds = 1.0, "teak"
    assert (shelf.get(), shelf.read) == ("oak", 1)
    shelf.now = 1.1
    assert (shelf.get(), shelf.read) == ("teak", 2)


def test_each_key_has_its_own_and_what_is_forgotten_is_read_anew() -> None:
    shelf = Shelf()
    shelf.get("a")
    shelf.holds = "teak"
    assert (shelf.get("a"), shelf.get("b")) == ("oak", "teak")
    shelf.lately.forget("a")
    shelf.lately.forget("never read")
    assert (shelf.get("a"), shelf.read) == ("teak", 3)


def test_nothing_found_is_an_answer_too() -> None:
    read = []
    lately = TtlCache[None]()
    for _ in range(2):
        lately.get("a", lambda: read.append(1))
    assert read == [1]


def test_what_could_not_be_read_is_not_remembered() -> None:
    shelf = Shelf()

    def away() -> str:
        raise AwayError

    with pytest.raises(AwayError):
        shelf.lately.get("a", away)
    assert (shelf.get(), shelf.read) == ("oak", 1)


def test_what_is_forgotten_while_it_is_read_is_not_remembered() -> None:
    shelf = Shelf()

    def read() -> str:
        found = shelf.holds
        shelf.holds = "teak"
        shelf.lately.forget("a")
        return found

    assert shelf.lately.get("a", read) == "oak"
    assert (shelf.get("a"), shelf.read) == ("teak", 1)


def test_a_slow_read_from_before_a_change_does_not_replace_what_was_read_after_it() -> None:
    shelf = Shelf()

    def read() -> str:
        found = shelf.holds
        shelf.holds = "teak"
        shelf.lately.forget("a")
        assert shelf.get("a") == "teak"
        return found

    assert shelf.lately.get("a", read) == "oak"
    assert (shelf.get("a"), shelf.read) == ("teak", 1)


def test_to_forget_one_does_not_keep_another_from_being_remembered() -> None:
    shelf = Shelf()

    def read() -> str:
        shelf.lately.forget("b")
        return shelf.holds

    assert [shelf.lately.get("a", read), shelf.get("a")] == ["oak", "oak"]
    assert shelf.read == 0


def test_cleared_it_reads_all_anew() -> None:
    shelf = Shelf()
    shelf.get("a")
    shelf.get("b")
    shelf.lately.clear()
    assert (shelf.get("a"), shelf.get("b"), shelf.read) == ("oak", "oak", 4)


def test_in_the_same_version_nothing_is_read_again_and_in_another_it_is() -> None:
    shelf = Shelf()
    versions = VersionCache[str]()

    def get(version: int, key: str = "a") -> str:
        return versions.get(key, version, lambda: shelf.get(key))

    assert [get(1), get(1)] == ["oak", "oak"]
    assert shelf.read == 1
    shelf.now, shelf.holds = 9.0, "teak"
    assert (get(1), get(2), get(2)) == ("oak", "teak", "teak")
    assert shelf.read == 2


def test_of_too_many_versions_those_asked_for_last_are_kept() -> None:
    read: list[str] = []
    versions = VersionCache[str](most=2)

    def shelf(key: str) -> str:
        read.append(key)
        return key

    for key in ("a", "b", "a", "c", "a", "b"):
        versions.get(key, 1, partial(shelf, key))
    assert read == ["a", "b", "c", "b"]
