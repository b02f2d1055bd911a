"""Tables as offices keep them: however one is saved, it is read the same, and faults are named."""

import csv
import io
import unicodedata
import zipfile
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from cli.catalogue.csv_and_json import rows_of, source_of_file
from cli.catalogue.importer import ImportStatus, import_rows, print_results
from cli.catalogue.sheets import HEADS, ImportSource, import_table
from cli.embedded.data_folder import ROOT
from cli.errors import CliError
from cli.language import set_language
from foundation.errors import Invalid
from foundation.tables import letter
from foundation.text.folding import decompose
from services.catalogue.domain.heads import IGNORED, WORDS
from services.catalogue.domain.rows import Known, draft_from_row
from services.catalogue.domain.table import COLUMNS

Cells = Sequence[Sequence[Any]]
HEAD = ["Mã TTHC", "Tên thủ tục hành chính", "Lĩnh vực", "Cơ quan", "Thời hạn (số)", "Đơn vị tính"]
ROW = ["1.000703", "Cấp giấy phép", "Xây dựng", "Sở Xây dựng", "4", "ngày làm việc"]
NAMES = ["code", "name_vi", "field", "agency", "time_value", "time_unit"]
NOBODY = httpx.Client(base_url="http://127.0.0.1:1")  # nothing good is sent
READ = dict(zip(NAMES, [*ROW[:4], 4, ROW[5]], strict=True))


@pytest.fixture(autouse=True)
def english() -> Any:
    set_language("en")
    yield
    set_language("")


def as_text(rows: Cells, between: str = ",", end: str = "\r\n") -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=between, lineterminator=end).writerows(rows)
    return text.getvalue()


def as_xlsx(rows: Cells, change: Callable[[Any], None] = lambda _: None) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(list(row))
    change(book.active)
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def parts(xlsx: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    """The same file with its parts changed."""
    saved = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(xlsx)) as old, zipfile.ZipFile(saved, "w") as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)), zipfile.ZIP_DEFLATED)
    return saved.getvalue()


def wide(rows: Cells) -> Cells:
    return [[*row, "", ""] for row in rows]


def titled(rows: Cells) -> Cells:
    title = ["DANH MỤC THỦ TỤC HÀNH CHÍNH, TỈNH ĐẮK LẮK; NĂM 2026"]
    blank = [""] * len(rows[0])
    numbers = [f"({place})" for place in range(1, len(rows[0]) + 1)]
    return [title, ["(Kèm theo Quyết định số 1/QĐ-UBND)"], blank, rows[0], numbers, *rows[1:]]


def numbered(rows: Cells) -> Cells:
    return [["STT", *rows[0]], *([place, *row] for place, row in enumerate(rows[1:], 1))]


# Every way in which the same table comes.
WAYS: dict[str, Callable[[Cells], bytes]] = {
    "comma": lambda rows: as_text(rows).encode(),
    "semicolon": lambda rows: as_text(rows, ";").encode(),
    "tab": lambda rows: as_text(rows, "\t", "\n").encode(),
    "sep=": lambda rows: ("sep=;\r\n" + as_text(rows, ";")).encode(),
    "sep= in quotes": lambda rows: ('"sep=,"\n' + as_text(rows, ",")).encode(),
    "UTF-8 with a mark": lambda rows: as_text(rows, ";").encode("utf-8-sig"),
    "sep= behind a mark": lambda rows: ("sep=\t\r\n" + as_text(rows, "\t")).encode("utf-8-sig"),
    "Excel's Unicode text": lambda rows: as_text(rows, "\t").encode("utf-16"),
    "UTF-16 without a mark": lambda rows: as_text(rows, "\t").encode("utf-16-le"),
    "UTF-16, big end first": lambda rows: b"\xfe\xff" + as_text(rows).encode("utf-16-be"),
    "letters apart": lambda rows: unicodedata.normalize("NFD", as_text(rows)).encode(),
    "blank lines first": lambda rows: ("\r\n\r\n,,,\r\n" + as_text(rows)).encode(),
    "blank rows last": lambda rows: (as_text(wide(rows), ";") + ";;;;;;;\r\n" * 50).encode(),
    "nameless columns": lambda rows: as_text(wide(rows)).encode(),
    "a title": lambda rows: as_text(titled(rows), ";").encode(),
    "running numbers": lambda rows: as_text(numbered(rows)).encode(),
    "capitals": lambda rows: as_text([[cell.upper() for cell in rows[0]], *rows[1:]]).encode(),
    "no diacritics": lambda rows: as_text([[*map(decompose, rows[0])], *rows[1:]]).encode(),
    "our names": lambda rows: as_text([NAMES, *rows[1:]]).encode(),
    "XLSX": as_xlsx,
    "XLSX with a title": lambda rows: as_xlsx(
        titled(rows), lambda sheet: sheet.merge_cells("A1:F1")
    ),
    "XLSX with blank rows": lambda rows: as_xlsx([[], [], *wide(rows), *[[""]] * 20]),
    "XLSX with numbers": lambda rows: as_xlsx([[*r[:4], _number(r[4]), *r[5:]] for r in rows]),
    "XLSX behind a hidden sheet": lambda rows: as_xlsx(rows, _hide_another),
    "XLSX that lies on its size": lambda rows: parts(as_xlsx(rows), _small_dimension),
}


