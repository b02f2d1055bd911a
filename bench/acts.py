"""The acts on a dossier, one after the other, and what each costs the process that does it.

Only one service runs at a time, the others are stopped (SIGSTOP): so all that is counted meanwhile
belongs to the one act, and what it told the others waits for them in their queues. What a process
keeps for a second (the calendar, the agencies) is forgotten between two acts: each reads it anew.
Under load that is read once a second, so these figures are the most that an act costs.

CPU time is measured of many dossiers that go the same way together: each act of all of them, then
the next.
"""

import json
import signal
import socket
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from bench.act_cost import Cost, Costs
from bench.child_process import ChildProcess
from bench.http_client import MinimalHttpClient
from bench.intake_platform import CITIZEN, DESK, LIFETIME, WRITING, IntakePlatform
from cli import tokens

INTAKE, ROUTING, FEEDBACK = SERVICES = ("intake", "routing", "feedback")
OFFICER = "officer-1"
SETTLED = 0.3  # seconds without any work: then an act is over
LOOK_EVERY = 0.05
BEGUN_WITHIN, DONE_WITHIN = 5.0, 60.0
NOTHING = "nothing"
MOST_LOOKS = 10  # of one person in a row, or the rate limiter of searches steps in
RESTS = 20  # how often a service is watched while it does nothing
LISTED = 5  # rows of a page; there are more in every store
Asked = Sequence[tuple[str, Mapping[str, Any]]]
"""Paths and what is posted to each."""
Spent = Callable[[], Mapping[str, float]]
"""CPU seconds that the servers beside us have used so far, by what they are called."""


class Controlled:
    """A counted service as its parent sees it; it is stopped unless it is at work."""

    def __init__(self, child: ChildProcess) -> None:
        """`child` runs bench/counted_service.py and has just been started."""
        self._child = child
        said = child.receive(DONE_WITHIN)
        self._done = 0.0
        self._socket = socket.create_connection(("127.0.0.1", said["control"]), DONE_WITHIN)
        self._lines = self._socket.makefile("rb")

    def ask(self, **what: Any) -> dict[str, Any]:
        """Ask, and wait for the answer."""
        self._socket.sendall(json.dumps(what).encode() + b"\n")
        said: dict[str, Any] = json.loads(self._lines.readline())
        return said

    def stop(self) -> None:
        """Stop where it is."""
        self._child.popen.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """Go on from there."""
        self._child.popen.send_signal(signal.SIGCONT)

    def settle(self, *, must_begin: bool) -> None:
        """Wait until it has done something (if it must), and then nothing for a while.

        Raises:
            TimeoutError: it does nothing, or is never done.
        """
        began = changed = time.monotonic()
        before = self._done
        while True:
            said = self.ask(do="busy")
            moment = time.monotonic()
            if said["done"] != self._done or said["waiting"]:
                self._done, changed = said["done"], moment
            begun = self._done != before or not must_begin
            if begun and moment - changed > SETTLED:
                return
            if moment - began > (DONE_WITHIN if begun else BEGUN_WITHIN):
                raise TimeoutError(f"{self._child.name} {'is never done' if begun else 'is idle'}")
            time.sleep(LOOK_EVERY)


