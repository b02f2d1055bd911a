"""The director's pages on a real socket and in Chromium: who sees them, and how they are used."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from services.intake.service import Intake
from tests.integration.visitors import (
    PHONE,
    ServedPages,
    doors_of,
    knock,
    opened,
    served_pages,
)

PEOPLE = {
    "keeper": ("quan", ("calendar:write",), ""),
    "director": ("minh", ("director",), ""),
    "clerk": ("lan", ("counter",), ""),
    "citizen": ("an", ("dossier:read", "dossier:submit"), ""),
    "officer": ("dung", ("desk",), "so-xay-dung"),
    "cashier": ("thu", ("fee:collect",), ""),
}


@pytest.fixture(scope="module", name="centre")
def _centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedPages]:
    folder = tmp_path_factory.mktemp("centre")
    with served_pages(folder, PEOPLE, "counter_served") as served:
        yield served


def test_only_the_director_sees_the_figures_and_what_is_behind_them(centre: ServedPages) -> None:
    kept = ("/calendar", "/urging-rules")
    doors = [
        each for each in doors_of(Intake, "/centre") if not any(part in each[1] for part in kept)
    ]
    assert len(doors) == 4
    for who in PEOPLE:
        with centre.client(who) as client:
            for method, path in doors:
                answer = knock(client, method, path)
                assert answer.status_code == (200 if who == "director" else 404), (who, path)
                assert "Nguyễn Thị Hoa" not in answer.text
    with centre.client("") as client:
        for method, path in doors:
            answer = knock(client, method, path)
            assert answer.status_code == 200
            assert "/sign-in?to=" in answer.text
            assert "000.00.00" not in answer.text


def test_only_who_decides_on_the_calendar_has_its_page(centre: ServedPages) -> None:
    doors = [each for each in doors_of(Intake, "/centre") if "/calendar" in each[1]]
    assert len(doors) == 3
    for who in PEOPLE:
        with centre.client(who) as client:
            for method, path in doors:
                answer = knock(client, method, path.replace("<name>", "remove"), key="k", seen="0")
                right = 200 if method == "GET" else 422
                assert answer.status_code == (right if who == "keeper" else 404), (who, path)
    with centre.client("") as client:
        for method, path in doors:
            answer = knock(client, method, path.replace("<name>", "day"), **{"day-vi": "đã gõ"})
            assert answer.status_code == (200 if method == "GET" else 401)
            assert method == "GET" or "đã gõ" in answer.text


def test_the_rules_of_urging_are_for_the_director_and_the_keeper(centre: ServedPages) -> None:
    for who in PEOPLE:
        with centre.client(who) as client:
            answer = client.get("/centre/urging-rules")
            right = who in {"director", "keeper"}
            assert answer.status_code == (200 if right else 404), who
            assert ("urging.csv" in answer.text) == right


def test_from_a_number_to_its_dossier_and_an_urging_without_a_script(
    browser: Browser, centre: ServedPages
) -> None:
    with opened(browser, centre, "director", java_script_enabled=False, viewport=PHONE) as context:
        page = context.new_page()
        page.goto("/centre")
        page.locator(".figure-card.late a").click()
        expect(page.get_by_role("heading", name="Đang quá hạn")).to_be_visible()
        page.locator("summary", has_text="Đôn đốc").first.click()
        words = page.get_by_label("Nội dung, gửi mọi cơ quan đang giữ hồ sơ").first
        words.fill("Đề nghị trả lời ngay trong ngày.")
        page.get_by_role("button", name="Gửi đôn đốc").first.click()
        expect(page.get_by_text("Đề nghị trả lời ngay trong ngày.").first).to_be_visible()


def test_the_screen_is_asked_for_again_by_itself(centre: ServedPages) -> None:
    with centre.client("director") as client:
        assert client.get("/centre/screen").headers["Refresh"] == "60"
        assert "Refresh" not in client.get("/centre").headers


def test_a_day_off_is_decided_on_by_keyboard_without_a_script(
    browser: Browser, centre: ServedPages
) -> None:
    with opened(browser, centre, "keeper", java_script_enabled=False, viewport=PHONE) as context:
        page = context.new_page()
        page.goto("/centre/calendar")
        page.locator("summary", has_text="Quyết định về một ngày").focus()
        page.keyboard.press("Enter")
        page.locator("#day-date").fill("2020-12-24")
        page.get_by_role("button", name="Quyết định về một ngày").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Có chỗ chưa đúng")).to_be_visible()
        page.locator("#day-vi").fill("Quyết định của tỉnh")
        page.locator("#day-en").fill("Decision of the province")
        page.get_by_role("button", name="Quyết định về một ngày").click()
        expect(page.get_by_role("heading", name="Đã quyết định")).to_be_visible()
        expect(page.get_by_text("24/12/2020").first).to_be_visible()
