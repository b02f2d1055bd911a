"""The catalogue's pages on a real socket and in Chromium: who keeps it, and how."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from services.catalogue.service import Catalogue
from tests.integration.visitors import (
    PHONE,
    ServedPages,
    doors_of,
    knock,
    opened,
    served_pages,
)

PEOPLE = {
    "keeper": ("biên tập", ("catalogue:write",), ""),
    "clerk": ("lan", ("counter",), ""),
    "citizen": ("an", ("dossier:read", "dossier:submit"), ""),
    "director": ("minh", ("director",), ""),
    "officer": ("dung", ("desk",), "so-xay-dung"),
}


@pytest.fixture(scope="module", name="catalogue")
def _catalogue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedPages]:
    folder = tmp_path_factory.mktemp("catalogue")
    with served_pages(folder, PEOPLE, "catalogue_served") as served:
        yield served


def test_only_a_keeper_sees_versions_and_drafts(catalogue: ServedPages) -> None:
    doors = doors_of(Catalogue, "/catalogue")
    assert len(doors) == 4
    for who in ("", *PEOPLE):
        with catalogue.client(who) as client:
            for method, path in doors:
                there = path.replace("<code>", "1.013236").replace("<name>", "publish")
                answer = knock(client, method, there, key="k", seen="-")
                nobody = 200 if method == "GET" else 401
                keeper = 200 if method == "GET" else 409
                wanted = {"": nobody, "keeper": keeper}.get(who, 404)
                assert answer.status_code == wanted, (who, method, path)
                assert who == "keeper" or "Bản nháp mới" not in answer.text


def test_a_draft_is_published_by_keyboard_without_a_script(
    browser: Browser, catalogue: ServedPages
) -> None:
    with opened(browser, catalogue, "keeper", java_script_enabled=False, viewport=PHONE) as context:
        page = context.new_page()
        page.goto("/catalogue")
        page.get_by_label("Mở theo mã").fill("1.013236")
        page.keyboard.press("Enter")
        page.locator("summary", has_text="Công bố bản nháp").focus()
        page.keyboard.press("Enter")
        page.get_by_role("button", name="Công bố bản nháp").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Đã công bố")).to_be_visible()
