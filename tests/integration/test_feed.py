"""The event feed over HTTP, on the real database and broker: filters, waiting, streams, retention.

A cursor never skips: whatever is written meanwhile, by however many, each reader of the feed gets
every event that it wants, once and in the order of the log.
"""

import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from contracts.envelope import Envelope
from contracts.events import DossierWithdrawn
from foundation.errors import Gone, Refused
from foundation.persistence.document import new_message_id
from foundation.persistence.event_labels import LabelIs
from foundation.persistence.event_log import EventLog, Record
from foundation.web.auth import public_keys
from services.subscriptions.service import SubscriptionsService
from tests.integration.test_event_log import KEY, Desk, Feed, bearer, opened, read, told
from tests.platform_fixtures import Platform
from tests.processes import Process, bench, until

EVENT_STREAM = {"Accept": "text/event-stream"}
WITHDRAWN = DossierWithdrawn(agency="ubnd-xa", code="c")


@pytest.fixture(name="feed")
def _feed(platform: Platform, tmp_path: Path) -> Iterator[Feed]:
    (tmp_path / "keys.json").write_text(json.dumps(public_keys([KEY])))
    with bench(platform, [SubscriptionsService, Desk], tmp_path) as made:
        yield Feed(made)


@pytest.fixture(name="log")
def _log(platform: Platform, database_name: str) -> Iterator[EventLog]:
    with opened(platform, database_name) as made:
        yield made


def address_of(process: Process) -> str:
    return f"http://127.0.0.1:{process.ports[0]}"


def said(stream: Iterator[str]) -> Iterator[tuple[int, str]]:
    """The position and id of each event of a stream of lines; heartbeats dispatch none."""
    position, data = 0, ""
    for line in stream:
        name, _, value = line.partition(": ")
        position = int(value) if name == "id" else position
        data = value if name == "data" else data
        if not line and data:
            yield position, json.loads(data)["id"]
            data = ""


def of_several_kinds(count: int) -> list[Envelope]:
    """Every third is of another type, every fifth of another agency."""
    return [
        Envelope(
            **vars(event)
            | ({"type": WITHDRAWN.TYPE, "data": WITHDRAWN.write()} if seq % 3 == 0 else {})
            | ({"agency": "so-xay-dung"} if seq % 5 == 0 else {})
        )
        for seq, event in enumerate(told(count), 1)
    ]


def test_no_way_of_reading_skips_while_two_processes_write(feed: Feed) -> None:
    """Three read at once: pages with a filter, long polls, and a stream cut now and then."""
    replicas = [feed.start(), feed.start()]
    for each in replicas:
        each.wait_ready()
    events = of_several_kinds(900)
    wanted = {each.id for each in events if each.seq % 3 == 0 and each.seq % 5 == 0}
    withdrawn = {each.id for each in events if each.seq % 3 == 0}

    def polled(query: str, enough: int) -> list[str]:
        ids: list[str] = []
        after, ends = 0, time.monotonic() + 60
        while len(ids) < enough and time.monotonic() < ends:
            page = read(replicas[1], f"after={after}&limit=7&wait=3&{query}").json()
            ids += [event["id"] for event in page["events"]]
            assert page["next"] >= after
            after = page["next"]
        return ids

    def streamed(enough: int) -> list[tuple[int, str]]:
        found: list[tuple[int, str]] = []
        ends = time.monotonic() + 60
        while len(found) < enough and time.monotonic() < ends:
            last = {"Last-Event-ID": str(found[-1][0])} if found else {}
            with httpx.stream(
                "GET",
                f"{address_of(replicas[0])}/events?limit=9",
                headers={**bearer(), **EVENT_STREAM, **last},
                timeout=20,
            ) as answer:
                for number, each in enumerate(said(answer.iter_lines()), 1):
                    found.append(each)
                    if number == 200 or len(found) == enough:
                        break

        return found

    with ThreadPoolExecutor() as pool:
        narrow = pool.submit(polled, "type=dossier.withdrawn&agency=so-xay-dung", len(wanted))
        prefix = pool.submit(polled, "type=dossier.*", len(withdrawn))
        stream = pool.submit(streamed, len(events))
        for at in range(0, len(events), 60):
            feed.tell(events[at : at + 60])
        found, dossiers, positions = narrow.result(90), prefix.result(90), stream.result(90)

    feed.holds(events)
    assert sorted(found) == sorted(wanted)
    assert sorted(dossiers) == sorted(withdrawn)
    assert [position for position, _ in positions] == list(range(1, len(events) + 1))
    assert sorted(each for _, each in positions) == sorted(each.id for each in events)