def _number(cell: str) -> Any:
    return int(cell) if cell.isdecimal() else cell


def _hide_another(sheet: Any) -> None:
    hidden = sheet.parent.create_sheet("Danh sách ẩn", 0)
    hidden.append(["a"])
    hidden.sheet_state = "hidden"


def _small_dimension(name: str, content: bytes) -> bytes:
    if name != "xl/worksheets/sheet1.xml":
        return content
    begin, _, rest = content.partition(b'<dimension ref="')
    return begin + b'<dimension ref="A1' + rest[rest.index(b'"') :]


texts = (
    st.text(
        st.characters(categories=["L", "Nd", "P", "Zs"], include_characters='\n"'),
        min_size=1,
        max_size=12,
    )
    .map(lambda text: unicodedata.normalize("NFC", text).strip())
    .filter(bool)
)
lines = st.builds(
    lambda code, text, days: [
        f"1.{code:06}",
        text[0],
        text[1],
        text[2],
        str(days),
        "ngày làm việc",
    ],
    st.integers(0, 999_999),
    st.tuples(texts, texts, texts),
    st.integers(1, 365),
)


def read(content: bytes) -> list[Any]:
    return [row for _, row in import_table(content).rows]


@pytest.mark.parametrize("way", WAYS)
@settings(max_examples=25)
@given(st.lists(lines, max_size=4))
def test_a_table_is_read_the_same_in_whatever_way_it_is_written(
    way: str, written: list[list[str]]
) -> None:
    expected = [
        dict(zip(NAMES, [*line[:4], int(line[4]), line[5]], strict=True)) for line in written
    ]
    assert read(WAYS[way]([HEAD, *written])) == expected


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("ending", [".csv", ".txt", ".xlsx", ""])
def test_the_ending_of_its_name_does_not_matter(tmp_path: Path, way: str, ending: str) -> None:
    file = tmp_path / f"bảng{ending}"
    file.write_bytes(WAYS[way]([HEAD, ROW]))
    assert [row for _, row in rows_of(file)] == [READ]


def test_a_json_list_is_no_table_under_any_name(tmp_path: Path) -> None:
    for name in ("rows.json", "rows", "rows.jsonl"):
        (tmp_path / name).write_text(' [{"code": "1"}]', encoding="utf-8-sig")
        assert rows_of(tmp_path / name) == [(1, {"code": "1"})]


# Cells of XLSX.


def sheet_of(cell: Any, column: str, number_format: str = "General") -> bytes:
    def put(sheet: Any) -> None:
        sheet["G1"], sheet["G2"] = column, cell
        sheet["G2"].number_format = number_format

    return as_xlsx([HEAD, ROW], put)


