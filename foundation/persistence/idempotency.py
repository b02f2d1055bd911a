"""What makes a repeated request, or a message told twice, one effect with one answer (P5)."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from foundation.errors import StoredResponse


@dataclass(frozen=True)
class Idempotency:
    """The mark a change leaves in the thing it changes, written together with the change.

    `key` tells one occasion from all others: `Idempotency(key=event_id)` on the bus. A request also
    has the `fingerprint` of its body, and `reply`, which turns the changed thing into the answer
    that is stored and said again to whoever repeats the request.
    """

    key: str
    fingerprint: str = ""
    reply: Callable[[Any], StoredResponse] | None = None


@dataclass(frozen=True)
class RequestIdempotency(Idempotency):
    """The `Idempotency` of a request: there always is an answer to give."""

    reply: Callable[[Any], StoredResponse] = lambda _thing: StoredResponse(204, {})


def request_key(subject: str, method: str, path: str, idempotency_key: str) -> str:
    """The key of a request: the same caller, door and Idempotency-Key, in 64 hex digits."""
    parts = json.dumps([subject, method, path, idempotency_key])
    return sha256(parts.encode()).hexdigest()
