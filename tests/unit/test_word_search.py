"""Finding by words: each that has all of them once, in order, and little read of the others."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.history import Revision
from foundation.outbox import WordSearch
from foundation.outbox.word_search import MOST_SEARCHED
from foundation.persistence.paging import PageQuery
from foundation.places import place_of
from tests.desks import AskedStore

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Note:
    id: str
    found_at: str
    words: tuple[str, ...] = ()
    text: str = ""
    revision: Revision = Revision()


class Notes(AskedStore):
    having = WordSearch.having

    def __init__(self, *, sorts_by_index: bool) -> None:
        super().__init__(Note, sorts_by_index=sorts_by_index)
        self.sizes: list[int] = []

    def find(self, *args: Any, **more: Any) -> list[Any]:
        found = super().find(*args, **more)
        self.sizes.append(len(found))
        return found


def filled(several: list[tuple[str, ...]], *, sorts_by_index: bool) -> Any:
    store = Notes(sorts_by_index=sorts_by_index)
    for number, words in enumerate(several):
        place = place_of(NOW - timedelta(hours=len(several) - number), f"n{number}")
        store.save(Note(id=f"n{number}", words=words, found_at=place))
    return store


def page(store: Any, words: tuple[str, ...], limit: int, after: str = "") -> tuple[list[str], str]:
    query = PageQuery(filter={}, key="found_at", after=after, limit=limit, now=NOW)
    found, onward = store.having(words, query, only=("found_at", "text"))
    return [each.id for each in found], onward


def walked(store: Any, words: tuple[str, ...], limit: int) -> list[str]:
    found, after = page(store, words, limit)
    while after:
        more, after = page(store, words, limit, after)
        found += more
    return found


@settings(max_examples=60, deadline=None)
@given(
    several=st.lists(st.lists(st.sampled_from("abc"), unique=True).map(tuple), max_size=150),
    words=st.lists(st.sampled_from("abcd"), min_size=1, max_size=3, unique=True).map(tuple),
    limit=st.sampled_from((1, 3, 50)),
    sorts_by_index=st.booleans(),
)
def test_each_that_has_all_the_words_is_found_once_and_in_order(
    several: list[tuple[str, ...]], words: tuple[str, ...], limit: int, *, sorts_by_index: bool
) -> None:
    store = filled(several, sorts_by_index=sorts_by_index)
    expected = [f"n{number}" for number, each in enumerate(several) if set(words) <= set(each)]
    assert walked(store, words, limit) == expected


@pytest.mark.parametrize("sorts_by_index", [False, True])
def test_what_lacks_a_word_is_never_read_whole(*, sorts_by_index: bool) -> None:
    store = filled(
        [("a", "b") if n % 25 == 0 else ("a",) for n in range(100)], sorts_by_index=sorts_by_index
    )
    found, _ = page(store, ("a", "b"), 50)
    assert found == ["n0", "n25", "n50", "n75"]
    assert sum(store.sizes) == len(found)


def test_a_search_looks_through_no_more_than_its_bound_and_goes_on() -> None:
    store = filled([("a",)] * 150 + [("a", "b")], sorts_by_index=True)
    found, onward = page(store, ("a", "b"), 10)
    assert (found, bool(onward)) == ([], True)
    assert MOST_SEARCHED < 150
    assert page(store, ("a", "b"), 10, onward) == (["n150"], "")
