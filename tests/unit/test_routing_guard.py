"""Every query of the desk's stores is held to the agency whose desk it is."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from foundation.errors import NotFound
from foundation.outbox import Store
from foundation.persistence import MomentQuery, PageQuery, TtlCache
from foundation.places import place_of
from services.routing import store
from services.routing.store import AgencyStore
from tests.desks import FakeMongo
from tests.integration.queries import AGENCY, NAMED, STORES

PAGES = ("page", "page_by_moment")
BY_ID: Mapping[str, Callable[[Any], object]] = {
    "get": lambda asked: asked.get("x"),
    "read": lambda asked: asked.read("x"),
    "version": lambda asked: asked.version("x"),
    "find_one": lambda asked: _must_be_there(asked.find_one({"_id": "x"})),
    "history": lambda asked: asked.history("x"),
    "change": lambda asked: asked.change("x", lambda thing: (thing, ())),
}


ONE = ("find_one", "read_one", "discard")


def _must_be_there(found: object) -> None:
    if found is None:
        raise NotFound("", "")


class Found(list[dict[str, Any]]):
    """What a collection has found; sorted already."""

    def sort(self, *_: Any, **__: Any) -> "Found":  # type: ignore[override]
        return self


class Collection:
    """A collection that has one document, another agency's, and notes what it is asked."""

    def __init__(self) -> None:
        self.queries: list[Mapping[str, Any]] = []
        self.limits: list[int] = []
        self.by_key: list[str] = []

    def find(self, query: Mapping[str, Any], *_: Any, limit: int) -> Found:
        self.queries.append(query)
        self.limits.append(limit)
        return Found()

    def delete_one(self, query: Mapping[str, Any]) -> None:
        self.queries.append({name: each for name, each in query.items() if name != "outbox.0"})

    def find_one(self, query: Mapping[str, Any], *_: Any) -> dict[str, Any]:
        self.by_key.append(query["_id"])
        return {**query, "agency": "so-y-te", "version": 1, "history": []}


def kinds() -> list[type[Store[Any]]]:
    return [
        each
        for each in vars(store).values()
        if isinstance(each, type) and issubclass(each, Store) and hasattr(each, "collection")
    ]


def asked_of(
    kind: type[Store[Any]], collection: Collection, *, sorts_by_index: bool = False
) -> Any:
    """A store of that kind over the collection, at the desk of AGENCY."""
    asking: Any = type("Asking", (kind,), {"documents": collection})
    asked = object.__new__(asking)
    asked.settings = SimpleNamespace(agency=AGENCY)
    asked.lately, asked.mongo = TtlCache(), FakeMongo(sorts_by_index=sorts_by_index)
    return asked


def queries_of(store_class: type) -> Iterator[str]:
    """The methods of a store that take a query, but for the relay's own, which sends messages."""
    methods = {name: each for kind in store_class.__mro__ for name, each in vars(kind).items()}
    for name, method in methods.items():
        names = getattr(getattr(method, "__code__", None), "co_varnames", ())
        if "query" in names[1:2] and name not in {"scoped", "unsent", *PAGES}:
            yield name


def test_every_store_of_the_desk_is_an_agencys_and_known_to_this_test() -> None:
    assert set(kinds()) == set(STORES["routing"])
    assert [kind for kind in kinds() if not issubclass(kind, AgencyStore)] == []


@pytest.mark.parametrize("sorts_by_index", [False, True])
@pytest.mark.parametrize("kind", kinds())
def test_what_is_really_asked_names_the_agency(
    kind: type[Store[Any]], *, sorts_by_index: bool
) -> None:
    collection = Collection()
    asked = asked_of(kind, collection, sorts_by_index=sorts_by_index)
    for ask in NAMED[kind].values():
        with suppress(NotFound):
            ask(asked)
    assert collection.queries or collection.by_key
    assert [query for query in collection.queries if query.get("agency") != AGENCY] == []
    assert all(0 < limit <= 1000 for limit in collection.limits)


@pytest.mark.parametrize("name", list(queries_of(Store)))
def test_a_query_that_leaves_the_agency_out_or_names_another_is_asked_with_ours(name: str) -> None:
    collection = Collection()
    ask = getattr(asked_of(store.Dockets, collection), name)
    for query in ({"due": 1}, {"agency": "so-y-te"}):
        how: dict[str, Any] = {} if name in ONE else {"limit": 1}
        ask(query, **how | ({"names": ["id"]} if name == "values" else {}))
    assert collection.queries == [{"due": 1, "agency": AGENCY}, {"agency": AGENCY}]


@pytest.mark.parametrize("sorts_by_index", [False, True])
def test_a_page_that_names_another_agency_is_asked_with_ours(*, sorts_by_index: bool) -> None:
    collection = Collection()
    moment = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
    query: dict[str, Any] = {"filter": {"agency": "so-y-te"}, "limit": 3, "now": moment}
    asked = asked_of(store.Dockets, collection, sorts_by_index=sorts_by_index)
    asked.page(PageQuery(key="place", **query))
    asked.page_by_moment(MomentQuery(key="came", **query))
    asked.page_by_moment(MomentQuery(key="came", after=place_of(moment, "d1"), **query))
    assert {each["agency"] for each in collection.queries} == {AGENCY}


@pytest.mark.parametrize("name", BY_ID)
@pytest.mark.parametrize("kind", kinds())
def test_what_another_agency_keeps_is_not_found_by_its_id(
    kind: type[Store[Any]], name: str
) -> None:
    with pytest.raises(NotFound):
        BY_ID[name](asked_of(kind, Collection()))
