"""Routes of a service's API: `@get`, `@post` and `@put` on a plain method.

    @post("/dossiers", scope="dossier:submit")
    def submit(self, request): …

A route requires a scope, or any one of several; `scope=""` means that it is open to all. A `public`
route is open to all too, and shows more to callers with a token of its scope. Before the method is
called the server has checked the token and the Idempotency-Key of a POST, read the whole body
within its limit, and found a free worker. The method returns a dict (status 200),
`(status, dict)`, a StoredResponse or a werkzeug Response.

`gives` is for the API document (foundation/web/openapi.py): the schema of the answer, or the media
type of a file. What a route takes the document finds in the method, which loads it by a schema;
`takes` is the media type of a body that is no JSON. `largest` is how many bytes a body may have, or
what says so for one request before its body is read.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

from marshmallow import Schema
from werkzeug.wrappers import Response

from foundation.concurrency import green
from foundation.concurrency.workers import HandlerTimeout, run_in_worker
from foundation.errors import Duplicate, Error
from foundation.injection import Entrypoint, inject, register_entrypoint
from foundation.observability import log_context
from foundation.web import translations
from foundation.web.auth import NOBODY, Identity
from foundation.web.body import receive
from foundation.web.limits import MB
from foundation.web.rate_limit import client_address
from foundation.web.request import Request, idempotency_key, read_query
from foundation.web.responses import TookTooLong, problem, replayed, to_response
from foundation.web.server import HttpServer, readable

ANY_FILE = "*/*"
"""A body that is a file of whatever type."""
_GRACE_SECONDS = 2

Method = TypeVar("Method", bound=Callable[..., Any])
Gives = type[Schema] | str | tuple[type[Schema] | str, ...] | None
"""What a route answers: JSON by a schema, or a file of a media type; or one of several."""
Largest = int | Callable[[Any, Mapping[str, str]], int]
"""How many bytes a body may have: as many, or what (service, query) → bytes says of a request."""


def get(
    path: str,
    *,
    scope: str,
    public: bool = False,
    gives: Gives = None,
    moves: type[Schema] | None = None,
) -> Callable[[Method], Method]:
    """A GET route: reads, changes nothing.

    One that may send the reader elsewhere (307) says by `moves` what the body of that answer has.
    """
    route = Route("GET", path, scope=scope, largest=0, public=public, gives=gives)
    route.moves = moves
    return register_route(route)


def post(
    path: str,
    *,
    scope: str,
    largest: Largest = MB,
    takes: str = "",
    gives: Gives = None,
) -> Callable[[Method], Method]:
    """A POST route: one effect per Idempotency-Key; `largest` caps the body (bytes)."""
    return register_route(
        Route("POST", path, scope=scope, largest=largest, takes=takes, gives=gives)
    )


def put(
    path: str, *, scope: str, largest: int = MB, gives: Gives = None
) -> Callable[[Method], Method]:
    """A PUT route: sets something to what the body says; `largest` caps the body (bytes)."""
    return register_route(Route("PUT", path, scope=scope, largest=largest, gives=gives))


def register_route(route: "Route") -> Callable[[Method], Method]:
    """A decorator that answers the route by the method."""

    def register(function: Method) -> Method:
        register_entrypoint(function, route)
        return function

    return register


class Route(Entrypoint):
    """One method and path of the API, with what it requires of a request."""

    server = HttpServer()
    page = False
    """Whether it is for browsers."""
    moves: type[Schema] | None = None
    """The body of the answer by which it sends a reader elsewhere (307), if it may."""

    def __init__(
        self,
        method: str,
        path: str,
        *,
        scope: str,
        largest: Largest,
        public: bool = False,
        takes: str = "",
        gives: Gives = None,
    ) -> None:
        """`path` as werkzeug has it: `/dossiers/<id>`."""
        self.method = method
        self.path = path
        self.scope = scope
        self.largest = largest
        self.public = public
        self.takes = takes
        self.gives = gives
        super().__init__(expected_exceptions=(Error,))

    def setup(self) -> None:
        """Register with the server; keep nameko from logging refusals as if they were faults."""
        logging.getLogger("nameko.containers").addFilter(_not_expected)
        self.server.register_provider(self)

    def stop(self) -> None:
        """Return when every request in flight has its answer: dependencies stop after this."""
        self.server.drain()
        self.server.unregister_provider(self)

    def answer(self, environ: dict[str, Any], values: dict[str, str]) -> Response:
        """Authenticate, check and read the request, run the method, and return its response.

        Raises:
            Error: whatever refuses the request; the caller turns it into a problem.
        """
        headers = headers_of(environ)
        with self._recording(NOBODY):
            who = self.authenticate(headers)
        with self._recording(who):
            return self._read_and_run(environ, headers, who, values)

    def _read_and_run(
        self,
        environ: dict[str, Any],
        headers: Mapping[str, str],
        who: Identity,
        values: dict[str, str],
    ) -> Response:
        self.precheck(headers)
        query = read_query(environ.get("QUERY_STRING", ""))
        largest = self.largest_body(query)
        with receive(environ["wsgi.input"], largest, self.server.limits) as stream:
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
            return self._respond(request, values)

    def largest_body(self, query: Mapping[str, str]) -> int:
        """The bytes that the body of a request with this query may have."""
        if isinstance(self.largest, int):
            return self.largest
        return self.largest(inject(self.container, self), query)

    def authenticate(self, headers: Mapping[str, str]) -> Identity:
        """The identity of the caller.

        Raises:
            Unknown, Forbidden: a token is missing, cannot be trusted, or lacks the scope.
        """
        authorization = headers.get("authorization", "")
        if not self.scope or (self.public and not authorization):
            return NOBODY
        return self.server.tokens.authorize(authorization, self.scope)

    def precheck(self, headers: Mapping[str, str]) -> None:
        """Refuse, before its body is read, what must not come in.

        Raises:
            Invalid: a POST has no Idempotency-Key.
        """
        if self.method == "POST":
            idempotency_key(headers.get("idempotency-key", ""))

    def problem(self, error: Error, environ: Mapping[str, Any]) -> Response:
        """The response to a request that failed."""
        return problem(error, translations.language(environ.get("HTTP_ACCEPT_LANGUAGE", "")))

    @contextmanager
    def _recording(self, who: Identity) -> Iterator[None]:
        """Record denied access in the audit."""
        try:
            yield
        except Error as error:
            if error.denied:
                self.server.access_audit.record(f"{self.method} {self.path}", error, who)
            raise

    def _respond(self, request: Request, values: dict[str, str]) -> Response:
        try:
            return to_response(self._run(request, values))
        except Duplicate as error:
            if error.answer is None:
                raise
            return replayed(error.answer)
        except HandlerTimeout as error:
            raise TookTooLong from error

    def _run(self, request: Request, values: dict[str, str]) -> Any:
        with self.server.place(), log_context.acting_as(request.who.subject or "public"):
            done = green.Event()
            longest = self.server.limits.handler_seconds
            run_in_worker(self, (request,), values, settle=done.send, limit=longest)
            # A worker that dies of something that is no Exception settles nothing.
            with green.deadline(longest + _GRACE_SECONDS, TookTooLong()):
                return done.wait()


def headers_of(environ: Mapping[str, Any]) -> dict[str, str]:
    """The headers of a request, their names in lower case."""
    headers = {
        name[5:].replace("_", "-").lower(): value
        for name, value in environ.items()
        if name.startswith("HTTP_")
    }
    return headers | {"content-type": environ.get("CONTENT_TYPE") or ""}


def _not_expected(record: logging.LogRecord) -> bool:
    return not str(record.msg).startswith("(expected)")
