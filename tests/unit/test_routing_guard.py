"""Every query of the desk's stores is held to the agency whose desk it is."""

import ast
import inspect
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from foundation.errors import NotFound
from foundation.outbox.store import Store
from foundation.persistence.ttl_cache import TtlCache
from services.routing import store
from tests.integration.queries import AGENCY, NAMED, STORES

ASKING = {"find", "find_one", "ids", "values", "documents", "unsent"}


def kinds() -> list[type[Store[Any]]]:
    return [
        each
        for each in vars(store).values()
        if isinstance(each, type) and issubclass(each, Store) and each.__module__ == store.__name__
    ]


def unguarded(source: str) -> list[str]:
    """The methods of a module that ask their store without `_of`."""
    found = []
    for kind in [node for node in ast.parse(source).body if isinstance(node, ast.ClassDef)]:
        for method in [node for node in kind.body if isinstance(node, ast.FunctionDef)]:
            for node in ast.walk(method):
                if isinstance(node, ast.Attribute) and node.attr in ASKING and _is_self(node):
                    found += [f"{kind.name}.{method.name}"] * (not _guarded(method, node))
    return found


def _is_self(node: ast.Attribute) -> bool:
    return isinstance(node.value, ast.Name) and node.value.id == "self"


def _guarded(method: ast.FunctionDef, asking: ast.Attribute) -> bool:
    calls = [node for node in ast.walk(method) if isinstance(node, ast.Call)]
    first = next((call.args[:1] for call in calls if call.func is asking), [])
    return bool(first) and ast.unparse(first[0]).startswith("_of(agency, ")


def test_no_method_asks_its_store_without_the_agency() -> None:
    assert unguarded(inspect.getsource(store)) == []


@pytest.mark.parametrize(
    "asking",
    [
        'self.find({"due": 1}, limit=1)',
        'self.find_one({"agency": agency, "_id": 1})',
        "self.documents.count_documents({})",
        "list(map(self.find, queries))",
        'self.ids({"due": 1}, limit=1)',
        'self.values({"due": 1}, ["id"], limit=1)',
    ],
)
def test_a_method_that_does_is_named(asking: str) -> None:
    source = f"class Dockets:\n    def late(self, agency):\n        return {asking}\n"
    assert unguarded(source) == ["Dockets.late"]


def test_every_store_of_the_desk_is_known_to_this_test() -> None:
    assert set(kinds()) == set(STORES["routing"])


@pytest.mark.parametrize("kind", kinds())
def test_what_is_really_asked_names_the_agency(kind: type[Store[Any]]) -> None:
    queries: list[Mapping[str, Any]] = []

    class Asked(kind):  # type: ignore[misc, valid-type]
        def find(
            self,
            query: Mapping[str, Any],
            *,
            sort: Sequence[tuple[str, int]] = (),  # noqa: ARG002 -- Store's signature
            limit: int,
            only: Sequence[str] = (),  # noqa: ARG002 -- as above
        ) -> list[Any]:
            assert 0 < limit <= 1000
            queries.append(query)
            return []

        ids = find

    for ask in NAMED[kind].values():
        asked = object.__new__(Asked)
        asked.lately = TtlCache()
        try:
            ask(asked)
        except NotFound:
            continue
    assert queries
    assert [query for query in queries if query.get("agency") != AGENCY] == []
