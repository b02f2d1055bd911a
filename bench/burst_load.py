"""The load of `bench burst`: dossiers handed in and accepted at three rates, one after the other.

Calm, then far more than the services can take, then as calm as before. Arrivals have a moment each
and do not wait for one another, up to as many at once as there are walkers; whoever is sent away
with 503 is not tried again.
"""

import json
import os
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from bench.amqp_channel import drain_forever, open_channel
from bench.child_process import READY, send
from bench.closed_loop_load import read_plan
from bench.http_client import HungUp, MinimalHttpClient, ServiceBusy
from bench.open_loop_load import LATEST
from foundation.concurrency import green

WALKERS = 300
"""More than a service holds connections (200): those beyond are turned away, too."""
CALM, RUSH, AFTER = "calm", "rush", "after"
DONE, BUSY, NO_ANSWER, FAILED = "done", "busy", "no answer", "failed"
FIRST_ERRORS = 5


@dataclass
class Phase:
    """What happened at one rate: (second from the phase's begin, seconds it took) of each done."""

    name: str
    rate: float
    seconds: float
    outcomes: Counter[str] = field(default_factory=Counter)
    done: list[tuple[float, float]] = field(default_factory=list)


class BurstLoad:
    """The dossiers that were acknowledged, those that were accepted, and those at the desk."""

    def __init__(self) -> None:
        """Sends nothing yet."""
        self.acknowledged: list[str] = []
        self.accepted: set[str] = set()
        self.arrived: set[str] = set()
        self.errors: list[str] = []
        self._port, self._plan = int(os.environ["PORT"]), read_plan()

    def listen(self, url: str) -> None:
        """Subscribe to the events of received steps."""
        opened = open_channel(url)
        queue = opened.queue_declare(exclusive=True).queue
        opened.queue_bind(queue, "events", "step.received.*")
        opened.basic_consume(queue, no_ack=True, callback=self._hear)
        green.spawn(drain_forever, opened)

    def run(self, phase: Phase) -> None:
        """One arrival every 1/rate seconds; returns when each has its answer."""
        begin = time.monotonic() + 0.1
        slots = iter([begin + number / phase.rate for number in range(self._count(phase))])
        walkers = [green.spawn(self._walk, phase, begin, slots) for _ in range(WALKERS)]
        for each in walkers:
            each.wait()

    def wait_until_arrived(self) -> None:
        """Wait until what was accepted is at the desk, by a second try or the sweep if need be."""
        deadline = time.monotonic() + LATEST
        while self.accepted - self.arrived and time.monotonic() < deadline:
            green.sleep(0.1)

    @staticmethod
    def _count(phase: Phase) -> int:
        return max(1, int(phase.rate * phase.seconds))

    def _walk(self, phase: Phase, begin: float, slots: Any) -> None:
        for due in slots:
            green.sleep(max(0.0, due - time.monotonic()))
            outcome = self._try()
            phase.outcomes[outcome] += 1
            if outcome == DONE:
                phase.done.append((due - begin, time.monotonic() - due))

    def _try(self) -> str:
        try:
            self._hand_in_and_accept()
        except ServiceBusy:
            return BUSY
        except (HungUp, OSError):
            return NO_ANSWER
        except RuntimeError as error:
            self.errors += [str(error)][: FIRST_ERRORS - len(self.errors)]
            return FAILED
        return DONE

    def _hand_in_and_accept(self) -> None:
        citizen = MinimalHttpClient(self._port, self._plan["citizen"])
        try:
            dossier = citizen.post("/dossiers", self._plan["body"])["id"]
        finally:
            citizen.close()
        self.acknowledged.append(dossier)
        clerk = MinimalHttpClient(self._port, self._plan["clerk"])
        try:
            clerk.post(f"/dossiers/{dossier}/accept", "{}")
        finally:
            clerk.close()
        self.accepted.add(dossier)

    def _hear(self, message: Any) -> None:
        self.arrived.add(json.loads(message.body)["subject"])


def run() -> None:
    """The child process: CALM_SECONDS at RATE, RUSH_SECONDS at RUSH_RATE, AFTER_SECONDS at RATE."""
    told = {name: float(os.environ[name]) for name in ("RATE", "RUSH_RATE")}
    lasting = {name: float(os.environ[f"{name.upper()}_SECONDS"]) for name in (CALM, RUSH, AFTER)}
    made = BurstLoad()
    made.listen(os.environ["OPERATOR_URL"])
    send(**{READY: True})
    for name, seconds in lasting.items():
        rate = told["RUSH_RATE" if name == RUSH else "RATE"]
        phase = Phase(name, rate, seconds)
        made.run(phase)
        send(phase=vars(phase))
    made.wait_until_arrived()
    send(
        acknowledged=made.acknowledged,
        accepted=len(made.accepted),
        missing=len(made.accepted - made.arrived),
        errors=made.errors,
    )
