"""The acts on a dossier, one after the other, and what each costs the process that does it.

Only one service runs at a time, the others are stopped (SIGSTOP): so all that is counted meanwhile
belongs to the one act, and what it told the others waits for them in their queues. What a process
keeps for a second (the calendar, the agencies) is forgotten between two acts: each reads it anew.
Under load that is read once a second, so these figures are the most that an act costs.
"""

import json
import signal
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from bench.child_process import ChildProcess
from bench.command_counter import Counted, totals
from bench.http_client import MinimalHttpClient
from bench.intake_platform import CITIZEN, DESK, LIFETIME, WRITING, IntakePlatform
from cli import tokens

INTAKE, ROUTING, FEEDBACK = SERVICES = ("intake", "routing", "feedback")
OFFICER = "officer-1"
SETTLED = 0.3  # seconds without any work: then an act is over
LOOK_EVERY = 0.05
BEGUN_WITHIN, DONE_WITHIN = 5.0, 60.0
NOTHING = "nothing"
LISTED = 5  # rows of a page; there are more in every store
Examples = dict[str, list[dict[str, Any]]]


@dataclass
class Cost:
    """What an act cost one process, `times` times."""

    act: str
    service: str
    times: int = 0
    cpu: float = 0.0
    messages: float = 0.0
    confirms: float = 0.0
    handled: float = 0.0
    commands: list[Counted] = field(default_factory=list)

    def add(self, said: Mapping[str, Any]) -> None:
        """The act was done once more."""
        self.times += 1
        for name in ("cpu", "messages", "confirms", "handled"):
            setattr(self, name, getattr(self, name) + said[name])
        self.commands += [Counted(**each) for each in said["commands"]]

    def each(self) -> dict[str, float]:
        """Of one act: reads, writes, bytes and documents examined, messages, confirms, CPU ms."""
        mine = [each for each in self.commands if not each.of_the_sweep]
        whole = totals(mine) | {"messages": self.messages, "confirms": self.confirms}
        return {name: value / self.times for name, value in whole.items()} | {
            "CPU ms": self.cpu / self.times
        }


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
        self.dossier = self.code = ""
        self.patterns: Any = None
        self._weighing = True
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

    def journey(self, look: Callable[[str], None] = lambda _state: None) -> None:
        """One dossier from the citizen's hands to its rating; `look` hears of each state."""
        self.hand_in()
        look("submitted")
        self.accept()
        self._message(ROUTING, "order reaches the desk")
        self._message(INTAKE, "desk tells of its arrival")
        look("processing")
        self._post(ROUTING, "officer takes the step", "officer", f"/steps/{self.step}/take")
        self._message(INTAKE, "desk names the officer")
        self.complete()
        # One of two messages at once may be tried again later: then the act is not over yet.
        self._act(INTAKE, "result reaches the centre", self._resolved, waits=True)
        self._post(
            INTAKE, "return", "clerk", f"/dossiers/{self.dossier}/return", {"channel": "counter"}
        )
        self._message(FEEDBACK, "feedback learns of it")
        rating = {"dossier": self.dossier, "score": 2, "comment": "Nhanh, rõ ràng."}
        self._post(FEEDBACK, "rate", "citizen", "/ratings", rating)
        look("returned")

    @property
    def step(self) -> str:
        """The id of the step at the desk."""
        dockets = self.setup.collection(f"{ROUTING}.{DESK}", "dockets")
        return str(dockets.find_one({"_id": self.dossier})["steps"][0]["id"])

    def _resolved(self) -> None:
        """Wait until intake has the result."""
        dossiers, deadline = (
            self.setup.collection(INTAKE, "dossiers"),
            time.monotonic() + DONE_WITHIN,
        )
        while not dossiers.find_one({"_id": self.dossier, "state": "resolved"}, {"_id": 1}):
            if time.monotonic() > deadline:
                raise TimeoutError(f"intake has no result of {self.dossier}")
            time.sleep(LOOK_EVERY)

    def hand_in(self) -> None:
        """A citizen hands a dossier in."""
        said = self._post(INTAKE, "hand in", "citizen", "/dossiers", self.setup.body)
        self.dossier = str(said["id"])

    def accept(self) -> None:
        """A clerk takes it in."""
        path = f"/dossiers/{self.dossier}/accept"
        self.code = str(self._post(INTAKE, "accept", "clerk", path)["code"])

    def complete(self) -> None:
        """The officer decides."""
        body = {"outcome": "approved", "document": WRITING}
        path = f"/steps/{self.step}/complete"
        self._post(ROUTING, "officer completes the step", "officer", path, body)

    def pages(self) -> None:
        """The pages that people look at all day."""
        self._get(
            INTAKE, "list page, counter", "clerk", f"/dossiers?state=processing&limit={LISTED}"
        )
        self._get(INTAKE, "one dossier, counter", "clerk", f"/dossiers/{self.dossier}")
        self._get(INTAKE, "search by code", "clerk", f"/dossiers/search?q={self.code}")
        self._get(INTAKE, "tracking page", "citizen", f"/tracking/{self.code}")
        self._get(ROUTING, "list page, desk", "officer", f"/steps?limit={LISTED}")
        self._get(ROUTING, "one step, desk", "officer", f"/steps/{self.step}")

    def timers(self) -> None:
        """Each timer of each service, when nothing is due; and the page of the metrics."""
        for name, service in self.services.items():
            for timer in self._timers_of(name):
                fire = {"do": "fire", "timer": timer}
                self._act(name, f"timer {timer}", lambda: service.ask(**fire), begins=False)  # noqa: B023
            self._act(name, "page of the metrics", lambda: service.ask(do="scrape"), begins=False)  # noqa: B023

    def rest(self) -> None:
        """Each service does nothing for as long as an act is waited for: what that alone costs."""
        for name in self.services:
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

    def _post(
        self, service: str, act: str, role: str, path: str, body: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        text = json.dumps(body or {})
        said: dict[str, Any] = self._act(
            service, act, lambda: self.client(service, role).post(path, text)
        )
        return said

    def _get(self, service: str, act: str, role: str, path: str) -> None:
        self._act(service, act, lambda: self.client(service, role).get(path))

    def _message(self, service: str, act: str) -> None:
        self._act(service, act, lambda: None, waits=True)

    def _act(
        self,
        service: str,
        act: str,
        do: Callable[[], Any],
        *,
        begins: bool = True,
        waits: bool = False,
    ) -> Any:
        """Let the service go on for the act; what was told to it while it stood still `waits`.

        When CPU time is measured, a service first has the time to wake up, if nothing waits.
        """
        with self._running(service) as at_work:
            if not self._weighing and not waits:
                at_work.settle(must_begin=False)
                at_work.ask(do="take")
            said = do()
            at_work.settle(must_begin=begins)
            cost = self.costs.setdefault((act, service), Cost(act, service))
            cost.add(at_work.ask(do="take"))
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
