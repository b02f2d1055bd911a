"""The citizen's pages on a real socket and in Chromium: who sees what, and who sees nothing."""

import re
from collections.abc import Iterator
from html import unescape

import httpx
import pytest
from playwright.sync_api import Browser, expect

from services.intake.service import Intake
from tests.builders import OWNER
from tests.integration.visitors import (
    PHONE,
    ServedPages,
    doors_of,
    opened,
    served_pages,
)

PEOPLE = {
    "citizen": (OWNER, ("dossier:read", "dossier:submit"), ""),
    "another citizen": ("công dân 77", ("dossier:read", "dossier:submit"), ""),
    "reader": (OWNER, ("dossier:read",), ""),
    "clerk": ("hoa", ("counter",), ""),
    "officer": ("dung", ("desk",), "so-xay-dung"),
    "director": ("minh", ("director",), ""),
}
WITHOUT_RIGHT = ("reader", "clerk", "officer", "director")
SECRETS = ("Nguyễn Thị Hoa", "Cấp Quyết định", "0912345678")
ROW = re.compile(r'<h2 id="own-[0-9]+"><a href="(/mine/[^"?]+)')


class OwnPages(ServedPages):
    """The citizen's pages."""

    def own(self) -> list[str]:
        """The addresses of the citizen's own, as their list has them."""
        with self.client("citizen") as client:
            return ROW.findall(client.get("/mine").text)


@pytest.fixture(scope="module", name="running")
def _running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnPages]:
    folder = tmp_path_factory.mktemp("mine")
    with served_pages(folder, PEOPLE, "tracking_served") as served:
        yield OwnPages(served.service, served.keys, served.people)


def doors() -> list[tuple[str, str]]:
    """Each page and form of the citizen, from the code."""
    return doors_of(Intake, "/mine")


def filled(running: OwnPages, path: str) -> str:
    dossier = running.own()[0].rpartition("/")[2]
    path = path.replace("<dossier_id>", dossier).replace("<name>", "withdraw")
    return path.replace("<paper>", "0123456789ab").replace("<document>", "x").replace("<fee>", "f")


def knock(client: httpx.Client, method: str, path: str) -> httpx.Response:
    said = {"key": "k", "seen": "x", "note": "đã gõ"}
    return client.request(method, path, data=said if method == "POST" else None)


def test_a_citizen_sees_their_own(running: OwnPages) -> None:
    assert len(running.own()) >= 3
    with running.client("citizen") as client:
        for each in running.own():
            assert client.get(each).status_code == 200
        assert client.get("/mine/nowhere").status_code == 404


def test_every_page_and_form_is_as_if_it_were_not_there_for_who_has_no_right(
    running: OwnPages,
) -> None:
    assert len(doors()) >= 4
    for who in WITHOUT_RIGHT:
        with running.client(who) as client:
            for method, path in doors():
                answer = knock(client, method, filled(running, path))
                assert answer.status_code == 404, (who, method, path)
                assert not [each for each in SECRETS if each in answer.text]


def test_another_citizen_sees_an_empty_list_and_no_dossier(running: OwnPages) -> None:
    with running.client("another citizen") as client:
        for method, path in doors():
            answer = knock(client, method, filled(running, path))
            assert answer.status_code == (200 if path == "/mine" else 404), (method, path)
            assert not [each for each in SECRETS if each in answer.text]


def test_nobody_is_shown_where_to_sign_in_and_a_form_is_held(running: OwnPages) -> None:
    with running.client("") as client:
        for method, path in doors():
            answer = knock(client, method, filled(running, path))
            assert answer.status_code == (200 if method == "GET" else 401)
            assert "/sign-in" in answer.text
            assert not [each for each in SECRETS if each in answer.text]
            assert method == "GET" or "đã gõ" in answer.text


def test_a_form_of_another_site_does_nothing(running: OwnPages) -> None:
    with running.client("citizen") as client:
        path = next(each for each in running.own() if "withdraw" in client.get(each).text)
        marks = re.findall(r'name="(key|seen)" value="([^"]*)"', client.get(path).text)
        said = {name: unescape(value) for name, value in marks}
        headers = {"Sec-Fetch-Site": "cross-site"}
        assert client.post(f"{path}/withdraw", data=said, headers=headers).status_code == 403
        assert f"{path}/withdraw" in client.get(path).text


def test_a_dossier_is_taken_back_by_keyboard_without_a_script(
    browser: Browser, running: OwnPages
) -> None:
    with running.client("citizen") as client:
        path = [each for each in running.own() if "/withdraw" in client.get(each).text][-1]
    with opened(browser, running, "citizen", java_script_enabled=False, viewport=PHONE) as context:
        page = context.new_page()
        page.goto("/mine")
        page.locator(f'a[href="{path}"]').focus()
        page.keyboard.press("Enter")
        page.get_by_text("Rút hồ sơ", exact=True).focus()
        page.keyboard.press("Enter")
        page.get_by_role("button", name="Tôi rút hồ sơ này").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Ông/bà đã rút hồ sơ").first).to_be_visible()
        page.go_back()
        # Nothing of a page is kept by the browser: going back shows how it stands now.
        expect(page.get_by_text("Rút hồ sơ: không làm được nữa")).to_be_visible()
        expect(page.get_by_role("button", name="Tôi rút hồ sơ này")).to_have_count(0)
