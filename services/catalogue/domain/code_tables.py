"""Code tables whose codes come and go: from when to when one holds, and what came after it.

A code that ended stays in its table with its last day and its successors, so that a dossier of
before remains readable. A code may return with another meaning (24 was Bắc Giang until 30/6/2025
and is Bắc Ninh since), so a row is told by its code and its day. A successor must hold on the day
after the end: whoever follows successors goes forward in time, and never in a circle.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from foundation.errors import Invalid, Refused

_WORD = re.compile(r"[a-z]+(_[a-z]+)*")
_DAY = timedelta(days=1)
MOST_SUCCESSORS = 50
AGENCIES, PROVINCES, DISTRICTS, COMMUNES = (
    "agencies",
    "administrative-provinces",
    "districts",
    "communes",
)


@dataclass(frozen=True, kw_only=True)
class TableKind:
    """What a table holds: the shape of its codes, its title, and where successors are if not here.

    `parents` are the tables in which the rows' parents are.
    """

    shape: re.Pattern[str]
    vi: str
    en: str
    successors: str = ""
    parents: tuple[str, ...] = ()


TABLES: Mapping[str, TableKind] = {
    "provinces": TableKind(
        shape=re.compile(r"H\d\d", re.ASCII),
        vi="Mã định danh cấp 1 của tỉnh, thành phố",
        en="Identification codes of provinces, level 1",
    ),
    PROVINCES: TableKind(
        shape=re.compile(r"\d\d", re.ASCII),
        vi="Mã đơn vị hành chính cấp tỉnh",
        en="Administrative codes of provinces",
    ),
    DISTRICTS: TableKind(
        shape=re.compile(r"\d{3}", re.ASCII),
        vi="Mã đơn vị hành chính cấp huyện (đến 30/6/2025)",
        en="Administrative codes of districts (until 30/6/2025)",
        successors=COMMUNES,
        parents=(PROVINCES,),
    ),
    COMMUNES: TableKind(
        shape=re.compile(r"\d{5}", re.ASCII),
        vi="Mã đơn vị hành chính cấp xã",
        en="Administrative codes of communes",
        parents=(PROVINCES, DISTRICTS),
    ),
    "ministries": TableKind(shape=re.compile(r"G\d\d", re.ASCII), vi="Bộ, ngành", en="Ministries"),
    # A unit code is read from right to left (QCVN 102:2016).
    "units": TableKind(
        shape=re.compile(r"\d{3}\.\d\d\.\d\d\.[GH]\d\d", re.ASCII),
        vi="Mã đơn vị",
        en="Unit codes",
    ),
    AGENCIES: TableKind(
        shape=re.compile(r"(?=.{1,100}\Z)[a-z0-9]+(-[a-z0-9]+)*"), vi="Cơ quan", en="Agencies"
    ),
    "channels": TableKind(shape=_WORD, vi="Kênh tiếp nhận", en="Channels"),
    "dossier-states": TableKind(
        shape=_WORD,
        vi="Trạng thái hồ sơ",
        en="States of a dossier",
    ),
    "digitisation": TableKind(
        shape=_WORD, vi="Số hóa thành phần hồ sơ", en="Digitisation of a paper"
    ),
    "online-levels": TableKind(shape=_WORD, vi="Mức độ trực tuyến", en="Online levels"),
}


@dataclass(frozen=True, kw_only=True)
class Code:
    """What a code means from `since` to `until`, both included; open where a day is None.

    `number` is the administration's own number, if it has one; `parent` the code of the unit it
    lies in; `level` the level of an agency. `successors` took its place when it ended, several
    where it was split. `source` names the decision. If `verified` is false, no source that we
    have confirms the row.
    """

    code: str
    vi: str
    en: str = ""
    number: int | None = None
    parent: str = ""
    level: str = ""
    since: date | None = None
    until: date | None = None
    successors: tuple[str, ...] = ()
    verified: bool = False
    source: str = ""

    @property
    def first(self) -> date:
        """The first day it holds."""
        return self.since or date.min

    @property
    def last(self) -> date:
        """The last day it holds."""
        return self.until or date.max

    def holds(self, day: date) -> bool:
        """Whether it is in force on the day."""
        return self.first <= day <= self.last


Rows = Sequence[Code]
Reader = Callable[[str, str], Rows]
"""Reads all rows of a code: table, code → its rows, none if it is not known."""


def on(rows: Rows, day: date) -> Code | None:
    """Which of a code's rows is in force on a day."""
    return next((row for row in rows if row.holds(day)), None)


