"""Lists in the order of a moment: everything once, however many have the same moment."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.history import Revision
from foundation.persistence.by_moment import MOST_AT_ONCE, MomentQuery, Spread
from foundation.persistence.document import revision_fields, to_fields
from foundation.places import END, after_key, place_of
from tests.desks import AskedStore

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
LIMITS = (1, 2, 3, 7, 20)
# Many within one millisecond, some within a second, some years apart, a few ahead of the clock.
AGES = st.lists(
    st.one_of(
        st.sampled_from((0, 0, 0, 1, 60_000, 86_400_000, 40 * 86_400_000)),
        st.integers(0, 1000),
        st.integers(-86_400_000, 20 * 365 * 86_400_000),
    ),
    max_size=36,
)
WAYS = pytest.mark.parametrize("sorts_by_index", [False, True])


@dataclass(frozen=True, kw_only=True)
class Parcel:
    """Came at a moment, to a shelf."""

    id: str
    shelf: str = "a"
    came: datetime = NOW
    revision: Revision = field(default_factory=Revision)


def keep(store: Any, name: str, age: int, shelf: str = "a") -> None:
    parcel = Parcel(id=name, shelf=shelf, came=NOW - timedelta(milliseconds=age))
    fields = {**revision_fields(Revision(version=1)), **to_fields(parcel)}
    store.documents[name] = {"_id": name, **fields}


def parcels(ages: list[int], *, sorts_by_index: bool) -> Any:
    store = AskedStore(Parcel, sorts_by_index=sorts_by_index)
    for number, age in enumerate(ages):
        # Ids in another order than they came, and another shelf that is not asked for.
        keep(store, f"p{number * 17 % 37:02}", age, "b" if number % 5 == 4 else "a")
    return store


def asked(**changes: Any) -> MomentQuery:
    wanted: dict[str, Any] = {"filter": {"shelf": "a"}, "key": "came", "limit": 5, "now": NOW}
    return MomentQuery(**(wanted | changes))


def walked(
    store: Any, query: MomentQuery, between: Callable[[], object] = lambda: None
) -> tuple[list[str], list[int]]:
    """The places of every page, and how many finds each took; `between` them others write."""
    found: list[str] = []
    finds, after = [], ""
    while True:
        store.queries.clear()
        page, following = store.page_by_moment(replace(query, after=after))
        finds.append(len(store.queries))
        found += [place_of(each.came, each.id) for each in page]
        assert following in ("", found[-1] if found else "")
        assert len(page) <= query.limit
        if not following:
            return found, finds
        between()
        after = following


def in_order(store: Any, *, newest: bool = False) -> list[str]:
    there = (each for each in store.things if each.shelf == "a")
    return sorted((place_of(each.came, each.id) for each in there), reverse=newest)


@WAYS
@pytest.mark.parametrize("limit", LIMITS)
@settings(max_examples=40, deadline=None)
@given(ages=AGES, newest=st.booleans(), spread=st.sampled_from(Spread))
def test_page_after_page_gives_everything_once_and_in_order(
    *, sorts_by_index: bool, limit: int, ages: list[int], newest: bool, spread: Spread
) -> None:
    store = parcels(ages, sorts_by_index=sorts_by_index)
    query = asked(limit=limit, newest=newest, spread=spread)
    for _ in range(2):  # the second time by what is known of it
        found, finds = walked(store, query)
        assert found == in_order(store, newest=newest)
        if sorts_by_index:
            assert max(finds) <= 3


@WAYS
@pytest.mark.parametrize("limit", LIMITS)
@settings(max_examples=30, deadline=None)
@given(ages=AGES, more=AGES, newest=st.booleans(), spread=st.sampled_from(Spread))
def test_what_was_there_throughout_is_found_once_while_others_write(
    *,
    sorts_by_index: bool,
    limit: int,
    ages: list[int],
    more: list[int],
    newest: bool,
    spread: Spread,
) -> None:
    """Some come, some go, most of them within a millisecond of those that stay."""
    store = parcels(ages, sorts_by_index=sorts_by_index)
    goes = [name for number, name in enumerate(store.documents) if number % 4 == 3]
    stays = {name for name, kept in store.documents.items() if kept["shelf"] == "a"} - {*goes}
    comes = [(f"q{number}", age) for number, age in enumerate(more)]

    def others_write() -> None:
        if comes:
            keep(store, *comes.pop())
        if goes:
            del store.documents[goes.pop()]

    found, _ = walked(store, asked(limit=limit, newest=newest, spread=spread), others_write)
    assert len(set(found)) == len(found)
    assert found == sorted(found, reverse=newest)
    assert stays <= {place.partition(" ")[2] for place in found}


@WAYS
@given(
    ages=AGES, limit=st.integers(1, 9), begin=st.integers(0, 10**9), length=st.integers(0, 10**9)
)
@settings(max_examples=30, deadline=None)
def test_a_page_between_two_moments(
    *, sorts_by_index: bool, ages: list[int], limit: int, begin: int, length: int
) -> None:
    store = parcels(ages, sorts_by_index=sorts_by_index)
    since = NOW - timedelta(milliseconds=begin)
    until = since + timedelta(milliseconds=length)
    found, _ = walked(store, asked(limit=limit, since=since, until=until))
    assert found == [each for each in in_order(store) if after_key(since) < each < after_key(until)]


@WAYS
@pytest.mark.parametrize("newest", [False, True])
def test_a_moment_alone_is_behind_everything_of_that_moment(
    *, sorts_by_index: bool, newest: bool
) -> None:
    store = parcels([0, 5, 5, 5, 9], sorts_by_index=sorts_by_index)
    after = after_key(NOW - timedelta(milliseconds=5))
    page, following = store.page_by_moment(asked(after=after, newest=newest))
    assert ([each.came for each in page], following) == (
        [] if newest else [NOW],  # the fifth lies on another shelf
        "",
    )


def test_the_first_page_of_what_is_open_begins_with_the_oldest_however_old() -> None:
    year = 365 * 86_400_000
    store = parcels([3 * year, 60_000, 61_000], sorts_by_index=False)
    page, _ = store.page_by_moment(asked(limit=1))
    assert page[0].came == NOW - timedelta(days=3 * 365)


@pytest.mark.parametrize("spread", Spread)
@pytest.mark.parametrize("newest", [False, True])
def test_no_page_takes_many_finds_and_the_second_time_few(*, spread: Spread, newest: bool) -> None:
    for ages in ([], [0], [k * 3_600_000 for k in range(400)], [700 * 86_400_000, 0]):
        store = parcels(ages, sorts_by_index=False)
        query = asked(spread=spread, newest=newest)
        first, again = (walked(store, query)[1] for _ in range(2))
        assert max(first) <= (300 if spread is Spread.GROWING and not newest else 19)
        assert max(again) <= (60 if spread is Spread.GROWING and not newest else 13)
        assert newest or again[0] == 1


def looks(store: Any) -> list[int]:
    """How many lie in the window of each find that follows."""
    looked: list[int] = []
    find = store.find

    def counted(query: Any, **rest: Any) -> Any:
        looked.append(len(find(query, limit=9999)))
        return find(query, **rest)

    store.find = counted
    return looked


def test_in_no_window_of_a_growing_list_lies_much_more_than_a_page() -> None:
    """The embedded database pays for all that lies in a window."""
    store = parcels([], sorts_by_index=False)
    for number in range(1500):
        keep(store, f"p{number:05}", (1500 - number) * 21_600_000)  # four a day, for a year
    looked = looks(store)
    _, following = store.page_by_moment(asked(limit=20, spread=Spread.GROWING))
    store.page_by_moment(asked(limit=20, spread=Spread.GROWING, after=following))
    assert max(looked) <= 14 * 4
    looked.clear()
    store.page_by_moment(asked(limit=20, newest=True))
    assert max(looked) <= 4 * 20


@pytest.mark.parametrize("days", [40, 100, 160, 250, 340, 700])
def test_what_has_been_open_for_long_is_not_all_read_for_the_first_page(days: int) -> None:
    store = parcels([], sorts_by_index=False)
    for number in range(4 * days):
        keep(store, f"p{number:05}", (4 * days - number) * 21_600_000)  # four a day
    looked = looks(store)
    store.page_by_moment(asked(limit=20, spread=Spread.OPEN))
    assert max(looked) <= max(4 * days / 2, 4 * 30)


@WAYS
@pytest.mark.parametrize("newest", [False, True])
def test_more_of_one_moment_than_are_read_at_once(*, sorts_by_index: bool, newest: bool) -> None:
    store = parcels([], sorts_by_index=sorts_by_index)
    for number in range(2 * MOST_AT_ONCE + 5):
        keep(store, f"p{number:05}", 7)
    found, _ = walked(store, asked(limit=200, newest=newest))
    assert found == in_order(store, newest=newest)


def test_nothing_lies_behind_the_end_of_time() -> None:
    store = parcels([0, 1], sorts_by_index=False)
    assert store.page_by_moment(asked(after=after_key(END))) == ([], "")
