"""Clients that hand dossiers in, as many at once as they are told, each as fast as it can."""

import json
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from bench.child_process import READY, say
from bench.http_client import BusyAnswer, Door
from bench.report import percentile

WARM = 1.0  # seconds before anything counts


class Laps:
    """How long each piece of work took, begun after the warm-up and before the end."""

    def __init__(self, seconds: float) -> None:
        """The clock starts now."""
        self.begin = time.monotonic() + WARM
        self.end = self.begin + seconds
        self.seen: list[float] = []
        self.refused = 0

    def run(self, work: Callable[[], object]) -> None:
        """Work again and again until the end."""
        while (started := time.monotonic()) < self.end:
            try:
                work()
            except BusyAnswer:
                self.refused += 1
                continue
            done = time.monotonic()
            if started >= self.begin and done <= self.end:
                self.seen.append(done - started)

    def report(self) -> None:
        """Tell the parent."""
        say(
            rate=len(self.seen) / (self.end - self.begin),
            p50=percentile(self.seen, 0.5) * 1000,
            p99=percentile(self.seen, 0.99) * 1000,
            refused=self.refused,
        )


def plan() -> dict[str, Any]:
    """What to hand in, and with which tokens."""
    read: dict[str, Any] = json.loads(Path(os.environ["PLAN"]).read_text(encoding="utf-8"))
    return read


def doors() -> tuple[Door, Door]:
    """A citizen's and a clerk's."""
    port, tokens = int(os.environ["PORT"]), plan()
    return Door(port, tokens["citizen"]), Door(port, tokens["clerk"])


def submit() -> None:
    """CLIENTS citizens hand dossiers in."""

    def work() -> Callable[[], object]:
        (citizen, _), body = doors(), plan()["body"]
        return lambda: citizen.post("/dossiers", body)

    together(work)


def accept() -> None:
    """CLIENTS citizens hand dossiers in, each accepted at once by a clerk."""

    def work() -> Callable[[], object]:
        (citizen, clerk), body = doors(), plan()["body"]

        def both() -> None:
            dossier = citizen.post("/dossiers", body)["id"]
            clerk.post(f"/dossiers/{dossier}/accept", "{}")

        return both

    together(work)


def together(make: Callable[[], Callable[[], object]]) -> None:
    """Do it in CLIENTS threads for SECONDS seconds, each thread with a work of its own making."""
    works = [make() for _ in range(int(os.environ["CLIENTS"]))]
    say(**{READY: True})
    laps = Laps(float(os.environ["SECONDS"]))
    with ThreadPoolExecutor(len(works)) as clients:
        gone = [clients.submit(laps.run, work) for work in works]
    for each in gone:
        each.result()
    laps.report()
