"""Pages of a sorted list: everything once, in order, and in how many finds."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymongo.errors import AutoReconnect, OperationFailure

from contracts.envelope import write_time
from contracts.history import Revision
from foundation.errors import Unavailable
from foundation.persistence.document import revision_fields, to_fields
from foundation.persistence.entity_fields import is_list
from foundation.persistence.mongo import Mongo
from foundation.persistence.paging import PageQuery, WindowHints
from foundation.places import after_key, moment_of
from tests.desks import AskedStore

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
HOURS = st.lists(
    st.one_of(st.integers(-20_000, 20_000), st.sampled_from((-24, 0, 1, 24))), max_size=60
)


@dataclass(frozen=True, kw_only=True)
class Card:
    """Stands in a list at its place, and came at a moment."""

    id: str
    boxes: tuple[str, ...] = ("a",)
    place: str = ""
    came: datetime = NOW
    revision: Revision = field(default_factory=Revision)


def cards(hours: list[int], *, sorts_by_index: bool) -> Any:
    store = AskedStore(Card, sorts_by_index=sorts_by_index)
    for number, hour in enumerate(hours):
        came = NOW + timedelta(hours=hour)
        boxes = ("a", "b") if number % 3 == 0 else ("a",) if number % 3 == 1 else ("b",)
        name = f"c{number}"
        card = Card(id=name, boxes=boxes, came=came, place=f"{write_time(came)} {name}")
        store.documents[name] = {
            "_id": name,
            **revision_fields(Revision(version=1)),
            **to_fields(card),
        }
    return store


def of_box(*boxes: str, **changes: Any) -> PageQuery:
    wanted = boxes[0] if len(boxes) == 1 else {"$in": list(boxes)}
    asked: dict[str, Any] = {"filter": {"boxes": wanted}, "key": "place", "limit": 5, "now": NOW}
    return PageQuery(**(asked | changes))


def every_page(store: Any, query: PageQuery) -> tuple[list[str], list[int]]:
    """All places, and how many finds each page took."""
    found: list[str] = []
    finds = []
    while True:
        store.queries.clear()
        page = store.page(replace(query, after=found[-1] if found else ""))
        finds.append(len(store.queries))
        found += [card.place for card in page]
        if not page:
            return found, finds


@pytest.mark.parametrize("sorts_by_index", [False, True])
@settings(max_examples=60, deadline=None)
@given(
    hours=HOURS,
    limit=st.integers(1, 9),
    both=st.booleans(),
    short=st.booleans(),
)
def test_page_after_page_gives_everything_once_and_in_order(
    *, sorts_by_index: bool, hours: list[int], limit: int, both: bool, short: bool
) -> None:
    store = cards(hours, sorts_by_index=sorts_by_index)
    boxes = ("a", "b") if both else ("a",)
    query = of_box(*boxes, limit=limit, short=short)
    right = sorted(card.place for card in store.things if set(card.boxes) & set(boxes))
    for _ in range(2):  # the second time by what is known of it
        found, finds = every_page(store, query)
        assert found == right
        if sorts_by_index:
            assert set(finds) == {1}


@given(since=st.lists(st.integers(-120, 120), min_size=2, max_size=4))
def test_what_is_known_of_a_list_leads_no_other_before_its_beginning(since: list[int]) -> None:
    """Lists with one filter and different beginnings share what is known of how dense they are."""
    store = cards([*range(-100, 100)], sorts_by_index=False)
    whole = every_page(store, of_box("a"))[0]
    for hour in since:
        begin = after_key(NOW + timedelta(hours=hour))
        found, _ = every_page(store, of_box("a", since=begin))
        assert found == [place for place in whole if place > begin]


@pytest.mark.parametrize("sorts_by_index", [False, True])
@given(hours=HOURS, limit=st.integers(1, 5))
def test_rows_of_several_on_one_thing_come_in_order(
    *, sorts_by_index: bool, hours: list[int], limit: int
) -> None:
    """Of every third there is no row, of the others one that stands later than the thing."""
    store = cards(hours, sorts_by_index=sorts_by_index)

    def rows(card: Card) -> list[SimpleNamespace]:
        later = moment_of(card.place) + timedelta(days=3)
        places = (card.place, f"{write_time(later)} {card.id}")
        return [SimpleNamespace(place=place) for place in places[: int(card.id[1:]) % 3]]

    right = sorted(row.place for card in store.things if "a" in card.boxes for row in rows(card))
    page = store.page(of_box("a", limit=limit), rows=rows)
    assert [row.place for row in page] == right[:limit]


def test_a_list_that_was_asked_for_is_read_in_one_find_the_next_time() -> None:
    store = cards([*range(-400, 400, 7)], sorts_by_index=False)
    first, again = (every_page(store, of_box("a"))[1] for _ in range(2))
    assert first[0] > 1
    assert again[0] == 1
    store.queries.clear()
    store.page(of_box("b"))
    assert len(store.queries) > 1  # nothing is known of another list


def test_what_is_stands_at_a_key_is_before_what_is_behind_it() -> None:
    place = f"{write_time(NOW)} d1"
    assert place < f"{place} s1" < after_key(place) < f"{place}-2"
    assert f"{write_time(NOW)} z" < after_key(NOW) < write_time(NOW + timedelta(milliseconds=1))


# Whether the server sorts by its indexes.

SCAN = {"stage": "FETCH", "inputStage": {"stage": "IXSCAN", "indexName": "boxes_place"}}
SORTED = {"stage": "LIMIT", "inputStage": SCAN}
ONE_SHARD = {"stage": "SINGLE_SHARD", "shards": [{"winningPlan": {"queryPlan": SORTED}}]}
GATHERED = {"stage": "SORT", "inputStage": SCAN}
WHOLE = {"stage": "SORT", "inputStage": {"stage": "COLLSCAN"}}


def unbound() -> Any:
    return Mongo()


MONGODB = {"version": "8.2.11", "javascriptEngine": "mozjs"}
EMBEDDED = {"version": "8.2.11", "javascriptEngine": "none", "secantusVersion": "0.7.0b3"}
IN_RUST = EMBEDDED | {"buildEnvironment": {"cc": "rustc"}}


class Explaining:
    """A connection to a server that explains every find by the same plan."""

    def __init__(
        self, plan: Mapping[str, Any] | Exception, build: Mapping[str, Any] = MONGODB
    ) -> None:
        self.plan, self.build = plan, build
        self.asked: list[Mapping[str, Any]] = []
        self.mongo = unbound()
        self.mongo.sorts_by_index = self.mongo._server = None  # noqa: SLF001 -- as setup does
        self.mongo.window_hints = WindowHints()
        self.mongo.database = self

    def command(self, name: str, *find: Mapping[str, Any], **said: str) -> Mapping[str, Any]:
        if name == "buildInfo":
            return self.build
        assert (name, said) == ("explain", {"verbosity": "queryPlanner"})
        self.asked += find
        if isinstance(self.plan, Exception):
            raise self.plan
        # FerretDB says nothing of the plan that it chose.
        return {"queryPlanner": {"winningPlan": self.plan} if self.plan else {}}

    def windows(self, query: PageQuery) -> bool:
        return self.mongo.hints_for("cards", query) is not None


@pytest.mark.parametrize(
    ("plan", "windows"), [(SORTED, False), (ONE_SHARD, False), (GATHERED, True)]
)
def test_a_server_is_asked_once_whether_it_sorts(plan: Mapping[str, Any], *, windows: bool) -> None:
    server = Explaining(plan)
    assert [server.windows(of_box(box)) for box in ("a", "b", "c")] == [windows] * 3
    assert len(server.asked) == 1


@pytest.mark.parametrize("plan", [WHOLE, {"stage": "EOF"}, {}, OperationFailure("no such command")])
def test_while_a_server_cannot_say_it_pages_are_read_in_windows(plan: Any) -> None:
    server = Explaining(plan)
    assert server.windows(of_box("a"))
    server.plan = SORTED
    assert not server.windows(of_box("a"))


@pytest.mark.parametrize("build", [EMBEDDED, IN_RUST, {}], ids=["embedded", "in Rust", "another"])
def test_a_plan_is_believed_of_mongodb_alone(build: Mapping[str, Any]) -> None:
    """Others tell of an index and a limit and read all, or look through all to explain."""
    server = Explaining(SORTED, build)
    assert server.windows(of_box("a"))
    assert server.windows(of_box("a"))
    assert not server.mongo.reads_by_index("cards", {"boxes": "a"})
    assert server.asked == []


@pytest.mark.parametrize(
    ("build", "windows"),
    [(MONGODB, False), (EMBEDDED, True), (IN_RUST, False)],
    ids=["MongoDB", "embedded", "in Rust"],
)
def test_a_list_of_values_is_read_whole_where_no_part_of_its_index_is(
    build: Mapping[str, Any], *, windows: bool
) -> None:
    mongo = Explaining(SORTED, build).mongo
    assert (mongo.hints_for("cards", of_box("a"), of_a_list=True) is not None) == windows
    assert is_list(Card, "boxes")
    assert not is_list(Card, "place")


def test_a_server_is_asked_of_one_value_with_a_range() -> None:
    server = Explaining(SORTED)
    assert server.windows(of_box("a", filter={}))
    assert server.asked == []
    server.windows(of_box("a", "b"))
    assert server.asked[0]["filter"]["boxes"] == "a"
    assert server.asked[0]["sort"] == {"place": 1}


def test_a_server_that_is_away_is_asked_again() -> None:
    server = Explaining(AutoReconnect("gone"))
    with pytest.raises(Unavailable):
        server.windows(of_box("a"))
    server.plan = SORTED
    assert not server.windows(of_box("a"))
