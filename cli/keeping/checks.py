"""What must hold of everything that is kept: histories, states, the event log, the files."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cli.agency_registry import ROUTING, ever_elsewhere
from cli.journey.store_inspectors import INTERNAL_COLLECTIONS, StoreInspector, history_entries
from cli.keeping import chains
from cli.keeping.files import all_files, answering, is_tombstone, is_whole, left_over
from cli.keeping.log_check import AT_ONCE, LogCheck, batches, wait_while_less
from cli.keeping.store import store_of
from cli.language import localized
from cli.local_platform import LocalPlatform, ServiceInstance
from contracts.history import Entry, first_broken
from foundation.settings import source_of
from services.intake.domain.explanation.chronicle import state_of

MOST_NAMED = 20
Document = Mapping[str, Any]


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
    """Reads every database and the object store once, in batches, while the platform works.

    Of each event a digest is kept in memory (cli/keeping/log_comparison.py).
    """

    def __init__(self, platform: LocalPlatform) -> None:
        """Looks past the services, at what they keep.

        Raises:
            CliError: the database does not answer.
        """
        self._platform = platform
        self._inspector = StoreInspector(platform)
        self._inspector.must_answer()
        elsewhere = [source_of(ROUTING, code) for code in ever_elsewhere(platform.folder)]
        self._log = LogCheck(self._inspector, elsewhere)
        self._unsent: dict[str, tuple[ServiceInstance, str, Any, frozenset[str]]] = {}
        self.chains = Check(localized("Lịch sử nguyên vẹn", "Histories are whole"))
        self.states = Check(localized("Lịch sử cho đúng trạng thái", "Histories give the states"))
        self.books = Check(localized("Sổ truy cập nguyên vẹn", "Books of readings are whole"))
        self.missing = Check(localized("Nhật ký có mọi sự kiện", "The log has every event"))
        self.extra = Check(localized("Nhật ký không thừa gì", "The log has nothing else"))
        self.unsent = Check(localized("Không còn gì chưa gửi", "Nothing is left unsent"))
        self.files = Check(localized("Mọi tệp còn nguyên", "Every file is there and whole"))
        self.orphans = Check(localized("Không tệp nào thừa", "No file is left over"))

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

    def places(self) -> list[tuple[ServiceInstance, str]]:
        """Every collection of things, with the process it belongs to."""
        return [
            (instance, collection)
            for instance in self._platform.instances
            for collection in self._database(instance).list_collection_names()
            if collection not in INTERNAL_COLLECTIONS
        ]

    def look(self, instance: ServiceInstance, collection: str) -> None:
        """Hold the things of one collection to what must hold."""
        found = self._database(instance)[collection].find(batch_size=AT_ONCE)
        for batch in batches(found, AT_ONCE):
            told = []
            for document in batch:
                place = f"{instance.name}/{collection}/{document['_id']}"
                told += [(entry, place) for entry in self._look_at(document, place)]
                if messages := _outbox_ids(document):
                    self._unsent[place] = instance, collection, document["_id"], messages
            source = source_of(instance.service, instance.agency)
            self.missing.looked_at += self._log.add_history(source, told) if told else 0
        self._look_at_book(instance, collection)

    def wait_for_log(self) -> None:
        """Wait for what was on its way when it was read: into the log, and out of the outboxes."""
        pending = len(self._log.comparison.pending)
        wait_while_less(lambda: self._log.look_again() + self._look_at_outboxes())
        self.missing.looked_at += pending - len(self._log.comparison.pending)
        for place in self._unsent:
            self.unsent.fault(place)

    def _look_at_outboxes(self) -> int:
        """Look for messages that were unsent; how many still are."""
        for place, (instance, collection, key, messages) in list(self._unsent.items()):
            found = self._database(instance)[collection].find_one({"_id": key}, {"outbox.id": 1})
            if left := messages & _outbox_ids(found or {}):
                self._unsent[place] = instance, collection, key, left
            else:
                del self._unsent[place]
        return sum(len(messages) for *_, messages in self._unsent.values())

    def look_at_log(self) -> None:
        """Each entry of a history is in the log, and each event of the log in a history.

        An agency that works elsewhere keeps its histories there: who has them can tell.
        """
        unsent = frozenset().union(*(messages for *_, messages in self._unsent.values()))
        self.missing.faults += self._log.missing(unsent)
        self.extra.looked_at = self._log.end
        self.extra.faults += self._log.extra()

    def look_at_files(self, *, deep: bool) -> None:
        """Each document has its file, as large as it says; `deep` reads and hashes them all.

        Raises:
            CliError: the object store does not answer, or refuses.
        """
        store = store_of(self._platform)
        records = self._inspector.database("documents")["documents"]
        with answering():
            wanted = {}
            for record in records.find({}, {"sha256": 1, "size": 1, "removed": 1}):
                if not is_tombstone(record):
                    wanted[record["sha256"]] = record["size"]
            for digest, size in wanted.items():
                self.files.looked_at += 1
                if not is_whole(store, digest, size, deep=deep):
                    self.files.fault(digest)
            unknown = {}
            for name, stored in all_files(store):
                self.orphans.looked_at += 1
                if name.rpartition("/")[2] not in wanted:
                    unknown[name] = stored
            self.orphans.faults += left_over(unknown, records)

    def _look_at_book(self, instance: ServiceInstance, collection: str) -> None:
        database = self._database(instance)
        if not chains.is_ledger(database, collection, instance.agency):
            return
        self.books.looked_at += chains.length_of(database, collection, instance.agency)
        flaws = list(chains.flaws_of(database, collection, instance.agency))
        # A scan may pass over an entry that is written meanwhile: what is wrong stays wrong.
        again = chains.flaws_of(database, collection, instance.agency) if flaws else ()
        for flaw in set(flaws).intersection(again):
            self.books.fault(f"{instance.name}/{collection}: {flaw}")

    def _look_at(self, document: Document, place: str) -> list[Entry]:
        chain = history_entries(document)
        self.chains.looked_at += 1
        flaw = first_broken(chain, head=document["head"])
        if flaw:
            self.chains.fault(f"{place}: {flaw}")
        self.unsent.looked_at += 1
        if place.startswith("intake/dossiers/"):
            self.states.looked_at += 1
            given = state_of(chain)
            if given != document["state"]:
                self.states.fault(f"{place}: {document['state']} ≠ {given}")
        return chain

    def _database(self, instance: ServiceInstance) -> Any:
        return self._inspector.database(instance.service, instance.agency)


def _outbox_ids(document: Document) -> frozenset[str]:
    return frozenset(each["id"] for each in document.get("outbox", ()))
