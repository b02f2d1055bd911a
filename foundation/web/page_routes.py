"""Routes of pages: `@page` to look at, `@form` to send a form to.

    @page("/tracking/<code>", PAGES, scope="dossier:read")
    def track(self, request, code): …

A browser is recognised by its `Accept` header; other clients get the JSON of the API, so a method
asks `wants_page(request.headers)`. An error of such a route is a page too. Who signed in is known
by a cookie: a session (see `foundation.web.session`), or a token that was typed into a form. A form
that is sent when the session is over is not lost (see `foundation.web.held_forms`).
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, TypeVar

from werkzeug.wrappers import Response

from foundation.errors import (
    NO_SUCH_THING,
    Error,
    Forbidden,
    Invalid,
    NotFound,
    Unknown,
)
from foundation.text.cleaning import code_text
from foundation.web.auth import NOBODY, Identity, NoRight
from foundation.web.cross_site import is_from_us
from foundation.web.held_forms import HOLDS, held_page
from foundation.web.html_pages import PageRenderer, address
from foundation.web.limits import KB
from foundation.web.page_cookies import (
    SESSION,
    TOKEN,
    forget_cookies,
    is_secure,
    keep_cookie,
    read_cookie,
)
from foundation.web.page_forms import fields_of
from foundation.web.request import (
    PageContext,
    Request,
    accepted,
    read_query,
)
from foundation.web.responses import SAFETY
from foundation.web.routes import Gives, Largest, Route, headers_of, register_route
from foundation.web.session import (
    IDLE,
    LONGEST_SEALED,
    RENEW_AFTER,
    PageSession,
    SessionKeys,
    SignedIn,
    open_session,
    seal_session,
)

SIGNED_IN_SECONDS = 15 * 60
LARGEST_FORM = 16 * KB
_TOKEN = re.compile(rf"[A-Za-z0-9_.-]{{1,{LONGEST_SEALED}}}")

Method = TypeVar("Method", bound=Callable[..., Any])


class PageRoute(Route):
    """A route for browsers: the token is in a cookie, errors are pages."""

    page = True

    def __init__(
        self,
        method: str,
        path: str,
        *,
        pages: PageRenderer,
        scope: str = "",
        largest: Largest = 0,
        gives: Gives = None,
        hidden: bool = False,
        for_all: bool = False,
    ) -> None:
        """Open to all; a session, or a token of the scope, is looked at if there is one.

        A `hidden` one says to whoever has no right to it that there is no such page. One `for_all`
        is shown to every browser, whoever signed in; the scope is what the API's answer takes.
        """
        self.pages = pages
        self.hidden = hidden
        self.for_all = for_all
        self.sessions = SessionKeys("")
        public = not for_all
        super().__init__(method, path, scope=scope, largest=largest, public=public, gives=gives)

    def setup(self) -> None:
        """As Route.setup; the service names its session keys in its settings."""
        super().setup()
        self.sessions = SessionKeys(self.container.config["settings"].session_keys)

    def authenticate(self, headers: Mapping[str, str]) -> Identity:
        """As Route.authenticate, by the session or the token of the browser's cookies."""
        if headers.get("authorization") or not wants_page(headers):
            return super().authenticate(headers)
        found = read_cookie(headers, SESSION)
        session = open_session(found, self.sessions, datetime.now(UTC))
        if session is not None:
            who = session.who()
            limited = self.scope and not self.for_all
            return self.server.tokens.permit(who, self.scope) if limited else who
        if self.for_all:
            return NOBODY
        token = read_cookie(headers, TOKEN)
        if not token:
            return super().authenticate(headers)
        try:
            return super().authenticate({**headers, "authorization": f"Bearer {token}"})
        except Unknown:
            if self.method != "POST":
                raise
            return NOBODY  # the form is held until somebody signs in

    def _respond(self, request: Request, values: dict[str, str]) -> Response:
        session = request.who.session if isinstance(request.who, SignedIn) else None
        # The page says until when the session lasts once this answer has renewed it.
        now = datetime.now(UTC)
        shown = session.renewed(now) if session and now - session.seen >= RENEW_AFTER else session
        request = replace(request, page=PageContext(shown, can_sign_in=self.sessions.given))
        try:
            response = super()._respond(request, values)
        except HOLDS as error:
            if self.method != "POST" or not wants_page(request.headers):
                raise
            response = self._held(request, error)
        if session is not None and SESSION not in str(response.headers.getlist("Set-Cookie")):
            self._renew(response, session, request.headers)
        return response

    def _renew(self, response: Response, session: PageSession, headers: Mapping[str, str]) -> None:
        now = datetime.now(UTC)
        if now - session.seen >= RENEW_AFTER:
            secure = f"__Host-{SESSION}" in headers.get("cookie", "")
            keep_session(response, session.renewed(now), self.sessions, secure=secure)

    def _held(self, request: Request, error: Error) -> Response:
        """The page that holds what was typed into a form until it can be sent again."""
        return held_page(self.pages, request, error, fields=fields_of(request))

    def precheck(self, headers: Mapping[str, str]) -> None:
        """Refuse forms that did not come from one of our own pages (CSRF).

        Raises:
            Forbidden: another site sends it, or nobody says which.
        """
        if self.method == "POST" and not is_from_us(headers):
            raise Forbidden(
                "Biểu mẫu này không được gửi từ trang của chúng tôi; xin mở lại trang và thử lại.",
                "This form was not sent from a page of ours; open the page again and retry.",
            )

    def problem(self, error: Error, environ: Mapping[str, Any]) -> Response:
        """A page for browsers, a problem for everybody else."""
        if self.hidden and isinstance(error, NoRight):
            error = NotFound(*NO_SUCH_THING)
        headers = headers_of(environ)
        if not wants_page(headers):
            return super().problem(error, environ)
        path = environ["PATH_INFO"].encode("latin-1").decode(errors="replace")
        request = Request(
            path=path,
            headers=headers,
            query=_query(environ),
            page=PageContext(can_sign_in=self.sessions.given),
        )
        return self.pages.problem(error, request)