class Office:
    """The counted services, the people who use them, and the acts they do."""

    def __init__(self, setup: IntakePlatform, services: Mapping[str, Controlled]) -> None:
        """The services are running; from now on one at a time."""
        self.setup = setup
        self.services = services
        self.costs: dict[tuple[str, str], Cost] = {}
        self.dossiers: list[str] = []
        self.codes: list[str] = []
        self.patterns: Any = None
        self._weighing = True
        self._together = 1
        self._spent: Spent = dict
        with self.all_running():
            pass

    @contextmanager
    def all_running(self) -> Iterator[None]:
        """Let all services run meanwhile: what stands still for long loses its connections.

        Nothing of what they do then is counted, and afterwards they stand still again.
        """
        for each in self.services.values():
            each.go_on()
        yield
        for each in self.services.values():
            each.settle(must_begin=False)
            each.ask(do="take")
        for each in self.services.values():
            each.stop()

    def once(self) -> None:
        """Every act once, every page and every timer."""
        self.journey()
        self.pages()
        self.timers()

    def timed(self, rounds: int, together: int, spent: Spent) -> Costs:
        """The CPU time of every act, page and timer, of so many dossiers together in each round."""
        self.weigh(on=False)
        self.once()  # the first acts of a process are the dearest
        self.forget()
        self._together, self._spent = together, spent
        for _ in range(rounds):
            self.once()
            self.rest()
        return self.costs

    @property
    def dossier(self) -> str:
        """The first of the dossiers that are on their way together."""
        return self.dossiers[0]

    @property
    def code(self) -> str:
        """The code of that one."""
        return self.codes[0]

    def journey(self, look: Callable[[str], None] = lambda _state: None) -> None:
        """From the citizen's hands to the rating; `look` hears of each state."""
        self.hand_in()
        look("submitted")
        self.accept()
        self._message(ROUTING, "order reaches the desk")
        self._message(INTAKE, "desk tells of its arrival")
        look("processing")
        taken: Asked = [(f"/steps/{step}/take", {}) for step in self._steps()]
        self._post(ROUTING, "officer takes the step", "officer", taken)
        self._message(INTAKE, "desk names the officer")
        self.complete()
        # One of two messages at once may be tried again later: then the act is not over yet.
        self._act(INTAKE, "result reaches the centre", self._resolved, waits=True)
        back = {"channel": "counter"}
        returned = [(f"/dossiers/{each}/return", back) for each in self.dossiers]
        self._post(INTAKE, "return", "clerk", returned)
        self._message(FEEDBACK, "feedback learns of it")
        rating = {"score": 2, "comment": "Nhanh, rõ ràng."}
        rated = [("/ratings", rating | {"dossier": each}) for each in self.dossiers]
        self._post(FEEDBACK, "rate", "citizen", rated)
        look("returned")

    def _steps(self) -> list[str]:
        """The ids of the steps at the desk."""
        dockets = self.setup.collection(f"{ROUTING}.{DESK}", "dockets")
        found = dockets.find({"_id": {"$in": self.dossiers}}, {"steps.id": 1})
        return [str(each["steps"][0]["id"]) for each in found]

    def _resolved(self) -> None:
        """Wait until intake has the results."""
        dossiers = self.setup.collection(INTAKE, "dossiers")
        there = {"_id": {"$in": self.dossiers}, "state": "resolved"}
        deadline = time.monotonic() + DONE_WITHIN
        while dossiers.count_documents(there) < len(self.dossiers):
            if time.monotonic() > deadline:
                raise TimeoutError(f"intake has no result of one of {self.dossiers}")
            time.sleep(LOOK_EVERY)

    def hand_in(self) -> None:
        """Citizens hand dossiers in."""
        bodies = [("/dossiers", self.setup.body)] * self._together
        said = self._post(INTAKE, "hand in", "citizen", bodies)
        self.dossiers = [str(each["id"]) for each in said]

    def accept(self) -> None:
        """A clerk takes them in."""
        accepted: Asked = [(f"/dossiers/{each}/accept", {}) for each in self.dossiers]
        said = self._post(INTAKE, "accept", "clerk", accepted)
        self.codes = [str(each["code"]) for each in said]

    def complete(self) -> None:
        """The officer decides."""
        body = {"outcome": "approved", "document": WRITING}
        decided = [(f"/steps/{step}/complete", body) for step in self._steps()]
        self._post(ROUTING, "officer completes the step", "officer", decided)

    def pages(self) -> None:
        """The pages that people look at all day."""
        self._get(
            INTAKE, "list page, counter", "clerk", f"/dossiers?state=processing&limit={LISTED}"
        )
        self._get(INTAKE, "one dossier, counter", "clerk", f"/dossiers/{self.dossier}")
        self._get(INTAKE, "search by code", "clerk", f"/dossiers/search?q={self.code}")
        self._get(INTAKE, "tracking page", "citizen", f"/tracking/{self.code}")
        self._get(ROUTING, "list page, desk", "officer", f"/steps?limit={LISTED}")
        self._get(ROUTING, "one step, desk", "officer", f"/steps/{self._steps()[0]}")

    def timers(self) -> None:
        """Each timer of each service, when nothing is due; and the page of the metrics."""
        for name, service in self.services.items():
            for timer in self._timers_of(name):
                self._ask(name, service, f"timer {timer}", {"do": "fire", "timer": timer})
            self._ask(name, service, "page of the metrics", {"do": "scrape"})

    def rest(self) -> None:
        """Each service does nothing for as long as acts are waited for: what that alone costs."""
        for name in self.services:
            for _ in range(RESTS):
                self._act(name, NOTHING, lambda: None, begins=False)

    def forget(self) -> None:
        """Forget what was counted so far."""
        self.costs = {}

    def weigh(self, *, on: bool) -> None:
        """Begin anew, with or without the sizes of commands, which cost CPU time to find out."""
        self.forget()
        self._weighing = on
        for name in self.services:
            with self._running(name) as service:
                service.ask(do="take", weighing=on)

    def _timers_of(self, name: str) -> list[str]:
        with self._running(name) as service:
            found: list[str] = service.ask(do="timers")["timers"]
        return found

    def _post(self, service: str, act: str, role: str, asked: Asked) -> list[dict[str, Any]]:
        """Post these bodies to these paths, one after the other; what is answered."""

        def post() -> list[dict[str, Any]]:
            client = self.client(service, role)
            return [client.post(path, json.dumps(body)) for path, body in asked]

        said: list[dict[str, Any]] = self._act(service, act, post)
        return said

    def _get(self, service: str, act: str, role: str, path: str) -> None:
        times = min(self._together, MOST_LOOKS)

        def get() -> None:
            client = self.client(service, role)
            for _ in range(times):
                client.get(path)

        self._act(service, act, get, times=times)

    def _message(self, service: str, act: str) -> None:
        self._act(service, act, lambda: None, waits=True)

    def _ask(self, name: str, service: Controlled, act: str, asked: Mapping[str, Any]) -> None:
        def ask() -> None:
            for _ in range(self._together):
                service.ask(**asked)

        self._act(name, act, ask, begins=False)

    def _act(
        self,
        service: str,
        act: str,
        do: Callable[[], Any],
        *,
        begins: bool = True,
        waits: bool = False,
        times: int = 0,
    ) -> Any:
        """Let the service go on for the act; what was told to it while it stood still `waits`.

        When CPU time is measured, a service first has the time to wake up, if nothing waits.
        """
        with self._running(service) as at_work:
            if not self._weighing and not waits:
                at_work.settle(must_begin=False)
                at_work.ask(do="take")
            cost = self.costs.setdefault((act, service), Cost(act, service))
            began, before = time.monotonic(), self._spent()
            said = do()
            at_work.settle(must_begin=begins)
            cost.add(at_work.ask(do="take"), times or self._together)
            cost.seconds += time.monotonic() - began
            cost.cpu.update({name: used - before[name] for name, used in self._spent().items()})
        return said

    @contextmanager
    def _running(self, name: str) -> Iterator[Controlled]:
        service = self.services[name]
        service.go_on()
        try:
            yield service
        finally:
            service.stop()

    def client(self, service: str, role: str) -> MinimalHttpClient:
        """A client of a service, signed in as somebody in this role."""
        agency = DESK if service == ROUTING else ""
        subject = CITIZEN if role == "citizen" else f"{role}-1"
        platform = self.setup.platform
        token = tokens.sign_token(platform.folder, role, subject, agency=agency, lifetime=LIFETIME)
        return MinimalHttpClient(platform.instance(service, agency).http, token)
