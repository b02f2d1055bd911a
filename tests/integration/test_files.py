"""Files in a real S3 store, and in one that is away, silent, slow, or breaks off (fault 18)."""

import hashlib
import os
import socket
import socketserver
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlsplit
from urllib.request import Request, urlopen

import pytest

from foundation.errors import Invalid, NotFound, Unavailable
from foundation.persistence.object_store import (
    ADDRESS_LASTS,
    DamagedError,
    ObjectStore,
    object_name,
)
from foundation.settings import SettingsError
from tests.platform_fixtures import Platform

MB = 1024 * 1024
PDF = "application/pdf"


def settings_for(platform: Platform, bucket: str) -> SimpleNamespace:
    return SimpleNamespace(
        s3_url=platform.s3_url,
        s3_access_key=platform.s3_access_key,
        s3_secret_key=platform.s3_secret_key,
        s3_bucket=bucket,
        s3_readers_url=platform.s3_url,
        max_workers=4,
    )


def opened(settings: SimpleNamespace) -> ObjectStore:
    files = ObjectStore()
    files.container = SimpleNamespace(config={"settings": settings})
    files.setup()
    return files


@pytest.fixture
def settings(platform: Platform, database_name: str) -> SimpleNamespace:
    platform.files.start()
    return settings_for(platform, database_name.replace("_", "-"))


@pytest.fixture
def files(settings: SimpleNamespace) -> ObjectStore:
    return opened(settings)


def client(files: ObjectStore) -> Any:
    return files._client  # noqa: SLF001 -- the store's own view, past our rules


def names_in(files: ObjectStore, bucket: str) -> list[str]:
    return [each.object_name for each in client(files).list_objects(bucket, recursive=True)]


@pytest.mark.parametrize("size", [1, 4095, 65536, 65537, 5 * MB + 1, 25 * MB])
def test_what_was_put_in_comes_out(files: ObjectStore, size: int) -> None:
    body = os.urandom(size)
    stored = files.put(BytesIO(body), PDF)
    assert stored.sha256 == hashlib.sha256(body).hexdigest()
    assert files.stat(stored.sha256) == stored
    assert b"".join(files.get(stored.sha256)) == body


def test_the_same_file_is_sent_once_and_never_overwritten(
    files: ObjectStore, settings: SimpleNamespace
) -> None:
    stored = files.put(BytesIO(b"once"), PDF)
    name = object_name(stored.sha256)
    before = client(files).stat_object(settings.s3_bucket, name).last_modified
    time.sleep(1.1)
    assert files.put(BytesIO(b"once"), "text/plain") == stored
    after = client(files).stat_object(settings.s3_bucket, name)
    assert after.last_modified == before
    assert after.content_type == PDF


def test_a_file_lies_under_its_own_hash(files: ObjectStore, settings: SimpleNamespace) -> None:
    stored = files.put(BytesIO(b"a"), PDF)
    assert names_in(files, settings.s3_bucket) == [f"sha256/{stored.sha256[:2]}/{stored.sha256}"]


def test_an_empty_file_never_reaches_the_store(
    files: ObjectStore, settings: SimpleNamespace
) -> None:
    with pytest.raises(Invalid):
        files.put(BytesIO(b""), PDF)
    assert names_in(files, settings.s3_bucket) == []


@pytest.mark.parametrize("digest", ["0" * 64, "", "../../etc/passwd", "A" * 64, "0" * 64 + "\n"])
def test_what_is_not_there_is_not_found(files: ObjectStore, digest: str) -> None:
    for look in (files.stat, files.get):
        with pytest.raises(NotFound):
            look(digest)


def test_a_part_comes_out_by_itself(files: ObjectStore) -> None:
    body = os.urandom(300_000)
    stored = files.put(BytesIO(body), PDF)
    for start, length in ((0, 1), (100, 200_000), (299_999, 1)):
        assert b"".join(files.part(stored.sha256, start, length)) == body[start : start + length]
    with pytest.raises(NotFound):
        files.part("0" * 64, 0, 1)


