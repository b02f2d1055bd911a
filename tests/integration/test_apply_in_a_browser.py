"""Handing in online in Chromium: from the page of a procedure to the receipt, nobody's script runs.

What is served: `apply_served`. What each page looked like lies as PNG in the test's folder.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from foundation.web.page_cookies import SESSION
from services.intake.service import Intake
from tests.clamav import EICAR
from tests.integration.apply_served import CARD, FORM, PLAN, PROCEDURE, Centre, centre_at_work
from tests.integration.visitors import (
    PHONE,
    SCREEN,
    doors_of,
    knock,
    must_keep_nobody_out,
    opened,
)
from tests.platform_fixtures import Platform
from tests.processes import PLAIN, until

pytestmark = pytest.mark.timeout(400)

MB = 1 << 20


@pytest.fixture(scope="module", name="centre")
def _centre(platform: Platform, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    with centre_at_work(platform, tmp_path_factory.mktemp("apply")) as centre:
        yield centre


def window(browser: Browser, centre: Centre, who: str = "citizen") -> BrowserContext:
    return opened(browser, centre.served, who, java_script_enabled=False, viewport=PHONE)


def photographed(page: Page, centre: Centre, name: str) -> None:
    """A picture for whoever looks at what this test saw."""
    page.screenshot(path=centre.folder / f"{name}.png", full_page=True)


def choose(page: Page, file: Path) -> None:
    page.locator("#file").set_input_files(file)
    page.get_by_role("button", name="Tải lên").click()


def begin(page: Page, centre: Centre) -> None:
    """From the page of the procedure to the list of tasks."""
    page.goto("/procedures?query=xay+dung")
    page.get_by_role("link", name="Cấp giấy phép xây dựng nhà ở").click()
    page.get_by_role("link", name="Nộp trực tuyến").click()
    photographed(page, centre, "01-begin")
    page.get_by_role("button", name="Bắt đầu").click()
    photographed(page, centre, "02-tasks")


def save(page: Page) -> None:
    page.get_by_role("button", name="Lưu và tiếp tục").click()


def fill_in(page: Page, centre: Centre) -> None:
    """The forms, each wrong first where it can be."""
    page.get_by_role("link", name="Chọn trường hợp").click()
    save(page)
    expect(page.get_by_role("heading", name="Có chỗ chưa đúng")).to_be_visible()
    page.get_by_label("Xây mới").check()
    save(page)
    page.get_by_role("link", name="Thông tin của ông/bà").click()
    page.get_by_label("Họ tên").fill("Nguyễn Thị Hoa")
    page.get_by_label("Số điện thoại").fill("12")
    save(page)
    expect(page.locator("#phone-error")).to_be_visible()
    expect(page.get_by_label("Họ tên")).to_have_value("Nguyễn Thị Hoa")
    photographed(page, centre, "03-person-error")
    page.get_by_label("Số điện thoại").fill("0912 345 678")
    save(page)
    page.get_by_role("link", name="Nhận tin báo và kết quả").click()
    page.get_by_label("Đến nhận tại quầy").check()
    photographed(page, centre, "04-result")
    save(page)


def send_a_real_pdf(page: Page, browser: Browser, centre: Centre) -> None:
    page.get_by_role("link", name="Giấy tờ", exact=True).click()
    photographed(page, centre, "05-papers")
    page.get_by_role("link", name=FORM).click()
    photographed(page, centre, "06-paper")
    real = centre.folder / "Đơn đề nghị (bản ký).pdf"
    with browser.new_context() as printer:
        printer.new_page().pdf(path=real)
    choose(page, real)
    expect(page.get_by_role("heading", name="Dùng tệp này?")).to_be_visible()
    expect(page.get_by_text("Đơn đề nghị (bản ký).pdf")).to_be_visible()
    photographed(page, centre, "07-file")
    page.get_by_role("button", name="Dùng tệp này").click()
    photographed(page, centre, "08-attached")
    page.get_by_role("link", name="Xem các giấy tờ khác").click()


def send_wrong_files_and_a_right_one(page: Page, centre: Centre) -> None:
    page.get_by_role("link", name=PLAN).click()
    choose(page, centre.file("bản vẽ.pdf", b"MZ a program"))
    expect(page.get_by_role("heading", name="Tệp chưa được nhận")).to_be_visible()
    photographed(page, centre, "09-wrong-file")
    choose(page, centre.file("nhiễm.pdf", b"%PDF-1.7 " + EICAR))
    infected = page.get_by_role("heading", name="Tệp này không dùng được")
    waiting = page.get_by_role("link", name="Kiểm tra lại")
    expect(infected.or_(waiting).first).to_be_visible()
    until(lambda: infected.is_visible() or bool(page.reload()), within=30)
    photographed(page, centre, "10-infected")
    page.get_by_role("link", name="Chọn tệp khác").click()
    choose(page, centre.file("bản vẽ.pdf"))
    page.get_by_role("button", name="Dùng tệp này").click()
    page.get_by_role("link", name="Xem các giấy tờ khác").click()
    page.get_by_role("link", name="Tiếp tục").click()


def hand_in(page: Page, centre: Centre) -> None:
    page.get_by_role("link", name="Kiểm tra và nộp").click()
    photographed(page, centre, "11-check")
    page.get_by_role("button", name="Nộp hồ sơ").click()
    expect(page.locator("#agreed-error")).to_be_visible()
    page.get_by_label("Tôi cam đoan").check()
    page.get_by_role("button", name="Nộp hồ sơ").click()
    expect(page.get_by_role("heading", name="Đã nộp hồ sơ")).to_be_visible()
    expect(page.get_by_text("Trung tâm trả lời trước")).to_be_visible()
    photographed(page, centre, "12-receipt")


def test_from_the_page_of_a_procedure_to_the_receipt(browser: Browser, centre: Centre) -> None:
    before = centre.dossiers()
    with window(browser, centre) as context:
        page = context.new_page()
        begin(page, centre)
        fill_in(page, centre)
        send_a_real_pdf(page, browser, centre)
        send_wrong_files_and_a_right_one(page, centre)
        hand_in(page, centre)
        receipt = page.url
        page.goto(receipt.replace("/receipt", "/check"))
        assert page.url == receipt
        page.get_by_role("link", name="Theo dõi hồ sơ").click()
        expect(page.get_by_text("chờ cán bộ kiểm tra").first).to_be_visible()
    assert centre.dossiers() == before + 1


def test_two_tabs_and_a_double_click_make_one_dossier(browser: Browser, centre: Centre) -> None:
    begun, before = centre.full_draft(), centre.dossiers()
    with window(browser, centre) as context:
        tabs = [context.new_page() for _ in range(2)]
        for page in tabs:
            page.goto(f"{begun}/check")
            page.get_by_label("Tôi cam đoan").check()
        tabs[0].get_by_role("button", name="Nộp hồ sơ").dblclick()
        tabs[1].get_by_role("button", name="Nộp hồ sơ").click()
        for page in tabs:
            expect(page.get_by_role("heading", name="Đã nộp hồ sơ")).to_be_visible()
        tabs[1].go_back()
        expect(tabs[1].get_by_role("heading", name="Đã nộp hồ sơ")).to_be_visible()
        assert {page.url for page in tabs} == {f"{centre.served.address}{begun}/receipt"}
    assert centre.dossiers() == before + 1


def test_what_was_typed_comes_back_when_the_session_was_over(
    browser: Browser, centre: Centre
) -> None:
    with centre.served.client("citizen") as client:
        begun = centre.draft(client)
    cookie = {"name": SESSION, "value": centre.served.cookie("citizen")}
    again: Any = [{**cookie, "url": centre.served.address}]
    with window(browser, centre) as context:
        page = context.new_page()
        page.goto(f"{begun}/person")
        page.get_by_label("Họ tên").fill("Trần Văn Bình")
        context.clear_cookies()
        page.get_by_role("button", name="Lưu và tiếp tục").click()
        expect(page.get_by_role("heading", name="Phiên làm việc đã hết")).to_be_visible()
        context.add_cookies(again)
        page.get_by_role("button", name="Gửi lại").click()
        page.goto(f"{begun}/person")
        expect(page.get_by_label("Họ tên")).to_have_value("Trần Văn Bình")
        page.goto(f"{begun}/papers")
        page.get_by_role("link", name=PLAN).click()
        context.clear_cookies()
        choose(page, centre.file("a.pdf"))
        expect(page.get_by_role("heading", name="Phiên làm việc đã hết")).to_be_visible()
        photographed(page, centre, "13-held-file")
        context.add_cookies(again)
        page.locator("#file").set_input_files(centre.file("a.pdf"))
        page.get_by_role("button", name="Gửi lại").click()
        expect(page.get_by_role("heading", name="Dùng tệp này?")).to_be_visible()


def test_a_file_that_is_too_large_is_said_and_the_draft_is_kept(
    browser: Browser, centre: Centre
) -> None:
    with centre.served.client("citizen") as client:
        begun = centre.draft(client)
    with window(browser, centre) as context:
        page = context.new_page()
        page.goto(f"{begun}/papers")
        page.get_by_role("link", name=PLAN).click()
        choose(page, centre.file("quá lớn.pdf", b"%PDF-1.7 " + bytes(40 * MB)))
        expect(page.get_by_text("Tệp lớn hơn 25 MB")).to_be_visible()
        page.go_back()
        choose(page, centre.file("lớn.pdf", b"%PDF-1.7 " + bytes(27 * MB)))
        expect(page.get_by_text("Tệp lớn hơn 25 MB")).to_be_visible()
        photographed(page, centre, "14-too-large")
        page.get_by_role("link", name="Quay lại, những gì đã điền vẫn còn").click()
        expect(page.get_by_role("heading", name=PLAN)).to_be_visible()


def test_a_large_file_goes_through(centre: Centre) -> None:
    with centre.served.client("citizen") as client:
        begun = centre.draft(client)
        body = b"%PDF-1.7\n" + bytes(24 * MB) + b"\n%%EOF\n"
        sent = client.post(f"/uploads{begun}/0123456789ab", files={"file": ("a.pdf", body)})
        assert sent.status_code == 303
        assert sent.headers["Location"].startswith(f"{begun}/papers/0123456789ab/file/")


def test_papers_that_are_asked_for_are_sent(browser: Browser, centre: Centre) -> None:
    dossier = centre.handed_in()
    found = {"paper": CARD, "database": "CSDL quốc gia về dân cư", "reference": "079"}
    centre.ask("clerk", "intake", f"/dossiers/{dossier}/data", json=found)
    said = {"papers": ["Bản đồ vị trí"], "reason": "Thiếu bản đồ"}
    centre.ask("clerk", "intake", f"/dossiers/{dossier}/guide", json=said)
    with window(browser, centre) as context:
        seen_by = context.new_page()
        seen_by.goto(f"/mine/{dossier}")
        seen_by.get_by_role("link", name="Nộp giấy tờ bổ sung").click()
        photographed(seen_by, centre, "15-asked")
        seen_by.get_by_role("link", name="Bản đồ vị trí").click()
        choose(seen_by, centre.file("bản đồ.pdf"))
        seen_by.get_by_role("button", name="Dùng tệp này").click()
        seen_by.get_by_role("link", name="Xem các giấy tờ khác").click()
        photographed(seen_by, centre, "16-asked-ready")
        seen_by.get_by_role("button", name="Gửi giấy tờ").dblclick()
        expect(seen_by.get_by_role("heading", name="Ông/bà đã gửi giấy tờ")).to_be_visible()
    accepted = centre.ask("clerk", "intake", f"/dossiers/{dossier}", "GET")
    assert accepted["state"] == "submitted"
    assert [each["paper"] for each in accepted["documents"]][-1] == "Bản đồ vị trí"


def test_a_paper_of_an_earlier_dossier_is_used_again(browser: Browser, centre: Centre) -> None:
    centre.handed_in()
    with centre.served.client("citizen") as client:
        begun = centre.draft(client)
    with window(browser, centre) as context:
        page = context.new_page()
        page.goto(f"{begun}/papers")
        page.get_by_role("link", name=PLAN).click()
        photographed(page, centre, "17-again")
        page.get_by_role("button", name="Dùng lại tệp").click()
        expect(page.get_by_text("ô đồng ý").first).to_be_visible()
        page.get_by_role("link", name="Quay lại, những gì đã điền vẫn còn").click()
        page.get_by_label("Tôi đồng ý để Trung tâm").check()
        page.get_by_role("button", name="Dùng lại tệp").click()
        page.get_by_role("button", name="Dùng tệp này").click()
        expect(page.get_by_role("heading", name="Đã thêm tệp vào giấy tờ")).to_be_visible()


def test_to_all_others_a_draft_and_its_uploads_are_not_there(centre: Centre) -> None:
    begun = centre.full_draft()
    draft = begun.rpartition("/")[2]
    tried = [
        (method, path.replace("<draft>", draft).replace("<paper>", "0123456789ab"))
        for method, path in doors_of(Intake, "/apply/<draft>")
    ]
    tried = [
        (method, path.replace("<task>", "person").replace("<name>", "x").replace("<document>", "y"))
        for method, path in tried
    ]
    assert len(tried) >= 12
    for who in ("another", "clerk", ""):
        with centre.served.client(who) as client:
            for method, path in tried:
                answer = knock(client, method, path, name="đã gõ")
                wanted = 404 if who else (200 if method == "GET" else 401)
                assert answer.status_code == wanted, (who, method, path)
                assert "Nguyễn Thị Hoa" not in answer.text
    with centre.served.client("clerk") as client:
        files = {"file": ("a.pdf", b"%PDF-1.7")}
        assert client.post(f"/uploads{begun}/0123456789ab", files=files).status_code == 404


def test_a_file_from_another_site_is_not_taken(centre: Centre) -> None:
    with centre.served.client("citizen") as client:
        answer = client.post(
            "/uploads/apply/x/0123456789ab",
            files={"file": ("a.pdf", b"%PDF-1.7")},
            headers={"Sec-Fetch-Site": "cross-site"},
        )
        assert answer.status_code == 403


def test_the_api_keeps_to_its_own_address(centre: Centre) -> None:
    place = f"{centre.served.address}/documents"
    assert httpx.post(place, content=b"%PDF-1.7", **PLAIN).status_code == 404


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_keeps_people_from_using_a_page(
    browser: Browser, centre: Centre, scheme: str
) -> None:
    begun = centre.full_draft()
    with centre.served.client("citizen") as client:
        page = client.get(f"{begun}/papers").text
        key = page.partition(f'" lang="vi">{PLAN}')[0].rpartition("/")[2].partition("?")[0]
        open_draft = centre.draft(client)
    done = f"/apply/{centre.handed_in()}"
    paths = [
        "/apply",
        f"/apply/for/{PROCEDURE}",
        *(begun + each for each in ("", "/case", "/person", "/result", "/papers", "/check")),
        f"{begun}/papers/{key}",
        f"{begun}/papers/{key}/did/attached",
        f"{begun}/papers/{key}/file/nobodys",
        f"{open_draft}/check",
        f"{done}/receipt",
    ]
    must_keep_nobody_out(browser, centre.served, "citizen", paths, scheme)
    with opened(browser, centre.served, "citizen", viewport=SCREEN, color_scheme=scheme) as context:
        wide = context.new_page()
        wide.goto(f"{begun}/check")
        photographed(wide, centre, f"20-check-wide-{scheme}")
        wide.goto(f"{done}/receipt")
        photographed(wide, centre, f"21-receipt-wide-{scheme}")
