"""The AsyncAPI document of the events: valid by the official schema, and true of every event.

`asyncapi-3.0.0.json` is the schema of @asyncapi/specs 6.11.1 (Apache-2.0), without blanks.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator
from jsonschema.exceptions import ValidationError

from contracts.envelope import Envelope
from contracts.events.every import every_event
from services.subscriptions.schemas import asyncapi
from tests.contract.golden import envelopes

OFFICIAL = json.loads((Path(__file__).parent / "asyncapi-3.0.0.json").read_text(encoding="utf-8"))
TOLD = {kind.TYPE for kind in every_event()}
EVENTS = [each for each in envelopes() if each.type in TOLD]
DOCUMENT = asyncapi.document()


def valid(event: Any, kind: str) -> None:
    payload = DOCUMENT["components"]["messages"][kind]["payload"]
    Draft7Validator({**payload, "components": DOCUMENT["components"]}).validate(event)


def test_the_document_is_valid_asyncapi() -> None:
    Draft7Validator(OFFICIAL).validate(DOCUMENT)
    assert json.loads(json.dumps(DOCUMENT)) == DOCUMENT


@pytest.mark.parametrize("wrong", [{"action": "shout"}, {"channel": {"$ref": 3}}, {"more": 1}])
def test_the_official_schema_notices_what_is_wrong(wrong: dict[str, Any]) -> None:
    tell = DOCUMENT["operations"]["tell"] | wrong
    with pytest.raises(ValidationError):
        Draft7Validator(OFFICIAL).validate({**DOCUMENT, "operations": {"tell": tell}})


def test_every_event_is_a_message_of_the_channel() -> None:
    messages = DOCUMENT["channels"]["events"]["messages"]
    assert set(messages) == TOLD == set(DOCUMENT["components"]["messages"])


@pytest.mark.parametrize("envelope", EVENTS, ids=lambda each: each.type)
def test_every_event_is_as_the_document_says(envelope: Envelope) -> None:
    event = json.loads(envelope.encode())
    valid(event, envelope.type)
    with pytest.raises(ValidationError):
        valid({**event, "data": {}}, envelope.type)
    with pytest.raises(ValidationError):
        valid({**event, "type": "x.y"}, envelope.type)