def test_a_stretch_by_labels_misses_nothing_while_many_write(
    platform: Platform, database_name: str
) -> None:
    """The reader asks for what half of the events are, as fast as it can, in stretches of 5."""
    parts = [told(80) for _ in range(4)]
    seen: list[Record] = []
    done = threading.Event()

    def write(part: list[Envelope]) -> None:
        labels = [{"type": "odd" if each.seq % 2 else "even"} for each in part]
        with opened(platform, database_name) as own:
            for at in range(0, len(part), 4):
                own.append(part[at : at + 4], labels[at : at + 4])

    def follow() -> int:
        position = 0
        with opened(platform, database_name) as own:
            while True:
                last = done.is_set()
                stretch = own.stretch(position, 5, [LabelIs("type", "odd")])
                seen.extend(stretch.records)
                position = stretch.end
                if last and not stretch.more and position == own.length():
                    return position

    with ThreadPoolExecutor(len(parts) + 1) as pool:
        reading = pool.submit(follow)
        list(pool.map(write, parts))
        done.set()
        assert reading.result(60) == 320
    assert len(seen) == 160
    assert {each.event["id"] for each in seen} == {
        each.id for part in parts for each in part if each.seq % 2
    }
    assert [each.position for each in seen] == sorted(each.position for each in seen)


def test_what_was_written_before_there_were_labels_is_found_too(log: EventLog) -> None:
    log.append(told(3))
    log.append(told(2, agency="so-xay-dung"), [{"agency": "so-xay-dung"}, {"agency": "x"}])
    stretch = log.stretch(0, 100, [LabelIs("agency", "so-", prefix=True)])
    assert [each.position for each in stretch.records] == [1, 2, 3, 4]
    assert (stretch.end, stretch.more) == (5, False)
    assert log.stretch(0, 4, [LabelIs("agency", "x")]).more


def aged(count: int, days: int) -> list[Envelope]:
    moment = datetime.now(UTC) - timedelta(days=days)
    return [
        Envelope(**vars(each) | {"time": moment, "id": new_message_id(moment)})
        for each in told(count)
    ]


def test_what_was_kept_long_enough_goes_and_whoever_is_behind_is_told_where_to_go_on(
    log: EventLog,
) -> None:
    log.append(aged(20, 40))
    log.append(aged(10, 1))
    before = datetime.now(UTC) - timedelta(days=30)
    assert [log.forget(before, at_once=15) for _ in range(3)] == [15, 5, 0]
    assert (log.begin(), log.length(), log.documents.count_documents({})) == (21, 30, 10)
    for narrow in ([], [LabelIs("type", "step.assigned")]):
        for position in (0, 5, 19):
            with pytest.raises(Gone) as gone:
                log.stretch(position, 5, narrow)
            assert gone.value.fields == {"after": ["20"]}
        assert [each.position for each in log.stretch(20, 3, narrow).records] == [21, 22, 23]
        with pytest.raises(Refused):
            log.stretch(31, 5, narrow)
    log.append(aged(2, 0))
    assert log.length() == 32


