"""The MongoDB client of a process, batched inserts, and the translation of pymongo's errors."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pymongo
from bson.errors import BSONError
from pymongo import MongoClient
from pymongo.errors import BulkWriteError, DuplicateKeyError, OperationFailure, PyMongoError

from foundation.concurrency import green
from foundation.errors import Duplicate, Unavailable
from foundation.injection import Shared
from foundation.observability.logs import log
from foundation.persistence.by_moment import MomentQuery
from foundation.persistence.paging import PageQuery, WindowHints, sorts_by_index, uses_index
from foundation.persistence.server_kind import ServerKind, server_kind

Document = dict[str, Any]

LARGEST_BATCH = 200
ANSWER_WITHIN = 5.0
PING_WITHIN = 1.0
DUPLICATE_KEY = 11000


def connect(url: str, max_workers: int) -> "MongoClient[Document]":
    """A client whose every wait is bounded and whose every write is journaled by a majority."""
    return MongoClient(
        url,
        w="majority",
        journal=True,
        retryReads=True,
        readConcernLevel="majority",
        # All that one operation may take, its retries included; a receipt waits for few of them.
        timeoutMS=int(ANSWER_WITHIN * 1000),
        serverSelectionTimeoutMS=int(ANSWER_WITHIN * 1000),
        connectTimeoutMS=3000,
        waitQueueTimeoutMS=2000,
        maxPoolSize=2 * max_workers + 10,
        tz_aware=True,
    )


@contextmanager
def translate_errors() -> Iterator[None]:
    """Translate pymongo's errors into the error tree (foundation/errors.py)."""
    try:
        yield
    except DuplicateKeyError as error:
        raise _duplicate() from error
    except OperationFailure as error:
        # It answers and refuses: whoever runs it learns why. Its words may quote data.
        log.warning("database refused a command", code=error.code, refusal=_code_name(error))
        raise _unavailable() from error
    except PyMongoError as error:
        raise _unavailable() from error


