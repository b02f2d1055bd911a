"""Reads the files of an import: rows with their lines, and the files beside them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cli import agency_registry
from cli.catalogue.sheets import ImportSource, import_table, is_table, read_bytes
from cli.embedded.data_folder import ROOT
from cli.errors import CliError
from foundation.errors import Invalid
from foundation.tables import text_of
from services.catalogue.domain.rows import Known

_SPACE = " \t\r\n,"
SHIPPED = ROOT / "catalogue-data" / "procedures.json"


def source_of_file(file: Path) -> ImportSource:
    """What a file holds, JSON or a table; a bad row is an Invalid error instead.

    Raises:
        CliError: the file cannot be read, is not a JSON list, or not a table with known columns.
    """
    content = read_bytes(file)
    if is_table(file, content):
        return import_table(content)
    return ImportSource(rows=list(read_rows(_text(content))))


def rows_of(file: Path) -> list[tuple[int, Any]]:
    """The rows of a file, each with the line it begins on.

    Raises:
        CliError: as source_of_file.
    """
    return source_of_file(file).rows


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


def _table_beside(file: Path, name: str, kind: type) -> dict[str, Any]:
    path = file.with_name(name)
    if not path.exists():
        return {}
    try:
        table = json.loads(_text(read_bytes(path)))
    except (ValueError, RecursionError) as error:
        raise _misshapen(path) from error
    if not isinstance(table, dict) or not all(isinstance(each, kind) for each in table.values()):
        raise _misshapen(path)
    return table


def _text(content: bytes) -> str:
    try:
        return text_of(content)
    except Invalid as error:
        raise CliError(f"{error.vi} Chưa nhập gì.", f"{error.en} Nothing was imported.") from error


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
