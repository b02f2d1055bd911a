"""The whole platform of one data folder: the servers, the services, and where each of them is."""

import os
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from cli import offices, tokens
from cli.definitions import describe
from cli.embedded.folder import Folder
from cli.embedded.ports import DEFAULT_BASE, HOST, Ports, refuse_taken, taken
from cli.embedded.rabbitmq import BROKER, NAMES, password_name
from cli.embedded.servers import Servers
from cli.embedded.supervisor import Program, Supervisor, python
from cli.say import Trouble
from foundation.settings import EMBEDDED, TimeScale, queue_of, read_time_scale

_BASE = "ports.json"
_CLOCK = "clock.json"
DESKS = "desks"
_OWN = ("AGENCY", "AMQP_URL", "MONGO_URL", "HTTP_ADDRESS")
_LOOK = 0.1  # seconds between two looks at a port
_SERVICES_PATIENCE = 120.0  # seconds; fifteen Pythons start at once on a small machine


@dataclass(frozen=True)
class Worker:
    """One service at work; `agency` is empty for all but routing.

    Each has a process of its own, but for the desks that are `hosted`: those share one.
    """

    service: str
    agency: str
    http: int
    watch: int
    hosted: bool = False

    @property
    def name(self) -> str:
        """As its queue and its broker user are called: `intake`, `routing.so-xay-dung`."""
        return queue_of(self.service, self.agency)

    @property
    def url(self) -> str:
        """Its API."""
        return f"http://{HOST}:{self.http}"

    @property
    def watch_url(self) -> str:
        """Its metrics and health."""
        return f"http://{HOST}:{self.watch}"

    @property
    def program(self) -> str:
        """The process it works in."""
        return DESKS if self.hosted else self.name

    def ready(self) -> bool:
        """Whether it says so itself."""
        page = f"{self.watch_url}/readyz" + (f"/{self.agency}" if self.hosted else "")
        try:
            with urllib.request.urlopen(page, timeout=2):  # noqa: S310 -- ours
                return True
        except OSError:
            return False


