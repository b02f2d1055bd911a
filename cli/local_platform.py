"""The platform on one machine: its servers, its service instances, their ports and settings."""

import os
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from cli import agency_registry, service_discovery, tokens
from cli.broker.definitions import definitions_for_agencies
from cli.embedded.data_folder import DataFolder
from cli.embedded.page_front import PageFront
from cli.embedded.ports import DEFAULT_BASE, HOST, Ports, is_taken, must_be_free
from cli.embedded.rabbitmq import BROKER, EPMD, password_key
from cli.embedded.servers import EmbeddedServers
from cli.embedded.supervisor import ProcessSupervisor, Program, python_command
from cli.errors import CliError
from cli.vault_key import VAULT_KEYS, WEBHOOK_VAULT_KEYS, vault_keys_file, vault_keys_name
from foundation.settings import EMBEDDED, TimeScale, queue_of, read_time_scale

_BASE = "ports.json"
_CLOCK = "clock.json"
DESKS = "desks"
_OWN = ("AGENCY", "AMQP_URL", "MONGO_URL", "HTTP_ADDRESS", "PUBLIC_URL")
_POLL_SECONDS = 0.1
_READY_WITHIN = 120.0  # seconds; fifteen Python processes start at once on a small machine


@dataclass(frozen=True)
class ServiceInstance:
    """One instance of a service; `agency` is empty for all services but routing.

    `http` is the port of its API, `watch` that of its metrics and health. Each instance has a
    process of its own, except `hosted` desks, which share one.
    """

    service: str
    agency: str
    http: int
    watch: int
    hosted: bool = False

    @property
    def name(self) -> str:
        """The name of its queue and broker user, such as `intake` or `routing.so-xay-dung`."""
        return queue_of(self.service, self.agency)

    @property
    def url(self) -> str:
        """The base URL of its API."""
        return f"http://{HOST}:{self.http}"

    @property
    def watch_url(self) -> str:
        """The base URL of its metrics and health pages."""
        return f"http://{HOST}:{self.watch}"

    @property
    def process_name(self) -> str:
        """The name under which the supervisor runs its process."""
        return DESKS if self.hosted else self.name

    def ready(self) -> bool:
        """Whether its readiness page answers 200."""
        page = f"{self.watch_url}/readyz" + (f"/{self.agency}" if self.hosted else "")
        try:
            with urllib.request.urlopen(page, timeout=2):  # noqa: S310 -- ours
                return True
        except OSError:
            return False


