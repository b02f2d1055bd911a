"""The scanner for malware against ClamAV's own daemon, and against daemons that misbehave."""

import io
import os
import socket
import socketserver
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import SimpleNamespace

import pikepdf
import pytest

from foundation.errors import Unavailable
from foundation.files import scanner as scanning
from foundation.files.clamd import ScanReport, Verdict
from foundation.files.scanner import Scanner
from foundation.settings import SettingsError
from tests.clamav import EICAR, clamd, free_port

MB = 1024 * 1024
CLEAN = ScanReport(Verdict.CLEAN)
SMALL_LIMITS = ("StreamMaxLength 5M", "MaxFileSize 4M", "MaxRecursion 3", "MaxFiles 50")


def opened(url: str, without: str = "pass") -> Scanner:
    settings = SimpleNamespace(queue="documents", scanner_url=url, without_scanner=without)
    made = Scanner()
    made.container = SimpleNamespace(config={"settings": settings})
    made.setup()
    return made


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    number = free_port()
    with clamd(tmp_path_factory.mktemp("clamd"), number, *SMALL_LIMITS):
        yield number


@pytest.fixture
def scanner(port: int) -> Scanner:
    return opened(f"tcp://127.0.0.1:{port}")


def locked_pdf() -> bytes:
    made, kept = pikepdf.new(), io.BytesIO()
    made.add_blank_page()
    made.save(kept, encryption=pikepdf.Encryption(user="a", owner="b"))
    return kept.getvalue()


def zipped(body: bytes, times: int) -> bytes:
    for _ in range(times):
        kept = io.BytesIO()
        with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("inner.zip", body)
        body = kept.getvalue()
    return body


def many_files(number: int) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        for each in range(number):
            archive.writestr(f"{each}.txt", "x")
    return kept.getvalue()


def test_what_is_harmless_is_clean_and_eicar_is_found_wherever_it_stands(scanner: Scanner) -> None:
    assert scanner.is_there()
    assert scanner.scan([b"%PDF-1.7 harmless"]) == CLEAN
    for body in (b"%PDF-1.7 " + EICAR, os.urandom(3 * MB) + EICAR, zipped(EICAR, 2)):
        report = scanner.scan(body[at : at + 65536] for at in range(0, len(body), 65536))
        assert report.verdict is Verdict.INFECTED
        assert "Eicar" in report.finding


@pytest.mark.parametrize(
    ("body", "finding"),
    [
        (b"x" * int(4.5 * MB), "too_large"),
        (b"x" * 8 * MB, "too_large"),
        (zipped(b"x", 8), "too_deep"),
        (many_files(200), "too_many_files"),
        (locked_pdf(), "encrypted"),
    ],
)
def test_what_cannot_be_looked_into_is_never_called_clean(
    scanner: Scanner, body: bytes, finding: str
) -> None:
    pieces = (body[at : at + 65536] for at in range(0, len(body), 65536))
    report = scanner.scan(pieces)
    assert report == ScanReport(Verdict.NOT_SCANNABLE, finding)


def test_it_listens_on_a_unix_socket_too(tmp_path: Path) -> None:
    place = tmp_path / "clamd.sock"
    with clamd(tmp_path / "d", free_port(), f"LocalSocket {place}"):
        scanner = opened(f"unix://{place}")
        assert scanner.is_there()
        assert scanner.scan([b"x" * 2 * MB]) == CLEAN


def test_a_daemon_that_restarts_is_away_and_then_there(tmp_path: Path) -> None:
    port = free_port()
    scanner = opened(f"tcp://127.0.0.1:{port}")
    with clamd(tmp_path / "a", port):
        assert scanner.is_there()
    assert not scanner.is_there()
    with pytest.raises(Unavailable):
        scanner.scan([b"x"])
    with clamd(tmp_path / "a", port):
        assert scanner.is_there()


def test_a_daemon_killed_in_the_middle_says_nothing_of_the_file(tmp_path: Path) -> None:
    port = free_port()
    scanner = opened(f"tcp://127.0.0.1:{port}")
    with clamd(tmp_path / "a", port) as process:

        def pieces() -> Iterator[bytes]:
            yield b"x" * MB
            process.kill()
            process.wait()
            yield b"x" * MB

        assert scanner.scan(pieces()).verdict is Verdict.FAILED


# Daemons that misbehave.


def silent(line: socket.socket) -> None:
    with suppress(OSError):
        while line.recv(65536):
            pass
        time.sleep(5)


def cutting(line: socket.socket) -> None:
    line.recv(100)


def resetting(line: socket.socket) -> None:
    line.recv(100)
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")


def stuck(_line: socket.socket) -> None:
    time.sleep(5)


def answering(said: bytes) -> Callable[[socket.socket], None]:
    def behave(line: socket.socket) -> None:
        with suppress(OSError):
            line.settimeout(0.2)
            with suppress(TimeoutError):
                while line.recv(65536):
                    pass
            line.sendall(said)

    return behave


@contextmanager
def serving(behave: Callable[[socket.socket], None]) -> Iterator[str]:
    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            behave(self.request)

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        block_on_close = False

    with Server(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"tcp://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


SAID = (
    b"",
    b"stream: OK",  # cut before its end
    b"stream: NOT OK\0",
    b"stream: lstat() failed. ERROR\0",
    b"UNKNOWN COMMAND\0",
    b"\xff\xfe\0",
    b"x" * 10_000,
    b"HTTP/1.1 200 OK\r\n\r\n\0",
)
BAD = (silent, cutting, resetting, stuck, *map(answering, SAID))


@pytest.mark.parametrize("behave", BAD, ids=range(len(BAD)))
def test_a_daemon_that_misbehaves_has_failed_and_soon(
    behave: Callable[[socket.socket], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scanning, "QUIET_SECONDS", 1.0)
    with serving(behave) as url:
        began = time.monotonic()
        assert opened(url).scan([b"x" * MB] * 8).verdict is Verdict.FAILED
        assert time.monotonic() - began < 5
        assert not opened(url).is_there()


def test_a_daemon_without_signatures_counts_as_away() -> None:
    def naive(line: socket.socket) -> None:
        said = b"PONG\0" if line.recv(100).startswith(b"zPING") else b"stream: OK\0"
        line.sendall(said)

    with serving(naive) as url:
        assert not opened(url).is_there()


def test_a_file_that_cannot_be_read_to_its_end_is_not_judged(scanner: Scanner) -> None:
    def broken() -> Iterator[bytes]:
        yield b"x" * 1000
        raise Unavailable("Kho tệp không trả lời.", "The file store does not answer.")

    with pytest.raises(Unavailable):
        scanner.scan(broken())


def test_without_a_scanner_the_readiness_page_says_so() -> None:
    assert "no virus scanner is set up" in opened("").remark()
    assert "documents wait" in opened("", "wait").remark()
    assert not opened("").is_there()
    away = opened(f"tcp://127.0.0.1:{free_port()}")
    assert "away" in away.remark()


@pytest.mark.parametrize(("url", "without"), [("http://x:1", "pass"), ("", "maybe")])
def test_settings_that_cannot_be_are_refused(url: str, without: str) -> None:
    with pytest.raises(SettingsError):
        opened(url, without)
