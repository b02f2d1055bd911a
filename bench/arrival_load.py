"""The load of `bench arrival`: CLIENTS people hand a dossier in, accept it, and see it arrive."""

import json
import os
import threading
from collections.abc import Callable
from typing import Any

from bench.amqp_channel import drain_forever, open_channel
from bench.closed_loop_load import clients, read_plan, run_concurrently

ARRIVED_WITHIN = 60.0  # seconds


class Arrivals:
    """Hears which dossiers have reached their desk, and lets whoever waits for one go on."""

    def __init__(self, url: str) -> None:
        """Subscribes at once."""
        self._there: dict[str, threading.Event] = {}
        self._turn = threading.Lock()
        opened = open_channel(url)
        queue = opened.queue_declare(exclusive=True).queue
        opened.queue_bind(queue, "events", "step.received.*")
        opened.basic_consume(queue, no_ack=True, callback=self._hear)
        threading.Thread(target=drain_forever, args=[opened], daemon=True).start()

    def wait_for(self, dossier: str) -> None:
        """Wait until it is there.

        Raises:
            TimeoutError: it is not, after a minute.
        """
        if not self._event(dossier).wait(ARRIVED_WITHIN):
            raise TimeoutError(f"{dossier} did not arrive")
        with self._turn:
            del self._there[dossier]

    def _hear(self, message: Any) -> None:
        self._event(json.loads(message.body)["subject"]).set()

    def _event(self, dossier: str) -> threading.Event:
        with self._turn:
            return self._there.setdefault(dossier, threading.Event())


def arrive() -> None:
    """The child process: each client hands in, accepts, and waits until it is at the desk."""
    arrivals = Arrivals(os.environ["OPERATOR_URL"])

    def work() -> Callable[[], object]:
        (citizen, clerk), body = clients(), read_plan()["body"]

        def whole() -> None:
            dossier = citizen.post("/dossiers", body)["id"]
            clerk.post(f"/dossiers/{dossier}/accept", "{}")
            arrivals.wait_for(dossier)

        return whole

    run_concurrently(work)