class Stack:
    """What `motcua up` starts and `motcua down` stops."""

    def __init__(self, data: Path, base: int | None = None) -> None:
        """`base` is the first port; without it the one used before in this folder.

        Raises:
            Trouble: the platform runs already, on another base.
        """
        self.folder = Folder(data.resolve())
        self.supervisor = Supervisor(self.folder)
        known = int(self.folder.read(_BASE).get("base", 0))
        if base and known and base != known and self.supervisor.running():
            raise Trouble(
                f"Hệ thống này đang chạy trên dãy cổng {known}: hãy `motcua down` trước.",
                f"This platform runs on the ports from {known} on: `motcua down` first.",
            )
        self.ports = Ports(base or known or DEFAULT_BASE)
        self.servers = Servers(self.folder, self.ports)
        self.agencies = offices.agencies_of(self.folder)

    @cached_property
    def workers(self) -> list[Worker]:
        """Every service and every desk, each with its two ports."""
        names = offices.service_names()
        workers = [
            Worker(name, "", *self.ports.service(index))
            for index, name in enumerate(names)
            if name != offices.ROUTING
        ]
        if offices.ROUTING in names:
            workers += [
                self._desk(index, agency.code)
                for index, agency in enumerate(offices.slots(self.folder))
                if agency in self.agencies
            ]
        return workers

    def _desk(self, index: int, agency: str) -> Worker:
        http, watch = self.ports.agency(index)
        hosted = agency in offices.hosted(self.folder)
        return Worker(offices.ROUTING, agency, http, self.ports.desks if hosted else watch, hosted)

    @property
    def services(self) -> list[str]:
        """The programs that are ours, not servers."""
        return list(dict.fromkeys(worker.program for worker in self.workers))

    def worker(self, service: str, agency: str = "") -> Worker:
        """The process of this service (and, for routing, of this agency).

        Raises:
            Trouble: there is no such one.
        """
        for each in self.workers:
            if (each.service, each.agency) == (service, agency):
                return each
        raise Trouble(
            f"Không có dịch vụ {service} {agency}: xem `motcua status`.",
            f"There is no service {service} {agency}: see `motcua status`.",
        )

    def environment(self, service: str, agency: str = "") -> dict[str, str]:
        """The settings of one process, on top of the environment we were given."""
        worker = self.worker(service, agency)
        watch = self.folder.secret(password_name("watch"))
        api = self.servers.broker.api_url.replace("://", f"://watch:{watch}@")
        addresses = vars(self.servers.addresses())
        return {
            **os.environ,
            **{name.upper(): address for name, address in addresses.items()},
            "AGENCY": agency,
            "AGENCIES": str(offices.known_to_services(self.folder)),
            "AMQP_URL": self.servers.broker.amqp_url(worker.name),
            "BROKER_API_URL": api,
            "HTTP_ADDRESS": f"{HOST}:{worker.http}",
            "WATCH_ADDRESS": f"{HOST}:{worker.watch}",
            "MONGO_DATABASE": "",  # each service its own, whatever the caller's environment says
            "TOKEN_KEYS": str(self.folder.path(tokens.PUBLIC)),
            "TRACKING_URL": f"{self.worker('intake').url}/tracking/",
            "LATE_URL": f"{self.worker('intake').url}/late",
            "MODE": EMBEDDED,
            "DAY": str(self.time_scale),
        }

    @property
    def time_scale(self) -> TimeScale:
        """How fast the clock of the law runs here."""
        return read_time_scale(self.folder.read(_CLOCK).get("day", ""))

    def hasten(self, day: float) -> None:
        """From now on, and as long as this folder is, a day of the law lasts `day` seconds.

        Raises:
            Trouble: days last otherwise here already, and time does not run backwards.
        """
        if self.time_scale.day == day:
            return
        if not self.time_scale.real or self.supervisor.running():
            seconds = f"{self.time_scale.day:g}"
            raise Trouble(
                f"Ở đây một ngày dài {seconds} giây rồi: hãy dùng thư mục khác với --data.",
                f"A day lasts {seconds} seconds here already: use another folder with --data.",
            )
        self.folder.write(_CLOCK, {"day": str(TimeScale(day, datetime.now(UTC)))})

    def definitions(self) -> dict[str, Any]:
        """The broker's users, exchanges, queues and rights, derived from the services."""
        return describe(self.folder, [agency.code for agency in self.agencies])

    def programs(self) -> list[list[Program]]:
        """What to start: each wave needs the one before to be ready."""
        apart = [self._program(worker) for worker in self.workers if not worker.hosted]
        hosted = [worker for worker in self.workers if worker.hosted]
        return [*self.servers.waves(), apart + ([self._host(hosted)] if hosted else [])]

    def end_desk(self, agency: str) -> bool:
        """End the desk of an agency, wherever it works; False if it did not run."""
        worker = next((each for each in self.workers if each.agency == agency), None)
        if worker is None:  # it works elsewhere
            return False
        if not worker.hosted:
            return bool(self.supervisor.stop([worker.program]))
        self._settings_of(agency).unlink(missing_ok=True)
        if worker.program not in self.supervisor.running():
            return False
        end = time.monotonic() + _SERVICES_PATIENCE
        while taken(worker.http) and time.monotonic() < end:
            time.sleep(_LOOK)
        return True

    def start(
        self, *, starting: Callable[[Program], None], ready: Callable[[Program], None]
    ) -> list[str]:
        """Start what does not run; returns the names of it. On trouble that is stopped again.

        Raises:
            Trouble: a port is taken, a program is missing, ends at once or is too slow.
        """
        started: list[str] = []
        with self.supervisor.alone():
            try:
                for name in self._start(starting, ready):
                    started.append(name)  # noqa: PERF402 -- kept although the next one fails
            except BaseException:
                self._end(started)
                raise
        return started

    def stop(self) -> list[str]:
        """Stop everything that runs, services first; returns the names of it."""
        with self.supervisor.alone():
            return self._end(list(self.supervisor.running()))

    def restart(self, *names: str) -> None:
        """End these of our processes together, if they run, and start them with fresh settings.

        Raises:
            Trouble: one does not come back.
        """
        with self.supervisor.alone():
            ended = self.supervisor.stop(names)
            self.write_settings()
            programs = [each for wave in self.programs() for each in wave if each.name in ended]
            for program in programs:
                self.supervisor.start(program)
            self.supervisor.wait(*programs)

    def missing(self) -> list[str]:
        """Which programs should run and do not."""
        running = self.supervisor.running()
        return [each.name for wave in self.programs() for each in wave if each.name not in running]

    def _start(
        self, starting: Callable[[Program], None], ready: Callable[[Program], None]
    ) -> Iterator[str]:
        waves, running = self.programs(), self.supervisor.running()
        self.write_settings()
        absent = [each for wave in waves for each in wave if each.name not in running]
        for port, program in ((port, each) for each in absent for port in each.ports):
            refuse_taken(port, program.name)
        if not absent:
            # A desk that joined a process which runs already is started by that.
            self.supervisor.wait(*(each for each in waves[-1] if each.name == DESKS))
            return
        self._prepare(broker_runs=BROKER in running)
        for wave in waves:
            for program in wave:
                starting(program)
                if self.supervisor.start(program):
                    yield program.name
            self.supervisor.wait(*wave, tell=ready)

    def _prepare(self, *, broker_runs: bool) -> None:
        self.folder.write(_BASE, {"base": self.ports.base})
        tokens.public_keys(self.folder)
        definitions = self.definitions()
        if broker_runs:
            self.servers.broker.load(definitions)
        else:
            self.servers.prepare(definitions)

    def _end(self, names: list[str]) -> list[str]:
        self.supervisor.stop([name for name in names if name in self.services])
        self.supervisor.stop([name for name in names if name not in {*self.services, NAMES}])
        self.supervisor.stop([name for name in names if name == NAMES])
        return names

    def write_settings(self) -> None:
        """Give the process of the hosted desks a file for each of them, and no others."""
        hosted = [worker.agency for worker in self.workers if worker.hosted]
        self.folder.path(DESKS).mkdir(mode=0o700, parents=True, exist_ok=True)
        for path in self.folder.path(DESKS).glob("*.env"):
            if path.stem not in hosted:
                path.unlink()
        for agency in hosted:
            known = self.environment(offices.ROUTING, agency)
            text = "".join(f"{name}={known[name]}\n" for name in _OWN)
            self.folder.write_text(f"{DESKS}/{agency}.env", text)

    def _settings_of(self, agency: str) -> Path:
        return self.folder.path(DESKS, f"{agency}.env")

    def _host(self, hosted: list[Worker]) -> Program:
        shared = self.environment(offices.ROUTING, hosted[0].agency)
        for name in _OWN:
            del shared[name]
        return Program(
            name=DESKS,
            command=python("services", offices.ROUTING),
            environment={**shared, "HOSTED": str(self.folder.path(DESKS))},
            ready=lambda: all(worker.ready() for worker in hosted),
            ports=(self.ports.desks, *(worker.http for worker in hosted)),
            patience=_SERVICES_PATIENCE,
        )

    def _program(self, worker: Worker) -> Program:
        return Program(
            name=worker.program,
            command=python("services", worker.service),
            environment=self.environment(worker.service, worker.agency),
            ready=worker.ready,
            ports=(worker.http, worker.watch),
            patience=_SERVICES_PATIENCE,
        )
