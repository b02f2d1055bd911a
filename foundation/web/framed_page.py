"""A page that a page of ours may show in a frame: `@framed_page`, else as `@page`.

    @framed_page("/files/<id>/view", PAGES, scope="desk", gives=ANY_FILE)
    def view(self, request, id): …

Every other page forbids to be framed, by ours too. Those of other sites never may.
"""

from collections.abc import Callable, Mapping
from typing import Any

from werkzeug.wrappers import Response

from foundation.errors import Error
from foundation.web.html_pages import PageRenderer
from foundation.web.page_routes import Method, PageRoute
from foundation.web.request import Request
from foundation.web.routes import Gives, register_route

_RULES = "Content-Security-Policy"


class FramedPageRoute(PageRoute):
    """As PageRoute; its page and that of its error may be shown in a frame of a page of ours."""

    def _respond(self, request: Request, values: dict[str, str]) -> Response:
        return _framed(super()._respond(request, values))

    def problem(self, error: Error, environ: Mapping[str, Any]) -> Response:
        """As PageRoute.problem."""
        return _framed(super().problem(error, environ))


def framed_page(
    path: str, pages: PageRenderer, *, scope: str, gives: Gives
) -> Callable[[Method], Method]:
    """A page to look at by whoever has the scope; to others there is no such page."""
    return register_route(
        FramedPageRoute("GET", path, pages=pages, scope=scope, gives=gives, hidden=True)
    )


def _framed(response: Response) -> Response:
    rules = response.headers.get(_RULES, "")
    response.headers[_RULES] = rules.replace("frame-ancestors 'none'", "frame-ancestors 'self'")
    return response
