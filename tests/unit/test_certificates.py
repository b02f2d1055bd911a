"""Whose certificate is looked at, and what is seen of it."""

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from socket import create_server, socket
from threading import Thread

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from prometheus_client import REGISTRY

from foundation.runtime.certificates import expiry, look, neighbours
from foundation.settings import read_settings
from services.documents.settings import DocumentsSettings
from services.intake.settings import IntakeSettings

ENDS = datetime(2031, 9, 15, 2, 30, tzinfo=UTC)
PLAIN = {
    "AMQP_URL": "amqp://intake:x@broker:5672/",
    "MONGO_URL": "mongodb://db:27017",
    "TOKEN_KEYS": "keys.json",
}


def settings(**changed: str) -> dict[str, str]:
    return PLAIN | changed


def test_who_is_asked_in_plain_has_no_certificate() -> None:
    assert neighbours(read_settings(IntakeSettings, "intake", settings())) == []


def test_every_neighbour_over_tls_is_looked_at_every_member_of_a_replica_set_too() -> None:
    told = settings(
        AMQP_URL="amqps://documents:x@broker/",
        MONGO_URL="mongodb://a:27018,b/?tls=true&replicaSet=r",
        S3_URL="https://files:9000",
        S3_ACCESS_KEY="k",
        S3_SECRET_KEY="s",  # noqa: S106 -- no secret of anybody
        BROKER_API_URL="https://watch:x@broker:15671",
    )
    assert neighbours(read_settings(DocumentsSettings, "documents", told)) == [
        ("broker", "broker", 5671),
        ("broker_api", "broker", 15671),
        ("files", "files", 9000),
        ("database", "a", 27018),
        ("database", "b", 27017),
    ]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[socket]:
    """Shows a certificate of its own making to whoever comes."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "broker")])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(ENDS - timedelta(days=90))
        .not_valid_after(ENDS)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "server.pem"
    kept = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, *kept)
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    with create_server(("127.0.0.1", 0)) as listener:
        Thread(target=_serve, args=(listener, context), daemon=True).start()
        yield listener


def _serve(listener: socket, context: ssl.SSLContext) -> None:
    while True:
        try:
            accepted, _ = listener.accept()
        except OSError:
            return
        with accepted, context.wrap_socket(accepted, server_side=True):
            pass


def test_the_end_of_a_certificate_is_read_without_trusting_it(server: socket) -> None:
    assert expiry(*server.getsockname()) == ENDS.timestamp()


def test_one_who_does_not_answer_spoils_nothing(server: socket) -> None:
    with create_server(("127.0.0.1", 0)) as gone:
        nobody = gone.getsockname()
    look("intake", [("files", *nobody), ("broker", *server.getsockname())])
    shown = "motcua_certificate_expiry_timestamp_seconds"
    assert (
        REGISTRY.get_sample_value(shown, {"service": "intake", "peer": "broker"})
        == ENDS.timestamp()
    )
    assert REGISTRY.get_sample_value(shown, {"service": "intake", "peer": "files"}) is None
