"""The press prints the same bytes from the same sheet, fetches nothing, and may break."""

import html
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from contracts.forms import Edition, FormFilled, FormKind
from contracts.law import LawRule
from contracts.procedure import Collected, Paper
from foundation.errors import Unavailable
from foundation.law import edition
from foundation.pdf.renderer import Renderer, RenderJob, TemplateError, release
from foundation.pdf.stream import PdfStream
from foundation.pdf.worker import day, environment, moment, money
from services.documents.handlers.context import TEMPLATES
from services.intake.domain.case import declaring, pause
from services.intake.domain.case.channel import Channel
from services.intake.domain.case.declaring import FilledPaper
from services.intake.domain.case.dossier import Attachment, Charge, Dossier, Printed, State
from services.intake.domain.counter import reception
from services.intake.domain.counter.correction import Correction, correct
from services.intake.domain.forms import issuing
from tests import builders
from tests.builders import RECEIVED, at
from tests.processes import freeze
from tests.unit.fillable_forms import GOOD
from tests.unit.fillable_forms import TEXT as FILLABLE
from tests.unit.test_intake_forms import OFFICE, only

GOLDEN = Path(__file__).parent / "golden_forms"
ROOT = Path(__file__).parents[2]
A5 = (419.53, 595.28)
HOSTILE = '<b>O"Brien</b> & {{ 7*7 }} <img src="file:///etc/passwd"> 😀 عربي ' + "Ư" * 300
LONGEST = max(
    re.findall(
        r'"name_vi": "([^"]+)"', (ROOT / "catalogue-data" / "procedures.json").read_text("utf-8")
    ),
    key=len,
)
LONG_ADDRESS = "Tầng 12, Tòa nhà Trung tâm Thương mại và Dịch vụ Quốc tế Phương Đông, số 246 " * 4


def english(dossier: Dossier) -> Dossier:
    return replace(dossier, applicant=replace(dossier.applicant, language="en"))


def expected(form: FormFilled) -> FormFilled:
    """The same form, with a date that rests on days off that are not decided yet."""
    if form.receipt:
        return replace(form, receipt=replace(form.receipt, due_expected=True))
    assert form.apology
    return replace(form, apology=replace(form.apology, due_expected=True))


def examples() -> dict[str, FormFilled]:
    """One form of each kind and edition, with all its fields; some with English below."""
    accepted = builders.accepted()
    accepted = replace(
        accepted,
        applicant=replace(accepted.applicant, address="Xóm 5, Vinh", identity="040185001234"),
        charges=(
            Charge(
                id="1",
                name="Lệ phí",
                amount=1500000,
                collected=Collected.BEFORE,
                requested=RECEIVED,
            ),
        ),
    )
    asked = builders.asked(builders.consulting(), "1.0", at("2020-09-18 10:00"), "Bản vẽ", "Phép")
    refused = reception.refuse(builders.submitted(), "NĐ 61/2018 Đ17.1b", "Sai thẩm quyền.")
    reason = Printed(
        kind=FormKind.APOLOGY,
        edition=Edition.OF_2018,
        document="x",
        at=RECEIVED,
        reason="Chờ ý kiến của Bộ Xây dựng.",
    )
    late = replace(accepted, apologised=accepted.due, due=at("2020-10-20 09:30"), forms=(reason,))
    returned = replace(
        builders.resolved(),
        state=State.RETURNED,
        returned=Channel.COUNTER,
        handed_over=at("2020-10-01 08:00"),
    )
    stopped = pause.stop(accepted, "NĐ 99/2022 Đ16", "Bão số 3.", at("2025-09-20 10:00"))
    now, in_2025 = at("2020-10-05 09:00"), at("2025-09-20 10:00")
    said = Correction(applicant={"name": "Nguyễn Thị Hòa"}, reason="gõ nhầm")
    former = issuing.noted(accepted, issuing.filled(FormKind.RECEIPT, accepted, OFFICE, RECEIVED))
    corrected = correct(english(former), said, "cán bộ 1", at("2020-09-16 08:00"))
    return {
        "01-corrected": only(corrected, "2020-09-16 08:00"),
        "01": issuing.filled(FormKind.RECEIPT, accepted, OFFICE, RECEIVED),
        "01-english": issuing.filled(FormKind.RECEIPT, english(accepted), OFFICE, RECEIVED),
        "01-expected": expected(issuing.filled(FormKind.RECEIPT, accepted, OFFICE, RECEIVED)),
        "04-expected": expected(issuing.filled(FormKind.APOLOGY, late, OFFICE, now)),
        "02": only((english(asked[0]), asked[1]), "2020-09-18 10:00"),
        "03": only(refused),
        "04": issuing.filled(FormKind.APOLOGY, late, OFFICE, now),
        "04-2025": issuing.filled(FormKind.APOLOGY, late, OFFICE, in_2025),
        "05": issuing.filled(FormKind.CONTROL, returned, OFFICE, at("2020-10-01 08:00")),
        "05-2025": only(stopped, "2025-09-20 10:00"),
        "declaration": declared(english(accepted)),
        "06-2025": issuing.filled(FormKind.CONTROL, english(returned), OFFICE, in_2025),
    }


