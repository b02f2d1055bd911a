"""HTML pages for people: routes over jinja2 templates, without a script.

    PAGES = Pages(Path(__file__).resolve().parent / "templates")

    @page("/tracking/<code>", PAGES, scope="dossier:read")
    def track(self, request, code): …

A browser is recognised by its `Accept` header; other clients get the JSON of the API, so a method
asks `wants_page(request.headers)`. An error of such a route is a page too. A person signs in with a
form: their token lives in a cookie that no script and no other site can use, and stands in no
address and no log.
"""

import base64
import hashlib
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cached_property
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qs, quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header
from werkzeug.wrappers import Response

from foundation.errors import Error, Forbidden, Invalid, Unknown
from foundation.law import cite_in_full
from foundation.observability import log_context
from foundation.text.cleaning import code_text
from foundation.web.auth import Identity
from foundation.web.limits import KB
from foundation.web.request import Request, media_type, must_be_utf_8, read_query
from foundation.web.responses import SAFETY, WrongMediaType, marked
from foundation.web.routes import Gives, Route, headers_of, register_route
from foundation.web.translations import TITLES

# A browser takes a cookie of 4 kB, name and all.
LONGEST_COOKIE = 3500
SIGNED_IN_SECONDS = 15 * 60
LARGEST_FORM = 16 * KB
_MOST_FIELDS = 20
_LONGEST_ACCEPT = 500
# `__Host-` binds the cookie to this very host, over TLS only; browsers refuse it without.
_COOKIE = "motcua"
_SAFE_COOKIE = f"__Host-{_COOKIE}"
_TOKEN = re.compile(rf"[A-Za-z0-9_.-]{{1,{LONGEST_COOKIE}}}")

Method = TypeVar("Method", bound=Callable[..., Any])


class PageRenderer:
    """The templates of one service, among them `style.css` and, for what goes wrong, `error.html`.

    Each knows `style` (the sheet), `lang`, `say(vi, en)`, `path`, `chosen` (the language of
    the address), `signed_in`, `law(rule)` (how the law is cited), and
    `here(path, lang)`, an address of ours in that language or the one that was chosen.
    """

    def __init__(self, folder: Path) -> None:
        """Templates are read when they are first shown."""
        self._folder = folder

    def show(
        self,
        name: str,
        request: Request,
        *,
        status: int = 200,
        at: datetime | None = None,
        **values: Any,
    ) -> Response:
        """A template as the answer; `values` are escaped wherever they stand in it.

        `at` is the moment whose law the page cites, now if it says none.
        """
        template = self._environment.get_template(name)
        chosen, token = request.query.get("lang", ""), _cookie(request.headers.get("cookie", ""))
        html = template.render(
            lang=request.language,
            say=lambda vi, en: en if request.language == "en" else vi,
            path=request.path,
            chosen=chosen if chosen in {"vi", "en"} else "",
            here=lambda path, lang="": address(quote(path), lang=lang or chosen),
            signed_in=bool(request.who.subject or token),
            law=lambda rule: cite_in_full(rule, at or datetime.now(UTC), request.language),
            **values,
        )
        response = Response(html, status=status, content_type="text/html; charset=utf-8")
        response.headers.update({**SAFETY, **self._rules})
        response.headers["Content-Language"] = request.language
        return response

    def problem(self, error: Error, request: Request) -> Response:
        """The page of an error; a token that is not trusted is removed from the browser."""
        title = TITLES.get(error.name, TITLES["error"])[request.language == "en"]
        said = error.en if request.language == "en" else error.vi
        response = marked(
            self.show(
                "error.html",
                request,
                status=error.status,
                title=title,
                said=said,
                error=error,
                trace=log_context.trace_id(),
            ),
            error,
        )
        if isinstance(error, Unknown):
            _forget(response)
        return response

    @cached_property
    def _environment(self) -> Environment:
        made = Environment(
            loader=FileSystemLoader(self._folder),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        made.globals["style"] = Markup(self._style)  # noqa: S704 -- our own file
        return made

    @cached_property
    def _style(self) -> str:
        return (self._folder / "style.css").read_text(encoding="utf-8")

    @cached_property
    def _rules(self) -> Mapping[str, str]:
        digest = base64.b64encode(hashlib.sha256(self._style.encode()).digest()).decode()
        return {
            "Content-Security-Policy": (
                f"default-src 'none'; style-src 'sha256-{digest}'; form-action 'self'; "
                "base-uri 'none'; frame-ancestors 'none'"
            ),
            # With `no-referrer` a browser hides the origin of our own forms from us.
            "Referrer-Policy": "same-origin",
            "Vary": "Accept, Accept-Language, Authorization, Cookie",
        }


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
        largest: int = 0,
        gives: Gives = None,
    ) -> None:
        """Open to all; a token of the scope, if there is one, is looked at."""
        self.pages = pages
        super().__init__(method, path, scope=scope, largest=largest, public=True, gives=gives)

    def authenticate(self, headers: Mapping[str, str]) -> Identity:
        """As Route.authenticate, the token being the cookie's."""
        token = _cookie(headers.get("cookie", ""))
        if not token or headers.get("authorization") or not wants_page(headers):
            return super().authenticate(headers)
        return super().authenticate({**headers, "authorization": f"Bearer {token}"})

    def precheck(self, headers: Mapping[str, str]) -> None:
        """Refuse forms that did not come from one of our own pages (CSRF).

        Raises:
            Forbidden: another site sends it, or nobody says which.
        """
        if self.method == "POST" and not _from_us(headers):
            raise Forbidden(
                "Biểu mẫu này không được gửi từ trang của chúng tôi; xin mở lại trang và thử lại.",
                "This form was not sent from a page of ours; open the page again and retry.",
            )

    def problem(self, error: Error, environ: Mapping[str, Any]) -> Response:
        """A page for browsers, a problem for everybody else."""
        headers = headers_of(environ)
        if not wants_page(headers):
            return super().problem(error, environ)
        path = environ["PATH_INFO"].encode("latin-1").decode(errors="replace")
        return self.pages.problem(error, Request(path=path, headers=headers, query=_query(environ)))


