"""`motcua verify` on histories and a log that are written meanwhile, on the real database."""

import json
import random
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from queue import Queue
from typing import Any

import pymongo
import pytest

from cli.keeping import log_check
from cli.keeping.log_check import LogCheck
from contracts.history import Entry
from foundation.settings import database_of
from tests.platform_fixtures import Platform

SOURCE = "motcua:intake"
LOOKS = 12
WRITTEN = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


class Databases:
    """What the check looks into: the databases of two services, and queues that are empty."""

    def __init__(self, url: str) -> None:
        self.client: Any = pymongo.MongoClient(url)
        self.prefix = f"verify_{uuid.uuid4().hex[:8]}_"

    def database(self, service: str, agency: str = "") -> Any:
        return self.client[self.prefix + database_of(service, agency)]

    def queues(self) -> dict[str, int]:
        return {"subscriptions": 0}

    @property
    def dossiers(self) -> Any:
        return self.database("intake")["dossiers"]

    @property
    def log(self) -> Any:
        return self.database("subscriptions")["log"]


class Platformlet:
    """Writes states with their history, and a moment later the same events into the log."""

    def __init__(self, databases: Databases) -> None:
        self.databases = databases
        self.position = 0
        self.published: Queue[tuple[str, str]] = Queue()
        self.ended = threading.Event()

    def write_one(self) -> None:
        event, dossier = uuid.uuid4().hex, f"dossier-{random.randrange(40)}"  # noqa: S311 -- no secret
        self.databases.dossiers.update_one(
            {"_id": dossier}, {"$push": {"history": entry(event)}}, upsert=True
        )
        self.published.put((event, dossier))

    def log_one(self) -> None:
        event, dossier = self.published.get()
        self.position += 1
        self.databases.log.insert_one(record(self.position, event, dossier))

    def write(self) -> None:
        while not self.ended.is_set():
            self.write_one()
            time.sleep(0.002)

    def write_log(self) -> None:
        while not self.ended.is_set() or not self.published.empty():
            self.log_one()
            if self.position % 7 == 0:
                time.sleep(0.02)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        threads = [threading.Thread(target=each) for each in (self.write, self.write_log)]
        for each in threads:
            each.start()
        try:
            yield
        finally:
            self.ended.set()
            self.published.put(("last", "dossier-last"))
            for each in threads:
                each.join()


def entry(event: str) -> dict[str, Any]:
    return {"id": event, "seq": 1, "type": "x.done", "actor": "", "data": {}, "prev": ""}


def record(position: int, event: str, dossier: str) -> dict[str, Any]:
    said = {"id": event, "source": SOURCE, "type": "x.done", "subject": dossier}
    return {"_id": f"{SOURCE} {event}", "position": position, "event": json.dumps(said)}


def looked(databases: Databases) -> tuple[list[str], list[str]]:
    """What one look names as missing and as extra."""
    check = LogCheck(databases, ())  # type: ignore[arg-type]  # of the keepers it needs these two
    for document in databases.dossiers.find(batch_size=5):
        place = f"intake/dossiers/{document['_id']}"
        told = [(Entry(time=WRITTEN, **each), place) for each in document["history"]]
        check.add_history(SOURCE, told)
    log_check.wait_while_less(check.look_again)
    return list(check.missing(())), list(check.extra())


@pytest.fixture
def databases(platform: Platform) -> Iterator[Databases]:
    made = Databases(platform.mongo_url)
    made.log.create_index("position", unique=True)
    yield made
    for service in ("intake", "subscriptions"):
        made.client.drop_database(made.database(service).name)
    made.client.close()


def test_what_is_written_meanwhile_raises_no_alarm(databases: Databases) -> None:
    work = Platformlet(databases)
    with work.at_work():
        assert [looked(databases) for _ in range(LOOKS)] == [([], [])] * LOOKS
    assert work.position > LOOKS


def test_a_loss_and_a_forgery_are_named_while_others_write(
    databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_check, "PATIENCE", 1.0)
    work = Platformlet(databases)
    for _ in range(20):
        work.write_one()
        work.log_one()
    lost = databases.log.find_one({"position": 7})["_id"]
    databases.log.update_one({"position": 7}, {"$set": {"position": 21}})
    databases.log.delete_one({"_id": lost})
    databases.log.insert_one(record(7, "forged", "dossier-1"))
    with work.at_work():
        missing, extra = looked(databases)
    assert [each.rpartition(": ")[2] for each in missing] == [lost]
    assert extra == [f"7: x.done dossier-1 {SOURCE} forged"]


def test_what_stands_behind_a_hole_of_the_log_is_looked_at_too(
    databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_check, "PATIENCE", 1.0)
    work = Platformlet(databases)
    for _ in range(5):
        work.write_one()
        work.log_one()
    lost = databases.log.find_one({"position": 1})["_id"]
    databases.log.delete_one({"_id": lost})
    databases.log.insert_one(record(6, "forged", "dossier-1"))
    databases.log.insert_one({"_id": "[/] odd", "position": 7, "event": "no JSON"})
    missing, extra = looked(databases)
    assert missing[0].endswith(("thiếu vị trí 1", "position 1 is missing"))
    assert [each.rpartition(": ")[2] for each in missing[1:]] == [lost]
    assert extra == [f"6: x.done dossier-1 {SOURCE} forged", "7: ? ? [/] odd"]
