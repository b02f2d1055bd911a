"""The web door on a real socket: what it answers, and what it survives (faults 28, 32 to 34)."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any

import pytest

from foundation.web.auth import new_key, public_keys, sign
from tests.processes import free_port

KEY = new_key("centre")
MB = 1024 * 1024
STARTED_WITHIN = 90  # seconds: a busy machine takes its time to import a service
GOOD = b"GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Service:
    """One running process."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=15)

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=15)
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            connection.request(method, path, body, names)
            return taken(connection.getresponse())
        finally:
            connection.close()

    def post(self, path: str, body: Any, *, key: str = "key-1", **headers: str) -> Answer:
        headers = {"Authorization": token(), "Idempotency_Key": key, **headers}
        if not isinstance(body, bytes):
            headers = {"Content_Type": "application/json", **headers}
            body = json.dumps(body).encode()
        return self.ask("POST", path, body, **headers)

    def raw(self, sent: bytes) -> bytes:
        """Everything that comes back for these bytes until the connection ends or falls silent."""
        with self.connect() as connection:
            connection.sendall(sent)
            return everything(connection)

    def lives(self) -> bool:
        return self.process.poll() is None and self.ask("GET", "/hello").status == 200


Start = Callable[..., Service]


def taken(response: HTTPResponse) -> Answer:
    headers = {name.lower(): value for name, value in response.getheaders()}
    return Answer(response.status, headers, response.read())


def everything(connection: socket.socket, silence: float = 1.0) -> bytes:
    connection.settimeout(silence)
    found = b""
    with suppress(TimeoutError, ConnectionError):
        while piece := connection.recv(65536):
            found += piece
    return found


def token(**claims: Any) -> str:
    whole = {
        "sub": "an",
        "aud": "small",
        "scope": "dossier:submit dossier:read",
        "exp": time.time() + 7200,
    }
    return "Bearer " + sign(whole | claims, KEY)


def started(
    folder: Path,
    max_workers: int,
    limits: Mapping[str, float],
    module: str = "tests.integration.served",
    **more: object,
) -> Service:
    keys, log, port = folder / "keys.json", folder / f"{time.time_ns()}.log", free_port()
    keys.write_text(json.dumps(public_keys([KEY])))
    told = {
        "address": f"127.0.0.1:{port}",
        "keys": str(keys),
        "max_workers": max_workers,
        "limits": dict(limits),
        **more,
    }
    command = [sys.executable, "-m", module, json.dumps(told)]
    with log.open("wb") as out:
        process = subprocess.Popen(command, stderr=out, cwd=Path(__file__).parents[2])
    service = Service(process, port, log)
    until = time.monotonic() + STARTED_WITHIN
    while time.monotonic() < until:
        with suppress(OSError):
            service.connect().close()
            return service
        assert process.poll() is None, log.read_text()
        time.sleep(0.1)
    raise AssertionError(f"it does not listen after {STARTED_WITHIN} s: {log.read_text()}")


