"""The fast target of `bench webhooks`, and the bare loop that is measured beside motcua.

`target` answers 204 to every POST and, to a GET of a path, how many came there within how many
seconds. `bare` sends events as motcua does, from memory: signed, over one pool of connections.
"""

import asyncio
import base64
import json
import os
import time
from collections import defaultdict
from typing import Any

from bench.child_process import READY, send

ANSWER = b"HTTP/1.1 204 No Content\r\n\r\n"
AGREES = b"HTTP/1.1 200 OK\r\nWebHook-Allowed-Origin: motcua\r\nContent-Length: 0\r\n\r\n"
END = b"\r\n\r\n"
MS = 1000


class Seen(defaultdict[str, list[float]]):
    """How many came to a path, and when the first and the last did."""

    def note(self, path: str) -> None:
        """One more."""
        entry = self.setdefault(path, [0, time.monotonic(), 0.0])
        entry[0] += 1
        entry[2] = time.monotonic()


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, seen: Seen) -> None:
    pause = int(os.environ.get("PAUSE_MS", "0")) / MS
    while head := await _head(reader):
        words = head.split(b" ", 2)
        length = _length(head)
        if length:
            await reader.readexactly(length)
        path = words[1].decode()
        if words[0] == b"POST":
            seen.note(path)
            if pause:
                await asyncio.sleep(pause)
            writer.write(ANSWER)
        elif words[0] == b"OPTIONS":
            writer.write(AGREES)
        else:
            body = json.dumps(seen.get(path, [0, 0, 0])).encode()
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
    writer.close()


async def _head(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.readuntil(END)
    except (asyncio.IncompleteReadError, OSError):
        return b""


def _length(head: bytes) -> int:
    _, found, rest = head.lower().partition(b"content-length:")
    return int(rest.split(b"\r\n", 1)[0]) if found else 0


def target() -> None:
    """Serve until it is ended."""
    asyncio.run(_target())


async def _target() -> None:
    seen = Seen()
    server = await asyncio.start_server(lambda r, w: _serve(r, w, seen), "127.0.0.1", 0)
    send(port=server.sockets[0].getsockname()[1], **{READY: True})
    async with server:
        await server.serve_forever()


def bare() -> None:
    """Send the events of the environment's plan, as fast as this process can; then report."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import (  # noqa: PLC0415 -- of this role
        Ed25519PrivateKey,
    )
    from urllib3 import PoolManager  # noqa: PLC0415 -- as above

    from foundation.concurrency import green  # noqa: PLC0415 -- as above

    count, threads, url = (os.environ[name] for name in ("COUNT", "THREADS", "URL"))
    key, pool = Ed25519PrivateKey.generate(), PoolManager(maxsize=int(threads), block=True)
    left = iter(range(int(count)))
    event: dict[str, Any] = json.loads(os.environ["EVENT"])

    def work() -> None:
        for number in left:
            body = json.dumps(event | {"id": f"e-{number}"}, sort_keys=True).encode()
            text = f"msg_{number}.{int(time.time())}.".encode() + body
            signature = "v1a," + base64.b64encode(key.sign(text)).decode()
            headers = {
                "Content-Type": "application/cloudevents+json",
                "webhook-id": f"msg_{number}",
                "webhook-timestamp": str(int(time.time())),
                "webhook-signature": signature,
            }
            pool.request("POST", url, body=body, headers=headers)

    for each in [green.spawn(work) for _ in range(int(threads))]:
        each.wait()
    send(done=True)