@pytest.mark.parametrize("size", [10, 300_000])
def test_a_damaged_file_is_never_handed_out_whole(
    files: ObjectStore, settings: SimpleNamespace, size: int
) -> None:
    stored = files.put(BytesIO(b"x" * size), PDF)
    name, damaged = object_name(stored.sha256), b"x" * (size - 1) + b"y"
    client(files).put_object(settings.s3_bucket, name, BytesIO(damaged), size)
    came: list[bytes] = []
    with pytest.raises(DamagedError):
        came.extend(files.get(stored.sha256))
    assert sum(len(piece) for piece in came) < size


def test_a_file_of_the_wrong_length_is_mended_by_the_next_who_sends_it(
    files: ObjectStore, settings: SimpleNamespace
) -> None:
    stored = files.put(BytesIO(b"whole"), PDF)
    name = object_name(stored.sha256)
    client(files).put_object(settings.s3_bucket, name, BytesIO(b"wh"), 2)
    assert files.put(BytesIO(b"whole"), PDF) == stored
    assert b"".join(files.get(stored.sha256)) == b"whole"


def test_a_bucket_that_went_missing_is_made_again(
    files: ObjectStore, settings: SimpleNamespace
) -> None:
    client(files).remove_bucket(settings.s3_bucket)
    stored = files.put(BytesIO(b"a"), PDF)
    assert files.stat(stored.sha256) == stored


def test_the_store_is_listed_page_by_page_and_only_what_is_idle_is_swept(
    files: ObjectStore, settings: SimpleNamespace
) -> None:
    kept = sorted(files.put(BytesIO(each), PDF).sha256 for each in (b"a", b"b", b"c"))
    client(files).put_object(settings.s3_bucket, "sha256/zz/notes.txt", BytesIO(b"x"), 1)
    first = files.listed("", 2)
    rest = files.listed(first[-1].name, 9)
    assert [each.digest for each in (*first, *rest)] == [*kept, ""]
    assert all(each.size == 1 and each.stored <= datetime.now(UTC) for each in first)
    before = datetime.now(UTC) - timedelta(minutes=1)
    assert not files.remove(kept[0], wanted=lambda: False, idle_since=before)
    assert files.remove(kept[0], wanted=lambda: False, idle_since=datetime.now(UTC))
    assert not files.remove(kept[0], wanted=lambda: False, idle_since=datetime.now(UTC))
    assert [each.digest for each in files.listed("", 9)] == [*kept[1:], ""]


def fetched(address: str, **headers: str) -> tuple[int, Any, bytes]:
    try:
        with urlopen(Request(address, headers=headers), timeout=10) as answer:
            return answer.status, answer.headers, answer.read()
    except HTTPError as error:
        return error.code, error.headers, error.read()


def test_a_reader_fetches_by_a_signed_address_what_it_says_and_nothing_else(
    files: ObjectStore,
) -> None:
    stored = files.put(BytesIO(b"%PDF-1.7 whole"), PDF)
    said = {"Content-Type": PDF, "Content-Disposition": 'attachment; filename="b v.pdf"'}
    address = files.address(stored.sha256, said)
    status, headers, body = fetched(address)
    assert (status, body, headers["Content-Type"]) == (200, b"%PDF-1.7 whole", PDF)
    assert headers["Content-Disposition"].startswith("attachment")
    status, headers, body = fetched(address, Range="bytes=5-8")
    assert (status, body, headers["Content-Range"]) == (206, b"1.7 ", "bytes 5-8/14")
    query = parse_qs(urlsplit(address).query)
    assert query["response-content-disposition"] == [said["Content-Disposition"]]
    assert int(query["X-Amz-Expires"][0]) <= 300
    for was, changed in (("attachment", "inline"), (stored.sha256, "0" * 64), ("=120", "=9000")):
        assert was in address
        assert fetched(address.replace(was, changed))[0] == 403


