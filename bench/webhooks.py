"""`bench webhooks`: deliveries a second to healthy local targets, beside a bare loop.

Twenty subscriptions, each with a target of its own, get each event of the log. Ours is one process
with the whole way: log, filter, cursor, signature, checked address, call, outcome. The bare loop
signs and posts the same calls from a pool of connections, and does nothing else.
"""

import json
import os
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from bench.child_process import ChildProcess, child_processes
from bench.desk import embedded_servers, start_programs
from bench.event_log_data import SERVICE, FilledLog, events
from bench.intake_platform import LIFETIME
from bench.processor_time import cpu_seconds
from bench.report import Report, median_of_ratios, percentile
from bench.work_folder import named_database, work_folder
from cli import tokens
from cli.local_platform import LocalPlatform
from cli.vault_key import WEBHOOK_VAULT_KEYS, vault_keys_file

SUBSCRIPTIONS = 20
CALLS_AT_ONCE = 8
"""To one target, of ours; the bare loop has as many connections to all."""
DELAYS = (0, 20, 100)
EVENTS = {0: 200, 20: 200, 100: 100}
WITHIN = 120.0
GOAL_SHARE, GOAL_RATE = 0.6, 500.0


@dataclass(frozen=True)
class DeliveryRate:
    """Deliveries a second, and the CPU time of one in the process that makes them."""

    per_second: float
    cpu_microseconds: float

    @classmethod
    def of(cls, many: int, seconds: float, cpu: float) -> "DeliveryRate":
        """Of so many."""
        return cls(many / seconds, cpu / many * 1e6)


@dataclass
class WebhookBench:
    """The service at work, its log, and the targets."""

    platform: LocalPlatform
    log: FilledLog
    ports: Sequence[int]
    logs: Path

    def targets(self, delay: int) -> list[str]:
        """Their addresses, which say how long they take."""
        return [f"http://127.0.0.1:{port}/{delay}/{port}" for port in self.ports]

    def subscribe(self, targets: Sequence[str]) -> list[str]:
        """A subscription for each target, agreed to; the ids."""
        made = [
            self._post("/subscriptions", target=each, email="bench@example.vn")["id"]
            for each in targets
        ]
        _until(lambda: {self._get(f"/subscriptions/{e}")["state"] for e in made} == {"active"})
        return made

    def delete(self, subscriptions: Sequence[str]) -> None:
        """End them."""
        for each in subscriptions:
            self._post(f"/subscriptions/{each}/delete")

    def came(self) -> dict[str, list[tuple[str, float]]]:
        """What came to the targets since this was asked last."""
        told: dict[str, list[tuple[str, float]]] = httpx.get(
            f"http://127.0.0.1:{self.ports[0]}/report", timeout=30, trust_env=False
        ).json()
        return told

    def ours(self, count: int) -> DeliveryRate:
        """So many events to each target."""
        self.came()
        running = self.platform.supervisor.running()
        pid = running[self.platform.instance(SERVICE).process_name].pid
        began, cpu = time.monotonic(), cpu_seconds(pid)
        self.log.append(events(self.log.length + 1, count))
        last = self._received(len(self.ports) * count)
        cpu = cpu_seconds(pid) - cpu
        return DeliveryRate.of(len(last), max(at for _, at in last) - began, cpu)

    def bare(self, targets: Sequence[str], count: int, threads: int) -> DeliveryRate:
        """The same by the bare loop."""
        told = {
            "TARGETS": json.dumps(list(targets)),
            "EACH": str(count),
            "THREADS": str(threads),
        }
        log = self.logs / "bare_webhooks.log"
        with child_processes(lambda: ChildProcess("bare_webhooks", "post", told, log)) as (child,):
            took = child.receive(WITHIN)
        self.came()
        return DeliveryRate.of(len(targets) * count, took["seconds"], took["cpu"])

    def waits(self, rate: float, count: int) -> list[float]:
        """Seconds from the log to the target, of events that come at a rate of deliveries."""
        self.came()
        written: dict[str, float] = {}
        begin = time.monotonic()
        for number in range(count):
            slot = begin + number * len(self.ports) / rate
            time.sleep(max(0.0, slot - time.monotonic()))
            (event,) = events(self.log.length + 1, 1)
            written[event.id] = time.monotonic()
            self.log.append([event])
        return [at - written[event] for event, at in self._received(len(self.ports) * count)]

    def _received(self, many: int) -> list[tuple[str, float]]:
        found: list[tuple[str, float]] = []

        def all_came() -> bool:
            found.extend(pair for pairs in self.came().values() for pair in map(tuple, pairs))  # type: ignore[misc]
            return len(found) >= many

        _until(all_came)
        return found

    def _get(self, path: str) -> Any:
        return self._ask("GET", path)

    def _post(self, path: str, **body: Any) -> Any:
        return self._ask("POST", path, json=body)

    def _ask(self, method: str, path: str, **more: Any) -> Any:
        token = tokens.sign_token(self.platform.folder, "integrator", "bench", lifetime=LIFETIME)
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": uuid.uuid4().hex}
        url = self.platform.instance(SERVICE).url + path
        answer = httpx.request(method, url, headers=headers, timeout=30, trust_env=False, **more)
        return answer.raise_for_status().json()


