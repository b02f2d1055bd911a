"""What is stored is counted and offered once, by one write as by many at once."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from prometheus_client import REGISTRY

from contracts.history import Revision
from foundation.outbox import Store
from foundation.settings import TimeScale
from tests.contract.expectations import Chest, moved


class Written:
    """Takes every write; `matched` of many at once are found as they were read."""

    matched = 3

    def bulk_write(self, _updates: Any, *, ordered: bool) -> Any:
        assert not ordered
        return SimpleNamespace(matched_count=self.matched)

    def update_one(self, _guard: Any, _update: Any) -> Any:
        return SimpleNamespace(matched_count=1)


class Chests(Store[Chest]):
    entity = Chest
    collection = "chests"
    documents: Any = None


@pytest.fixture(name="chests")
def _chests() -> Any:
    made: Any = Chests()
    made.documents, made.offered = Written(), []
    made.settings = SimpleNamespace(time_scale=TimeScale(), source="motcua:test")
    offer = lambda _store, outgoing, entity_id: made.offered.append((entity_id, len(outgoing)))  # noqa: E731
    made.relay = SimpleNamespace(offer=offer)
    return made


def told() -> float:
    message = moved()
    labels = {"type": message.TYPE, "agency": message.agency}
    return REGISTRY.get_sample_value("motcua_messages_told_total", labels) or 0.0


def decided() -> list[Any]:
    known = [Chest(id=f"c-{each}", revision=Revision(version=1)) for each in range(3)]
    return [(each, replace(each, locked=True), [moved()]) for each in known]


def test_many_at_once_are_counted_and_offered_as_each_by_itself_is(chests: Any) -> None:
    began = told()
    for before, after, messages in decided():
        chests.save(after, *messages, before=before)
    each, chests.offered = chests.offered, []
    assert (told() - began, each) == (3, [("c-0", 1), ("c-1", 1), ("c-2", 1)])
    assert chests.save_all(decided())
    assert (told() - began, chests.offered) == (6, each)


def test_of_many_that_are_stale_none_is_counted_or_offered(chests: Any) -> None:
    began, chests.documents.matched = told(), 2
    assert not chests.save_all(decided())
    assert (told() - began, chests.offered) == (0, [])
