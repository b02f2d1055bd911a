"""Targets of webhooks for a benchmark: they agree, take everything, and know what came when.

Each has a port of its own, as if it were a host. The path says how long it takes: `/20/a` answers
after 20 ms. `GET /report` tells what came since
it was asked last.
"""

import asyncio
import json
import os
import re
import time
from typing import Any, ClassVar

from bench.child_process import READY, send

_LENGTH = re.compile(rb"(?i)content-length: *(\d+)")
_ID = re.compile(rb'"id":"([^"]+)"')
END = b"\r\n\r\n"
TAKEN = b"HTTP/1.1 204 No Content\r\n\r\n"
AGREED = b"HTTP/1.1 200 OK\r\nWebHook-Allowed-Origin: *\r\nContent-Length: 0\r\n\r\n"


class BenchTarget(asyncio.Protocol):
    """One connection."""

    came: ClassVar[dict[str, list[tuple[str, float]]]] = {}
    """By path, each event with the moment (monotonic) when its call was there."""

    def __init__(self) -> None:
        """Nothing has come."""
        self._rest = b""
        self._transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep what to answer by."""
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer each whole request; one connection has one at a time."""
        self._rest += data
        while (end := self._rest.find(END)) >= 0:
            head = self._rest[:end]
            length = int(found[1]) if (found := _LENGTH.search(head)) else 0
            if len(self._rest) < end + len(END) + length:
                return
            body = self._rest[end + len(END) : end + len(END) + length]
            self._rest = self._rest[end + len(END) + length :]
            self._answer(head, body)

    def _answer(self, head: bytes, body: bytes) -> None:
        method, path, _ = head.split(b" ", 2)
        if method == b"OPTIONS":
            return self._write(AGREED)
        if method == b"GET":
            return self._write(_told())
        now, word = time.monotonic(), path.decode()
        self.came.setdefault(word, []).extend((e.decode(), now) for e in _ID.findall(body))
        delay = int(word.split("/")[1]) / 1000
        if not delay:
            return self._write(TAKEN)
        asyncio.get_running_loop().call_later(delay, self._write, TAKEN)
        return None

    def _write(self, answer: bytes) -> None:
        if not self._transport.is_closing():
            self._transport.write(answer)


def _told() -> bytes:
    body = json.dumps(BenchTarget.came).encode()
    BenchTarget.came.clear()
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body


def receive() -> None:
    """The child process."""
    asyncio.run(_serve())


async def _serve() -> None:
    loop = asyncio.get_running_loop()
    servers = [
        await loop.create_server(BenchTarget, "127.0.0.1", 0, backlog=1000)
        for _ in range(int(os.environ["TARGETS"]))
    ]
    send(**{READY: True, "ports": [each.sockets[0].getsockname()[1] for each in servers]})
    await asyncio.gather(*(each.serve_forever() for each in servers))
