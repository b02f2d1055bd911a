"""Every page in Chromium by axe-core: both languages, both colour schemes, a phone and a screen.

Pages come from tests/page_tour.py, so that none is missed and no server runs: of each route the
fullest page, and every other one that shows a kind of element which none of those has. Colours take
most of axe's time: they are looked at wherever an element stands among others as none did before in
that scheme, for no rule of the style sheet tells elements apart by more. Headings, titles and
languages are read off all pages in test_valid_html.py.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests import page_tour
from tests.integration.visitors import PHONE, SCREEN, chromium
from tests.markup import Markup
from tests.page_tour import PageView

# Six hundred looks of axe take a minute and a half alone, and more on a machine that is busy.
pytestmark = pytest.mark.timeout(900)
LOOKS = (("light", SCREEN), ("dark", PHONE))
AXE = """colours => axe.run({
    resultTypes: ['violations'], rules: {'color-contrast': {enabled: colours}}
}).then(found => found.violations)"""
PLACES = """() => {
    const told = ['class', 'type', 'role', 'open', 'aria-current', 'aria-invalid', 'data-head'];
    const name = each => each.tagName + told.map(at => each.getAttribute(at) ?? '').join('|');
    const path = each => each ? path(each.parentElement) + '>' + name(each) : '';
    return [...new Set([...document.body.querySelectorAll('*')].map(path))];
}"""
TELLS_APART = ("class", "type", "role", "open", "aria-current", "aria-invalid")
Kind = tuple[str, ...]


@pytest.fixture(scope="module", name="page")
def _page() -> Iterator[Page]:
    with chromium() as browser:
        # Axe would look at colours while they change from one scheme to the other.
        page = browser.new_page(reduced_motion="reduce")
        page.set_default_timeout(60_000)
        page.set_content("<p>what is put into a page later finds axe here already</p>")
        page.evaluate(Axe().axe_script)
        yield page


def test_nothing_keeps_anybody_from_using_any_page(page: Page) -> None:
    chosen = _chosen(page_tour.views())
    routes = {view.route for view in page_tour.views()}
    assert {(view.route, view.language) for view in chosen} >= {
        (route, each) for route in routes for each in ("vi", "en")
    }
    known = set[str]()
    found = [
        f"{view.route} {view.address} {view.language}: {each}"
        for view in chosen
        for each in _seen(page, view.html, known)
    ]
    assert not found, "\n".join(found)


def test_what_keeps_people_out_would_be_found(page: Page) -> None:
    """Colours that only the dark scheme has wrong, a field without a name, and what is too wide."""
    dark = "@media (prefers-color-scheme: dark) { p { color: #333; background: #222 } }"
    wide = "<div style='width: 500px'>x</div>"
    html = (
        f"<style>body {{ margin: 0 }} {dark}</style><h1>x</h1><p>too dark</p><input name='z'>{wide}"
    )
    whole = f"<!doctype html><html lang='vi'><title>t</title><main>{html}</main></html>"
    found, known = list[str](), set[str]()
    for part in (whole, whole.replace("<p>", "<p class='a'>"), whole):
        found += _seen(page, part, known)
    assert [each for each in found if "color-contrast" in each] == [
        "dark color-contrast: <p>too dark</p>",
        'dark color-contrast: <p class="a">too dark</p>',
    ]
    assert {each for each in found if "wide" in each} == {"dark: 500 px wide"}
    for scheme, _ in LOOKS:
        assert f'{scheme} label: <input name="z">' in found


def _chosen(views: Iterable[PageView]) -> list[PageView]:
    """In each language the fullest page of each route, and what shows other kinds of elements."""
    fullest = dict[tuple[str, str], PageView]()
    for view in views:
        known = fullest.setdefault((view.route, view.language), view)
        if _fullness(view) > _fullness(known):
            fullest[view.route, view.language] = view
    chosen, shown = list(fullest.values()), defaultdict[str, set[Kind]](set)
    for view in chosen:
        shown[view.language] |= _kinds(view.html)
    for view in views:
        if new := _kinds(view.html) - shown[view.language]:
            shown[view.language] |= new
            chosen.append(view)
    return chosen


def _fullness(view: PageView) -> tuple[bool, int]:
    return view.status == 200, len(view.html)


def _kinds(html: str) -> set[Kind]:
    return {
        (name, *(f"{each}={of[each]}" for each in TELLS_APART if each in of))
        for name, of in Markup(html).elements
    }


def _seen(page: Page, html: str, known: set[str]) -> list[str]:
    """What keeps somebody from using a page, in each scheme and size.

    `known` are the places of elements whose colours were looked at.
    """
    page.set_content(html)
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    places = set(page.evaluate(PLACES))
    colours, said = not places <= known, list[str]()
    known |= places
    for scheme, size in LOOKS:
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.set_viewport_size(size)  # type: ignore[arg-type]
        said += [
            f"{scheme} {each}" for found in page.evaluate(AXE, colours) for each in _said(found)
        ]
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > size["width"]:
            said.append(f"{scheme}: {wide} px wide")
    return said


def _said(found: Mapping[str, Any]) -> Iterator[str]:
    return (f"{found['id']}: {each['html'][:200]}" for each in found["nodes"])
