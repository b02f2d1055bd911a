"""Every page of the platform as people see it, over stores in memory: no server, no browser.

Pages and forms are taken from the code. Each is asked for with every example of what its address
names, by everybody who may, in both languages; what comes is kept once.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from itertools import product
from urllib.parse import parse_qsl

from werkzeug.wrappers import Response

from foundation.errors import Error, Unavailable, Unknown
from foundation.web import Request
from foundation.web.auth import NOBODY
from foundation.web.held_forms import held_page
from foundation.web.html_pages import LOOK, PageRenderer
from foundation.web.openapi import routes_of
from foundation.web.page_routes import PageRoute
from foundation.web.request import PageContext
from foundation.web.session import PageSession
from tests.builders import OWNER
from tests.desks import OURS
from tests.toured import Toured, toured

_NAME = re.compile(r"<([^>]+)>")
_LANGUAGES = ("vi", "en")
_SAID_ALIKE = (401, 403, 404)
_CITIZEN = ("dossier:read", "dossier:submit", "document:write", "feedback:write")


def _session(subject: str, *scopes: str, agency: str = "") -> PageSession:
    now = datetime.now(UTC)
    return PageSession(
        subject=subject,
        name="Phiên thử",
        provider="vneid",
        scopes=scopes,
        agency=agency,
        began=now,
        seen=now,
    )


PEOPLE: tuple[PageSession | None, ...] = (
    None,
    _session(OWNER, *_CITIZEN),
    _session("lan", "counter"),
    _session("thanh", "centre", "denunciation"),
    _session("minh", "director", "calendar:write", "catalogue:write", "events:admin"),
    _session("statistics-office", "events:read"),
    *(_session(each, "desk", agency=OURS) for each in ("dung", "truong", "quan", "ai")),
)


@dataclass(frozen=True, kw_only=True)
class PageView:
    """A page as somebody got it: by which route, at which address, in which language.

    `by` is their account, "" if nobody was signed in.
    """

    route: str
    address: str
    language: str
    status: int
    html: str
    by: str = ""


@cache
def views() -> tuple[PageView, ...]:
    """Every page that anybody gets, each text once."""
    found: dict[tuple[str, ...], PageView] = {}
    for each in (*_all_views(), *_shared_views()):
        # That there is no such thing, or no right to it, is said the same way each time.
        kind = each.language if each.status in _SAID_ALIKE else each.html
        found.setdefault((each.route, str(each.status), kind), each)
    return tuple(found.values())


def routes(place: Toured) -> list[tuple[PageRoute, str]]:
    """The pages and forms of a service, each with the name of its method."""
    return [
        (each.route, each.method.__name__)
        for each in routes_of(type(place.service))
        if isinstance(each.route, PageRoute)
    ]


def _all_views() -> Iterator[PageView]:
    toured_before = set[tuple[str, str]]()
    for place in toured():
        for route, method in routes(place):
            if (route.method, route.path) in toured_before:
                continue  # a page that services share
            toured_before.add((route.method, route.path))
            for address, values in _addresses(place, route.path):
                for who, language in product(PEOPLE, _LANGUAGES):
                    yield from _view(place, route, method, address, values, who, language)


def _shared_views() -> Iterator[PageView]:
    """What every service shows besides its own: all components, and a form that was held."""
    look = PageRenderer(LOOK)
    for language in _LANGUAGES:
        request = _request("GET", "/specimen", None, language)
        typed, errors = {"reason": ["đã gõ"]}, (Unknown("Ai?", "Who?"), Unavailable("Vắng", "Away"))
        shown = (
            look.show("look/specimen.html", request),
            *(
                held_page(look, request, error, fields=typed, files=files)
                for error, files in product(errors, ((), ("file",), ("one", "two")))
            ),
        )
        yield from (_seen("/specimen", "/specimen", language, each) for each in shown)


def _addresses(place: Toured, path: str) -> Iterator[tuple[str, dict[str, str]]]:
    """A route's addresses: each example of each name at least once, not each with each other."""
    names = _NAME.findall(path)
    examples = [place.named[each] for each in names]
    for number in range(max(map(len, examples), default=1)):
        chosen = [each[number % len(each)] for each in examples]
        values = dict(zip(names, chosen, strict=True))
        address = path
        for name, value in values.items():
            address = address.replace(f"<{name}>", value)
        yield address, values
        for query in place.asked.get(path, ()):
            yield f"{address}?{query}", values


def _view(
    place: Toured,
    route: PageRoute,
    method: str,
    address: str,
    values: Mapping[str, str],
    who: PageSession | None,
    language: str,
) -> Iterator[PageView]:
    request = _request(route.method, address, who, language)
    if who and route.scope and not set(route.scope.split()) & set(who.scopes):
        return
    try:
        response = getattr(place.service, method)(request, **values)
    except Error as error:
        response = route.pages.problem(error, request)
    if isinstance(response, Response) and (response.content_type or "").startswith("text/html"):
        by = who.subject if who else ""
        yield _seen(f"{route.method} {route.path}", address, language, response, by)


def _request(method: str, address: str, who: PageSession | None, language: str) -> Request:
    path, _, query = address.partition("?")
    return Request(
        method=method,
        path=path,
        query=dict(parse_qsl(query, keep_blank_values=True)),
        headers={
            "accept": "text/html",
            "accept-language": language,
            "content-type": "application/x-www-form-urlencoded",
        },
        stream=BytesIO(b"key=k&seen=-&officer-id=dung&absence-id=dung&return-id=dung"),
        who=who.who() if who else NOBODY,
        page=PageContext(who, can_sign_in=True),
    )


def _seen(route: str, address: str, language: str, response: Response, by: str = "") -> PageView:
    return PageView(
        route=route,
        address=address,
        language=language,
        status=response.status_code,
        html=response.get_data(as_text=True),
        by=by,
    )
