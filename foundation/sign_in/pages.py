"""The pages of signing in and out; a service with pages takes them in as a base class.

/sign-in?to=/late           which account to use; with one provider it goes there at once
/sign-in/with/<provider>    on the way to the provider
/sign-in/callback           back from it: a new session
/sign-out (POST)            out of here, and out of the provider if it has a place for that
"""

import re
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, unquote

from werkzeug.wrappers import Response

from foundation.errors import NotFound, Unknown
from foundation.injection import Provider
from foundation.observability.logs import log
from foundation.sign_in.oidc import OidcClient, SignInAttempt
from foundation.sign_in.providers import ClaimedPerson, IdentityProvider, ProviderFile, person
from foundation.web import Request
from foundation.web.html_pages import LOOK, PageRenderer
from foundation.web.page_cookies import SESSION, TOKEN, forget_cookies, keep_cookie, read_cookie
from foundation.web.page_routes import form, keep_session, moved, page
from foundation.web.session import PageSession, SessionKeys

ATTEMPT_SECONDS = 600
CALLBACK = "/sign-in/callback"
_LOCAL = re.compile(r"/(?![/\\])[^\\\s\x00-\x1f\x7f]{0,500}")
_LOOK = PageRenderer(LOOK)


class SignIn(Provider):
    """What signing in needs: providers, keys, and the client; `accounts = SignIn()`."""

    def setup(self) -> None:
        """Read where things are; nothing is asked of a provider yet."""
        settings = self.container.config["settings"]
        self.public_url: str = settings.public_url.rstrip("/")
        self.providers = ProviderFile(settings.identity_providers)
        self.keys = SessionKeys(settings.session_keys)
        self.client = OidcClient(f"{self.public_url}{CALLBACK}")

    @property
    def secure(self) -> bool:
        """Whether people reach us over TLS."""
        return self.public_url.startswith("https://")

    def provider(self, named: str) -> IdentityProvider:
        """The provider of that id.

        Raises:
            NotFound: there is none.
        """
        found = self.providers.all().get(named)
        if found is None:
            raise NotFound("Không có cách đăng nhập này.", "There is no such way to sign in.")
        return found

    def leave(self, named: str, to: str) -> Response:
        """To the provider, with an attempt kept in the browser.

        Raises:
            NotFound, Unavailable: there is no such provider, or it does not answer.
        """
        attempt, where = self.client.begin(self.provider(named), to)
        sealed = self.keys.seal({"kind": "attempt", **asdict(attempt)})
        response = Response(status=303)
        response.headers.update({"Location": where, "Cache-Control": "no-store"})
        keep_cookie(
            response,
            _cookie_of(attempt.state),
            sealed,
            seconds=ATTEMPT_SECONDS,
            secure=self.secure,
            same_site="Lax",
        )
        return response

    def come_back(self, request: Request) -> Response:
        """From the provider: a new session, and on to where the person wanted to go.

        Raises:
            Unknown: there was no such attempt, it took too long, or it cannot be trusted.
            Unavailable: the provider does not answer.
        """
        state = request.query.get("state", "")
        kept = self.keys.open(read_cookie(request.headers, _cookie_of(state))) or {}
        if kept.pop("kind", "") != "attempt" or "error" in request.query:
            log.info("sign-in not finished", error=request.query.get("error", "no attempt")[:60])
            raise _not_finished()
        attempt = SignInAttempt(**kept)
        provider = self.provider(attempt.provider)
        found = _claimed(provider, self.client.finish(provider, attempt, request.query))
        response = moved(request, attempt.to)
        response = keep_session(response, _session(found, provider), self.keys, secure=self.secure)
        return forget_cookies(response, TOKEN, _cookie_of(state))

    def leaving(self, named: str) -> str:
        """Where to sign out at the provider too; "" where there is no such place.

        Raises:
            Unavailable: the provider does not answer.
        """
        found = self.providers.all().get(named)
        return self.client.leaving(found, f"{self.public_url}/") if found else ""


class SignInPages:
    """The pages of signing in and out, for a service with pages."""

    accounts = SignIn()

    @page("/sign-in", _LOOK)
    def choose_account(self, request: Request) -> Response:
        """Which account to use; with only one provider it goes there at once."""
        to = local_path(request.query.get("to", ""))
        providers = list(self.accounts.providers.all().values())
        if len(providers) == 1 and not request.page.session:
            return self.accounts.leave(providers[0].id, to)
        return _LOOK.show("sign_in.html", request, providers=providers, to=quote(to, safe=""))

    @page("/sign-in/with/<provider>", _LOOK)
    def go_to_provider(self, request: Request, provider: str) -> Response:
        """On the way to the provider."""
        return self.accounts.leave(provider, local_path(request.query.get("to", "")))

    @page(CALLBACK, _LOOK)
    def come_back_from_provider(self, request: Request) -> Response:
        """Back from the provider."""
        return self.accounts.come_back(request)

    @form("/sign-out", _LOOK)
    def leave_here(self, request: Request) -> Response:
        """Out of here; the provider may still know the person, so the next page leads there."""
        session = request.page.session
        there = f"/signed-out/{quote(session.provider, safe='')}" if session else "/"
        return forget_cookies(moved(request, there), TOKEN, SESSION)

    @page("/signed-out/<provider>", _LOOK)
    def say_signed_out(self, request: Request, provider: str) -> Response:
        """That the person is out, and how to leave the provider: by a link, as CSP keeps forms."""
        return _LOOK.show("signed_out.html", request, leaving=self.accounts.leaving(provider))


def local_path(asked: str) -> str:
    """A path of ours to go to; `/sign-in` for anything that leads elsewhere (no open redirect)."""
    return asked if _LOCAL.fullmatch(asked) and _LOCAL.fullmatch(unquote(asked)) else "/sign-in"


def _claimed(provider: IdentityProvider, claims: Mapping[str, Any]) -> ClaimedPerson:
    try:
        return person(provider, claims)
    except ValueError as error:
        log.error("an identity provider's claims name nobody", issuer=provider.issuer)
        raise Unknown(
            "Tài khoản này không kèm thông tin định danh; xin báo cho Trung tâm.",
            "This account comes without the claim that identifies its person; tell the centre.",
        ) from error


def _session(found: ClaimedPerson, provider: IdentityProvider) -> PageSession:
    now = datetime.now(UTC)
    return PageSession(
        subject=found.subject,
        name=found.name[:100],
        provider=provider.id,
        scopes=found.scopes,
        agency=found.agency,
        began=now,
        seen=now,
    )


def _cookie_of(state: str) -> str:
    """A cookie for each attempt, so that two tabs do not undo one another."""
    return f"motcua-attempt-{re.sub('[^A-Za-z0-9_-]', '', state)[:12]}"


def _not_finished() -> Unknown:
    return Unknown(
        "Chưa đăng nhập được: phiên đăng nhập đã hết hoặc bị hủy. Xin đăng nhập lại.",
        "You are not signed in: the attempt took too long or was cancelled. Please sign in again.",
    )
