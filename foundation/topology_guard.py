"""Compares the live work queue with the topology, where the process may ask the broker's API.

A service has no right to declare its queue, so it can see over AMQP only that the queue is
there. With BROKER_API_URL (a monitoring user) it also sees whether the queue is the right one.
"""

from typing import Any
from urllib.parse import quote, urlsplit

import eventlet
import httpx

from foundation import watch
from foundation.config import Settings
from foundation.topology import VHOST, arguments

LOOK_EVERY = 5.0
ANSWER_WITHIN = 2.0


class TopologyGuard:
    """`fault` is a sentence while the queue differs from the topology, else empty."""

    def __init__(self, settings: Settings) -> None:
        """Without BROKER_API_URL it never finds a fault: the operator compares instead."""
        self.fault = ""
        self._queue = settings.queue
        parts = urlsplit(settings.broker_api_url)
        self._login = (parts.username or "", parts.password or "")
        self._address = f"{parts.scheme}://{parts.hostname}:{parts.port}" if parts.hostname else ""

    def look_for_ever(self) -> None:
        """Look each five seconds, so a change is seen within ten."""
        while self._address:
            self._look()
            eventlet.sleep(LOOK_EVERY)

    def _look(self) -> None:
        path = f"/api/queues/{quote(VHOST, safe='')}/{quote(self._queue, safe='')}"
        try:
            answer = httpx.get(self._address + path, auth=self._login, timeout=ANSWER_WITHIN)
        except httpx.HTTPError:
            # The API is no part of our work; the consumer and the relay tell if the broker is away.
            return
        before, self.fault = self.fault, self._compare(answer)
        watch.TOPOLOGY_FAULT.labels(self._queue).set(int(bool(self.fault)))
        if self.fault and self.fault != before:
            watch.log.error("topology_differs", fault=self.fault)

    def _compare(self, answer: httpx.Response) -> str:
        if answer.status_code == httpx.codes.NOT_FOUND:
            return f"the queue {self._queue} is gone"
        if answer.is_error:
            return ""
        live: dict[str, Any] = answer.json().get("arguments", {})
        expected = arguments(self._queue)
        wrong = sorted(key for key in expected.keys() | live if expected.get(key) != live.get(key))
        return f"the queue {self._queue} has other arguments: {', '.join(wrong)}" if wrong else ""
