"""The head of a table: which column holds what, by the words that people write above it."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from foundation.errors import Invalid
from foundation.tables.csv_text import HEAD_WITHIN
from foundation.tables.sheet import SheetRow, letter
from foundation.text.folding import fold

_BRACKETS = re.compile(r"\([^)]*\)|\[[^]]*\]")
_NO_WORD = re.compile(r"[\W_]+")
_NUMBERED = re.compile(r"\(?(\d{1,2})\)?")
_FEWEST_NUMBERED = 3
_FEWEST_KNOWN = 2


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column as a person sees it: its letter, and the head that stands above it."""

    letter: str
    head: str

    @property
    def place(self) -> tuple[str, str]:
        """How to speak of it, in Vietnamese and English."""
        return f"“{self.head}” (cột {self.letter})", f"“{self.head}” (column {self.letter})"


@dataclass(frozen=True, kw_only=True)
class Heads:
    """The columns that a table may have: `names` of ours, and the words of people for each.

    `words` are Vietnamese first; `needed` must be there; `ignored` are heads of columns that say
    nothing, such as a running number.
    """

    words: Mapping[str, Sequence[str]]
    needed: Collection[str] = ()
    ignored: Collection[str] = ()

    def name_of(self, head: str) -> str | None:
        """Our name of the column with that head; "" for an ignored one, None for none known."""
        return self._names.get(_plain(head))

    def rank(self, cells: Sequence[str]) -> int:
        """How many heads of known columns there are among cells."""
        return sum(bool(self.name_of(cell)) for cell in cells)

    def find(self, rows: Sequence[SheetRow]) -> int:
        """Where the head is among rows: the first with the most known heads, or the first row."""
        ranks = [self.rank(row.cells) for row in rows[:HEAD_WITHIN]]
        best = max(ranks, default=0)
        return ranks.index(best) if best >= _FEWEST_KNOWN else 0

    def columns(self, row: SheetRow) -> dict[int, str]:
        """Our name for each column of the head, by its place; nameless and ignored ones have "".

        Raises:
            Invalid: a column is missing, not known, or there twice; names each as it is written.
        """
        heads = {place: cell for place, cell in enumerate(row.cells) if cell.strip()}
        names = {place: self.name_of(cell) for place, cell in heads.items()}
        missing = self._missing(list(names.values()))
        self._refuse(row, "thiếu cột", "columns are missing", missing)
        strange = [place for place, name in names.items() if name is None]
        self._refuse(row, "không biết cột", "columns are not known", _seen(heads, strange))
        found = [name for name in names.values() if name]
        twice = [place for place, name in names.items() if found.count(name or "") > 1]
        self._refuse(row, "cột lặp lại", "columns are there twice", _seen(heads, twice))
        return {place: name or "" for place, name in names.items()}

    def _missing(self, found: Collection[str | None]) -> list[tuple[str, str]]:
        lacking = [name for name in self.needed if name not in found]
        return [(f"{self.words[name][0]} ({name})", name) for name in lacking]

    def _refuse(self, row: SheetRow, vi: str, en: str, listed: Sequence[tuple[str, str]]) -> None:
        if listed:
            ours = ", ".join(each for each, _ in listed)
            theirs = ", ".join(each for _, each in listed)
            raise Invalid(
                f"Dòng {row.line}: {vi}: {ours:.400}.", f"Line {row.line}: {en}: {theirs:.400}."
            )

    @cached_property
    def _names(self) -> dict[str, str]:
        known = {_plain(each): "" for each in self.ignored}
        for name, words in self.words.items():
            known.update({_plain(each): name for each in (name, *words)})
        return known


def is_numbering(row: SheetRow) -> bool:
    """Whether it only numbers the columns, as forms of the administration do: (1), (2), (3)."""
    said = [_NUMBERED.fullmatch(cell.strip()) for cell in row.cells if cell.strip()]
    numbers = [int(each[1]) for each in said if each]
    running = numbers == list(range(numbers[0], numbers[0] + len(said))) if numbers else False
    return len(said) >= _FEWEST_NUMBERED and running


def _plain(head: str) -> str:
    """The words of a head alone: no diacritics, no brackets, no signs, no line breaks."""
    words = _NO_WORD.sub(" ", fold(_BRACKETS.sub(" ", head))).strip()
    return words or _NO_WORD.sub(" ", fold(head)).strip()


def _seen(heads: Mapping[int, str], places: Sequence[int]) -> list[tuple[str, str]]:
    seen = [f"{' '.join(heads[place].split()):.60} ({letter(place)})" for place in places]
    return [(each, each) for each in seen]
