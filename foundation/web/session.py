"""The session of a person who signed in: who they are, sealed into a cookie of their browser.

Nothing of it is stored here: whoever has the session keys can read it and nobody can change it, so
each service at the same address knows the person, and none has to ask another. A session ends
when nothing was done for `IDLE`, and after `LONGEST` whatever was done; each answer of a page
renews it. The key file is a JWKS of symmetric keys: the first seals, all of them open, so a key is
changed by putting a new one before it.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from foundation.errors import Unavailable
from foundation.settings.watched_file import WatchedFile
from foundation.web.auth import Identity

IDLE, LONGEST = timedelta(minutes=30), timedelta(hours=8)
RENEW_AFTER = timedelta(minutes=2)
LONGEST_SEALED = 3500
"""A browser takes a cookie of 4 kB, name and all."""
_HEADER = {"alg": "dir", "enc": "A256GCM"}


@dataclass(frozen=True, kw_only=True)
class PageSession:
    """A signed-in person. `name` is what the page calls them, `provider` who vouches for them.

    `began` is when they signed in, `seen` when they were last heard of.
    """

    subject: str
    name: str
    provider: str
    scopes: tuple[str, ...]
    agency: str = ""
    began: datetime
    seen: datetime

    @property
    def until(self) -> datetime:
        """When it ends if nothing more is done."""
        return min(self.seen + IDLE, self.began + LONGEST)

    def who(self) -> "SignedIn":
        """The person as the routes know callers."""
        return SignedIn(self.subject, frozenset(self.scopes), self.agency, self)

    def renewed(self, now: datetime) -> "PageSession":
        """The same, with something done now."""
        return replace(self, seen=now)


@dataclass(frozen=True)
class SignedIn(Identity):
    """The identity of a caller who signed in at a page, with the session that says so."""

    session: PageSession | None = None


class SessionKeys:
    """The keys that seal sessions, of a JWKS file that may change; "" for none at all."""

    def __init__(self, path: str) -> None:
        """Nothing is read yet."""
        self.given = bool(path)
        self._file: WatchedFile[tuple[OctKey, ...]] = WatchedFile(
            Path(path),
            lambda file: _keys(json.loads(file.read_bytes())),
            at_first=(),
            complaint="the file of session keys cannot be read",
        )

    def seal(self, content: Mapping[str, Any]) -> str:
        """A text that only we can read; not longer than a cookie may be.

        Raises:
            Unavailable: there is no key.
            ValueError: it would be too long.
        """
        keys = self._all()
        if not keys:
            raise Unavailable(
                "Hiện chưa đăng nhập được; xin thử lại sau.",
                "Nobody can sign in at the moment; try again later.",
            )
        sealed = jwe.encrypt_compact(_HEADER, json.dumps(content).encode(), keys[0])
        if len(sealed) > LONGEST_SEALED:
            raise ValueError("what is sealed does not fit into a cookie")
        return sealed

    def open(self, sealed: str) -> dict[str, Any] | None:
        """What was sealed; None for what we did not seal, or with a key that is gone."""
        if not sealed or len(sealed) > LONGEST_SEALED:
            return None
        for key in self._all():
            try:
                opened = jwe.decrypt_compact(sealed, key, algorithms=["dir", "A256GCM"])
            except (JoseError, ValueError, TypeError):
                continue
            found: dict[str, Any] = json.loads(opened.plaintext or b"{}")
            return found
        return None

    def _all(self) -> tuple[OctKey, ...]:
        return self._file.value() if self.given else ()


def seal_session(session: PageSession, keys: SessionKeys) -> str:
    """The cookie's value for a session.

    Raises:
        Unavailable, ValueError: as `SessionKeys.seal`.
    """
    values = asdict(session) | {
        "kind": "session",
        "began": session.began.timestamp(),
        "seen": session.seen.timestamp(),
    }
    return keys.seal(values)


def open_session(sealed: str, keys: SessionKeys, now: datetime) -> PageSession | None:
    """The session of a cookie; None if it is none of ours, or over."""
    values = keys.open(sealed) or {}
    if values.pop("kind", "") != "session":
        return None
    began, seen = (datetime.fromtimestamp(values.pop(each), UTC) for each in ("began", "seen"))
    session = PageSession(**values | {"scopes": tuple(values["scopes"])}, began=began, seen=seen)
    return session if now < session.until else None


def new_session_key(kid: str) -> dict[str, Any]:
    """A fresh key for the key file, as a JWK."""
    return dict(OctKey.generate_key(256, {"kid": kid, "use": "enc"}).as_dict(private=True))


def _keys(jwks: Mapping[str, Iterable[Mapping[str, Any]]]) -> tuple[OctKey, ...]:
    return tuple(OctKey.import_key(dict(each)) for each in jwks["keys"])
