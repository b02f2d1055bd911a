"""The load of `bench agencies`: officers of twenty agencies who pass dossiers round in a ring.

A listener measures the latency from each `step.completed` to the next `step.received`. A desk
publishes the latter after it has stored the order, so the latency is slightly overestimated.
"""

import json
import os
import random
import time
import urllib.request
from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

from bench.amqp_channel import listen
from bench.child_process import READY, send
from bench.closed_loop_load import read_plan
from bench.http_client import MinimalHttpClient, ServiceBusy
from bench.intake_platform import APPLICANT
from bench.report import percentile
from foundation.observability.scrape import parse_metrics

CHAINS = 12  # dossiers that begin at each agency
FLOODING = 48  # dossiers of the flooding agency
STARTED_WITHIN = 120.0
CROWDED = 6.0  # seconds in which all work as fast as they can
WARM = 1.0  # seconds at the start of a phase that are not counted
QUIET = 2.0  # seconds without an event after which everything has arrived
IDLE = 0.02
CALM, FLOOD = "calm", "flood"
DONE = '{"outcome": "agreed"}'
HANDLED = "motcua_handler_messages_total"
FLOOD_PROCEDURE = "8.000000"


class AgencyRing:
    """The steps that are ready at each desk, and the latency of each between two desks."""

    def __init__(self, told: dict[str, Any]) -> None:
        """`told` is the plan that the parent process has written."""
        self.told = told
        self.agencies: list[str] = told["agencies"]
        self.ready: dict[str, deque[str]] = {each: deque() for each in self.agencies}
        self.flooding: deque[str] = deque()
        self.floods: set[str] = set()
        self.completed: dict[tuple[str, int], tuple[float, str]] = {}
        self.ways: list[tuple[float, str, float]] = []
        """For each measured step: when the one before was completed, by whom, and the latency."""
        self.heard_at = time.monotonic()

    def listen(self, url: str) -> None:
        """Subscribe to the events of completed and received steps."""
        listen(url, ("step.completed.*", "step.received.*"), self._hear)

    def seed(self) -> None:
        """Submit the dossiers, and wait until each has reached its first desk."""
        begun = [f"9.{at:06}" for at in range(len(self.agencies)) for _ in range(CHAINS)]
        intake = self.told["intake"]
        citizen, clerk = (MinimalHttpClient(intake, self.told[who]) for who in ("citizen", "clerk"))
        for procedure in [*begun, *[FLOOD_PROCEDURE] * FLOODING]:
            body = {"procedure": procedure, "channel": "online", "applicant": APPLICANT}
            dossier = citizen.post("/dossiers", json.dumps(body | {"documents": []}))["id"]
            if procedure == FLOOD_PROCEDURE:
                self.floods.add(dossier)
            clerk.post(f"/dossiers/{dossier}/accept", "{}")
        deadline = time.monotonic() + STARTED_WITHIN
        while len(self.flooding) + sum(map(len, self.ready.values())) < len(begun) + FLOODING:
            if time.monotonic() > deadline:
                raise TimeoutError("the dossiers do not arrive at their first desks")
            time.sleep(0.1)

    def work(self, rate: float, seconds: float, *, flood: float = 0.0, seed: int = 0) -> float:
        """Let each officer complete `rate` steps a second, or as many as arrive if it is 0.

        The times are a Poisson process, reproducible by `seed`. `flood` is the additional rate of
        the first agency. Returns how many steps a second all have completed.
        """
        end = time.monotonic() + seconds
        desks = [(agency, self.ready[agency], rate) for agency in self.agencies]
        if flood:
            desks.append((self.agencies[0], self.flooding, flood))
        with ThreadPoolExecutor(len(desks)) as officers:
            done = [
                officers.submit(
                    self._officer, agency, steps, _moments(often, f"{place} {seed}"), end
                )
                for place, (agency, steps, often) in enumerate(desks)
            ]
        return sum(each.result() for each in done) / seconds

    def rest(self) -> None:
        """Wait until everything completed has arrived, which is when no more events come."""
        deadline = time.monotonic() + STARTED_WITHIN
        while time.monotonic() < min(self.heard_at + QUIET, deadline):
            time.sleep(0.1)

    def _officer(self, agency: str, steps: deque[str], moments: Iterator[float], end: float) -> int:
        client = MinimalHttpClient(self.told["ports"][agency], self.told["tokens"][agency])
        done = 0
        for turn in moments:
            time.sleep(max(0.0, min(turn, end) - time.monotonic()))
            while not steps and time.monotonic() < end:
                time.sleep(IDLE)
            if time.monotonic() >= end:
                break
            with suppress(ServiceBusy):
                client.post(f"/steps/{steps.popleft()}/complete", DONE)
                done += 1
        return done

    def _hear(self, message: Any) -> None:
        now, event = time.monotonic(), json.loads(message.body)
        self.heard_at = now
        dossier, step, agency = event["subject"], event["data"]["step"], event["agency"]
        stage = int(step.split(".")[1])
        if event["type"] == "step.completed":
            self.completed[dossier, stage] = now, agency
            return
        steps = self.flooding if dossier in self.floods else self.ready[agency]
        before = self.completed.pop((dossier, stage - 1), None)
        if before is not None and dossier not in self.floods:
            self.ways.append((*before, now - before[0]))
        steps.append(step)


