"""The desk's pages on a real socket and in Chromium: who sees what, and how they are used."""

import re
from collections.abc import Iterator
from html import unescape

import pytest
from playwright.sync_api import Browser, expect

from services.routing.service import Routing
from tests.builders import AGENCIES
from tests.desks import OURS
from tests.integration.visitors import (
    PHONE,
    ServedPages,
    doors_of,
    knock,
    opened,
    served_pages,
)

DESK = f"/desks/{OURS}"
LATE, FREE = f"{DESK}/steps/d1.1", f"{DESK}/steps/d4.1"
STAFF = f"{DESK}/staff"
BOOK = (
    STAFF,
    f"{STAFF}/officer",
    f"{STAFF}/officer?id=dung",
    f"{STAFF}/officer?id=dung&done=absence",
    f"{STAFF}/desk",
    f"{STAFF}/way",
    f"{STAFF}/way?procedure=-",
    f"{STAFF}/readings",
    f"{STAFF}/readings?code=000.00.00.H41-261123-0001",
)
SECRETS = ("261123-0001", "Nguyễn Thị Hoa", "Phạm Văn Dũng", "Công ty")
PEOPLE = {
    "officer": ("dung", ("desk",), OURS),
    "head": ("truong", ("desk",), OURS),
    "administrator": ("quan", ("desk",), OURS),
    "citizen": ("an", ("dossier:read", "dossier:submit"), ""),
    "clerk": ("hoa", ("counter",), ""),
    "director": ("minh", ("director",), ""),
    "officer of another agency": ("dung", ("desk",), "ubnd-tinh"),
    "officer of no agency": ("dung", ("desk",), ""),
    "not in the book": ("la", ("desk",), OURS),
}
STRANGERS = ("citizen", "clerk", "director", "officer of another agency", "officer of no agency")


@pytest.fixture(scope="module", name="running")
def _running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedPages]:
    folder = tmp_path_factory.mktemp("desk")
    with served_pages(folder, PEOPLE, "desk_served", agencies=AGENCIES, agency=OURS) as served:
        yield served


def doors() -> list[tuple[str, str]]:
    """Each page and form of the desk, from the code."""
    return doors_of(Routing, "/desks/")


def filled(path: str, agency: str = OURS) -> str:
    names = {"step": "d1.1", "name": "take", "dossier": "r1", "number": "1", "feedback": "f1"}
    for name, value in {**names, "agency": agency}.items():
        path = path.replace(f"<{name}>", value)
    return path


def test_every_page_and_form_is_as_if_it_were_not_there_for_who_has_no_right(
    running: ServedPages,
) -> None:
    assert len(doors()) >= 5
    for who in STRANGERS:
        with running.client(who) as client:
            for method, path in doors():
                answer = knock(client, method, filled(path), key="k")
                assert answer.status_code == 404, (who, method, path)
                assert not [each for each in SECRETS if each in answer.text]


def test_another_agencys_desk_is_not_here_for_anybody(running: ServedPages) -> None:
    for who in ("", *PEOPLE):
        with running.client(who) as client:
            for method, path in doors():
                answer = knock(client, method, filled(path, "ubnd-tinh"), key="k")
                assert answer.status_code == 404, (who, method, path)


def test_nobody_is_shown_where_to_sign_in_and_a_form_is_held(running: ServedPages) -> None:
    with running.client("") as client:
        for method, path in doors():
            answer = knock(client, method, filled(path), **{"notes-text": "đã gõ"})
            assert answer.status_code == (200 if method == "GET" else 401)
            assert "/sign-in" in answer.text
            assert not [each for each in SECRETS if each in answer.text]
            assert method == "GET" or "đã gõ" in answer.text


def test_who_sees_no_step_learns_nothing_of_it(running: ServedPages) -> None:
    for who, status in (("administrator", 404), ("not in the book", 403)):
        with running.client(who) as client:
            for method, path in (("GET", LATE), ("POST", f"{LATE}/take")):
                answer = knock(client, method, path, key="k")
                assert answer.status_code == status
                assert not [each for each in SECRETS if each in answer.text]


def test_only_the_administrator_sees_and_changes_the_book(running: ServedPages) -> None:
    book = [(method, path) for method, path in doors() if "/staff" in path]
    assert len(book) == 7
    for who in ("officer", "head", "not in the book"):
        with running.client(who) as client:
            for method, path in book:
                answer = knock(client, method, filled(path).replace("/take", "/return"), key="k")
                assert answer.status_code == 403, (who, method, path)
                assert "Vũ Thị Lan" not in answer.text
    with running.client("administrator") as client:
        assert [client.get(each).status_code for each in BOOK] == [200] * len(BOOK)


