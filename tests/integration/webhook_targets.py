"""Receivers of webhooks, good and bad, on one local server: a path says how it behaves."""

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

GIGABYTE = 1 << 30


@dataclass(frozen=True)
class Received:
    """One call: its path, headers (small letters) and body, and when it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    at: float

    @property
    def events(self) -> list[dict[str, Any]]:
        """The CloudEvents of the body: one, or a batch."""
        value = json.loads(self.body)
        return value if isinstance(value, list) else [value]


@dataclass
class Targets:
    """All that came; `healed` paths answer 204 from then on, whatever their first word says."""

    port: int = 0
    calls: list[Received] = field(default_factory=list)
    healed: set[str] = field(default_factory=set)
    strangers: list[str] = field(default_factory=list)

    def url(self, path: str) -> str:
        """The address of the receiver with this path, e.g. `/500/a`."""
        return f"http://127.0.0.1:{self.port}{path}"

    def posts(self, path: str) -> list[Received]:
        """The deliveries to a path."""
        return [each for each in self.calls if (each.method, each.path) == ("POST", path)]

    def delivered(self, path: str) -> Counter[str]:
        """How often each event came there, by its id."""
        return Counter(event["id"] for call in self.posts(path) for event in call.events)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    targets: Targets
    body = b""

    def do_OPTIONS(self) -> None:
        """Agree, unless the path says no."""
        self._note(b"")
        agrees = not self.path.startswith("/no/")
        headers = {"WebHook-Allowed-Origin": "motcua"} if agrees else {}
        self._answer(200, b"", headers)

    def do_GET(self) -> None:
        """Nobody may come by a redirect."""
        self.targets.strangers.append(self.path)
        self._answer(200, b"inside")

    def do_POST(self) -> None:
        """Behave as the first word of the path says."""
        length = int(self.headers.get("Content-Length", 0))
        body = self.rfile.read(length)
        if len(body) < length:
            self.close_connection = True  # the caller was killed in the middle of the call
            return None
        self._note(body)
        word = self.path.split("/")[1]
        if self.path in self.targets.healed or not hasattr(self, f"be_{word}"):
            return self._answer(204, b"")
        self.body = body
        with suppress(OSError):
            getattr(self, f"be_{word}")()
        return None

    def be_500(self) -> None:
        self._answer(500, b"something \x00 broke \xff")

    def be_poison(self) -> None:
        """It cannot take every tenth event, for good."""
        poisoned = json.loads(self.body)["seq"] % 10 == 5
        self._answer(422 if poisoned else 204, b"not this one" if poisoned else b"")

    def be_400(self) -> None:
        """It understands none."""
        self._answer(400, b"what is this?")

    def be_429(self) -> None:
        self._answer(429, b"slowly", {"Retry-After": "3"})

    def be_301(self) -> None:
        self._answer(301, b"", {"Location": self.targets.url("/inside")})

    def be_302(self) -> None:
        self._answer(302, b"", {"Location": "http://169.254.169.254/latest/meta-data"})

    def be_410(self) -> None:
        self._answer(410, b"gone")

    def be_silent(self) -> None:
        time.sleep(60)

    def be_drip(self) -> None:
        """One byte a second, from the first header on."""
        for byte in b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello":
            self.wfile.write(bytes([byte]))
            time.sleep(1)

    def be_slowbody(self) -> None:
        """It takes the event, and says so byte by byte."""
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n")
        for _ in range(100):
            self.wfile.write(b"x")
            time.sleep(1)

    def be_giga(self) -> None:
        """A gigabyte of an answer, in a failure."""
        self.wfile.write(b"HTTP/1.1 500 Oops\r\nContent-Length: %d\r\n\r\n" % GIGABYTE)
        for _ in range(GIGABYTE >> 16):
            self.wfile.write(b"x" * (1 << 16))

    def be_20ms(self) -> None:
        time.sleep(0.02)
        self._answer(204, b"")

    def be_broken(self) -> None:
        """It hangs up."""
        self.close_connection = True
        self.connection.close()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def _note(self, body: bytes) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        call = Received(self.command, self.path, headers, body, time.monotonic())
        self.targets.calls.append(call)

    def _answer(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 200

    def handle_error(self, *_: Any) -> None:
        """The caller hung up: that is what some of these are for."""


@contextmanager
def receiving() -> Iterator[Targets]:
    """The receivers, ready."""
    targets = Targets()
    handler = type("Handler", (_Handler,), {"targets": targets})
    server = _Server(("127.0.0.1", 0), handler)
    targets.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield targets
    finally:
        server.shutdown()
        server.server_close()