@pytest.mark.parametrize(
    ("column", "cell", "number_format", "value"),
    [
        ("fee_vnd", 50000, "General", 50000),
        ("fee_vnd", 50000.0, "#,##0", 50000),
        ("fee_vnd", "=25000*2", "General", None),
        ("Ngày đưa vào Trung tâm", date(2019, 12, 31), "dd/mm/yyyy", "2019-12-31"),
        ("Ngày đưa vào Trung tâm", datetime(2019, 12, 31), "dd/mm/yyyy", "2019-12-31"),  # noqa: DTZ001 -- a cell has no zone
        ("Minh họa", True, "General", True),
        ("Ghi chú phí", 3.5, "General", "3.5"),
        ("Ghi chú phí", 3.5, "0.00", "3.50"),
        ("Ghi chú phí", 1e21, "General", "1000000000000000000000"),
        ("Ghi chú phí", 0.1 + 0.2, "General", "0.3"),
    ],
)
def test_a_cell_is_read_as_what_it_shows(
    column: str, cell: Any, number_format: str, value: Any
) -> None:
    (row,) = read(sheet_of(cell, column, number_format))
    if value is None:
        assert "cell G2 is a formula without a result" in row.en
        assert "ô G2 là công thức chưa có kết quả" in row.vi
    else:
        assert row == READ | {HEADS.name_of(column): value}


def formulas(name: str, content: bytes) -> bytes:
    """As Excel saves them: with their results."""
    if name == "xl/worksheets/sheet1.xml":
        content = content.replace(b"<f>25000*2</f><v/>", b"<f>25000*2</f><v>50000</v>")
        content = content.replace(b"<f>25000*2</f><v></v>", b"<f>25000*2</f><v>50000</v>")
        assert b"<v>50000</v>" in content
    return content


def test_a_formula_is_read_as_its_result() -> None:
    assert read(parts(sheet_of("=25000*2", "fee_vnd"), formulas)) == [READ | {"fee_vnd": 50000}]


def test_a_formula_that_failed_is_named_by_its_cell() -> None:
    (row,) = read(sheet_of("#N/A", "Ghi chú phí"))
    assert row.en == "cell G2 says #N/A: mend the formula"
    assert row.vi == "ô G2 báo lỗi #N/A: hãy sửa công thức"


@pytest.mark.parametrize(
    ("cell", "number_format", "meant"),
    [
        (1.00419, "General", "1.004190"),
        (1.004, "General", "1.004000"),
        (1004194, "General", "1.004194"),
        (1004194, "#,##0", "1.004194"),
        ("1.00419", "@", "1.004190"),
        ("1.004.194", "@", "1.004194"),
        ("1,0042", "@", "1.004200"),
    ],
)
def test_a_code_that_a_spreadsheet_took_for_a_number_is_named(
    cell: Any, number_format: str, meant: str
) -> None:
    def put(sheet: Any) -> None:
        sheet["A2"], sheet["A2"].number_format = cell, number_format

    (row,) = read(as_xlsx([HEAD, ROW], put))
    assert isinstance(row, Invalid)
    assert row.en.startswith("“Mã TTHC” (column A): ")
    assert row.vi.startswith("“Mã TTHC” (cột A): ")
    for said in (row.vi, row.en):
        assert f"{meant}?" in said
        assert "Text" in said


@pytest.mark.parametrize(
    ("cell", "number_format", "code"),
    [
        (1.004194, "General", "1.004194"),
        (1.00419, "0.000000", "1.004190"),
        (2, "0.000000", "2.000000"),
        ("1,004194", "@", "1.004194"),
        ("1.004194.000.00.00.H38", "@", "1.004194.000.00.00.H38"),
    ],
)
def test_a_code_that_lost_nothing_is_taken(cell: Any, number_format: str, code: str) -> None:
    def put(sheet: Any) -> None:
        sheet["A2"], sheet["A2"].number_format = cell, number_format

    (row,) = read(as_xlsx([HEAD, ROW], put))
    assert row["code"] == code


