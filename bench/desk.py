"""`bench desk`: every list of an agency's desk with 100,000 steps, on the embedded database.

First the store's query alone, then the whole HTTP answer of the desk. Wall time is what an officer
waits on this machine; the CPU time of the asking process and the database is what it costs.
"""

import json
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from bench.child_process import READY, ChildProcess, child_processes, send
from bench.desk_data import AGENCY, FILLED_WITHIN, LEADER, OFFICERS, PROCEDURES, fill, officer_book
from bench.http_client import MinimalHttpClient
from bench.intake_platform import LIFETIME
from bench.processor_time import cpu_seconds, database_pids
from bench.report import Report, percentile
from bench.work_folder import named_database, work_folder
from cli import tokens
from cli.agency_registry import ROUTING
from cli.embedded.database import DATABASE
from cli.embedded.ports import free_ports
from cli.embedded.rabbitmq import BROKER, EPMD
from cli.local_platform import LocalPlatform
from foundation.worktime import Calendar
from services.routing.domain.docket import lists, search_words
from services.routing.domain.staff import officers
from services.routing.domain.staff.act import OfficerAct

MANY = 100_000
PAGE = 50
GOAL = 20.0  # milliseconds
MEASURED_WITHIN = 600.0
SPECIALIST = OFFICERS[0]
DATED = ("due_today", "due_soon", "overdue", "waiting_citizen", "waiting_agency", "told")
SHARED = {"routes": (lists.LED, "route"), "refusals": (lists.REFUSED, "refusals")}
TEXTS = (
    "nguyen",
    "nguyen van an",
    f"{PROCEDURES[3]} khong",
    "200914-0777",
    "khong co",
    PROCEDURES[3],
)


@dataclass(frozen=True)
class ListQuery:
    """One list as one officer queries it, from the store and at an HTTP path."""

    path: str
    officer: str = SPECIALIST
    name: str = ""
    text: str = ""
    later: bool = False
    """Whether the second page is queried instead of the first."""

    @property
    def title(self) -> str:
        """The name in the table."""
        return f"{self.path}{', page 2' if self.later else ''} ({self.officer})"


@dataclass
class QueryTimes:
    """The measurements of one query in milliseconds: each wall time, and the mean CPU time."""

    found: int = 0
    wall: list[float] = field(default_factory=list)
    processor: float = 0.0


def list_queries() -> list[ListQuery]:
    """Every list for a specialist and for the leader, second pages, and some searches."""
    asked = [ListQuery(f"/lists/{name}", name=name) for name in ("mine", "division", *DATED)]
    asked += [ListQuery(f"/lists/{name}", LEADER, name=name) for name in ("untaken", *DATED)]
    asked += [
        ListQuery(f"/{path}", who, name=path) for path in SHARED for who in (SPECIALIST, LEADER)
    ]
    asked += [ListQuery(f"/search?q={quote(text)}", LEADER, text=text) for text in TEXTS]
    asked += [
        ListQuery("/lists/division", name="division", later=True),
        ListQuery("/lists/untaken", LEADER, name="untaken", later=True),
        ListQuery("/routes", LEADER, name="routes", later=True),
        ListQuery("/search?q=nguyen", LEADER, text="nguyen", later=True),
    ]
    return asked


def measure(rounds: int, many: int = MANY) -> Report:
    """Fill a desk's store with `many` steps, then ask for every list `rounds` times in turn."""
    with work_folder() as root, embedded_servers(root) as platform:
        with child_processes(lambda: _reader(platform, rounds, many)) as (reader,):
            alone = [QueryTimes(**said) for said in reader.receive(MEASURED_WITHIN)["times"]]
        start_programs(platform, platform.instance(ROUTING, AGENCY).process_name)
        at_door = [_at_door(platform, each, rounds) for each in list_queries()]
        made = _report(alone, at_door, many)
        made.database = named_database(
            platform.servers.addresses().mongo_url,
            external=bool(platform.servers.external_database),
        )
    return made


@contextmanager
def embedded_servers(root: Path) -> Iterator[LocalPlatform]:
    """Broker and database at work; ended afterwards."""
    platform = LocalPlatform(root, free_ports().base)
    try:
        tokens.public_keys_file(platform.folder)
        platform.servers.prepare(platform.definitions())
        start_programs(platform, EPMD, BROKER, DATABASE)
        yield platform
    finally:
        running = platform.supervisor.running()
        servers = [each for each in (BROKER, DATABASE, EPMD) if each in running]
        platform.supervisor.stop([each for each in running if each not in servers])
        platform.supervisor.stop(servers)


def start_programs(platform: LocalPlatform, *names: str) -> None:
    """Start these programs, in the order in which they may."""
    for wave in platform.start_order():
        chosen = [program for program in wave if program.name in names]
        for program in chosen:
            platform.supervisor.start(program)
        platform.supervisor.wait(*chosen)


def _reader(platform: LocalPlatform, rounds: int, many: int) -> ChildProcess:
    told = {
        "GREEN": "1",
        "MONGO_URL": platform.servers.addresses().mongo_url,
        "DATABASE": json.dumps(database_pids(platform.servers.addresses().mongo_url)),
        "ROUNDS": str(rounds),
        "MANY": str(many),
    }
    child = ChildProcess("desk", "read", told, platform.folder.log("bench-desk"))
    child.receive(FILLED_WITHIN)
    return child


