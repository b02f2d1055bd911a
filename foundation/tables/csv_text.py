"""CSV as it is found: by comma, semicolon or tab, with `sep=` or blank lines before it."""

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from foundation.errors import Invalid
from foundation.tables.sheet import Sheet, SheetRow

HEAD_WITHIN = 30
"""The head of a table is one of its first rows; above it may stand a title."""
_DELIMITERS = ",;\t"
# What Excel reads as the separator, and shows as no row.
_SEPARATOR_LINE = re.compile(r'\s*"?sep=(.)"?[,;\t]*(?:\r\n|\r|\n|\Z)', re.IGNORECASE)


def read_csv(text: str, rank: Callable[[Sequence[str]], int]) -> Sheet:
    """The rows that are not blank, each with its line; a row that is no CSV has a fault.

    The separator is what a line `sep=` says, or else what makes the best head of one of the
    first rows: `rank` says how many heads of columns are known among cells.
    """
    said = _SEPARATOR_LINE.match(text)
    if said:
        rows = _rows(text[said.end() :], said[1], lines_before=1)
    else:
        rows = _rows(text, _delimiter(text, rank))
    return Sheet(name="", rows=[row for row in rows if not row.is_blank])


def _rows(text: str, delimiter: str, lines_before: int = 0) -> Iterator[SheetRow]:
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    while True:
        number += 1
        line = lines.line_num + 1 + lines_before
        try:
            cells = next(lines, None)
        except csv.Error as error:
            fault = Invalid(f"dấu ngoặc kép hoặc ô sai ({error})", f"a bad cell ({error})")
            yield SheetRow(number=number, line=line, fault=fault)
            continue
        if cells is None:
            return
        yield SheetRow(number=number, line=line, cells=tuple(cells))


def _delimiter(text: str, rank: Callable[[Sequence[str]], int]) -> str:
    """The separator with the best head; of equals, the most frequent in the first line of text."""
    first = next((line for line in text.splitlines() if line.strip()), "")

    def fitness(delimiter: str) -> tuple[int, int]:
        rows = islice((row for row in _rows(text, delimiter) if not row.is_blank), HEAD_WITHIN)
        return max((rank(row.cells) for row in rows), default=0), first.count(delimiter)

    return max(_DELIMITERS, key=fitness)