def test_a_signed_address_is_over_in_minutes(files: ObjectStore, settings: SimpleNamespace) -> None:
    stored = files.put(BytesIO(b"a"), PDF)
    begun = datetime.now(UTC) - ADDRESS_LASTS - timedelta(seconds=2)
    over = files._readers.presigned_get_object(  # type: ignore[union-attr]  # noqa: SLF001 -- as it was made then
        settings.s3_bucket, object_name(stored.sha256), expires=ADDRESS_LASTS, request_date=begun
    )
    assert fetched(over)[0] == 403


def test_without_an_address_of_the_store_for_readers_none_is_signed(
    settings: SimpleNamespace,
) -> None:
    settings.s3_readers_url = ""
    assert opened(settings).address("ab" * 32, {}) == ""
    settings.s3_readers_url = "https://s3.example.vn/bucket"
    with pytest.raises(SettingsError, match="S3_READERS_URL"):
        opened(settings)


def test_many_at_once_do_not_disturb_one_another(files: ObjectStore) -> None:
    bodies = [os.urandom(100_000 + number) for number in range(12)] * 2
    with ThreadPoolExecutor(6) as pool:
        stored = list(pool.map(lambda body: files.put(BytesIO(body), PDF), bodies))
        came = list(pool.map(lambda each: b"".join(files.get(each.sha256)), stored))
    assert came == bodies


def test_a_store_that_is_away_is_no_obstacle_to_starting(
    platform: Platform, settings: SimpleNamespace
) -> None:
    platform.files.stop()
    try:
        files = opened(settings)
        assert not files.answers()
        for attempt in (
            lambda: files.put(BytesIO(b"a"), PDF),
            lambda: files.stat("0" * 64),
            lambda: files.get("0" * 64),
        ):
            with pytest.raises(Unavailable):
                attempt()
    finally:
        platform.files.start()
    assert files.answers()
    stored = files.put(BytesIO(b"a"), PDF)
    assert b"".join(files.get(stored.sha256)) == b"a"


# Stores that misbehave: what a put comes to, in a process like a service's.


def silent(connection: socket.socket) -> None:
    with suppress(OSError):
        while connection.recv(65536):
            pass


def dripping(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.recv(65536)
        for byte in b"HTTP/1.1 200 OK\r\n" * 100:
            connection.sendall(bytes([byte]))
            time.sleep(1)


def resetting(connection: socket.socket) -> None:
    connection.recv(100)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")


def overloaded(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 503 Slow Down\r\nContent-Length: 0\r\n\r\n")


def babbling(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnope")


@contextmanager
def serving(behave: Callable[[socket.socket], None] | None) -> Iterator[str]:
    """The address of a store that behaves like that; None is one that is not there."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            if behave is not None:
                behave(self.request)

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        block_on_close = False

    with Server(("127.0.0.1", 0), Handler) as server:
        address = f"http://127.0.0.1:{server.server_address[1]}"
        if behave is None:
            server.server_close()
            yield address
            return
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield address
        server.shutdown()


def tried(behave: Callable[[socket.socket], None] | None) -> tuple[str, float, float]:
    with serving(behave) as address:
        command = [sys.executable, "-m", "tests.integration.keeping", address]
        told = subprocess.run(
            command, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=True
        )
    outcome, start, put = told.stdout.split()[-3:]
    return outcome, float(start), float(put)


def test_a_store_that_misbehaves_costs_thirty_seconds_at_most() -> None:
    kinds = [None, silent, dripping, resetting, overloaded, babbling]
    with ThreadPoolExecutor(len(kinds)) as pool:
        results = list(pool.map(tried, kinds))
    for kind, (outcome, start, put) in zip(kinds, results, strict=True):
        name = kind.__name__ if kind else "away"
        print(f"{name}: start {start} s, put {outcome} after {put} s")
        assert outcome == "unavailable"
        assert start <= 10
        assert put <= 30
