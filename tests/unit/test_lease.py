"""A lease is one process's at a time, and costs little while it is held."""

import time
from typing import Any

import pytest

from foundation.errors import Duplicate
from foundation.persistence import lease as leases
from foundation.persistence.lease import Lease

PATIENCE = 10.0


class Documents:
    """One collection in memory, counting what is asked of it."""

    def __init__(self) -> None:
        self.revision: dict[str, Any] | None = None
        self.asked = 0

    def find_one(self, _query: Any) -> dict[str, Any] | None:
        self.asked += 1
        return self.revision and dict(self.revision)

    def changed_by_hand(self, beat: int) -> None:
        assert self.revision is not None
        self.revision["beat"] = beat

    def insert_one(self, document: dict[str, Any]) -> None:
        if self.revision:
            raise Duplicate("đã có", "exists")
        self.revision = document

    def update_one(self, query: dict[str, Any], change: dict[str, Any]) -> Any:
        self.asked += 1
        matched = self.revision is not None and query.items() <= self.revision.items()
        if matched and self.revision:
            self.revision |= change["$set"]
        return type("Result", (), {"matched_count": int(matched)})


class House:
    """Two processes with one watch, which the test sets, and one database."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.now = 0.0
        self.documents = Documents()
        patch.setattr(time, "monotonic", lambda: self.now)
        self.one, self.other = (self.process() for _ in range(2))

    def process(self) -> Lease:
        return Lease(self, "sweep", patience=PATIENCE)  # type: ignore[arg-type]

    def collection(self, _name: str) -> Documents:
        return self.documents


@pytest.fixture(name="house")
def _house(monkeypatch: pytest.MonkeyPatch) -> House:
    return House(monkeypatch)


def test_whoever_holds_it_asks_for_it_a_few_times_in_the_patience_of_others(house: House) -> None:
    held = []
    for tenth in range(100):
        house.now = tenth / 10
        held.append(house.one.hold())
    assert all(held)
    assert house.documents.asked <= leases.BEATS + 1


def test_a_beat_that_was_written_though_the_answer_was_lost_is_found_out(house: House) -> None:
    """The holder then knows an old beat: it looks, and goes on holding."""
    assert house.one.hold()
    house.documents.changed_by_hand(beat=2)
    house.now += PATIENCE / leases.BEATS
    assert house.one.hold()
    assert not house.other.hold()


def test_nobody_else_gets_it_while_it_is_held(house: House) -> None:
    for second in range(60):
        house.now = float(second)
        assert house.one.hold()
        assert not house.other.hold()


def test_who_is_silent_for_long_loses_it_and_knows(house: House) -> None:
    assert house.one.hold()
    taken = []
    for second in range(1, 30):
        house.now = float(second)
        taken.append(house.other.hold())
    assert taken.index(True) >= PATIENCE - 1
    assert all(taken[taken.index(True) :])
    assert not house.one.hold()
