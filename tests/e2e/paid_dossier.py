"""A paid dossier by the pages alone, in Chromium without scripts: each person signs in and acts."""

import re
import uuid
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self

import httpx
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from cli import tokens
from cli.journey.sample_pdf import pdf
from cli.local_platform import LocalPlatform
from tests.integration.visitors import HTML, PHONE, SCREEN
from tests.processes import PLAIN, until
from tests.unit.fillable_forms import FORM
from tests.unit.test_catalogue_service import CONTENT

PROCEDURE = "1.013236"
NAME = "Cấp giấy phép xây dựng nhà ở"
FORMED, PLAN = "Đơn đề nghị", "Bản vẽ thiết kế"
OPINION, DECISION = "so-xay-dung", "so-ke-hoach-dau-tu"
PATIENCE = 60
WITHOUT_SCRIPT = {"java_script_enabled": False, "locale": "vi-VN"}


class Visitor:
    """Somebody in a window of their own, signed in at the local provider."""

    def __init__(self, browser: Browser, url: str, who: str, **more: Any) -> None:
        """`who` is the account; `more` is what the window is like."""
        self.context: BrowserContext = browser.new_context(
            base_url=url, **{**WITHOUT_SCRIPT, "viewport": SCREEN, **more}
        )
        self.context.set_default_timeout(30_000)
        self.page: Page = self.context.new_page()
        self.who = who

    def __enter__(self) -> Self:
        """Open already."""
        return self

    def __exit__(self, *_about: object) -> None:
        """Close the window."""
        self.context.close()

    def sign_in(self, to: str) -> None:
        self.page.goto(f"/sign-in?to={to}")
        if (provider := self.page.get_by_role("link", name="dùng thử")).count():
            provider.click()
        self.choose_account()
        self.page.wait_for_url(f"**{to}")

    def choose_account(self) -> None:
        name = re.compile(rf"^(Authorize as )?{self.who}$")
        self.page.get_by_role("button", name=name).click()

    def press(self, name: str | re.Pattern[str]) -> None:
        self.page.get_by_role("button", name=name).click()

    def follow(self, name: str, *, exact: bool = False) -> None:
        self.page.get_by_role("link", name=name, exact=exact).first.click()

    def fill(self, label: str, text: str) -> None:
        self.page.get_by_label(label, exact=True).fill(text)

    def opened(self, act: str) -> Locator:
        """The form of an act, whose part of the page is opened if it is not."""
        form = self.page.locator(f"form[action*='/{act}']")
        if not form.is_visible():
            self.page.locator("details", has=form).locator("summary").click()
        return form

    def until(self, path: str, there: Callable[[], bool]) -> None:
        """Look at a page again and again until something is on it."""
        until(lambda: bool(self.page.goto(path)) and there(), within=PATIENCE)

    def fits(self) -> None:
        """See that the page is no wider than its window."""
        wide = self.page.locator("html").evaluate("each => each.scrollWidth")
        size = self.page.viewport_size
        assert size is not None
        assert wide <= size["width"], f"{self.page.url} needs {wide} px"


