"""CSV tables: read as offices write them, every bad line named, nothing guessed."""

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.catalogue.command import bring
from cli.catalogue.csv_and_json import known_beside, rows_of
from cli.catalogue.sheets import import_table
from cli.commands import in_language
from cli.embedded.data_folder import ROOT
from cli.errors import CliError
from cli.language import set_language
from foundation.errors import Invalid
from services.catalogue.domain.rows import Known, draft_from_row
from services.catalogue.domain.table import COLUMNS

HEADER = "code,name_vi,field,agency,time_value,time_unit"
LINE = "1.000703,Cấp giấy phép,Xây dựng,Sở Xây dựng,4,ngày làm việc"


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    set_language("en")
    yield
    set_language("")


def table(*lines: str) -> list[tuple[int, Any]]:
    return import_table("\n".join(lines).encode()).rows


def test_a_line_is_read_as_a_row_of_the_open_data() -> None:
    ((line, row),) = table(HEADER, LINE)
    assert line == 2
    assert row == {
        "code": "1.000703",
        "name_vi": "Cấp giấy phép",
        "field": "Xây dựng",
        "agency": "Sở Xây dựng",
        "time_value": 4,
        "time_unit": "ngày làm việc",
    }
    assert draft_from_row(row, Known()).lack is None


def test_every_column_is_read_as_what_it_holds() -> None:
    values = {
        "code": "1.000703",
        "name_vi": "Cấp giấy phép",
        "field": "Xây dựng",
        "agency": "Sở Xây dựng",
        "level": "cấp huyện",
        "time_value": "30",
        "time_unit": "working_days",
        "time_note": "sau bổ sung còn 18 ngày",
        "counted_from": "deciding_office",
        "supplement": "pause_then_fixed",
        "fixed": "18",
        "holds_others": "có",
        "ask_within": "7",
        "at_counter": "chuyển cơ quan",
        "sessions": "sáng|chiều",
        "sessions_article": "QĐ 12/2020/QĐ-UBND Đ4",
        "channels": "trực tiếp | online",
        "online_level": "một phần",
        "fee_vnd": "50000",
        "fee_note": "50.000đ",
        "fee_article": "TT 101/2020/TT-BTC",
        "documents": "Đơn đề nghị|Bản vẽ (nếu có)",
        "result": "Giấy phép",
        "legal_basis": "50/2014/QH13|15/2021/NĐ-CP",
        "at_centre_since": "2019-12-31",
        "at_centre_until": "2020-12-31",
        "illustrative": "có",
    }
    assert values.keys() == COLUMNS.keys()
    text = io.StringIO()
    written = csv.DictWriter(text, list(values))
    written.writeheader()
    written.writerow(values)
    ((_, row),) = import_table(text.getvalue().encode()).rows
    content = draft_from_row(row, Known()).content
    assert content.time.holds_others
    assert (content.time.fixed, content.time.ask_within) == (18, 7)
    assert content.channels == ("counter", "online")
    assert [paper.required for paper in content.papers] == [True, False]
    assert (content.fees[0].amount, content.fees[0].article) == (50_000, "TT 101/2020/TT-BTC")
    assert content.sessions_article == "QĐ 12/2020/QĐ-UBND Đ4"
    assert content.legal_basis == ("50/2014/QH13", "15/2021/NĐ-CP")
    assert content.illustrative


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "with a byte order mark"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("between", [",", ";", "\t"])
def test_a_table_is_read_however_an_office_program_saves_it(
    tmp_path: Path, mark: bytes, end: str, between: str
) -> None:
    file = tmp_path / "rows.CSV"
    text = end.join(line.replace(",", between) for line in (HEADER, LINE)) + end
    file.write_bytes(mark + text.encode())
    assert [(line, row["code"]) for line, row in rows_of(file)] == [(2, "1.000703")]


def test_quoted_cells_may_hold_commas_quotes_and_line_ends_and_lines_are_still_counted() -> None:
    quoted = LINE.replace("Cấp giấy phép", '"Cấp, ""cấp lại""\nvà gia hạn"')
    rows = table(HEADER, "", quoted, LINE)
    assert [line for line, _ in rows] == [3, 5]
    assert rows[0][1]["name_vi"] == 'Cấp, "cấp lại"\nvà gia hạn'


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (LINE.replace(",4,", ",4.5,"), "“time_value” (column E) must be a whole number"),
        (LINE.replace(",4,", ",bốn,"), "“time_value” (column E) must be a whole number"),
        (LINE + ",x", "cell G3 holds 'x', but column G has no head"),
        ("1.000703,Cấp giấy phép", "it has 2 cells"),
        (LINE.replace("Cấp", 'x"y"').replace("x", '"a"'), "a bad cell"),
    ],
)
def test_a_bad_line_is_named_and_good_ones_around_it_stand(bad: str, said: str) -> None:
    good, wrong, other = table(HEADER, LINE, bad, LINE)
    assert (good[0], wrong[0], other[0]) == (2, 3, 4)
    assert isinstance(wrong[1], Invalid)
    assert said in wrong[1].en
    assert good[1] == other[1]


