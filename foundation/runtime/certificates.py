"""Metrics of when the TLS certificates of the servers we use expire.

Only what is asked over TLS has one. Nothing is trusted here: the connections that carry data
check what they must; this one looks at a date, and says when somebody has to act.
"""

import socket
import ssl
from collections.abc import Sequence
from urllib.parse import urlsplit

from cryptography import x509
from pymongo.uri_parser import parse_uri

from foundation.concurrency import green
from foundation.observability import metrics
from foundation.observability.logs import log
from foundation.settings import Settings, variables

LOOK_EVERY = 3600.0
ANSWER_WITHIN = 10.0
PORTS = {"amqps": 5671, "https": 443}

Neighbour = tuple[str, str, int]
"""What it is to us, its host, its port."""


def neighbours(settings: Settings) -> list[Neighbour]:
    """Whom this process speaks to over TLS."""
    found = []
    for each in variables(type(settings)).values():
        peer, parts = each.metadata["neighbour"], urlsplit(str(getattr(settings, each.name)))
        if peer and parts.scheme in PORTS:
            found.append((peer, parts.hostname or "", parts.port or PORTS[parts.scheme]))
    return found + _database(settings.mongo_url)


def look_for_ever(service: str, found: Sequence[Neighbour]) -> None:
    """Look now and every hour, for `service`."""
    while found:
        look(service, found)
        green.sleep(LOOK_EVERY)


def look(service: str, found: Sequence[Neighbour]) -> None:
    """Show for each kind of neighbour when its first certificate runs out.

    One that does not answer keeps what it showed before: that it is away is told elsewhere.
    """
    earliest: dict[str, float] = {}
    for peer, host, port in found:
        try:
            ends = expiry(host, port)
        except (OSError, ValueError) as error:
            log.warning("certificate_not_seen", peer=peer, reason=type(error).__name__)
            continue
        earliest[peer] = min(ends, earliest.get(peer, ends))
    for peer, ends in earliest.items():
        metrics.CERTIFICATE_EXPIRES.labels(service, peer).set(ends)


def expiry(host: str, port: int) -> float:
    """When the certificate shown there runs out, in seconds since 1970.

    Raises:
        OSError: nobody answers, or not in TLS.
        ValueError: what is shown is no certificate.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with (
        socket.create_connection((host, port), timeout=ANSWER_WITHIN) as plain,
        context.wrap_socket(plain, server_hostname=host) as secured,
    ):
        shown = secured.getpeercert(binary_form=True) or b""
    return x509.load_der_x509_certificate(shown).not_valid_after_utc.timestamp()


def _database(url: str) -> list[Neighbour]:
    if not url.startswith("mongodb://"):
        return []  # an SRV name would have to be looked up, which our settings do not allow
    parsed = parse_uri(url)
    if not parsed["options"].get("tls"):
        return []
    return [("database", host, port) for host, port in parsed["nodelist"]]