def page(
    path: str,
    pages: PageRenderer,
    *,
    scope: str = "",
    gives: Gives = None,
    hidden: bool = False,
    for_all: bool = False,
) -> Callable[[Method], Method]:
    """A page to look at, open to all; `scope` is what a token opens more with.

    `gives` is what it answers to whoever asks for no page; `hidden` and `for_all` as for PageRoute.
    """
    return register_route(
        PageRoute(
            "GET", path, pages=pages, scope=scope, gives=gives, hidden=hidden, for_all=for_all
        )
    )


def form(
    path: str,
    pages: PageRenderer,
    *,
    scope: str = "",
    largest: int = LARGEST_FORM,
    hidden: bool = False,
) -> Callable[[Method], Method]:
    """Where a form of a page is sent to; only our own pages may. `scope` as for `page`."""
    return register_route(
        PageRoute("POST", path, pages=pages, scope=scope, largest=largest, hidden=hidden)
    )


def wants_page(headers: Mapping[str, str]) -> bool:
    """Whether HTML is asked for by name, and no less than JSON."""
    named = {kind: quality for kind, quality in accepted(headers) if "*" not in kind}
    return named.get("text/html", 0) > 0 and named["text/html"] >= named.get("application/json", 0)


def moved(request: Request, path: str) -> Response:
    """Go and look at that page (303), in the language that was chosen; it may have a query."""
    response = Response(status=303, headers=SAFETY)
    response.headers["Location"] = address(path, lang=request.query.get("lang", ""))
    return response


def sign_in(request: Request, token: str, path: str) -> Response:
    """Keep the token for a quarter of an hour and go to that page, which will look at it.

    Raises:
        Invalid: that cannot be a token.
    """
    token = code_text(token).removeprefix("Bearer ").strip()
    if not _TOKEN.fullmatch(token):
        words = "Mã truy cập còn trống hoặc không đúng dạng.", "The token is empty or is none."
        raise Invalid(*words, fields={"token": [words]})
    response = moved(request, path)
    secure = is_secure(request.headers)
    keep_cookie(response, TOKEN, token, seconds=SIGNED_IN_SECONDS, secure=secure)
    return response


def keep_session(
    response: Response, session: PageSession, keys: SessionKeys, *, secure: bool
) -> Response:
    """Let the browser keep the session until it is over."""
    sealed, seconds = seal_session(session, keys), int(IDLE.total_seconds())
    keep_cookie(response, SESSION, sealed, seconds=seconds, secure=secure, same_site="Lax")
    return response


def sign_out(request: Request, path: str) -> Response:
    """Forget the token and the session, and go to that page."""
    return forget_cookies(moved(request, path), TOKEN, SESSION)


def _query(environ: Mapping[str, Any]) -> dict[str, str]:
    try:
        return read_query(environ.get("QUERY_STRING", ""))
    except Invalid:
        return {}
