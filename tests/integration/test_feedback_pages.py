"""The pages of feedback on a real socket and in Chromium: who sees what, and how they are used."""

import re
from collections.abc import Iterator
from html import unescape

import httpx
import pytest
from playwright.sync_api import Browser, expect

from services.feedback.service import FeedbackService
from tests.builders import AGENCIES
from tests.integration.visitors import (
    PHONE,
    ServedPages,
    doors_of,
    knock,
    opened,
    served_pages,
)

PEOPLE = {
    "citizen": ("vneid|079184001234", ("feedback:write", "dossier:submit"), ""),
    "another citizen": ("công dân 77", ("feedback:write",), ""),
    "reader": ("doc", ("dossier:read",), ""),
    "clerk": ("lan", ("counter",), ""),
    "centre": ("minh", ("centre",), ""),
    "handler": ("an", ("denunciation",), ""),
    "officer": ("dung", ("desk",), "so-xay-dung"),
}
CITIZENS = ("/feedback/new", "/feedback/own/", "/denounce", "/rate/<dossier>")
BY_CODE = ("/denounce/without-account", "/denounce/follow")
REFLECTION = {
    "about": "so-xay-dung",
    "text": "Chờ ba tuần chưa có trả lời.",
    "name": "Nguyễn Văn Đức",
    "phone": "0912345678",
}
SECRET = {
    "accused": "Trần Quốc Toản",
    "text": "Ông Toản nhận phong bì.",
    "name": "Lê Thị Kim Ngân",
    "address": "45 Lý Thường Kiệt, Bạc Liêu",
    "phone": "0987654321",
}
TRACES = ("Toản", "phong bì", "Kim Ngân", "Lý Thường Kiệt", "987654321", "079184001234")


@pytest.fixture(scope="module", name="pages")
def _pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedPages]:
    folder = tmp_path_factory.mktemp("voices")
    with served_pages(
        folder, PEOPLE, "doors_served", doors="feedback", agencies=AGENCIES
    ) as served:
        yield served


def key_of(page: str) -> dict[str, str]:
    found = re.search(r'name="key" value="([^"]*)"', page)
    assert found
    return {"key": unescape(found.group(1))}


def sent(client: httpx.Client, path: str, said: dict[str, str]) -> str:
    """Where the form leads that is sent as it stands on its page."""
    answer = client.post(path, data={**said, **key_of(client.get(path).text)})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


def filled(path: str) -> str:
    for name, value in (("kind", "complaint"), ("name", "forward")):
        path = path.replace(f"<{name}>", value)
    return re.sub("<[a-z]+>", "nowhere", path)


def needs(path: str) -> str:
    """Whose a page is, by its path; "" for one that is everybody's."""
    if path.startswith(BY_CODE):
        return ""
    if path == "/denounce/take-in":
        return "handler"
    if path.startswith("/feedback/take-in"):
        return "centre clerk"
    if path.startswith("/feedback/centre"):
        return "centre"
    if path.startswith("/rate/hand-out"):
        return "clerk"
    return "citizen" if path.startswith(CITIZENS) and path != "/denounce/own" else ""


def _may(who: str, path: str) -> bool:
    """Whether it is theirs; "another citizen" is a citizen."""
    return any(each in who for each in needs(path).split())


def test_every_page_and_form_is_as_if_it_were_not_there_for_who_has_no_right(
    pages: ServedPages,
) -> None:
    doors = [(method, path) for method, path in doors_of(FeedbackService, "/") if needs(path)]
    assert len(doors) >= 14
    for who in PEOPLE:
        with pages.client(who) as client:
            for method, path in doors:
                if _may(who, path):
                    continue
                answer = knock(client, method, filled(path), key="k")
                assert answer.status_code == 404, (who, method, path)


def test_nobody_is_shown_where_to_sign_in_and_a_form_is_held(pages: ServedPages) -> None:
    with pages.client("") as client:
        for method, path in doors_of(FeedbackService, "/"):
            if needs(path):
                answer = knock(client, method, filled(path), text="đã gõ")
                assert answer.status_code == (200 if method == "GET" else 401), path
                assert "/sign-in" in answer.text
                assert method == "GET" or "đã gõ" in answer.text


def test_the_start_page_is_for_everybody_and_the_list_for_the_centre_alone(
    pages: ServedPages,
) -> None:
    for who in ("", *PEOPLE):
        with pages.client(who) as client:
            for path in ("/feedback", "/answers", "/rate"):
                assert client.get(path).status_code == 200, (who, path)
    asked = httpx.get(f"{pages.address}/feedback", headers={"Accept": "application/json"})
    assert asked.status_code == 401


def test_a_form_of_another_site_does_nothing(pages: ServedPages) -> None:
    for path, said in (("/feedback/new/reflection", REFLECTION), ("/denounce", SECRET)):
        with pages.client("citizen") as client:
            keyed = {**said, **key_of(client.get(path).text)}
            answer = client.post(path, data=keyed, headers={"Sec-Fetch-Site": "cross-site"})
            assert answer.status_code == 403


