"""Every page of the platform as people see it, over stores in memory: no server, no browser.

Pages and forms are taken from the code. Each is asked for with every example of what its address
names, by everybody who may, in both languages; what comes is kept once.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from itertools import product
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl

from werkzeug.wrappers import Response

from foundation.errors import Error, Unknown
from foundation.sign_in.providers import IdentityProvider
from foundation.web import Request
from foundation.web.auth import NOBODY
from foundation.web.html_pages import LOOK, PageRenderer
from foundation.web.openapi import routes_of
from foundation.web.page_routes import PageRoute
from foundation.web.request import PageContext
from foundation.web.session import PageSession
from services.intake.domain.counter.possible_acts import CounterAct
from services.intake.handlers import calendar_view
from services.routing.domain.work.possible import StepAct
from tests.builders import OWNER, PROCEDURE
from tests.desks import OURS
from tests.journeys import code
from tests.laid_out_counter import counter
from tests.laid_out_desk import desk
from tests.unit.test_catalogue_service import CONTENT
from tests.unit.test_catalogue_service import Office as Catalogue

_NAME = re.compile(r"<([^>]+)>")
_LANGUAGES = ("vi", "en")
_CITIZEN = ("dossier:read", "dossier:submit")


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
    _session("minh", "director", "calendar:write", "catalogue:write"),
    *(_session(each, "desk", agency=OURS) for each in ("dung", "truong", "quan", "ai")),
)


@dataclass(frozen=True, kw_only=True)
class Toured:
    """A service with pages: what its addresses name, and questions to ask its pages besides."""

    service: Any
    named: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    asked: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class PageView:
    """A page as somebody got it: by which route, at which address, in which language."""

    route: str
    address: str
    language: str
    status: int
    html: str


def toured() -> Iterator[Toured]:
    """Every service that has pages, with what lies in its stores."""
    yield _intake()
    yield _routing()
    yield _catalogue()


@cache
def views() -> tuple[PageView, ...]:
    """Every page that anybody gets, each text once."""
    found: dict[tuple[str, str], PageView] = {}
    for each in (*_all_views(), *_shared_views()):
        found.setdefault((each.route, each.html), each)
    return tuple(found.values())


def routes(place: Toured) -> list[tuple[PageRoute, str]]:
    """The pages and forms of a service, each with the name of its method."""
    return [
        (each.route, each.method.__name__)
        for each in routes_of(type(place.service))
        if isinstance(each.route, PageRoute)
    ]


def _intake() -> Toured:
    office = counter()
    office.service.accounts = _accounts()
    return Toured(
        service=office.service,
        named={
            "dossier_id": ("bare", "w00", "nothing", *(f"dossier-{n}" for n in range(1, 13))),
            "code": tuple(code(number) for number in range(1, 13)),
            "name": (*CounterAct, *calendar_view.TITLES),
            "procedure": (PROCEDURE, "1.000000"),
            "provider": ("vneid",),
        },
        asked={
            "/counter": ("list=today", "list=resolved", "list=payment", "list=nothing"),
            "/counter/search": ("q=hoa", "q=", "q=zzz"),
            "/counter/new": ("q=zzz", "q=chap+thuan"),
            "/centre/calendar": (
                "from=2020-10-01T09:00&unit=working_days&amount=5",
                "from=x&unit=zzz&amount=0",
                "from=1900-01-01T09:00&unit=working_days&amount=5",
            ),
            "/centre/dossiers": (
                *(f"list={each}" for each in ("soon", "running", "in", "out", "payment", "zzz")),
                "list=running&agency=so-ke-hoach-dau-tu",
                "list=late&field=zzz",
                "list=running&limit=1",
            ),
            "/late": ("agency=so-xay-dung", "field=zzz", "agency=nowhere"),
            "/tracking": ("code=", f"code={code(1)}"),
        },
    )


def _routing() -> Toured:
    ours = desk()
    lists = ("mine", "division", "untaken", "due_today", "overdue", "due_soon", "urged", "zzz")
    return Toured(
        service=ours.service,
        named={
            "agency": (OURS, OURS, OURS, OURS, OURS, "so-y-te"),
            "step": ("d1.1", "d2.1", "d3.1", "m00.1", "nothing"),
            "name": (*StepAct, "officer", "absence", "return", "desk"),
        },
        asked={
            "/desks/<agency>/work": tuple(f"list={each}" for each in lists),
            "/desks/<agency>/staff/officer": ("id=dung", "id=lan&done=officer", "id=zzz"),
            "/desks/<agency>/staff/desk": ("code=quay-5", "code=zzz"),
            "/desks/<agency>/staff/readings": (
                "code=000.00.00.H41-261123-0001",
                "code=zzz",
                "limit=1",
            ),
            "/desks/<agency>/search": ("q=hoa", "q=", "q=zzz"),
        },
    )


def _catalogue() -> Toured:
    office = Catalogue()
    office.publish("1.013236")
    office.publish("1.004232", name="Cấp phép khai thác nước <b>", field="Tài nguyên nước")
    changed = CONTENT | {"name": "Bản nháp", "unverified": ["fees"]}
    office.service.draft(office.request(changed), "1.004232")
    return Toured(
        service=office.service,
        named={
            "code": ("1.013236", "1.004232", "1.000000", "1.004232"),
            "name": ("publish", "withdraw", "zzz"),
        },
        asked={
            "/procedures": ("query=cap", "query=zzz", "limit=1"),
            "/catalogue": ("query=cap", "code=", "query=zzz"),
            "/catalogue/<code>": ("done=publish",),
        },
    )


def _accounts() -> SimpleNamespace:
    """Signing in with two providers to choose from, none of which is asked anything."""
    provider = IdentityProvider(
        id="vneid", name_vi="Tài khoản VNeID", name_en="VNeID", issuer="https://x", client_id="x"
    )
    both = {each: replace(provider, id=each) for each in ("vneid", "staff")}
    return SimpleNamespace(
        providers=SimpleNamespace(all=lambda: both),
        leaving=lambda _: "https://provider.example/leave",
        leave=lambda _provider, _to: Response(status=303),
        come_back=_nobody_came,
    )


def _nobody_came(_request: Request) -> Response:
    raise Unknown("Chưa đăng nhập được.", "You are not signed in.")


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
        shown = (
            look.show("look/specimen.html", request),
            look.show("look/held.html", request, status=401, held=[("reason", "đã gõ")]),
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
        yield _seen(f"{route.method} {route.path}", address, language, response)


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


def _seen(route: str, address: str, language: str, response: Response) -> PageView:
    return PageView(
        route=route,
        address=address,
        language=language,
        status=response.status_code,
        html=response.get_data(as_text=True),
    )