def measure(rounds: int, *, quick: bool = False) -> Report:
    """Each delay in turn: ours and the bare loop, `rounds` times; then the waits at half of it."""
    os.environ["WEBHOOK_NETWORKS"] = "127.0.0.0/8"
    with work_folder() as root, embedded_servers(root) as platform:
        logs = platform.folder.path("logs")
        made = Report(f"webhooks to {SUBSCRIPTIONS} healthy local targets, an event in each call")
        told = {"TARGETS": str(SUBSCRIPTIONS)}
        receiving = ChildProcess("webhook_targets", "receive", told, logs / "targets.log")
        try:
            url = platform.servers.addresses().mongo_url
            ports = receiving.receive(WITHIN)["ports"]
            vault_keys_file(platform.folder, WEBHOOK_VAULT_KEYS)
            bench = WebhookBench(platform, FilledLog(url), ports, logs)
            start_programs(platform, platform.instance(SERVICE).process_name)
            for delay in DELAYS:
                _measure_delay(made, bench, delay, rounds, quick=quick)
            external = bool(platform.servers.external_database)
            made.database = named_database(url, external=external)
        finally:
            receiving.end()
    made.goals = {
        "targets of 0 ms: ours ÷ bare": GOAL_SHARE,
        "targets of 0 ms: deliveries/s": GOAL_RATE,
    }
    return made


def _measure_delay(
    made: Report, bench: WebhookBench, delay: int, rounds: int, *, quick: bool
) -> None:
    count = EVENTS[delay] // (4 if quick else 1)
    targets = bench.targets(delay)
    threads = CALLS_AT_ONCE * (SUBSCRIPTIONS if delay else 1)
    subscriptions = bench.subscribe(targets)
    bench.ours(20)  # the first connections, and a first success of each target
    ours, bare = [], []
    for _ in range(rounds):
        ours.append(bench.ours(count))
        bare.append(bench.bare(targets, count, threads))
    ratio = median_of_ratios(*([each.per_second for each in side] for side in (ours, bare)))
    rate = percentile([each.per_second for each in ours], 0.5)
    waits = bench.waits(rate / 2, count)
    bench.delete(subscriptions)
    made.rows.append(
        {
            "target": f"{delay} ms",
            "ours/s": rate,
            "bare/s": percentile([each.per_second for each in bare], 0.5),
            "ours ÷ bare": ratio,
            "CPU µs of ours": min(each.cpu_microseconds for each in ours),
            "of bare": min(each.cpu_microseconds for each in bare),
            "at half: p50 ms": percentile(waits, 0.5) * 1000,
            "at half: p99 ms": percentile(waits, 0.99) * 1000,
        }
    )
    made.ratios[f"targets of {delay} ms: ours ÷ bare"] = ratio
    made.ratios[f"targets of {delay} ms: deliveries/s"] = rate
    made.ratios[f"targets of {delay} ms: p99 ms at half of it"] = percentile(waits, 0.99) * 1000


def _until(look: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WITHIN
    while not look():
        if time.monotonic() > deadline:
            raise TimeoutError("the deliveries did not all come")
        time.sleep(0.05)
