"""Every page is valid HTML, small, and says what it is, in both languages."""

import re
from pathlib import Path

import pytest

from cli.page_routes import page_paths
from foundation.web.html_pages import style
from tests import page_tour
from tests.html_validator import complaints
from tests.markup import Markup, flaws
from tests.toured import toured

# A thousand pages are made and looked over, on a machine that may do other things too.
pytestmark = pytest.mark.timeout(600)
LARGEST = 60_000
NO_PAGE = {
    "/denounce/own": "leads to the one that was sought",
    "/feedback/own": "the same",
    "/late.csv": "a table",
    "/files/<id>": "a file",
    "/files/<id>/view": "the same",
    "/sign-in/callback": "leads on, or says that nobody is signed in",
    "/sign-in/with/<provider>": "leads to the provider",
    "/uploads/too-large": "what a proxy shows, with its own status",
    "/booking/own": "leads to the booking whose code was typed in",
    "/tracking": "leads to the dossier that was asked for, or says what is wrong with the code",
}
FOR_MACHINES = re.compile(r"<(textarea|pre|code)\b.*?</\1>", re.DOTALL)
MACHINE_DATE = re.compile(r"\b\d{4}-\d{2}-\d{2}(?!\d).{0,30}")
NOT_LED_TO = {
    "/specimen": "all components, for those who build",
    "/webhooks/deleted": "where the form that deletes leads",
}
# Whoever signed out may sign out of the provider too.
LEAVING = ("<a> leads outside: https://provider.example/leave",)
BROKEN = "<!doctype html><html><title>x</title><ul><p>y</p></ul><label for='q'>z</label></html>"


@pytest.fixture(scope="module", name="views")
def _views() -> tuple[page_tour.PageView, ...]:
    return page_tour.views()


def test_the_tour_comes_to_every_page_that_the_code_has(
    views: tuple[page_tour.PageView, ...],
) -> None:
    """A page of a new service is laid out in tests/toured.py.

    Somebody who signed in must have got it: to all others many show only where to sign in.
    """
    shown = {
        (view.route.removeprefix("GET "), view.language)
        for view in views
        if view.status == 200 and view.by
    }
    known = {
        (route.method, route.path) for place in toured() for route, _ in page_tour.routes(place)
    }
    missed = {path.path for path in page_paths()} - {path for _, path in known}
    assert not missed, f"lay them out in tests/toured.py: {missed}"
    asked = {path for method, path in known if method == "GET"} - NO_PAGE.keys()
    assert {(path, each) for path in asked for each in ("vi", "en")} <= shown


def test_a_form_that_is_not_right_is_answered_by_a_page(
    views: tuple[page_tour.PageView, ...],
) -> None:
    answered = {view.route for view in views if view.route.startswith("POST")}
    forms = {
        f"POST {route.path}"
        for place in toured()
        for route, _ in page_tour.routes(place)
        if route.method == "POST" and not route.path.endswith("/sign-out")
    }
    assert forms - {"POST /sign-out"} <= answered


def test_every_page_is_led_to_from_another(views: tuple[page_tour.PageView, ...]) -> None:
    """Nobody knows an address by heart; what an address names is found on the page before."""
    led_to = {
        (str(link.get("href") or link.get("action")).partition("?")[0], view.route)
        for view in views
        for link in Markup(view.html).all("a", "form")
    }
    whole = {view.route.removeprefix("GET ") for view in views if view.route.startswith("GET ")}
    alone = {each for each in whole if "<" not in each} - NO_PAGE.keys() - NOT_LED_TO.keys()
    found = {address for address, route in led_to if route != f"GET {address}"}
    assert alone - found == set()


def test_no_page_writes_a_date_as_machines_do(views: tuple[page_tour.PageView, ...]) -> None:
    said = {
        (view.route, found[0])
        for view in views
        if (found := MACHINE_DATE.search(Markup(FOR_MACHINES.sub("", view.html)).text))
    }
    assert said == set()


def test_no_page_has_a_flaw_or_is_too_large(views: tuple[page_tour.PageView, ...]) -> None:
    for view in views:
        said = (view.route, view.address, view.language)
        assert [each for each in flaws(view.html) if each not in LEAVING] == [], said
        assert f'<html lang="{view.language}">' in view.html, said
        assert len(view.html.encode()) <= LARGEST, said


def test_the_validator_finds_nothing(views: tuple[page_tour.PageView, ...], tmp_path: Path) -> None:
    # The one style sheet stands in every page, and is no matter of html-validate.
    found = complaints([view.html.replace(style(), "") for view in views], tmp_path)
    said = [f"{views[number].route} {views[number].address}: {text}" for number, text in found]
    assert not said, "\n".join(said[:20])


def test_the_validator_would_find_it(tmp_path: Path) -> None:
    (_, *_), found = zip(*complaints([BROKEN], tmp_path), strict=True)
    for rule in ("element-permitted-content", "no-missing-references", "element-required-attr"):
        assert any(rule in each for each in found), found
