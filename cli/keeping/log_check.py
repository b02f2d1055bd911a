"""Holds the event log against the histories in the databases of a working platform."""

import json
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from cli.journey.store_inspectors import INTERNAL_COLLECTIONS, StoreInspector
from cli.keeping.log_comparison import LogComparison
from cli.language import localized
from contracts.history import Entry
from foundation.persistence.event_log import last_position

WINDOW = 500
PATIENCE = 30.0
"""Seconds without progress after which what is pending will not come any more."""
LOOK_EVERY = 0.5

Records = Iterator[tuple[str, Mapping[str, Any]]]


class LogCheck:
    """The log up to its end at the start, and the histories as they are read."""

    def __init__(self, inspector: StoreInspector, elsewhere: Collection[str]) -> None:
        """Notes the end of the log; sources `elsewhere` keep their histories on other machines."""
        self._inspector = inspector
        self._elsewhere = frozenset(elsewhere)
        self._log = inspector.database("subscriptions")["log"]
        self.end = last_position(0, self._has)
        self.comparison = LogComparison()

    def add_history(self, source: str, told: list[tuple[Entry, str]]) -> int:
        """Entries of histories with their places; how many of them the log has already."""
        entries = {f"{source} {entry.id}": place for entry, place in told}
        logged = self._logged(list(entries))
        self.comparison.add(entries, logged)
        return len(logged)

    def wait(self, clock: Callable[[], float] = time.monotonic) -> int:
        """Wait for what is on its way, as long as some of it arrives; how many arrived."""
        before = len(self.comparison.pending)
        left, until = before, clock() + PATIENCE
        while left and clock() < until:
            for window in _windows(list(self.comparison.pending)):
                self.comparison.arrived(self._logged(window))
            now_left = len(self.comparison.pending)
            if now_left < left:
                left, until = now_left, clock() + PATIENCE
            if left:
                time.sleep(LOOK_EVERY)
        return before - left

    def missing(self, unsent: Collection[str]) -> Iterator[str]:
        """Entries that never came into the log, but for the ids that are still `unsent`."""
        queued = self._queued()
        for identity, place in sorted(self.comparison.pending.items()):
            if identity.rpartition(" ")[2] not in unsent:
                yield f"{place}: {identity}{queued}"

    def extra(self) -> Iterator[str]:
        """Events of the log, up to the noted end, that no history has."""
        for record in self.comparison.without_history(self._records()):
            event = json.loads(record["event"])
            if not self._is_in_a_history(event):
                yield f"{record['position']}: {event['type']} {event['subject']} {record['_id']}"

    def _records(self) -> Records:
        for after in range(0, self.end, WINDOW):
            bounds = {"$gt": after, "$lte": min(after + WINDOW, self.end)}
            for record in self._log.find({"position": bounds}):
                if record["_id"].partition(" ")[0] not in self._elsewhere:
                    yield record["_id"], record

    def _is_in_a_history(self, event: Mapping[str, Any]) -> bool:
        """Looked up directly: a scan may pass over a document that is moved meanwhile."""
        _, service, agency = f"{event['source']}::".split(":")[:3]
        database = self._inspector.database(service, agency)
        query = {"_id": event["subject"], "history.id": event["id"]}
        return any(
            database[collection].find_one(query, {"_id": 1})
            for collection in database.list_collection_names()
            if collection not in INTERNAL_COLLECTIONS
        )

    def _logged(self, identities: list[str]) -> set[str]:
        found = self._log.find({"_id": {"$in": identities}}, {"_id": 1})
        return {each["_id"] for each in found}

    def _queued(self) -> str:
        """What to add when messages wait for the log still: then nothing is known to be lost."""
        if not self.comparison.pending:
            return ""
        queues = self._inspector.queues()
        waiting = sum(n for name, n in queues.items() if name.startswith("subscriptions"))
        if not waiting:
            return ""
        return localized(
            f" (hàng đợi subscriptions còn {waiting} tin: có thể chưa mất)",
            f" ({waiting} messages wait in the queue subscriptions: perhaps not lost)",
        )

    def _has(self, position: int) -> bool:
        found = position == 0 or self._log.find_one({"position": position}, {"_id": 1})
        return bool(found)


def _windows(identities: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(identities), WINDOW):
        yield identities[start : start + WINDOW]
