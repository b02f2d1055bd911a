"""The door for browsers: who gets a page, who may send a form, and how a token is kept."""

import re
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.errors import Forbidden, Invalid, Unavailable, Unknown
from foundation.web import Request
from foundation.web.framed_page import FramedPageRoute
from foundation.web.html_pages import LOOK, PageRenderer, style
from foundation.web.page_forms import read_form
from foundation.web.page_routes import LARGEST_FORM, PageRoute, moved, sign_in, sign_out, wants_page
from foundation.web.request import PageContext
from foundation.web.responses import TooMany, WrongMediaType
from foundation.web.session import LONGEST_SEALED
from services.documents.pages import PAGES as FRAMED
from services.intake.pages import PAGES
from tests.markup import Markup, flaws

FORM = "application/x-www-form-urlencoded"
TOKEN = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhbiJ9.c2ln_-"  # noqa: S105 -- looks like one, and is none


def sent(body: bytes, kind: str = FORM, **headers: str) -> Request:
    return Request(method="POST", headers={"content-type": kind, **headers}, stream=BytesIO(body))


@pytest.mark.parametrize(
    ("accept", "page"),
    [
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", True),
        ("text/html", True),
        ("application/json, text/html;q=0.9", False),
        ("application/json", False),
        ("*/*", False),
        ("text/html;q=0", False),
        ("", False),
    ],
)
def test_a_page_is_for_those_who_ask_for_html(accept: str, page: bool) -> None:  # noqa: FBT001
    assert wants_page({"accept": accept}) is page


@given(st.text(max_size=80))
def test_whatever_is_accepted_there_is_an_answer(accept: str) -> None:
    assert wants_page({"accept": accept}) in {True, False}


