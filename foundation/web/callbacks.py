"""Callbacks: addresses that systems of others call, which know neither our tokens nor our keys.

    @callback("POST", "/receipts/<secret>/<provider>")
    def receipt(self, request, secret, provider): …

Whoever calls proves by a secret in the address that they may; the method compares it. What comes
twice must have one effect by what it says, since no Idempotency-Key comes with it. Only the route's
pattern is logged, never the address that was called.
"""

from collections.abc import Callable, Mapping

from foundation.web.limits import KB
from foundation.web.page_forms import read_form
from foundation.web.request import Request, media_type
from foundation.web.routes import Gives, Method, Route, register_route

LARGEST_CALLBACK = 64 * KB


class CallbackRoute(Route):
    """A route without a token, and without an Idempotency-Key also for POST."""

    def precheck(self, headers: Mapping[str, str]) -> None:
        """Let it in: the method decides by the secret in the address."""


def callback(
    method: str, path: str, *, takes: str = "", gives: Gives = None
) -> Callable[[Method], Method]:
    """An address for another system: `method` is GET or POST, whichever it calls by."""
    largest = 0 if method == "GET" else LARGEST_CALLBACK
    return register_route(
        CallbackRoute(method, path, scope="", largest=largest, takes=takes, gives=gives)
    )


def read_fields(request: Request) -> dict[str, str]:
    """What the caller says, in the address and in a body of JSON or of a form, as texts.

    Values within values are named with dots: `{"message": {"id": 1}}` is `message.id`.

    Raises:
        Invalid: the body is not what it says it is.
        WrongMediaType: a body in another form.
    """
    if request.method == "GET":
        return dict(request.query)
    kind, _ = media_type(request.headers.get("content-type", ""))
    said = flattened(request.json) if kind == "application/json" else read_form(request)
    return {**request.query, **said}


def flattened(value: object, path: str = "") -> dict[str, str]:
    """The texts and numbers of a JSON value, each under its dotted path; lists are left out."""
    if isinstance(value, Mapping):
        found: dict[str, str] = {}
        for name, inner in value.items():
            found |= flattened(inner, f"{path}.{name}" if path else str(name))
        return found
    if isinstance(value, bool | int | float | str) and path:
        return {path: str(value)}
    return {}
