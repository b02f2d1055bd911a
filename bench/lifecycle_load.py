"""The load of `bench lifecycle`: people hand in and hand back, officers do what reaches them."""

import json
import os
import queue
import threading
from collections.abc import Callable
from typing import Any

from bench.amqp_channel import listen
from bench.arrival_load import Awaited
from bench.closed_loop_load import clients, read_plan, run_concurrently
from bench.http_client import MinimalHttpClient, ServiceBusy
from bench.intake_platform import WRITING

OFFICERS = 2  # of each agency
DONE = {"outcome": "agreed"}
DECIDED = {"outcome": "approved", "document": WRITING}
DECIDES = 3  # the stage of the route, counted from 0, that decides


class Desks:
    """Officers of all agencies: each does the next step that has reached their desk."""

    def __init__(self, plan: dict[str, Any]) -> None:
        """Nothing has reached them."""
        self._plan = plan
        self._steps: dict[str, queue.Queue[str]] = {each: queue.Queue() for each in plan["ports"]}
        self.results = Awaited()

    def start(self, url: str) -> None:
        """Listen to what reaches the desks, and begin to work."""
        listen(url, ("step.received.*", "dossier.resolved.*"), self._hear)
        for agency in self._steps:
            for _ in range(OFFICERS):
                threading.Thread(target=self._work, args=[agency], daemon=True).start()

    def _hear(self, message: Any) -> None:
        event = json.loads(message.body)
        if event["type"] == "step.received":
            self._steps[event["agency"]].put(event["data"]["step"])
        else:
            self.results.came(event["subject"])

    def _work(self, agency: str) -> None:
        client = MinimalHttpClient(self._plan["ports"][agency], self._plan["officers"][agency])
        while True:
            step = self._steps[agency].get()
            decides = int(step.split(".")[1]) == DECIDES
            body = json.dumps(DECIDED if decides else DONE)
            try:
                client.post(f"/steps/{step}/complete", body)
            except ServiceBusy:
                self._steps[agency].put(step)


def run() -> None:
    """The child process: each client takes one dossier after the other all the way."""
    desks = Desks(read_plan())
    desks.start(os.environ["OPERATOR_URL"])

    def work() -> Callable[[], object]:
        (citizen, clerk), body = clients(), read_plan()["body"]

        def whole() -> None:
            dossier = citizen.post("/dossiers", body)["id"]
            clerk.post(f"/dossiers/{dossier}/accept", "{}")
            desks.results.wait_for(dossier)
            clerk.post(f"/dossiers/{dossier}/return", '{"channel": "counter"}')

        return whole

    run_concurrently(work)
