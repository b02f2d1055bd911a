"""A code as the catalogue keeps it: all rows it ever had, checked against its neighbours."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from contracts.events import AgencyChanged
from contracts.history import Revision
from contracts.message import Message
from foundation.errors import NotFound
from foundation.frozen import replace
from services.catalogue.domain.code_tables import (
    AGENCIES,
    TABLES,
    Code,
    Reader,
    Rows,
    must_be_sound,
    must_lead_on,
)

MOST_EARLIER = 50


@dataclass(frozen=True, kw_only=True)
class EarlierRows:
    """What stood at a code before it was written anew: the rows, and who wrote them when."""

    edition: int
    at: datetime
    by: str
    rows: tuple[Code, ...]


@dataclass(frozen=True, kw_only=True)
class CodeEntry:
    """One code of a table, with its rows of today and, under `earlier`, those it had before.

    `key` is its id once more, by which tables are read in order: an index of its own serves the
    embedded database, which has none for ranges of ids. `leads_to` are the ids of its successors,
    by which an entry finds those that lead to it; `within` are the ids that it would have if it
    bore its parents' codes, to find what lies in one.
    """

    id: str
    table: str
    code: str
    key: str = ""
    edition: int = 0
    at: datetime | None = None
    by: str = ""
    rows: tuple[Code, ...] = ()
    earlier: tuple[EarlierRows, ...] = ()
    leads_to: tuple[str, ...] = ()
    within: tuple[str, ...] = ()
    revision: Revision = field(default_factory=Revision)


CodeDecision = tuple[CodeEntry, tuple[Message, ...]]


def entry_id(table: str, code: str) -> str:
    """The id of a code's entry; entries of one table stand together, by their codes."""
    return f"{table}:{code}"


def must_be_a_table(table: str) -> None:
    """Hold a request to the tables that there are.

    Raises:
        NotFound: there is no such table; the message names them.
    """
    if table not in TABLES:
        listed = ", ".join(TABLES)
        raise NotFound(
            f"Không có bảng mã này; có: {listed}.", f"No such table; there are: {listed}."
        )


def neighbours(table: str, code: str, rows: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """The ids of the entries that the rows lead to."""
    beside = TABLES[table].successors or table
    codes = dict.fromkeys(each for row in rows for each in row["successors"])
    return tuple(entry_id(beside, each) for each in codes if (beside, each) != (table, code))


@dataclass(frozen=True, kw_only=True)
class Writing:
    """Rows for one code, who writes them and when."""

    rows: Sequence[Mapping[str, Any]]
    by: str
    at: datetime


def write(
    entry: CodeEntry, writing: Writing, after: Rows, before: Sequence[CodeEntry]
) -> CodeDecision:
    """Give a code these rows in place of those it had; the very same ones change nothing.

    `after` are the rows of its successors, `before` the entries that lead to it: they must go on
    leading somewhere. An agency's change is told to those who send dossiers on.

    Raises:
        Invalid, Refused: as `must_be_sound` says, for this code or for one that leads to it.
    """
    built = tuple(sorted((Code(code=entry.code, **row) for row in writing.rows), key=_first))
    if built == entry.rows:
        return entry, ()
    read = _reader(entry.code, built, after)
    must_be_sound(entry.table, built, read)
    leading = [(one.table, row) for one in before for row in one.rows]
    for table, row in leading:
        if entry.code in row.successors:
            must_lead_on(table, replace(row, successors=(entry.code,)), read)
    written = replace(
        entry,
        key=entry.id,
        edition=entry.edition + 1,
        at=writing.at,
        by=writing.by,
        rows=built,
        earlier=_earlier(entry),
        leads_to=neighbours(entry.table, entry.code, writing.rows),
        within=tuple(dict.fromkeys(entry_id(entry.table, row.parent) for row in built)),
    )
    return written, _told(written)


def _first(row: Code) -> date:
    return row.first


def _earlier(entry: CodeEntry) -> tuple[EarlierRows, ...]:
    if entry.at is None:
        return ()
    last = EarlierRows(edition=entry.edition, at=entry.at, by=entry.by, rows=entry.rows)
    return (*entry.earlier, last)[-MOST_EARLIER:]


def _reader(own: str, rows: Rows, others: Rows) -> Reader:
    def rows_of(_table: str, code: str) -> Rows:
        return rows if code == own else [row for row in others if row.code == code]

    return rows_of


def _told(entry: CodeEntry) -> tuple[Message, ...]:
    """What others are told of an agency: its newest row, with its end and who took over."""
    if entry.table != AGENCIES:
        return ()
    newest = entry.rows[-1]
    told = AgencyChanged(
        agency=entry.code,
        edition=entry.edition,
        name_vi=newest.vi,
        name_en=newest.en,
        level=newest.level,
        since=newest.since.isoformat() if newest.since else "",
        until=newest.until.isoformat() if newest.until else "",
        successors=newest.successors,
    )
    return (told,)
