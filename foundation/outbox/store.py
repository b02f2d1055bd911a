"""Keeps entities: each in one document, with its history and with what is still to be sent.

One write stores a state and the messages it caused, so they exist together or not at all.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from typing import Any, ClassVar, TypeAlias, TypeVar, cast

import pymongo
from pymongo import UpdateOne

from contracts.message import Message
from foundation.concurrency import green
from foundation.errors import Duplicate, Error, Stale, Unavailable
from foundation.frozen import replace
from foundation.observability import log_context, metrics
from foundation.outbox.last_written import LastWritten
from foundation.outbox.reader import Reader, Reading
from foundation.outbox.relay import Relay
from foundation.persistence.document import (
    WriteContext,
    WriteResult,
    additions,
    changed_fields,
    guarded,
    prepare_write,
    raise_if_processed,
    revision_fields,
    stale,
    to_fields,
)
from foundation.persistence.entity_fields import RESERVED_FIELDS
from foundation.persistence.idempotency import Idempotency
from foundation.persistence.index import Index, create_index
from foundation.persistence.mongo import Document, translate_errors
from foundation.scheduling.clock import now

T = TypeVar("T")
B = TypeVar("B")
Decision = tuple[T, Sequence[Message]]
Once: TypeAlias = Idempotency | None

STALE_TRIES, INDEXES_WITHIN, INDEXES_AGAIN_AFTER = 5, 600.0, 5.0
OUTBOX_INDEX = Index(name="outbox_at", keys=(("outbox.at", 1),), sparse=True)


class Store(Reader[T]):
    """A store of one kind of entity; a subclass gives its class, collection and named queries."""

    indexes: ClassVar[tuple[Index, ...]] = ()

    relay = Relay()

    def __init_subclass__(cls) -> None:
        """Hold entities to field names that their keeping does not need."""
        names = {field.name for field in fields(cls.entity)} if hasattr(cls, "entity") else set()
        if names & set(RESERVED_FIELDS):
            raise TypeError(
                f"{cls.__name__}: fields named {sorted(names & set(RESERVED_FIELDS))} are taken"
            )

    def setup(self) -> None:
        """Let the relay know whose messages it may find unsent."""
        self.settings = self.container.config["settings"]
        self.relay.register(self)
        self._last_written: LastWritten[Reading[T]] = LastWritten()

    def start(self) -> None:
        """Make the indexes as soon as the database is there."""
        self.container.spawn_managed_thread(self._make_indexes, identifier="indexes")

    def save(self, entity: T, *messages: Message, once: Once = None, before: T | None = None) -> T:
        """Write the entity and its messages in one go; they are sent right after.

        With `before`, as it was read, only the fields that differ are written: the guard on the
        version makes sure of the others.

        Raises:
            Duplicate: a new entity exists already; with the stored answer if `once` was answered.
            Stale: the entity was changed since it was read.
            Unavailable: nothing is known to be stored; the same call may be made again.
        """
        saved, written, change = self._written(entity, messages, once)
        if written.revision.version == 1:
            self._insert(saved, written, change, once)
        else:
            fields = to_fields(saved) if before is None else changed_fields(before, saved)
            self._update(saved, written, change, fields)
        self._tell(saved, written, messages)
        return cast("T", saved)

    def save_all(self, decided: Sequence[tuple[T, T, Sequence[Message]]]) -> bool:
        """Write entities that exist, as `save` does, all in one command: (before, after, messages).

        False if some were changed since they were read: then decide on each of them again, by
        `change` and so that nothing is done twice; the sweep sends what was written.

        Raises:
            Unavailable: as many as are stored are stored whole; the same call may be made again.
        """
        made = [self._written(after, messages, None) for _, after, messages in decided]
        updates = [
            UpdateOne(*guarded(*each, changed_fields(before, each[0])))
            for each, (before, _, _) in zip(made, decided, strict=True)
        ]
        with translate_errors():
            matched = self.documents.bulk_write(updates, ordered=False).matched_count
        if matched < len(made):
            return False
        for (saved, written, _), (_, _, messages) in zip(made, decided, strict=True):
            self._tell(saved, written, messages)
        return True

    def create(self, entity_id: str, decide: Callable[[], Decision[T]], *, once: Once = None) -> T:
        """Decide on a new entity and save it.

        A repeated request gets its first answer even when the rules would refuse it by now.

        Raises:
            Duplicate: the entity exists; with the stored answer if `once` was answered.
            Unavailable: as `save`; and whatever `decide` refuses with.
        """
        try:
            entity, messages = decide()
        except Error:
            raise_if_processed(self._known(entity_id), once)
            raise
        return self.save(entity, *messages, once=once)

    def change(
        self,
        entity_id: str,
        decide: Callable[[T], Decision[T]],
        *,
        once: Once = None,
        found: Reading[T] | None = None,
    ) -> T:
        """Read, decide, save; decide again if somebody else wrote in between.

        With `found` (by `read`) it begins there, and reads only if somebody wrote since.

        Raises:
            Duplicate: `once` was answered before; carries that answer.
            NotFound, Stale, Unavailable: as `get` and `save`; and whatever `decide` refuses with.
        """
        return self._decided(entity_id, self._document, None, decide, once, found)

    def change_or_create(
        self,
        entity_id: str,
        blank: B,
        decide: Callable[[T | B], Decision[T]],
        *,
        once: Once = None,
    ) -> T:
        """Change an entity or, if there is none yet, make it of `blank`.

        Of two who begin it at the same time the later one changes it. Raises as `change` does.
        """
        return self._decided(entity_id, self._known, blank, decide, once)

    def _decided(
        self,
        entity_id: str,
        read: Callable[[str], Document],
        blank: Any,
        decide: Any,
        once: Once,
        found: Reading[T] | None = None,
    ) -> T:
        follows = self._following(entity_id, decide, once, found)
        if follows is not None:
            return follows
        for number in range(STALE_TRIES):
            first = found if number == 0 else None
            document = first.document if first else read(entity_id)
            raise_if_processed(document, once)
            before = first.entity if first else self._entity(document) if document else None
            after, messages = decide(before if document else blank)
            if before is not None and after == before and not messages and once is None:
                return before
            try:
                saved = self.save(after, *messages, once=once, before=before)
            except Stale:
                continue
            except Duplicate:
                if document:
                    raise
            else:
                return self._keep(saved, document, once)
        raise stale()

    def _following(
        self, entity_id: str, decide: Any, once: Once, found: Reading[T] | None
    ) -> T | None:
        """Decide on what this process wrote last, and save it if nobody wrote since.

        None if there is no such thing, and where anything is refused: what is kept may be out of
        date, so that a refusal of it says nothing. Nor is it used without `once`: that a decision
        changes nothing is then answered without a write, which would show that it is behind.
        """
        last = self._last_written.take(entity_id) if once is not None and found is None else None
        if last is None:
            return None
        try:
            raise_if_processed(last.document, once)
            after, messages = decide(last.entity)
            saved = self.save(after, *messages, once=once, before=last.entity)
        except Unavailable:
            raise
        except Error:
            return None
        return self._keep(saved, last.document, once)

    def _keep(self, saved: T, document: Document, once: Once) -> T:
        """Keep what was written, with the keys of what it has answered, for what follows it."""
        mark = [{"key": once.key}] if once is not None else []
        answered = {"handled": [*document.get("handled", ()), *mark]}
        self._last_written.keep(cast("Any", saved).id, Reading(saved, answered))
        return saved

    def unsent(self, query: Mapping[str, Any], limit: int) -> list[Document]:
        """Documents with messages that are not sent yet, as the relay's sweep asks for them."""
        with translate_errors():
            return list(self.documents.find(query, {"outbox": 1}, limit=limit))

    def mark_sent(self, entity_ids: Sequence[str], message_ids: Sequence[str]) -> None:
        """Take messages that the broker confirmed out of their documents, all in one command."""
        with translate_errors():
            self.documents.update_many(
                {"_id": {"$in": list(entity_ids)}},
                {"$pull": {"outbox": {"id": {"$in": list(message_ids)}}}},
            )

    def forget_answered(self, entity_id: str, name: str) -> None:
        """Take a field out of the answers that are kept for repeated requests.

        Raises:
            Stale: the entity was changed meanwhile; the same call may be made again.
        """
        document = self._document(entity_id)
        marks = enumerate(document.get("handled", ()))
        named = [at for at, mark in marks if name in mark.get("body", {})]
        if not named:
            return
        guard = {"_id": entity_id, "version": document["version"]}
        gone = {f"handled.{at}.body.{name}": "" for at in named}
        with translate_errors():
            found = self.documents.update_one(guard, {"$unset": gone}).matched_count
        if not found:
            raise stale()

    def discard(self, query: Mapping[str, Any]) -> None:
        """Remove one entity that still fits the query, if all it had to say was sent.

        For what is not kept, such as a draft; what has a history worth keeping is never removed.
        """
        with translate_errors():
            self.documents.delete_one({**self.scoped(query), "outbox.0": {"$exists": False}})

    def create_indexes(self) -> None:
        """Make the declared indexes; safe to repeat."""
        with translate_errors(), pymongo.timeout(INDEXES_WITHIN):
            for index in (OUTBOX_INDEX, *self.indexes):
                create_index(index, self.documents)

    def _make_indexes(self) -> None:
        while True:
            try:
                return self.create_indexes()
            except Unavailable:
                green.sleep(INDEXES_AGAIN_AFTER)

    def _written(
        self, entity: T, messages: Sequence[Message], once: Once
    ) -> tuple[Any, WriteResult, Document]:
        """The entity as it will be, what goes with it, and what that adds to its lists."""
        moment = now()
        occasion = WriteContext(
            now=self.settings.time_scale.at(moment),
            source=self.settings.source,
            actor=log_context.actor(),
            traceparent=log_context.traceparent(),
        )
        written = prepare_write(entity, messages, occasion)
        saved: Any = replace(cast("Any", entity), revision=written.revision)
        return saved, written, additions(written, moment, once, saved)

    def _tell(self, saved: Any, written: WriteResult, messages: Sequence[Message]) -> None:
        """Count what was stored, and have it sent."""
        for each in messages:
            metrics.MESSAGES_TOLD.labels(each.TYPE, each.agency).inc()
        self.relay.offer(self, written.outgoing, saved.id)

    def _insert(self, saved: Any, written: WriteResult, change: Document, once: Once) -> None:
        try:
            self.mongo.insert(self.collection, self._new_document(saved, written, change))
        except Duplicate:
            # The id of what a request creates comes from its Idempotency-Key: it may be our own.
            if once is not None:
                raise_if_processed(self._document(saved.id), once)
            raise

    def _new_document(self, saved: Any, written: WriteResult, change: Document) -> Document:
        kept = revision_fields(written.revision)
        return {"_id": saved.id, **kept, **to_fields(saved), **change}

    def _insert_in_order(self, entities: Sequence[T]) -> int:
        """Insert new entities without messages by one command, up to the first whose id is taken.

        How many were inserted. Raises Unavailable: nothing is known of any.
        """
        made = [self._written(each, (), None) for each in entities]
        documents = [self._new_document(*each) for each in made]
        return self.mongo.insert_in_order(self.collection, documents)

    def _update(self, saved: Any, written: WriteResult, change: Document, fields: Document) -> None:
        with translate_errors():
            result = self.documents.update_one(*guarded(saved, written, change, fields))
        if result.matched_count == 0:
            raise stale()