@pytest.mark.parametrize(
    ("headers", "ours"),
    [
        ({"sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "cross-site", "origin": "http://a", "host": "a"}, False),
        ({"sec-fetch-site": "same-site"}, False),
        ({"sec-fetch-site": "none"}, False),
        ({"origin": "https://tra-cuu.example.vn", "host": "tra-cuu.example.vn"}, True),
        ({"origin": "http://127.0.0.1:8000", "host": "127.0.0.1:8000"}, True),
        ({"origin": "https://evil.example", "host": "tra-cuu.example.vn"}, False),
        ({"origin": "null", "host": "tra-cuu.example.vn"}, False),
        ({"origin": "http://[", "host": "tra-cuu.example.vn"}, False),
        ({"host": "tra-cuu.example.vn"}, False),
        ({}, False),
    ],
)
def test_a_form_comes_from_our_own_page_or_not_at_all(
    headers: dict[str, str],
    ours: bool,  # noqa: FBT001
) -> None:
    door = PageRoute("POST", "/x", pages=PAGES, largest=LARGEST_FORM)
    if ours:
        door.precheck(headers)
    else:
        with pytest.raises(Forbidden):
            door.precheck(headers)


def test_a_form_is_read_field_by_field() -> None:
    body = f"token={quote(' Đơn & tờ ')}&token=second&empty=&lang=vi".encode()
    assert read_form(sent(body)) == {"token": "Đơn & tờ", "lang": "vi"}


@pytest.mark.parametrize("body", [b"a=%ff", b"\xff=1", b"&".join([b"a=1"] * 301)])
def test_a_form_that_cannot_be_read_is_refused(body: bytes) -> None:
    with pytest.raises(Invalid):
        read_form(sent(body))


def test_what_is_no_form_is_refused() -> None:
    with pytest.raises(WrongMediaType):
        read_form(sent(b"{}", kind="application/json"))


@given(st.binary(max_size=200))
def test_whatever_is_sent_is_a_form_or_refused(body: bytes) -> None:
    with suppress(Invalid):
        assert all(isinstance(each, str) for each in read_form(sent(body)).values())


def cookies(response: Any) -> list[str]:
    kept: list[str] = response.headers.getlist("Set-Cookie")
    return kept


@pytest.mark.parametrize(
    ("origin", "name", "secure"),
    [
        ("https://tra-cuu.example.vn", "__Host-motcua", True),
        ("http://127.0.0.1:8000", "motcua", False),
    ],
)
def test_a_token_is_kept_where_no_script_and_no_other_site_can_use_it(
    origin: str,
    name: str,
    secure: bool,  # noqa: FBT001
) -> None:
    response = sign_in(sent(b"", origin=origin), TOKEN, "/tracking/x")
    assert (response.status_code, response.headers["Location"]) == (303, "/tracking/x")
    (cookie,) = cookies(response)
    said = {part.strip() for part in cookie.split(";")}
    assert f"{name}={TOKEN}" in said
    assert {"HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=900"} <= said
    assert ("Secure" in said) is secure
    assert not any(part.startswith("Domain") for part in said)
    assert TOKEN not in response.headers["Location"]
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "token", ["", "  ", "a b", "a;b", "a\r\nSet-Cookie: x=1", "đ", "x" * (LONGEST_SEALED + 1)]
)
def test_what_cannot_be_a_token_is_not_kept(token: str) -> None:
    with pytest.raises(Invalid) as wrong:
        sign_in(sent(b""), token, "/")
    assert list(wrong.value.fields) == ["token"]


def test_a_token_may_be_pasted_with_the_word_before_it() -> None:
    assert TOKEN in cookies(sign_in(sent(b""), f"Bearer {TOKEN} ", "/"))[0]


def test_signing_out_forgets_every_token() -> None:
    kept = cookies(sign_out(sent(b""), "/"))
    names = [each.partition("=")[0] for each in kept]
    assert names == ["__Host-motcua", "motcua", "__Host-motcua-session", "motcua-session"]
    assert all("Max-Age=0" in each for each in kept)


@pytest.mark.parametrize(("lang", "to"), [("en", "/a?lang=en"), ("", "/a"), ("//evil", "/a")])
def test_the_way_on_keeps_the_language_and_nothing_else(lang: str, to: str) -> None:
    assert moved(Request(query={"lang": lang}), "/a").headers["Location"] == to


@pytest.mark.parametrize(
    ("header", "query", "language"),
    [("en", "", "en"), ("en", "vi", "vi"), ("vi", "en", "en"), ("en", "fr", "en")],
)
def test_the_language_of_the_address_counts_more_than_the_browsers(
    header: str, query: str, language: str
) -> None:
    request = Request(headers={"accept-language": header}, query={"lang": query})
    assert request.language == language


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize(
    "error",
    [
        Unknown("Hết hạn.", "Expired."),
        Forbidden("Không được.", "No."),
        TooMany(7),
        Unavailable("Tạm dừng.", "Away."),
        Invalid("Sai.", "Wrong.", fields={"token": ("x",)}, article="Đ16"),
        Invalid("Sai.", "Wrong.", fields={"code": ("x",)}),
    ],
    ids=lambda each: f"{each.name} {' '.join(each.fields)}",
)
@pytest.mark.parametrize("path", ["/", "/tracking", "/tracking/x/sign-in", "/tracking/<b>\"'&"])
def test_what_goes_wrong_is_a_whole_page(error: Any, path: str, lang: str) -> None:
    response = PAGES.problem(error, Request(path=path, query={"lang": lang}))
    html = response.get_data(as_text=True)
    assert flaws(html) == []
    assert response.status_code == error.status
    assert (error.en if lang == "en" else error.vi) in html
    assert "<b>" not in html
    assert bool(cookies(response)) is isinstance(error, Unknown)


def test_an_error_page_has_the_headers_its_status_asks_for() -> None:
    assert PAGES.problem(TooMany(7), Request()).headers["Retry-After"] == "7"
    assert "WWW-Authenticate" in PAGES.problem(Unknown("", ""), Request()).headers


# The look that all services share.


@pytest.mark.parametrize(("kind", "who"), [(PageRoute, "'none'"), (FramedPageRoute, "'self'")])
def test_only_a_page_meant_for_it_may_be_framed_and_only_by_ours(
    kind: type[PageRoute], who: str
) -> None:
    environ = {"PATH_INFO": "/files/1/view", "HTTP_ACCEPT": "text/html"}
    page = kind("GET", "/files/<id>/view", pages=PAGES).problem(Unknown("", ""), environ)
    assert f"frame-ancestors {who}" in page.headers["Content-Security-Policy"]


def test_who_must_sign_in_again_leaves_the_frame_for_it() -> None:
    request = Request(path="/files/1/view", page=PageContext(can_sign_in=True))
    html = FRAMED.problem(Unknown("Hết hạn.", "Expired."), request).get_data(as_text=True)
    (link,) = (each for each in Markup(html).all("a") if each["href"] == "/sign-in")
    assert link["target"] == "_top"


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_specimen_of_all_components_is_a_whole_page(lang: str) -> None:
    html = PAGES.show("look/specimen.html", Request(query={"lang": lang})).get_data(as_text=True)
    assert flaws(html) == []


def test_the_specimen_shows_every_component() -> None:
    parts, specimen = ((LOOK / name).read_text() for name in ("parts.html", "specimen.html"))
    components = set(re.findall(r"\{% macro ([a-z]\w*)\(", parts)) - {"words"}
    used = {name for name in components if re.search(rf"\b{name}\(", specimen)}
    assert used == components


def test_a_page_leaves_most_of_its_sixty_kilobytes_to_what_it_says() -> None:
    assert len(style().encode()) < 12_000


@pytest.mark.parametrize("value", ['"><script>alert(1)</script>', "' onfocus=x", "</textarea>"])
def test_what_a_person_typed_is_shown_as_text(value: str, tmp_path: Path) -> None:
    source = """{% from "look/parts.html" import field, textarea, select, choices with context %}
    {{ field('a', value, value=value, hint=value, error=value, attributes={'placeholder': value}) }}
    {{ textarea('b', value, value=value) }}{{ select('c', value, [(value, value)]) }}
    {{ choices('d', value, [(value, value, value)]) }}"""
    (tmp_path / "page.html").write_text(source)
    html = PageRenderer(tmp_path).show("page.html", Request(), value=value).get_data(as_text=True)
    page = Markup(html)
    assert {name for name, _ in page.elements}.isdisjoint({"script"})
    assert all("onfocus" not in each for _, each in page.elements)
    assert page.all("input")[0]["value"] == value
