"""A table: the rows of a sheet below its head, each cell under our name of its column."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from foundation.errors import Invalid
from foundation.tables.heads import Column, Heads, is_numbering
from foundation.tables.sheet import Sheet, SheetRow, letter


@dataclass(frozen=True, kw_only=True)
class TableLine:
    """A row below the head: its cells by our names of the columns, or what is wrong with it."""

    row: SheetRow
    cells: Mapping[str, str] | Invalid


@dataclass(frozen=True, kw_only=True)
class Table:
    """`columns` are those that have a name of ours; `sheet` is "" for a CSV."""

    sheet: str
    columns: Mapping[str, Column]
    lines: Sequence[TableLine]


def read_table(sheet: Sheet, heads: Heads) -> Table:
    """The table in a sheet; what stands above its head is left out.

    Raises:
        Invalid: its columns are not those that `heads` knows; names the row.
    """
    at = heads.find(sheet.rows)
    top = sheet.rows[at] if sheet.rows else SheetRow(number=1, line=1)
    names = heads.columns(top)
    below = sheet.rows[at + 1 :]
    if below and is_numbering(below[0]):
        below = below[1:]
    columns = {
        name: Column(letter=letter(place), head=" ".join(top.cells[place].split()))
        for place, name in names.items()
        if name
    }
    needed = [place for place, name in names.items() if name in heads.needed]
    # A program that writes CSV leaves out blanks at the end at most; XLSX has only what is filled.
    width = 0 if sheet.name else max(needed, default=-1) + 1
    lines = [TableLine(row=row, cells=_cells(row, top, names, width)) for row in below]
    return Table(sheet=sheet.name, columns=columns, lines=lines)


def _cells(
    row: SheetRow, top: SheetRow, names: Mapping[int, str], width: int
) -> Mapping[str, str] | Invalid:
    if row.fault:
        return row.fault
    if len(row.cells) < width:
        return Invalid(
            f"có {len(row.cells)} ô, tiêu đề có {len(top.cells)} cột",
            f"it has {len(row.cells)} cells, the header {len(top.cells)} columns",
        )
    for place, cell in enumerate(row.cells):
        if cell.strip() and place not in names:
            where = f"{letter(place)}{row.number}"
            return Invalid(
                f"ô {where} có {cell!r:.40} mà cột {letter(place)} không có tiêu đề",
                f"cell {where} holds {cell!r:.40}, but column {letter(place)} has no head",
            )
    cells = ((names.get(place, ""), cell) for place, cell in enumerate(row.cells))
    return {name: cell for name, cell in cells if name}
