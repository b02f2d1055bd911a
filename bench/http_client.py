"""A minimal HTTP/1.1 client with one keep-alive connection, so that no library is measured too."""

import json
import socket
import uuid
from typing import Any

BUSY, COME_AGAIN = b"HTTP/1.1 503", b"retry-after"
END = b"\r\n\r\n"
TIMEOUT = 30.0


class ServiceBusy(Exception):
    """The service answered 503 and said when to come again: it is overloaded and did nothing."""


class HungUp(Exception):
    """The service closed the connection without an answer."""


class MinimalHttpClient:
    """A client of one service, with a token."""

    def __init__(self, port: int, token: str) -> None:
        """Connects at once."""
        self._socket = socket.create_connection(("127.0.0.1", port), TIMEOUT)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._rest = b""
        self._token = token

    def post(self, path: str, body: str) -> dict[str, Any]:
        """POST a body; returns the JSON of the answer.

        Raises:
            ServiceBusy: the status was 503.
            HungUp: there was no answer.
            RuntimeError: it was another error.
        """
        content = body.encode()
        head = (
            f"POST {path} HTTP/1.1\r\nHost: intake\r\nAuthorization: Bearer {self._token}\r\n"
            f"Idempotency-Key: {uuid.uuid4().hex}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(content)}\r\n\r\n"
        )
        return self._said(path, head.encode() + content)

    def get(self, path: str) -> dict[str, Any]:
        """GET a path; returns the JSON of the answer, or raises as `post` does."""
        head = f"GET {path} HTTP/1.1\r\nHost: desk\r\nAuthorization: Bearer {self._token}\r\n\r\n"
        return self._said(path, head.encode())

    def page(self, path: str) -> str:
        """GET a page as a browser does; returns its HTML, or raises as `post` does."""
        head = (
            f"GET {path} HTTP/1.1\r\nHost: page\r\nAccept: text/html\r\n"
            f"Authorization: Bearer {self._token}\r\n\r\n"
        )
        return self._body(path, head.encode()).decode()

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def _said(self, path: str, request: bytes) -> dict[str, Any]:
        said: dict[str, Any] = json.loads(self._body(path, request))
        return said

    def _body(self, path: str, request: bytes) -> bytes:
        self._socket.sendall(request)
        status, fields, answer = self._answer()
        if status.startswith(BUSY) and COME_AGAIN in fields:
            raise ServiceBusy(path)
        if not status.startswith(b"HTTP/1.1 2"):
            raise RuntimeError(f"{path}: {status.decode()} {answer.decode()[:500]}")
        return answer

    def _answer(self) -> tuple[bytes, dict[bytes, bytes], bytes]:
        while END not in self._rest:
            self._read()
        head, _, self._rest = self._rest.partition(END)
        lines = head.split(b"\r\n")
        fields = dict(line.lower().split(b": ", 1) for line in lines[1:])
        length = int(fields[b"content-length"])
        while len(self._rest) < length:
            self._read()
        body, self._rest = self._rest[:length], self._rest[length:]
        return lines[0], fields, body

    def _read(self) -> None:
        chunk = self._socket.recv(65536)
        if not chunk:
            raise HungUp("the service hung up")
        self._rest += chunk
