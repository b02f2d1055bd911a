"""The code tables of the administration: reads, checks and prints catalogue-data/codes.json.

Codes change with the administration (63 provinces became 34 in 2025), so they are data. Where
`verified` is false, no source confirms the row: look it up before you rely on it.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from cli.agency_registry import read_agencies
from cli.embedded.data_folder import ROOT
from cli.errors import CliError
from cli.language import language, localized
from contracts.law import LawRule
from foundation.law import cite_in_full
from foundation.worktime import HO_CHI_MINH

FILE = ROOT / "catalogue-data" / "codes.json"
_WORD = re.compile(r"[a-z]+(_[a-z]+)*")

# name: (pattern of a code, title); a unit code is read from right to left (QCVN 102:2016).
TABLES: Mapping[str, tuple[re.Pattern[str], str, str]] = {
    "provinces": (re.compile(r"H\d\d", re.ASCII), "Tỉnh, thành phố", "Provinces"),
    "ministries": (re.compile(r"G\d\d", re.ASCII), "Bộ, ngành", "Ministries"),
    "units": (
        re.compile(r"\d{3}\.\d\d\.\d\d\.[GH]\d\d", re.ASCII),
        "Mã đơn vị",
        "Unit codes",
    ),
    "channels": (_WORD, "Kênh tiếp nhận", "Channels"),
    "dossier-states": (
        _WORD,
        "Trạng thái hồ sơ",
        "States of a dossier",
    ),
    "digitisation": (_WORD, "Số hóa thành phần hồ sơ", "Digitisation of a paper"),
    "online-levels": (_WORD, "Mức độ trực tuyến", "Online levels"),
}
LAW: Mapping[str, LawRule] = {"units": LawRule.CODE, "dossier-states": LawRule.STATES}
NAMES = tuple(TABLES)
UNITS = "units"


@dataclass(frozen=True, kw_only=True)
class Code:
    """One row of a code table; `number` is the administration's own number, if it has one."""

    code: str
    vi: str
    en: str = ""
    number: int | None = None
    verified: bool = False


def table(name: str, path: Path = FILE) -> tuple[Code, ...]:
    """The rows of a table, in the order of the file.

    Raises:
        CliError: the file is missing, or a row is malformed; the message names the row.
    """
    shape, _, _ = TABLES[name]
    rows = _tables(path).get(name)
    if not isinstance(rows, list) or not rows:
        raise _wrong(path, name, "?")
    read = tuple(_code(path, name, place, row) for place, row in enumerate(rows, 1))
    read += _desks() if name == UNITS else ()
    for place, code in enumerate(read, 1):
        before = read[: place - 1]
        if not shape.fullmatch(code.code) or code.code in {each.code for each in before}:
            raise _wrong(path, name, place)
        if code.number is not None and code.number in {each.number for each in before}:
            raise _wrong(path, name, place)
    return read


def show(console: Console, name: str, rows: Sequence[Code]) -> None:
    """Print a table with its title; rows that no source confirms are marked."""
    _, vi, en = TABLES[name]
    basis = cite_in_full(LAW[name], datetime.now(HO_CHI_MINH), language()) if name in LAW else ""
    title = f"{localized(vi, en)} ({basis})" if basis else localized(vi, en)
    console.print(f"{title}: {name}", style="bold", markup=False)
    lines = Table.grid(padding=(0, 2))
    for row in rows:
        number = "" if row.number is None else str(row.number)
        doubt = "" if row.verified else localized("chưa kiểm chứng", "unverified")
        lines.add_row(number, row.code, localized(row.vi, row.en or row.vi), doubt)
    console.print(lines)


def _desks() -> tuple[Code, ...]:
    """The agencies' unit codes, from agencies.json, which marks those that are examples."""
    return tuple(
        Code(code=each.unit, vi=each.name_vi, en=each.name_en, verified=not each.illustrative)
        for each in read_agencies()
    )


def _tables(path: Path) -> dict[str, Any]:
    try:
        tables = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CliError(
            f"Không đọc được bảng mã {path} ({error}): hãy sửa tệp này.",
            f"The code tables {path} cannot be read ({error}): mend this file.",
        ) from error
    return tables if isinstance(tables, dict) else {}


def _code(path: Path, name: str, place: int, row: object) -> Code:
    kinds = {"code": str, "vi": str, "en": str, "number": int, "verified": bool}
    if not isinstance(row, dict) or not {"code", "vi", "verified"} <= row.keys() <= kinds.keys():
        raise _wrong(path, name, place)
    if any(type(value) is not kinds[key] for key, value in row.items()) or not row["vi"].strip():
        raise _wrong(path, name, place)
    return Code(**row)


def _wrong(path: Path, name: str, place: int | str) -> CliError:
    return CliError(
        f"{path}: bảng {name}, mục {place} sai hoặc lặp lại: hãy sửa tệp này.",
        f"{path}: table {name}, row {place} is wrong or there twice: mend this file.",
    )
