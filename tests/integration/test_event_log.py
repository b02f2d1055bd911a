"""The event log on the real database and broker: every event once, gap-free, read in pages."""

import json
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from textwrap import dedent
from types import MappingProxyType, SimpleNamespace
from typing import Any

import httpx
import pytest
from cloudevents.core.bindings.common import get_event_factory_for_version
from cloudevents.core.formats.json import JSONFormat
from pymongo import MongoClient
from pymongo.monitoring import CommandListener, CommandStartedEvent

from contracts.envelope import Envelope, decode
from contracts.events import StepAssigned
from foundation.broker.connection import PendingPublish, Publisher
from foundation.errors import Refused
from foundation.persistence.document import OutboxMessage, new_message_id
from foundation.persistence.event_log import EventLog
from foundation.persistence.mongo import Mongo
from foundation.web.auth import new_key, public_keys, sign
from services.subscriptions.handlers import feed_api
from services.subscriptions.service import SubscriptionsService
from tests.platform_fixtures import Platform
from tests.processes import Bench, Process, bench, until
from tests.unit.test_subscriptions_service import FakeLog

KEY = new_key("centre")
MOMENT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


class Desk:
    """Somebody who tells events."""

    name = "desk"
    publishes = MappingProxyType({"events": r"^"})


class Feed:
    """The queue of the log with its processes, and those who tell and read."""

    def __init__(self, made: Bench) -> None:
        self.bench = made

    def start(self, **settings: str) -> Process:
        told = self.bench.settings("subscriptions") | settings
        process = Process("services", "subscriptions", told, self.bench.logs)
        self.bench.processes.append(process)
        return process

    def tell(self, events: Sequence[Envelope]) -> None:
        publisher = Publisher(self.bench.platform.amqp_url("desk"))
        publisher.publish([PendingPublish(_outgoing(event)) for event in events])
        publisher.close()

    @property
    def kept(self) -> Any:
        return self.bench.documents("subscriptions", EventLog.collection)

    def length(self) -> int:
        return int(self.kept.count_documents({}))

    def is_idle(self) -> bool:
        return self.bench.messages("subscriptions") == 0

    def holds(self, events: Sequence[Envelope]) -> None:
        """Check that the log holds these events, once each, at 1, 2, 3, … without a gap."""
        until(lambda: self.length() >= len(events), why="all are written")
        records = list(self.kept.find())
        positions = sorted(record["position"] for record in records)
        assert positions == list(range(1, len(events) + 1))
        assert sorted(json.loads(each["event"])["id"] for each in records) == sorted(
            each.id for each in events
        )


@pytest.fixture
def feed(platform: Platform, tmp_path: Path) -> Iterator[Feed]:
    """The topology of the log and of somebody who tells, with nothing running."""
    (tmp_path / "keys.json").write_text(json.dumps(public_keys([KEY])))
    with bench(platform, [SubscriptionsService, Desk], tmp_path) as made:
        yield Feed(made)


class Commands(CommandListener):
    """Remembers the reading commands of a client."""

    def __init__(self) -> None:
        self.seen: list[Mapping[str, Any]] = []

    def started(self, event: CommandStartedEvent) -> None:
        if event.command_name == "find":
            self.seen.append(event.command)

    def succeeded(self, event: object) -> None:
        """Nothing to learn."""

    def failed(self, event: object) -> None:
        """Nothing to learn."""


@contextmanager
def opened(platform: Platform, database: str, *listeners: CommandListener) -> Iterator[EventLog]:
    """A log in this process, as one replica has it."""
    settings = SimpleNamespace(mongo_url=platform.mongo_url, max_workers=2, mongo_database=database)
    log = EventLog()
    log.mongo = Mongo()
    log.mongo.container = SimpleNamespace(config={"settings": settings})
    log.mongo.setup()
    client: Any = MongoClient(platform.mongo_url, event_listeners=listeners, w="majority")
    log.mongo.database = client[database]
    log.setup()
    yield log
    client.close()
    log.mongo.client.close()


@pytest.fixture
def log(platform: Platform, database_name: str) -> Iterator[EventLog]:
    """An empty log."""
    with opened(platform, database_name) as made:
        yield made


def told(count: int, *, source: str = "motcua:desk", agency: str = "ubnd-xa") -> list[Envelope]:
    """Events that happened one after the other."""
    event = StepAssigned(agency=agency, step="s-1")
    return [
        Envelope(
            id=new_message_id(MOMENT),
            source=source,
            type=event.TYPE,
            subject="d-1",
            time=MOMENT,
            seq=seq,
            agency=agency,
            data=event.write() | {"not_known_yet": [seq, "Đã giao"]},
            traceparent=f"00-{seq:032x}-{seq:016x}-01",
        )
        for seq in range(1, count + 1)
    ]


