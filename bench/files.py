"""`bench files`: uploads and downloads over HTTP, beside the bare minio client to the same server.

Both sides take turns within one run, so that a slow moment of the machine is slow for both.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from statistics import median
from typing import Any

import click
import psutil

from bench.child_process import ChildProcess, child_processes
from bench.desk import embedded_servers, start_programs
from bench.intake_platform import CITIZEN, DOCUMENTS, LIFETIME
from bench.report import Report, median_of_ratios
from bench.work_folder import named_database, work_folder
from cli import tokens
from cli.embedded.object_store import ACCESS_KEY, FILES, secret_key, url
from cli.local_platform import LocalPlatform

KB, MB = 1000, 1_000_000
SIZES = {"100 kB": 100 * KB, "1 MB": MB, "20 MB": 20 * MB}
CLIENTS = (1, 8)
ACTS = ("upload", "download")
OURS, BARE, ADDRESS = "documents", "minio", "address"
"""ADDRESS: documents sends the reader to the store by a signed address."""
GOAL, GOAL_FROM = 0.8, MB
LONGEST = 120.0  # seconds beyond the measured ones
LOOK_EVERY = 0.05


@dataclass(frozen=True)
class FilesCase:
    """What is measured on both sides: an act, the size of the files, the number of clients."""

    act: str
    size: str
    clients: int

    @property
    def title(self) -> str:
        """The name of the ratio."""
        return f"{self.act} {self.size}, {self.clients} client{'s' * (self.clients > 1)}"


Seen = dict[tuple[FilesCase, str], list[float]]


def cases() -> list[FilesCase]:
    """Every case, in the order of the table."""
    return [FilesCase(act, size, many) for act in ACTS for size in SIZES for many in CLIENTS]


def sides_of(case: FilesCase) -> tuple[str, ...]:
    """Who does it: a file is uploaded in one way, and downloaded in two."""
    return (OURS, BARE) if case.act == "upload" else (OURS, ADDRESS, BARE)


def measure(rounds: int, seconds: float) -> Report:
    """Every case on all sides in turn, `rounds` times, `seconds` each time."""
    seen: Seen = {(case, side): [] for case in cases() for side in sides_of(case)}
    with work_folder() as root, embedded_servers(root) as platform:
        service = platform.instance(DOCUMENTS).process_name
        start_programs(platform, FILES)
        _start_unscanned(platform, service)
        with _watched(platform.supervisor.running()[service].pid) as memory:
            for _ in range(rounds):
                for case, side in seen:
                    seen[case, side].append(_run(platform, case, side, seconds))
        made = _report(seen)
        made.database = named_database(
            platform.servers.addresses().mongo_url,
            external=bool(platform.servers.external_database),
        )
    made.notes.append(f"resident memory of the service: {memory.before} MB, at most {memory.most}")
    return made


def _start_unscanned(platform: LocalPlatform, service: str) -> None:
    """Start the service without a scanner: its jobs would be measured too, and nobody else's.

    It sends readers to the store who do not ask for a stream.
    """
    programs = (each for wave in platform.start_order() for each in wave)
    program = next(each for each in programs if each.name == service)
    told = {"SCANNER_URL": "", "WITHOUT_SCANNER": "pass"}
    told["S3_READERS_URL"] = url(platform.servers.ports)
    unscanned = replace(program, environment={**program.environment, **told})
    platform.supervisor.start(unscanned)
    platform.supervisor.wait(unscanned)


def _run(platform: LocalPlatform, case: FilesCase, side: str, seconds: float) -> float:
    """Files a second."""

    def started() -> ChildProcess:
        told = {
            "PORT": str(platform.instance(DOCUMENTS).http),
            "TOKEN": tokens.sign_token(platform.folder, "citizen", CITIZEN, lifetime=LIFETIME),
            "S3_URL": url(platform.servers.ports),
            "S3_ACCESS_KEY": ACCESS_KEY,
            "S3_SECRET_KEY": secret_key(platform.folder),
            "SIDE": side,
            "ACT": case.act,
            "SIZE": str(SIZES[case.size]),
            "CLIENTS": str(case.clients),
            "SECONDS": str(seconds),
        }
        log = platform.folder.log(f"files-{side}")
        return ChildProcess("files_load", "load", told, log)

    with child_processes(started) as (client,):
        rate = float(client.receive(seconds + LONGEST)["rate"])
    click.echo(f"{case.title}: {side} {rate:.3g} a second", err=True)
    return rate


def _report(seen: Seen) -> Report:
    made = Report("files uploaded and downloaded, per second")
    for case in cases():
        ours, bare = seen[case, OURS], seen[case, BARE]
        ratio = median_of_ratios(ours, bare)
        moved = seen.get((case, ADDRESS), [])
        row: dict[str, Any] = {"act": case.act, "size": case.size, "clients": case.clients}
        row |= {OURS: median(ours), ADDRESS: median(moved) if moved else "", BARE: median(bare)}
        made.rows.append(row | {"ratio": ratio})
        if SIZES[case.size] >= GOAL_FROM:
            made.ratios[case.title] = ratio
            if moved:
                made.ratios[f"{case.title}, by address"] = median_of_ratios(moved, bare)
    made.goals = dict.fromkeys(made.ratios, GOAL)
    return made


@dataclass
class WatchedMemory:
    """The resident memory of a process in MB, before and at most."""

    before: int
    most: int = 0
    done: threading.Event = field(default_factory=threading.Event)


@contextmanager
def _watched(pid: int) -> Iterator[WatchedMemory]:
    process = psutil.Process(pid)

    def resident() -> int:
        return int(process.memory_info().rss / MB)

    memory = WatchedMemory(resident())

    def watch() -> None:
        while not memory.done.is_set():
            memory.most = max(memory.most, resident())
            time.sleep(LOOK_EVERY)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield memory
    finally:
        memory.done.set()
        watcher.join()