def declared(dossier: Dossier) -> FormFilled:
    """The electronic form of a paper as it was filled in."""
    procedure = builders.procedure(papers=(Paper(name=builders.REQUEST_FORM, form=FILLABLE),))
    paper = FilledPaper(paper=builders.REQUEST_FORM, data=GOOD)
    made = declaring.declared(dossier.id, procedure, "", (paper,))
    handed_in = replace(dossier, declarations=made, forms=())
    [form] = issuing.with_forms((handed_in, ()), OFFICE, RECEIVED)[1]
    assert isinstance(form, FormFilled)
    return form


def hostile() -> FormFilled:
    accepted = builders.accepted()
    many = tuple(Attachment(paper=f"Giấy tờ {n} {HOSTILE}", document=str(n)) for n in range(25))
    who = replace(accepted.applicant, name=HOSTILE, address=LONG_ADDRESS, language="en")
    dossier = replace(accepted, applicant=who, attachments=many, procedure_name=LONGEST)
    return issuing.filled(FormKind.RECEIPT, dossier, OFFICE, RECEIVED)


def sheet_of(form: FormFilled) -> RenderJob:
    return RenderJob(
        folder=TEMPLATES,
        template=f"{form.kind}.html",
        values={"form": form.write(), "law": edition(LawRule.FORMS, form.issued)},
        qr=form.tracking or form.code,
    )


def text_of(form: FormFilled) -> str:
    """What is to be read on the form, line by line."""
    template = environment(str(TEMPLATES)).get_template(f"{form.kind}.html")
    page = template.render(
        form=form.write(), law=edition(LawRule.FORMS, form.issued), has_code=bool(form.code)
    )
    body = re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)
    lines = re.sub(r"</?(span|strong|em)[^>]*>", "", body)
    plain = html.unescape(re.sub(r"<[^>]+>", "\n", lines))
    return "\n".join(line.strip() for line in plain.splitlines() if line.strip()) + "\n"


@pytest.fixture(scope="module")
def printer() -> Iterator[Renderer]:
    made = Renderer()
    yield made
    made.close()


@pytest.fixture(scope="module")
def hostile_print(printer: Renderer) -> bytes:
    """The longest sheet, as the printer of this module printed it."""
    return printer.print(sheet_of(hostile()))


@pytest.mark.parametrize("name", list(examples()))
def test_what_stands_on_a_form_is_what_its_golden_file_says(name: str) -> None:
    """After a wanted change, `python -m tests.unit.test_pdf_renderer` writes them anew."""
    assert text_of(examples()[name]) == (GOLDEN / f"{name}.txt").read_text("utf-8")


@pytest.mark.parametrize("name", list(examples()))
def test_a_form_is_an_a5_page_tagged_titled_in_vietnamese_with_its_own_fonts(
    printer: Renderer, name: str
) -> None:
    with pikepdf.open(BytesIO(printer.print(sheet_of(examples()[name])))) as pdf:
        assert pdf.check_pdf_syntax() == []
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == "vi"
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        assert str(pdf.docinfo["/Title"])
        with pdf.open_metadata() as about:
            assert about["pdfuaid:part"] == "1"
        for page in pdf.pages:
            size = [float(side) for side in page.mediabox[2:]]
            assert size == pytest.approx(A5, abs=0.1)
        assert fonts(pdf) == {"Roboto"}


