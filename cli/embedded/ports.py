"""The project's own ports on 127.0.0.1, all counted from one base."""

import random
import socket
from dataclasses import dataclass
from typing import ClassVar

from cli.errors import CliError

HOST = "127.0.0.1"
DEFAULT_BASE = 27100
LARGEST_BASE = 65000
SPAN = 100
_CLAIM, _SERVICES, _AGENCIES = 9, 20, 60


@dataclass(frozen=True)
class Ports:
    """Ten for the servers, two for each service (its API and its watch), two for each agency.

    The one before the agencies' is that of desks which share a process.
    """

    base: int = DEFAULT_BASE

    @property
    def amqp(self) -> int:
        """The broker's messages."""
        return self.base

    @property
    def management(self) -> int:
        """The broker's HTTP API and pages."""
        return self.base + 1

    @property
    def broker_metrics(self) -> int:
        """The broker's figures for Prometheus."""
        return self.base + 2

    @property
    def epmd(self) -> int:
        """Where the broker's runtime finds itself."""
        return self.base + 3

    @property
    def distribution(self) -> int:
        """Where the broker would speak to its own like."""
        return self.base + 4

    @property
    def database(self) -> int:
        """The database's wire protocol."""
        return self.base + 5

    @property
    def files(self) -> int:
        """The object store's S3 API."""
        return self.base + 6

    @property
    def mail(self) -> int:
        """SMTP."""
        return self.base + 7

    @property
    def sms(self) -> int:
        """The SMS gateway's HTTP, and what both stand-ins kept."""
        return self.base + 8

    def service(self, index: int) -> tuple[int, int]:
        """API and watch port of the index-th service."""
        return self._pair(_SERVICES, index)

    @property
    def desks(self) -> int:
        """The watch of the process that hosts several agencies' desks."""
        return self.base + _AGENCIES - 1

    def agency(self, index: int) -> tuple[int, int]:
        """API and watch port of the index-th agency's routing process."""
        return self._pair(_AGENCIES, index)

    def _pair(self, start: int, index: int) -> tuple[int, int]:
        first = self.base + start + 2 * index
        return first, first + 1


def is_taken(port: int) -> bool:
    """Whether some program listens there already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return True
    return False


def must_be_free(port: int, owner: str) -> None:
    """Say which port is taken and what to do, before a server stumbles over it.

    Raises:
        CliError: some other program listens there.
    """
    if is_taken(port):
        raise CliError(
            f"Cổng {port} (dành cho {owner}) đang bị chương trình khác dùng: hãy dừng "
            "chương trình đó, hoặc chọn dãy cổng khác bằng --base-port.",
            f"Port {port} (meant for {owner}) is taken by another program: stop that program, "
            "or choose other ports with --base-port.",
        )


class _ClaimedSpans:
    """The sockets by which this process keeps others from the spans that it was given."""

    held: ClassVar[list[socket.socket]] = []


def free_ports() -> Ports:
    """Ports below the system's ephemeral ones that are all free now.

    Nobody else is given any of them here as long as this process lives.
    """
    while True:
        base = random.randrange(20000, 32000, SPAN)  # noqa: S311 -- a port, not a secret
        if _claimed(base) and not any(is_taken(base + n) for n in range(SPAN) if n != _CLAIM):
            return Ports(base)


def _claimed(base: int) -> bool:
    """Whether the one port of a span on which nobody ever listens was ours to take."""
    claim = socket.socket()
    try:
        claim.bind((HOST, base + _CLAIM))
    except OSError:
        claim.close()
        return False
    _ClaimedSpans.held.append(claim)
    return True


def accepts_connections(port: int) -> bool:
    """Whether something accepts connections there."""
    try:
        with socket.create_connection((HOST, port), timeout=1):
            return True
    except OSError:
        return False
