"""Webhooks by the running service: signed, in time, once each; the bad ones hold up no other."""

import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cloudevents.core.bindings.common import get_event_factory_for_version
from cloudevents.core.formats.json import JSONFormat
from standardwebhooks import Webhook

from contracts.envelope import Envelope
from foundation.web.auth import public_keys
from services.subscriptions.service import SubscriptionsService
from tests.integration.test_event_log import KEY, Desk, Feed, bearer, told
from tests.integration.webhook_targets import Targets, receiving
from tests.platform_fixtures import Platform
from tests.processes import Process, bench, until
from tests.unit.test_outbound_signing import verify_ed25519

LOCAL = {"WEBHOOK_NETWORKS": "127.0.0.0/8", "WEBHOOK_DELAYS": "1,2"}


@pytest.fixture
def feed(platform: Platform, tmp_path: Path) -> Iterator[Feed]:
    (tmp_path / "keys.json").write_text(json.dumps(public_keys([KEY])))
    with bench(platform, [SubscriptionsService, Desk], tmp_path) as made:
        yield Feed(made)


@pytest.fixture
def targets() -> Iterator[Targets]:
    with receiving() as made:
        yield made


def post(process: Process, path: str, **body: Any) -> dict[str, Any]:
    headers = {**bearer(), "Idempotency-Key": uuid.uuid4().hex}
    answer = process.http.post(path, json=body, headers=headers)
    assert answer.status_code < 300, answer.text
    return dict(answer.json())


def subscribe(process: Process, target: str, **wish: Any) -> dict[str, Any]:
    return post(process, "/subscriptions", target=target, email="ops@example.vn", **wish)


def ids(events: list[Envelope]) -> set[str]:
    return {each.id for each in events}


def test_a_delivery_is_verified_and_parsed_by_the_official_libraries(
    feed: Feed, targets: Targets
) -> None:
    process = feed.start(**LOCAL).wait_ready()
    shared = subscribe(process, targets.url("/good/hmac"), signing="hmac")
    public = subscribe(process, targets.url("/good/ed25519"))["keys"][0]["public"]
    batch = subscribe(process, targets.url("/good/batch"), batch=10)
    events = told(20)
    feed.tell(events)
    for path in ("/good/hmac", "/good/ed25519", "/good/batch"):
        until(lambda path=path: set(targets.delivered(path)) == ids(events))  # type: ignore[misc]

    for call in targets.posts("/good/hmac"):
        Webhook(shared["secret"]).verify(call.body, call.headers)
        assert call.headers["content-type"].startswith("application/cloudevents+json")
        theirs = JSONFormat().read(get_event_factory_for_version("1.0"), call.body)
        assert theirs.get_id() in ids(events)
    for call in targets.posts("/good/ed25519"):
        verify_ed25519(public, call.headers, call.body)
    assert batch["keys"][0]["public"] != public
    assert len(targets.posts("/good/batch")) < 20
    assert all(
        call.headers["content-type"].startswith("application/cloudevents-batch+json")
        for call in targets.posts("/good/batch")
    )
    assert [c.headers["webhook-request-origin"] for c in targets.calls if c.method == "OPTIONS"]
    for path in ("/good/hmac", "/good/ed25519", "/good/batch"):
        assert set(targets.delivered(path).values()) == {1}
