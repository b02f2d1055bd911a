"""Compares the live work queue with the topology, over the broker's management API.

A service has no right to declare its queue, so it can see over AMQP only that the queue is
there. With BROKER_API_URL (a monitoring user) it also sees whether the queue is the right one.
"""

import base64
import json
import urllib.request
from http import HTTPStatus
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote, unquote, urlsplit

from foundation.broker.topology import VHOST, arguments
from foundation.concurrency import green
from foundation.observability import metrics
from foundation.observability.logs import log
from foundation.settings import Settings

LOOK_EVERY = 5.0
ANSWER_WITHIN = 2.0


class TopologyCheck:
    """`fault` is a sentence while the queue differs from the topology, else empty."""

    def __init__(self, settings: Settings) -> None:
        """Without BROKER_API_URL it never finds a fault: the operator compares instead."""
        self.fault = ""
        self._queue = settings.queue
        parts = urlsplit(settings.broker_api_url)
        login = f"{unquote(parts.username or '')}:{unquote(parts.password or '')}"
        self._login = f"Basic {base64.b64encode(login.encode()).decode()}"
        self._address = f"{parts.scheme}://{parts.hostname}:{parts.port}" if parts.hostname else ""

    def look_for_ever(self) -> None:
        """Look each five seconds, so a change is seen within ten."""
        while self._address:
            self._look()
            green.sleep(LOOK_EVERY)

    def _look(self) -> None:
        try:
            before, self.fault = self.fault, self._compare(self._live())
        except (OSError, HTTPException, ValueError):
            # The API is no part of our work; the consumer and the relay tell if the broker is away.
            return
        metrics.TOPOLOGY_FAULT.labels(self._queue).set(int(bool(self.fault)))
        if self.fault and self.fault != before:
            log.error("topology_differs", fault=self.fault)

    def _live(self) -> dict[str, Any] | None:
        """The queue's arguments; None when it is not there.

        urllib, not an HTTP library: a process with many desks keeps none in memory for this.
        """
        path = f"/api/queues/{quote(VHOST, safe='')}/{quote(self._queue, safe='')}"
        request = urllib.request.Request(  # noqa: S310 -- the operator's own setting
            self._address + path, headers={"Authorization": self._login}
        )
        try:
            with urllib.request.urlopen(request, timeout=ANSWER_WITHIN) as answer:  # noqa: S310 -- as above
                live: dict[str, Any] = json.load(answer).get("arguments", {})
        except HTTPError as error:
            if error.code == HTTPStatus.NOT_FOUND:
                return None
            raise
        return live

    def _compare(self, live: dict[str, Any] | None) -> str:
        if live is None:
            return f"the queue {self._queue} is gone"
        expected = arguments(self._queue)
        wrong = sorted(key for key in expected.keys() | live if expected.get(key) != live.get(key))
        return f"the queue {self._queue} has other arguments: {', '.join(wrong)}" if wrong else ""
