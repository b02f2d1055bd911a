"""Doors of a service's API: `@get`, `@post` and `@put` on a plain method.

    @post("/dossiers", scope="dossier:submit")
    def submit(self, request): …

A door has a scope, or several of which any opens it, or says `scope=""` when it is open to all.
One that is `public` is open to all too, and shows more to those who send a token of its scope.
What stands before the method: the token, the Idempotency-Key of a POST, the whole body within its
cap, a free worker. What the method returns: a dict (200), `(status, dict)`, an Answer or a
werkzeug Response.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

import eventlet
from eventlet.event import Event
from nameko.extensions import Entrypoint, register_entrypoint
from werkzeug.wrappers import Response

from foundation.concurrency.workers import HandlerTimeout, run_in_worker
from foundation.errors import Duplicate, Error
from foundation.observability import log_context
from foundation.web import translations
from foundation.web.auth import NOBODY, Identity
from foundation.web.body import receive
from foundation.web.limits import MB
from foundation.web.rate_limit import client_address
from foundation.web.request import Request, idempotency_key, read_query
from foundation.web.responses import TookTooLong, problem, replayed, to_response
from foundation.web.server import HttpServer, readable

_GRACE_SECONDS = 2

Method = TypeVar("Method", bound=Callable[..., Any])


def get(path: str, *, scope: str, public: bool = False) -> Callable[[Method], Method]:
    """A door that only shows."""
    return register_route(Route("GET", path, scope=scope, largest=0, public=public))


def post(path: str, *, scope: str, largest: int = MB) -> Callable[[Method], Method]:
    """A door that changes something, once per Idempotency-Key; `largest` caps the body (bytes)."""
    return register_route(Route("POST", path, scope=scope, largest=largest))


def put(path: str, *, scope: str, largest: int = MB) -> Callable[[Method], Method]:
    """A door that sets something to what the body says; `largest` caps the body (bytes)."""
    return register_route(Route("PUT", path, scope=scope, largest=largest))


def register_route(door: "Route") -> Callable[[Method], Method]:
    """Put the door before a method."""

    def register(function: Method) -> Method:
        register_entrypoint(function, door)
        return function

    return register


class Route(Entrypoint):
    """One method of the API, as the server knows it."""

    server = HttpServer()

    def __init__(
        self, method: str, path: str, *, scope: str, largest: int, public: bool = False
    ) -> None:
        """`path` as werkzeug has it: `/dossiers/<id>`."""
        self.method = method
        self.path = path
        self.scope = scope
        self.largest = largest
        self.public = public
        super().__init__(expected_exceptions=(Error,))

    def setup(self) -> None:
        """Join the server, and keep nameko from logging refusals as if they were faults."""
        logging.getLogger("nameko.containers").addFilter(_not_expected)
        self.server.register_provider(self)

    def stop(self) -> None:
        """Return when every request in flight has its answer: dependencies stop after this."""
        self.server.drain()
        self.server.unregister_provider(self)

    def answer(self, environ: dict[str, Any], values: dict[str, str]) -> Response:
        """Let the request in, do its work, and say what came of it; errors are the caller's."""
        headers = headers_of(environ)
        with self._recording(NOBODY):
            who = self.authenticate(headers)
        with self._recording(who):
            return self._let_in(environ, headers, who, values)

    def _let_in(
        self,
        environ: dict[str, Any],
        headers: Mapping[str, str],
        who: Identity,
        values: dict[str, str],
    ) -> Response:
        self.precheck(headers)
        query = read_query(environ.get("QUERY_STRING", ""))
        with receive(environ["wsgi.input"], self.largest, self.server.limits) as stream:
            request = Request(
                method=self.method,
                path=readable(environ["PATH_INFO"]),
                headers=headers,
                query=query,
                stream=stream,
                who=who,
                traceparent=log_context.traceparent(),
                address=client_address(
                    environ.get("REMOTE_ADDR", ""),
                    headers.get("x-forwarded-for", ""),
                    self.server.proxies,
                ),
            )
            return self._say(request, values)

    def authenticate(self, headers: Mapping[str, str]) -> Identity:
        """Who stands before the door.

        Raises:
            Unknown, Forbidden: a token is missing, cannot be believed, or does not open it.
        """
        authorization = headers.get("authorization", "")
        if not self.scope or (self.public and not authorization):
            return NOBODY
        return self.server.tokens.authorize(authorization, self.scope)

    def precheck(self, headers: Mapping[str, str]) -> None:
        """Turn away what must not come in, before its body is read.

        Raises:
            Invalid: a POST has no Idempotency-Key.
        """
        if self.method == "POST":
            idempotency_key(headers.get("idempotency-key", ""))

    def problem(self, error: Error, environ: Mapping[str, Any]) -> Response:
        """What those read whose request came to nothing."""
        return problem(error, translations.language(environ.get("HTTP_ACCEPT_LANGUAGE", "")))

    @contextmanager
    def _recording(self, who: Identity) -> Iterator[None]:
        """Have it written down when somebody is turned away."""
        try:
            yield
        except Error as error:
            if error.denied:
                self.server.access_audit.record(f"{self.method} {self.path}", error, who)
            raise

    def _say(self, request: Request, values: dict[str, str]) -> Response:
        try:
            return to_response(self._work(request, values))
        except Duplicate as error:
            if error.answer is None:
                raise
            return replayed(error.answer)
        except HandlerTimeout as error:
            raise TookTooLong from error

    def _work(self, request: Request, values: dict[str, str]) -> Any:
        with self.server.place(), log_context.acting_as(request.who.subject or "public"):
            done = Event()
            longest = self.server.limits.handler_seconds
            run_in_worker(self, (request,), values, settle=done.send, limit=longest)
            # A worker that dies of something that is no Exception settles nothing.
            with eventlet.Timeout(longest + _GRACE_SECONDS, TookTooLong()):
                return done.wait()


def headers_of(environ: Mapping[str, Any]) -> dict[str, str]:
    """The headers of a request, their names in small letters."""
    headers = {
        name[5:].replace("_", "-").lower(): value
        for name, value in environ.items()
        if name.startswith("HTTP_")
    }
    return headers | {"content-type": environ.get("CONTENT_TYPE") or ""}


def _not_expected(record: logging.LogRecord) -> bool:
    return not str(record.msg).startswith("(expected)")