def test_a_form_of_another_site_does_nothing(running: ServedPages) -> None:
    with running.client("officer") as client:
        said = {"key": "k", "seen": "", "notes-text": "từ nơi khác"}
        headers = {"Sec-Fetch-Site": "cross-site"}
        assert client.post(f"{LATE}/notes", data=said, headers=headers).status_code == 403
        assert "từ nơi khác" not in client.get(LATE).text


def test_a_form_sent_twice_is_done_once(running: ServedPages) -> None:
    with running.client("officer") as client:
        page = client.get(LATE).text
        found = {n: re.search(f'name="{n}" value="([^"]*)"', page) for n in ("key", "seen")}
        said = {name: unescape(each.group(1)) for name, each in found.items() if each}
        said["notes-text"] = "một lần thôi"
        answers = [client.post(f"{LATE}/notes", data=said) for _ in range(3)]
        assert [each.status_code for each in answers] == [303] * 3
        assert client.get(LATE).text.count("một lần thôi") == 1


def test_a_step_is_taken_and_asked_about_by_keyboard_without_a_script(
    browser: Browser, running: ServedPages
) -> None:
    with opened(browser, running, "officer", java_script_enabled=False, viewport=PHONE) as context:
        page = context.new_page()
        page.goto(f"{DESK}/work?list=untaken")
        page.get_by_role("link", name="261123-0005").focus()
        page.keyboard.press("Enter")
        page.get_by_role("button", name="Nhận việc").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Ông/bà đã nhận việc này")).to_be_visible()
        page.get_by_text("Yêu cầu bổ sung giấy tờ").first.focus()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        page.keyboard.type("Bản vẽ")
        page.get_by_role("button", name="Yêu cầu bổ sung giấy tờ").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Có chỗ chưa đúng")).to_be_visible()
        expect(page.get_by_label("Giấy tờ cần bổ sung")).to_have_value("Bản vẽ")
        page.get_by_label("Lý do").first.fill("Thiếu bản vẽ")
        page.get_by_role("button", name="Yêu cầu bổ sung giấy tờ").click()
        expect(page.get_by_role("heading", name="Đã gửi yêu cầu bổ sung")).to_be_visible()


def test_two_officers_on_one_page_do_not_overwrite_one_another(
    browser: Browser, running: ServedPages
) -> None:
    with (
        opened(browser, running, "officer", java_script_enabled=False) as first,
        opened(browser, running, "head", java_script_enabled=False) as second,
    ):
        mine, heads = first.new_page(), second.new_page()
        mine.goto(f"{DESK}/steps/d3.1")
        heads.goto(f"{DESK}/steps/d3.1")
        heads.get_by_text("Giao cho người khác").first.click()
        heads.get_by_label("Giao cho").select_option("lan")
        heads.get_by_label("Lý do").first.fill("Chị Lan rõ việc này")
        heads.get_by_role("button", name="Giao cho người khác").click()
        expect(heads.get_by_role("heading", name="Đã giao cho người khác")).to_be_visible()
        mine.get_by_role("button", name="Nhận việc").click()
        expect(mine.get_by_role("heading", name="Đã thay đổi")).to_be_visible()
        expect(mine.get_by_text("Vũ Thị Lan").first).to_be_visible()


def test_an_absence_is_noted_and_ended_by_keyboard_without_a_script(
    browser: Browser, running: ServedPages
) -> None:
    with opened(
        browser, running, "administrator", java_script_enabled=False, viewport=PHONE
    ) as context:
        page = context.new_page()
        page.goto(STAFF)
        page.get_by_role("link", name="Đỗ Quốc Trường").focus()
        page.keyboard.press("Enter")
        page.locator("summary", has_text="Ghi vắng mặt").focus()
        page.keyboard.press("Enter")
        page.get_by_label("Từ ngày", exact=True).fill("2026-11-25")
        page.get_by_role("button", name="Ghi vắng mặt").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Có chỗ chưa đúng")).to_be_visible()
        page.get_by_label("Đến hết ngày").fill("2026-11-27")
        page.get_by_role("button", name="Ghi vắng mặt").click()
        expect(page.get_by_role("heading", name="Đã ghi vắng mặt")).to_be_visible()
        page.locator("summary", has_text="Đã trở lại").click()
        page.get_by_role("button", name="Đã trở lại").click()
        expect(page.get_by_role("heading", name="Đã ghi trở lại")).to_be_visible()
