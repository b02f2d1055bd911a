"""Idempotency: a repeated request or message has one effect and one response (P5)."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from foundation.errors import StoredResponse


@dataclass(frozen=True)
class Idempotency:
    """An idempotency record: stored in the changed entity, in the same write as the change.

    `key` identifies the request or message: `Idempotency(key=event_id)` on the bus. A request also
    has the `fingerprint` of its body, and `reply`, which turns the changed entity into the answer
    that is stored and said again to whoever repeats the request. An answer that holds a secret is
    stored as `to_stored` makes it, and read again by `from_stored`.
    """

    key: str
    fingerprint: str = ""
    reply: Callable[[Any], StoredResponse] | None = None
    to_stored: Callable[[Mapping[str, Any]], dict[str, Any]] = dict
    from_stored: Callable[[Mapping[str, Any]], dict[str, Any]] = dict


@dataclass(frozen=True)
class RequestIdempotency(Idempotency):
    """The record of an HTTP request, which always has a response."""

    reply: Callable[[Any], StoredResponse] = lambda _thing: StoredResponse(204, {})


def request_key(subject: str, method: str, path: str, idempotency_key: str) -> str:
    """The key of a request: caller, route and Idempotency-Key, hashed to 64 hex digits."""
    parts = json.dumps([subject, method, path, idempotency_key])
    return sha256(parts.encode()).hexdigest()
