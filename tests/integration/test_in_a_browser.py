"""Every page in Chromium: nothing that keeps people out (axe-core), on a phone and a large screen.

Scripts are off for what people do, as pages must work without; on only where axe itself is one.
"""

import json
import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from oidc_provider_mock import User, run_server_in_thread
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from foundation.web.session import new_session_key
from tests import journeys
from tests.builders import AGENCIES, OWNER
from tests.integration.test_sign_in import providers
from tests.integration.test_web_server import Service, ended, started
from tests.integration.visitors import PHONE, SCREEN
from tests.journeys import code

MINE = f"/tracking/{code(journeys.WAITING)}"
LATE = "/late/dossier-3"
OPEN = ("/", "/specimen", MINE, "/tracking?code=", "/nothing", "/sign-in?to=%2Flate", "/late")
CITIZENS = ("/", MINE, "/sign-in", f"/tracking/{code(journeys.FOREIGN)}")
DIRECTORS = ("/late", LATE)
PEOPLE = (
    User(sub=OWNER, claims={"name": "Nguyễn Thị Hoa", "acr": "loa2"}),
    User(sub="director", claims={"name": "Lê Minh", "roles": ["director"], "acr": "loa2"}),
)


@pytest.fixture(scope="module", name="service")
def _service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("pages")
    (folder / "session.json").write_text(json.dumps({"keys": [new_session_key("first")]}))
    (folder / "secret").write_text("of the client")
    with run_server_in_thread(require_nonce=True, user_claims=PEOPLE) as server:
        named = providers(f"http://localhost:{server.server_port}", folder / "secret")
        (folder / "providers.json").write_text(json.dumps(named))
        running = started(
            folder,
            8,
            {},
            "tests.integration.tracking_served",
            agencies=AGENCIES,
            session_keys=str(folder / "session.json"),
            identity_providers=str(folder / "providers.json"),
        )
        yield running
        ended(running)


def context(browser: Browser, service: Service, *, scripts: bool, dark: bool) -> BrowserContext:
    made = browser.new_context(
        base_url=f"http://127.0.0.1:{service.port}",
        java_script_enabled=scripts,
        color_scheme="dark" if dark else "light",
        viewport=SCREEN,  # type: ignore[arg-type]
        bypass_csp=scripts,  # axe is put into the page as a script, which no page of ours allows
        locale="vi-VN",
    )
    made.set_default_timeout(20_000)
    return made


def person(page: Page, who: str) -> Locator:
    """The button of a person at the local provider, whose versions name it in two ways."""
    return page.get_by_role("button", name=re.compile(rf"^(Authorize as )?{re.escape(who)}$"))


def sign_in(page: Page, who: str, to: str) -> None:
    page.goto(to)
    page.get_by_role("link", name="Đăng nhập", exact=True).first.click()
    page.get_by_role("link", name="Tài khoản công dân").click()
    person(page, who).click()
    page.wait_for_url(f"**{to}")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("who", "paths"),
    [("", OPEN), (OWNER, CITIZENS), ("director", DIRECTORS)],
    ids=["nobody", "citizen", "director"],
)
def test_nothing_keeps_people_from_using_a_page(
    browser: Browser,
    service: Service,
    who: str,
    paths: tuple[str, ...],
    dark: bool,  # noqa: FBT001
) -> None:
    with context(browser, service, scripts=True, dark=dark) as opened:
        page = opened.new_page()
        if who:
            sign_in(page, who, paths[-1] if who == "director" else MINE)
        for path in paths:
            for lang in ("vi", "en"):
                page.goto(f"{path}{'&' if '?' in path else '?'}lang={lang}")
                found = Axe().run(page)
                assert found.violations_count == 0, f"{path} {lang}: {found.generate_report()}"
                for size in (PHONE, SCREEN):
                    page.set_viewport_size(size)  # type: ignore[arg-type]
                    wide = page.evaluate("document.documentElement.scrollWidth")
                    assert wide <= size["width"], f"{path} {lang} needs {wide} px"


def test_a_director_signs_in_and_out_without_a_script(browser: Browser, service: Service) -> None:
    with context(browser, service, scripts=False, dark=False) as opened:
        page = opened.new_page()
        sign_in(page, "director", "/late")
        expect(page.get_by_text("Lê Minh")).to_be_visible()
        page.get_by_role("button", name="Đăng xuất").click()
        page.goto("/late")
        expect(page.get_by_role("link", name="Đăng nhập", exact=True)).to_be_visible()


def test_what_was_typed_comes_back_after_signing_in_again(
    browser: Browser, service: Service
) -> None:
    with context(browser, service, scripts=False, dark=False) as opened:
        page = opened.new_page()
        sign_in(page, "director", LATE)
        page.get_by_label("Nội dung").fill("Đề nghị trả lời trong ngày.")
        opened.clear_cookies()
        page.get_by_role("button", name="Gửi đôn đốc").click()
        expect(page.get_by_role("heading", name="Phiên làm việc đã hết")).to_be_visible()
        with opened.expect_page() as tab:
            page.get_by_role("link", name="Đăng nhập lại").click()
        again = tab.value
        again.get_by_role("link", name="Tài khoản công dân").click()
        person(again, "director").click()
        expect(again.get_by_role("heading", name="Đã đăng nhập")).to_be_visible()
        page.get_by_role("button", name="Gửi lại").click()
        expect(page.get_by_text("Đề nghị trả lời trong ngày.").first).to_be_visible()


def test_by_keyboard_alone_the_first_stop_leads_past_the_header(
    browser: Browser, service: Service
) -> None:
    with context(browser, service, scripts=False, dark=False) as opened:
        page = opened.new_page()
        page.goto("/")
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Đến nội dung chính")).to_be_focused()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        expect(page.get_by_label("Mã hồ sơ")).to_be_focused()
        page.keyboard.type("không có mã này")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