def fonts(pdf: pikepdf.Pdf) -> set[str]:
    """The families used, all of them embedded."""
    found = set()
    for each in pdf.objects:
        if isinstance(each, pikepdf.Dictionary) and each.get("/Type") == "/FontDescriptor":
            assert "/FontFile2" in each or "/FontFile3" in each
            found.add(re.sub(r"^/[A-Z]{6}\+|-.*$", "", str(each.FontName)))
    return found


def test_two_presses_print_the_same_bytes(printer: Renderer, hostile_print: bytes) -> None:
    another = Renderer()
    assert another.print(sheet_of(hostile())) == hostile_print
    for name in ("05", "01-english"):
        sheet = sheet_of(examples()[name])
        assert another.print(sheet) == printer.print(sheet)
    assert another.pid != printer.pid
    another.close()


def test_the_same_press_prints_the_same_bytes_after_other_sheets(printer: Renderer) -> None:
    first = printer.print(sheet_of(examples()["01"]))
    printer.print(sheet_of(hostile()))
    assert printer.print(sheet_of(examples()["01"])) == first


def test_whatever_people_write_stays_text_and_stays_on_the_page(hostile_print: bytes) -> None:
    form = hostile()
    assert "<b>O" in text_of(form)
    assert "{{ 7*7 }}" in text_of(form)
    with pikepdf.open(BytesIO(hostile_print)) as pdf:
        assert pdf.check_pdf_syntax() == []
        assert 3 <= len(pdf.pages) <= 40
        images = [each for page in pdf.pages for each in page.get("/Annots", ())]
        assert images == []


@pytest.mark.parametrize(
    "asked",
    [
        "<link rel=stylesheet href='{secret}'>",
        "<img alt=x src='{secret}'>",
        "<img alt=x src='http://127.0.0.1:9/x.png'>",
        "<style>@font-face {{ font-family: x; src: url({secret}) }} p {{ font-family: x }}</style>",
    ],
)
def test_nothing_is_fetched_from_anywhere(printer: Renderer, tmp_path: Path, asked: str) -> None:
    secret = tmp_path / "secret"
    secret.write_text("p { color: red }", encoding="utf-8")
    page = "<html lang=vi><title>t</title>{}<p>ở đây</p>"
    (tmp_path / "plain.html").write_text(page.format(""), encoding="utf-8")
    (tmp_path / "t.html").write_text(page.format(asked.format(secret=secret.as_uri())))
    plain = printer.print(RenderJob(folder=tmp_path, template="plain.html"))
    try:
        printed = printer.print(RenderJob(folder=tmp_path, template="t.html"))
    except TemplateError:
        return
    assert printed == plain


def test_a_template_that_does_not_fit_is_a_bug_and_the_press_goes_on(printer: Renderer) -> None:
    with pytest.raises(TemplateError, match="UndefinedError"):
        printer.print(RenderJob(folder=TEMPLATES, template="receipt.html", values={"form": {}}))
    assert printer.print(sheet_of(examples()["03"])).startswith(b"%PDF-")


def test_a_press_that_was_killed_says_so_and_prints_the_next_sheet() -> None:
    printer = Renderer()
    whole = printer.print(sheet_of(examples()["03"]))
    os.kill(printer.pid, signal.SIGKILL)
    with pytest.raises(Unavailable):
        printer.print(sheet_of(examples()["03"]))
    assert printer.print(sheet_of(examples()["03"])) == whole
    printer.close()


def test_a_press_that_hangs_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    printer = Renderer()
    whole = printer.print(sheet_of(examples()["03"]))
    freeze(printer.pid)
    monkeypatch.setattr("foundation.pdf.renderer.PRINT_WITHIN", 0.2)
    with pytest.raises(Unavailable):
        printer.print(sheet_of(examples()["03"]))
    monkeypatch.undo()
    assert printer.print(sheet_of(examples()["03"])) == whole
    printer.close()


