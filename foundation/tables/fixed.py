"""Tables with fixed columns, which the administration edits by hand: their order is given too."""

from collections.abc import Mapping, Sequence

from foundation.tables.csv_text import read_csv
from foundation.tables.sheet import SheetRow

Fault = tuple[int, str, str]
"""A line, and what is wrong in it, in Vietnamese and English."""


def read_fixed(
    text: str, columns: Sequence[str]
) -> tuple[list[tuple[int, Mapping[str, str]]], list[Fault]]:
    """The rows of a table by the names of its columns, each with its line; and what is wrong.

    Blank rows, and blank columns behind the last, do not count. With another head there are no
    rows.
    """
    known = set(columns)
    sheet = read_csv(text, lambda cells: len({cell.strip() for cell in cells} & known))
    head = sheet.rows[0] if sheet.rows else SheetRow(number=1, line=1)
    if [cell.strip() for cell in _cells(head, columns)] != list(columns):
        listed = ",".join(columns)
        return [], [(head.line, f"dòng đầu phải là {listed}", f"the first line must be {listed}")]
    rows: list[tuple[int, Mapping[str, str]]] = []
    faults: list[Fault] = []
    for row in sheet.rows[1:]:
        cells = _cells(row, columns)
        if row.fault:
            said = f"không phải CSV ({row.fault.vi})", f"this is not CSV ({row.fault.en})"
            faults.append((row.line, *said))
        elif len(cells) != len(columns):
            count = len(columns)
            faults.append((row.line, f"cần {count} cột", f"{count} columns are needed"))
        else:
            rows.append((row.line, dict(zip(columns, cells, strict=True))))
    return rows, faults


def _cells(row: SheetRow, columns: Sequence[str]) -> list[str]:
    cells = list(row.cells)
    while len(cells) > len(columns) and not cells[-1].strip():
        del cells[-1]
    return cells
