"""The mailbox that bounces come back to, read over IMAP: `imaps://user:password@host/INBOX`.

A bounce holds the reader's address, so what was heeded is removed from the mailbox. What nobody
could read stays there, marked as seen, for a person to look at.
"""

import imaplib
import ssl
from collections.abc import Callable, Sequence
from contextlib import suppress

from services.notifications.domain.receipt import ProviderReport
from services.notifications.outside.bounces import LARGEST_BOUNCE, read_bounce
from services.notifications.outside.provider import ProviderAddress

MOST_AT_ONCE = 50
IMAP_PORT, IMAPS_PORT = 143, 993
Heed = Callable[[Sequence[ProviderReport]], None]


class BounceMailbox:
    """One mailbox; at most 50 bounces are read at a time, of each at most 256 KB."""

    def __init__(self, address: ProviderAddress) -> None:
        """`imap://` is for a server on the same machine: the password crosses the line."""
        self.address = address

    def read(self, heed: Heed) -> int | None:
        """Give each new bounce to `heed`, then remove it; how many, None if the server is away.

        Whoever dies in between reads the same again, which has no second effect.
        """
        try:
            server = self._connect()
        except (OSError, imaplib.IMAP4.error):
            return None
        try:
            return self._read_all(server, heed)
        except (OSError, imaplib.IMAP4.error):
            return None
        finally:
            with suppress(OSError, imaplib.IMAP4.error):
                server.logout()

    def _connect(self) -> imaplib.IMAP4:
        host, patience = self.address.host, self.address.patience
        server: imaplib.IMAP4
        if self.address.scheme == "imaps":
            trust = ssl.create_default_context()
            port = self.address.port or IMAPS_PORT
            server = imaplib.IMAP4_SSL(host, port, ssl_context=trust, timeout=patience)
        else:
            server = imaplib.IMAP4(host, self.address.port or IMAP_PORT, timeout=patience)
        server.login(self.address.user, self.address.password)
        return server

    def _read_all(self, server: imaplib.IMAP4, heed: Heed) -> int:
        folder = self.address.path.strip("/") or "INBOX"
        chosen, _ = server.select(f'"{folder}"')
        if chosen != "OK":
            return 0
        _, found = server.uid("SEARCH", "UNSEEN")
        numbers = found[0].split()[:MOST_AT_ONCE] if found and found[0] else []
        for number in numbers:
            self._read_one(server, number.decode(), heed)
        server.expunge()
        return len(numbers)

    def _read_one(self, server: imaplib.IMAP4, number: str, heed: Heed) -> None:
        _, answer = server.uid("FETCH", number, f"(BODY.PEEK[]<0.{LARGEST_BOUNCE}>)")
        raw = next((each[1] for each in answer if isinstance(each, tuple)), b"")
        reports = read_bounce(raw)
        heed(reports)
        server.uid("STORE", number, "+FLAGS", r"(\Seen \Deleted)" if reports else r"(\Seen)")
