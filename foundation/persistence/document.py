"""The layout of an entity in its document, and what one write adds to it. Pure.

{_id, version, seqs, head,          its revision
 <the entity's own fields>,
 history: [entry, …],               its events, each sealed with the hash of the one before
 outbox: [{id, at, exchange, key, body, trace}, …],    what is not sent yet
 handled: [{key, print, status, body}, …]}      requests and events it has answered already

A field of the entity that is a dataclass itself is a sub-document. One that is declared with
`field(metadata={"stored": "flat"})` is none: its own fields lie at the top level of the document,
so that indexes and queries name them as they are. (A literal, since domain code imports nothing
from here.)
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cattrs.preconf.bson import make_converter

from contracts.envelope import LARGEST_BODY, Envelope
from contracts.events import Event
from contracts.history import Entry, Revision, seal
from contracts.message import Message
from foundation.errors import Duplicate, Invalid, NotFound, Stale, StoredResponse
from foundation.frozen import replace
from foundation.persistence.entity_fields import RESERVED_FIELDS, flat_fields, own_fields
from foundation.persistence.idempotency import Idempotency

PROCESSED_MARKS_KEPT = 200

_converter = make_converter()


@dataclass(frozen=True, kw_only=True)
class OutboxMessage:
    """A message of the outbox, as the relay publishes it; `id` is also its AMQP message id."""

    id: str
    exchange: str
    key: str
    body: bytes
    traceparent: str = ""


@dataclass(frozen=True, kw_only=True)
class WriteContext:
    """The context of a write: when, by whom, from which process, in which trace."""

    now: datetime
    source: str
    actor: str
    traceparent: str


@dataclass(frozen=True, kw_only=True)
class WriteResult:
    """The result of a write: the new revision, the history entries, the messages to send."""

    revision: Revision
    entries: tuple[Entry, ...]
    outgoing: tuple[OutboxMessage, ...]


def prepare_write(entity: Any, messages: Sequence[Message], occasion: WriteContext) -> WriteResult:
    """Number, seal and encode the messages that go with a change of `entity`."""
    seqs, head = dict(entity.revision.seqs), entity.revision.head
    entries, outgoing = [], []
    for message in messages:
        seqs[message.stream] = seqs.get(message.stream, 0) + 1
        envelope = _envelope(entity.id, message, seqs[message.stream], occasion)
        outgoing.append(_outgoing(envelope, message))
        if isinstance(message, Event):
            entries.append(_entry(envelope, occasion.actor, head))
            head = entries[-1].hash
    revision = Revision(version=entity.revision.version + 1, head=head, seqs=seqs)
    return WriteResult(revision=revision, entries=tuple(entries), outgoing=tuple(outgoing))


def to_fields(entity: Any) -> dict[str, Any]:
    """The entity's own fields as the database keeps them."""
    fields: dict[str, Any] = _converter.unstructure(replace(entity, revision=Revision()))
    del fields["id"], fields["revision"]
    kind: Any = type(entity)
    for name in flat_fields(kind):
        fields |= fields.pop(name)
    return fields


def changed_fields(before: Any, after: Any) -> dict[str, Any]:
    """Those of the entity's own fields that differ from what they were, as the database keeps them.

    Only these are encoded: most changes touch few fields, and encoding a list of steps is slow.
    """
    kind: Any = type(after)
    return {
        own.name: _converter.unstructure(value, unstructure_as=own.declared)
        for own in own_fields(kind)
        if (value := own.of(after)) != own.of(before)
    }


def to_entity(kind: Any, document: Mapping[str, Any]) -> Any:
    """The entity as it was saved, with its revision."""
    fields = {name: value for name, value in document.items() if name not in RESERVED_FIELDS}
    for name, parts in flat_fields(kind).items():
        if stored := {part: fields.pop(part) for part in parts if part in fields}:
            fields[name] = stored
    revision = {name: document[name] for name in ("version", "head")}
    revision["seqs"] = _by_stream(document["seqs"])
    entity: Any = _converter.structure(
        {**fields, "id": document["_id"], "revision": revision}, kind
    )
    return entity


def revision_fields(revision: Revision) -> dict[str, Any]:
    """`Revision` as fields of the document."""
    seqs = {stream.replace(".", "/"): seq for stream, seq in revision.seqs.items()}
    return {"version": revision.version, "head": revision.head, "seqs": seqs}


def _by_stream(stored: Mapping[str, int]) -> dict[str, int]:
    """The last numbers by stream; a dot is stored as a slash, since FerretDB 1 refuses dots.

    What an older process stored with the dot counts where it is greater.
    """
    seqs = dict[str, int]()
    for name, seq in stored.items():
        stream = name.replace("/", ".")
        seqs[stream] = max(seq, seqs.get(stream, 0))
    return seqs


def outbox_fields(written: WriteResult, now: datetime) -> list[dict[str, Any]]:
    """The messages as they wait in the document."""
    return [
        {
            "id": each.id,
            "at": now,
            "exchange": each.exchange,
            "key": each.key,
            "body": each.body,
            "trace": each.traceparent,
        }
        for each in written.outgoing
    ]