class LocalPlatform:
    """The platform of one data folder, as `motcua up` starts and `motcua down` stops it."""

    def __init__(self, data: Path, base: int | None = None) -> None:
        """`base` is the first port; by default the one used before in this folder.

        Raises:
            CliError: the platform is running on another base port.
        """
        self.folder = DataFolder(data.resolve())
        self.supervisor = ProcessSupervisor(self.folder)
        known = int(self.folder.read(_BASE).get("base", 0))
        if base and known and base != known and self.supervisor.running():
            raise CliError(
                f"Hệ thống này đang chạy trên dãy cổng {known}: hãy `motcua down` trước.",
                f"This platform runs on the ports from {known} on: `motcua down` first.",
            )
        self.ports = Ports(base or known or DEFAULT_BASE)
        self.servers = EmbeddedServers(self.folder, self.ports)
        self.front = PageFront(self.folder, self.ports)
        self.agencies = agency_registry.agencies_of(self.folder)

    @cached_property
    def instances(self) -> list[ServiceInstance]:
        """Every service instance with its ports: the services, then the agencies' desks."""
        names = service_discovery.service_names()
        instances = [
            ServiceInstance(name, "", *self.ports.service(index))
            for index, name in enumerate(names)
            if name != agency_registry.ROUTING
        ]
        if agency_registry.ROUTING in names:
            instances += [
                self._desk(index, agency.code)
                for index, agency in enumerate(agency_registry.desk_slots(self.folder))
                if agency in self.agencies
            ]
        return instances

    def _desk(self, index: int, agency: str) -> ServiceInstance:
        http, watch = self.ports.agency(index)
        hosted = agency in agency_registry.hosted(self.folder)
        return ServiceInstance(
            agency_registry.ROUTING, agency, http, self.ports.desks if hosted else watch, hosted
        )

    @property
    def services(self) -> list[str]:
        """The names of the service processes, without the servers."""
        return list(dict.fromkeys(instance.process_name for instance in self.instances))

    def instance(self, service: str, agency: str = "") -> ServiceInstance:
        """The instance of this service and, for routing, of this agency.

        Raises:
            CliError: there is no such instance.
        """
        for each in self.instances:
            if (each.service, each.agency) == (service, agency):
                return each
        raise CliError(
            f"Không có dịch vụ {service} {agency}: xem `motcua status`.",
            f"There is no service {service} {agency}: see `motcua status`.",
        )

    def environment(self, service: str, agency: str = "") -> dict[str, str]:
        """The environment variables of one instance, added to the environment of the command."""
        instance = self.instance(service, agency)
        watch = self.folder.secret(password_key("watch"))
        api = self.servers.broker.api_url.replace("://", f"://watch:{watch}@")
        addresses = vars(self.servers.addresses())
        return {
            **os.environ,
            **{name.upper(): address for name, address in addresses.items()},
            "AGENCY": agency,
            "AGENCIES": str(agency_registry.write_names_for_services(self.folder)),
            "AMQP_URL": self.servers.broker.amqp_url(instance.name),
            "BROKER_API_URL": api,
            "HTTP_ADDRESS": f"{HOST}:{instance.http}",
            "WATCH_ADDRESS": f"{HOST}:{instance.watch}",
            "MONGO_DATABASE": "",  # each service its own, whatever the caller's environment says
            "TOKEN_KEYS": str(self.folder.path(tokens.PUBLIC)),
            "VAULT_KEYS": str(self.folder.path(vault_keys_name(service))),
            **self.front.environment(instance.url if agency else self.instance("intake").url),
            "MODE": EMBEDDED,
            "DAY": str(self.time_scale),
        }

    @property
    def time_scale(self) -> TimeScale:
        """How many seconds a day of the deadlines lasts on this platform."""
        return read_time_scale(self.folder.read(_CLOCK).get("day", ""))

    def shorten_day(self, day: float) -> None:
        """Let a day of the deadlines last `day` seconds, for as long as this folder exists.

        Raises:
            CliError: another length was set before; it cannot change, or time would run backwards.
        """
        if self.time_scale.day == day:
            return
        if not self.time_scale.real or self.supervisor.running():
            seconds = f"{self.time_scale.day:g}"
            raise CliError(
                f"Ở đây một ngày dài {seconds} giây rồi: hãy dùng thư mục khác với --data.",
                f"A day lasts {seconds} seconds here already: use another folder with --data.",
            )
        self.folder.write(_CLOCK, {"day": str(TimeScale(day, datetime.now(UTC)))})

    def definitions(self) -> dict[str, Any]:
        """RabbitMQ's users, exchanges, queues and rights, derived from the services."""
        return definitions_for_agencies(self.folder, [agency.code for agency in self.agencies])

    def start_order(self) -> list[list[Program]]:
        """The programs in waves; a wave is started when the one before it is ready."""
        apart = [self._program(instance) for instance in self.instances if not instance.hosted]
        hosted = [instance for instance in self.instances if instance.hosted]
        together = [self._host(hosted)] if hosted else []
        return [
            *self.servers.waves(),
            [*self.front.programs(self.instance("intake").url), *apart, *together],
        ]

    def stop_desk(self, agency: str) -> bool:
        """Stop an agency's desk, in its own or the shared process; False if it was not running."""
        instance = next((each for each in self.instances if each.agency == agency), None)
        if instance is None:  # the agency runs a system of its own
            return False
        if not instance.hosted:
            return bool(self.supervisor.stop([instance.process_name]))
        self._settings_of(agency).unlink(missing_ok=True)
        if instance.process_name not in self.supervisor.running():
            return False
        end = time.monotonic() + _READY_WITHIN
        while is_taken(instance.http) and time.monotonic() < end:
            time.sleep(_POLL_SECONDS)
        return True

    def start(
        self, *, starting: Callable[[Program], None], ready: Callable[[Program], None]
    ) -> list[str]:
        """Start what is not running; returns the names. On an error that is stopped again.

        Raises:
            CliError: a port is taken, or a program is missing, ends at once or is too slow.
        """
        started: list[str] = []
        with self.supervisor.exclusive_lock():
            try:
                for name in self._start(starting, ready):
                    started.append(name)  # noqa: PERF402 -- kept although the next one fails
            except BaseException:
                self._end(started)
                raise
        return started

    def stop(self) -> list[str]:
        """Stop everything that is running, services first; returns the names."""
        with self.supervisor.exclusive_lock():
            return self._end(list(self.supervisor.running()))

    def restart(self, *names: str) -> None:
        """Stop those of these processes that are running, and start them with current settings.

        Raises:
            CliError: one does not become ready again.
        """
        with self.supervisor.exclusive_lock():
            ended = self.supervisor.stop(names)
            self.write_settings()
            start_order = [
                each for wave in self.start_order() for each in wave if each.name in ended
            ]
            for program in start_order:
                self.supervisor.start(program)
            self.supervisor.wait(*start_order)

    def not_running(self) -> list[str]:
        """The names of the programs that should be running and are not."""
        running = self.supervisor.running()
        return [
            each.name for wave in self.start_order() for each in wave if each.name not in running
        ]

    def _start(
        self, starting: Callable[[Program], None], ready: Callable[[Program], None]
    ) -> Iterator[str]:
        waves, running = self.start_order(), self.supervisor.running()
        self.write_settings()
        absent = [each for wave in waves for each in wave if each.name not in running]
        for port, program in ((port, each) for each in absent for port in each.ports):
            must_be_free(port, program.name)
        if not absent:
            # A desk that joined the running shared process is started by that process.
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
        tokens.public_keys_file(self.folder)
        for name in (VAULT_KEYS, WEBHOOK_VAULT_KEYS):
            vault_keys_file(self.folder, name)
        desks = [each.agency for each in self.instances if each.agency]
        self.front.prepare(desks, lambda *named: self.instance(*named).url, self.supervisor)
        definitions = self.definitions()
        if broker_runs:
            self.servers.broker.load_definitions(definitions)
        else:
            self.servers.prepare(definitions)

    def _end(self, names: list[str]) -> list[str]:
        self.supervisor.stop([name for name in names if name in self.services])
        self.supervisor.stop([name for name in names if name not in {*self.services, EPMD}])
        self.supervisor.stop([name for name in names if name == EPMD])
        return names

    def write_settings(self) -> None:
        """Write one settings file for each hosted desk, and delete those of all others."""
        hosted = [instance.agency for instance in self.instances if instance.hosted]
        self.folder.path(DESKS).mkdir(mode=0o700, parents=True, exist_ok=True)
        for path in self.folder.path(DESKS).glob("*.env"):
            if path.stem not in hosted:
                path.unlink()
        for agency in hosted:
            known = self.environment(agency_registry.ROUTING, agency)
            text = "".join(f"{name}={known[name]}\n" for name in _OWN)
            self.folder.write_text(f"{DESKS}/{agency}.env", text)

    def _settings_of(self, agency: str) -> Path:
        return self.folder.path(DESKS, f"{agency}.env")

    def _host(self, hosted: list[ServiceInstance]) -> Program:
        shared = self.environment(agency_registry.ROUTING, hosted[0].agency)
        for name in _OWN:
            del shared[name]
        return Program(
            name=DESKS,
            command=python_command("services", agency_registry.ROUTING),
            environment={**shared, "HOSTED": str(self.folder.path(DESKS))},
            ready=lambda: all(instance.ready() for instance in hosted),
            ports=(self.ports.desks, *(instance.http for instance in hosted)),
            patience=_READY_WITHIN,
        )

    def _program(self, instance: ServiceInstance) -> Program:
        return Program(
            name=instance.process_name,
            command=python_command("services", instance.service),
            environment=self.environment(instance.service, instance.agency),
            ready=instance.ready,
            ports=(instance.http, instance.watch),
            patience=_READY_WITHIN,
        )
