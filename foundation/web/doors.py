"""Doors of a service's API: `@get`, `@post` and `@put` on a plain method.

    @post("/dossiers", scope="dossier:submit")
    def submit(self, request): …

A door has a scope, or several of which any opens it, or says `scope=""` when it is open to all.
What stands before the method: the token, the Idempotency-Key of a POST, the whole body within its
cap, a free worker. What the method returns: a dict (200), `(status, dict)`, an Answer or a
werkzeug Response.
"""

import logging
from collections.abc import Callable
from typing import Any, TypeVar

import eventlet
from eventlet.event import Event
from nameko.extensions import Entrypoint, register_entrypoint
from werkzeug.wrappers import Response

from foundation import watch
from foundation.auth import NOBODY
from foundation.errors import Duplicate, Error
from foundation.web.answers import TookTooLong, answered, replayed
from foundation.web.body import receive
from foundation.web.limits import MB
from foundation.web.request import Request, idempotency_key, read_query
from foundation.web.server import Server, readable
from foundation.workers import HandlerTimeout, run

_GRACE_SECONDS = 2

Method = TypeVar("Method", bound=Callable[..., Any])


def get(path: str, *, scope: str) -> Callable[[Method], Method]:
    """A door that only shows."""
    return _door("GET", path, scope, MB)


def post(path: str, *, scope: str, largest: int = MB) -> Callable[[Method], Method]:
    """A door that changes something, once per Idempotency-Key; `largest` caps the body (bytes)."""
    return _door("POST", path, scope, largest)


def put(path: str, *, scope: str, largest: int = MB) -> Callable[[Method], Method]:
    """A door that sets something to what the body says; `largest` caps the body (bytes)."""
    return _door("PUT", path, scope, largest)


class Door(Entrypoint):
    """One method of the API, as the server knows it."""

    server = Server()

    def __init__(self, method: str, path: str, *, scope: str, largest: int) -> None:
        """`path` as werkzeug has it: `/dossiers/<id>`."""
        self.method = method
        self.path = path
        self.scope = scope
        self.largest = largest
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
        headers = _headers(environ)
        who = NOBODY
        if self.scope:
            who = self.server.tokens.admit(headers.get("authorization", ""), self.scope)
        if self.method == "POST":
            idempotency_key(headers.get("idempotency-key", ""))
        query = read_query(environ.get("QUERY_STRING", ""))
        largest = 0 if self.method == "GET" else self.largest
        with receive(environ["wsgi.input"], largest, self.server.limits) as stream:
            request = Request(
                method=self.method,
                path=readable(environ["PATH_INFO"]),
                headers=headers,
                query=query,
                stream=stream,
                who=who,
                traceparent=watch.traceparent(),
            )
            return self._say(request, values)

    def _say(self, request: Request, values: dict[str, str]) -> Response:
        try:
            return answered(self._work(request, values))
        except Duplicate as error:
            if error.answer is None:
                raise
            return replayed(error.answer)
        except HandlerTimeout as error:
            raise TookTooLong from error

    def _work(self, request: Request, values: dict[str, str]) -> Any:
        with self.server.place(), watch.acting(request.who.subject or "public"):
            done = Event()
            longest = self.server.limits.handler_seconds
            run(self, (request,), values, settle=done.send, limit=longest)
            # A worker that dies of something that is no Exception settles nothing.
            with eventlet.Timeout(longest + _GRACE_SECONDS, TookTooLong()):
                return done.wait()


def _door(method: str, path: str, scope: str, largest: int) -> Callable[[Method], Method]:
    def register(function: Method) -> Method:
        register_entrypoint(function, Door(method, path, scope=scope, largest=largest))
        return function

    return register


def _headers(environ: dict[str, Any]) -> dict[str, str]:
    headers = {
        name[5:].replace("_", "-").lower(): value
        for name, value in environ.items()
        if name.startswith("HTTP_")
    }
    return headers | {"content-type": environ.get("CONTENT_TYPE") or ""}


def _not_expected(record: logging.LogRecord) -> bool:
    return not str(record.msg).startswith("(expected)")