def unsent_messages(document: Mapping[str, Any]) -> tuple[OutboxMessage, ...]:
    """The messages a document still has to send, oldest first."""
    return tuple(
        OutboxMessage(
            id=each["id"],
            exchange=each["exchange"],
            key=each["key"],
            body=each["body"],
            traceparent=each["trace"],
        )
        for each in document.get("outbox", ())
    )


def history(document: Mapping[str, Any]) -> list[Entry]:
    """The entries of a document, oldest first, as they were sealed."""
    return [_converter.structure(entry, Entry) for entry in document.get("history", ())]


def entry_fields(entries: Sequence[Entry]) -> list[dict[str, Any]]:
    """History entries as the database keeps them."""
    return [_converter.unstructure(entry) for entry in entries]


def processed_marks(once: Idempotency | None, entity: Any) -> list[dict[str, Any]]:
    """The mark that a request or an event was processed, with the stored response of a request."""
    if once is None:
        return []
    mark: dict[str, Any] = {"key": once.key}
    if once.reply is not None:
        answer = once.reply(entity)
        body = once.to_stored(answer.body)
        mark |= {"print": once.fingerprint, "status": answer.status, "body": body}
    return [mark]


def additions(
    written: WriteResult, now: datetime, once: Idempotency | None, entity: Any
) -> dict[str, Any]:
    """The additions of a write to the lists of the document: history, outbox, processed marks."""
    return {
        "history": entry_fields(written.entries),
        "outbox": outbox_fields(written, now),
        "handled": processed_marks(once, entity),
    }


def raise_if_processed(document: Mapping[str, Any], once: Idempotency | None) -> None:
    """Raise the stored response, if this document has already processed `once`.

    Raises:
        Duplicate: with the stored answer, if it was an HTTP request.
        Invalid: the same Idempotency-Key came with another body (P5).
    """
    marks = document.get("handled", ()) if once is not None else ()
    mark = next((each for each in marks if once and each["key"] == once.key), None)
    if mark is None or once is None:
        return
    if mark.get("print", "") != once.fingerprint:
        raise Invalid(
            "Idempotency-Key này đã được dùng cho một yêu cầu khác; hãy gửi với khóa mới.",
            "This Idempotency-Key was used for another request; send this one with a new key.",
        )
    told = "status" in mark
    answer = StoredResponse(mark["status"], once.from_stored(mark["body"])) if told else None
    raise Duplicate(
        "Yêu cầu này đã được thực hiện.", "This request was carried out before.", answer=answer
    )


def _envelope(subject: str, message: Message, seq: int, occasion: WriteContext) -> Envelope:
    return Envelope(
        id=new_message_id(occasion.now),
        source=occasion.source,
        type=message.TYPE,
        subject=subject,
        time=occasion.now,
        seq=seq,
        agency=message.agency,
        data=message.write(),
        traceparent=occasion.traceparent,
    )


def _outgoing(envelope: Envelope, message: Message) -> OutboxMessage:
    body = envelope.encode()
    if len(body) > LARGEST_BODY:
        raise Invalid(
            f"Nội dung quá lớn để gửi đi ({len(body)} byte).",
            f"This is too large to be sent ({len(body)} bytes of {LARGEST_BODY}).",
        )
    return OutboxMessage(
        id=envelope.id,
        exchange=message.EXCHANGE,
        key=message.routing_key,
        body=body,
        traceparent=envelope.traceparent,
    )


def _entry(envelope: Envelope, actor: str, head: str) -> Entry:
    return seal(
        Entry(
            seq=envelope.seq,
            id=envelope.id,
            type=envelope.type,
            time=envelope.time,
            actor=actor,
            data=envelope.data,
            prev=head,
        )
    )


def new_message_id(now: datetime) -> str:
    """A UUIDv7 (RFC 9562): 48 bits of milliseconds, then random bits."""
    moment, chance = f"{int(now.timestamp() * 1000):012x}", os.urandom(10).hex()
    variant = "89ab"[int(chance[3], 16) % 4]
    version_7, clock = f"7{chance[:3]}", f"{variant}{chance[4:7]}"
    return f"{moment[:8]}-{moment[8:]}-{version_7}-{clock}-{chance[8:]}"


def guarded(
    saved: Any, written: WriteResult, change: dict[str, Any], fields: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The compare and the set of one write: it finds nothing if the entity has changed."""
    guard = {"_id": saved.id, "version": written.revision.version - 1}
    push: dict[str, Any] = {name: {"$each": added} for name, added in change.items() if added}
    if "handled" in push:
        push["handled"]["$slice"] = -PROCESSED_MARKS_KEPT
    update: dict[str, Any] = {"$set": revision_fields(written.revision) | fields}
    return guard, update | ({"$push": push} if push else {})


def not_found() -> NotFound:
    """There is no document with that id."""
    return NotFound("Không tìm thấy.", "There is no such entity, or it is not yours to see.")


def stale() -> Stale:
    """The document was changed since it was read."""
    return Stale(
        "Có người vừa thay đổi mục này; xin tải lại rồi thử lại.",
        "Somebody else has just changed this; load it again and retry.",
    )
