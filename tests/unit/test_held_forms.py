"""Every form of every service that meets what does not last: what was typed comes back with it."""

import re
from dataclasses import replace
from io import BytesIO
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import pytest

from foundation.errors import Error, Unavailable, Unknown
from foundation.web.auth import NOBODY
from foundation.web.html_pages import LOOK, PageRenderer
from foundation.web.page_cookies import TOKEN
from foundation.web.page_routes import PageRoute
from foundation.web.page_uploads import UploadRoute
from foundation.web.responses import TooMany
from tests import page_tour
from tests.markup import Markup, flaws
from tests.toured import Toured, toured

FOR_ALL = {
    "/booking": "whoever has a telephone books a time",
    "/booking/<code>/move": "the code alone opens a booking",
    "/booking/<code>/cancel": "the same",
    "/denounce/without-account": "nobody's account shall be tied to it",
    "/denounce/follow": "its secret code opens it",
    "/denounce/follow/add": "the same",
    "/rate/visit/<code>": "the code of the counter opens it",
    "/late/sign-in": "signs in",
    "/tracking/<code>/sign-in": "the same",
    "/sign-out": "nothing was typed into it",
    "/late/sign-out": "the same",
    "/tracking/<code>/sign-out": "the same",
}
"""Forms that take nobody's session, and so cannot find it over."""
TYPED = [("words", 'Đề nghị "báo cáo" <ngay>'), ("box", "a"), ("box", "b"), ("key", "k")]


class Elsewhere:
    """What runs a method in the place of a container: an error comes, and nothing else."""

    def __init__(self, error: Error) -> None:
        self.error = error

    def __call__(self, *_about: Any) -> Any:
        raise self.error


def forms() -> list[tuple[Toured, PageRoute, str]]:
    return [
        (place, route, method)
        for place in toured()
        for route, method in page_tour.routes(place)
        if route.method == "POST"
    ]


def test_every_form_that_somebody_must_sign_in_for_finds_it_out_before_all_else() -> None:
    """`Unknown` is what the route holds the form for: another error would be a page without it."""
    met = dict[str, set[str]]()
    for place, route, method in forms():
        if isinstance(route, UploadRoute):
            continue  # of a file that nobody signed in sends not a byte is read
        for address, values in page_tour._addresses(place, route.path):  # noqa: SLF001
            request = page_tour._request("POST", address, None, "vi")  # noqa: SLF001
            try:
                getattr(place.service, method)(request, **values)
                said = "done"
            except Error as error:
                said = error.name
            met.setdefault(route.path, set()).add(said)
    # A desk that is not ours is nowhere to be found, whoever asks.
    elsewhere = {path for path in met if path.startswith("/desks/<agency>/")}
    assert {path: each for path, each in met.items() if path not in FOR_ALL} == {
        path: {"unknown", "not-found"} if path in elsewhere else {"unknown"}
        for path in met
        if path not in FOR_ALL
    }
    assert {path for path, each in met.items() if "unknown" not in each} == set(FOR_ALL)


@pytest.mark.parametrize(
    ("error", "heading"),
    [
        (Unknown("Ai?", "Who?"), "Phiên làm việc đã hết"),
        (Unavailable("Cơ sở dữ liệu vắng.", "The database is away."), "Cơ sở dữ liệu vắng."),
        (TooMany(7), "thử lại sau 7 giây"),
    ],
    ids=["signed out", "away", "too many"],
)
def test_every_form_comes_back_with_what_was_typed(
    error: Error, heading: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _, route, _ in forms():
        monkeypatch.setattr(route, "_run", Elsewhere(error), raising=False)
        path = re.sub("<[^>]+>", "x-1", route.path)
        answer = route._respond(_sent(path), {})  # noqa: SLF001 -- as the server does
        html = answer.get_data(as_text=True)
        page, upload = Markup(html), isinstance(route, UploadRoute)
        assert answer.status_code == error.status
        assert (answer.headers.get("Retry-After") is None) == isinstance(error, Unknown)
        assert flaws(html) == [], route.path
        assert heading in page.text
        (form,) = (each for each in page.all("form") if each["action"] == f"{path}?lang=vi")
        assert form["method"] == "post"
        held = [(each["name"], each["value"]) for each in page.all("input") if "value" in each]
        assert held == ([] if upload else TYPED), route.path
        files = [each["name"] for each in page.all("input") if each.get("type") == "file"]
        assert files == (["file"] if upload else [])


def test_what_lasts_is_not_held_and_neither_is_what_an_api_sends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    route = PageRoute("POST", "/late/<id>/urge", pages=PageRenderer(LOOK), scope="director")
    monkeypatch.setattr(route, "_run", Elsewhere(Unavailable("Vắng.", "Away.")), raising=False)
    plain = replace(_sent(route.path), headers={"accept": "application/json"})
    with pytest.raises(Unavailable):
        route._respond(plain, {})  # noqa: SLF001 -- as the server does


def test_a_form_sent_with_a_token_that_is_over_is_held_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tokens = SimpleNamespace(authorize=Elsewhere(Unknown("Ai?", "Who?")))
    headers = {"accept": "text/html", "cookie": f"{TOKEN}=over"}
    for method in ("GET", "POST"):
        route = PageRoute(method, "/late", pages=PageRenderer(LOOK), scope="director")
        monkeypatch.setattr(route, "server", SimpleNamespace(tokens=tokens), raising=False)
        if method == "POST":
            assert route.authenticate(headers) == NOBODY
        else:
            with pytest.raises(Unknown):
                route.authenticate(headers)


def _sent(path: str) -> Any:
    asked = page_tour._request("POST", f"{path}?lang=vi", None, "vi")  # noqa: SLF001
    return replace(asked, stream=BytesIO(urlencode(TYPED).encode()))
