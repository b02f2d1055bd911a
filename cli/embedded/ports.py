"""Ports on 127.0.0.1: the layout from one base port, and the allocation of free ones."""

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
    """The port layout of one platform, counted from `base`.

    Fourteen ports for the servers, two for each service (API; metrics and health), two for each
    agency. The last one before the agencies' is for the metrics of desks that share a process.
    """

    base: int = DEFAULT_BASE

    @property
    def amqp(self) -> int:
        """AMQP, for messages."""
        return self.base

    @property
    def management(self) -> int:
        """RabbitMQ's management API and pages."""
        return self.base + 1

    @property
    def broker_metrics(self) -> int:
        """RabbitMQ's metrics for Prometheus."""
        return self.base + 2

    @property
    def epmd(self) -> int:
        """Erlang's port mapper (epmd), which RabbitMQ needs."""
        return self.base + 3

    @property
    def distribution(self) -> int:
        """RabbitMQ's inter-node communication; a single node, so only reserved."""
        return self.base + 4

    @property
    def database(self) -> int:
        """The database, in MongoDB's wire protocol."""
        return self.base + 5

    @property
    def files(self) -> int:
        """The object store's S3 API."""
        return self.base + 6

    @property
    def mail(self) -> int:
        """The SMTP stand-in."""
        return self.base + 7

    @property
    def sms(self) -> int:
        """The SMS stand-in's HTTP, which also lists the messages of both stand-ins."""
        return self.base + 8

    @property
    def scanner(self) -> int:
        """The virus scanner (clamd), where the machine has it."""
        return self.base + 12

    @property
    def identity(self) -> int:
        """The OpenID provider where one picks a person to sign in as."""
        return self.base + 10

    @property
    def pages(self) -> int:
        """The reverse proxy: one address for all pages."""
        return self.base + 11

    @property
    def payment(self) -> int:
        """The payment platform's stand-in."""
        return self.base + 13

    def service(self, index: int) -> tuple[int, int]:
        """The API port, and the metrics and health port, of the index-th service."""
        return self._pair(_SERVICES, index)

    @property
    def desks(self) -> int:
        """Metrics and health of the process that hosts several agencies' desks."""
        return self.base + _AGENCIES - 1

    def agency(self, index: int) -> tuple[int, int]:
        """The API port, and the metrics and health port, of the index-th agency's desk."""
        return self._pair(_AGENCIES, index)

    def _pair(self, start: int, index: int) -> tuple[int, int]:
        first = self.base + start + 2 * index
        return first, first + 1


def is_taken(port: int) -> bool:
    """Whether a program already listens on the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return True
    return False


def must_be_free(port: int, owner: str) -> None:
    """Make sure that the port is free before its server is started.

    Raises:
        CliError: another program listens there; says which port and what to do.
    """
    if is_taken(port):
        raise CliError(
            f"Cổng {port} (dành cho {owner}) đang bị chương trình khác dùng: hãy dừng "
            "chương trình đó, hoặc chọn dãy cổng khác bằng --base-port.",
            f"Port {port} (meant for {owner}) is taken by another program: stop that program, "
            "or choose other ports with --base-port.",
        )


class _ClaimedSpans:
    """The sockets with which this process holds its port spans against other processes."""

    held: ClassVar[list[socket.socket]] = []


def free_ports() -> Ports:
    """Allocate a span of free ports, below the system's ephemeral range.

    No other process that calls this gets any of them as long as this process lives.

    Raises:
        CliError: each span has a port that another program uses.
    """
    bases = range(20000, 32000, SPAN)
    for base in random.sample(bases, len(bases)):
        claim = _claimed(base)
        if claim is None:
            continue
        if not any(is_taken(base + n) for n in range(SPAN) if n != _CLAIM):
            _ClaimedSpans.held.append(claim)
            return Ports(base)
        claim.close()
    raise CliError(
        "Không còn dãy 100 cổng nào trống trong khoảng 20000-31999: hãy dừng bớt chương trình.",
        "No 100 ports in a row are free between 20000 and 31999: stop some programs.",
    )


def _claimed(base: int) -> socket.socket | None:
    """Bind the one port of a span on which no server listens; None if another process has it."""
    claim = socket.socket()
    try:
        claim.bind((HOST, base + _CLAIM))
    except OSError:
        claim.close()
        return None
    return claim


def accepts_connections(port: int) -> bool:
    """Whether a program accepts connections on the port."""
    try:
        with socket.create_connection((HOST, port), timeout=1):
            return True
    except OSError:
        return False
