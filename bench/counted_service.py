"""A service in a process that counts: `bench cost` starts one for each service it looks at.

It is the service as it always runs, but for two things: its timers are called when it is told to,
so that what an act costs is not mixed with them, and it answers on a control port, one JSON object
for each line: {"do": "take"}, {"do": "fire", "timer": …}, {"do": "scrape"}, {"do": "busy"}.
"""

import json
import os
import socket
import time
from typing import Any

from prometheus_client import REGISTRY, generate_latest
from pymongo import monitoring

from bench.child_process import READY, send
from bench.command_counter import CommandCounter
from foundation.concurrency import green
from foundation.law import load_law
from foundation.observability import metrics
from foundation.outbox.last_written import LastWritten
from foundation.outbox.relay import Relay
from foundation.persistence.mongo import Mongo
from foundation.persistence.ttl_cache import TtlCache
from foundation.runtime.run import begin, make_container
from foundation.scheduling.timer import Timer
from foundation.settings import read_settings, settings_type_of
from services.__main__ import service as service_class

HOST = "127.0.0.1"
LOOK_EVERY = 0.05  # seconds
# The platform's own counters that a cost is read from.
FIGURES = {
    "messages": (metrics.PUBLISHED, "_total"),
    "confirms": (metrics.CONFIRM_SECONDS, "_count"),
    "handled": (metrics.MESSAGES, "_total"),
}


class CountedService:
    """The container of a service, its timers, and what it has cost since it was last asked."""

    def __init__(self, service: type, counter: CommandCounter) -> None:
        """Makes the container of the service with the settings of this process's environment."""
        settings = read_settings(settings_type_of(service), service.name, os.environ)  # type: ignore[attr-defined]
        begin(settings.queue, os.environ)
        self._container = make_container(service, settings)
        self._counter = counter
        entrypoints = self._container.entrypoints
        timers = [each for each in entrypoints if isinstance(each, Timer)]
        self._timers = {each.method_name: each for each in timers}
        entrypoints.difference_update(timers)
        self._cpu, self._before = time.process_time(), _figures()

    def start(self) -> None:
        """Start it, and wait until it is connected to its neighbours."""
        self._container.start()
        while not self._connected():
            green.sleep(LOOK_EVERY)

    def answer(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Do what the other process asks for."""
        do = {
            "take": self._take,
            "fire": self._fire,
            "scrape": self._scrape,
            "busy": self._busy,
            "timers": self._names,
        }
        return do[asked["do"]](asked)

    def _take(self, asked: dict[str, Any]) -> dict[str, Any]:
        cpu, figures = time.process_time() - self._cpu, _figures()
        taken = self._counter.take(self._one(Mongo).database)
        gone = {name: figures[name] - self._before[name] for name in figures}
        self._forget_caches()
        self._counter.weighing = asked.get("weighing", self._counter.weighing)
        self._before, self._cpu = _figures(), time.process_time()
        return {"commands": [each.told() for each in taken], "cpu": cpu, **gone}

    def _names(self, _asked: dict[str, Any]) -> dict[str, Any]:
        return {"timers": sorted(self._timers)}

    def _fire(self, asked: dict[str, Any]) -> dict[str, Any]:
        done: green.Event = green.Event()

        def settle(_worker: object, result: Any, failure: Any) -> tuple[Any, Any]:
            done.send(failure is not None)
            return result, failure

        timer = self._timers[asked["timer"]]
        self._container.spawn_worker(timer, (), {}, handle_result=settle)
        return {"failed": bool(done.wait())}

    def _scrape(self, _asked: dict[str, Any]) -> dict[str, Any]:
        return {"bytes": len(generate_latest(REGISTRY))}

    def _busy(self, _asked: dict[str, Any]) -> dict[str, Any]:
        """How much was done in all, and whether something is being done or sent right now."""
        relay, running = self._one(Relay), self._container._worker_pool.running()  # noqa: SLF001 -- nameko has no other way
        unsent = relay._queued or relay._sent  # noqa: SLF001 -- what it has not sent and marked
        at_work = running or _sum(metrics.WORKERS_BUSY, "")
        waiting = bool(at_work or unsent or not self._connected())
        return {"done": self._counter.activity + sum(_figures().values()), "waiting": waiting}

    def _forget_caches(self) -> None:
        """Let each act begin with what it keeps for a moment read anew, so that all are alike."""
        kept = (value for each in self._container.extensions for value in vars(each).values())
        for cache in kept:
            if isinstance(cache, TtlCache | LastWritten):
                cache.clear()

    def _connected(self) -> bool:
        parts = self._container.extensions
        return all(each.healthy() for each in parts if hasattr(each, "healthy"))

    def _one(self, kind: type) -> Any:
        return next(each for each in self._container.extensions if isinstance(each, kind))


def run() -> None:
    """The child process: the service SERVICE, counted."""
    counter = CommandCounter()
    monitoring.register(counter)
    load_law()
    counted = CountedService(service_class(os.environ["SERVICE"]), counter)
    counted.start()
    server = socket.create_server((HOST, 0))
    send(**{READY: True, "control": server.getsockname()[1]})
    connection, _ = server.accept()
    for line in connection.makefile("rb"):
        connection.sendall(json.dumps(counted.answer(json.loads(line))).encode() + b"\n")


def _figures() -> dict[str, float]:
    """What the process published, how often it waited for confirms, and what it handled."""
    return {said: _sum(metric, suffix) for said, (metric, suffix) in FIGURES.items()}


def _sum(metric: Any, suffix: str) -> float:
    samples = (sample for each in metric.collect() for sample in each.samples)
    return float(sum(each.value for each in samples if each.name.endswith(suffix)))
