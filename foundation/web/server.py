"""The HTTP server of a service: connections limited in time and number, none of them fatal.

nameko ends the whole process at any exception that leaves one of its threads, and cuts answers
that are not yet written when it stops; here a connection ends quietly, and stopping waits.
"""

import re
import socket
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from http import HTTPStatus
from typing import Any, ClassVar

from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.routing import Map, MapAdapter, Rule
from werkzeug.wrappers import Response

from foundation.concurrency import green, wsgi
from foundation.errors import Error, NotFound
from foundation.injection import Collector, Shared
from foundation.observability import log_context, metrics, tracing
from foundation.observability.logs import log
from foundation.text.cleaning import code_text, one_line
from foundation.web import openapi, translations
from foundation.web.access_audit import AccessAudit, AccessDeniedListener
from foundation.web.auth import KeyFile, TokenVerifier
from foundation.web.fair_semaphore import FairSemaphore
from foundation.web.limits import Limits
from foundation.web.protocol import PROTOCOL, Connection, StrictHttpProtocol
from foundation.web.responses import EVENT_STREAM, Broken, Busy, TooSlow, WrongMethod, problem
from foundation.web.served_document import OPENAPI, ServedDocument

_BACKLOG = 256
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT"})
_TRACEPARENT = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
_POLL_SECONDS = 0.02
# How eventlet is told to hand on each piece of an answer as it comes.
_SMALLEST_WRITE = "eventlet.minimum_write_chunk_size"


class HttpServer(Collector, Shared):
    """One per service, shared by its routes."""

    limits: ClassVar[Limits] = Limits()

    _acceptor: Any = None
    draining = False
    """True once the process was told to end: no new connection, no second request on an old one."""

    def setup(self) -> None:
        """Prepare the token verifier, the access audit and the limits."""
        settings = self.container.config["settings"]
        self._address = settings.http_address
        self.service = settings.queue
        self.tokens = TokenVerifier(
            KeyFile(settings.token_keys, settings.queue),
            audience=self.container.service_name,
            agency=settings.agency,
        )
        self.access_audit = AccessAudit(self.service, self._listeners)
        self.proxies = settings.trusted_proxies
        self._connections: dict[int, Connection] = {}
        self._semaphore = FairSemaphore(settings.max_workers)

    def start(self) -> None:
        """Listen."""
        host, _, port = self._address.rpartition(":")
        # Two processes must not share a port by accident.
        self._listener = wsgi.listen((host, int(port)), backlog=_BACKLOG, reuse_port=False)
        self._listener.settimeout(None)
        self._wsgi = wsgi.Server(
            self._listener,
            self._listener.getsockname(),
            Router(self, [*self._providers, self._described()]),
            protocol=StrictHttpProtocol,
            debug=False,
            log_output=False,
            socket_timeout=self.limits.socket_seconds,
            url_length_limit=self.limits.request_line + 1,
        )
        self._wsgi.owner = self
        self._acceptor = self.container.spawn_managed_thread(self._accept, identifier="http")

    def drain(self) -> None:
        """Stop accepting, and wait until every request in flight has its whole answer."""
        if not self.draining:
            self.draining = True
            self._close()
            for connection in list(self._connections.values()):
                if not connection.busy:
                    # What has arrived already is still read and answered; then comes the end.
                    _shut(connection, socket.SHUT_RD)
        with green.deadline(self.limits.drain_seconds, exception=False):
            while self._connections:
                green.sleep(_POLL_SECONDS)

    def kill(self) -> None:
        """Stop accepting at once."""
        self.draining = True
        self._close()

    @contextmanager
    def place(self) -> Iterator[None]:
        """Hold one of the places for concurrent requests.

        Raises:
            Busy: all places were taken for a second.
        """
        if not self._semaphore.acquire(self.limits.admission_seconds):
            raise Busy
        try:
            yield
        finally:
            self._semaphore.release()

    def count(self, route: str, method: str, code: int) -> None:
        """Count an answer; unknown methods are one, or a caller could make endless metrics."""
        metrics.HTTP_REQUESTS.labels(
            service=self.service,
            route=route,
            method=counted(method),
            code=str(code),
        ).inc()

    def _described(self) -> ServedDocument:
        """What tells callers about all the other routes."""
        return ServedDocument(OPENAPI, partial(openapi.document, self.container.service_cls))

    def _listeners(self) -> list[AccessDeniedListener]:
        return [
            each for each in self.container.dependencies if isinstance(each, AccessDeniedListener)
        ]

    def _close(self) -> None:
        if self._acceptor is not None:
            self._acceptor.kill()
            self._listener.close()

    def _accept(self) -> None:
        while not self.draining:
            try:
                accepted, address = self._listener.accept()
            except OSError as error:
                # Out of descriptors, or the client has gone again: go on as soon as it is better.
                log.warning("a connection could not be accepted", error=str(error))
                green.sleep(0.1)
                continue
            self._take_in(accepted, address)
            # A flood of connections must not keep the ones we have from being served.
            green.sleep(0)

    def _take_in(self, accepted: Any, address: Any) -> None:
        if len(self._connections) >= self.limits.connections and not self._make_room():
            _turn_away(accepted)
            self.count("refused", "", Busy.status)
            return
        accepted.settimeout(self.limits.socket_seconds)
        # Or the end of an answer waits 40 ms until the client has acknowledged its beginning.
        accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection = Connection([address, accepted, wsgi.STATE_IDLE])
        self._connections[id(connection)] = connection
        self.container.spawn_managed_thread(
            partial(self._serve, connection), identifier="connection"
        )

    def _make_room(self) -> bool:
        """Cut the connection that has waited longest without sending a whole request's headers.

        So a herd of slow clients loses its places to good ones, which need theirs for moments.
        """
        waiting = (each for each in self._connections.values() if not each.busy)
        oldest = next(waiting, None)
        if oldest is None:
            return False
        del self._connections[id(oldest)]
        _shut(oldest, socket.SHUT_RDWR)
        return True

    def _serve(self, connection: Connection) -> None:
        try:
            self._wsgi.process_request(connection)
        except (OSError, TooSlow):
            # The client went away or took too long: its own affair.
            log.debug("a connection was cut")
        except (Exception, green.Timeout):  # noqa: BLE001 -- nothing may leave this thread
            log.exception("a connection failed")
        finally:
            self._connections.pop(id(connection), None)
            with suppress(OSError):
                connection[1].close()