def _outgoing(event: Envelope) -> OutboxMessage:
    key = f"{event.type}.{event.agency}"
    return OutboxMessage(id=event.id, exchange="events", key=key, body=event.encode())


def bearer(scope: str = "events:read", **more: object) -> dict[str, str]:
    claims = {"sub": "statistics", "aud": ["subscriptions"], "scope": scope, **more}
    return {"Authorization": f"Bearer {sign(claims | {'exp': int(time.time()) + 600}, KEY)}"}


def read(process: Process, query: str = "", **headers: str) -> httpx.Response:
    return process.http.get(f"/events?{query}", headers=headers or bearer())


def read_all(process: Process, limit: int, enough: Callable[[int], bool]) -> list[str]:
    """The ids of what the feed gives from its beginning, until that is enough."""
    ids: list[str] = []
    after = 0
    while not enough(len(ids)):
        page = read(process, f"after={after}&limit={limit}").json()
        ids += [event["id"] for event in page["events"]]
        assert page["next"] == len(ids)
        after = page["next"]
    return ids


def test_every_event_stands_in_the_log_once_and_none_is_left_without_a_queue(feed: Feed) -> None:
    feed.start().wait_ready()
    events = told(500)

    began = time.monotonic()
    feed.tell(events)
    until(lambda: feed.length() == 500)
    print(f"\n{2 * (time.monotonic() - began):.2f} s per 1,000 events, by one process")

    feed.holds(events)
    until(feed.is_idle)
    assert feed.bench.messages("events.unrouted") == 0
    assert feed.bench.messages("subscriptions.dead") == 0


def test_two_processes_write_one_log_and_a_reader_sees_no_gap_meanwhile(feed: Feed) -> None:
    replicas = [feed.start(), feed.start()]
    for each in replicas:
        each.wait_ready()
    events = told(1000)

    with ThreadPoolExecutor() as pool:
        reading = pool.submit(read_all, replicas[0], 7, lambda length: length >= 1000)
        began = time.monotonic()
        feed.tell(events)
        until(lambda: feed.length() == 1000)
        print(f"\n{time.monotonic() - began:.2f} s per 1,000 events, by two processes, being read")
        seen = reading.result(timeout=60)

    feed.holds(events)
    assert sorted(seen) == sorted(event.id for event in events)
    written = [each.metric("motcua_handler_messages_total") for each in replicas]
    assert all(count > 0 for count in written), written


def test_a_process_that_is_killed_again_and_again_leaves_no_gap_and_no_double(feed: Feed) -> None:
    events = told(2500)
    feed.tell(events)
    length = 0
    for _ in range(4):
        process = feed.start(PREFETCH="40")
        goal = length + random.randint(40, 150)  # noqa: S311 -- anywhere will do
        until(lambda goal=goal: feed.length() >= goal)  # type: ignore[misc]
        process.kill()
        length = feed.length()
        assert length < len(events), "it was too quick to be killed in the middle"

    feed.start()
    feed.holds(events)
    until(feed.is_idle)
    assert feed.bench.messages("subscriptions.dead") == 0


def test_an_event_that_comes_twice_is_written_once(feed: Feed) -> None:
    process = feed.start().wait_ready()
    events = told(60)
    feed.tell(events)
    feed.tell(events[::-1])
    until(lambda: process.metric("motcua_handler_messages_total") >= 120)
    feed.holds(events)


def test_the_feed_is_read_page_by_page_and_the_official_sdk_reads_it(feed: Feed) -> None:
    process = feed.start().wait_ready()
    events = told(450)
    feed.tell(events)
    until(lambda: feed.length() == 450)

    pages = [read(process, f"after={after}&limit=200").json() for after in (0, 200, 400, 450)]

    assert [len(page["events"]) for page in pages] == [200, 200, 50, 0]
    assert [page["next"] for page in pages] == [200, 400, 450, 450]
    given = {event["id"]: event for page in pages for event in page["events"]}
    for event in events:
        body = json.dumps(given[event.id]).encode()
        assert decode(body) == event
        theirs = JSONFormat().read(get_event_factory_for_version("1.0"), body)
        assert (theirs.get_id(), theirs.get_data()) == (event.id, event.data)
        assert theirs.get_extension("traceparent") == event.traceparent


def test_only_those_with_the_right_read_and_only_what_they_may(feed: Feed) -> None:
    process = feed.start().wait_ready()
    feed.tell(told(3) + told(2, agency="so-xay-dung"))
    until(lambda: feed.length() == 5)

    def ask(query: str, **headers: str) -> tuple[int, int]:
        answer = read(process, query, **headers)
        return answer.status_code, len(answer.json().get("events", ()))

    own = bearer(agency="so-xay-dung")
    assert process.http.get("/events").status_code == 401
    assert ask("", **bearer("dossier:read")) == (403, 0)
    assert ask("") == (200, 5)
    assert ask("type=step.assigned&agency=so-xay-dung") == (200, 2)
    assert ask("type=dossier.accepted") == (200, 0)
    assert ask("agency=so-xay-dung", **own) == (200, 2)
    assert ask("", **own) == (403, 0)
    assert ask("after=6") == (409, 0)
    assert ask("limit=501") == (422, 0)


