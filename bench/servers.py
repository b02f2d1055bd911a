"""A temporary broker and database for one benchmark, removed after it."""

import os
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from bench.work_folder import named_database, remove_databases, work_folder
from cli.embedded.data_folder import DataFolder
from cli.embedded.ports import HOST, free_ports
from cli.embedded.rabbitmq import OPERATOR, password_key
from cli.embedded.servers import EmbeddedServers
from cli.embedded.supervisor import ProcessSupervisor


@dataclass(frozen=True)
class BenchServers:
    """The addresses and the data folder of the two servers."""

    folder: DataFolder
    servers: EmbeddedServers
    prefix: str
    """What the names of this run's databases begin with; the server may have others too."""

    @property
    def database(self) -> str:
        """The name and version of the database server."""
        return named_database(self.mongo_url, external=bool(self.servers.external_database))

    def amqp_url(self, user: str = OPERATOR, vhost: str = "") -> str:
        """The AMQP URL of a broker user; the operator has all rights."""
        return self.servers.broker.amqp_url(user) + vhost

    @property
    def mongo_url(self) -> str:
        """The connection string of the database."""
        return self.servers.addresses().mongo_url

    def passwords(self, users: Sequence[str]) -> dict[str, str]:
        """The passwords by user, for `foundation.broker.topology.definitions`."""
        return {user: self.folder.secret(password_key(user)) for user in users}

    def load(self, definitions: Mapping[str, Any]) -> None:
        """Import users, exchanges, queues and rights into the broker."""
        self.servers.broker.load_definitions(definitions)

    def api(self, method: str, path: str, body: Any = None) -> Any:
        """Call the broker's management API."""
        return self.servers.broker.api(method, path, body)

    def settings(self, user: str, database: str, index: int) -> dict[str, str]:
        """The environment variables of a service; `index` selects its ports."""
        keys = self.folder.path("keys.json")
        if not keys.exists():
            self.folder.write("keys.json", {"keys": []})
        http, watch = self.servers.ports.service(index)
        return {
            "AMQP_URL": self.amqp_url(user),
            "MONGO_URL": self.mongo_url,
            "MONGO_DATABASE": f"{self.prefix}_{database}",
            "HTTP_ADDRESS": f"{HOST}:{http}",
            "WATCH_ADDRESS": f"{HOST}:{watch}",
            "TOKEN_KEYS": str(keys),
        }


@contextmanager
def bench_servers() -> Iterator[BenchServers]:
    """Start a new broker on free ports, and a database unless MONGO_URL names one."""
    with work_folder() as root:
        folder = DataFolder(root)
        servers = EmbeddedServers(folder, free_ports(), os.environ)
        supervisor = ProcessSupervisor(folder)
        servers.prepare(_operator_only(folder))
        made = BenchServers(folder, servers, f"bench_{uuid.uuid4().hex[:8]}")
        try:
            own = [] if servers.external_database else [servers.database()]
            for wave in ([servers.broker.epmd()], [servers.broker.program(), *own]):
                for program in wave:
                    supervisor.start(program)
                supervisor.wait(*wave)
            yield made
        finally:
            if servers.external_database:
                remove_databases(made.mongo_url, made.prefix)
            supervisor.stop(supervisor.running())


def _operator_only(folder: DataFolder) -> dict[str, Any]:
    rights = {"configure": ".*", "write": ".*", "read": ".*"}
    password = folder.secret(password_key(OPERATOR))
    return {
        "vhosts": [{"name": "/"}],
        "users": [{"name": OPERATOR, "password": password, "tags": "administrator"}],
        "permissions": [{"user": OPERATOR, "vhost": "/", **rights}],
    }
