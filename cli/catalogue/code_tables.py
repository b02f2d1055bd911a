"""The code tables of the administration: reads, checks and prints those of catalogue-data/.

Codes change with the administration (63 provinces became 34 in 2025), so they are data, and each
has the days it holds. Where `verified` is false, no source that we have confirms the row: look it
up before you rely on it.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from cli.agency_registry import Agency, read_agencies
from cli.catalogue.sheets import TABLE_ENDINGS, read_bytes, sheet_of
from cli.embedded.data_folder import ROOT
from cli.errors import CliError
from cli.language import language, localized
from contracts.law import LawRule
from foundation.errors import Invalid, Refused
from foundation.law import cite_in_full
from foundation.tables import Heads, read_table
from foundation.worktime import HO_CHI_MINH
from services.catalogue.domain.addresses import PlaceTables
from services.catalogue.domain.code_tables import (
    AGENCIES,
    COMMUNES,
    DISTRICTS,
    PROVINCES,
    TABLES,
    Code,
    must_be_sound,
)

FILE = ROOT / "catalogue-data" / "codes.json"
LAW: Mapping[str, LawRule] = {"units": LawRule.CODE, "dossier-states": LawRule.STATES}
NAMES = tuple(TABLES)
UNITS = "units"
# Too long to be shown with the others: they have a file each, and are shown when named.
LONG = (DISTRICTS, COMMUNES)
_KINDS: Mapping[str, type] = {
    "code": str,
    "vi": str,
    "en": str,
    "parent": str,
    "level": str,
    "since": str,
    "until": str,
    "source": str,
    "number": int,
    "verified": bool,
    "successors": list,
}
_NEEDED = {"code", "vi", "verified"}
HEADS = Heads(
    words={
        "code": ("mã", "mã số"),
        "vi": ("tên", "tên tiếng Việt"),
        "en": ("tên tiếng Anh",),
        "number": ("số", "số hiệu"),
        "parent": ("thuộc", "mã cấp trên"),
        "level": ("cấp",),
        "since": ("từ ngày",),
        "until": ("đến ngày",),
        "successors": ("thay bằng", "mã kế tiếp"),
        "verified": ("đã kiểm chứng",),
        "source": ("nguồn",),
    },
    needed=_NEEDED,
    ignored=("stt",),
)
_YES = {"yes": True, "true": True, "1": True, "có": True}
_NO = {"no": False, "false": False, "0": False, "không": False, "": False}


def table(name: str, path: Path = FILE) -> tuple[Code, ...]:
    """The rows of a table, in the order of the file.

    Raises:
        CliError: the file is missing, or a row is malformed; the message names the row.
    """
    rows = _rows(name, path)
    _must_be_sound(path, name, rows)
    return rows


def rows_in(file: Path, name: str) -> tuple[Code, ...]:
    """The rows of one table out of a CSV, XLSX or JSON file: a list of rows, or tables by name.

    Raises:
        CliError: the file cannot be read, or a row is malformed; the message names the row.
    """
    is_sheet = file.suffix.lower() in TABLE_ENDINGS
    rows = _sheet_rows(file, name) if is_sheet else _json_rows(file, name)
    if not isinstance(rows, list) or not rows:
        raise _wrong(file, name, "?")
    return tuple(_code(file, name, place, row) for place, row in enumerate(rows, 1))


def places(path: Path = FILE) -> PlaceTables:
    """Provinces, districts and communes, to look an address up in."""
    return PlaceTables({name: _rows(name, path) for name in (PROVINCES, *LONG)})


def show(console: Console, name: str, rows: Sequence[Code]) -> None:
    """Print a table with its title; rows that no source confirms are marked."""
    kind = TABLES[name]
    basis = cite_in_full(LAW[name], datetime.now(HO_CHI_MINH), language()) if name in LAW else ""
    title = localized(kind.vi, kind.en) + (f" ({basis})" if basis else "")
    console.print(f"{title}: {name}", style="bold", markup=False)
    lines = Table.grid(padding=(0, 2))
    for row in rows:
        number = "" if row.number is None else str(row.number)
        doubt = "" if row.verified else localized("chưa kiểm chứng", "unverified")
        lines.add_row(number, row.code, localized(row.vi, row.en or row.vi), _validity(row), doubt)
    console.print(lines)


def as_json(row: Code) -> dict[str, Any]:
    """A row as JSON has it, in files and from `--json`."""
    days = {"since": row.since, "until": row.until}
    shown = {name: day.isoformat() if day else None for name, day in days.items()}
    return {**vars(row), **shown, "successors": list(row.successors)}


def _validity(row: Code) -> str:
    said = []
    if row.since:
        said.append(localized(f"từ {row.since:%d/%m/%Y}", f"from {row.since}"))
    if row.until:
        said.append(localized(f"đến {row.until:%d/%m/%Y}", f"until {row.until}"))
    if row.successors:
        said.append(f"→ {', '.join(row.successors)}")
    return " ".join(said)


@cache
def _bundled(name: str, path: Path) -> tuple[Code, ...]:
    """The rows of a file of its own; they are thousands, and read once in a run."""
    return rows_in(path.with_name(f"{name}.csv"), name)


def _rows(name: str, path: Path) -> tuple[Code, ...]:
    if name == AGENCIES:
        return tuple(_agency(each) for each in read_agencies())
    if name in LONG:
        return _bundled(name, path)
    desks = tuple(_unit(each) for each in read_agencies()) if name == UNITS else ()
    return rows_in(path, name) + desks


def _agency(agency: Agency) -> Code:
    return Code(
        code=agency.code,
        vi=agency.name_vi,
        en=agency.name_en,
        level=agency.level,
        until=date.fromisoformat(agency.until) if agency.until else None,
        successors=tuple(agency.successors),
        verified=not agency.illustrative,
    )


def _unit(agency: Agency) -> Code:
    """The agency's unit code, from agencies.json, which marks those that are examples."""
    return Code(
        code=agency.unit,
        vi=agency.name_vi,
        en=agency.name_en,
        until=date.fromisoformat(agency.until) if agency.until else None,
        verified=not agency.illustrative,
    )