TICKER = """
from foundation.runtime.patch import patch
patch()
import time
from foundation.concurrency import green
from foundation.pdf.renderer import Renderer
from tests.unit.test_pdf_renderer import examples, hostile, sheet_of
forms = [*list(examples().values())[:4], hostile()]
printer, sheets = Renderer(), [sheet_of(form) for form in forms]
printer.print(sheets[0])
gaps, stop = [], []
def tick():
    last = time.perf_counter()
    while not stop:
        green.sleep(0.01)
        now = time.perf_counter()
        gaps.append(now - last)
        last = now
ticker = green.spawn(tick)
began = time.perf_counter()
for sheet in sheets:
    printer.print(sheet)
took = time.perf_counter() - began
stop.append(True)
ticker.wait()
gaps.sort()
print(f"{took:.3f} {max(gaps):.4f} {gaps[len(gaps) // 2]:.4f} {len(gaps)}")
printer.close()
"""


def test_heartbeats_go_on_while_the_press_works() -> None:
    """A ticker of 10 ms beside five forms being printed; the broker hangs up after many seconds."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", TICKER],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=110,
    )
    took, longest, median, ticks = (float(word) for word in done.stdout.split())
    print(
        f"5 forms in {took:.2f} s; ticks: {ticks:.0f}, median {median * 1e3:.1f} ms, "
        f"longest {longest * 1e3:.0f} ms"
    )
    assert ticks > 10
    assert median < 0.05
    assert longest < took / 3


def test_the_release_of_the_press_changes_with_its_templates(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("a", encoding="utf-8")
    before = release(tmp_path)
    (tmp_path / "a.html").write_text("b", encoding="utf-8")
    release.cache_clear()
    assert release(tmp_path) != before
    assert "weasyprint-" in before


def test_moments_and_money_are_written_as_offices_do() -> None:
    assert moment("2020-09-15T02:30:00Z") == "09 giờ 30 phút, ngày 15 tháng 9 năm 2020"
    assert day("2019-12-31T17:00:00Z") == "ngày 01 tháng 01 năm 2020"
    assert money(1500000) == "1.500.000 đồng"


def test_a_book_of_many_sheets_is_one_tagged_document(printer: Renderer) -> None:
    def sheets(printed: Any) -> Iterator[RenderJob]:
        for form in examples().values():
            seen.append(printed())
            yield sheet_of(form)

    seen: list[int] = []
    book = b"".join(printer.book("Sổ <&> (1)", sheets))
    with pikepdf.open(BytesIO(book)) as pdf:
        assert pdf.check_pdf_syntax() == []
        assert str(pdf.docinfo["/Title"]) == "Sổ <&> (1)"
        (document,) = pdf.Root.StructTreeRoot.K
        assert len(pdf.pages) > seen[-1] > 0
        keys = [int(page.obj.StructParents) for page in pdf.pages]
        assert keys == list(range(len(pdf.pages)))
        names = [str(each.ID) for each in pdf.objects if tagged(each) and "/ID" in each]
        assert names
        assert len(names) == len(set(names))
        assert all(document == each.P for each in document.K)
        owners = pdf.Root.StructTreeRoot.ParentTree.Nums
        assert [int(key) for key in list(owners)[::2]] == keys
        assert owners[1][0].Pg == pdf.pages[0].obj
        assert owners[len(owners) - 1][0].Pg == pdf.pages[-1].obj


def tagged(each: Any) -> bool:
    return isinstance(each, pikepdf.Dictionary) and "/S" in each and "/P" in each


def test_a_book_without_sheets_is_still_written_to_its_end() -> None:
    book = PdfStream(title="Trống")
    whole = book.begin() + b"".join(book.end())
    assert whole.endswith(b"%%EOF\n")
    assert len(whole) == book.at


def main() -> None:
    """Write the golden files anew."""
    GOLDEN.mkdir(exist_ok=True)
    for name, form in examples().items():
        (GOLDEN / f"{name}.txt").write_text(text_of(form), encoding="utf-8")


if __name__ == "__main__":
    main()