@given(st.integers(0, 999_999), st.integers(1, 2))
def test_a_code_in_a_cell_for_numbers_is_right_or_named(digits: int, first: int) -> None:
    code = f"{first}.{digits:06}"
    ((_, row),) = import_table(as_text([HEAD, [str(float(code)), *ROW[1:]]]).encode()).rows
    if isinstance(row, Invalid):
        assert f"{code}?" in row.en
    else:
        assert row["code"] == code


# What a person sees.


def refused(content: bytes) -> CliError:
    with pytest.raises(CliError) as caught:
        import_table(content)
    return caught.value


def test_a_missing_column_is_named_in_the_words_of_offices_and_in_ours() -> None:
    error = refused(as_text([HEAD[:3], ROW[:3]]).encode())
    assert "Dòng 1: thiếu cột: Cơ quan giải quyết (agency), Đơn vị thời hạn (time_unit)" in error.vi
    assert "Line 1: columns are missing: agency, time_unit" in error.en


def test_a_column_that_is_not_known_is_named_as_it_is_written() -> None:
    error = refused(as_xlsx(titled([[*HEAD, "Người lập\nbiểu"], ROW])))
    assert "Trang tính “Sheet”: Dòng 4: không biết cột: Người lập biểu (G)" in error.vi
    assert "Sheet “Sheet”: Line 4: columns are not known: Người lập biểu (G)" in error.en


def test_a_column_that_is_there_twice_is_named_by_both_places() -> None:
    error = refused(as_text([[*HEAD, "Mã số"], [*ROW, "1"]]).encode())
    assert "columns are there twice: Mã TTHC (A), Mã số (G)" in error.en


def told(source: ImportSource, capsys: pytest.CaptureFixture[str], *languages: str) -> list[str]:
    said = []
    for language in languages:
        set_language(language)
        results = import_rows(NOBODY, source.rows, Known(), source)
        assert {each.status for each in results} == {ImportStatus.BAD}
        print_results(results, source)
        said.append(capsys.readouterr().out)
    return said