class Router:
    """The WSGI application: finds the route of a request, and always has a response."""

    def __init__(self, server: HttpServer, routes: Iterable[Any]) -> None:
        """`routes` each have a `method`, a `path`, `answer` and `problem`.

        The one at `/`, if there is one, also answers requests that match no route.
        """
        self._server = server
        routes = list(routes)
        self._front = next((each for each in routes if each.path == "/"), None)
        rules = [Rule(each.path, methods=[each.method], endpoint=each) for each in routes]
        self._map = Map(rules, merge_slashes=False, redirect_defaults=False)

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """As WSGI has it."""
        wire = environ[PROTOCOL]
        method = counted(environ["REQUEST_METHOD"])
        asked_in = continued(environ.get("HTTP_TRACEPARENT", ""))
        span = tracing.begin(method, tracing.SERVER, asked_in, {"http.request.method": method})
        with log_context.trace(span.traceparent):
            route, response = self._respond(environ)
        span.rename(f"{method} {route}")
        code = response.status_code
        attributes: tracing.Attributes = {"http.route": route, "http.response.status_code": code}
        span.end(failed=code >= HTTPStatus.INTERNAL_SERVER_ERROR, attributes=attributes)
        if not environ["wsgi.input"].finished:
            wire.close_connection = wire.unread = True
        if self._server.draining:
            wire.close_connection = True
        if response.mimetype == EVENT_STREAM:
            environ[_SMALLEST_WRITE] = 1
        return response(environ, start_response)

    def _respond(self, environ: dict[str, Any]) -> tuple[str, Response]:
        started = time.perf_counter()
        endpoint, route, method = self._front, "unmatched", environ["REQUEST_METHOD"]
        try:
            endpoint, values = self._find(environ)
            route = endpoint.path
            response: Response = endpoint.answer(environ, values)
        except Error as error:
            response = _said(endpoint, error, environ)
        except Exception:  # noqa: BLE001 -- whatever it was, the caller gets a clean answer
            log.exception("a request failed", route=route, method=method)
            response = _said(endpoint, Broken(), environ)
        seconds = time.perf_counter() - started
        self._server.count(route, method, response.status_code)
        metrics.HTTP_SECONDS.labels(service=self._server.service, route=route).observe(seconds)
        log.info("request", route=route, method=method, code=response.status_code)
        return route, response

    def _find(self, environ: dict[str, Any]) -> tuple[Any, dict[str, str]]:
        path = readable(environ["PATH_INFO"])
        adapter: MapAdapter = self._map.bind("localhost")
        try:
            endpoint, values = adapter.match(path, environ["REQUEST_METHOD"])
        except MethodNotAllowed as error:
            raise WrongMethod(error.valid_methods or ()) from error
        except HTTPException as error:
            raise _no_such_path() from error
        # Each stands for a code or an id, and is often pasted from a letter.
        return endpoint, {name: code_text(value) for name, value in values.items()}


def _said(endpoint: Any, error: Error, environ: dict[str, Any]) -> Response:
    if endpoint is None:
        return problem(error, translations.language(environ.get("HTTP_ACCEPT_LANGUAGE", "")))
    response: Response = endpoint.problem(error, environ)
    return response


def counted(method: str) -> str:
    """The method, if it is one of ours; a caller could think up endless others."""
    return method if method in _METHODS else "other"


def continued(traceparent: str) -> str:
    """The caller's trace, if the header is what W3C Trace Context says; otherwise "", a new one."""
    return traceparent if _TRACEPARENT.fullmatch(traceparent) else ""


def readable(path: str) -> str:
    """The path in characters, without those that nobody sees; WSGI has its bytes as Latin-1.

    Raises:
        NotFound: it is not UTF-8 or holds control characters, so nothing can be there.
    """
    try:
        text = path.encode("latin-1").decode()
    except UnicodeError as error:
        raise _no_such_path() from error
    text = "/".join(one_line(part) for part in text.split("/"))
    if not text.isprintable():
        raise _no_such_path()
    return text


def _no_such_path() -> NotFound:
    return NotFound("Không có đường dẫn này.", "There is nothing at this path.")


def _shut(connection: Connection, how: int) -> None:
    with suppress(OSError):
        connection[1].shutdown(how)


def _turn_away(accepted: Any) -> None:
    """A short 503, sent without waiting for anything, and the end of the connection."""
    with log_context.trace():
        response = problem(Busy(), "vi")
        text = response.get_data()
    lines = ["HTTP/1.1 503 Service Unavailable", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in response.headers.items()]
    with suppress(OSError):
        accepted.settimeout(0)
        accepted.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + text)
        accepted.shutdown(socket.SHUT_WR)
    with suppress(OSError):
        accepted.close()