def test_what_a_denouncer_types_is_in_no_address_cookie_or_log(pages: ServedPages) -> None:
    with pages.client("citizen") as client:
        form = client.get("/denounce")
        wrong = {**SECRET, "phone": "12", **key_of(form.text)}
        assert client.post("/denounce", data=wrong).status_code == 422
        answers = [client.post("/denounce", data=SECRET | key_of(form.text)) for _ in range(2)]
        places = {each.headers["Location"] for each in answers}
        assert len(places) == 1
        receipt = client.get(places.pop())
        assert receipt.status_code == 200
        told = [str(each.headers) for each in (*answers, receipt)] + [receipt.text]
    with pages.client("another citizen") as client:
        stranger = client.get(str(answers[0].headers["Location"]))
        assert stranger.status_code == 404
    log = pages.service.log.read_text(encoding="utf-8")
    assert "/denounce" in log
    for text in (*told, log):
        assert not [each for each in TRACES if each in text]


def test_a_reflection_goes_by_keyboard_without_a_script_to_its_receipt(
    browser: Browser, pages: ServedPages
) -> None:
    with opened(browser, pages, "citizen", java_script_enabled=False, viewport=PHONE) as context:
        page = context.new_page()
        page.goto("/feedback")
        page.get_by_role("link", name="Gửi phản ánh").focus()
        page.keyboard.press("Enter")
        page.get_by_label("Nội dung").fill("Chờ mãi không ai trả lời.")
        page.get_by_role("button", name="Gửi").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Có chỗ chưa đúng")).to_be_visible()
        expect(page.get_by_label("Nội dung")).to_have_value("Chờ mãi không ai trả lời.")
        page.get_by_label("Về cơ quan nào").select_option("so-xay-dung")
        page.get_by_label("Số điện thoại").fill("0912 345 678")
        page.get_by_role("button", name="Gửi").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Trung tâm đã nhận", exact=True)).to_be_visible()


def test_the_back_button_shows_an_empty_form_and_sends_nothing_again(
    browser: Browser, pages: ServedPages
) -> None:
    with opened(browser, pages, "citizen", java_script_enabled=False) as context:
        page = context.new_page()
        page.goto("/denounce")
        for name in ("accused", "text", "name", "address", "phone"):
            page.locator(f"#{name}").fill(SECRET[name])
        page.get_by_role("button", name="Gửi tố cáo").click()
        expect(page.get_by_role("heading", name="Đã nhận và mã hóa")).to_be_visible()
        page.go_back()
        expect(page.locator("#text")).to_have_value("")


def test_who_denounces_without_an_account_follows_it_by_the_code_and_adds(
    browser: Browser, pages: ServedPages
) -> None:
    with opened(browser, pages, "", java_script_enabled=False, viewport=PHONE) as context:
        page = context.new_page()
        page.goto("/denounce")
        page.get_by_role("link", name="Gửi không đăng nhập").click()
        for name in ("accused", "text"):
            page.locator(f"#{name}").fill(SECRET[name])
        page.get_by_role("button", name="Gửi tố cáo").click()
        expect(page.locator("#name-error")).to_be_visible()
        page.get_by_label("Tôi không ghi tên, nhưng có bằng chứng").check()
        page.get_by_role("button", name="Gửi tố cáo").click()
        code = page.locator(".big.code").inner_text()
        page.goto("/denounce/follow")
        page.get_by_label("Mã bí mật").fill(code.lower())
        page.keyboard.press("Enter")
        page.get_by_label("Nội dung bổ sung").fill("Ông Toản nhận thêm phong bì.")
        page.get_by_role("button", name="Gửi bổ sung").click()
        expect(page.get_by_role("heading", name="Đã bổ sung và mã hóa")).to_be_visible()
        assert code.replace("-", "").lower() not in page.url.lower()
        assert context.cookies() == []
    log = pages.service.log.read_text(encoding="utf-8")
    assert not [each for each in (*TRACES, code, code.lower()) if each in log]


def test_a_visitor_rates_by_the_code_of_the_counter(browser: Browser, pages: ServedPages) -> None:
    with opened(browser, pages, "clerk", java_script_enabled=False) as context:
        page = context.new_page()
        page.goto("/rate/hand-out")
        page.get_by_role("button", name="Tạo mã").click()
        code = page.locator(".big.code").inner_text()
    with opened(browser, pages, "", java_script_enabled=False, viewport=PHONE) as context:
        page = context.new_page()
        page.goto("/rate")
        page.get_by_label("Mã đánh giá").fill(code.lower())
        page.keyboard.press("Enter")
        page.get_by_label("Rất hài lòng").first.check()
        page.get_by_role("button", name="Gửi đánh giá").click()
        expect(page.get_by_role("heading", name="Cảm ơn")).to_be_visible()
        page.go_back()
        page.reload()
        expect(page.get_by_role("heading", name="Cảm ơn")).to_be_visible()


def test_the_centre_asks_an_agency_and_sees_what_another_did_meanwhile(
    browser: Browser, pages: ServedPages
) -> None:
    with pages.client("citizen") as client:
        id = sent(client, "/feedback/new/petition", REFLECTION).split("/")[3]
    with (
        opened(browser, pages, "centre", java_script_enabled=False) as first,
        opened(browser, pages, "centre", java_script_enabled=False) as second,
    ):
        mine, others = first.new_page(), second.new_page()
        mine.goto(f"/feedback/centre/{id}")
        others.goto(f"/feedback/centre/{id}")
        others.get_by_role("button", name="Yêu cầu giải trình").click()
        expect(others.get_by_role("heading", name="Đã làm: Yêu cầu giải trình")).to_be_visible()
        mine.get_by_role("button", name="Yêu cầu giải trình").click()
        expect(mine.get_by_role("heading", name="Đã thay đổi")).to_be_visible()
