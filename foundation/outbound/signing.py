"""Signatures of Standard Webhooks: Ed25519 (`v1a`) and HMAC-SHA-256 (`v1`).

Signed is `id.timestamp.body`. The library signs by HMAC; Ed25519 it does not know, so that is
written here after the specification (1.0.0), as are the spellings of its keys: `whsk_` and
`whpk_` before the base64 of the private and the public key, `whsec_` before a shared secret.
"""

import base64
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from standardwebhooks import Webhook

ED25519, HMAC = "ed25519", "hmac"
SECRET_BYTES = 32
_PRIVATE, _PUBLIC, _SHARED = "whsk_", "whpk_", "whsec_"


@dataclass(frozen=True, kw_only=True)
class KeyPair:
    """What we sign with, and what the receiver verifies with: of HMAC that is the same."""

    secret: str
    public: str = ""


def new_key(kind: str) -> KeyPair:
    """A fresh key of the kind `ed25519` or `hmac`."""
    if kind == HMAC:
        shared = base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()
        return KeyPair(secret=_SHARED + shared)
    key = Ed25519PrivateKey.generate()
    public = base64.b64encode(key.public_key().public_bytes_raw()).decode()
    private = base64.b64encode(key.private_bytes_raw()).decode()
    return KeyPair(secret=_PRIVATE + private, public=_PUBLIC + public)


def signature_headers(
    keys: Iterable[str], message_id: str, now: datetime, body: bytes
) -> dict[str, str]:
    """The three headers of a message, signed with each of the secrets, newest first."""
    signed = " ".join(_sign(key, message_id, now, body) for key in keys)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": signed,
    }


def _sign(key: str, message_id: str, now: datetime, body: bytes) -> str:
    if key.startswith(_SHARED):
        return _shared(key).sign(message_id, now, body.decode())
    text = f"{message_id}.{int(now.timestamp())}.".encode() + body
    return "v1a," + base64.b64encode(_private(key).sign(text)).decode()


@lru_cache(1000)
def _private(key: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(base64.b64decode(key.removeprefix(_PRIVATE)))


@lru_cache(1000)
def _shared(key: str) -> Webhook:
    return Webhook(key)
