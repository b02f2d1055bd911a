"""The access token of a Zalo official account: from a file, or renewed by us (OAuth v4)."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from foundation.settings.watched_file import WatchedFile
from services.notifications.outside.http_call import FORM, call
from services.notifications.outside.provider import ProviderAddress, read_address

if TYPE_CHECKING:
    from services.notifications.domain.provider_token import ProviderToken

RENEWED_AT, RENEWAL_PATH = "zalo+https://oauth.zaloapp.com", "/v4/oa/access_token"
SHORTEST_LIFE, USUAL_LIFE, LONGEST_LIFE = 60, 90_000, 90 * 86_400


@dataclass(frozen=True, kw_only=True)
class RenewalAnswer:
    """What Zalo answered: both tokens, or the reason why it gave none.

    `refused` says that Zalo itself said no: the refresh token was used before, or is no more.
    """

    access: str = field(default="", repr=False)
    refresh: str = field(default="", repr=False)
    lifetime: timedelta = timedelta()
    reason: str = ""
    refused: bool = False


class TokenOfFile:
    """The file of an access token that somebody else renews; read again whenever it changes."""

    def __init__(self, path: str) -> None:
        """Reads it; OSError or ValueError if it is none."""
        self._file = _watched(path, "zalo_token_unreadable")

    def value(self) -> str:
        """As the file has it now."""
        return self._file.value()

    def refuse(self) -> None:
        """Whoever renews the file knows when."""


class RenewedToken:
    """An access token that we renew: `app=ID&secret=FILE&refresh=FILE` of the provider's address.

    It holds what is stored in the database (`domain/provider_token.py`), and asks Zalo.
    """

    def __init__(self, address: ProviderAddress) -> None:
        """Reads both files; OSError, ValueError or KeyError if one is none, or is not named."""
        options = address.options
        self._app = options["app"]
        self._secret = _watched(options["secret"], "zalo_secret_unreadable")
        self._refresh = _watched(options["refresh"], "zalo_refresh_token_unreadable")
        there = read_address(options.get("oauth", RENEWED_AT))
        self._there = replace(there, patience=address.patience)
        self._held, self.renewal, self.refused = "", 0, False
        self.unstored: tuple[ProviderToken, RenewalAnswer] | None = None
        """What was given and could not be stored yet: nobody else has it."""

    def value(self) -> str:
        """What is held."""
        return self._held

    def hold(self, access: str, renewal: int) -> None:
        """Use this one, of the renewal of that number, from the next message on."""
        self.refused = self.refused and renewal == self.renewal
        self._held, self.renewal = access, renewal

    def refuse(self) -> None:
        """Zalo does not know what is held: to be renewed before its time."""
        self.refused = True

    def first_refresh_token(self) -> tuple[str, str]:
        """The one that the operator put into the file, and what tells it from another."""
        token = self._refresh.value()
        return token, hashlib.sha256(token.encode()).hexdigest()[:16]

    def ask(self, refresh: str) -> RenewalAnswer:
        """Ask for the next tokens; uses up the refresh token."""
        asked = {"refresh_token": refresh, "app_id": self._app, "grant_type": "refresh_token"}
        headers = {**FORM, "secret_key": self._secret.value()}
        path = self._there.path or RENEWAL_PATH
        reply = call(self._there, path, urlencode(asked), headers)
        return _answer(reply.json, reply.reason)


def token_of(address: ProviderAddress) -> TokenOfFile | RenewedToken:
    """How the address says that its token comes."""
    return (
        RenewedToken(address) if "app" in address.options else TokenOfFile(address.options["token"])
    )


def _answer(said: Mapping[str, Any], reason: str) -> RenewalAnswer:
    access, refresh = said.get("access_token"), said.get("refresh_token")
    if isinstance(access, str) and isinstance(refresh, str) and access and refresh:
        return RenewalAnswer(access=access, refresh=refresh, lifetime=_life(said))
    error = said.get("error")
    if isinstance(error, int) and error:
        return RenewalAnswer(reason=f"zalo {error}", refused=True)
    return RenewalAnswer(reason=reason)


def _life(said: Mapping[str, Any]) -> timedelta:
    """How long it is good for: Zalo says so in seconds, as a text."""
    told = str(said.get("expires_in", ""))
    seconds = int(told[:9]) if told.isascii() and told.isdigit() else USUAL_LIFE
    return timedelta(seconds=min(max(seconds, SHORTEST_LIFE), LONGEST_LIFE))


def _watched(path: str, complaint: str) -> WatchedFile[str]:
    file = WatchedFile[str](
        Path(path),
        lambda found: found.read_text(encoding="ascii").strip(),
        at_first="",
        complaint=complaint,
    )
    file.load()
    return file
