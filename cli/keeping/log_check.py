"""Holds the event log against the histories in the databases of a working platform."""

import json
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, TypeVar

from cli.journey.store_inspectors import INTERNAL_COLLECTIONS, StoreInspector
from cli.keeping.log_comparison import LogComparison
from cli.language import localized
from contracts.envelope import write_time
from contracts.history import Entry
from foundation.persistence.galloping_search import last_position

AT_ONCE = 500
PATIENCE = 30.0
"""Seconds without progress after which what is pending will not come any more."""
LOOK_EVERY = 0.5

T = TypeVar("T")
Records = Iterator[tuple[str, Mapping[str, Any]]]


class LogCheck:
    """The log up to its end at the start, and the histories as they are read."""

    def __init__(self, inspector: StoreInspector, elsewhere: Collection[str]) -> None:
        """Notes the end of the log; sources `elsewhere` keep their histories on other machines."""
        self._inspector = inspector
        self._elsewhere = frozenset(elsewhere)
        subscriptions = inspector.database("subscriptions")
        self._log = subscriptions["log"]
        mark = subscriptions["log_marks"].find_one({"_id": "begin"}) or {}
        self._begin, self._kept_since = mark.get("position", 1), mark.get("before", "")
        self.end, self._hole = self._measure()
        self.comparison = LogComparison()

    def add_history(self, source: str, told: list[tuple[Entry, str]]) -> int:
        """Entries of histories with their places; how many of them the log has already.

        Those of a time before which the log keeps nothing are left out.
        """
        kept = [(each, place) for each, place in told if write_time(each.time) >= self._kept_since]
        entries = {f"{source} {entry.id}": place for entry, place in kept}
        logged = self._logged(list(entries))
        self.comparison.add(entries, logged)
        return len(logged)

    def look_again(self) -> int:
        """Look for what is pending in the log; how much still is."""
        for some in batches(tuple(self.comparison.pending), AT_ONCE):
            self.comparison.arrived(self._logged(some))
        return len(self.comparison.pending)

    def missing(self, unsent: Collection[str]) -> Iterator[str]:
        """Entries that never came into the log, but for the ids that are still `unsent`."""
        if self._hole:
            yield localized(
                f"nhật ký: thiếu vị trí {self._hole}", f"the log: position {self._hole} is missing"
            )
        queued = self._queued()
        for identity, place in sorted(self.comparison.pending.items()):
            if identity.rpartition(" ")[2] not in unsent:
                yield f"{place}: {identity}{queued}"

    def extra(self) -> Iterator[str]:
        """Events of the log, up to the noted end, that no history has."""
        for record in self.comparison.without_history(self._records()):
            event = _event_of(record)
            if not self._is_in_a_history(event):
                told = " ".join(str(event.get(name, "?")) for name in ("type", "subject"))
                yield f"{record['position']}: {told} {record['_id']}"

    def _records(self) -> Records:
        for after in range(self._begin - 1, self.end, AT_ONCE):
            bounds = {"$gt": after, "$lte": min(after + AT_ONCE, self.end)}
            for record in self._log.find({"position": bounds}):
                if record["_id"].partition(" ")[0] not in self._elsewhere:
                    yield record["_id"], record

    def _is_in_a_history(self, event: Mapping[str, Any]) -> bool:
        """Looked up directly: a scan may pass over a document that is moved meanwhile."""
        if not event:
            return False
        _, service, agency = f"{event['source']}::".split(":")[:3]
        database = self._inspector.database(service, agency)
        query = {"_id": event["subject"], "history.id": event["id"]}
        return any(
            database[collection].find_one(query, {"_id": 1})
            for collection in database.list_collection_names()
            if collection not in INTERNAL_COLLECTIONS
        )

    def _measure(self) -> tuple[int, int]:
        """The end of the log, and the position that is missing before it; 0 if none is.

        A later position is written after an earlier one. So if the one after the end is still not
        there once a later one was seen, it was taken out, and the log goes on behind it.
        """
        end = last_position(self._begin - 1, self._has)
        while behind := self._log.find_one({"position": {"$gt": end}}, {"position": 1}):
            if not self._has(end + 1):
                [last] = self._log.find({}, {"position": 1}).sort("position", -1).limit(1)
                return max(last["position"], behind["position"]), end + 1
            end = last_position(end, self._has)
        return end, 0

    def _logged(self, identities: Collection[str]) -> set[str]:
        found = self._log.find({"_id": {"$in": list(identities)}}, {"_id": 1})
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
        found = position < self._begin or self._log.find_one({"position": position}, {"_id": 1})
        return bool(found)


def wait_while_less(left: Callable[[], int], clock: Callable[[], float] = time.monotonic) -> None:
    """Wait until nothing is `left`, as long as it becomes less."""
    least, until = left(), clock() + PATIENCE
    while least and clock() < until:
        time.sleep(LOOK_EVERY)
        now = left()
        if now < least:
            least, until = now, clock() + PATIENCE


def batches(items: Iterable[T], size: int) -> Iterator[tuple[T, ...]]:
    """The items in order, `size` at a time."""
    rest = iter(items)
    while batch := tuple(islice(rest, size)):
        yield batch


def _event_of(record: Mapping[str, Any]) -> Mapping[str, Any]:
    """The event of a record; {} if it is none, as a forged one may be."""
    try:
        event = json.loads(record["event"])
        return event if {"source", "subject", "id"} <= event.keys() else {}
    except (KeyError, ValueError, TypeError, AttributeError):
        return {}
