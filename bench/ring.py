"""The officers of twenty agencies, and a listener that hears how long each step is on its way.

A desk tells `step.received` after it has stored the order: what is measured, from one
`step.completed` to the next `step.received`, is a little longer than the way into the inbox.
"""

import json
import os
import threading
import time
import urllib.request
from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Any

from bench.channel import channel, drain
from bench.child import READY, say
from bench.door import Busy, Door
from bench.figures import percentile
from bench.load import plan
from bench.office import APPLICANT

CHAINS = 6  # dossiers that begin at each agency
FLOODING = 24  # dossiers of the flooding agency
STARTED_WITHIN = 60.0
WARM, QUIET = 1.0, 2.0  # seconds of a phase that do not count, and of rest after it
IDLE = 0.02
CALM, FLOOD = "calm", "flood"
DONE = '{"outcome": "agreed"}'
HANDLED = "motcua_handler_messages_total"
FLOOD_PROCEDURE = "8.000000"


class Ring:
    """Which steps lie ready at which desk, and when each was completed and received."""

    def __init__(self, told: dict[str, Any]) -> None:
        """Nothing has happened yet."""
        self.told = told
        self.agencies: list[str] = told["agencies"]
        self.ready: dict[str, deque[str]] = {each: deque() for each in self.agencies}
        self.flooding: deque[str] = deque()
        self.floods: set[str] = set()
        self.completed: dict[tuple[str, int], tuple[float, str]] = {}
        self.ways: list[tuple[float, str, float]] = []
        """Of each step on its way: when it was completed, by whom, how long it took."""

    def listen(self, url: str) -> None:
        """Hear of every step that is completed or received."""
        opened = channel(url)
        queue = opened.queue_declare(exclusive=True).queue
        for kind in ("step.completed.*", "step.received.*"):
            opened.queue_bind(queue, "events", kind)
        opened.basic_consume(queue, no_ack=True, callback=self._hear)
        threading.Thread(target=drain, args=[opened], daemon=True).start()

    def seed(self) -> None:
        """Hand the dossiers in, and wait until each lies at its first desk."""
        begun = [f"9.{at:06}" for at in range(len(self.agencies)) for _ in range(CHAINS)]
        intake = self.told["intake"]
        citizen, clerk = (Door(intake, self.told[who]) for who in ("citizen", "clerk"))
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

    def work(self, rate: float, seconds: float, *, flood: float = 0.0) -> float:
        """Let each officer complete `rate` steps a second, or all that come if it is 0.

        `flood` is how many more the first agency completes; returns how many all did in a second.
        """
        end = time.monotonic() + seconds
        jobs: list[Callable[[], int]] = []
        for place, agency in enumerate(self.agencies):
            late = place / len(self.agencies) / rate if rate else 0.0
            jobs.append(partial(self._officer, agency, self.ready[agency], rate, late, end))
        if flood:
            first = self.agencies[0]
            jobs.append(partial(self._officer, first, self.flooding, flood, 0.0, end))
        with ThreadPoolExecutor(len(jobs)) as officers:
            done = [officers.submit(job) for job in jobs]
        return sum(each.result() for each in done) / seconds

    def _officer(self, agency: str, steps: deque[str], rate: float, late: float, end: float) -> int:
        door = Door(self.told["ports"][agency], self.told["tokens"][agency])
        done, turn = 0, time.monotonic() + late
        while time.monotonic() < end:
            time.sleep(max(IDLE if not steps else 0.0, turn - time.monotonic()))
            if steps and time.monotonic() < end:
                step = steps.popleft()
                with suppress(Busy):
                    door.post(f"/steps/{step}/complete", DONE)
                    done += 1
                turn = max(turn + 1 / rate, time.monotonic() - 1) if rate else turn
        return done

    def _hear(self, message: Any) -> None:
        now, event = time.monotonic(), json.loads(message.body)
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
    """Capacity first, then calm and flood in turn, ROUNDS times, SECONDS each."""
    told, seconds = plan(), float(os.environ["SECONDS"])
    ring = Ring(told)
    ring.listen(os.environ["OPERATOR_URL"])
    say(**{READY: True})
    ring.seed()
    began, before = time.monotonic(), _handled(told["metrics"])
    most = ring.work(0.0, seconds)
    messages = (_handled(told["metrics"]) - before) / (time.monotonic() - began)
    full = [way for _, _, way in ring.ways]
    time.sleep(QUIET)
    rate = float(os.environ["SHARE"]) * most / len(ring.agencies)
    seen: dict[str, list[float]] = defaultdict(list)
    rates: dict[str, list[float]] = defaultdict(list)
    for phase in [CALM, FLOOD] * int(os.environ["ROUNDS"]):
        more = rate * (int(os.environ["TIMES"]) - 1) if phase == FLOOD else 0.0
        ring.ways.clear()
        begin = time.monotonic() + WARM
        rates[phase].append(ring.work(rate, WARM + seconds, flood=more))
        time.sleep(QUIET)
        first = ring.agencies[0]
        seen[phase] += [way for at, who, way in ring.ways if at >= begin and who != first]
    rows = [_row("as fast as they can", most, full)]
    rows += [_row(phase, sum(rates[phase]) / len(rates[phase]), seen[phase]) for phase in seen]
    say(rows=rows, ratios=_ratios(messages, seen))


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
    """How many messages these processes have handled so far."""

    def lines() -> Iterator[str]:
        for place in places:
            with urllib.request.urlopen(f"{place}/metrics", timeout=10) as page:  # noqa: S310 -- ours
                yield from str(page.read(), "utf-8").splitlines()

    return sum(float(line.rsplit(" ", 1)[1]) for line in lines() if line.startswith(HANDLED))
