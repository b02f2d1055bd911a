"""Reads the files of an import: CSV or JSON rows with line numbers, and the files beside them."""

import csv
import io
import json
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from cli import agency_registry
from cli.embedded.data_folder import ROOT
from cli.errors import CliError
from foundation.errors import Invalid
from services.catalogue.domain.rows import Known
from services.catalogue.domain.table import COLUMNS, NEEDED, row_of

_SPACE = " \t\r\n,"
_DELIMITERS = ",;\t"
SHIPPED = ROOT / "catalogue-data" / "procedures.json"


def rows_of(file: Path) -> list[tuple[int, Any]]:
    """The rows of a file, each with the line it begins on; a bad row is an Invalid error instead.

    Raises:
        CliError: the file is not UTF-8 text, not a JSON list, or not a table with known columns.
    """
    read = read_table if file.suffix.lower() == ".csv" else read_rows
    return list(read(read_text(file)))


def read_text(file: Path) -> str:
    """The text of a file in Unicode form NFC, with or without a byte order mark.

    Some programs save `à` as two characters, which would not equal the words that we compare with.

    Raises:
        CliError: the file cannot be read, or is not UTF-8; the message names the line.
    """
    try:
        content = file.read_bytes()
    except OSError as error:
        raise CliError(
            f"Không đọc được {file}: {error.strerror}.", f"{file} cannot be read: {error.strerror}."
        ) from error
    try:
        return unicodedata.normalize("NFC", content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise CliError(
            f"Dòng {line}: tệp không phải UTF-8; hãy lưu lại dạng UTF-8. Chưa nhập gì.",
            f"Line {line}: the file is not UTF-8; save it as UTF-8. Nothing was imported.",
        ) from error


def known_beside(file: Path) -> Known:
    """Read routes.json, readings.json and agency-names.json from the folder of a file.

    The names of the agencies that are shipped are known wherever the file lies.

    Raises:
        CliError: one of them cannot be read.
    """
    return Known(
        routes=_table_beside(file, "routes.json", list),
        readings=_table_beside(file, "readings.json", dict),
        names={
            **_table_beside(SHIPPED, "agency-names.json", str),
            **{each.name_vi: each.code for each in agency_registry.read_agencies()},
            **_table_beside(file, "agency-names.json", str),
        },
    )


def read_rows(text: str) -> Iterator[tuple[int, Any]]:
    """The values of a JSON list, each with the line it begins on (from 1).

    Raises:
        CliError: the text is not a JSON list; the message names the line.
    """
    decoder, place = json.JSONDecoder(), _skip(text, 0)
    if text[place : place + 1] != "[":
        raise _no_list(1)
    place = _skip(text, place + 1)
    while text[place : place + 1] != "]":
        line = text.count("\n", 0, place) + 1
        try:
            row, end = decoder.raw_decode(text, place)
        except (ValueError, RecursionError) as error:
            raise _no_list(line) from error
        yield line, row
        place = _skip(text, end)
    if _skip(text, place + 1) < len(text):
        raise _no_list(text.count("\n", 0, place) + 1)


def read_table(text: str) -> Iterator[tuple[int, Any]]:
    """The rows of a CSV table, each with the line it begins on; a bad row is an Invalid error.

    The delimiter is comma, semicolon or tab, whichever is most frequent in the first line.

    Raises:
        CliError: a column is missing, unknown, or repeated.
    """
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    names = _header(lines)
    while True:
        line = lines.line_num + 1
        try:
            cells = next(lines, None)
        except csv.Error as error:
            yield line, Invalid(f"dấu ngoặc kép hoặc ô sai ({error})", f"a bad cell ({error})")
            continue
        if cells is None:
            return
        if any(cell.strip() for cell in cells):
            yield line, _row(names, cells)


def _row(names: Sequence[str], cells: Sequence[str]) -> Any:
    if len(cells) != len(names):
        return Invalid(
            f"có {len(cells)} ô, tiêu đề có {len(names)} cột",
            f"it has {len(cells)} cells, the header {len(names)} columns",
        )
    try:
        return row_of(dict(zip(names, cells, strict=True)))
    except Invalid as error:
        return error


def _delimiter(text: str) -> str:
    first = text.partition("\n")[0]
    return max(_DELIMITERS, key=first.count)


def _header(lines: Iterator[list[str]]) -> list[str]:
    try:
        names = [cell.strip() for cell in next(lines, [])]
    except csv.Error:
        names = []
    missing = [name for name in NEEDED if name not in names]
    strange = [name for name in names if name not in COLUMNS]
    twice = sorted({name for name in names if names.count(name) > 1})
    for vi, en, found in (
        ("thiếu cột", "columns are missing", missing),
        ("không biết cột", "columns are not known", strange),
        ("cột lặp lại", "columns are there twice", twice),
    ):
        if found:
            listed = ", ".join(found)
            raise CliError(
                f"Dòng 1: {vi}: {listed:.200}. Xem `motcua catalogue import --help`.",
                f"Line 1: {en}: {listed:.200}. See `motcua catalogue import --help`.",
            )
    return names


def _table_beside(file: Path, name: str, kind: type) -> dict[str, Any]:
    path = file.with_name(name)
    if not path.exists():
        return {}
    try:
        table = json.loads(read_text(path))
    except (ValueError, RecursionError) as error:
        raise _misshapen(path) from error
    if not isinstance(table, dict) or not all(isinstance(each, kind) for each in table.values()):
        raise _misshapen(path)
    return table


def _skip(text: str, place: int) -> int:
    while text[place : place + 1] in _SPACE and place < len(text):
        place += 1
    return place


def _no_list(line: int) -> CliError:
    return CliError(
        f"Dòng {line}: tệp không phải danh sách JSON; chưa nhập gì.",
        f"Line {line}: the file is not a JSON list; nothing was imported.",
    )


def _misshapen(path: Path) -> CliError:
    return CliError(
        f"{path} không đúng dạng (docs/catalogue.md): hãy sửa tệp này; chưa nhập gì.",
        f"{path} is not as docs/catalogue.md says: mend this file; nothing was imported.",
    )
