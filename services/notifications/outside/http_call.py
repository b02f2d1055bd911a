"""One HTTP call to a provider: what came back, and whether it may have taken what it was given."""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from json import JSONDecodeError, loads
from typing import Any

from services.notifications.domain.sending import ProviderAnswer, SendOutcome
from services.notifications.outside.provider import ProviderAddress

LARGEST_ANSWER = 64 * 1024
NOT_NOW = frozenset(
    {
        HTTPStatus.REQUEST_TIMEOUT,
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.SERVICE_UNAVAILABLE,
        # Our account is closed or mistyped: the message is not at fault, and somebody repairs it.
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.PAYMENT_REQUIRED,
        HTTPStatus.FORBIDDEN,
    }
)
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True, kw_only=True)
class HttpReply:
    """What came back: `status` is 0 if nothing did; `given`, that it had our message by then."""

    status: int = 0
    body: bytes = b""
    given: bool = True

    @property
    def json(self) -> Any:
        """The body as JSON; an empty mapping for what is none."""
        try:
            value = loads(self.body)
        except (JSONDecodeError, UnicodeDecodeError, RecursionError):
            return {}
        return value if isinstance(value, dict) else {}

    @property
    def outcome(self) -> SendOutcome:
        """What the status alone says; that of 2xx is for the provider's own words to refine."""
        if not self.given or self.status in NOT_NOW:
            return SendOutcome.BUSY
        if not self.status or self.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return SendOutcome.UNCLEAR  # it broke somewhere between taking and saying so
        taken = HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES
        return SendOutcome.TAKEN if taken else SendOutcome.REFUSED

    @property
    def reason(self) -> str:
        """The status as a reason."""
        if not self.given:
            return "not connected"
        return f"http {self.status}" if self.status else "no answer"

    def answer(self, *, reports: bool = False, reference: str = "") -> ProviderAnswer:
        """As the status has it."""
        return ProviderAnswer(
            outcome=self.outcome, reason=self.reason, reports=reports, reference=reference
        )


def call(
    address: ProviderAddress,
    path: str,
    body: str = "",
    headers: Mapping[str, str] | None = None,
    *,
    method: str = "POST",
) -> HttpReply:
    """Ask, once; never raises for what the other side does. An answer is read up to 64 KB."""
    connection = _connection(address)
    try:
        connection.connect()
    except OSError:
        connection.close()
        return HttpReply(given=False)  # it cannot have taken what it was not given
    try:
        connection.request(method, path, body.encode() or None, dict(headers or {}))
        response = connection.getresponse()
        return HttpReply(status=response.status, body=response.read(LARGEST_ANSWER))
    except (OSError, HTTPException):
        return HttpReply()
    finally:
        connection.close()


def _connection(address: ProviderAddress) -> HTTPConnection:
    port = address.port or None
    if address.scheme == "https":
        trust = ssl.create_default_context()
        return HTTPSConnection(address.host, port, timeout=address.patience, context=trust)
    return HTTPConnection(address.host, port, timeout=address.patience)