def winning_plan(database: Any, asked: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The plan of a command; None from a server that cannot explain, or names none.

    Raises:
        PyMongoError: the database does not answer.
    """
    try:
        said = database.command("explain", asked, verbosity="queryPlanner")
    except OperationFailure:
        return None
    plan: Mapping[str, Any] | None = said.get("queryPlanner", {}).get("winningPlan")
    return plan


def _code_name(error: OperationFailure) -> str:
    return str((error.details or {}).get("codeName", ""))


def _duplicate() -> Duplicate:
    return Duplicate("Mục này đã có.", "This exists already.")


def _unavailable() -> Unavailable:
    return Unavailable(
        "Cơ sở dữ liệu tạm thời không trả lời; xin thử lại sau ít giây.",
        "The database does not answer at the moment; try again in a few seconds.",
    )


@dataclass
class _Insert:
    collection: str
    document: Document
    done: green.Event = field(default_factory=green.Event)


class Mongo(Shared):
    """The client, one per service; it batches the inserts of concurrent workers into one command.

    A journaled insert costs the server a flush; one command with fifty documents costs one
    flush too. Nothing waits for a batch to fill: a lone insert goes out at once.
    """

    def setup(self) -> None:
        """Connect lazily: a database that is away must not stop the process from starting."""
        settings = self.container.config["settings"]
        self.client = connect(settings.mongo_url, settings.max_workers)
        self.database = self.client[settings.mongo_database]
        self._inserts: green.Queue[_Insert] = green.Queue()
        self.sorts_by_index: bool | None = None
        self._server: ServerKind | None = None
        self._collections: dict[str, Any] = {}
        self.window_hints = WindowHints()

    def start(self) -> None:
        """Begin to write inserts."""
        self.container.spawn_managed_thread(self._write_inserts, identifier="inserts")

    def close(self) -> None:
        """Close the client, when the container has ended and the process goes on."""
        self.client.close()

    def collection(self, name: str) -> Any:
        """A collection of this service's database, reading times as aware moments."""
        if name not in self._collections:
            self._collections[name] = self.database[name]
        return self._collections[name]

    def insert(self, collection: str, document: Document) -> None:
        """Insert one document, together with those that other workers insert right now.

        Raises:
            Duplicate: its id, or a unique field, is taken.
            Unavailable: the database did not take it in time.
        """
        insert = _Insert(collection, document)
        self._inserts.put(insert)
        insert.done.wait()

    def insert_in_order(self, collection: str, documents: Sequence[Document]) -> int:
        """Insert documents one after the other in one command, up to the first that is taken.

        How many were inserted: so many of the first ones.

        Raises:
            Unavailable: nothing is known of any of them.
        """
        with translate_errors():
            try:
                self.collection(collection).insert_many(documents, ordered=True)
            except BulkWriteError as error:
                faults = _faults(error, len(documents))
                first = min(faults, default=0)
                if not isinstance(faults.get(first), Duplicate):
                    raise
                return first
        return len(documents)

    def hints_for(
        self, collection: str, query: PageQuery | MomentQuery, *, of_a_list: bool = False
    ) -> WindowHints | None:
        """The hints for reading pages in windows; None where one sorted find reads a page.

        Asked once per connection. While an answer says nothing yet (there is no index), and where
        a plan is not believed, a page is read in windows, unless the filter is `of_a_list`, a field
        with many values, and the server reads no part of an index over one.

        Raises:
            Unavailable: the database does not answer.
        """
        if of_a_list and not self.server().parts_lists:
            return None
        if self.sorts_by_index is None:
            self.sorts_by_index = self._explained(collection, query)
        return None if self.sorts_by_index else self.window_hints

    def _explained(self, collection: str, query: PageQuery | MomentQuery) -> bool | None:
        """Whether this page could be read in its order from an index.

        Asked only of an equality and a range: the embedded database says so of a range alone, too,
        and then reads and sorts all of it.
        """
        if not self.server().true_plans:
            return False
        one = next(iter(query.each_value()), None)
        if not one:
            return None
        find = {
            "find": collection,
            "filter": query.whole(one),
            "sort": {query.key: 1},
            "limit": query.limit,
        }
        plan = self._plan(find)
        return None if plan is None else sorts_by_index(plan)

    def reads_by_index(self, collection: str, query: Mapping[str, Any]) -> bool:
        """Whether the server answers the query from an index; it looks through all if it cannot.

        Raises:
            Unavailable: the database does not answer.
        """
        if not self.server().true_plans:
            return False
        plan = self._plan({"find": collection, "filter": dict(query)})
        return plan is not None and uses_index(plan)

    def server(self) -> ServerKind:
        """What is known of the server by what it says it is; asked once.

        Raises:
            Unavailable: the database does not answer.
        """
        if self._server is None:
            with translate_errors():
                self._server = server_kind(self.database.command("buildInfo"))
        return self._server

    def _plan(self, find: Document) -> Mapping[str, Any] | None:
        """The plan of a find; None from a server that cannot explain, or names none."""
        with translate_errors():
            return winning_plan(self.database, find)

    def answers(self) -> bool:
        """Whether the database answers within a second."""
        try:
            self.ping(PING_WITHIN)
        except Unavailable:
            return False
        return True

    def ping(self, within: float) -> None:
        """Ask the database for a sign of life; `within` is in seconds.

        Raises:
            Unavailable: none came.
        """
        with translate_errors(), pymongo.timeout(within):
            self.database.command("ping")

    def _write_inserts(self) -> None:
        while True:
            batch = self._next_batch()
            try:
                for name in {each.collection for each in batch}:
                    self._write([each for each in batch if each.collection == name])
            except PyMongoError:
                # Inserts that came meanwhile would wait as long for the same error: fail them now.
                for each in [*batch, *self._waiting()]:
                    if not each.done.ready():
                        each.done.send_exception(_unavailable())

    def _next_batch(self) -> list[_Insert]:
        return [self._inserts.get(), *self._waiting(LARGEST_BATCH - 1)]

    def _waiting(self, most: int | None = None) -> list[_Insert]:
        size = self._inserts.qsize()
        return [self._inserts.get_nowait() for _ in range(min(size, most or size))]

    def _write(self, batch: Sequence[_Insert]) -> None:
        faults: Mapping[int, Exception] = {}
        collection, documents = self.collection(batch[0].collection), [e.document for e in batch]
        try:
            if len(documents) == 1:  # a fifth cheaper than as a bulk of one
                collection.insert_one(documents[0])
            else:
                collection.insert_many(documents, ordered=False)
        except DuplicateKeyError:
            faults = {0: _duplicate()}
        except BulkWriteError as error:
            faults = _faults(error, len(batch))
        except (BSONError, OverflowError, ValueError) as error:
            if len(batch) > 1:
                # One document cannot be encoded: its writer's bug must not fail the others.
                for each in batch:
                    self._write([each])
                return
            faults = {0: error}
        for index, each in enumerate(batch):
            if index in faults:
                each.done.send_exception(faults[index])
            else:
                each.done.send(None)


def _faults(error: BulkWriteError, size: int) -> Mapping[int, Exception]:
    details = error.details or {}
    faults: dict[int, Exception] = {
        each["index"]: _duplicate() if each["code"] == DUPLICATE_KEY else _unavailable()
        for each in details.get("writeErrors", ())
    }
    if details.get("writeConcernErrors"):
        return {index: faults.get(index) or _unavailable() for index in range(size)}
    return faults
