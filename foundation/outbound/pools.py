"""The connections to targets: kept by the address that was looked at, for a target's name."""

import ssl
from contextlib import suppress
from typing import Any

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection

from foundation.concurrency import green
from foundation.outbound.target import OutboundTarget


class _PlainConnection(HTTPConnection):
    """One that sends a request in one piece, and asks without waiting whether it was closed.

    The library sends headers and body by themselves: two calls of the system, and two packets.
    """

    _unsent = b""

    def request(self, *args: Any, **rest: Any) -> None:
        """Connect, so that failures and time-outs are those of connecting; hold the request."""
        self._unsent = b""
        if self.sock is None:
            self.connect()
        super().request(*args, **rest)

    def send(self, data: Any) -> None:
        """Keep a piece until the answer is asked for."""
        self._unsent += data

    def getresponse(self) -> Any:
        """Send what was kept, and read the answer, which may have come before all was sent."""
        whole, self._unsent = self._unsent, b""
        with suppress(BrokenPipeError):
            super().send(whole)
        return super().getresponse()

    @property
    def is_connected(self) -> bool:
        """Whether it can be used again."""
        return self.sock is not None and not green.has_input(self.sock)


class _SecureConnection(_PlainConnection, HTTPSConnection):
    """The same over TLS."""


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _PlainConnection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


class TargetPools:
    """A pool for each address and name that is called; the longest unused go."""

    def __init__(self, most: int, idle: int, context: ssl.SSLContext) -> None:
        """At most so many pools, each with so many connections that wait for their next use."""
        self._pools = PoolManager(
            num_pools=most, maxsize=idle, block=False, retries=False, ssl_context=context
        )
        self._pools.pool_classes_by_scheme = {"http": _PlainPool, "https": _SecurePool}

    def of(self, target: OutboundTarget, address: str) -> Any:
        """The connections to this address for this name; TLS asks for and checks the name."""
        known: Any = (target.scheme, target.host, address, target.port)
        place = {"scheme": target.scheme, "host": address, "port": target.port}
        if target.scheme == "https":
            place |= {"server_hostname": target.host, "assert_hostname": target.host}
        context = {**self._pools.connection_pool_kw, **place}
        return self._pools.connection_from_pool_key(known, context)