def in_force(rows: Rows, day: date) -> tuple[Code, ...]:
    """The rows of a table that are in force on a day, in their order."""
    return tuple(row for row in rows if row.holds(day))


def successors_on(read: Reader, table: str, row: Code, day: date) -> tuple[Code, ...]:
    """What holds on a day in the place of a row: itself, its one successor, or several.

    None at all where a unit went without a successor. Each row is looked at once, however many
    ways lead to it.
    """
    found: dict[Code, None] = {}
    seen, going = {(table, row.code, row.first)}, [(table, row)]
    while going:
        table, row = going.pop(0)
        if row.last >= day:
            found[row] = None
            continue
        table = TABLES[table].successors or table
        for code in row.successors:
            after = on(read(table, code), row.last + _DAY)
            if after and (table, code, after.first) not in seen:
                seen.add((table, code, after.first))
                going.append((table, after))
    return tuple(found)


def must_be_sound(table: str, rows: Rows, read: Reader) -> None:
    """Hold the rows of one code to the rules of their table.

    Raises:
        Invalid: a code has another shape, or a row ends before it begins, or two rows overlap.
        Refused: a successor does not hold on the day after the end, so that nobody could go on
            from there; that is also how a circle is found.
    """
    kind = TABLES[table]
    for row in rows:
        _must_be_a_row(kind, row)
    ordered = sorted(rows, key=lambda row: row.first)
    for before, after in pairwise(ordered):
        if after.first <= before.last:
            raise Invalid(
                f"Mã {row_name(after)}: hai dòng cùng có hiệu lực từ {_day(after.first)}.",
                f"Code {row_name(after)}: two rows are in force from {_day(after.first)}.",
                fields={"since": [after.code]},
            )
    for row in rows:
        must_lead_on(table, row, read)


def must_lead_on(table: str, row: Code, read: Reader) -> None:
    """Hold the successors of a row to being in force on the day after its end.

    Raises:
        Refused: one is not; the message names it and the day.
    """
    beside = TABLES[table].successors or table
    for code in row.successors:
        after = row.last + _DAY
        if on(read(beside, code), after) is None:
            raise Refused(
                f"Mã {row_name(row)} hết hiệu lực ngày {_day(row.last)}, nhưng mã kế tiếp {code} "
                f"không có hiệu lực ngày {_day(after)}: hãy ghi mã kế tiếp trước, hoặc sửa ngày.",
                f"Code {row_name(row)} ends on {_day(row.last)}, but its successor {code} is not "
                f"in force on {_day(after)}: write the successor first, or correct the day.",
                fields={"successors": [code]},
            )


def row_name(row: Code) -> str:
    """A row as messages name it: its code, and its name."""
    return f"{row.code:.100} ({row.vi:.100})"


def _must_be_a_row(kind: TableKind, row: Code) -> None:
    if not kind.shape.fullmatch(row.code):
        raise Invalid(
            f"Mã {row.code!r:.60} không đúng dạng của bảng này.",
            f"The code {row.code!r:.60} has not the shape of this table's codes.",
            fields={"code": [row.code]},
        )
    if row.last < row.first:
        raise Invalid(
            f"Mã {row_name(row)}: ngày cuối {_day(row.last)} trước ngày đầu.",
            f"Code {row_name(row)}: its last day {_day(row.last)} comes before its first.",
            fields={"until": [row.code]},
        )
    if row.successors and row.until is None:
        raise Invalid(
            f"Mã {row_name(row)} có mã kế tiếp nhưng không có ngày cuối.",
            f"Code {row_name(row)} has a successor, and no last day.",
            fields={"until": [row.code]},
        )


def _day(day: date) -> str:
    return f"{day.day}/{day.month}/{day.year}"
