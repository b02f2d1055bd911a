"""The counter's pages on a real socket and in Chromium: who sees what, and how they are used."""

import re
from collections.abc import Iterator
from html import unescape
from io import BytesIO

import pytest
from playwright.sync_api import Browser, Route, expect

from foundation.web import Request
from services.intake.service import Intake
from tests.integration.visitors import (
    PHONE,
    ServedPages,
    doors_of,
    knock,
    opened,
    served_pages,
)
from tests.unit.test_documents_service import CLERK, Archive

SECRETS = ("Nguyễn Thị Hoa", "+84912345678", "200915-0001")
PEOPLE = {
    "clerk": ("lan", ("counter",), ""),
    "citizen": ("an", ("dossier:read", "dossier:submit"), ""),
    "owner": ("công dân 1", ("dossier:read", "dossier:submit"), ""),
    "officer": ("dung", ("desk",), "so-xay-dung"),
    "director": ("minh", ("director",), ""),
    "cashier": ("thu", ("fee:collect",), ""),
}
STRANGERS = tuple(each for each in PEOPLE if each != "clerk")


@pytest.fixture(scope="module", name="counter")
def _counter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedPages]:
    folder = tmp_path_factory.mktemp("counter")
    with served_pages(folder, PEOPLE, "counter_served") as served:
        yield served


def doors() -> list[tuple[str, str]]:
    """Each page and form of the counter, from the code."""
    return doors_of(Intake, "/counter")


def filled(path: str) -> str:
    return (
        path.replace("<dossier_id>", "w00")
        .replace("<name>", "accept")
        .replace("<procedure>", "1.009645")
    )


def carried(page: str) -> dict[str, str]:
    found = {name: re.search(f'name="{name}" value="([^"]*)"', page) for name in ("key", "seen")}
    return {name: unescape(each.group(1)) for name, each in found.items() if each}


def test_every_page_and_form_is_as_if_it_were_not_there_for_who_has_no_right(
    counter: ServedPages,
) -> None:
    assert len(doors()) >= 8
    for who in STRANGERS:
        with counter.client(who) as client:
            for method, path in doors():
                answer = knock(client, method, filled(path), key="k")
                assert answer.status_code == 404, (who, method, path)
                assert not [each for each in SECRETS if each in answer.text]


def test_nobody_is_shown_where_to_sign_in_and_a_form_is_held(counter: ServedPages) -> None:
    with counter.client("") as client:
        for method, path in doors():
            answer = knock(client, method, filled(path), **{"refuse-reason": "đã gõ"})
            assert answer.status_code == (200 if method == "GET" else 401)
            assert "/sign-in" in answer.text
            assert not [each for each in SECRETS if each in answer.text]
            assert method == "GET" or "đã gõ" in answer.text


def test_a_form_of_another_site_does_nothing(counter: ServedPages) -> None:
    with counter.client("clerk") as client:
        said = carried(client.get("/counter/dossiers/w01").text)
        headers = {"Sec-Fetch-Site": "cross-site"}
        answer = client.post("/counter/dossiers/w01/accept", data=said, headers=headers)
        assert answer.status_code == 403
        assert "chưa có mã" in client.get("/counter/dossiers/w01").text


def test_a_form_sent_twice_is_done_once(counter: ServedPages) -> None:
    with counter.client("clerk") as client:
        said = carried(client.get("/counter/dossiers/w02").text)
        answers = [client.post("/counter/dossiers/w02/accept", data=said) for _ in range(3)]
        assert [each.status_code for each in answers] == [303] * 3
        assert client.get(answers[0].headers["Location"]).text.count("Đã tiếp nhận hồ sơ") == 1


