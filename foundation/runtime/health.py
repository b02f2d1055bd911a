"""`/metrics`, `/healthz` and `/readyz` on a port of their own, beside the workers.

Alive means the event loop turns. Ready means that the process can do its work now: its consumer is
attached, its database answers, its relay sends, and its queue is as the topology says. Where
several desks share a process, `/readyz/CODE` tells of one of them; the process is ready as soon
as one of them is, for the others must not be held up by who has trouble.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from foundation.concurrency import green, wsgi
from foundation.observability import log_context, metrics
from foundation.runtime import certificates
from foundation.runtime.topology_check import TopologyCheck
from foundation.settings import Settings

StartResponse = Callable[[str, list[tuple[str, str]]], object]
Faults = Mapping[str, Sequence[str]]

READ_WITHIN = 5
LOOP_EVERY = 0.5
READY = "/readyz"
TEXT = "text/plain; charset=utf-8"


class Readiness:
    """The readiness of one container: what it lacks for its work."""

    def __init__(self, container: Any, settings: Settings) -> None:
        """`container` may be starting still: then nothing is ready."""
        self._container = container
        self._service = settings.queue
        self._guard = TopologyCheck(settings)
        self._neighbours = certificates.neighbours(settings)
        self._looking: list[Any] = []

    def start(self) -> None:
        """Look, in greenlets of its own."""
        for look in (self._guard.look_for_ever, self._look_at_certificates):
            self._looking.append(green.spawn(look))

    def stop(self) -> None:
        """Look no more."""
        for each in self._looking:
            each.kill()

    def faults(self) -> list[str]:
        """The faults that keep it from being ready, one sentence each; empty when it is ready."""
        if not self._container.started:
            return ["the service is starting or stopping"]
        faults = [self._guard.fault] if self._guard.fault else []
        for part in self._container.extensions:
            name = getattr(part, "label", type(part).__name__.lower())
            if hasattr(part, "healthy") and not part.healthy():
                faults.append(f"the broker does not serve the {name}")
            if hasattr(part, "answers") and not part.answers():
                faults.append(f"the {name} server does not answer within a second")
        return sorted(set(faults))

    def remarks(self) -> list[str]:
        """What an operator should know although it is ready, one sentence each."""
        parts = (part for part in self._container.extensions if hasattr(part, "remark"))
        return sorted({said for part in parts if (said := part.remark())})

    def _look_at_certificates(self) -> None:
        log_context.bind_tenant(self._service)
        certificates.look_for_ever(self._service, self._neighbours)


class Health:
    """Serves the three pages of one process."""

    def __init__(
        self,
        address: str,
        faults: Callable[[str], Faults],
        remarks: Callable[[], Sequence[str]] = tuple,
    ) -> None:
        """`faults` tells what a desk of the process lacks, asked for "" what each of them does.

        What is no desk here has no entry; the only service of a process is called "". `remarks`
        are shown below, and keep nothing from being ready.
        """
        self._address = address
        self._faults = faults
        self._remarks = remarks

    def start(self) -> None:
        """Listen, in greenlets of its own."""
        host, _, port = self._address.rpartition(":")
        listener = wsgi.listen((host, int(port)))
        options = {"log_output": False, "socket_timeout": READ_WITHIN, "max_size": 20}
        green.spawn_n(wsgi.serve, listener, self.serve, **options)
        green.spawn_n(_measure_loop)

    def serve(self, environ: dict[str, Any], respond: StartResponse) -> Iterable[bytes]:
        """The WSGI application."""
        path = environ.get("PATH_INFO", "")
        if path == "/metrics":
            respond("200 OK", [("Content-Type", CONTENT_TYPE_LATEST)])
            return [generate_latest()]
        if path == "/healthz":
            respond("200 OK", [("Content-Type", TEXT)])
            return [b"alive\n"]
        if path == READY or path.startswith(f"{READY}/"):
            return self._ready(path.removeprefix(READY).strip("/"), respond)
        return _nowhere(respond)

    def _ready(self, desk: str, respond: StartResponse) -> Iterable[bytes]:
        faults = self._faults(desk)
        if desk and desk not in faults:
            return _nowhere(respond)
        ready = any(not each for each in faults.values())
        respond("200 OK" if ready else "503 Service Unavailable", [("Content-Type", TEXT)])
        sentences = [*_sentences(faults), *(f"note: {each}" for each in self._remarks())]
        return ["\n".join(sentences).encode() + b"\n"]


def _sentences(faults: Faults) -> list[str]:
    if not faults:
        return ["no desk has settings here"]
    return [
        f"{desk}: {sentence}" if desk else sentence
        for desk, lacking in faults.items()
        for sentence in lacking or ["ready"]
    ]


def _nowhere(respond: StartResponse) -> Iterable[bytes]:
    respond("404 Not Found", [("Content-Type", TEXT)])
    return [b"/metrics /healthz /readyz\n"]


def _measure_loop() -> None:
    while True:
        started = time.monotonic()
        green.sleep(LOOP_EVERY)
        metrics.HUB_LAG_SECONDS.observe(max(0.0, time.monotonic() - started - LOOP_EVERY))
