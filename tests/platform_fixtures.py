"""The real parts for a test session: started once, in a folder of their own, on free ports.

A part that is missing fails the tests that need it; nothing is skipped. MONGO_URL and S3_URL
(with S3_ACCESS_KEY and S3_SECRET_KEY) put other servers in the place of the embedded ones.
"""

import os
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self
from urllib.error import HTTPError
from urllib.parse import quote

import pytest

from cli.embedded import smtp_and_sms_standins
from cli.embedded.data_folder import DataFolder
from cli.embedded.ports import free_ports
from cli.embedded.rabbitmq import OPERATOR, LocalRabbitMQ, password_key
from cli.embedded.servers import EmbeddedServers
from cli.embedded.supervisor import ProcessSupervisor, Program


@dataclass(frozen=True)
class Part:
    """One server that tests may stop, kill and start again; its data stay."""

    program: Callable[[], Program]
    supervisor: ProcessSupervisor

    def stop(self) -> None:
        """End it as an operator would."""
        self.supervisor.stop([self.program().name])

    def kill(self) -> None:
        """End it as a power cut would (SIGKILL)."""
        self.supervisor.kill(self.program().name)

    def start(self) -> None:
        """Start it on its old data and wait until it is ready; nothing happens if it runs."""
        program = self.program()
        self.supervisor.start(program)
        self.supervisor.wait(program)

    def restart(self) -> None:
        """Stop and start."""
        self.stop()
        self.start()

    @property
    def pid(self) -> int:
        """The process, for tests that freeze it (SIGSTOP) or look at its memory."""
        return self.supervisor.running()[self.program().name].pid


# RabbitMQ before 3.13.3 writes a new quorum queue into its registry up to two seconds late
# (rabbitmq/ra#443): killed before that, it forgets the queue, whatever it confirmed.
SETTLING = 3.0  # seconds


class BrokerPart(Part):
    """The broker; knows when it was last given new queues."""

    loaded = 0.0

    def kill(self) -> None:
        """End it as a power cut would, but not before it has written its newest queues down."""
        time.sleep(max(0.0, BrokerPart.loaded + SETTLING - time.monotonic()))
        super().kill()


@dataclass(frozen=True, kw_only=True)
class Platform:
    """Where the parts of this session are, and how to hurt them.

    `mongo_url`, `s3_url`, `s3_access_key`, `s3_secret_key`, `smtp_url`, `sms_url` and
    `letter_key` are what a service's settings of the same names take.
    """

    folder: DataFolder
    broker_server: LocalRabbitMQ
    broker: BrokerPart
    database: Part
    files: Part
    messages: Part
    mongo_url: str
    s3_url: str
    s3_access_key: str
    s3_secret_key: str
    smtp_url: str
    sms_url: str
    letter_key: str
    scanner_url: str = ""

    @classmethod
    def of(cls, servers: EmbeddedServers, supervisor: ProcessSupervisor) -> Self:
        def standin() -> Program:
            return smtp_and_sms_standins.program(servers.folder, servers.ports)

        return cls(
            folder=servers.folder,
            broker_server=servers.broker,
            broker=BrokerPart(servers.broker.program, supervisor),
            database=Part(servers.database, supervisor),
            files=Part(servers.files, supervisor),
            messages=Part(standin, supervisor),
            **vars(servers.addresses()),
        )

    def amqp_url(self, user: str = OPERATOR) -> str:
        """How this broker user connects; the operator may do everything."""
        return self.broker_server.amqp_url(user)

    @property
    def broker_api_url(self) -> str:
        """The management API with the operator's credentials, as BROKER_API_URL takes it."""
        return self.broker_server.operator_api_url()

    def password(self, user: str = OPERATOR) -> str:
        """The broker password of a user; made the first time it is asked for."""
        return self.folder.secret(password_key(user))

    def passwords(self, users: Sequence[str]) -> dict[str, str]:
        """Passwords for `foundation.broker.topology.definitions`."""
        return {user: self.password(user) for user in users}

    def api(self, method: str, path: str, body: Any = None) -> Any:
        """The broker's management API as the operator: `api("GET", "queues/%2F/intake")`."""
        return self.broker_server.api(method, path, body)

    def load(self, definitions: Mapping[str, Any]) -> None:
        """Add users, exchanges, queues and rights to the running broker."""
        self.api("POST", "definitions", definitions)
        BrokerPart.loaded = time.monotonic()

    def wipe(self) -> None:
        """Remove every queue, exchange, policy and user a test has made; the operator stays."""
        for queue in self.api("GET", "queues"):
            self._delete("queues", queue)
        for exchange in self.api("GET", "exchanges"):
            if exchange["name"] and not exchange["name"].startswith("amq."):
                self._delete("exchanges", exchange)
        for policy in self.api("GET", "policies"):
            self._delete("policies", policy)
        for user in self.api("GET", "users"):
            if user["name"] != OPERATOR:
                self._quietly_delete(f"users/{quote(user['name'], safe='')}")

    def _delete(self, kind: str, named: Mapping[str, str]) -> None:
        name = quote(named["name"], safe="")
        self._quietly_delete(f"{kind}/{quote(named['vhost'], safe='')}/{name}")

    def _quietly_delete(self, path: str) -> None:
        try:
            self.api("DELETE", path)
        except HTTPError as error:
            # What is listed a moment after it went is gone all the same.
            if error.code != 404:
                raise


@pytest.fixture(scope="session")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """Broker, database, object store, mail and SMS, for the whole session."""
    folder = DataFolder(tmp_path_factory.mktemp("platform"))
    servers = EmbeddedServers(folder, free_ports(), os.environ, faults=True)
    supervisor = ProcessSupervisor(folder)
    servers.prepare(operator_only(folder))
    began = time.monotonic()
    try:
        servers.start(supervisor)
        print(f"\nplatform ready after {time.monotonic() - began:.1f} s in {folder.root}")
        yield Platform.of(servers, supervisor)
    finally:
        supervisor.stop(supervisor.running())


@pytest.fixture
def database_name() -> str:
    """A database no other test uses."""
    return f"test_{uuid.uuid4().hex[:12]}"


def operator_only(folder: DataFolder) -> dict[str, Any]:
    """The smallest definitions: one virtual host, and the operator who may do everything."""
    password = folder.secret(password_key(OPERATOR))
    rights = {"configure": ".*", "write": ".*", "read": ".*"}
    return {
        "vhosts": [{"name": "/"}],
        "users": [{"name": OPERATOR, "password": password, "tags": "administrator"}],
        "permissions": [{"user": OPERATOR, "vhost": "/", **rights}],
    }