def test_a_dossier_is_guided_and_another_refused_by_keyboard_without_a_script(
    browser: Browser, counter: ServedPages
) -> None:
    with opened(browser, counter, "clerk", java_script_enabled=False, viewport=PHONE) as context:
        page = context.new_page()
        page.goto("/counter/dossiers/bare")
        page.get_by_text("Yêu cầu bổ sung giấy tờ").first.focus()
        page.keyboard.press("Enter")
        expect(page.get_by_label("Giấy tờ cần bổ sung")).to_have_value(
            "Văn bản đề nghị\nĐề xuất dự án"
        )
        page.get_by_role("button", name="Yêu cầu bổ sung giấy tờ").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Có chỗ chưa đúng")).to_be_visible()
        page.locator("#guide-reason").fill("Chưa có giấy tờ nào")
        page.get_by_role("button", name="Yêu cầu bổ sung giấy tờ").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Đã gửi yêu cầu bổ sung")).to_be_visible()
        page.goto("/counter/dossiers/w03")
        page.get_by_text("Từ chối tiếp nhận").first.focus()
        page.keyboard.press("Enter")
        page.locator("#refuse-article").fill("Luật Đầu tư 2020 Đ33")
        page.locator("#refuse-reason").fill("Không thuộc thẩm quyền")
        page.get_by_role("button", name="Từ chối tiếp nhận").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Đã từ chối tiếp nhận")).to_be_visible()


def test_two_clerks_on_one_page_do_not_overwrite_one_another(
    browser: Browser, counter: ServedPages
) -> None:
    with (
        opened(browser, counter, "clerk", java_script_enabled=False) as first,
        opened(browser, counter, "clerk", java_script_enabled=False) as second,
    ):
        mine, others = first.new_page(), second.new_page()
        mine.goto("/counter/dossiers/w04")
        others.goto("/counter/dossiers/w04")
        others.get_by_role("button", name="Tiếp nhận", exact=True).click()
        expect(others.get_by_role("heading", name="Đã tiếp nhận hồ sơ")).to_be_visible()
        mine.get_by_role("button", name="Tiếp nhận", exact=True).click()
        expect(mine.get_by_role("heading", name="Đã thay đổi")).to_be_visible()


def with_scans(route: Route) -> None:
    """What the documents service, which does not run here, answers to the form and its scans."""
    sent = Request(
        method="POST",
        path="/uploads/counter/new",
        headers=route.request.headers,
        stream=BytesIO(route.request.post_data_buffer or b""),
        who=CLERK,
    )
    html = Archive().service.upload_for_new(sent).get_data(as_text=True)
    scans = "".join(
        f'<input type="hidden" name="document-{number}" value="s-{number}">' for number in (1, 2)
    )
    end = "</form>\n</section>"
    route.fulfill(body=html.replace(end, f"{scans}{end}"), content_type="text/html")


def test_a_dossier_is_taken_in_by_keyboard_alone_without_a_script(
    browser: Browser, counter: ServedPages
) -> None:
    """From the empty search to the receipt: only keys, and no more than what has to be typed."""
    with opened(browser, counter, "clerk", java_script_enabled=False) as context:
        page = context.new_page()
        page.goto("/counter/new")
        # The browser puts the cursor there by itself, a moment after the page is there.
        expect(page.get_by_label("Tên hoặc mã thủ tục")).to_be_focused()
        page.keyboard.type("chu truong dau tu")
        page.keyboard.press("Enter")
        expect(page.get_by_label("Họ tên", exact=True)).to_be_focused()
        for text in ("Trần Văn Bình", "0987 654 321", "079123456789"):
            page.keyboard.type(text)
            page.keyboard.press("Tab")
        page.keyboard.type("12 Lê Lợi")
        page.route("**/uploads/counter/new", with_scans)
        page.keyboard.press("Enter")
        expect(page.get_by_role("button", name="Tiếp tục")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Đã nộp hồ sơ")).to_be_visible()
        page.get_by_role("button", name="Tiếp nhận", exact=True).focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Đã tiếp nhận hồ sơ")).to_be_visible()
        receipt = page.get_by_role("link", name="Giấy tiếp nhận hồ sơ")
        expect(receipt.first).to_be_visible()
