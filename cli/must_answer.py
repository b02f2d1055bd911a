"""Makes sure, before a command begins, that what it needs of the local platform answers.

Without it each client would wait for its own time-out, and say what it waited for in its own words.
"""

import socket
from urllib.parse import urlsplit

from cli.embedded.data_folder import DataFolder
from cli.embedded.database import DATABASE
from cli.embedded.object_store import FILES
from cli.embedded.ports import accepts_connections
from cli.embedded.rabbitmq import BROKER
from cli.errors import CliError
from cli.local_platform import LocalPlatform

SERVERS = (BROKER, DATABASE, FILES)
CONNECT_WITHIN = 1.0  # seconds
_NAMES = {
    BROKER: ("RabbitMQ", "RabbitMQ"),
    DATABASE: ("cơ sở dữ liệu", "the database"),
    FILES: ("kho tệp", "the object store"),
}
_DEFAULT_PORTS = {"mongodb": 27017, "http": 80, "https": 443}


def platform_that_runs(folder: DataFolder) -> LocalPlatform:
    """The platform of the folder, if there is one and any of it runs; nothing is created.

    Raises:
        CliError: it was never started, or was stopped.
    """
    platform = platform_that_is_there(folder)
    if not platform.supervisor.running():
        raise CliError(
            "Hệ thống không chạy: hãy `motcua up` rồi thử lại.",
            "The platform is not running: `motcua up`, then try again.",
        )
    return platform


def platform_that_is_there(folder: DataFolder) -> LocalPlatform:
    """The platform of the folder, running or not; nothing is created.

    Raises:
        CliError: it was never started.
    """
    if not folder.root.exists():
        raise CliError(
            f"Chưa có hệ thống nào trong {folder.root}: hãy chạy `motcua up`.",
            f"There is no platform in {folder.root}: run `motcua up`.",
        )
    return LocalPlatform(folder.root)


def must_answer(folder: DataFolder, *parts: str) -> LocalPlatform:
    """The platform of the folder, whose `parts` answer: servers, or instances by their names.

    Raises:
        CliError: it does not run, or some of them are down; says which and what to do.
    """
    platform = platform_that_runs(folder)
    down = [each for each in parts if not _answers(platform, each)]
    if down:
        vi = ", ".join(_NAMES.get(each, (each, each))[0] for each in down)
        en = ", ".join(_NAMES.get(each, (each, each))[1] for each in down)
        raise CliError(
            f"Không trả lời: {vi}. Hãy `motcua up` để khởi động lại phần bị dừng rồi thử lại.",
            f"No answer from {en}: `motcua up` starts what has stopped, then try again.",
        )
    return platform


def must_run_whole(folder: DataFolder) -> LocalPlatform:
    """The platform of the folder, of which every part runs and answers.

    Raises:
        CliError: as `must_answer`, and when a process is not running.
    """
    platform = must_answer(folder, *SERVERS)
    stopped = platform.not_running()
    if stopped:
        names = ", ".join(stopped)
        raise CliError(
            f"Hệ thống không chạy đủ ({names}): hãy `motcua up` rồi thử lại.",
            f"Not all of the platform runs ({names}): `motcua up`, then try again.",
        )
    return platform


def whole_or_stopped(folder: DataFolder) -> LocalPlatform:
    """The platform of the folder, of which all servers answer, or nothing runs at all.

    Raises:
        CliError: some of it runs, and a server is down.
    """
    platform = LocalPlatform(folder.root)
    return must_answer(folder, *SERVERS) if platform.supervisor.running() else platform


def accepts(url: str) -> bool:
    """Whether a program accepts connections at the address; false within a second if not."""
    parts = urlsplit(url)
    host, _, port = parts.netloc.rpartition("@")[2].partition(",")[0].partition(":")
    try:
        place = host, int(port or _DEFAULT_PORTS.get(parts.scheme, 0))
        socket.create_connection(place, timeout=CONNECT_WITHIN).close()
    except (OSError, ValueError):
        return False
    return True


def _answers(platform: LocalPlatform, part: str) -> bool:
    servers, ports = platform.servers, platform.ports
    external = {DATABASE: servers.external_database, FILES: servers.external_files}.get(part)
    if external:
        # An address of several hosts, or one that only DNS knows, is the client's own to try.
        return "+srv" in external or "," in external or accepts(external)
    known = {BROKER: ports.amqp, DATABASE: ports.database, FILES: ports.files}
    port = known.get(part) or platform.instance(*part.split(".", 1)).http
    return accepts_connections(port)
