"""Claims: processes share pieces of work in equal parts, and take over from who is gone."""

from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.persistence.claims import Claims
from tests.unit.claim_documents import FakeCollection

NAMES = [f"s{n}" for n in range(12)]


class Process:
    """One process of several on the same database, with its own clock."""

    numbers = count()

    def __init__(self, collection: FakeCollection) -> None:
        self.time = 0.0
        self.claims = Claims("claims", patience=10, clock=lambda: self.time)
        self.claims.mongo = collection.mongo()
        self.claims.begin(f"p{next(self.numbers)}")
        self.held: frozenset[str] = frozenset()

    def tend(self, names: Any = NAMES, *, after: float = 2.0) -> frozenset[str]:
        self.time += after
        self.held = self.claims.tend(names)
        return self.held


@pytest.fixture
def collection() -> FakeCollection:
    return FakeCollection()


def test_one_process_has_all_the_work(collection: FakeCollection) -> None:
    assert Process(collection).tend() == set(NAMES)


def test_a_second_process_gets_its_half_and_nothing_is_done_twice(
    collection: FakeCollection,
) -> None:
    first, second = Process(collection), Process(collection)
    first.tend()
    for _ in range(4):
        second.tend()
        first.tend()
        assert not first.held & second.held
    assert first.held | second.held == set(NAMES)
    assert len(first.held) == len(second.held) == 6


def test_who_is_gone_is_replaced_once_its_patience_is_over(collection: FakeCollection) -> None:
    first, second = Process(collection), Process(collection)
    for _ in range(4):
        first.tend()
        second.tend()
    for _ in range(4):
        second.tend()
    assert len(second.held) == 6
    second.tend(after=5)
    assert second.held == set(NAMES)


def test_who_stops_in_order_is_replaced_at_once(collection: FakeCollection) -> None:
    first, second = Process(collection), Process(collection)
    for _ in range(4):
        first.tend()
        second.tend()
    first.claims.stop()
    assert second.tend() == set(NAMES)


def test_who_comes_back_from_a_long_pause_has_lost_what_others_took(
    collection: FakeCollection,
) -> None:
    first, second = Process(collection), Process(collection)
    first.tend()
    second.tend()
    for _ in range(8):
        second.tend()
    assert second.held == set(NAMES)
    assert first.tend(after=20) <= set(NAMES)
    assert not first.held & second.tend()


def test_work_that_is_no_more_is_forgotten(collection: FakeCollection) -> None:
    process = Process(collection)
    process.tend()
    assert process.tend(["s1"]) == {"s1"}
    process.tend(["s1"])
    names = {each for each in collection.documents if each.startswith("s")}
    assert names == {"s1"}


@given(
    turns=st.lists(st.tuples(st.integers(0, 2), st.floats(0.5, 4)), max_size=60),
    gone=st.integers(0, 3),
)
def test_whatever_happens_all_work_has_one_holder_in_the_end(
    turns: list[tuple[int, float]], gone: int
) -> None:
    """`gone` of three die in the middle; then the others go on."""
    collection = FakeCollection()
    processes = [Process(collection) for _ in range(3)]
    for who, after in turns:
        for each in processes:
            each.time += after
        processes[who].tend(after=0)
    alive = processes[min(gone, 2) :]
    for _ in range(20):
        for each in alive:
            each.tend()
    held = [name for each in alive for name in each.held]
    assert sorted(held) == sorted(NAMES)
    assert max(len(each.held) for each in alive) - min(len(each.held) for each in alive) <= 2
