"""Reads entities: by their ids, by named queries, page by page; each query has its index."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar, Generic, TypeVar, cast

from contracts.history import Entry
from foundation.frozen import replace
from foundation.injection import Provider
from foundation.persistence.by_moment import MomentQuery, read_by_moment
from foundation.persistence.document import history, not_found, to_entity
from foundation.persistence.entity_fields import is_list
from foundation.persistence.mongo import Document, Mongo, translate_errors
from foundation.persistence.paging import PageQuery, WindowHints, read_page

T = TypeVar("T")

READ, KEPT = {"history": 0, "outbox": 0}, ("version", "seqs", "head")
# The agency too: the store of a desk looks whose an entity is.
VERSION = {"version": 1, "agency": 1}


@dataclass(frozen=True)
class Reading(Generic[T]):
    """An entity as it was read, with the marks of what it has answered: enough to change it by.

    Whoever must look at an entity before they can say how it changes gives this to
    `Store.change`, which then need not read it a second time.
    """

    entity: T
    document: Document


class Reader(Provider, Generic[T]):
    """The reading half of a store (foundation/outbox/store.py)."""

    entity: ClassVar[type]
    collection: ClassVar[str]

    mongo = Mongo()

    @property
    def documents(self) -> Any:
        """The collection, reading times as aware moments."""
        return self.mongo.collection(self.collection)

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

    def read(self, entity_id: str) -> Reading[T]:
        """The entity as it is now, to be looked at and then changed; raises as `get` does."""
        document = self._document(entity_id)
        return Reading(self._entity(document), document)

    def version(self, entity_id: str) -> int:
        """The version that the entity is in now, and nothing else of it; raises as `get` does."""
        found = self._known(entity_id, VERSION)
        if not found:
            raise not_found()
        return int(found["version"])

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
        hints = hints_for(self, query)
        find = partial(self.find, sort=query.sort, limit=query.limit, only=only)
        return read_page(query, find, rows, hints=hints, hidden=hidden)

    def page_by_moment(
        self, query: MomentQuery, *, only: Sequence[str] = ()
    ) -> tuple[list[T], str]:
        """A page of a list by a moment and the id, and behind which place the next one begins."""
        query = replace(query, filter=self.scoped(query.filter))
        hints = hints_for(self, query)
        return read_by_moment(query, partial(self.find, only=only), hints=hints)

    def find_one(self, query: Mapping[str, Any]) -> T | None:
        """The one entity a named query asks for, if there is one; by its id alone, whoever asks."""
        if query.keys() == {"_id"}:
            return self._entity(found) if (found := self._known(query["_id"])) else None
        return next(iter(self.find(query, limit=1)), None)

    def read_one(self, query: Mapping[str, Any]) -> Reading[T] | None:
        """The one entity a named query asks for, if there is one, to be looked at and changed."""
        with translate_errors():
            found = list(self.documents.find(self.scoped(query), READ, limit=1))
        return Reading(self._entity(found[0]), found[0]) if found else None

    def ids(
        self, query: Mapping[str, Any], *, sort: Sequence[tuple[str, int]] = (), limit: int
    ) -> list[str]:
        """The ids of what a named query asks for: an entity that cannot be read hides no other."""
        with translate_errors():
            cursor = self.documents.find(self.scoped(query), {"_id": 1}, limit=limit)
            return [each["_id"] for each in (cursor.sort(list(sort)) if sort else cursor)]

    def values(
        self,
        query: Mapping[str, Any],
        names: Sequence[str],
        *,
        sort: Sequence[tuple[str, int]] = (),
        limit: int,
    ) -> list[Document]:
        """These fields of what a named query asks for, as the database keeps them."""
        wanted = {"_id": 0, **dict.fromkeys(names, 1)}
        with translate_errors():
            cursor = self.documents.find(self.scoped(query), wanted, limit=limit)
            return list(cursor.sort(list(sort)) if sort else cursor)

    def history(self, entity_id: str) -> list[Entry]:
        """Everything that happened to the entity, oldest first."""
        with translate_errors():
            document = self.documents.find_one({"_id": entity_id}, {"history": 1})
        if document is None:
            raise not_found()
        return history(document)

    def _document(self, entity_id: str) -> Document:
        document = self._known(entity_id)
        if not document:
            raise not_found()
        return document

    def _known(self, entity_id: str, fields: Mapping[str, int] = READ) -> Document:
        with translate_errors():
            document: Document | None = self.documents.find_one({"_id": entity_id}, fields)
        return document or {}

    def _entity(self, document: Document) -> T:
        return cast("T", to_entity(self.entity, document))


def hints_for(store: Reader[Any], query: PageQuery | MomentQuery) -> WindowHints | None:
    """The hints for reading a page in windows; None where one sorted find reads it."""
    of_a_list = any(is_list(store.entity, name) for name in query.filter)
    return store.mongo.hints_for(store.collection, query, of_a_list=of_a_list)
