"""A client for servers that somebody else named: it cannot be led inside, nor be held up.

Each call resolves the name, looks at every address, and connects to one of those it looked at:
nothing is resolved a second time (rebinding). The name stays in `Host` and in TLS (SNI, and the
certificate is checked against it). Redirects are answers, never followed; no proxy of the
environment is used. Of an answer the first bytes are read. A deadline ends it all.
"""

import ssl
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from urllib3 import BaseHTTPResponse, Timeout
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    NewConnectionError,
    SSLError,
    TimeoutError,  # noqa: A004 -- the library's name of it
)

from foundation.concurrency import green
from foundation.outbound.pools import TargetPools
from foundation.outbound.resolver import CheckedResolver, ForbiddenAddressError
from foundation.outbound.target import OutboundTarget

CONNECT_SECONDS, SILENT_SECONDS, CALL_SECONDS = 5.0, 10.0, 15.0
BODY_SECONDS = 2.0
"""What is waited for the rest of an answer, whose status is known by then."""
EXCERPT_BYTES = 1024
MOST_HOSTS, MOST_IDLE = 1000, 16
LONGEST_HEADER = 500


class CallTookTooLongError(Exception):
    """A call was not over at its deadline."""


@dataclass(frozen=True, kw_only=True)
class OutboundAnswer:
    """What came of a call; `status` is 0 if no answer came, and `trouble` one word that says why.

    `trouble`: `address` (closed to us), `name` (no address), `connect`, `tls`, `time`, `broken`.
    `excerpt` is the beginning of the body; `headers` have small letters.
    """

    status: int = 0
    trouble: str = ""
    excerpt: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0.0


class OutboundClient:
    """One pool of connections for all targets."""

    def __init__(self, resolver: CheckedResolver, *, limit: float = CALL_SECONDS) -> None:
        """`limit` is in seconds, for a whole call."""
        self._resolver = resolver
        self._limit = limit
        self._pools = TargetPools(MOST_HOSTS, MOST_IDLE, ssl.create_default_context())

    def call(
        self, method: str, target: OutboundTarget, headers: Mapping[str, str], body: bytes = b""
    ) -> OutboundAnswer:
        """Call once; whatever the other side does is told in the answer, never raised."""
        began = time.monotonic()
        try:
            with green.deadline(self._limit, CallTookTooLongError()):
                status, excerpt, told = self._call(method, target, headers, body)
        except (OSError, HTTPError, CallTookTooLongError) as error:
            return OutboundAnswer(trouble=_trouble(error), seconds=time.monotonic() - began)
        seconds = time.monotonic() - began
        return OutboundAnswer(status=status, excerpt=excerpt, headers=told, seconds=seconds)

    def _call(
        self, method: str, target: OutboundTarget, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, str, dict[str, str]]:
        response = self._pools.of(target, self._address_of(target)).urlopen(
            method,
            target.path,
            body=body,
            headers={**headers, "Host": target.authority},
            timeout=Timeout(connect=CONNECT_SECONDS, read=SILENT_SECONDS),
            redirect=False,
            retries=False,
            assert_same_host=False,
            preload_content=False,
            decode_content=False,
        )
        told = {name.lower(): value[:LONGEST_HEADER] for name, value in response.headers.items()}
        return response.status, _beginning(response), told

    def _address_of(self, target: OutboundTarget) -> str:
        try:
            return self._resolver.address_of(target)
        except ForbiddenAddressError:
            raise
        except (OSError, UnicodeError) as error:
            raise _NoNameError from error


class _NoNameError(OSError):
    """The name has no address."""


def _beginning(response: BaseHTTPResponse) -> str:
    """The first bytes; a connection with more to come is closed, one that is done kept."""
    if response.length_remaining == 0:
        response.read()  # there is nothing; so the connection is kept
        return ""
    found = b""
    # The status is known: what becomes of the rest does not matter.
    with suppress(OSError, HTTPError), green.deadline(BODY_SECONDS, exception=False):
        while len(found) < EXCERPT_BYTES:
            piece = response.read1(EXCERPT_BYTES - len(found))
            if not piece:
                break
            found += piece
    response.close()
    return "".join(
        each if each.isprintable() or each == "\n" else "\N{REPLACEMENT CHARACTER}"
        for each in found.decode("utf-8", "replace")
    )


_TROUBLES: tuple[tuple[type[Exception], str], ...] = (
    (ForbiddenAddressError, "address"),
    (_NoNameError, "name"),
    (NewConnectionError, "connect"),
    (ConnectTimeoutError, "connect"),
    (SSLError, "tls"),
    (CallTookTooLongError, "time"),
    (TimeoutError, "time"),
)


def _trouble(error: Exception) -> str:
    return next((word for kind, word in _TROUBLES if isinstance(error, kind)), "broken")
