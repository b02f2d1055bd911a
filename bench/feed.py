"""`bench feed`: how fast the event feed is read by its cursor, in a short log and in a long one.

Readers ask for pages of 500 over HTTP and read them as JSON, at the begin, in the middle and at the
end of the log. The CPU time is that of the service and of the database.
"""

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bench.desk import embedded_servers, start_programs
from bench.event_log_data import RARE, SERVICE, FilledLog
from bench.http_client import MinimalHttpClient
from bench.intake_platform import LIFETIME
from bench.processor_time import cpu_seconds, database_pids, wait_until_idle
from bench.report import Report
from bench.work_folder import named_database, work_folder
from cli import tokens
from cli.local_platform import LocalPlatform

FEW, MANY, QUICK = 10_000, 100_000, 20_000
PAGE = 500
STRETCH = 4_500
GOAL_RATE, GOAL_FLAT = 20_000.0, 0.9


@dataclass(frozen=True)
class FeedReading:
    """A way of reading: so many readers at the same time, all events or those of a type."""

    title: str
    readers: int
    query: str = ""
    share: float = 1.0


READINGS = (
    FeedReading("all events", 1),
    FeedReading("all events", 2),
    FeedReading(f"one type, 1 of {RARE}", 1, "&type=dossier.returned", 1 / RARE),
)


class FeedReader(threading.Thread):
    """Reads a stretch of the log, page by page."""

    def __init__(self, client: MinimalHttpClient, query: str, after: int, until: int) -> None:
        """From behind a position up to another."""
        super().__init__()
        self._client, self._query = client, query
        self.position, self._until, self.read = after, until, 0

    def run(self) -> None:
        """Follow the cursor."""
        while self.position < self._until:
            page = self._client.get(f"/events?limit={PAGE}&after={self.position}{self._query}")
            self.read += len(page["events"])
            self.position = page["next"]


def measure(rounds: int, many: int = MANY) -> Report:
    """Fill the log twice and read it, each way `rounds` times."""
    with work_folder() as root, embedded_servers(root) as platform:
        url = platform.servers.addresses().mongo_url
        log = FilledLog(url)
        log.grow(FEW)
        database = database_pids(url)
        start_programs(platform, platform.instance(SERVICE).process_name)
        wait_until_idle(database)
        few = [_measured(platform, log, each, rounds) for each in READINGS]
        log.grow(many)
        wait_until_idle(database)
        lot = [_measured(platform, log, each, rounds) for each in READINGS]
        made = _report(few, lot, many)
        external = bool(platform.servers.external_database)
        made.database = named_database(url, external=external)
    return made


def _measured(
    platform: LocalPlatform, log: FilledLog, reading: FeedReading, rounds: int
) -> dict[str, Any]:
    """The rate in the best round, and the least CPU time of an event that was looked at."""
    _read(platform, reading, [0])
    begins = [0, (log.length - STRETCH) // 2, log.length - STRETCH - 1]
    rates, costs = [], []
    for _ in range(rounds):
        pids = [*database_pids(platform.servers.addresses().mongo_url), _service_pid(platform)]
        cpu, began = sum(map(cpu_seconds, pids)), time.perf_counter()
        read = _read(platform, reading, begins)
        rates.append(read / (time.perf_counter() - began))
        costs.append((sum(map(cpu_seconds, pids)) - cpu) / (read / reading.share) * 1e6)
    return {
        "log": log.length,
        "read": reading.title,
        "readers": reading.readers,
        "events/s": max(rates),
        "CPU µs of an event": min(costs),
    }


def _read(platform: LocalPlatform, reading: FeedReading, begins: Sequence[int]) -> int:
    """Read the stretches with all readers; how many events were given."""
    token = tokens.sign_token(platform.folder, "integrator", "bench", lifetime=LIFETIME)
    port, found = platform.instance(SERVICE).http, 0
    clients = [MinimalHttpClient(port, token) for _ in range(reading.readers)]
    for begin in begins:
        readers = [FeedReader(each, reading.query, begin, begin + STRETCH) for each in clients]
        for each in readers:
            each.start()
        for each in readers:
            each.join()
            found += each.read
    return found


def _service_pid(platform: LocalPlatform) -> int:
    return int(platform.supervisor.running()[platform.instance(SERVICE).process_name].pid)


def _report(few: list[dict[str, Any]], lot: list[dict[str, Any]], many: int) -> Report:
    made = Report(f"the event feed by its cursor, pages of {PAGE}, over HTTP", [*few, *lot])
    for before, after in zip(few, lot, strict=True):
        name = f"{before['read']}, {before['readers']} at a time"
        made.ratios[f"{name}: CPU of an event, with {FEW:,} ÷ with {many:,}"] = (
            before["CPU µs of an event"] / after["CPU µs of an event"]
        )
    made.goals = dict.fromkeys(made.ratios, GOAL_FLAT)
    best = max(each["events/s"] for each in lot)
    made.ratios["events/s"] = best
    made.goals = {**made.goals, "events/s": GOAL_RATE}
    return made
