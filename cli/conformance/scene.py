"""A scene of the conformance kit: signed calls, what a right subscriber answers, what it counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from contracts.envelope import Envelope
from foundation.outbound.signing import signature_headers

Words = tuple[str, str]
"""A sentence in Vietnamese and in English."""

ONE, BATCH = "application/cloudevents+json", "application/cloudevents-batch+json"


@dataclass(frozen=True, kw_only=True)
class SignedCall:
    """One call: its body, its headers, and in how many seconds the body comes."""

    body: bytes
    headers: Mapping[str, str]
    seconds: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Scene:
    """What is played under one name.

    A right subscriber answers each of the calls with 2xx or, if they are not `taken`, with 4xx.
    At the end it has counted each event of `counts` once and none of `never`. After the scene it
    knows that the events of `gap` are missing; `filled` is what it must not miss any more.
    """

    name: Words
    calls: tuple[SignedCall, ...]
    advice: Words
    taken: bool = True
    at_once: bool = False
    counts: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    gap: tuple[Envelope, ...] = ()
    filled: tuple[Envelope, ...] = ()


def signed(
    body: bytes,
    message_id: str,
    keys: tuple[str, ...],
    now: datetime,
    *,
    batch: bool = False,
    seconds: float = 0.0,
) -> SignedCall:
    """A call as motcua makes it, signed with these keys."""
    kind = f"{BATCH if batch else ONE}; charset=utf-8"
    headers = {"Content-Type": kind, "User-Agent": "motcua"}
    named = signature_headers(keys, message_id, now, body)
    return SignedCall(body=body, headers=headers | named, seconds=seconds)
