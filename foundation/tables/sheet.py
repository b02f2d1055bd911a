"""A sheet as a person sees it: numbered rows of text in lettered columns."""

from collections.abc import Sequence
from dataclasses import dataclass

from foundation.errors import Invalid

_LETTERS = 26


@dataclass(frozen=True, kw_only=True)
class SheetRow:
    """One row. `number` is the row's number in Excel; `fault` says why its cells cannot be read.

    `line` is the line of a CSV on which it begins: another number as soon as a cell above holds
    a line break.
    """

    number: int
    line: int
    cells: tuple[str, ...] = ()
    fault: Invalid | None = None

    @property
    def is_blank(self) -> bool:
        """Whether nothing stands in it."""
        return self.fault is None and not any(cell.strip() for cell in self.cells)


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """The rows of one sheet that are not blank; `name` is "" for a CSV, which has no sheets."""

    name: str
    rows: Sequence[SheetRow]


def letter(index: int) -> str:
    """The letters of a column, by its place from 0: A to Z, then AA, AB and so on."""
    first, last = divmod(index, _LETTERS)
    return (letter(first - 1) if first else "") + chr(ord("A") + last)