class PaidDossier:
    """The people of a dossier that is paid for, and what they do, in order."""

    def __init__(self, platform: LocalPlatform, browser: Browser, url: str, folder: Path) -> None:
        """`url` is the one address of all pages; files to choose are written into `folder`."""
        self.platform, self.folder = platform, folder
        self._open: Callable[..., Visitor] = lambda who, **more: Visitor(browser, url, who, **more)
        self.dossier = self.code = ""

    def run(self) -> None:
        """All of it."""
        self.publish()
        with ExitStack() as stack:
            citizen = stack.enter_context(self._open("an", viewport=PHONE))
            clerk = stack.enter_context(self._open("hoa"))
            self.hand_in(citizen)
            self.pay(citizen)
            self.accept(clerk)
            self.answer("hanh", OPINION)
            self.answer("mai", DECISION)
            self.hand_over(clerk)
            self.look_back(citizen)

    def publish(self) -> None:
        route = CONTENT["route"][0]
        stages = ((OPINION, "thẩm định", False), (DECISION, "quyết định", True))
        content = CONTENT | {
            "channels": ["counter", "online"],
            "online_level": "full",
            "partial_reason": "",
            "sessions": [],
            "sessions_article": "",
            "papers": [_paper(FORMED, form=FORM), _paper(PLAN)],
            "route": [
                route
                | {
                    "tasks": [
                        route["tasks"][0]
                        | {"agency": agency, "action": action, "amount": 5, "decides": decides}
                    ]
                }
                for agency, action, decides in stages
            ],
        }
        place = f"/procedures/{PROCEDURE}"
        self._ask("PUT", place, json=content)
        self._ask("POST", f"{place}/publish", json={})

    def hand_in(self, citizen: Visitor) -> None:
        page = citizen.page
        page.goto("/")
        citizen.follow("Thủ tục", exact=True)
        citizen.fill("Tên, mã, lĩnh vực hoặc cơ quan", "xay dung nha o")
        citizen.press("Tìm")
        citizen.follow(NAME)
        expect(page.get_by_text("90.000 đồng").first).to_be_visible()
        applying = f"/apply/for/{PROCEDURE}"
        citizen.until(applying, lambda: page.get_by_role("link", name="Đăng nhập").count() > 0)
        citizen.follow("Đăng nhập", exact=True)
        citizen.choose_account()
        citizen.until(applying, lambda: page.get_by_role("button", name="Bắt đầu").count() > 0)
        citizen.press("Bắt đầu")
        self.dossier = page.url.rpartition("/")[2]
        self._fill_in(citizen)
        self._upload(citizen)
        citizen.follow("Kiểm tra và nộp")
        citizen.fits()
        page.get_by_label("Tôi cam đoan").check()
        citizen.press("Nộp hồ sơ")
        expect(page.get_by_role("heading", name="Đã nộp hồ sơ")).to_be_visible()

    def _fill_in(self, citizen: Visitor) -> None:
        page = citizen.page
        citizen.follow("Thông tin của ông/bà")
        citizen.fill("Họ tên", "Nguyễn Văn An")
        citizen.fill("Số điện thoại", "0912 345 678")
        citizen.press("Lưu và tiếp tục")
        citizen.follow("Nhận tin báo và kết quả")
        page.get_by_label("Đến nhận tại quầy").check()
        citizen.press("Lưu và tiếp tục")
        citizen.follow("Tờ khai điện tử")
        citizen.follow("Thửa đất")
        citizen.fill("Thửa số", "12")
        citizen.fill("Diện tích (m²)", "không phải số")
        page.get_by_label("Đất ở", exact=True).check()
        citizen.press("Lưu và tiếp tục")
        expect(page.get_by_text("Phải là số, như 85,5.").first).to_be_visible()
        expect(page.get_by_label("Thửa số")).to_have_value("12")
        citizen.fill("Diện tích (m²)", "85,5")
        citizen.press("Lưu và tiếp tục")
        page.get_by_label("Có", exact=True).check()
        citizen.press("Lưu và tiếp tục")

    def _upload(self, citizen: Visitor) -> None:
        page = citizen.page
        citizen.follow("Giấy tờ", exact=True)
        citizen.follow(PLAN)
        page.locator("#file").set_input_files(self._file("bản vẽ.pdf"))
        citizen.press("Tải lên")
        use = page.get_by_role("button", name="Dùng tệp này")
        citizen.until(page.url, lambda: use.count() > 0)
        use.click()
        citizen.follow("Xem các giấy tờ khác")
        citizen.follow("Tiếp tục")

    def pay(self, citizen: Visitor) -> None:
        page = citizen.page
        citizen.follow("Nộp phí, lệ phí")
        citizen.press("Nộp trực tuyến")
        citizen.follow("Đến trang thanh toán")
        citizen.press(re.compile("Trả tiền"))
        receipt = page.get_by_role("link", name="biên lai")
        citizen.until(f"/mine/{self.dossier}/pay", lambda: receipt.count() > 0)
        receipt.click()
        expect(page.get_by_text("Chín mươi nghìn đồng")).to_be_visible()
        page.goto(f"/mine/{self.dossier}")
        citizen.fits()

    def accept(self, clerk: Visitor) -> None:
        clerk.sign_in("/counter")
        clerk.page.goto(f"/counter/dossiers/{self.dossier}")
        clerk.opened("accept").locator("button").click()
        title = clerk.page.title()
        self.code = title.partition(" ")[0]
        assert re.fullmatch(r"[\d.]+H41-\d{6}-\d{4}", self.code), title

    def answer(self, who: str, agency: str) -> None:
        """The officer takes the step, looks at the papers, and answers with a document."""
        with self._open(who) as officer:
            page = officer.page
            officer.sign_in(f"/desks/{agency}/work")
            step = page.get_by_role("link", name=self.code)
            officer.until(f"/desks/{agency}/work?list=untaken", lambda: step.count() > 0)
            step.click()
            there = page.url
            officer.follow("Mọi tệp của hồ sơ theo tên")
            expect(page.get_by_role("heading", name="bản vẽ.pdf")).to_be_visible()
            page.goto(there)
            _read_beside_a_note(officer)
            officer.opened("take").locator("button").click()
            form = officer.opened("complete")
            form.locator("input[type=file]").set_input_files(self._file(f"{agency}.pdf"))
            if (agreed := form.get_by_label("Đồng ý", exact=True)).count():
                agreed.check()
            form.locator("button").click()
            expect(page.get_by_text(f"{agency}.pdf")).to_be_visible()
            officer.press("Tiếp tục")
            expect(page.get_by_text("Đã hoàn thành").first).to_be_visible()

    def hand_over(self, clerk: Visitor) -> None:
        form = clerk.page.locator("form[action*='/return']")
        clerk.until(f"/counter/dossiers/{self.dossier}", lambda: form.count() > 0)
        clerk.opened("return").locator("button").click()
        expect(clerk.page.get_by_text("Đã trả kết quả").first).to_be_visible()

    def look_back(self, citizen: Visitor) -> None:
        """The result is opened, all files are listed with their proof, and the dossier is rated."""
        page, address = citizen.page, f"/mine/{self.dossier}"
        result = page.get_by_role("link", name="Mở kết quả")
        citizen.until(address, lambda: result.count() > 0)
        place = str(result.get_attribute("href"))
        got: list[int] = []

        def read() -> bool:
            got[:] = [citizen.context.request.get(place, headers=HTML).status]
            return got == [200]

        until(read, within=PATIENCE)
        citizen.follow("Mọi tệp của hồ sơ")
        expect(page.get_by_role("heading", name=f"{DECISION}.pdf")).to_be_visible()
        expect(page.get_by_role("heading", name=f"{OPINION}.pdf")).to_have_count(0)
        score = page.locator("input[name=score]")
        citizen.until(f"/rate/{self.dossier}", lambda: score.count() > 0)
        score.first.check()
        citizen.press("Gửi đánh giá")
        expect(page.get_by_text("Cảm ơn ông/bà đã đánh giá")).to_be_visible()

    def _file(self, name: str) -> Path:
        path = self.folder / name
        path.write_bytes(pdf(name, "Ví dụ", uuid.uuid4().hex))
        return path

    def _ask(self, method: str, path: str, **rest: Any) -> None:
        token = tokens.sign_token(self.platform.folder, "publisher", "publisher")
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": uuid.uuid4().hex}
        url = self.platform.instance("catalogue", "").url
        answer = httpx.request(method, url + path, headers=headers, **PLAIN, **rest)
        assert answer.is_success, answer.text


def _read_beside_a_note(officer: Visitor) -> None:
    """A paper opens in the page's own frame; a note that was begun stays as it was typed."""
    page, there = officer.page, officer.page.url
    note = officer.opened("notes").locator("textarea")
    note.fill("Đang xem bản vẽ")
    with page.expect_response(re.compile(r"/files/[^/]+/view$")) as shown:
        officer.follow(f"xem ở đây {PLAN}")
    assert shown.value.status == 200
    assert shown.value.headers["content-type"] == "application/pdf"
    assert "frame-ancestors 'self'" in shown.value.headers["content-security-policy"]
    assert shown.value.frame.name == "paper"
    assert page.url == there
    expect(note).to_have_value("Đang xem bản vẽ")
    officer.fits()


def _paper(name: str, **more: Any) -> dict[str, Any]:
    bare = {"originals": 1, "copies": 0, "case": "", "required": True, "database": ""}
    return {"name": name, **bare, **more}
