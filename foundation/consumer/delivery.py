"""A delivery of the broker: decoding and verification. Pure."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from contracts.envelope import Envelope, MalformedError, decode
from contracts.message import AGENCY_CODE, Message, UnknownWordError
from contracts.replies import Reply
from foundation.errors import Forbidden
from foundation.persistence.idempotency import Idempotency
from foundation.text.cleaning import each_text, harmless_paragraphs

MOST_ATTEMPTS = 8
ATTEMPT = "attempt"
# The broker's user who mends: what lies dead is sent again under this name (`motcua dead replay`).
OPERATOR = "operator"

_TRACEPARENT = re.compile(r"00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")


class UnknownKindError(MalformedError):
    """A message in good order, of a kind that this process does not know."""


@dataclass(frozen=True, kw_only=True)
class MessageMeta:
    """The metadata of a message: its envelope without the body.

    `data` is what came, with the fields that this version of the message does not know. `attempt`
    counts how often it was tried, with a delay before each time but the first.
    """

    id: str
    source: str
    subject: str
    time: datetime
    seq: int
    agency: str
    data: Mapping[str, Any] = field(default_factory=dict)
    traceparent: str = ""
    attempt: int = 1

    @property
    def envelope(self) -> dict[str, Any]:
        """What the sender said, by the names of an envelope's fields, without its type."""
        return {name: value for name, value in vars(self).items() if name != "attempt"}

    @property
    def once(self) -> Idempotency:
        """Pass it on to `save` or `change`: the message is then handled once."""
        return Idempotency(key=self.id)


@dataclass(eq=False, kw_only=True)
class Delivery:
    """A message as the broker handed it over; `tag` is how it is acknowledged on its channel."""

    tag: int
    channel: Any
    body: bytes
    message_id: str
    user: str
    routing_key: str
    attempt: int
    traceparent: str
    pauses: int = 0
    quick_tries: int = 0
    alone: bool = False


# While an upgrade is under way a newer neighbour at the same queue may take these.
NEWER = (UnknownKindError, UnknownWordError)


def read_delivery(message: Any) -> Delivery:
    """Take only what we know from a message's headers; anything odd in them counts as absent."""
    headers = message.headers or {}
    body = message.body
    return Delivery(
        tag=message.delivery_info["delivery_tag"],
        channel=message.channel,
        body=body.encode() if isinstance(body, str) else bytes(body),
        message_id=str(message.properties.get("message_id", ""))[:100],
        user=str(message.properties.get("user_id", "")),
        routing_key=message.delivery_info["routing_key"],
        attempt=_attempt(headers.get(ATTEMPT)),
        traceparent=_traceparent(headers.get("traceparent")),
    )


def _attempt(value: object) -> int:
    return value if type(value) is int and 0 < value <= MOST_ATTEMPTS else 1


def _traceparent(value: object) -> str:
    return value if isinstance(value, str) and _TRACEPARENT.fullmatch(value) else ""


def decode_verified(
    delivery: Delivery, kinds: Mapping[str, type[Message]], own_user: str
) -> tuple[Message, MessageMeta]:
    """Decode a message and make sure that its sender may say what it says.

    The broker vouches for `user` and for the routing key (an agency may publish only under
    keys that end in its name); the body must not claim another source or agency. A message
    that this process itself put off comes back under its own name; what the operator sends
    again has been looked at (cli.dead_letters: not if it was buried as forged, unless named by
    its id).

    Raises:
        MalformedError: not a message of ours.
        UnknownKindError: a message of ours that no handler here takes.
        UnknownWordError: one that says a word which this version does not know.
        Forbidden: forged.
    """
    envelope = decode(delivery.body)
    if not AGENCY_CODE.fullmatch(envelope.agency):
        # The broker's patterns end in `$`, which lets a last line break pass.
        raise MalformedError("the agency is no code of one")
    try:
        message = _read(kinds.get(envelope.type), envelope)
    except NEWER:
        # What is put off comes back under our own name: before that it must be genuine.
        keys = {f"{envelope.type}.{envelope.agency}", envelope.agency}
        _vouch(delivery, envelope, own_user, keys)
        raise
    _vouch(delivery, envelope, own_user, {message.routing_key})
    return message, _about(envelope, delivery.attempt)


def _read(kind: type[Message] | None, envelope: Envelope) -> Message:
    if kind is None:
        raise UnknownKindError("no handler here takes messages of this type")
    data = envelope.data
    if issubclass(kind, Reply):
        # An agency with a system of its own need not have cleaned what its people typed.
        data = each_text(data, harmless_paragraphs)
    return kind.read({**data, "agency": envelope.agency})


def _vouch(delivery: Delivery, envelope: Envelope, own_user: str, keys: Collection[str]) -> None:
    vouched_for = delivery.user in {own_user, OPERATOR}
    sent_by_its_source = delivery.user == user_of(envelope.source)
    if not vouched_for and not (sent_by_its_source and delivery.routing_key in keys):
        raise Forbidden(
            "Người gửi không phải là người mà tin nhắn khai.",
            "The sender is not who the message claims.",
        )


def user_of(source: str) -> str:
    """The broker's user of a source: `motcua:routing:x` publishes as `routing.x`."""
    return ".".join(source.split(":")[1:])


def _about(envelope: Envelope, attempt: int) -> MessageMeta:
    return MessageMeta(
        id=envelope.id,
        source=envelope.source,
        subject=envelope.subject,
        time=envelope.time,
        seq=envelope.seq,
        agency=envelope.agency,
        data=envelope.data,
        traceparent=envelope.traceparent,
        attempt=attempt,
    )