def ended(service: Service) -> None:
    service.process.terminate()
    try:
        service.process.wait(10)
    except subprocess.TimeoutExpired:
        service.process.kill()
        service.process.wait()


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """One with the limits of production, but for those that would make the tests slow."""
    running = started(tmp_path_factory.mktemp("web"), 4, {"linger_seconds": 0.5})
    yield running
    ended(running)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts one with other limits."""
    running: list[Service] = []

    def begin(max_workers: int = 4, **limits: float) -> Service:
        running.append(started(tmp_path, max_workers, limits))
        return running[-1]

    yield begin
    for each in running:
        ended(each)


# What it answers.


def test_a_door_answers_in_json_that_no_browser_guesses_about_or_keeps(service: Service) -> None:
    answer = service.ask("GET", "/hello?a=1&b=&a=2")
    assert answer.json == {"xin": "chào", "language": "vi", "query": {"a": "1", "b": ""}}
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"


def test_a_path_and_a_query_may_be_pasted(service: Service) -> None:
    assert service.ask("GET", "/hello?a=%EF%BB%BF%C2%A01%E2%80%8B%0A").json["query"] == {"a": "1"}
    assert service.ask("GET", "/%E2%80%8Bhello%C2%A0").status == 200


@pytest.mark.parametrize(
    ("path", "status", "name"),
    [
        ("/nothing", 404, "not-found"),
        ("/hello/", 404, "not-found"),
        ("//hello", 200, ""),
        ("/echo", 405, "wrong-method"),
        ("/%00", 404, "not-found"),
        ("/%ff", 404, "not-found"),
        ("/../etc/passwd", 404, "not-found"),
        ("/hello?a=%00", 422, "invalid"),
        ("/hello?" + "a=1&" * 60, 422, "invalid"),
        ("/refused", 409, "refused"),
        ("/away", 503, "unavailable"),
        ("/broken", 500, "error"),
        ("/wrong", 500, "error"),
        ("/me", 401, "unknown"),
    ],
)
def test_every_refusal_is_a_problem(service: Service, path: str, status: int, name: str) -> None:
    answer = service.ask("GET", path)
    assert answer.status == status
    if name:
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json["type"] == f"urn:motcua:problem:{name}"
        assert answer.json["status"] == status
        assert len(answer.json["trace_id"]) == 32


def test_a_problem_speaks_the_callers_language(service: Service) -> None:
    vi = service.ask("GET", "/refused")
    en = service.ask("GET", "/refused", Accept_Language="en-GB,vi;q=0.5")
    assert vi.json["detail"] == "Không đủ điều kiện."
    assert en.json["detail"] == "The conditions are not met."
    assert vi.json["title"] != en.json["title"]
    assert vi.json["article"] == en.json["article"] == "Đ19.8"
    assert (vi.headers["content-language"], en.headers["content-language"]) == ("vi", "en")


def test_nothing_internal_is_in_an_answer_and_all_of_it_in_the_log(service: Service) -> None:
    answer = service.ask("GET", "/broken")
    for secret in (b"hunter2", b"RuntimeError", b"Traceback", b"served.py"):
        assert secret not in answer.body
    lines = service.log.read_text().splitlines()
    told = [each for each in lines if answer.json["trace_id"] in each]
    assert any("RuntimeError" in each and "hunter2" in each for each in told)


def test_a_refusal_is_no_fault_in_the_log(service: Service) -> None:
    answer = service.ask("GET", "/refused")
    lines = service.log.read_text().splitlines()
    [line] = [json.loads(each) for each in lines if answer.json["trace_id"] in each]
    assert (line["event"], line["level"], line["route"]) == ("request", "info", "/refused")
    assert line["code"] == 409


def test_the_answer_tells_what_a_refused_caller_needs_next(service: Service) -> None:
    assert service.ask("GET", "/me").headers["www-authenticate"].startswith("Bearer")
    assert service.ask("GET", "/away").headers["retry-after"] == "5"
    assert service.ask("DELETE", "/echo").headers["allow"] == "POST"


def test_a_head_request_has_the_headers_and_no_body(service: Service) -> None:
    with service.connect() as connection:
        connection.sendall(b"HEAD /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        head, _, body = everything(connection).partition(b"\r\n\r\n")
    assert b"200 OK" in head
    assert body == b""


def test_a_token_opens_the_doors_of_its_scopes(service: Service) -> None:
    answer = service.ask("GET", "/me", Authorization=token())
    assert answer.json == {"subject": "an", "actor": "an"}
    answer = service.ask("GET", "/me", Authorization=token(scope="centre"))
    assert answer.status == 403


@pytest.mark.parametrize("junk", ["Bearer " + "x" * 7000, "Bearer a.b.c", "Bearer ...", "Bearer é"])
def test_a_token_that_is_none_is_401(service: Service, junk: str) -> None:
    assert service.ask("GET", "/me", Authorization=junk).status == 401


def test_a_token_of_one_megabyte_is_refused_before_it_is_read(service: Service) -> None:
    sent = b"GET /me HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + b"x" * MB + b"\r\n\r\n"
    assert b" 400 " in service.raw(sent)[:20]
    assert service.lives()


def test_a_trace_is_continued_into_the_worker(service: Service) -> None:
    parent = f"00-{'a' * 32}-{'b' * 16}-01"
    assert service.ask("GET", "/trace", Traceparent=parent).json["worker"][3:35] == "a" * 32
    for odd in ("", "00-" + "0" * 32 + "-" + "b" * 16 + "-01", parent + "x", "ff" + parent[2:]):
        answer = service.ask("GET", "/trace", Traceparent=odd).json
        assert answer["worker"] == answer["request"] != odd


# What comes in.


def test_a_post_without_a_good_idempotency_key_is_told_so(service: Service) -> None:
    for key in ("", "a b", "x" * 129, "a,b"):
        answer = service.post("/echo", {}, key=key)
        assert answer.status == 422
        assert "Idempotency-Key" in answer.json["errors"]


def test_the_same_request_makes_the_same_id_and_another_caller_another(service: Service) -> None:
    ids = [service.post("/echo", {}, key="one").json["id"] for _ in range(2)]
    other = service.post("/echo", {}, key="one", Authorization=token(sub="bình")).json["id"]
    assert ids[0] == ids[1] != other


def test_a_repeated_request_gets_the_same_answer_marked_as_such(service: Service) -> None:
    first = service.post("/once", {"a": 1}, key="again")
    second = service.post("/once", {"a": 1}, key="again")
    assert (first.status, first.json) == (second.status, second.json)
    assert "idempotency-replayed" not in first.headers
    assert second.headers["idempotency-replayed"] == "true"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422),
        (b"{", 422),
        (b"\xff\xfe", 422),
        (b'{"a": NaN}', 422),
        (b'{"a": 1e999}', 422),
        (b'{"a": 99999999999999999999}', 422),
        (b"9" * 5000, 422),
        (b'{"a": 1, "a": 2}', 422),
        (b'"\\ud800"', 422),
        (b'"\\u0000"', 422),
        (b"[" * 21 + b"]" * 21, 422),
        (b"[" * 500_000, 422),
        (b'{"a":' * 100_000, 422),
        (b"[" * 20 + b"]" * 20, 201),
        (b"null", 201),
    ],
)
def test_json_that_is_not_plain_is_refused_in_good_order(
    service: Service, body: bytes, status: int
) -> None:
    assert service.post("/echo", body, Content_Type="application/json").status == status


@pytest.mark.parametrize("kind", ["", "text/plain", "application/json; charset=latin-1", "x" * 99])
def test_a_body_that_is_not_declared_as_json_is_415(service: Service, kind: str) -> None:
    assert service.post("/echo", b"{}", Content_Type=kind).status == 415


def test_wrong_fields_are_named_by_their_path_in_the_callers_language(service: Service) -> None:
    body = {"applicant": {"name": 7, "x": 1}, "copies": "many"}
    vi = service.post("/strict", body).json["errors"]
    en = service.post("/strict", body, Accept_Language="en").json["errors"]
    assert set(vi) == set(en) == {"applicant.name", "applicant.phone", "applicant.x", "copies"}
    assert vi["applicant.phone"] == ["Thiếu thông tin bắt buộc."]
    assert en["applicant.phone"] == ["Missing data for required field."]


def chunked(body: bytes, piece: int = 65536) -> bytes:
    pieces = [body[at : at + piece] for at in range(0, len(body), piece)]
    return b"".join(b"%x\r\n%s\r\n" % (len(each), each) for each in pieces) + b"0\r\n\r\n"


def head(path: str, *more: str) -> bytes:
    lines = [
        f"POST {path} HTTP/1.1",
        "Host: a",
        f"Authorization: {token()}",
        "Idempotency-Key: k",
        "Content-Type: application/json",
        *more,
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n"


@pytest.mark.parametrize(("size", "status"), [(MB - 2, 201), (MB + 1, 413), (30 * MB, 413)])
def test_a_body_is_counted_whatever_it_says_of_itself(
    service: Service, size: int, status: int
) -> None:
    body = b'"' + b"a" * size + b'"' if status == 201 else b"a" * size
    body = body[:MB] if status == 201 else body
    assert service.post("/echo", body, Content_Type="application/json").status == status
    with service.connect() as connection:
        with suppress(ConnectionError):
            connection.sendall(head("/echo", "Transfer-Encoding: chunked") + chunked(body))
        assert b" %d " % status in everything(connection)[:20]


def test_a_large_file_streams_through_its_own_door(service: Service) -> None:
    body = os.urandom(25 * MB)
    assert service.post("/upload", body).json["size"] == 25 * MB
    assert service.post("/upload", body + b"x").status == 413
    with service.connect() as connection:
        connection.sendall(head("/upload", "Transfer-Encoding: chunked") + chunked(body))
        assert b'"size": 26214400' in everything(connection)


@pytest.mark.parametrize(
    "header",
    [
        "X-Filename: Nguyễn Thị Đào à.pdf",
        'Content-Disposition: attachment; filename="Nguyễn Thị Đào à.pdf"',
        'Content-Disposition: attachment; filename="Nguyễn Thị Đ\\ào à.pdf"',
    ],
)
def test_a_name_in_plain_utf_8_comes_through_every_layer(service: Service, header: str) -> None:
    with service.connect() as connection:
        connection.sendall(head("/upload", "Content-Length: 1", header) + b"x")
        assert "Nguyễn Thị Đào à.pdf".encode() in everything(connection)


def test_a_client_may_ask_before_it_sends(service: Service) -> None:
    with service.connect() as connection:
        connection.sendall(head("/echo", "Content-Length: 2", "Expect: 100-continue"))
        assert connection.recv(100).startswith(b"HTTP/1.1 100 ")
        connection.sendall(b"{}")
        assert b" 201 " in everything(connection)
    refused = b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"
    assert b" 401 " in service.raw(refused)[:20]


def test_a_download_streams_and_a_failing_one_is_seen_as_cut(service: Service) -> None:
    assert len(service.ask("GET", "/stream/100").body) == 100 * 65536
    assert service.ask("GET", "/cut/0").json["detail"] == "Đứt."
    cut = service.raw(b"GET /cut/9 HTTP/1.1\r\nHost: a\r\n\r\n")
    assert cut.startswith(b"HTTP/1.1 200")
    assert not cut.endswith(b"0\r\n\r\n")


def test_the_end_of_a_long_answer_does_not_wait_for_its_beginning_to_be_acknowledged(
    service: Service,
) -> None:
    connection = HTTPConnection("127.0.0.1", service.port, timeout=15)
    laps = []
    for _ in range(10):
        began = time.perf_counter()
        connection.request("GET", f"/hello?long={'x' * 8000}")
        assert len(taken(connection.getresponse()).body) > 8000
        laps.append(time.perf_counter() - began)
    connection.close()
    assert min(laps) < 0.03, laps


def test_pipelined_requests_are_answered_in_order(service: Service) -> None:
    sent = b"".join(b"GET /hello?n=%d HTTP/1.1\r\nHost: a\r\n\r\n" % number for number in range(20))
    found = service.raw(sent)
    places = [found.index(b'"n": "%d"' % number) for number in range(20)]
    assert places == sorted(places)


# Two readers must never disagree about where a request ends (fault 33).

LENGTH, CHUNKED = "Content-Length: 4", "Transfer-Encoding: chunked"
SMUGGLED = b"GET /hello?smuggled HTTP/1.1\r\nHost: a\r\n\r\n"


@pytest.mark.parametrize(
    "sent",
    [
        head("/echo", LENGTH, CHUNKED) + b"0\r\n\r\n",
        head("/echo", CHUNKED, LENGTH) + b"0\r\n\r\n",
        head("/echo", LENGTH, "Content-Length: 5") + b"null",
        head("/echo", LENGTH, LENGTH) + b"null",
        head("/echo", "Content-Length: 4, 4") + b"null",
        head("/echo", "Content-Length: +4") + b"null",
        head("/echo", "Content-Length: -4") + b"null",
        head("/echo", "Content-Length: 4_0") + b"null",
        head("/echo", "Content-Length: 0x4") + b"null",
        head("/echo", "Content-Length: ") + b"null",
        head("/echo", "Content-Length : 4") + b"null",
        head("/echo", " Content-Length: 4") + b"null",
        head("/echo", "X: a\r\n folded") + b"",
        head("/echo", "X: a\rContent-Length: 4") + b"null",
        head("/echo", "X: a\nContent-Length: 4") + b"null",
        head("/echo", "X: a\0b") + b"",
        head("/echo", "no colon") + b"",
        head("/echo", ": no name") + b"",
        head("/echo", "Host: b") + b"",
        head("/echo", CHUNKED, CHUNKED) + b"0\r\n\r\n",
        head("/echo", "Transfer-Encoding: xchunked") + b"0\r\n\r\n",
        head("/echo", "Transfer-Encoding: gzip, chunked") + b"0\r\n\r\n",
        head("/echo", "Transfer-Encoding: chunked, identity") + b"0\r\n\r\n",
        head("/echo", "Transfer-Encoding: \x0bchunked") + b"0\r\n\r\n",
        head("/echo", "Transfer-Encoding:\tidentity") + b"null",
        head("/echo", CHUNKED) + b"+4\r\nnull\r\n0\r\n\r\n",
        head("/echo", CHUNKED) + b"-4\r\nnull\r\n0\r\n\r\n",
        head("/echo", CHUNKED) + b"0x4\r\nnull\r\n0\r\n\r\n",
        head("/echo", CHUNKED) + b" 4\r\nnull\r\n0\r\n\r\n",
        head("/echo", CHUNKED) + b"4 \r\nnull\r\n0\r\n\r\n",
        head("/echo", CHUNKED) + b"4\nnull\r\n0\r\n\r\n",
        head("/echo", CHUNKED) + b"4;a\nb\r\nnull\r\n0\r\n\r\n",
        head("/echo", CHUNKED) + b"4\r\nnullXX0\r\n\r\n",
        head("/echo", CHUNKED) + b"4\r\nnull" + SMUGGLED,
        head("/echo", CHUNKED) + b"123456789\r\nnull\r\n0\r\n\r\n",
        head("/echo", CHUNKED) + b"z\r\n",
        head("/echo", CHUNKED) + b"4;" + b"a" * 9000 + b"\r\nnull\r\n0\r\n\r\n",
        head("/echo", CHUNKED) + b"4\r\nnull\r\n0\r\nX: a\n" + SMUGGLED,
        head("/echo", CHUNKED) + b"4\r\nnull\r\n0\r\n" + b"X: a\r\n" * 9000,
        b"GET /hello HTTP/1.1\r\n\r\n",
        b"GET /hello HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"GET /hello\r\n\r\n",
        b"GET  /hello HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /hel lo HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /hello\x0bHTTP/1.1 HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /hello HTTP/1.1\nHost: a\n\n",
        b"GET /hello HTTP/2.0\r\nHost: a\r\n\r\n",
        b"get /hello HTTP/1.1\r\nHost: a\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n",
        b"GET /" + b"a" * 8192 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /hello HTTP/1.1\r\nHost: a\r\n" + b"X: y\r\n" * 101 + b"\r\n",
        b"GET /hello HTTP/1.1\r\nHost: a\r\nX: " + b"y" * 9000 + b"\r\n\r\n",
    ],
)
def test_a_request_that_two_readers_could_read_differently_is_refused(
    service: Service, sent: bytes
) -> None:
    found = service.raw(sent + SMUGGLED)
    assert found.startswith(b"HTTP/1.1 400 ")
    assert found.count(b"HTTP/1.1 ") == 1
    assert b"application/problem+json" in found
    assert b"smuggled" not in found


def test_an_underscore_is_no_hyphen(service: Service) -> None:
    answer = service.ask("GET", "/hello", Accept_Language="en")
    assert answer.json["language"] == "en"
    sent = b"GET /hello HTTP/1.1\r\nHost: a\r\nAccept_Language: en\r\n\r\n"
    assert b'"language": "vi"' in service.raw(sent)


# What it survives.


def test_a_client_that_stops_half_way_leaves_no_half_body(service: Service) -> None:
    with service.connect() as connection:
        connection.sendall(head("/echo", "Content-Length: 100") + b'{"a": 1}')
        connection.shutdown(socket.SHUT_WR)
        assert b" 400 " in everything(connection)[:20]


def test_clients_that_go_away_early_harm_nobody(service: Service) -> None:
    stages = [
        b"",
        b"GET /hel",
        b"GET /hello HTTP/1.1\r\nHo",
        GOOD,
        head("/echo", "Content-Length: 100") + b"{",
        head("/echo", CHUNKED) + b"4\r\nnu",
        b"GET /stream/200 HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /slow/0.02 HTTP/1.1\r\nHost: a\r\n\r\n",
    ]
    for turn in range(200):
        connection = service.connect()
        connection.sendall(stages[turn % len(stages)])
        if turn % 2:
            # A reset, not an orderly end.
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        connection.close()
    assert service.lives()
    assert "a connection failed" not in service.log.read_text()


def test_a_dripping_client_is_cut_and_others_do_not_wait(start: Start) -> None:
    """Fault 32: 500 at once, each sending a byte before any single read would time out."""
    service = start(header_seconds=2, socket_seconds=2)
    stop = threading.Event()
    herd = [service.connect() for _ in range(500)]

    def drip() -> None:
        while not stop.wait(0.4):
            for each in herd:
                with suppress(OSError):
                    each.send(b"G")

    dripping = threading.Thread(target=drip)
    dripping.start()
    try:
        began, times = time.monotonic(), []
        while time.monotonic() - began < 3:
            asked = time.monotonic()
            assert service.ask("GET", "/hello").status == 200
            times.append(time.monotonic() - asked)
        assert sorted(times)[int(len(times) * 0.99)] < 1
    finally:
        stop.set()
        dripping.join()
    print(f"slowloris x500: {len(times)} good requests, slowest {max(times) * 1000:.0f} ms")
    assert all(is_over(each) for each in herd)


def is_over(connection: socket.socket) -> bool:
    connection.settimeout(0.1)
    with suppress(ConnectionError):
        return connection.recv(1) == b""
    return True


@pytest.mark.parametrize("slowly", [GOOD[:20], b"", head("/echo", "Content-Length: 9") + b"{"])
def test_nobody_may_take_for_ever(start: Start, slowly: bytes) -> None:
    service = start(header_seconds=1, body_seconds=1)
    began = time.monotonic()
    with service.connect() as connection:
        connection.sendall(slowly)
        found = everything(connection, silence=5)
    assert time.monotonic() - began < 4
    assert found == b"" or b" 408 " in found[:20]
    assert service.lives()


def test_a_client_that_does_not_take_its_answer_is_cut_off(start: Start) -> None:
    service = start(connections=1, socket_seconds=1)
    with service.connect() as deaf:
        deaf.sendall(b"GET /stream/2000 HTTP/1.1\r\nHost: a\r\n\r\n")
        time.sleep(0.5)
        assert service.ask("GET", "/hello").status == 503
        time.sleep(2)
        assert service.lives()


def test_beyond_the_cap_a_connection_is_turned_away_and_later_taken(start: Start) -> None:
    service = start(max_workers=20, connections=5)
    with ThreadPoolExecutor(5) as pool:
        held = [pool.submit(service.ask, "GET", "/slow/1.5") for _ in range(5)]
        time.sleep(0.7)
        answer = service.raw(GOOD)
        assert answer.startswith(b"HTTP/1.1 503 ")
        assert b"Retry-After: " in answer
        assert b"application/problem+json" in answer
        assert [each.result().status for each in held] == [200] * 5
    assert service.lives()


def test_an_idle_connection_gives_its_place_to_a_new_one(start: Start) -> None:
    service = start(connections=5)
    idle = [service.connect() for _ in range(8)]
    assert service.lives()
    assert sum(is_over(each) for each in idle[:4]) >= 3


def test_when_all_workers_are_busy_a_request_is_sent_away_within_two_seconds(start: Start) -> None:
    service = start(max_workers=2)
    with ThreadPoolExecutor(2) as pool:
        held = [pool.submit(service.ask, "GET", "/slow/3") for _ in range(2)]
        time.sleep(0.5)
        began = time.monotonic()
        answer = service.ask("GET", "/hello")
        assert answer.status == 503
        assert int(answer.headers["retry-after"]) > 0
        assert 0.9 < time.monotonic() - began < 2
        assert [each.result().status for each in held] == [200, 200]
    assert service.lives()


def test_a_handler_is_stopped_at_its_limit_and_its_worker_is_free_again(start: Start) -> None:
    service = start(max_workers=1, handler_seconds=0.3)
    for _ in range(3):
        assert service.ask("GET", "/slow/30").status == 503
    assert service.ask("GET", "/bell").status == 503
    assert service.lives()


def test_on_sigterm_requests_in_flight_get_their_whole_answers(start: Start) -> None:
    """P7: nothing new is taken, what has begun is finished, and then the process ends."""
    service = start(max_workers=10)
    idle = service.connect()
    half = service.connect()
    half.sendall(head("/echo", "Content-Length: 4") + b"nu")
    with ThreadPoolExecutor(6) as pool:
        held = [pool.submit(service.ask, "GET", "/slow/1.5") for _ in range(5)]
        held.append(pool.submit(service.ask, "GET", "/stream/300"))
        time.sleep(0.7)
        service.process.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        with pytest.raises(ConnectionError):
            service.connect()
        half.sendall(b"ll")
        assert b" 201 " in everything(half)[:20]
        assert everything(idle) == b""
        answers = [each.result() for each in held]
    assert [each.status for each in answers] == [200] * 6
    assert len(answers[-1].body) == 300 * 65536
    assert service.process.wait(5) == 0


def test_one_that_will_not_end_does_not_hold_up_the_end_for_ever(start: Start) -> None:
    service = start(drain_seconds=1)
    connection = service.connect()
    connection.sendall(head("/echo", "Content-Length: 4") + b"nu")
    time.sleep(0.3)
    service.process.send_signal(signal.SIGTERM)
    assert service.process.wait(5) == 0
    connection.close()


def test_a_flood_of_parallel_requests_is_answered_to_the_last(service: Service) -> None:
    with ThreadPoolExecutor(50) as pool:
        answers = list(
            pool.map(lambda _: service.post("/once", {"a": 1}, key="hundred"), range(100))
        )
    assert {each.status for each in answers} == {201}
    assert len({each.body for each in answers}) == 1