def test_the_last_event_stays_and_a_process_that_died_between_mark_and_removal_is_caught_up(
    log: EventLog,
) -> None:
    log.append(aged(5, 40))
    before = datetime.now(UTC)
    log.marks.insert_one({"_id": "begin", "position": 3})
    with pytest.raises(Gone):
        log.stretch(1, 2, [LabelIs("type", "step.assigned")])
    assert log.forget(before, at_once=100) == 2
    assert [each["position"] for each in log.documents.find()] == [5]
    with_a_new_view = EventLog()
    with_a_new_view.mongo = log.mongo
    with_a_new_view.setup()
    with_a_new_view.append(aged(1, 0))
    assert with_a_new_view.length() == 6


def test_waiting_holds_no_worker_and_ends_with_the_process(feed: Feed) -> None:
    process = feed.start(MAX_WORKERS="2").wait_ready()
    feed.tell(told(3))
    until(lambda: feed.length() == 3)
    began = time.monotonic()
    with ThreadPoolExecutor(12) as pool:
        waiting = [pool.submit(follow_to_the_end, process, number) for number in range(8)]
        polling = [pool.submit(read_waiting, process, number) for number in range(4)]
        time.sleep(1)
        for _ in range(20):
            assert read(process, "after=0").status_code == 200
        process.popen.terminate()
        ends = [each.result(30) for each in waiting]
        pages = [each.result(30) for each in polling]
    assert process.popen.wait(30) == 0
    assert time.monotonic() - began < 25
    assert all(ids == [1, 2, 3] for ids in ends)
    assert pages == [{"events": [], "next": 3, "more": False}] * 4


def follow_to_the_end(process: Process, number: int) -> list[int]:
    headers = {**bearer(sub=f"reader-{number}"), **EVENT_STREAM}
    with httpx.stream(
        "GET", f"{address_of(process)}/events", headers=headers, timeout=40
    ) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        return [position for position, _ in said(answer.iter_lines())]


def read_waiting(process: Process, number: int) -> Any:
    headers = bearer(sub=f"poller-{number}")
    asked = f"{address_of(process)}/events?after=3&wait=30"
    return httpx.get(asked, headers=headers, timeout=40).json()


def status_of_stream(process: Process) -> int:
    headers = {**bearer(), **EVENT_STREAM}
    with httpx.stream(
        "GET", f"{address_of(process)}/events", headers=headers, timeout=40
    ) as answer:
        return answer.status_code


def test_one_caller_gets_its_share_of_streams_and_is_told_so(feed: Feed) -> None:
    process = feed.start().wait_ready()
    with ThreadPoolExecutor(10) as pool:
        headers = {**bearer(), **EVENT_STREAM}
        open_streams = [
            pool.submit(
                lambda: (
                    httpx.get(
                        f"{address_of(process)}/events", headers=headers, timeout=40
                    ).status_code
                )
            )
            for _ in range(10)
        ]
        until(lambda: status_of_stream(process) == 503)
        refused = httpx.get(f"{address_of(process)}/events", headers=headers, timeout=10)
        assert refused.headers["retry-after"] == "5"
        assert read(process, "after=0").status_code == 200
        process.popen.terminate()
        # Those that look for the limit take places too, so not every one of the ten got in.
        ended = [each.result(30) for each in open_streams]
        assert set(ended) <= {200, 503}
        assert ended.count(200) >= 5


def test_old_events_go_by_themselves_and_the_feed_says_where_it_begins(feed: Feed) -> None:
    process = feed.start(EVENTS_KEPT_DAYS="30").wait_ready()
    feed.tell(aged(4, 40) + aged(2, 1))
    until(lambda: feed.length() == 6 or feed.length() == 2)
    with httpx.Client() as client:
        # Two turns of the timer: the first may come before all of it is in the log.
        until(lambda: feed.length() == 2, within=180)
        answer = client.get(f"{address_of(process)}/events?after=1", headers=bearer())
        stream = client.get(f"{address_of(process)}/events", headers={**bearer(), **EVENT_STREAM})
    for each in (answer, stream):
        assert each.status_code == 410
        assert each.json()["type"] == "urn:motcua:problem:gone"
        assert each.json()["errors"] == {"after": ["4"]}
    assert len(read(process, "after=4").json()["events"]) == 2
