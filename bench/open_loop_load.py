"""An open-loop load: submits dossiers at a rate, and measures when they reach the desk.

A desk publishes `step.received` after it has stored the order, so the latency is slightly
overestimated.
"""

import json
import os
import random
import threading
import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import accumulate
from typing import Any

from bench.amqp_channel import listen
from bench.child_process import READY, send
from bench.closed_loop_load import WARM, clients, read_plan
from bench.report import percentile

CLIENTS, SEED = 24, 1
ARRIVED_WITHIN = 10.0  # seconds
LATEST = 120.0  # seconds: by then the second try of a message, and the sweep, have had their turn


class OpenLoopLoad:
    """The times at which each dossier was scheduled, accepted, and received by the desk."""

    def __init__(self) -> None:
        """Sends nothing yet."""
        self.due: dict[str, float] = {}
        self.accepting: dict[str, float] = {}
        self.accepted: dict[str, float] = {}
        self.arrived: dict[str, float] = {}
        self._slots: deque[float] = deque()
        self._turn = threading.Lock()

    def at_rate(self, rate: float, seconds: float, *, independent: bool = False) -> None:
        """Submit and accept one dossier every 1/rate seconds, and wait for the last answer.

        `independent` of one another they come so often on average, as people do.
        """
        count = int(rate * (seconds + WARM))
        moments = _independent(rate, count) if independent else (n / rate for n in range(count))
        begin = time.monotonic() + 0.1
        self._slots.extend(begin + moment for moment in moments)
        with ThreadPoolExecutor(CLIENTS) as walkers:
            gone = [walkers.submit(self._walk) for _ in range(CLIENTS)]
        for each in gone:
            each.result()

    def listen(self, url: str) -> None:
        """Subscribe to the events of received steps."""
        listen(url, ["step.received.*"], self._hear)

    def report(self) -> dict[str, Any]:
        """The rows of the report, for the dossiers scheduled after the warm-up, and who was late.

        Late is what arrived after ARRIVED_WITHIN, missing what has not arrived at all.
        """
        begin = min(self.due.values()) + WARM
        counted = [each for each, due in self.due.items() if due >= begin]
        there = [each for each in counted if each in self.arrived]
        took = {each: self.arrived[each] - self.accepting[each] for each in there}
        rows = [
            _row("accept → inbox", list(took.values())),
            _row("accept → answer", [self.accepted[i] - self.accepting[i] for i in there]),
            _row("submit, accept → inbox", [self.arrived[i] - self.due[i] for i in there]),
        ]
        return {
            "rows": rows,
            "dossiers": len(counted),
            "late": sum(each > ARRIVED_WITHIN for each in took.values()),
            "missing": len(counted) - len(there),
        }

    def _walk(self) -> None:
        (citizen, clerk), body = clients(), read_plan()["body"]
        while (slot := self._next()) is not None:
            time.sleep(max(0.0, slot - time.monotonic()))
            dossier = citizen.post("/dossiers", body)["id"]
            self.due[dossier], self.accepting[dossier] = slot, time.monotonic()
            clerk.post(f"/dossiers/{dossier}/accept", "{}")
            self.accepted[dossier] = time.monotonic()

    def _next(self) -> float | None:
        with self._turn:
            return self._slots.popleft() if self._slots else None

    def _hear(self, message: Any) -> None:
        self.arrived[json.loads(message.body)["subject"]] = time.monotonic()


def run() -> None:
    """The child process: RATE dossiers per second for SECONDS seconds, INDEPENDENT or evenly.

    Reports how many it sent in all, and the CPU seconds that it took for it.
    """
    made = OpenLoopLoad()
    made.listen(os.environ["OPERATOR_URL"])
    send(**{READY: True})
    began = time.process_time()
    rate, seconds = float(os.environ["RATE"]), float(os.environ["SECONDS"])
    made.at_rate(rate, seconds, independent="INDEPENDENT" in os.environ)
    deadline = time.monotonic() + LATEST
    while len(made.arrived) < len(made.due) and time.monotonic() < deadline:
        time.sleep(0.05)
    send(**made.report(), sent=len(made.due), cpu=time.process_time() - began)


def _independent(rate: float, count: int) -> Iterator[float]:
    """Moments with gaps of exponential length, the same in each run, so that runs are alike."""
    chance = random.Random(SEED)  # noqa: S311 -- a load, no secret
    return accumulate(chance.expovariate(rate) for _ in range(count))


def _row(what: str, seconds: list[float]) -> dict[str, Any]:
    p50, p99 = (percentile(seconds, share) * 1000 for share in (0.5, 0.99))
    return {"from, to": what, "dossiers": len(seconds), "p50": p50, "p99": p99}
