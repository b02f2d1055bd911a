"""The client of targets over real TLS: the name counts, wherever the connection goes."""

import socket
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from foundation.outbound import OutboundClient
from foundation.outbound.addresses import read_networks
from foundation.outbound.pools import TargetPools
from foundation.outbound.resolver import CheckedResolver
from foundation.outbound.target import OutboundTarget
from tests.processes import until

NAME = "hook.example.vn"


class Secure:
    """A TLS server with a certificate for NAME; what it was asked for."""

    def __init__(self, folder: Path) -> None:
        self.names: list[str | None] = []
        self.hosts: list[str] = []
        self.certificate = folder / "certificate.pem"
        _write_certificate(self.certificate)
        seen = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                seen.hosts.append(self.headers["Host"])
                self.send_response(302)
                self.send_header("Location", "https://127.0.0.1/")
                self.send_header("Content-Length", "4")
                self.end_headers()
                self.wfile.write(b"else")

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate)
        context.sni_callback = lambda _socket, name, _context: self.names.append(name)
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.handle_error = lambda *_: None  # type: ignore[method-assign]
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def target(self, host: str) -> OutboundTarget:
        return OutboundTarget(scheme="https", host=host, port=self.port, path="/x")


def _write_certificate(path: Path) -> None:
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))


@pytest.fixture
def secure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Secure]:
    made = Secure(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(made.certificate))
    yield made
    made.server.shutdown()


def client(*addresses: str, inside: str = "127.0.0.0/8") -> OutboundClient:
    return OutboundClient(CheckedResolver(read_networks(inside), lambda _: addresses))


def test_the_name_stands_in_tls_and_host_and_the_address_is_the_one_looked_at(
    secure: Secure,
) -> None:
    caller = client("127.0.0.1")
    for _ in range(2):
        answer = caller.call("POST", secure.target(NAME), {}, b"{}")
        assert (answer.status, answer.trouble, answer.excerpt) == (302, "", "else")
    assert secure.hosts == [f"{NAME}:{secure.port}"] * 2
    assert secure.names == [NAME], "one connection carries both calls"


def test_a_certificate_of_another_name_is_no_proof(secure: Secure) -> None:
    answer = client("127.0.0.1").call("POST", secure.target("other.example.vn"), {}, b"{}")
    assert (answer.status, answer.trouble) == (0, "tls")
    assert secure.hosts == []


def test_what_cannot_be_called_says_why_in_a_word(secure: Secure) -> None:
    def trouble(caller: OutboundClient, target: OutboundTarget) -> str:
        return caller.call("POST", target, {}, b"{}").trouble

    assert trouble(client("127.0.0.1", inside=""), secure.target(NAME)) == "address"
    assert trouble(client(), secure.target(NAME)) == "name"
    closed = OutboundTarget(scheme="https", host=NAME, port=1, path="/")
    assert trouble(client("127.0.0.1"), closed) == "connect"
    assert secure.hosts == []


def test_a_connection_that_was_made_for_one_name_carries_no_call_for_another(
    secure: Secure,
) -> None:
    caller = client("127.0.0.1")
    assert caller.call("POST", secure.target(NAME), {}, b"{}").status == 302
    other = caller.call("POST", secure.target("other.example.vn"), {}, b"{}")
    assert (other.status, other.trouble) == (0, "tls")
    assert secure.names == [NAME, "other.example.vn"]


def test_a_connection_that_the_other_side_closed_meanwhile_is_not_used_again() -> None:
    pool = TargetPools(2, 2, ssl.create_default_context())
    with socket.create_server(("127.0.0.1", 0)) as server:
        target = OutboundTarget(scheme="http", host="a", port=server.getsockname()[1], path="/")
        connection = pool.of(target, "127.0.0.1").ConnectionCls("127.0.0.1", port=target.port)
        assert not connection.is_connected
        connection.connect()
        there, _ = server.accept()
        assert connection.is_connected
        there.close()
        until(lambda: not connection.is_connected, within=10)
        connection.close()


def test_the_longest_unused_pool_goes() -> None:
    pools = TargetPools(2, 2, ssl.create_default_context())
    targets = [
        OutboundTarget(scheme="https", host=f"{each}.example.vn", port=443, path="/")
        for each in "abc"
    ]
    first, second, _ = (pools.of(each, "127.0.0.1") for each in targets)
    assert pools.of(targets[1], "127.0.0.1") is second
    assert pools.of(targets[0], "127.0.0.1") is not first
    assert pools.of(targets[1], "127.0.0.2") is not second


def test_a_request_is_sent_in_one_piece() -> None:
    heard: list[bytes] = []

    def answer(server: socket.socket) -> None:
        there, _ = server.accept()
        for _ in range(2):
            heard.append(there.recv(65536))
            there.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")
        there.close()

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=answer, args=(server,), daemon=True).start()
        port = server.getsockname()[1]
        target = OutboundTarget(scheme="http", host="127.0.0.1", port=port, path="/x?y=1")
        caller = client()
        answers = [caller.call("POST", target, {"A": "b"}, body) for body in (b"{}" * 900, b"[]")]
    assert [each.status for each in answers] == [204, 204]
    for whole, body in zip(heard, (b"{}" * 900, b"[]"), strict=True):
        head, _, rest = whole.partition(b"\r\n\r\n")
        assert rest == body
        assert head.startswith(b"POST /x?y=1 HTTP/1.1\r\n")
        assert f"Content-Length: {len(body)}".encode() in head
