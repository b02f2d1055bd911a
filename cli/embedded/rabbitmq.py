"""The local RabbitMQ: the system's package, run as the current user with its own data and ports.

Debian's wrapper script insists on its own user and folders; the server's own script does not.
A broker that the machine runs already is neither read nor changed: node name, cookie, port mapper
(epmd), configuration and data are separate, and every listener is on loopback.
"""

import base64
import json
import os
import shutil
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cli.embedded.data_folder import DataFolder
from cli.embedded.ports import HOST, Ports, accepts_connections
from cli.embedded.supervisor import Program
from cli.errors import CliError

BROKER = "rabbitmq"
EPMD = "rabbitmq-names"
OPERATOR = "operator"
_SERVERS = "/usr/lib/rabbitmq/lib"
_SCRIPT = "rabbitmq_server-*/sbin/rabbitmq-server"
_PLUGINS = ("rabbitmq_management", "rabbitmq_prometheus")

# Erlang's schedulers would otherwise busy-wait while idle and use a small machine's cores.
_RUNTIME = (
    "-start_epmd false -kernel inet_dist_use_interface {127,0,0,1} "
    "+sbwt none +sbwtdcpu none +sbwtdio none"
)

_SETTINGS = """\
listeners.tcp.1 = {host}:{ports.amqp}
management.tcp.ip = {host}
management.tcp.port = {ports.management}
prometheus.tcp.ip = {host}
prometheus.tcp.port = {ports.broker_metrics}
load_definitions = {definitions}
log.console = false
log.file.level = warning
vm_memory_high_watermark.relative = 0.4
disk_free_limit.absolute = 200MB
raft.wal_max_size_bytes = 67108864
"""


