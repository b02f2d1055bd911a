"""The pages of webhooks on a real socket and in Chromium: whose they are, and how they are used."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from services.subscriptions.service import SubscriptionsService
from tests.integration.visitors import (
    PHONE,
    ServedPages,
    doors_of,
    knock,
    opened,
    served_pages,
)

PEOPLE = {
    "owner": ("phòng", ("events:read",), ""),
    "other": ("statistics-office", ("events:read",), ""),
    "administrator": ("quản trị", ("events:admin",), ""),
    "clerk": ("lan", ("counter",), ""),
    "citizen": ("an", ("dossier:read", "dossier:submit"), ""),
}
SAID = {"key": "k", "seen": "-", "replay-since": "2026-11-23T08:00"}


@pytest.fixture(scope="module", name="webhooks")
def _webhooks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedPages]:
    folder = tmp_path_factory.mktemp("webhooks")
    with served_pages(folder, PEOPLE, "webhooks_served") as served:
        yield served


@pytest.fixture(scope="module", name="one")
def _one(webhooks: ServedPages) -> str:
    """The address of the owner's subscription."""
    with webhooks.client("owner") as client:
        found = re.search(r'href="(/webhooks/[0-9a-f-]{36})"', client.get("/webhooks").text)
    assert found
    return found[1]


def test_a_webhook_is_its_owners_alone(webhooks: ServedPages, one: str) -> None:
    doors = doors_of(SubscriptionsService, "/webhooks")
    assert len(doors) == 10
    identity = one.rpartition("/")[2]
    for who in ("", *PEOPLE):
        with webhooks.client(who) as client:
            for method, path in doors:
                there = path.replace("<id>", identity).replace("<name>", "pause")
                answer = knock(client, method, there, **SAID)
                wanted = expected(who, method, path)
                assert answer.status_code in wanted, (who, method, path, answer.status_code)
                assert who == "owner" or "bad gateway" not in answer.text


def expected(who: str, method: str, path: str) -> set[int]:
    """The statuses that somebody may get at a door."""
    if not who:
        return {200} if method == "GET" else {401}
    if path == "/webhooks/all":
        return {200} if who == "administrator" else {404}
    if who == "owner" or (who == "other" and "<id>" not in path):
        return {200} if method == "GET" else {409, 422}
    return {404}


def test_a_webhook_is_made_tried_and_its_letters_redriven_without_a_script(
    browser: Browser, webhooks: ServedPages
) -> None:
    with opened(browser, webhooks, "owner", java_script_enabled=False, viewport=PHONE) as context:
        page = context.new_page()
        page.goto("/webhooks/new")
        page.get_by_label("Địa chỉ máy nhận").fill("https://nhan.example.vn/su-kien")
        page.get_by_label("Thư điện tử").fill("van-hanh@example.vn")
        page.get_by_label("Loại sự kiện").fill("dossier.*")
        page.get_by_label("HMAC").check()
        page.get_by_role("button", name="Tạo đăng ký").click()
        expect(page.get_by_role("heading", name="Hãy chép bí mật này ngay")).to_be_visible()
        expect(page.locator("code")).to_contain_text("whsec_")
        page.get_by_role("link", name="Đến trang của đăng ký").click()
        page.get_by_text("Gửi thử một sự kiện").first.click()
        page.get_by_role("button", name="Gửi thử một sự kiện").click()
        expect(page.get_by_role("heading", name="Máy nhận chưa nhận được")).to_be_visible()
        expect(page.locator("code").first).to_have_text("<h1>broke</h1>")
        page.goto("/webhooks")
        page.get_by_role("link", name="Hỏng").click()
        page.get_by_role("link", name="Xem thư chết và gửi lại").click()
        page.get_by_role("button", name="Gửi lại thư này").first.click()
        expect(page.get_by_role("heading", name="Các thư đã chọn được gửi lại")).to_be_visible()
