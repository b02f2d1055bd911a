"""The load of `bench arrival`: CLIENTS people hand a dossier in, accept it, and see it arrive."""

import json
import os
import threading
from collections.abc import Callable
from typing import Any

from bench.amqp_channel import listen
from bench.closed_loop_load import clients, read_plan, run_concurrently

WITHIN = 120.0  # seconds


class Awaited:
    """What threads wait for, by the dossier; it may have come before anybody waits."""

    def __init__(self) -> None:
        """Nothing has come."""
        self._come: dict[str, threading.Event] = {}
        self._turn = threading.Lock()

    def wait_for(self, dossier: str) -> None:
        """Wait until it has come.

        Raises:
            TimeoutError: it has not, after two minutes.
        """
        if not self._event(dossier).wait(WITHIN):
            raise TimeoutError(f"nothing came of {dossier}")
        with self._turn:
            del self._come[dossier]

    def came(self, dossier: str) -> None:
        """Let whoever waits for it go on."""
        self._event(dossier).set()

    def _event(self, dossier: str) -> threading.Event:
        with self._turn:
            return self._come.setdefault(dossier, threading.Event())


def arrive() -> None:
    """The child process: each client hands in, accepts, and waits until it is at the desk."""
    arrivals = Awaited()

    def hear(message: Any) -> None:
        arrivals.came(json.loads(message.body)["subject"])

    listen(os.environ["OPERATOR_URL"], ["step.received.*"], hear)

    def work() -> Callable[[], object]:
        (citizen, clerk), body = clients(), read_plan()["body"]

        def whole() -> None:
            dossier = citizen.post("/dossiers", body)["id"]
            clerk.post(f"/dossiers/{dossier}/accept", "{}")
            arrivals.wait_for(dossier)

        return whole

    run_concurrently(work)