def _must_be_sound(path: Path, name: str, rows: Sequence[Code]) -> None:
    coded: dict[tuple[str, str], list[Code]] = {}
    beside = TABLES[name].successors
    for each in _rows(beside, path) if beside else ():
        coded.setdefault((beside, each.code), []).append(each)
    for each in rows:
        coded.setdefault((name, each.code), []).append(each)
    numbers: set[int | None] = set()
    for place, each in enumerate(rows, 1):
        if each.number in numbers - {None}:
            raise _wrong(path, name, place)
        numbers.add(each.number)
        try:
            must_be_sound(name, coded[name, each.code], lambda *key: coded.get(key, []))
        except (Invalid, Refused) as error:
            raise _wrong(path, name, place, (error.vi, error.en)) from error


def _json_rows(path: Path, name: str) -> Any:
    try:
        read = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise CliError(
            f"Không đọc được bảng mã {path} ({error}): hãy sửa tệp này.",
            f"The code tables {path} cannot be read ({error}): mend this file.",
        ) from error
    return read.get(name) if isinstance(read, dict) else read


def _sheet_rows(path: Path, name: str) -> list[Any]:
    try:
        lines = read_table(sheet_of(read_bytes(path), HEADS), HEADS).lines
    except Invalid as error:
        raise _wrong(path, name, "?", (error.vi, error.en)) from error
    rows = []
    for each in lines:
        if isinstance(each.cells, Invalid):
            raise _wrong(path, name, each.row.line, (each.cells.vi, each.cells.en))
        rows.append(_cells(each.cells))
    return rows


def _cells(row: Mapping[str, str]) -> dict[str, Any]:
    """The cells that are not empty; several successors stand in one, separated by `|`."""
    cells: dict[str, Any] = {name: value.strip() for name, value in row.items() if value.strip()}
    cells["verified"] = {**_YES, **_NO}.get(str(cells.get("verified", "")).lower())
    if "successors" in cells:
        cells["successors"] = [each.strip() for each in cells["successors"].split("|")]
    if str(cells.get("number", "")).isdecimal():
        cells["number"] = int(cells["number"])
    return cells


def _code(path: Path, name: str, place: int, row: object) -> Code:
    if not isinstance(row, dict) or not _NEEDED <= row.keys() <= _KINDS.keys():
        raise _wrong(path, name, place)
    if any(type(value) is not _KINDS[key] for key, value in row.items()) or not row["vi"].strip():
        raise _wrong(path, name, place)
    if not all(isinstance(each, str) for each in row.get("successors", ())):
        raise _wrong(path, name, place)
    try:
        days = {key: date.fromisoformat(row[key]) for key in ("since", "until") if key in row}
    except ValueError as error:
        raise _wrong(path, name, place) from error
    return Code(**{**row, **days, "successors": tuple(row.get("successors", ()))})


def _wrong(path: Path, name: str, place: int | str, why: Iterable[str] = ("", "")) -> CliError:
    vi, en = (f" ({each})" if each else "" for each in why)
    return CliError(
        f"{path}: bảng {name}, mục {place} sai hoặc lặp lại{vi}: hãy sửa tệp này.",
        f"{path}: table {name}, row {place} is wrong or there twice{en}: mend this file.",
    )
