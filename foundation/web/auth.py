"""Authentication: signed access tokens (RFC 9068) of the issuers whose public keys are known.

A key is trusted only for what its entry in the key file allows. Beside the members of RFC 7517
an entry may have

    "issuer"   the `iss` its tokens must have (default `motcua`);
    "agency"   its tokens may speak for this agency alone;
    "scope"    the scopes its tokens may grant (default: all; with an agency only `desk`).

Nothing in a token's own header (`jku`, `x5u`, `jwk`, …) ever leads to a key.
"""

import hashlib
import json
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from foundation.errors import Forbidden, Unavailable, Unknown
from foundation.observability import metrics
from foundation.observability.logs import log
from foundation.persistence.ttl_cache import VersionCache
from foundation.settings.watched_file import WatchedFile

ALGORITHM = "ES256"
TYPE = "at+jwt"
ISSUER = "motcua"
DESK = "desk"
LEEWAY_SECONDS = 60
LONGEST_TOKEN = 8 * 1024
MOST_PROVEN = 1000
LOOK_AGAIN_SECONDS, LOOK_FOR_UNKNOWN_SECONDS = 60, 1


@dataclass(frozen=True)
class Identity:
    """The identity of a caller: subject, scopes, and agency ("" for none)."""

    subject: str
    scopes: frozenset[str] = frozenset()
    agency: str = ""


NOBODY = Identity(subject="")


class NoRight(Forbidden):
    """The token is valid and lacks the right for this route; `who` sent it."""

    def __init__(self, who: Identity, *, foreign: bool = False) -> None:
        """`foreign`: it speaks for another agency than the one whose desk this is."""
        super().__init__(
            "Tài khoản này không có quyền làm việc đó.",
            "This account has no right to do that.",
        )
        self.who = who
        if foreign:
            self.denied = "another agency"


@dataclass(frozen=True)
class TrustedKey:
    """One public key and what it is trusted for."""

    key: ECKey
    issuer: str
    agency: str
    scopes: frozenset[str] | None

    def name_of(self, subject: str) -> str:
        """The subject, told apart from one of the same name at another issuer."""
        return subject if self.issuer == ISSUER else f"{self.issuer}|{subject}"

    def scopes_of(self, claimed: str) -> frozenset[str]:
        """The claimed scopes that this key may grant."""
        scopes = frozenset(claimed.split())
        return scopes if self.scopes is None else scopes & self.scopes