def run() -> None:
    """The child process: measures capacity, then ROUNDS calm and flood phases of SECONDS each."""
    told, seconds = read_plan(), float(os.environ["SECONDS"])
    ring = AgencyRing(told)
    ring.listen(os.environ["OPERATOR_URL"])
    send(**{READY: True})
    ring.seed()
    began, before = time.monotonic(), _handled(told["metrics"])
    most = ring.work(0.0, CROWDED)
    messages = (_handled(told["metrics"]) - before) / (time.monotonic() - began)
    full = [way for _, _, way in ring.ways]
    ring.rest()
    rate = float(os.environ["RATE"]) / len(ring.agencies)
    seen: dict[str, list[float]] = defaultdict(list)
    rates: dict[str, list[float]] = defaultdict(list)
    for number, phase in enumerate([CALM, FLOOD] * int(os.environ["ROUNDS"])):
        more = rate * (int(os.environ["TIMES"]) - 1) if phase == FLOOD else 0.0
        ring.ways.clear()
        begin = time.monotonic() + WARM
        rates[phase].append(ring.work(rate, WARM + seconds, flood=more, seed=number // 2))
        ring.rest()
        first = ring.agencies[0]
        seen[phase] += [way for at, who, way in ring.ways if at >= begin and who != first]
    rows = [_row("as fast as they can", most, full)]
    rows += [_row(phase, sum(rates[phase]) / len(rates[phase]), seen[phase]) for phase in seen]
    send(rows=rows, ratios=_ratios(messages, seen))


def _moments(rate: float, seed: str) -> Iterator[float]:
    """The times at which an officer completes steps: a Poisson process, or at once if rate is 0."""
    chance, moment = random.Random(seed), time.monotonic()  # noqa: S311 -- no secret
    while True:
        moment += chance.expovariate(rate) if rate else 0.0
        yield moment


def _ratios(messages: float, seen: dict[str, list[float]]) -> dict[str, float]:
    calm, flood = (percentile(seen[phase], 0.99) for phase in (CALM, FLOOD))
    usual, flooded = (percentile(seen[phase], 0.5) for phase in (CALM, FLOOD))
    return {
        "messages a second, at most": messages,
        "ms p99 from step.completed to the next inbox, calm": calm * 1000,
        "the others' p50, flood / calm": flooded / usual,
        "the others' p99, flood / calm": flood / calm,
    }


def _row(name: str, rate: float, ways: Sequence[float]) -> dict[str, Any]:
    p50, p90, p99 = (percentile(ways, share) * 1000 for share in (0.5, 0.9, 0.99))
    counted = {"phase": name, "steps/s": rate, "counted": len(ways)}
    return counted | {"p50": p50, "p90": p90, "p99": p99}


def _handled(places: Sequence[str]) -> float:
    """How many messages these processes have handled so far, by their metrics."""
    total = 0.0
    for place in places:
        with urllib.request.urlopen(f"{place}/metrics", timeout=10) as page:  # noqa: S310 -- ours
            samples = parse_metrics(str(page.read(), "utf-8"))
            total += sum(each.value for each in samples if each.name == HANDLED)
    return total
