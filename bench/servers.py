"""A broker and a database of our own for one measurement, ended and wiped with it."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cli.embedded.data_folder import DataFolder
from cli.embedded.ports import HOST, free_ports
from cli.embedded.rabbitmq import OPERATOR, password_key
from cli.embedded.servers import EmbeddedServers
from cli.embedded.supervisor import ProcessSupervisor


@dataclass(frozen=True)
class Platform:
    """Where the two servers of this measurement are."""

    folder: DataFolder
    servers: EmbeddedServers

    def amqp_url(self, user: str = OPERATOR, vhost: str = "") -> str:
        """How a broker user connects; the operator may do everything."""
        return self.servers.broker.amqp_url(user) + vhost

    @property
    def mongo_url(self) -> str:
        """Where the database is."""
        return self.servers.addresses().mongo_url

    def passwords(self, users: Sequence[str]) -> dict[str, str]:
        """Passwords for `foundation.broker.topology.definitions`."""
        return {user: self.folder.secret(password_key(user)) for user in users}

    def load(self, definitions: Mapping[str, Any]) -> None:
        """Add users, exchanges, queues and rights to the broker."""
        self.servers.broker.load_definitions(definitions)

    def api(self, method: str, path: str, body: Any = None) -> Any:
        """Ask the broker's management API."""
        return self.servers.broker.api(method, path, body)

    def settings(self, user: str, database: str, index: int) -> dict[str, str]:
        """What a service started here is told; `index` keeps the ports of processes apart."""
        keys = self.folder.path("keys.json")
        if not keys.exists():
            self.folder.write("keys.json", {"keys": []})
        http, watch = self.servers.ports.service(index)
        return {
            "AMQP_URL": self.amqp_url(user),
            "MONGO_URL": self.mongo_url,
            "MONGO_DATABASE": database,
            "HTTP_ADDRESS": f"{HOST}:{http}",
            "WATCH_ADDRESS": f"{HOST}:{watch}",
            "TOKEN_KEYS": str(keys),
        }


@contextmanager
def platform() -> Iterator[Platform]:
    """A fresh broker and a fresh database, on free ports, in a folder that goes afterwards."""
    with tempfile.TemporaryDirectory(prefix="motcua-bench-") as root:
        folder = DataFolder(Path(root))
        servers = EmbeddedServers(folder, free_ports(), {})
        supervisor = ProcessSupervisor(folder)
        servers.prepare(_operator_only(folder))
        try:
            for wave in ([servers.broker.epmd()], [servers.broker.program(), servers.database()]):
                for program in wave:
                    supervisor.start(program)
                supervisor.wait(*wave)
            yield Platform(folder, servers)
        finally:
            supervisor.stop(supervisor.running())


def _operator_only(folder: DataFolder) -> dict[str, Any]:
    rights = {"configure": ".*", "write": ".*", "read": ".*"}
    password = folder.secret(password_key(OPERATOR))
    return {
        "vhosts": [{"name": "/"}],
        "users": [{"name": OPERATOR, "password": password, "tags": "administrator"}],
        "permissions": [{"user": OPERATOR, "vhost": "/", **rights}],
    }
