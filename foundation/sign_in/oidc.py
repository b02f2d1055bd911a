"""The code flow of OpenID Connect with PKCE, state and nonce, as a confidential or public client.

Sources: OpenID Connect Core 1.0 §3.1, Discovery 1.0, RFC 7636 (PKCE), RFC 9207 (issuer in the
answer), RFC 9700 (best current practice). Every wait and every answer of the provider is bounded.
"""

import hashlib
import json
import secrets
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn
from urllib.parse import quote, urlencode

import httpx
from joserfc import jws, jwt
from joserfc.errors import BadSignatureError, InvalidKeyTypeError, JoseError
from joserfc.jwk import KeySet

from foundation.concurrency import green
from foundation.errors import Unavailable, Unknown
from foundation.observability.logs import log
from foundation.sign_in.providers import IdentityProvider, missing

ALGORITHMS = ["RS256", "PS256", "ES256", "ES384", "EdDSA", "Ed25519"]
LEEWAY_SECONDS = 60
LONGEST_WAIT, LONGEST_TALK = 5.0, 10.0
LARGEST_ANSWER = 256 * 1024
KEEP_SECONDS, KEYS_ANEW_SECONDS = 3600, 10
BASIC, POST = "client_secret_basic", "client_secret_post"
SAYS_ISSUER = "authorization_response_iss_parameter_supported"


@dataclass(frozen=True, kw_only=True)
class SignInAttempt:
    """What the browser keeps between leaving for the provider and coming back (sealed)."""

    provider: str
    state: str
    nonce: str
    verifier: str
    to: str


@dataclass(frozen=True)
class ProviderDocuments:
    """What a provider publishes of itself; `read` is when, on a monotonic clock."""

    configuration: Mapping[str, Any]
    keys: KeySet
    read: float


