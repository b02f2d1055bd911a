"""Reading a line of a table (CSV) into a row of the same names as the open data's."""

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


def row_of(cells: Mapping[str, str]) -> dict[str, Any]:
    """The row of a line; an empty cell says nothing.

    Raises:
        Invalid: a cell is not what its column holds.
    """
    said = {name: cell.strip() for name, cell in cells.items() if cell.strip()}
    return {name: COLUMNS[name](name, cell) for name, cell in said.items()}


def _text(_name: str, cell: str) -> str:
    return cell


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
    "code": _text,
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
