"""`/metrics`, `/healthz` and `/readyz` on a port of their own, beside the workers.

Alive means the loop turns. Ready means that the process can do its work now: its consumer is
attached, its database answers, its relay sends, and its queue is as the topology says.
"""

import time
from collections.abc import Callable, Iterable
from typing import Any

import eventlet
from eventlet import wsgi
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from foundation import certificates, watch
from foundation.config import Settings
from foundation.topology_guard import TopologyGuard

StartResponse = Callable[[str, list[tuple[str, str]]], object]

READ_WITHIN = 5
LOOP_EVERY = 0.5
TEXT = "text/plain; charset=utf-8"


class Health:
    """Serves the three pages of one process."""

    def __init__(self, container: Any, settings: Settings) -> None:
        """`container` may be starting still: then nothing is ready."""
        self._container = container
        self._address = settings.watch_address
        self._guard = TopologyGuard(settings)
        self._neighbours = certificates.neighbours(settings)

    def start(self) -> None:
        """Listen, in greenlets of its own."""
        host, _, port = self._address.rpartition(":")
        listener = eventlet.listen((host, int(port)))
        options = {"log_output": False, "socket_timeout": READ_WITHIN, "max_size": 20}
        eventlet.spawn_n(wsgi.server, listener, self.serve, **options)
        eventlet.spawn_n(self._measure_loop)
        eventlet.spawn_n(self._guard.look_for_ever)
        eventlet.spawn_n(certificates.look_for_ever, self._neighbours)

    def serve(self, environ: dict[str, Any], respond: StartResponse) -> Iterable[bytes]:
        """The WSGI application."""
        path = environ.get("PATH_INFO")
        if path == "/metrics":
            respond("200 OK", [("Content-Type", CONTENT_TYPE_LATEST)])
            return [generate_latest()]
        if path == "/healthz":
            respond("200 OK", [("Content-Type", TEXT)])
            return [b"alive\n"]
        if path == "/readyz":
            return self._ready(respond)
        respond("404 Not Found", [("Content-Type", TEXT)])
        return [b"/metrics /healthz /readyz\n"]

    def faults(self) -> list[str]:
        """What keeps this process from its work, one sentence each; empty when it is ready."""
        if not self._container.started:
            return ["the service is starting or stopping"]
        faults = [self._guard.fault] if self._guard.fault else []
        for part in self._container.extensions:
            name = type(part).__name__.lower()
            if hasattr(part, "healthy") and not part.healthy():
                faults.append(f"the broker does not serve the {name}")
            if hasattr(part, "answers") and not part.answers():
                faults.append(f"the {name} server does not answer within a second")
        return sorted(set(faults))

    def _ready(self, respond: StartResponse) -> Iterable[bytes]:
        faults = self.faults()
        respond("503 Service Unavailable" if faults else "200 OK", [("Content-Type", TEXT)])
        return ["\n".join(faults or ["ready"]).encode() + b"\n"]

    def _measure_loop(self) -> None:
        while True:
            started = time.monotonic()
            eventlet.sleep(LOOP_EVERY)
            watch.HUB_LAG_SECONDS.observe(max(0.0, time.monotonic() - started - LOOP_EVERY))
