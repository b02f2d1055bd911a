"""What must hold of everything that is kept: histories, states, the event log, the files."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, TypeVar

from minio import Minio
from minio.error import S3Error

from cli.journey.keepers import NO_THINGS, Keepers, entries
from cli.keeping import chains
from cli.keeping.store import BUCKET, store_of
from cli.offices import ROUTING, ever
from cli.say import say
from cli.stack import Stack, Worker
from contracts.history import Entry, first_flaw
from foundation.persistence.object_store import object_name
from foundation.settings import source_of
from services.intake.domain.explanation.chronicle import state_of

AT_ONCE = 500
MOST_NAMED = 20
Document = Mapping[str, Any]
T = TypeVar("T")


@dataclass
class Check:
    """One thing that must hold: how much was looked at, and each place where it does not hold."""

    what: str
    looked_at: int = 0
    faults: list[str] = field(default_factory=list)

    def fault(self, place: str) -> None:
        """It does not hold here; the first places are named, all are counted."""
        self.faults.append(place)


class Verifier:
    """Reads every database and the object store once, in batches: memory does not grow."""

    def __init__(self, stack: Stack) -> None:
        """Looks past the services, at what they keep."""
        self._stack = stack
        self._keepers = Keepers(stack)
        self.chains = Check(say("Lịch sử nguyên vẹn", "Histories are whole"))
        self.states = Check(say("Lịch sử cho đúng trạng thái", "Histories give the states"))
        self.books = Check(say("Sổ truy cập nguyên vẹn", "Books of readings are whole"))
        self.missing = Check(say("Nhật ký có mọi sự kiện", "The log has every event"))
        self.extra = Check(say("Nhật ký không thừa gì", "The log has nothing else"))
        self.unsent = Check(say("Không còn gì chưa gửi", "Nothing is left unsent"))
        self.files = Check(say("Mọi tệp còn nguyên", "Every file is there and whole"))
        self.orphans = Check(say("Không tệp nào thừa", "No file is left over"))

    @property
    def checks(self) -> tuple[Check, ...]:
        """All of them, in the order they are shown."""
        return (
            self.chains,
            self.states,
            self.books,
            self.missing,
            self.extra,
            self.unsent,
            self.files,
            self.orphans,
        )

    def places(self) -> list[tuple[Worker, str]]:
        """Every collection of things, with the process it belongs to."""
        return [
            (worker, collection)
            for worker in self._stack.workers
            for collection in self._database(worker).list_collection_names()
            if collection not in NO_THINGS
        ]

    def look(self, worker: Worker, collection: str) -> None:
        """Hold the things of one collection to what must hold."""
        found = self._database(worker)[collection].find(batch_size=AT_ONCE)
        for batch in _batches(found, AT_ONCE):
            told = []
            for document in batch:
                place = f"{worker.name}/{collection}/{document['_id']}"
                told += [(entry, place) for entry in self._look_at(document, place)]
            self._look_up(worker, told)

        self._look_at_book(worker, collection)

    def look_at_log(self) -> None:
        """Each event of the log stands in the history of the thing it is about.

        An agency that works elsewhere keeps its histories there: who has them can tell.
        """
        log = self._keepers.database("subscriptions")["log"]
        told_there = sum(
            log.count_documents({"_id": {"$regex": f"^motcua:{ROUTING}:{each.code} "}})
            for each in ever(self._stack.folder)
            if each.elsewhere
        )
        self.extra.looked_at = log.estimated_document_count() - told_there
        for _ in range(self.extra.looked_at - self.missing.looked_at):
            self.extra.fault(say("sự kiện không có trong lịch sử nào", "an event of no history"))

    def look_at_files(self, *, deep: bool) -> None:
        """Each document has its file, as large as it says; `deep` reads and hashes them all."""
        store = store_of(self._stack)
        wanted = {}
        for record in self._keepers.database("documents")["documents"].find():
            wanted[record["sha256"]] = record["size"]
        for digest, size in wanted.items():
            self.files.looked_at += 1
            if not _whole(store, digest, size, deep=deep):
                self.files.fault(digest)
        for kept in store.list_objects(BUCKET, recursive=True) if wanted else ():
            self.orphans.looked_at += 1
            if (kept.object_name or "").rpartition("/")[2] not in wanted:
                self.orphans.fault(str(kept.object_name))

    def _look_at_book(self, worker: Worker, collection: str) -> None:
        database = self._database(worker)
        if not chains.is_ledger(database, collection, worker.agency):
            return
        self.books.looked_at += chains.length_of(database, collection, worker.agency)
        for flaw in chains.flaws_of(database, collection, worker.agency):
            self.books.fault(f"{worker.name}/{collection}: {flaw}")

    def _look_at(self, document: Document, place: str) -> list[Entry]:
        chain = entries(document)
        self.chains.looked_at += 1
        flaw = first_flaw(chain, head=document["head"])
        if flaw:
            self.chains.fault(f"{place}: {flaw}")
        self.unsent.looked_at += 1
        if document.get("outbox"):
            self.unsent.fault(place)
        if place.startswith("intake/dossiers/"):
            self.states.looked_at += 1
            given = state_of(chain)
            if given != document["state"]:
                self.states.fault(f"{place}: {document['state']} ≠ {given}")
        return chain

    def _look_up(self, worker: Worker, told: list[tuple[Entry, str]]) -> None:
        source = source_of(worker.service, worker.agency)
        log = self._keepers.database("subscriptions")["log"]
        for batch in _batches(told, AT_ONCE):
            wanted = {f"{source} {entry.id}": place for entry, place in batch}
            known = {each["_id"] for each in log.find({"_id": {"$in": list(wanted)}}, {"_id": 1})}
            self.missing.looked_at += len(known)
            for identity in wanted.keys() - known:
                self.missing.fault(f"{wanted[identity]}: {identity}")

    def _database(self, worker: Worker) -> Any:
        return self._keepers.database(worker.service, worker.agency)


def _whole(store: Minio, digest: str, size: int, *, deep: bool) -> bool:
    try:
        if not deep:
            return bool(store.stat_object(BUCKET, object_name(digest)).size == size)
        answer = store.get_object(BUCKET, object_name(digest))
    except S3Error:
        return False
    seen = hashlib.sha256()
    try:
        for piece in answer.stream(1 << 20):
            seen.update(piece)
    finally:
        answer.close()
        answer.release_conn()
    return seen.hexdigest() == digest


def _batches(items: Iterable[T], size: int) -> Iterator[tuple[T, ...]]:
    left = iter(items)
    while batch := tuple(islice(left, size)):
        yield batch
