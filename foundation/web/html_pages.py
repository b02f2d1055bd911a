"""HTML pages for people: a renderer over jinja2 templates, without a script.

    PAGES = PageRenderer(Path(__file__).resolve().parent / "templates")

The routes are in `foundation.web.page_routes`.
"""

import base64
import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache, cached_property
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PrefixLoader, StrictUndefined
from markupsafe import Markup
from werkzeug.wrappers import Response

from foundation.errors import Error, Unknown
from foundation.law import cite_in_full
from foundation.observability import log_context
from foundation.text import telephone
from foundation.web.page_cookies import SESSION, TOKEN, forget_cookies, read_cookie
from foundation.web.request import Request
from foundation.web.responses import SAFETY, marked
from foundation.web.session import PageSession
from foundation.web.staff_places import staff_links
from foundation.web.translations import TITLES
from foundation.worktime import HO_CHI_MINH

LOOK = Path(__file__).resolve().parent / "templates"


class PageRenderer:
    """The templates of one service, among them `error.html` for what goes wrong.

    They share one look: a page extends `look/page.html` and takes its fields, tables and notices
    from `look/parts.html`. Each knows `style` (the sheet), `lang`, `say(vi, en)`, `path`, `chosen`
    (the language of the address), `signed_in`, `session` and `session_until` (who signed in, and
    until what time), `can_sign_in`, `staff_links` (where they work), `law(rule)` (how the law is
    cited), the filter `telephone` (a number as people write it), and `here(path, lang, …)`,
    an address of ours in that language or the one that was chosen, and what else its query says.
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
        chosen = request.query.get("lang", "")
        html = template.render(
            lang=request.language,
            say=lambda vi, en: en if request.language == "en" else vi,
            path=request.path,
            chosen=chosen if chosen in {"vi", "en"} else "",
            here=lambda path, lang="", **asked: address(
                with_query(quote(path), asked), lang=lang or chosen
            ),
            signed_in=bool(request.who.subject or read_cookie(request.headers, TOKEN)),
            session=request.page.session,
            session_until=_clock(request.page.session),
            can_sign_in=request.page.can_sign_in,
            staff_links=staff_links(request.page.session, request.path),
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
            forget_cookies(response, TOKEN, SESSION)
        return response

    @cached_property
    def _environment(self) -> Environment:
        look = PrefixLoader({"look": FileSystemLoader(LOOK)})
        made = Environment(
            loader=ChoiceLoader([look, FileSystemLoader(self._folder)]),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        made.filters["telephone"] = telephone.readable
        made.globals["style"] = Markup(style())  # noqa: S704 -- our own file
        return made

    @cached_property
    def _rules(self) -> Mapping[str, str]:
        digest = base64.b64encode(hashlib.sha256(style().encode()).digest()).decode()
        return {
            "Content-Security-Policy": (
                f"default-src 'none'; style-src 'sha256-{digest}'; form-action 'self'; "
                "base-uri 'none'; frame-ancestors 'none'; frame-src 'self'"
            ),
            # With `no-referrer` a browser hides the origin of our own forms from us.
            "Referrer-Policy": "same-origin",
            "Vary": "Accept, Accept-Language, Authorization, Cookie",
        }


@cache
def style() -> str:
    """The one style sheet of all pages."""
    return (LOOK / "style.css").read_text(encoding="utf-8")


def with_query(path: str, asked: Mapping[str, str]) -> str:
    """A path of ours with a query; what is "" in it is not said."""
    query = urlencode({name: value for name, value in asked.items() if value}, quote_via=quote)
    return f"{path}?{query}" if query else path


def address(path: str, *, lang: str) -> str:
    """A path of ours, which may have a query, in a language if one was chosen."""
    path, _, query = path.partition("?")
    chosen = f"lang={lang}" if lang in {"vi", "en"} else ""
    asked = "&".join(filter(None, (chosen, query)))
    return f"{path}?{asked}" if asked else path


def _clock(session: PageSession | None) -> str:
    return session.until.astimezone(HO_CHI_MINH).strftime("%H:%M") if session else ""
