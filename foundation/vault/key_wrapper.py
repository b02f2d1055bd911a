"""The master key: what wraps and unwraps data keys. From a file, or a key management system."""

import base64
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from hmac import digest
from pathlib import Path
from typing import Any, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from foundation.errors import Unavailable

NONCE, BYTES = 12, 32


class KeyWrapper(Protocol):
    """What a key management system has to do; the master key itself never leaves it.

    `about` is the thing a key belongs to: a wrapped key opens for no other.
    """

    def wrap(self, key: bytes, about: str) -> tuple[bytes, str]:
        """The data key wrapped by the master key of today, and the name of that master key.

        Raises:
            Unavailable: the system does not answer, or there is no master key.
        """
        ...

    def unwrap(self, wrapped: bytes, master: str, about: str) -> bytes:
        """The data key again.

        Raises:
            Unavailable: the system does not answer, or does not have this master key.
        """
        ...

    def mark(self, text: str) -> str:
        """A name for the text that nobody without the master key can make or try out (HMAC)."""
        ...


@dataclass(frozen=True)
class FileKeys:
    """Master keys of a file, the newest first: it wraps, and all of them unwrap."""

    keys: Mapping[str, bytes]

    def wrap(self, key: bytes, about: str) -> tuple[bytes, str]:
        """Wrap by the first key (AES-256-GCM)."""
        name = self._newest()
        nonce = os.urandom(NONCE)
        return nonce + AESGCM(self.keys[name]).encrypt(nonce, key, about.encode()), name

    def unwrap(self, wrapped: bytes, master: str, about: str) -> bytes:
        """Unwrap by the key of that name."""
        if master not in self.keys:
            raise _no_key()
        try:
            return AESGCM(self.keys[master]).decrypt(
                wrapped[:NONCE], wrapped[NONCE:], about.encode()
            )
        except (InvalidTag, ValueError) as error:
            raise _no_key() from error

    def mark(self, text: str) -> str:
        """HMAC-SHA256 of the text, with a key made from the first master key for this alone."""
        own = digest(self.keys[self._newest()], b"motcua mark", sha256)
        return digest(own, text.encode(), sha256).hex()

    def _newest(self) -> str:
        if not self.keys:
            raise _no_key()
        return next(iter(self.keys))


def read_master_keys(path: Path) -> FileKeys:
    """The keys of a file as `new_master_keys` makes it: `{"keys": [{"id": …, "key": base64}]}`.

    Raises:
        OSError, ValueError, LookupError, TypeError: there is no such file, or it is none.
    """
    entries = json.loads(path.read_text(encoding="utf-8"))["keys"]
    keys = {str(each["id"]): base64.b64decode(each["key"], validate=True) for each in entries}
    if not keys or any(len(key) != BYTES for key in keys.values()):
        raise ValueError(f"each key must have {BYTES} bytes, and there must be one")
    return FileKeys(keys)


def new_master_keys(before: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The content of a file of keys: a fresh one before those there were, which go on opening."""
    older = list((before or {}).get("keys", []))
    number = 1 + max((int(each["id"].rpartition(".")[2]) for each in older), default=0)
    fresh = {"id": f"vault.{number}", "key": base64.b64encode(os.urandom(BYTES)).decode()}
    return {"keys": [fresh, *older]}


def _no_key() -> Unavailable:
    return Unavailable(
        "Không có khóa chính để mở dữ liệu được bảo vệ: người quản trị hãy kiểm tra "
        "tệp VAULT_KEYS.",
        "The master key that opens what is protected is not there: the operator should check the "
        "file VAULT_KEYS.",
    )
