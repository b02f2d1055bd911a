"""Keeps entities: each in one document, with its history and with what is still to be sent.

One write stores a state and the messages it caused, so they exist together or not at all.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields, replace
from functools import partial
from typing import Any, ClassVar, Generic, TypeAlias, TypeVar, cast

import pymongo
from bson.codec_options import CodecOptions
from pymongo import UpdateOne

from contracts.history import Entry
from contracts.message import Message
from foundation.concurrency import green
from foundation.errors import Duplicate, Error, Stale, Unavailable
from foundation.injection import Provider
from foundation.observability import log_context, metrics
from foundation.outbox.relay import Relay
from foundation.persistence.by_moment import MomentQuery, read_by_moment
from foundation.persistence.document import (
    RESERVED_FIELDS,
    WriteContext,
    WriteResult,
    additions,
    changed_fields,
    guarded,
    history,
    not_found,
    prepare_write,
    raise_if_processed,
    revision_fields,
    stale,
    to_entity,
    to_fields,
)
from foundation.persistence.idempotency import Idempotency
from foundation.persistence.index import Index, create_index
from foundation.persistence.mongo import Document, Mongo, translate_errors
from foundation.persistence.paging import PageQuery, read_page
from foundation.scheduling.clock import now

T = TypeVar("T")
B = TypeVar("B")
Decision = tuple[T, Sequence[Message]]
Once: TypeAlias = Idempotency | None

STALE_TRIES, INDEXES_WITHIN, INDEXES_AGAIN_AFTER = 5, 600.0, 5.0
READ, KEPT = {"history": 0, "outbox": 0}, ("version", "seqs", "head")
OUTBOX_INDEX = Index(name="outbox_at", keys=(("outbox.at", 1),), sparse=True)


class Store(Provider, Generic[T]):
    """A store of one kind of entity; a subclass gives its class, collection and named queries."""

    entity: ClassVar[type]
    collection: ClassVar[str]
    indexes: ClassVar[tuple[Index, ...]] = ()

    mongo, relay = Mongo(), Relay()

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

    def start(self) -> None:
        """Make the indexes as soon as the database is there."""
        self.container.spawn_managed_thread(self._make_indexes, identifier="indexes")

    @property
    def documents(self) -> Any:
        """The collection, reading times as aware moments."""
        return self.mongo.collection(self.collection).with_options(CodecOptions(tz_aware=True))

    def scoped(self, query: Mapping[str, Any]) -> Mapping[str, Any]:
        """The query as the database is asked it: a subclass narrows all of its queries here."""
        return query

    def get(self, entity_id: str) -> T:
        """The entity as it is now.

        Raises:
            NotFound: there is none with this id.
            Unavailable: the database does not answer.
        """
        return self._entity(self._document(entity_id))

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

    def change(self, entity_id: str, decide: Callable[[T], Decision[T]], *, once: Once = None) -> T:
        """Read, decide, save; decide again if somebody else wrote in between.

        Raises:
            Duplicate: `once` was answered before; carries that answer.
            NotFound, Stale, Unavailable: as `get` and `save`; and whatever `decide` refuses with.
        """
        return self._decided(partial(self._document, entity_id), None, decide, once)

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
        return self._decided(partial(self._known, entity_id), blank, decide, once)

    def _decided(self, read: partial[Document], blank: Any, decide: Any, once: Once) -> T:
        for _ in range(STALE_TRIES):
            document = read()
            raise_if_processed(document, once)
            before = self._entity(document) if document else None
            after, messages = decide(before if document else blank)
            if before is not None and after == before and not messages and once is None:
                return before
            try:
                return self.save(after, *messages, once=once, before=before)
            except Stale:
                continue
            except Duplicate:
                if document:
                    raise
        raise stale()

    def find(
        self,
        query: Mapping[str, Any],
        *,
        sort: Sequence[tuple[str, int]] = (),
        limit: int,
        only: Sequence[str] = (),
    ) -> list[T]:
        """The entities a named query asks for, at most `limit`; each query has its index.

        With `only`, no other fields of theirs are read: for entities that have no more.
        """
        reading = dict.fromkeys((*only, *KEPT), 1) if only else READ | {"handled": 0}
        with translate_errors():
            cursor = self.documents.find(self.scoped(query), reading, limit=limit)
            return [self._entity(each) for each in (cursor.sort(list(sort)) if sort else cursor)]

    def page(
        self,
        query: PageQuery,
        *,
        rows: Callable[[T], Iterable[Any]] | None = None,
        hidden: Iterable[T] = (),
        only: Sequence[str] = (),
    ) -> list[Any]:
        """A page of a list, in the order of its key (foundation/persistence/paging.py).

        Its rows are the entities, or what `rows` makes of each; `hidden` ones before it may have
        rows on it. The index has the fields of the filter, then the key.
        """
        query = replace(query, filter=self.scoped(query.filter))
        hints = self.mongo.hints_for(self.collection, query)
        find = partial(self.find, sort=query.sort, limit=query.limit, only=only)
        return read_page(query, find, rows, hints=hints, hidden=hidden)

    def page_by_moment(
        self, query: MomentQuery, *, only: Sequence[str] = ()
    ) -> tuple[list[T], str]:
        """A page of a list by a moment and the id, and behind which place the next one begins."""
        query = replace(query, filter=self.scoped(query.filter))
        hints = self.mongo.hints_for(self.collection, query)
        return read_by_moment(query, partial(self.find, only=only), hints=hints)

    def find_one(self, query: Mapping[str, Any]) -> T | None:
        """The one entity a named query asks for, if there is one; by its id alone, whoever asks."""
        if query.keys() == {"_id"}:
            return self._entity(found) if (found := self._known(query["_id"])) else None
        return next(iter(self.find(query, limit=1)), None)

    def ids(
        self, query: Mapping[str, Any], *, sort: Sequence[tuple[str, int]] = (), limit: int
    ) -> list[str]:
        """The ids of what a named query asks for: an entity that cannot be read hides no other."""
        with translate_errors():
            cursor = self.documents.find(self.scoped(query), {"_id": 1}, limit=limit)
            return [each["_id"] for each in (cursor.sort(list(sort)) if sort else cursor)]

    def values(
        self, query: Mapping[str, Any], names: Sequence[str], *, limit: int
    ) -> list[Document]:
        """These fields of what a named query asks for, as the database keeps them."""
        wanted = {"_id": 0, **dict.fromkeys(names, 1)}
        with translate_errors():
            return list(self.documents.find(self.scoped(query), wanted, limit=limit))

    def history(self, entity_id: str) -> list[Entry]:
        """Everything that happened to the entity, oldest first."""
        with translate_errors():
            document = self.documents.find_one({"_id": entity_id}, {"history": 1})
        if document is None:
            raise not_found()
        return history(document)

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

    def _document(self, entity_id: str) -> Document:
        document = self._known(entity_id)
        if not document:
            raise not_found()
        return document

    def _known(self, entity_id: str) -> Document:
        with translate_errors():
            document: Document | None = self.documents.find_one({"_id": entity_id}, READ)
        return document or {}

    def _entity(self, document: Document) -> T:
        return cast("T", to_entity(self.entity, document))

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
        document = {
            "_id": saved.id,
            **revision_fields(written.revision),
            **to_fields(saved),
            **change,
        }
        try:
            self.mongo.insert(self.collection, document)
        except Duplicate:
            # The id of what a request creates comes from its Idempotency-Key: it may be our own.
            if once is not None:
                raise_if_processed(self._document(saved.id), once)
            raise

    def _update(self, saved: Any, written: WriteResult, change: Document, fields: Document) -> None:
        with translate_errors():
            result = self.documents.update_one(*guarded(saved, written, change, fields))
        if result.matched_count == 0:
            raise stale()