def test_the_ten_lines_we_promise_follow_the_platform(feed: Feed, tmp_path: Path) -> None:
    process = feed.start().wait_ready()
    feed.tell(told(3))
    until(lambda: feed.length() == 3)
    lines = [line for line in (feed_api.__doc__ or "").splitlines() if line.startswith("    ")]
    environ = {
        "PATH": os.environ["PATH"],
        "EVENTS_URL": f"http://127.0.0.1:{process.ports[0]}",
        "TOKEN": bearer()["Authorization"].removeprefix("Bearer "),
    }
    command = [sys.executable, "-c", dedent("\n".join(lines))]
    with subprocess.Popen(command, cwd=tmp_path, env=environ, stdout=subprocess.PIPE) as reader:
        assert reader.stdout is not None
        said = [reader.stdout.readline().decode() for _ in range(3)]
        until((tmp_path / "position").exists)
        reader.kill()
    assert {line.split()[0] for line in said} == {"step.assigned"}
    assert (tmp_path / "position").read_text() == "3"


def test_of_a_batch_that_comes_again_only_the_missing_are_appended(log: EventLog) -> None:
    events = told(10)
    log.append(events[4:7])
    log.append(events)
    log.append(events)
    assert [record.event["seq"] for record in log.after(0, 100)] == [5, 6, 7, 1, 2, 3, 4, 8, 9, 10]


def test_the_same_id_from_another_source_is_another_event(log: EventLog) -> None:
    ours = told(1)
    theirs = [Envelope(**vars(ours[0]) | {"source": "motcua:routing:elsewhere"})]
    log.append(theirs)
    log.append(ours)
    assert [each.event["source"] for each in log.after(0, 9)] == [theirs[0].source, ours[0].source]


def test_many_writers_at_once_leave_no_gap(platform: Platform, database_name: str) -> None:
    parts = [told(90) for _ in range(4)]
    start = threading.Barrier(len(parts))

    def write(part: list[Envelope]) -> None:
        with opened(platform, database_name) as own:
            start.wait()
            for at in range(0, len(part), 9):
                own.append(part[at : at + 9])

    with ThreadPoolExecutor(len(parts)) as pool:
        list(pool.map(write, parts))
    with opened(platform, database_name) as log:
        records = log.after(0, 500)
    assert [record.position for record in records] == list(range(1, 361))
    assert len({record.event["id"] for record in records}) == 360


def test_a_backup_that_was_put_back_leaves_no_gap_and_its_readers_are_told(log: EventLog) -> None:
    log.append(told(10))
    log.documents.delete_many({"position": {"$gt": 6}})
    with pytest.raises(Refused):
        log.after(10, 5)
    log.append(told(2))
    assert [record.position for record in log.after(0, 100)] == list(range(1, 9))


def test_the_log_in_memory_behaves_as_the_real_one(log: EventLog) -> None:
    for each in (log, FakeLog()):
        events = told(5)
        each.append(events[:3])
        each.append(events)
        assert [record.position for record in each.after(0, 10)] == [1, 2, 3, 4, 5]
        assert [record.event["seq"] for record in each.after(3, 1)] == [4]
        assert each.after(5, 10) == []
        with pytest.raises(Refused):
            each.after(6, 10)


def test_every_question_is_answered_from_an_index_and_reads_no_more_than_its_answer(
    platform: Platform, database_name: str
) -> None:
    commands = Commands()
    with opened(platform, database_name, commands) as log:
        for _ in range(8):
            log.append(told(250))
        commands.seen.clear()
        page = log.after(700, 100)
        log.after(2000, 100)
        again = told(1)
        log.append(again)
        log.append(again)
        assert len(page) == 100
        seen = list(commands.seen)
        assert len(seen) == 8, "a page; the end, two; an append, two; one that is there, three"
        for command in seen:
            assert "sort" not in command
            plan = _explain(log, command)
            read, given = (
                plan["executionStats"][name] for name in ("totalDocsExamined", "nReturned")
            )
            assert "COLLSCAN" not in str(plan), command["filter"]
            assert read <= given, command["filter"]
        first = _explain(log, seen[0])["executionStats"]
        assert (first["nReturned"], first["totalDocsExamined"]) == (100, 100)


def _explain(log: EventLog, command: Mapping[str, Any]) -> Any:
    plain = {name: command[name] for name in ("find", "filter", "projection") if name in command}
    return log.mongo.database.command("explain", plain, verbosity="executionStats")
