"""Sealing a text under a data key of its own, and opening it again."""

import os
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from foundation.errors import Refused
from foundation.vault.key_wrapper import KeyWrapper

NONCE = 12
BLOCK = 1024
"""A sealed text is as long as the next multiple of this: its length tells nothing about it."""


@dataclass(frozen=True)
class Sealed:
    """A text that only the vault reads: encrypted, with its data key wrapped by `master`.

    Without a wrapped key it is erased: nobody can read it again.
    """

    text: bytes = b""
    key: bytes = b""
    master: str = ""

    @property
    def erased(self) -> bool:
        """Whether the key is gone, and with it the text."""
        return not self.key

    def without_key(self) -> "Sealed":
        """The same after its erasure: neither key nor ciphertext is left."""
        return Sealed()


def seal_text(text: str, about: str, wrapper: KeyWrapper) -> Sealed:
    """The text under a fresh data key; it opens only as the one `about` this thing."""
    key, nonce = AESGCM.generate_key(bit_length=256), os.urandom(NONCE)
    cipher = AESGCM(key).encrypt(nonce, _padded(text), about.encode())
    wrapped, master = wrapper.wrap(key, about)
    return Sealed(text=nonce + cipher, key=wrapped, master=master)


def open_sealed(sealed: Sealed, about: str, wrapper: KeyWrapper) -> str:
    """The text that was sealed about this thing.

    Raises:
        Refused: it was erased, or it is not what was sealed.
        Unavailable: its master key is not there.
    """
    if sealed.erased:
        raise Refused(
            "Thông tin này đã được xóa vĩnh viễn: khóa của nó không còn.",
            "This was erased for good: its key no longer exists.",
        )
    key = wrapper.unwrap(sealed.key, sealed.master, about)
    try:
        plain = AESGCM(key).decrypt(sealed.text[:NONCE], sealed.text[NONCE:], about.encode())
    except (InvalidTag, ValueError) as error:
        raise broken() from error
    return plain.rstrip(b"\0").decode()


def broken() -> Refused:
    """What is sealed was changed, moved from another thing, or wrapped by a key of the same name.

    The error says nothing of the content: nothing of it was read.
    """
    return Refused(
        "Dữ liệu được bảo vệ đã bị thay đổi hoặc khóa không khớp: hãy báo người quản trị "
        "và khôi phục từ bản sao lưu.",
        "What is sealed was changed, or the key does not match: tell the operator, and restore "
        "it from a backup.",
    )


def _padded(text: str) -> bytes:
    plain = text.encode()
    return plain + b"\0" * (-len(plain) % BLOCK)
