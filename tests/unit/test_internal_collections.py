"""What `motcua verify` passes over is what has no history, and nothing else."""

from typing import Any

import pytest

from cli import service_discovery
from cli.journey.store_inspectors import INTERNAL_COLLECTIONS
from foundation.outbox import Store
from foundation.persistence.claims import Claims
from foundation.persistence.event_log import EventLog
from foundation.persistence.lookup_table import LookupTable

SERVICES = service_discovery.service_classes()


def parts(service: type, *kinds: type) -> list[Any]:
    found = (getattr(service, name, None) for name in dir(service))
    return [each for each in found if isinstance(each, kinds)]


@pytest.mark.parametrize("service", SERVICES, ids=lambda each: each.name)
def test_a_collection_without_histories_is_named(service: type) -> None:
    named = {each.collection for each in parts(service, Claims, EventLog, LookupTable)}
    assert named <= set(INTERNAL_COLLECTIONS)


@pytest.mark.parametrize("service", SERVICES, ids=lambda each: each.name)
def test_every_store_of_entities_is_looked_at(service: type) -> None:
    kept = {each.collection for each in parts(service, Store)}
    assert kept & set(INTERNAL_COLLECTIONS) == set()