class KeyFile:
    """The public keys of a JWKS file; a changed file is noticed within a minute.

    For a key id that is not known it looks again after a second: a new key holds that soon.
    """

    def __init__(
        self, path: str, service: str = "", *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """`service` is whose file it is, for the figures; `clock` counts seconds."""
        self._file: WatchedFile[Mapping[str, TrustedKey]] = WatchedFile(
            Path(path),
            lambda file: read_keys(file.read_bytes()),
            at_first={},
            complaint="the key file cannot be read",
        )
        self._service = service
        self._clock = clock
        self._looked = float("-inf")
        self._keys: Mapping[str, TrustedKey] = {}

    def get(self, kid: str) -> TrustedKey | None:
        """The key of that id, or None.

        Raises:
            Unavailable: no key could be read yet; a file that breaks later leaves the old keys.
        """
        patience = LOOK_AGAIN_SECONDS if kid in self._keys else LOOK_FOR_UNKNOWN_SECONDS
        if self._clock() - self._looked >= patience:
            self._looked = self._clock()
            self._refresh()
        if not self._keys:
            # Without any key the file is looked for again at once: the process has just started.
            self._looked = float("-inf")
            raise Unavailable(
                "Tạm thời chưa xác thực được người dùng; xin thử lại sau.",
                "Callers cannot be identified at the moment; try again later.",
            )
        return self._keys.get(kid)

    def _refresh(self) -> None:
        keys, changed = self._file.value(), self._file.changed
        if changed is not None:
            self._keys = keys
            metrics.TOKEN_KEYS_CHANGED.labels(self._service).set(changed / 1e9)


def read_keys(text: bytes) -> dict[str, TrustedKey]:
    """The ES256 keys of a JWKS by id; other kinds of key are left out (RFC 7517, 5).

    Raises:
        ValueError, TypeError, AttributeError, LookupError, JoseError: the text is no JWKS.
    """
    entries = json.loads(text)["keys"]
    usable = [each for each in entries if each.get("crv") == "P-256" and each.get("kid")]
    return {each["kid"]: _trusted(each) for each in usable}


def _trusted(entry: Mapping[str, Any]) -> TrustedKey:
    # Never keep a private part, even if someone put one into the file of public keys.
    public = {name: entry[name] for name in ("kty", "crv", "x", "y", "kid")}
    agency = entry.get("agency", "")
    allowed = entry.get("scope", DESK if agency else None)
    return TrustedKey(
        key=ECKey.import_key(public),
        issuer=entry.get("issuer", ISSUER),
        agency=agency,
        scopes=None if allowed is None else frozenset(allowed.split()),
    )


class TokenVerifier:
    """Verifies the tokens that are meant for this service."""

    def __init__(
        self,
        keys: KeyFile,
        audience: str,
        *,
        agency: str = "",
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`agency` is the one whose own process this is; `clock` gives seconds since 1970."""
        self._keys = keys
        self._audience = audience
        self._agency = agency
        self._clock = clock
        self._proven: VersionCache[Mapping[str, Any]] = VersionCache(MOST_PROVEN)

    def authorize(self, authorization: str, scope: str) -> Identity:
        """Authorise: the identity behind this `Authorization` header, if it has one of the scopes.

        `scope` names one scope, or several of which any will do. The scope `desk` counts only
        together with an agency.

        Raises:
            Unknown: there is no token, or it cannot be trusted.
            Forbidden: it is valid and lacks the scope.
        """
        return self.permit(self.identify(authorization), scope)

    def permit(self, who: Identity, scope: str) -> Identity:
        """The identity itself, if it has one of the scopes; see `authorize`.

        Raises:
            Forbidden: it lacks the scope, or speaks for another agency than this desk's.
        """
        opening = who.scopes & frozenset(scope.split())
        if self._agency and who.agency not in {"", self._agency}:
            raise NoRight(who, foreign=True)
        if not opening or (opening == {DESK} and not who.agency):
            raise NoRight(who)
        return who

    def identify(self, authorization: str) -> Identity:
        """Authenticate: the identity behind this header, whatever its scopes.

        Raises:
            Unknown: there is no token, or it cannot be trusted.
        """
        kind, _, token = authorization.partition(" ")
        if kind.lower() != "bearer" or not token:
            raise Unknown(
                "Cần đăng nhập: thiếu mã truy cập (Authorization: Bearer …).",
                "Sign in first: the token is missing (Authorization: Bearer …).",
            )
        if len(token) > LONGEST_TOKEN:
            _refuse("too long")
        try:
            return self._verify(token)
        except (JoseError, ValueError, TypeError, RecursionError) as error:
            _refuse(type(error).__name__)

    def _verify(self, token: str) -> Identity:
        signed = token.encode("ascii")
        trusted = self._keys.get(_key_id(signed))
        if trusted is None:
            _refuse("unknown key")
        claims = self._proven_claims(signed, trusted)
        self._check(claims, trusted.issuer)
        agency, scope = claims.get("agency", ""), claims.get("scope", "")
        if not isinstance(agency, str) or not isinstance(scope, str):
            _refuse("wrong claims")
        if trusted.agency and agency not in {"", trusted.agency}:
            _refuse("speaks for another agency than its key")
        subject = trusted.name_of(claims["sub"])
        return Identity(subject, trusted.scopes_of(scope), agency or trusted.agency)

    def _proven_claims(self, token: bytes, trusted: TrustedKey) -> Mapping[str, Any]:
        """The claims; the signature is proven once, while its key is trusted as it was then."""

        def prove() -> Mapping[str, Any]:
            return jwt.decode(token, trusted.key, algorithms=[ALGORITHM]).claims

        return self._proven.get(hashlib.sha256(token).hexdigest(), trusted, prove)

    def _check(self, claims: Mapping[str, Any], issuer: str) -> None:
        jwt.JWTClaimsRegistry(
            now=int(self._clock()),
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": self._audience},
            sub={"essential": True},
            exp={"essential": True},
        ).validate(dict(claims))


def _key_id(token: bytes) -> str:
    header = jws.extract_compact(token).headers()
    kid = header.get("kid")
    if header.get("typ") != TYPE or not isinstance(kid, str):
        _refuse("wrong type or no key id")
    return kid


def sign(claims: Mapping[str, Any], private_jwk: Mapping[str, Any]) -> str:
    """A token with these claims, signed by a private key that has a `kid`; `iss` is added.

    Raises:
        JoseError: this is no private P-256 key.
    """
    header = {"alg": ALGORITHM, "typ": TYPE, "kid": private_jwk["kid"]}
    key = ECKey.import_key(dict(private_jwk))
    return jwt.encode(header, {"iss": ISSUER, **claims}, key, algorithms=[ALGORITHM])


def new_key(kid: str) -> dict[str, Any]:
    """A fresh private key for `sign`, as a JWK."""
    key = ECKey.generate_key("P-256", {"kid": kid, "use": "sig", "alg": ALGORITHM})
    return dict(key.as_dict(private=True))


def public_keys(private_jwks: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The key file that belongs to these private keys."""
    return {
        "keys": [
            {name: value for name, value in each.items() if name != "d"} for each in private_jwks
        ]
    }


def _refuse(reason: str) -> NoReturn:
    # Why goes to the log only: it would help nobody but a forger.
    log.info("token refused", reason=reason)
    raise Unknown(
        "Mã truy cập không hợp lệ hoặc đã hết hạn; xin đăng nhập lại.",
        "The token is not valid or has expired; sign in again.",
    )
