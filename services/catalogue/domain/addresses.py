"""Addresses of before 1/7/2025: which province and which communes of today lie where they were.

Districts went then, 63 provinces became 34 and 10,035 communes 3,321 (NQ 202/2025/QH15 and the
resolutions on each province). A commune that was divided leads to several: only somebody who knows
the place can say which of them it is.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from foundation.errors import NotFound
from foundation.text.folding import fold
from services.catalogue.domain.code_tables import (
    COMMUNES,
    DISTRICTS,
    PROVINCES,
    Code,
    Rows,
    successors_on,
)

# What people write for the kind of a unit; longer words first.
_KINDS = (
    ("thanh pho", "tp"),
    ("thi xa", "tx"),
    ("thi tran", "tt"),
    ("dac khu", "dk"),
    ("phuong", "p"),
    ("huyen", "h"),
    ("quan", "q"),
    ("tinh", "t"),
    ("xa", "x"),
)
_SHORT = {short: kind for kind, short in _KINDS}
_KIND = re.compile(
    r"(?:(?P<kind>" + "|".join(kind for kind, _ in _KINDS) + r")\s+"
    r"|(?P<short>" + "|".join(short for _, short in _KINDS) + r")(?:[.\s]\s*|(?=\d)))(?P<name>.+)"
)
_APART = re.compile(r"[^a-z0-9]+")
# What no rule makes of a name.
_ALSO = {"hcm": "hochiminh", "tphcm": "hochiminh", "saigon": "hochiminh"}


@dataclass(frozen=True, kw_only=True)
class Place:
    """An address without its line: each part by code or by name, "" where it is not given."""

    province: str
    district: str = ""
    commune: str = ""


@dataclass(frozen=True, kw_only=True)
class PlaceToday:
    """Where a place lies on a day: its province, and the communes it may be in.

    `known` is what of the place was found in the tables, each part in turn; `certain` whether one
    commune is left. Of several, all are named.
    """

    province: Code | None
    communes: tuple[Code, ...] = ()
    known: tuple[Code, ...] = ()

    @property
    def certain(self) -> bool:
        """Whether it is one commune and no other."""
        return len(self.communes) == 1


class Places(Protocol):
    """Where provinces, districts and communes are looked up, those of before too."""

    def provinces(self) -> Rows:
        """All provinces."""
        ...

    def within(self, table: str, parent: str) -> Rows:
        """The rows of a table with this parent."""
        ...

    def coded(self, table: str, code: str) -> Rows:
        """All rows of a code."""
        ...


class PlaceTables:
    """Places that are all in memory."""

    def __init__(self, tables: Mapping[str, Rows]) -> None:
        """`tables` are the rows of all three, by the tables' names."""
        self._coded: dict[tuple[str, str], list[Code]] = {}
        self._within: dict[tuple[str, str], list[Code]] = {}
        self._provinces = tables.get(PROVINCES, ())
        for table, rows in tables.items():
            for row in rows:
                self._coded.setdefault((table, row.code), []).append(row)
                self._within.setdefault((table, row.parent), []).append(row)

    def provinces(self) -> Rows:
        """All provinces."""
        return self._provinces

    def within(self, table: str, parent: str) -> Rows:
        """The rows of a table with this parent."""
        return self._within.get((table, parent), ())

    def coded(self, table: str, code: str) -> Rows:
        """All rows of a code."""
        return self._coded.get((table, code), ())


def today(places: Places, place: Place, day: date) -> PlaceToday:
    """The place as it lies on a day, from its parts as they were, or are.

    A part that is in no table narrows nothing; where a name fits several units, all are followed.
    A place without a district is looked for in the communes of today first.

    Raises:
        NotFound: there is no table of provinces to look in.
    """
    every = places.provinces()
    if not every:
        raise NotFound(
            "Danh mục chưa có bảng tỉnh, huyện, xã: hãy `motcua catalogue import-codes` các bảng "
            "administrative-provinces, communes, districts.",
            "The catalogue has no tables of places: `motcua catalogue import-codes` for "
            "administrative-provinces, communes and districts.",
        )
    provinces = _named(every, place.province)
    if not provinces:
        return PlaceToday(province=None)
    districts = _inside(places, DISTRICTS, provinces, place.district)
    communes = _communes(places, provinces, districts, place, day)
    known = communes or districts or list(provinces)
    table = COMMUNES if communes else DISTRICTS if districts else PROVINCES
    left = _reached(places, table, known, day) if table != PROVINCES else ()
    return PlaceToday(
        province=_province(places, provinces, left, day), communes=left, known=tuple(known)
    )


def _communes(
    places: Places, provinces: Rows, districts: Rows, place: Place, day: date
) -> list[Code]:
    if districts or not place.commune:
        return _inside(places, COMMUNES, districts, place.commune)
    whole = _inside(places, COMMUNES, provinces, place.commune)
    if whole or place.district:
        return [each for each in whole if each.holds(day)] or whole
    every = [row for one in provinces for row in _within(places, DISTRICTS, one)]
    return _inside(places, COMMUNES, every, place.commune)


def _inside(places: Places, table: str, parents: Rows, said: str) -> list[Code]:
    """The rows of a table with a code or name that lie in one of some units."""
    if not said.strip():
        return []
    return [row for one in parents for row in _named(_within(places, table, one), said)]


def _within(places: Places, table: str, parent: Code) -> list[Code]:
    """The rows of a table that lay in a unit while it held."""
    rows = places.within(table, parent.code)
    return [row for row in rows if row.first <= parent.last and parent.first <= row.last]


def _reached(places: Places, table: str, rows: Rows, day: date) -> tuple[Code, ...]:
    reached = [each for row in rows for each in successors_on(places.coded, table, row, day)]
    return tuple(dict.fromkeys(reached))


def _province(places: Places, provinces: Rows, communes: Rows, day: date) -> Code | None:
    """The one province of all communes that are left, else the one that came after."""
    parents = {each.parent for each in communes}
    found = [row for code in parents for row in places.coded(PROVINCES, code) if row.holds(day)]
    after = tuple(dict.fromkeys(found)) or _reached(places, PROVINCES, provinces, day)
    return after[0] if len(after) == 1 else None


def _named(rows: Rows, said: str) -> list[Code]:
    """The rows with a code or a name; one whose kind fits too goes before one whose name does."""
    if said.strip().isdecimal() and (coded := [row for row in rows if row.code == said.strip()]):
        return coded
    kind, name = _spelled(said)
    alike = [row for row in rows if _spelled(row.vi)[1] == name]
    exact = [row for row in alike if kind and _spelled(row.vi)[0] == kind]
    return exact or alike


def _spelled(text: str) -> tuple[str, str]:
    """The kind of a unit ("" if it is not said) and its folded name: `P.1` → `phuong`, `1`."""
    folded = " ".join(fold(text).split())
    found = _KIND.fullmatch(folded)
    if not found:
        return "", _squeezed(folded)
    kind = found["kind"] or _SHORT[found["short"]]
    return kind, _squeezed(found["name"])


def _squeezed(name: str) -> str:
    """The letters and digits of a folded name; a number without its leading noughts."""
    letters = _APART.sub("", name)
    if letters.isdecimal():
        return letters.lstrip("0") or letters
    return _ALSO.get(letters, letters)
