"""A closed-loop load: CLIENTS concurrent clients submit dossiers, each as fast as it can."""

import json
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from bench.child_process import READY, send
from bench.http_client import MinimalHttpClient, ServiceBusy
from bench.report import percentile

WARM = 1.0  # seconds before anything counts


class LatencyRecorder:
    """Records the latency of each operation that begins after the warm-up and ends in time."""

    def __init__(self, seconds: float) -> None:
        """The warm-up starts now; measured are the `seconds` after it."""
        self.begin = time.monotonic() + WARM
        self.end = self.begin + seconds
        self.seen: list[float] = []
        self.refused = 0

    def run(self, work: Callable[[], object]) -> None:
        """Repeat the operation until the end, in this thread."""
        while (started := time.monotonic()) < self.end:
            try:
                work()
            except ServiceBusy:
                self.refused += 1
                continue
            done = time.monotonic()
            if started >= self.begin and done <= self.end:
                self.seen.append(done - started)

    def report(self) -> None:
        """Report rate and percentiles to the parent process.

        Raises:
            RuntimeError: nothing began after the warm-up and ended in time.
        """
        if not self.seen:
            raise RuntimeError("not one was done in time: give it more seconds")
        send(
            rate=len(self.seen) / (self.end - self.begin),
            p50=percentile(self.seen, 0.5) * 1000,
            p99=percentile(self.seen, 0.99) * 1000,
            refused=self.refused,
        )


def read_plan() -> dict[str, Any]:
    """The plan that the parent process wrote: the dossier to submit, and tokens."""
    read: dict[str, Any] = json.loads(Path(os.environ["PLAN"]).read_text(encoding="utf-8"))
    return read


def clients() -> tuple[MinimalHttpClient, MinimalHttpClient]:
    """HTTP clients of a citizen and a clerk."""
    port, tokens = int(os.environ["PORT"]), read_plan()
    return MinimalHttpClient(port, tokens["citizen"]), MinimalHttpClient(port, tokens["clerk"])


def submit() -> None:
    """The child process: CLIENTS citizens submit dossiers."""

    def work() -> Callable[[], object]:
        (citizen, _), body = clients(), read_plan()["body"]
        return lambda: citizen.post("/dossiers", body)

    run_concurrently(work)


def accept() -> None:
    """The child process: CLIENTS citizens submit dossiers, each accepted at once by a clerk."""

    def work() -> Callable[[], object]:
        (citizen, clerk), body = clients(), read_plan()["body"]

        def both() -> None:
            dossier = citizen.post("/dossiers", body)["id"]
            clerk.post(f"/dossiers/{dossier}/accept", "{}")

        return both

    run_concurrently(work)


def run_concurrently(make: Callable[[], Callable[[], object]]) -> None:
    """Run an operation in CLIENTS threads for SECONDS seconds; `make` is called for each thread."""
    works = [make() for _ in range(int(os.environ["CLIENTS"]))]
    send(**{READY: True})
    laps = LatencyRecorder(float(os.environ["SECONDS"]))
    with ThreadPoolExecutor(len(works)) as clients:
        gone = [clients.submit(laps.run, work) for work in works]
    for each in gone:
        each.result()
    laps.report()