class LocalRabbitMQ:
    """The RabbitMQ of one data folder: how to start it, and a client for its management API."""

    def __init__(self, folder: DataFolder, ports: Ports) -> None:
        """Writes and starts nothing yet."""
        self.folder = folder
        self.ports = ports

    @property
    def api_url(self) -> str:
        """The URL of the management API, without credentials."""
        return f"http://{HOST}:{self.ports.management}"

    def operator_api_url(self) -> str:
        """The URL of the management API with the operator's credentials."""
        secret = self.folder.secret(password_key(OPERATOR))
        return f"http://{OPERATOR}:{secret}@{HOST}:{self.ports.management}"

    def prepare(self, definitions: Mapping[str, Any]) -> None:
        """Write what the broker reads at start: settings, plugins, definitions and cookie."""
        home = self._home()
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder.write("rabbitmq/definitions.json", definitions)
        settings = _SETTINGS.format(
            host=HOST, ports=self.ports, definitions=self._path("definitions.json")
        )
        self._path("rabbitmq.conf").write_text(settings, encoding="ascii")
        self._path("enabled_plugins").write_text(f"[{','.join(_PLUGINS)}].\n", encoding="ascii")
        self._path("nothing").write_text("", encoding="ascii")
        cookie = home / ".erlang.cookie"
        if not cookie.exists():
            cookie.write_text(self.folder.secret("erlang cookie"), encoding="ascii")
        cookie.chmod(0o400)  # Erlang requires this mode; a copied folder may have lost it

    def epmd(self) -> Program:
        """How to start Erlang's port mapper; supervised, so that none is left behind."""
        return Program(
            name=EPMD,
            command=("epmd", "-address", HOST, "-port", str(self.ports.epmd)),
            ready=lambda: accepts_connections(self.ports.epmd),
            ports=(self.ports.epmd,),
            patience=10.0,
        )

    def program(self) -> Program:
        """How to start the broker; needs `epmd` running and `prepare` done.

        Raises:
            CliError: RabbitMQ is not installed.
        """
        ports = self.ports
        return Program(
            name=BROKER,
            command=(str(find_script()),),
            environment=self._environment(),
            ready=self.ready,
            ports=(ports.amqp, ports.management, ports.broker_metrics, ports.distribution),
            patience=120.0,
        )

    def ready(self) -> bool:
        """Whether it accepts connections; AMQP opens last, after plugins and definitions."""
        return accepts_connections(self.ports.amqp) and accepts_connections(self.ports.management)

    def amqp_url(self, user: str) -> str:
        """The AMQP URL of a user, with password."""
        return self.amqp_url_with(user, self.folder.secret(password_key(user)))

    def amqp_url_with(self, user: str, password: str) -> str:
        """The AMQP URL of a user whose password this machine does not keep."""
        return f"amqp://{user}:{password}@{HOST}:{self.ports.amqp}/"

    def api(
        self, method: str, path: str, body: Any = None, timeout: float = 30.0, *, password: str = ""
    ) -> Any:
        """Call the management API as the operator; parsed JSON, or None for an empty answer.

        `password` is the operator's, if it is not the one in the data folder.

        Raises:
            OSError: the broker does not answer, or refused (then it is a urllib HTTPError).
        """
        secret = password or self.folder.secret(password_key(OPERATOR))
        credentials = base64.b64encode(f"{OPERATOR}:{secret}".encode()).decode()
        request = urllib.request.Request(  # noqa: S310 -- our own loopback address
            f"{self.api_url}/api/{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Basic {credentials}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=timeout) as answer:  # noqa: S310 -- as above
            text = answer.read()
        return json.loads(text) if text else None

    def load_definitions(self, definitions: Mapping[str, Any], *, password: str = "") -> None:
        """Import users, queues and rights into the running broker; `password` as for `api`."""
        self.folder.write("rabbitmq/definitions.json", definitions)
        self.api("POST", "definitions", definitions, password=password)

    def _environment(self) -> dict[str, str]:
        ours = ("RABBITMQ_", "ERL_")
        inherited = {name: text for name, text in os.environ.items() if not name.startswith(ours)}
        return inherited | {
            "HOME": str(self._home()),
            "ERL_CRASH_DUMP": str(self._path("crash.dump")),
            "ERL_EPMD_ADDRESS": HOST,
            "ERL_EPMD_PORT": str(self.ports.epmd),
            # The name is stored, not derived from the path: the broker's data depend on it.
            "RABBITMQ_NODENAME": f"motcua-{self._node()}@localhost",
            "RABBITMQ_MNESIA_BASE": str(self._path("data")),
            "RABBITMQ_LOG_BASE": str(self._path("log")),
            "RABBITMQ_CONFIG_FILE": str(self._path("rabbitmq.conf")),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self._path("enabled_plugins")),
            "RABBITMQ_CONF_ENV_FILE": str(self._path("nothing")),
            "RABBITMQ_DIST_PORT": str(self.ports.distribution),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": _RUNTIME,
            # Makes the script exec the server, so that the pid we know is the server's.
            "RABBITMQ_ALLOW_INPUT": "1",
            "RABBITMQ_SERVER_START_ARGS": "-noinput",
        }

    def _node(self) -> str:
        secret = self.folder.secret("node name").encode()
        return base64.b32encode(secret)[:8].decode().lower()

    def _home(self) -> Path:
        return self._path("home")

    def _path(self, name: str) -> Path:
        return self.folder.path("rabbitmq", name)


def password_key(user: str) -> str:
    """The name of the secret that holds a broker user's password."""
    return f"broker {user}"


def find_script() -> Path:
    """The path of the server's own start script.

    Raises:
        CliError: RabbitMQ or Erlang's port mapper is not installed.
    """
    scripts = sorted(Path(_SERVERS).glob(_SCRIPT))
    wrapper = shutil.which("rabbitmq-server")
    if not scripts and wrapper:
        scripts = [Path(wrapper).resolve()]
    if not scripts or not shutil.which("epmd"):
        raise CliError(
            "Máy này chưa cài RabbitMQ: hãy chạy `sudo apt-get install rabbitmq-server`.",
            "RabbitMQ is not installed here: run `sudo apt-get install rabbitmq-server`.",
        )
    return scripts[-1]