def _at_door(platform: LocalPlatform, question: ListQuery, rounds: int) -> QueryTimes:
    instance, running = platform.instance(ROUTING, AGENCY), platform.supervisor.running()
    token = tokens.sign_token(
        platform.folder, "officer", question.officer, agency=AGENCY, lifetime=LIFETIME
    )
    client, path = MinimalHttpClient(instance.http, token), question.path
    if question.later:
        path += f"{'&' if '?' in path else '?'}after={quote(client.get(path)['next'])}"

    def ask() -> int:
        body = client.get(path)
        return len(next(rows for rows in body.values() if isinstance(rows, list)))

    databases = database_pids(platform.servers.addresses().mongo_url)
    return measure_query(ask, rounds, [running[instance.process_name].pid, *databases])


def measure_query(ask: Callable[[], int], rounds: int, processes: list[int]) -> QueryTimes:
    """Query `rounds` times, after one that warms up; measures also the CPU of these processes."""
    seen = QueryTimes(found=ask())
    before = sum(map(cpu_seconds, processes))
    for _ in range(rounds):
        began = time.perf_counter()
        ask()
        seen.wall.append((time.perf_counter() - began) * 1000)
    seen.processor = (sum(map(cpu_seconds, processes)) - before) / rounds * 1000
    return seen


def _report(alone: list[QueryTimes], at_door: list[QueryTimes], many: int) -> Report:
    title = f"a desk's lists with {many:,} steps, pages of {PAGE}; ms of the query, and at the door"
    made = Report(title, at_most=True)
    for question, query, answer in zip(list_queries(), alone, at_door, strict=True):
        row: dict[str, Any] = {"list": question.title, "rows": answer.found}
        made.rows.append(row | measured_times("query", query) | measured_times("door", answer))
        made.ratios[f"{question.title}, p99 at the door"] = percentile(answer.wall, 0.99)
        made.ratios[f"{question.title}, its processor time"] = answer.processor
    made.goals = dict.fromkeys(made.ratios, GOAL)
    return made


def measured_times(where: str, seen: QueryTimes) -> dict[str, float]:
    """The columns of one measurement in the table."""
    return {
        f"{where} p50": percentile(seen.wall, 0.5),
        f"{where} p99": percentile(seen.wall, 0.99),
        f"{where} cpu": seen.processor,
    }


def read() -> None:
    """The child process: fills the store and queries it, as the service does."""
    from foundation.runtime.run import make_container  # noqa: PLC0415 -- after the patch
    from foundation.scheduling import now  # noqa: PLC0415 -- after the patch
    from foundation.settings import read_settings  # noqa: PLC0415 -- after the patch
    from services.routing.settings import RoutingSettings  # noqa: PLC0415 -- after the patch
    from services.routing.store import Dockets, OfficerBooks  # noqa: PLC0415 -- after the patch

    environ = {
        "AMQP_URL": "amqp://127.0.0.1:1/",  # nothing is sent
        "MONGO_URL": os.environ["MONGO_URL"],
        "TOKEN_KEYS": "none",
        "AGENCY": AGENCY,
    }
    service = type(
        "Reading", (), {"name": "routing", "dockets": Dockets(), "offices": OfficerBooks()}
    )
    container = make_container(service, read_settings(RoutingSettings, "routing", environ))
    container.start()
    parts: Any = container.dependencies
    store = next(each for each in parts if isinstance(each, Dockets))
    book = next(each for each in parts if isinstance(each, OfficerBooks))
    # Before filling: the embedded database builds an index over a full store very slowly.
    store.create_indexes()
    moment, rounds = now(), int(os.environ["ROUNDS"])
    book.save(officer_book())
    fill(store, int(os.environ["MANY"]), moment)
    send(filled=True)
    send(**{READY: True})
    processes = [os.getpid(), *json.loads(os.environ["DATABASE"])]
    asks = [_ask(store, each, moment) for each in list_queries()]
    send(times=[vars(measure_query(ask, rounds, processes)) for ask in asks])
    container.kill()


def _ask(store: Any, question: ListQuery, now: datetime) -> Callable[[], int]:
    """A function that runs the store's query of a list; it returns the number of rows."""
    page = _page(store, question, now)
    last = page("")[PAGE - 1] if question.later else None
    after = (last.arrival if question.text else last.place) if last else ""
    return lambda: len(page(after))


def _page(store: Any, question: ListQuery, now: datetime) -> Callable[[str], Sequence[Any]]:
    """A function from the start position to a page of the list."""
    person = officers.officer_of(officer_book(), question.officer)
    act = OfficerAct(person.id, now, frozenset(person.roles), person.division)
    asking: dict[str, Any] = {"limit": PAGE + 1}

    def search(after: str) -> Sequence[Any]:
        found: Sequence[Any] = store.saying(sought, now, after=after, **asking)[0]
        return found

    if question.text:
        sought = search_words.asked_for(question.text)
        return search
    if question.name in SHARED:
        name, only = SHARED[question.name]
        keys = lists.shared_with(name, act)
        return lambda after: store.in_order(keys, now, only=(only,), after=after, **asking)
    part = lists.named(question.name, act, Calendar.default())
    return lambda after: store.on_list(part, now, after=after, **asking)
