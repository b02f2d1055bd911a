"""Reading a line of a table (CSV, XLSX) into a row of the same names as the open data's."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from services.catalogue.domain.reading import meaning, wrong

SEPARATOR = "|"
NEEDED = ("code", "name_vi", "field", "agency", "time_unit")
FLAGS = {
    "có": True,
    "không": False,
    "yes": True,
    "no": False,
    "true": True,
    "false": False,
    "1": True,
    "0": False,
}
MOST_FIGURES = 12
_WITH_COMMA = re.compile(r"\d,\d{6}", re.ASCII)
# 1.00419 or 1,00419, 1004194, 1.004.194: what is left of a code in a cell for numbers.
_AS_NUMBER = re.compile(r"(\d)(?:[.,](\d{1,5})|(\d{6})|[.,](\d{3}[.,]\d{3}))", re.ASCII)


def row_of(cells: Mapping[str, str]) -> dict[str, Any]:
    """The row of a line; an empty cell says nothing.

    Raises:
        Invalid: a cell is not what its column holds.
    """
    said = {name: cell.strip() for name, cell in cells.items() if cell.strip()}
    return {name: COLUMNS[name](name, cell) for name, cell in said.items()}


def _text(_name: str, cell: str) -> str:
    return cell


def _code(name: str, cell: str) -> str:
    """A code as it is written; one that a spreadsheet took for a number is named, not guessed at.

    1.004190 becomes 1.00419 in a cell for numbers, and where a point parts thousands 1.004194
    becomes 1004194. A decimal comma is certain: all digits are there.
    """
    if _WITH_COMMA.fullmatch(cell):
        return cell.replace(",", ".")
    number = _AS_NUMBER.fullmatch(cell)
    if number is None:
        return cell
    digits = next(part for part in number.groups()[1:] if part)
    meant = f"{number[1]}.{re.sub('[.,]', '', digits):0<6}"
    raise wrong(
        name,
        f"{cell} là số chứ không phải mã, có thể đã mất số 0 hoặc dấu chấm; có phải là "
        f"{meant}? Hãy định dạng cột là Văn bản (Text) và gõ lại mã",
        f"{cell} is a number and no code, and may have lost zeros or the point; is it "
        f"{meant}? Format the column as Text and type the code again",
    )


def _number(name: str, cell: str) -> int:
    if not (cell.isascii() and cell.isdecimal() and len(cell) <= MOST_FIGURES):
        raise wrong(
            name,
            f"{name} phải là số nguyên viết liền, không phải {cell!r:.40}",
            f"{name} must be a whole number without separators, not {cell!r:.40}",
        )
    return int(cell)


def _list(_name: str, cell: str) -> list[str]:
    return [each.strip() for each in cell.split(SEPARATOR) if each.strip()]


def _papers(name: str, cell: str) -> list[dict[str, str]]:
    return [{"name": each} for each in _list(name, cell)]


def _flag(name: str, cell: str) -> bool:
    return meaning(name, cell, FLAGS)


# In the order in which the help names them.
COLUMNS: Mapping[str, Callable[[str, str], object]] = {
    "code": _code,
    "name_vi": _text,
    "field": _text,
    "agency": _text,
    "level": _text,
    "time_value": _number,
    "time_unit": _text,
    "time_note": _text,
    "counted_from": _text,
    "supplement": _text,
    "fixed": _number,
    "holds_others": _flag,
    "ask_within": _number,
    "at_counter": _text,
    "sessions": _list,
    "sessions_article": _text,
    "channels": _list,
    "online_level": _text,
    "partial_reason": _text,
    "fee_vnd": _number,
    "fee_note": _text,
    "fee_article": _text,
    "documents": _papers,
    "result": _text,
    "legal_basis": _list,
    "at_centre_since": _text,
    "at_centre_until": _text,
    "illustrative": _flag,
}