def test_a_quote_that_is_never_closed_is_named_by_the_line_it_opens_on() -> None:
    rows = table(HEADER, LINE, LINE.replace("Cấp", '"Cấp'), LINE)
    assert [line for line, _ in rows] == [2, 3]
    assert isinstance(rows[1][1], Invalid)


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("code,name_vi", "columns are missing: field, agency, time_unit"),
        (HEADER + ",price", "columns are not known: price"),
        (HEADER + ",code", "columns are there twice: code"),
        ("", "columns are missing"),
        ('"code', "columns are missing"),
    ],
)
def test_a_table_with_other_columns_is_not_read_at_all(header: str, said: str) -> None:
    with pytest.raises(CliError, match=said):
        table(header, LINE)


def test_a_file_that_is_not_utf_8_is_refused_by_line(tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    file.write_bytes(HEADER.encode() + b"\n\n" + LINE.encode("utf-16"))
    with pytest.raises(CliError, match="Line 3: the file is not UTF-8"):
        rows_of(file)


cells = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)


@given(st.lists(st.lists(cells, min_size=6, max_size=6), max_size=5))
def test_what_a_csv_writer_writes_is_read_back_cell_by_cell(written: list[list[str]]) -> None:
    text = io.StringIO()
    csv.writer(text).writerows([[*HEADER.split(",")], *written])
    names = HEADER.split(",")
    expected = [
        {name: cell.strip() for name, cell in zip(names, line, strict=True) if cell.strip()}
        for line in written
        if any(cell.strip() for cell in line)
    ]
    read = [row for _, row in import_table(text.getvalue().encode()).rows]
    for row, cells_of_row in zip(read, expected, strict=True):
        if isinstance(row, Invalid):
            assert (
                not cells_of_row["time_value"].isascii()
                or not cells_of_row["time_value"].isdecimal()
            )
        else:
            assert {name: str(value) for name, value in row.items() if name != "time_value"} == {
                name: cell for name, cell in cells_of_row.items() if name != "time_value"
            }


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_whatever_follows_the_header_is_read_or_named(text: str) -> None:
    for line, row in import_table(f"{HEADER}\n{text}".encode()).rows:
        assert line >= 2
        assert isinstance(row, dict | Invalid)


def test_what_lies_beside_a_file_is_known(tmp_path: Path) -> None:
    shipped = known_beside(tmp_path / "rows.csv")
    assert shipped == Known(names=shipped.names)
    assert shipped.names["Ủy ban nhân dân xã"] == "ubnd-xa"
    (tmp_path / "routes.json").write_text(json.dumps({"1.000703": []}))
    (tmp_path / "agency-names.json").write_text(json.dumps({"UBND xã": "ubnd-xa-1"}))
    beside = known_beside(tmp_path / "rows.csv")
    assert beside.routes == {"1.000703": []}
    assert beside.names == {**shipped.names, "UBND xã": "ubnd-xa-1"}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("routes.json", "[]"),
        ("routes.json", '{"1.000703": {}}'),
        ("readings.json", '{"1.000703": "pause"}'),
        ("agency-names.json", '{"Sở": 5}'),
        ("agency-names.json", "{"),
    ],
)
def test_a_file_beside_that_is_misshapen_stops_the_import(
    tmp_path: Path, name: str, text: str
) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(CliError, match=f"{name} is not as docs/catalogue"):
        known_beside(tmp_path / "rows.csv")


@pytest.mark.parametrize("column", COLUMNS)
def test_every_column_is_explained_in_the_help_of_both_languages_and_in_the_docs(
    column: str,
) -> None:
    for language in ("vi", "en"):
        set_language(language)
        assert re.search(rf"\b{column}\b", in_language(bring.help or "")), language
    assert f"| `{column}` |" in (ROOT / "docs" / "catalogue.md").read_text(encoding="utf-8")