def test_a_bad_row_is_named_by_sheet_row_head_and_letter(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "a.xlsx"
    bad = [[*ROW[:4], "bốn", ROW[5]], [*ROW[:3], "", *ROW[4:]], ["x", *ROW[1:]]]
    file.write_bytes(as_xlsx(titled([HEAD, *bad]), lambda sheet: setattr(sheet, "title", "Cấp xã")))
    vi, en = told(source_of_file(file), capsys, "vi", "en")
    assert "trang tính “Cấp xã”, dòng 6: sai: “Thời hạn (số)” (cột E) phải là số nguyên" in vi
    assert "trang tính “Cấp xã”, dòng 7: sai: 1.000703 Cấp giấy phép: thiếu “Cơ quan” (cột D)" in vi
    assert "trang tính “Cấp xã”, dòng 8: sai: x Cấp giấy phép: “Mã TTHC” (cột A): Mã 'x'" in vi
    assert "sheet “Cấp xã”, row 6: bad: “Thời hạn (số)” (column E) must be a whole number" in en
    assert "sheet “Cấp xã”, row 7: bad: 1.000703 Cấp giấy phép: “Cơ quan” (column D) is miss" in en


def test_a_row_of_csv_is_named_by_its_line_and_by_its_row_in_excel(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "a.csv"
    rows = [HEAD, ["a\nb", *ROW[1:]], [*ROW[:5], "tuần"]]
    file.write_text("sep=;\n" + as_text(rows, ";", "\n"), encoding="utf-8")
    vi, en = told(source_of_file(file), capsys, "vi", "en")
    assert "dòng 5 (trong Excel: 3): sai: 1.000703 Cấp giấy phép: “Đơn vị tính” (cột F)" in vi
    assert "line 5 (in Excel: 3): bad: 1.000703 Cấp giấy phép: “Đơn vị tính” (column F)" in en
    assert "line 3 (in Excel: 2): bad" in en


def test_what_stands_below_no_head_is_not_lost() -> None:
    (row,) = read(as_xlsx([HEAD, [*ROW, "", "ghi chú"]]))
    assert row.en == "cell H2 holds 'ghi chú', but column H has no head"
    assert row.vi == "ô H2 có 'ghi chú' mà cột H không có tiêu đề"


def test_rows_that_end_early_are_read_as_far_as_they_go() -> None:
    heads = [*HEAD, "Kết quả", "Ghi chú phí"]
    assert read(as_text([heads, ROW]).encode()) == [READ]
    assert read(as_xlsx([heads, ROW])) == [READ]


@pytest.mark.parametrize("place", [(0, "A"), (25, "Z"), (26, "AA"), (255, "IV"), (701, "ZZ")])
def test_columns_have_the_letters_of_a_spreadsheet(place: tuple[int, str]) -> None:
    assert letter(place[0]) == place[1]


# What is no table, and what an attacker sends.


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "save it as .xlsx"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "remove the password",
        ),
        (as_xlsx([HEAD, ROW])[:-50], "cannot be read"),
        (parts(as_xlsx([HEAD]), lambda n, c: b"<x" if "sheet1" in n else c), "cannot be read"),
        (
            parts(as_xlsx([HEAD]), lambda n, c: b"" if n.endswith("workbook.xml") else c),
            "cannot be",
        ),
        (as_xlsx([]), "columns are missing"),
        ("Mã;Tên\nĐ".encode("cp1258", "ignore") + b"\xff", "CSV UTF-8"),
        (b"", "columns are missing"),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_to_do(content: bytes, said: str) -> None:
    assert said in refused(content).en


def bomb(name: str, content: bytes) -> bytes:
    return b" " * 70_000_000 if name == "xl/styles.xml" else content


def billion_laughs(name: str, content: bytes) -> bytes:
    if not name.endswith("sheet1.xml"):
        return content
    entities = "".join(f'<!ENTITY a{n + 1} "{f"&a{n};" * 10}">' for n in range(9))
    return f'<!DOCTYPE x [<!ENTITY a0 "ha">{entities}]><worksheet>&a9;</worksheet>'.encode()


def far_row(_name: str, content: bytes) -> bytes:
    return content.replace(b'<row r="2"', b'<row r="999999999"')


def far_column(_name: str, content: bytes) -> bytes:
    return content.replace(b'r="F2"', b'r="XFD2"')


@pytest.mark.parametrize(
    ("attack", "said"),
    [
        (bomb, "too large: 66 MB unpacked"),
        (billion_laughs, "cannot be read"),
        (far_row, "more than 50000 rows"),
    ],
)
@pytest.mark.timeout(30)
def test_an_attack_is_refused_soon(attack: Callable[[str, bytes], bytes], said: str) -> None:
    assert said in refused(parts(as_xlsx([HEAD, ROW]), attack)).en


def test_a_cell_far_to_the_right_costs_nothing() -> None:
    (row,) = read(parts(as_xlsx([HEAD, ROW]), far_column))
    assert row == {name: value for name, value in READ.items() if name != "time_unit"}


def test_a_table_of_a_ministry_is_read_in_seconds() -> None:
    rows = [[f"1.{number:06}", *ROW[1:]] for number in range(100_000, 106_000)]
    assert len(read(as_xlsx([HEAD, *rows]))) == 6000


# The words above columns.


def test_each_word_above_a_column_means_one_column() -> None:
    words = [HEADS.name_of(word) for name in WORDS for word in WORDS[name]]
    assert words == [name for name in WORDS for _ in WORDS[name]]
    assert WORDS.keys() == COLUMNS.keys()
    assert {HEADS.name_of(word) for word in IGNORED} == {""}


@pytest.mark.parametrize("name", WORDS)
def test_every_word_above_a_column_stands_in_the_docs(name: str) -> None:
    page = (ROOT / "docs" / "catalogue.md").read_text(encoding="utf-8")
    assert f"| `{name}` | {'; '.join(WORDS[name])} |" in page


def test_what_was_read_makes_a_procedure() -> None:
    (row,) = read(as_xlsx([HEAD, ROW]))
    assert draft_from_row(row, Known()).lack is None
