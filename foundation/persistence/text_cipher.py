"""Encryption of single texts at rest: AES in CBC with an HMAC, as Fernet defines it.

    letters = TextCipher("new-key old-key")
    stored = letters.sealed("Kính gửi …")
    letters.opened(stored)

A key is any text of 16 characters or more. The first one seals; the others still open, so that a
key can be replaced: put the new one before the old one, and drop the old one when nothing sealed
with it is kept any more. A text that was stored before there was a key is read as it is.
"""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

MARK = "sealed:"
SHORTEST_KEY = 16


class Unreadable(Exception):
    """A text was sealed with a key that we do not have, or was changed."""


class TextCipher:
    """Seals and opens texts with the keys of a setting, parted by blanks."""

    def __init__(self, keys: str) -> None:
        """The first key seals.

        Raises:
            ValueError: there is none, or one is too short to keep a secret.
        """
        known = keys.split()
        if not known or any(len(each) < SHORTEST_KEY for each in known):
            raise ValueError(f"a key for texts has {SHORTEST_KEY} characters or more")
        self._fernet = MultiFernet([Fernet(_derived(each)) for each in known])

    def sealed(self, text: str) -> str:
        """The text as it is stored; nothing stays nothing. Its length stays legible."""
        if not text:
            return text
        return MARK + self._fernet.encrypt(text.encode()).decode("ascii")

    def opened(self, stored: str) -> str:
        """The text as it was.

        Raises:
            Unreadable: no key of ours opens it.
        """
        if not stored.startswith(MARK):
            return stored
        try:
            return self._fernet.decrypt(stored.removeprefix(MARK).encode()).decode()
        except InvalidToken as error:
            raise Unreadable("no key of the setting opens a stored text") from error


def _derived(key: str) -> bytes:
    """A key of the length that Fernet wants, out of a random text."""
    return base64.urlsafe_b64encode(hashlib.sha256(b"motcua text " + key.encode()).digest())
