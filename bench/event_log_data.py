"""Events that benchmarks put into the event log of subscriptions, past the broker."""

import uuid
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from pymongo import MongoClient

from contracts.envelope import Envelope
from contracts.events import DossierReturned, Event, StepAssigned
from foundation.persistence.event_log import EventLog

SERVICE = "subscriptions"
DATABASE = f"motcua_{SERVICE}"
BATCH = 5000
"""Events in one command: the embedded database takes twice as many a second as by 1,000."""
RARE = 10
"""Of so many events one is of the other type."""
AGENCIES = tuple(f"so-{number}" for number in range(20))
BEGINNING = datetime(2026, 11, 1, tzinfo=UTC)


class FilledLog:
    """The log as a benchmark fills it; nobody else writes meanwhile."""

    def __init__(self, mongo_url: str) -> None:
        """Of the database at an address; empty."""
        client: MongoClient[dict[str, Any]] = MongoClient(mongo_url)
        self._log = client[DATABASE][EventLog.collection]
        self._log.create_index([("position", 1)], name="position", unique=True)
        self.length = 0

    def grow(self, length: int) -> None:
        """Fill it up to this length."""
        while self.length < length:
            self.append(events(self.length + 1, min(BATCH, length - self.length)))

    def append(self, told: Sequence[Envelope]) -> None:
        """Write events as the next of the log."""
        self._log.insert_many(
            [
                {
                    "_id": f"{each.source} {each.id}",
                    "position": position,
                    "event": each.encode().decode(),
                    "labels": {"type": each.type, "agency": each.agency, "procedure": "p-1"},
                }
                for position, each in enumerate(told, self.length + 1)
            ]
        )
        self.length += len(told)


def events(first: int, count: int) -> list[Envelope]:
    """So many events; `first` is the number of the first of them."""
    return list(_each(first, count))


def _each(first: int, count: int) -> Iterator[Envelope]:
    for number in range(first, first + count):
        agency = AGENCIES[number % len(AGENCIES)]
        event: Event = StepAssigned(agency=agency, step=str(uuid.UUID(int=number)))
        if number % RARE == 0:
            event = DossierReturned(agency=agency, code=f"H41-{number:06}", channel="counter")
        yield Envelope(
            # Ids in the order of time, as ours are (UUIDv7): random ones are slower to write.
            id=str(uuid.UUID(int=number, version=4)),
            source="motcua:bench",
            type=event.TYPE,
            subject=str(uuid.UUID(int=number // RARE)),
            time=BEGINNING + timedelta(seconds=number),
            seq=number % RARE + 1,
            agency=agency,
            data=event.write(),
            traceparent=f"00-{number:032x}-{number:016x}-01",
        )
