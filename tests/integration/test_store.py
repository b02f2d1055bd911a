"""The store on a real database keeps what tests/contract/expectations.py says, and its figures."""

import importlib
from types import FunctionType
from typing import Any

import pytest

from foundation.outbox import Store
from tests.contract.expectations import EXPECTATIONS, PAGES
from tests.integration.queries import NAMED, STORES
from tests.platform_fixtures import Platform
from tests.processes import PATIENT, ROOT, found_by

pytestmark = PATIENT

CHECKS = (
    *(each.__name__ for each in EXPECTATIONS),
    *(f"{each.__name__}, {way}" for each in PAGES for way in ("as the server is", "sorted")),
    "inserts_go_together",
    "odd_inserts_go_alone",
    "what_follows_at_once_is_not_read",
    "changes_lose_nothing",
)
KNOWN_SCANS = {
    "catalogue.Listings.saying": "the embedded database has no index for $all, MongoDB has; "
    "there are a few thousand procedures",
}
INHERITED = frozenset(dir(Store))
WRITES = {"on_access_denied", "learn"}


@pytest.fixture(scope="module")
def stored(platform: Platform) -> dict[str, Any]:
    """What a process with patched sockets found out; see tests/integration/storing.py."""
    found: dict[str, Any] = found_by("tests.integration.storing", platform.mongo_url)
    return found


@pytest.mark.parametrize("check", CHECKS)
def test_a_real_store_keeps_what_is_expected_of_every_store(
    stored: dict[str, Any], check: str
) -> None:
    assert not stored["outcomes"][check], stored["outcomes"][check]


def test_the_indexes_that_were_declared_are_made_when_the_process_starts(
    stored: dict[str, Any],
) -> None:
    assert stored["indexes"] == ["_id_", "outbox_at", "wood", "wood_note", "wood_since"]


def test_the_server_is_asked_once_whether_it_sorts(stored: dict[str, Any]) -> None:
    asked = {n: v for n, v in stored["figures"].items() if n.startswith("asked")}
    assert asked == {
        f"asked: {each.__name__}, {way}": counts
        for each in PAGES
        for way, counts in (
            ("as the server is", [1, int(stored["figures"]["believed"])]),
            ("sorted", [0, 0]),
        )
    }


def test_every_query_has_an_index(stored: dict[str, Any]) -> None:
    scans = {name: asked for name, asked in stored["scans"].items() if asked}
    assert scans.keys() <= KNOWN_SCANS.keys(), scans
    print(f"\n    explained: {len(stored['scans'])} named queries, {len(scans)} of them scan")


def test_every_index_has_a_query_that_uses_it(stored: dict[str, Any]) -> None:
    assert [each for each in stored["unused"] if not each.startswith("sample.")] == []


def test_every_store_is_explained() -> None:
    known = {kind for kinds in STORES.values() for kind in kinds}
    stores = {
        each
        for path in (ROOT / "services").glob("*/store.py")
        for each in vars(importlib.import_module(f"services.{path.parent.name}.store")).values()
        if isinstance(each, type)
        and issubclass(each, Store)
        and hasattr(each, "collection")
        and each.__module__ == f"services.{path.parent.name}.store"
    }
    assert stores <= known


def test_every_query_is_explained() -> None:
    for kind in (kind for kinds in STORES.values() for kind in kinds):
        public = {
            name
            for name, value in vars(kind).items()
            if isinstance(value, FunctionType) and not name.startswith("_")
        }
        assert public - INHERITED - WRITES <= NAMED[kind].keys(), kind


def test_what_a_save_costs(stored: dict[str, Any]) -> None:
    print(f"\n    {', '.join(f'{name} {value}' for name, value in stored['figures'].items())}")
    assert stored["figures"]["ms per save"] < 50
