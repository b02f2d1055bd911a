"""The clients of `bench files`: threads that upload or download, each as fast as it can."""

import json
import os
import socket
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

from minio import Minio

from bench.child_process import READY, send

WARM = 0.5  # seconds before anything counts
TIMEOUT = 60.0
BUCKET = "bench"
END = b"\r\n\r\n"
_PIECE = 1 << 16

Act = Callable[[], None]


def load() -> None:
    """The child process: the clients of one case, on one side."""
    clients, seconds = int(os.environ["CLIENTS"]), float(os.environ["SECONDS"])
    made: Callable[[], Act] = _bare if os.environ["SIDE"] == "minio" else _ours
    acts = [made() for _ in range(clients)]
    send(**{READY: True})
    begin = time.monotonic() + WARM
    with ThreadPoolExecutor(clients) as pool:
        done = pool.map(lambda act: _repeat(act, begin, begin + seconds), acts)
        send(rate=sum(done))


def _repeat(act: Act, begin: float, end: float) -> float:
    """So often a second; one that is under way at the end counts, with its time."""
    count, first, last = 0, 0.0, 0.0
    while (now := time.monotonic()) < end or not count:
        act()
        if now >= begin:
            count, first, last = count + 1, first or now, time.monotonic()
    return count / (last - first)


def _body() -> tuple[bytearray, memoryview]:
    """A PDF that is never the same twice: its number is written into the view."""
    body = bytearray(b"%PDF-1.7\n%" + b"0" * 32 + b"\n")
    body += os.urandom(int(os.environ["SIZE"]) - len(body) - 7) + b"\n%%EOF\n"
    return body, memoryview(body)[10:42]


def _bare() -> Act:
    place = urlsplit(os.environ["S3_URL"])
    client = Minio(
        place.netloc,
        access_key=os.environ["S3_ACCESS_KEY"],
        secret_key=os.environ["S3_SECRET_KEY"],
        secure=False,
        region="us-east-1",
    )
    if not client.bucket_exists(BUCKET):
        client.make_bucket(BUCKET)
    body, number = _body()

    def upload() -> str:
        name = uuid.uuid4().hex
        number[:] = name.encode()
        client.put_object(BUCKET, name, BytesIO(body), len(body))
        return name

    if os.environ["ACT"] == "upload":
        return lambda: _forget(upload())
    name = upload()

    def download() -> None:
        answer = client.get_object(BUCKET, name)
        _whole(sum(len(piece) for piece in answer.stream(_PIECE)), len(body))
        answer.close()
        answer.release_conn()

    return download


def _ours() -> Act:
    client, (body, number) = _FilesClient(), _body()

    def upload() -> str:
        number[:] = uuid.uuid4().hex.encode()
        said: dict[str, Any] = json.loads(client.upload(body))
        return str(said["id"])

    if os.environ["ACT"] == "upload":
        return lambda: _forget(upload())
    path = f"/documents/{upload()}/content"
    if os.environ["SIDE"] == "address":
        return lambda: _whole(client.download_by_address(path), len(body))
    return lambda: _whole(client.download(f"{path}?streamed=true"), len(body))


class _FilesClient:
    """A connection to the documents service, with a token, and one to the store."""

    def __init__(self) -> None:
        self._service = _connected("127.0.0.1", int(os.environ["PORT"]))
        store = urlsplit(os.environ["S3_URL"])
        self._store = _connected(str(store.hostname), int(store.port or 80))
        self._socket = self._service
        self._token = os.environ["TOKEN"]
        self._into = bytearray(_PIECE)

    def upload(self, body: bytearray) -> bytes:
        """Upload a file; the body of the answer."""
        self._socket.sendall(
            self._head("POST", "/documents")
            + f"Idempotency-Key: {uuid.uuid4().hex}\r\nContent-Type: application/pdf\r\n"
            f"Content-Length: {len(body)}\r\n\r\n".encode()
        )
        self._socket.sendall(body)
        length, rest = self._answer()
        while len(rest) < length:
            rest += self._socket.recv(_PIECE)
        return rest

    def download(self, path: str) -> int:
        """Download a file; how many bytes came."""
        self._socket.sendall(self._head("GET", path) + b"\r\n")
        return self._counted()

    def _counted(self) -> int:
        length, rest = self._answer()
        got = len(rest)
        while got < length:
            got += self._socket.recv_into(self._into)
        return got

    def download_by_address(self, path: str) -> int:
        """Be sent to the store, and download the file there; how many bytes came."""
        self._socket.sendall(self._head("GET", path) + b"\r\n")
        length, rest = self._answer()
        while len(rest) < length:
            rest += self._socket.recv(_PIECE)
        place = urlsplit(str(json.loads(rest)["address"]))
        asked = f"GET {place.path}?{place.query} HTTP/1.1\r\nHost: {place.netloc}\r\n\r\n"
        self._socket = self._store
        try:
            self._socket.sendall(asked.encode())
            return self._counted()
        finally:
            self._socket = self._service

    def _head(self, method: str, path: str) -> bytes:
        said = f"{method} {path} HTTP/1.1\r\nHost: documents\r\nAuthorization: Bearer "
        return f"{said}{self._token}\r\n".encode()

    def _answer(self) -> tuple[int, bytes]:
        said = b""
        while END not in said:
            piece = self._socket.recv(_PIECE)
            if not piece:
                raise RuntimeError("the service hung up")
            said += piece
        head, _, rest = said.partition(END)
        lines = head.split(b"\r\n")
        if not lines[0].startswith((b"HTTP/1.1 2", b"HTTP/1.1 307")):
            raise RuntimeError(f"{lines[0].decode()} {rest.decode(errors='replace')[:500]}")
        fields = dict(line.lower().split(b": ", 1) for line in lines[1:])
        return int(fields[b"content-length"]), rest


def _connected(host: str, port: int) -> socket.socket:
    made = socket.create_connection((host, port), TIMEOUT)
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return made


def _forget(_name: str) -> None:
    """What was uploaded is of no more use."""


def _whole(got: int, size: int) -> None:
    if got != size:
        raise RuntimeError(f"{got} bytes came of {size}")
