"""FakeStore keeps what Store promises; tests/integration/test_store.py holds Store to the same."""

from collections.abc import Callable

import pytest

from foundation.errors import Unavailable
from tests.contract.expectations import EXPECTATIONS, PAGES, Box, Chest, refusal
from tests.desks import AskedStore
from tests.fakes import FakeStore


def fake_box() -> Box:
    store = FakeStore(Chest)
    return Box(
        store, lambda entity_id: [(each.type, each.seq) for each in store.history(entity_id)]
    )


@pytest.mark.parametrize("expectation", EXPECTATIONS, ids=lambda each: each.__name__)
def test_the_fake_does_what_the_store_does(expectation: Callable[[Box], None]) -> None:
    expectation(fake_box())


@pytest.mark.parametrize("sorts_by_index", [False, True])
@pytest.mark.parametrize("expectation", PAGES, ids=lambda each: each.__name__)
def test_the_fake_reads_pages_as_the_store_does(
    expectation: Callable[[Box], None], *, sorts_by_index: bool
) -> None:
    store = AskedStore(Chest, sorts_by_index=sorts_by_index)
    expectation(Box(store, lambda _: []))


def test_a_fake_that_is_away_says_so_and_keeps_nothing() -> None:
    box = fake_box()
    box.store.available = False
    refusal(Unavailable, lambda: box.store.save(Chest(id="lost")))
    refusal(Unavailable, lambda: box.store.get("lost"))
    box.store.available = True
    assert box.store.things == []