class OidcClient:
    """A client of all providers of an installation; keeps what they publish for an hour."""

    def __init__(
        self, callback: str, *, clock: Callable[[], float] = time.time, http: Any = None
    ) -> None:
        """`callback` is our address that providers send people back to."""
        self.callback = callback
        self._clock = clock
        self._http = http or httpx.Client(timeout=LONGEST_WAIT, follow_redirects=False)
        self._known: dict[str, ProviderDocuments] = {}

    def begin(self, provider: IdentityProvider, to: str) -> tuple[SignInAttempt, str]:
        """An attempt to sign in, and the address at the provider where the person does it.

        Raises:
            Unavailable: the provider does not answer as it should.
        """
        attempt = SignInAttempt(
            provider=provider.id,
            state=secrets.token_urlsafe(24),
            nonce=secrets.token_urlsafe(24),
            verifier=secrets.token_urlsafe(48),
            to=to,
        )
        asked = {
            "response_type": "code",
            "client_id": provider.client_id,
            "redirect_uri": self.callback,
            "scope": provider.scope,
            "state": attempt.state,
            "nonce": attempt.nonce,
            "code_challenge": _challenge(attempt.verifier),
            "code_challenge_method": "S256",
        }
        if provider.acr:
            asked["acr_values"] = " ".join(provider.acr)
        where = self._documents(provider).configuration["authorization_endpoint"]
        return attempt, f"{where}{'&' if '?' in where else '?'}{urlencode(asked)}"

    def finish(
        self, provider: IdentityProvider, attempt: SignInAttempt, answer: Mapping[str, str]
    ) -> Mapping[str, Any]:
        """The verified claims of the person who came back with this answer.

        Raises:
            Unknown: the answer does not belong to the attempt, or its token cannot be trusted.
            Unavailable: the provider does not answer as it should.
        """
        if not secrets.compare_digest(answer.get("state", ""), attempt.state):
            _refuse("state")
        if answer.get("iss", self._unsaid_issuer(provider)) != provider.issuer:
            _refuse("issuer of the answer")
        said = self._exchange(provider, attempt, answer.get("code", ""))
        try:
            claims = self._verified(provider, attempt, said["id_token"])
        except (JoseError, ValueError, TypeError) as error:
            _refuse(type(error).__name__)
        return self._with_user_info(provider, claims, said.get("access_token"))

    def leaving(self, provider: IdentityProvider, back: str) -> str:
        """Where the person signs out at the provider too; "" if it has no such place."""
        where = str(self._documents(provider).configuration.get("end_session_endpoint") or "")
        said = urlencode({"client_id": provider.client_id, "post_logout_redirect_uri": back})
        return f"{where}?{said}" if where else ""

    def _unsaid_issuer(self, provider: IdentityProvider) -> str:
        """Whose answer it is if it does not say: of a provider that always says, nobody's."""
        says = self._documents(provider).configuration.get(SAYS_ISSUER)
        return "" if says is True else provider.issuer

    def _exchange(
        self, provider: IdentityProvider, attempt: SignInAttempt, code: str
    ) -> Mapping[str, Any]:
        configuration = self._documents(provider).configuration
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.callback,
            "client_id": provider.client_id,
            "code_verifier": attempt.verifier,
        }
        # Basic is what every provider takes that says nothing else (Discovery 1.0 §3).
        ways = configuration.get("token_endpoint_auth_methods_supported") or [BASIC]
        login = None
        if provider.secret and BASIC not in ways and POST in ways:
            form["client_secret"] = provider.secret
        elif provider.secret:
            # Encoded before they are joined (RFC 6749 §2.3.1), as a secret may hold "+" or ":".
            login = quote(provider.client_id, safe=""), quote(provider.secret, safe="")
        said = self._json("POST", configuration["token_endpoint"], data=form, auth=login)
        if not isinstance(said.get("id_token"), str):
            _refuse("no ID token")
        return said

    def _verified(
        self, provider: IdentityProvider, attempt: SignInAttempt, token: str
    ) -> Mapping[str, Any]:
        claims = self._signed(provider, token)
        jwt.JWTClaimsRegistry(
            now=int(self._clock()),
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": provider.issuer},
            aud={"essential": True, "value": provider.client_id},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": attempt.nonce},
            azp={"value": provider.client_id},
            acr={"essential": True, "values": list(provider.acr)} if provider.acr else {},
        ).validate(claims)
        return claims

    def _signed(self, provider: IdentityProvider, token: str) -> dict[str, Any]:
        """The claims of a token that the provider signed, with a key that it has today."""
        kid = str(jws.extract_compact(token.encode("ascii")).headers().get("kid", ""))
        try:
            return jwt.decode(token, self._keys(provider, kid), algorithms=ALGORITHMS).claims
        except (BadSignatureError, InvalidKeyTypeError):
            # A key may be changed and keep its name.
            anew = self._documents(provider, newer_than=KEYS_ANEW_SECONDS)
            return jwt.decode(token, anew.keys, algorithms=ALGORITHMS).claims

    def _with_user_info(
        self, provider: IdentityProvider, claims: Mapping[str, Any], access: object
    ) -> Mapping[str, Any]:
        """The claims of the token, with those that the provider gives at userinfo only (Core §5.4).

        Raises:
            Unknown: what is said there is about somebody else (Core §5.3.2).
            Unavailable: the provider does not answer as it should.
        """
        where = self._documents(provider).configuration.get("userinfo_endpoint")
        if not where or not isinstance(access, str) or not missing(provider, claims):
            return claims
        more = self._json("GET", where, headers={"Authorization": f"Bearer {access}"})
        if more.get("sub") != claims["sub"]:
            _refuse("userinfo of another person")
        return {**more, **claims}

    def _keys(self, provider: IdentityProvider, kid: str) -> KeySet:
        """The keys of the provider, read anew if the one that is asked for is not among them."""
        known = self._documents(provider)
        if all(each.kid != kid for each in known.keys.keys):
            known = self._documents(provider, newer_than=KEYS_ANEW_SECONDS)
        return known.keys

    def _documents(
        self, provider: IdentityProvider, *, newer_than: float = KEEP_SECONDS
    ) -> ProviderDocuments:
        known = self._known.get(provider.issuer)
        if known and time.monotonic() - known.read < newer_than:
            return known
        place = provider.issuer.rstrip("/") + "/.well-known/openid-configuration"
        configuration = self._json("GET", place)
        if configuration.get("issuer") != provider.issuer:
            log.error("an identity provider names another issuer", issuer=provider.issuer)
            raise _away()
        keys = KeySet.import_key_set(self._json("GET", configuration["jwks_uri"]))  # type: ignore[arg-type]
        known = ProviderDocuments(configuration, keys, time.monotonic())
        self._known[provider.issuer] = known
        return known

    def _json(self, method: str, url: str, **rest: Any) -> dict[str, Any]:
        try:
            with green.deadline(LONGEST_TALK, _away()):
                status, text = self._said(method, url, **rest)
            if httpx.codes.is_success(status):
                return _object(text)
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            log.warning("an identity provider is away", error=type(error).__name__)
            raise _away() from error
        if method == "POST" and httpx.codes.is_client_error(status):
            _refuse(f"the provider answers {status}")
        log.warning("an identity provider is away", status=status)
        raise _away()

    def _said(self, method: str, url: str, **rest: Any) -> tuple[int, bytes]:
        text = b""
        with self._http.stream(method, url, **rest) as response:
            for piece in response.iter_bytes():
                text += piece
                if len(text) > LARGEST_ANSWER:
                    return httpx.codes.BAD_GATEWAY, b""
        return response.status_code, text


def _object(text: bytes) -> dict[str, Any]:

    found = json.loads(text)
    if not isinstance(found, dict):
        raise ValueError("the answer is no JSON object")  # noqa: TRY004 -- a value of the other side
    return found


def _challenge(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return urlsafe_b64encode(digest).rstrip(b"=").decode()


def _refuse(reason: str) -> NoReturn:
    # Why goes to the log only: it would help nobody but a forger.
    log.info("sign-in refused", reason=reason)
    raise Unknown(
        "Đăng nhập không thành công; xin thử lại từ đầu.",
        "Signing in did not succeed; please start again.",
    )


def _away() -> Unavailable:
    return Unavailable(
        "Hệ thống đăng nhập tạm thời không trả lời; xin thử lại sau ít phút.",
        "The sign-in system does not answer at the moment; try again in a few minutes.",
    )
