"""Events that benchmarks put into the event log of subscriptions, past the broker."""

import uuid
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from pymongo import MongoClient
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

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
        """Fill it up to this length; while one batch is written the next one is made."""
        with ThreadPoolExecutor(1) as writer, _bar(length - self.length) as advance:
            written: Future[None] | None = None
            made = self.length
            while made < length:
                told = events(made + 1, min(BATCH, length - made))
                made += len(told)
                batch = _documents(told, made - len(told))
                if written:
                    written.result()
                written = writer.submit(self._insert, batch, advance)
            if written:
                written.result()

    def append(self, told: Sequence[Envelope]) -> None:
        """Write events as the next of the log."""
        self._insert(_documents(told, self.length), lambda _: None)

    def _insert(self, batch: Sequence[dict[str, Any]], advance: Callable[[int], None]) -> None:
        self._log.insert_many(batch)
        self.length += len(batch)
        advance(len(batch))


def _documents(told: Sequence[Envelope], behind: int) -> list[dict[str, Any]]:
    """As foundation/persistence/event_log.py stores them, from the position behind that one on."""
    return [
        {
            "_id": f"{each.source} {each.id}",
            "position": position,
            "event": each.encode().decode(),
            "labels": {"type": each.type, "agency": each.agency, "procedure": "p-1"},
        }
        for position, each in enumerate(told, behind + 1)
    ]


@contextmanager
def _bar(many: int) -> Iterator[Callable[[int], None]]:
    """How far it is and how long it takes still; a million events take minutes."""
    columns = BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=max(0, many))
        yield lambda count: progress.advance(task, count)


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