def page(
    path: str, pages: PageRenderer, *, scope: str = "", gives: Gives = None
) -> Callable[[Method], Method]:
    """A page to look at, open to all; `scope` is what a token opens more with.

    `gives` is what it answers to whoever asks for no page.
    """
    return register_route(PageRoute("GET", path, pages=pages, scope=scope, gives=gives))


def form(path: str, pages: PageRenderer, *, scope: str = "") -> Callable[[Method], Method]:
    """Where a form of a page is sent to; only our own pages may. `scope` as for `page`."""
    return register_route(PageRoute("POST", path, pages=pages, scope=scope, largest=LARGEST_FORM))


def wants_page(headers: Mapping[str, str]) -> bool:
    """Whether HTML is asked for by name, and no less than JSON."""
    accepted = parse_accept_header(headers.get("accept", "")[:_LONGEST_ACCEPT], MIMEAccept)
    named = {kind: quality for kind, quality in accepted if "*" not in kind}
    return named.get("text/html", 0) > 0 and named["text/html"] >= named.get("application/json", 0)


def read_form(request: Request) -> dict[str, str]:
    """The fields of a form, the first value of each, without the blanks around it.

    Raises:
        WrongMediaType: it is no form.
        Invalid: it has too many fields, or is not UTF-8.
    """
    kind, charset = media_type(request.headers.get("content-type", ""))
    must_be_utf_8(charset)
    if kind != "application/x-www-form-urlencoded":
        raise WrongMediaType("Đây không phải là biểu mẫu.", "This is not a form.")
    request.stream.seek(0)
    try:
        fields = parse_qs(
            request.stream.read().decode(), errors="strict", max_num_fields=_MOST_FIELDS
        )
    except ValueError as error:
        raise Invalid("Biểu mẫu không đọc được.", "The form cannot be read.") from error
    return {name: values[0].strip() for name, values in fields.items()}


def address(path: str, *, lang: str) -> str:
    """A path of ours, in a language if one was chosen."""
    return f"{path}?lang={lang}" if lang in {"vi", "en"} else path


def moved(request: Request, path: str) -> Response:
    """Go and look at that page (303), in the language that was chosen."""
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
    secure = request.headers.get("origin", "").startswith("https://")
    response = moved(request, path)
    _keep(response, token, seconds=SIGNED_IN_SECONDS, secure=secure)
    return response


def sign_out(request: Request, path: str) -> Response:
    """Forget the token and go to that page."""
    return _forget(moved(request, path))


def _keep(response: Response, token: str, *, seconds: int, secure: bool) -> None:
    response.set_cookie(
        _SAFE_COOKIE if secure else _COOKIE,
        token,
        max_age=seconds,
        path="/",
        secure=secure,
        httponly=True,
        samesite="Strict",
    )


def _forget(response: Response) -> Response:
    for secure in (True, False):
        _keep(response, "", seconds=0, secure=secure)
    return response


def _cookie(header: str) -> str:
    try:
        kept = SimpleCookie(header)
    except CookieError:
        return ""
    found = kept.get(_SAFE_COOKIE) or kept.get(_COOKIE)
    return found.value if found else ""


def _from_us(headers: Mapping[str, str]) -> bool:
    """Browsers say where a form comes from, and no page can make them say otherwise."""
    told = headers.get("sec-fetch-site", "")
    if told:
        return told == "same-origin"
    _, _, host = headers.get("origin", "").partition("://")
    return bool(host) and host == headers.get("host", "")


def _query(environ: Mapping[str, Any]) -> dict[str, str]:
    try:
        return read_query(environ.get("QUERY_STRING", ""))
    except Invalid:
        return {}
