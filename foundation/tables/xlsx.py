"""XLSX: the first sheet that is not hidden, its cells as text the way Excel shows them.

openpyxl reads it piece by piece. What it cannot know is said and not guessed: a formula without a
value, a formula that failed.
"""

import re
import warnings
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import IO, Any
from unicodedata import normalize
from zipfile import BadZipFile, ZipFile

from foundation.errors import Invalid
from foundation.files import office
from foundation.tables.sheet import Sheet, SheetRow, letter

LARGEST_UNPACKED = 64 * 1024 * 1024
"""Of all parts of a file together; a catalogue of 5,000 procedures has 5 MB."""
MOST_COLUMNS = 256
MOST_ROWS = 50_000
_LAST_ROW = 1_048_576
_FIXED = re.compile(r"0\.(0+)")
_MIDNIGHT = time()


def read_xlsx(stream: IO[bytes]) -> Sheet:
    """The rows of the first sheet that are not blank, with their numbers in Excel.

    Raises:
        Invalid: it is no XLSX that can be read, or larger than any table of an office.
    """
    _must_be_bounded(stream)
    try:
        with warnings.catch_warnings(action="ignore"):
            return _read(stream)
    except Invalid:
        raise
    except Exception as error:  # a damaged file makes the library raise whatever it likes
        raise _unreadable() from error


def _must_be_bounded(stream: IO[bytes]) -> None:
    """Hold a file to its bounds before anything of it is unpacked.

    Its parts say how large they are, and zipfile gives no more of a part than it says.
    """
    stream.seek(0)
    kind = office.zip_type(stream)
    if kind == office.DAMAGED_OFFICE:
        raise _unreadable()
    stream.seek(0)
    try:
        with ZipFile(stream) as opened:
            unpacked = sum(each.file_size for each in opened.infolist())
    except (BadZipFile, ValueError) as error:
        raise _unreadable() from error
    if unpacked > LARGEST_UNPACKED:
        raise Invalid(
            f"Bảng quá lớn: giải nén ra {unpacked // 1024**2} MB, nhiều nhất là "
            f"{LARGEST_UNPACKED // 1024**2} MB; hãy xóa ảnh, trang tính thừa, dòng trống có "
            "định dạng, hoặc lưu thành CSV.",
            f"The table is too large: {unpacked // 1024**2} MB unpacked, at most "
            f"{LARGEST_UNPACKED // 1024**2} MB; delete pictures, other sheets and formatted "
            "blank rows, or save it as CSV.",
        )
    stream.seek(0)


def _read(stream: IO[bytes]) -> Sheet:
    # Takes a while, and CSV needs none of it.
    from openpyxl import load_workbook  # noqa: PLC0415
    from openpyxl.cell.read_only import EMPTY_CELL  # noqa: PLC0415

    values = load_workbook(stream, read_only=True, data_only=True)
    formulas = load_workbook(stream, read_only=True)
    place = next(
        place for place, each in enumerate(values.worksheets) if each.sheet_state == "visible"
    )
    sheets = [values.worksheets[place], formulas.worksheets[place]]
    rows: list[SheetRow] = []
    for number, (seen, written) in enumerate(zip(*map(_rows, sheets), strict=True), 1):
        row = _row(number, seen, written, EMPTY_CELL)
        rows += [] if row.is_blank else [row]
        if number > _LAST_ROW or len(rows) > MOST_ROWS:
            raise _too_many()
    return Sheet(name=sheets[0].title, rows=rows)


def _rows(worksheet: Any) -> Iterator[Sequence[Any]]:
    # What a file says of its own size need not be true.
    worksheet.reset_dimensions()
    rows: Iterator[Sequence[Any]] = worksheet.iter_rows(max_col=MOST_COLUMNS + 1)
    return rows


def _row(number: int, seen: Sequence[Any], written: Sequence[Any], empty: Any) -> SheetRow:
    """The row; `seen` has the values of formulas, `written` the formulas; `empty` is no cell."""
    filled = [
        (place, cell, written[place])
        for place, cell in enumerate(seen)
        if cell is not empty and (cell.value, written[place].value) != (None, None)
    ]
    for place, *both in filled:
        fault = _fault(place, number, *both)
        if fault:
            return SheetRow(number=number, line=number, fault=fault)
    cells = [""] * (filled[-1][0] + 1 if filled else 0)
    for place, cell, _ in filled:
        cells[place] = _text(cell)
    return SheetRow(number=number, line=number, cells=tuple(cells))


def _fault(column: int, number: int, seen: Any, written: Any) -> Invalid | None:
    """Why the value of a cell is not known, if it is not."""
    place = f"{letter(column)}{number}"
    if seen.value is None and written.data_type == "f" and seen.data_type == "n":
        return Invalid(
            f"ô {place} là công thức chưa có kết quả: hãy mở tệp bằng Excel và lưu lại",
            f"cell {place} is a formula without a result: open the file in Excel and save it",
        )
    if seen.data_type == "e":
        return Invalid(
            f"ô {place} báo lỗi {seen.value:.20}: hãy sửa công thức",
            f"cell {place} says {seen.value:.20}: mend the formula",
        )
    if column >= MOST_COLUMNS:
        return Invalid(
            f"ô {place} ngoài {MOST_COLUMNS} cột", f"cell {place} is beyond {MOST_COLUMNS} columns"
        )
    return None


def _text(cell: Any) -> str:
    value = cell.value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return _number(value, cell.number_format)
    if isinstance(value, datetime) and value.time() == _MIDNIGHT:
        value = value.date()
    if isinstance(value, datetime | date):
        return value.isoformat()
    return "" if value is None else normalize("NFC", str(value)).replace("\r\n", "\n")


def _number(value: float, shown: str) -> str:
    """A number with the 15 digits of Excel; zeros at its end if the format of its cell has them."""
    fixed = _FIXED.fullmatch(shown or "")
    if fixed and round(value, len(fixed[1])) == value:
        return f"{value:.{len(fixed[1])}f}"
    return f"{Decimal(f'{value:.15g}'):f}"


def _unreadable() -> Invalid:
    return Invalid(
        "Tệp XLSX không đọc được; hãy mở bằng Excel, lưu lại dạng .xlsx (Excel Workbook) hoặc “CSV "
        "UTF-8”.",
        "The XLSX file cannot be read; open it in Excel and save it as .xlsx (Excel Workbook) or "
        "as “CSV UTF-8”.",
    )


def _too_many() -> Invalid:
    return Invalid(
        f"Bảng có hơn {MOST_ROWS} dòng; hãy chia thành nhiều tệp.",
        f"The table has more than {MOST_ROWS} rows; split it into several files.",
    )
