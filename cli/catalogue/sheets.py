"""Reads the rows of procedures from the tables of offices: CSV and XLSX, told by their content."""

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cli.errors import CliError
from cli.language import localized
from foundation.errors import Invalid
from foundation.files import office, signatures
from foundation.tables import Column, Heads, Sheet, Table, read_csv, read_table, read_xlsx, text_of
from services.catalogue.domain.heads import IGNORED, WORDS
from services.catalogue.domain.table import NEEDED, row_of

LARGEST_FILE = 25 * 1024 * 1024
TABLE_ENDINGS = frozenset((".csv", ".tsv", ".txt", ".xlsx", ".xls", ".ods"))
_SHEETS = frozenset((signatures.ZIP, signatures.OLE))
HEADS = Heads(words=WORDS, needed=NEEDED, ignored=IGNORED)


@dataclass(frozen=True, kw_only=True)
class ImportSource:
    """The rows of a file, each with its line, and how to speak of what a person sees there.

    A bad row is an Invalid. `numbers` are the rows' numbers in Excel, where they are others than
    their lines; `sheet` and `columns` are empty for JSON.
    """

    rows: list[tuple[int, Any]] = field(default_factory=list)
    sheet: str = ""
    columns: Mapping[str, Column] = field(default_factory=dict)
    numbers: Mapping[int, int] = field(default_factory=dict)

    def place(self, line: int) -> str:
        """Where a row is: `trang tính “Sheet1”, dòng 5`."""
        number = self.numbers.get(line)
        vi, en = f"dòng {line}", f"line {line}"
        if self.sheet:
            place = f"trang tính “{self.sheet}”, {vi}"
            return localized(place, f"sheet “{self.sheet}”, row {line}")
        if number:
            return localized(f"{vi} (trong Excel: {number})", f"{en} (in Excel: {number})")
        return localized(vi, en)

    def seen(self, error: Invalid) -> Invalid:
        """The error with the head and letter of the column that it is about."""
        vi, en = error.vi, error.en
        for name in error.fields:
            if name in self.columns:
                ours, theirs = self.columns[name].place
                vi, en = _named(vi, name, ours), _named(en, name, theirs)
        return Invalid(vi, en, fields=error.fields)


def read_bytes(file: Path) -> bytes:
    """The content of a file.

    Raises:
        CliError: it cannot be read, or is larger than any table of an office.
    """
    try:
        with file.open("rb") as opened:
            content = opened.read(LARGEST_FILE + 1)
    except OSError as error:
        raise CliError(
            f"Không đọc được {file}: {error.strerror}.", f"{file} cannot be read: {error.strerror}."
        ) from error
    if len(content) > LARGEST_FILE:
        most = LARGEST_FILE // 1024**2
        raise CliError(
            f"{file} lớn hơn {most} MB; hãy chia thành nhiều tệp. Chưa nhập gì.",
            f"{file} is larger than {most} MB; split it into several. Nothing was imported.",
        )
    return content


def is_table(file: Path, content: bytes) -> bool:
    """Whether it is CSV or XLSX, and no JSON."""
    if file.suffix.lower() in TABLE_ENDINGS or signatures.begins_as(content) in _SHEETS:
        return True
    first = content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    return file.suffix.lower() != ".json" and first not in {b"[", b"{", b""}


def import_table(content: bytes) -> ImportSource:
    """The rows of a table.

    Raises:
        CliError: it cannot be read, or a column is missing, not known, or there twice.
    """
    place = "", ""
    try:
        sheet = sheet_of(content, HEADS)
        place = (f"Trang tính “{sheet.name}”: ", f"Sheet “{sheet.name}”: ") if sheet.name else place
        return _source_of(read_table(sheet, HEADS))
    except Invalid as error:
        raise CliError(
            f"{place[0]}{error.vi} Chưa nhập gì; xem `motcua catalogue import --help`.",
            f"{place[1]}{error.en} Nothing was imported; see `motcua catalogue import --help`.",
        ) from error


def sheet_of(content: bytes, heads: Heads) -> Sheet:
    """The sheet of a CSV or XLSX file that should have such heads.

    Raises:
        Invalid: it is none, or one that cannot be read.
    """
    kind = signatures.begins_as(content)
    if kind == signatures.ZIP:
        return read_xlsx(io.BytesIO(content))
    if kind == signatures.OLE:
        raise _old(locked=office.ole_type(io.BytesIO(content)) == office.LOCKED_OFFICE)
    return read_csv(text_of(content), heads.rank)


def _old(*, locked: bool) -> Invalid:
    if locked:
        return Invalid(
            "Tệp Excel có mật khẩu: hãy bỏ mật khẩu rồi lưu lại.",
            "The Excel file is locked by a password: remove the password and save it again.",
        )
    return Invalid(
        "Tệp Excel kiểu cũ (.xls): hãy lưu lại dạng .xlsx.",
        "This is an old Excel file (.xls): save it as .xlsx.",
    )


def _source_of(table: Table) -> ImportSource:
    """The table as rows of the open data."""
    rows: list[tuple[int, Any]] = []
    numbers: dict[int, int] = {}
    source = ImportSource(rows=rows, sheet=table.sheet, columns=table.columns, numbers=numbers)
    for each in table.lines:
        rows.append((each.row.line, _row(each.cells, source)))
        if each.row.number != each.row.line:
            numbers[each.row.line] = each.row.number
    return source


def _row(cells: Mapping[str, str] | Invalid, source: ImportSource) -> Any:
    if isinstance(cells, Invalid):
        return cells
    try:
        return row_of(cells)
    except Invalid as error:
        return source.seen(error)


def _named(text: str, name: str, place: str) -> str:
    """The text with the place instead of our name, or before it if our name is not in it."""
    # "The code …" is a word there and no name.
    if name == "code" or not re.search(rf"\b{name}\b", text):
        return f"{place}: {text}"
    return re.sub(rf"\b{name}\b", lambda _: place, text)
