"""The terms of law: how long a stage of a matter may take, from which day on that holds.

    kind,stage,case,from,amount,unit,rule,source,verified
    complaint,accept,,,10,days,complaint,…,yes
    complaint,accept,,2026-07-01,7,working_days,complaint,…,yes

They are data: catalogue-data/law-terms.csv, read again when it changes. The rule that a term rests
on is a row of the table of law.
"""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from foundation.errors import Invalid
from foundation.law.shipped_table import ShippedTable
from foundation.law.table import local_day
from foundation.worktime import Calendar, add_calendar_days, add_working_days

COLUMNS = ("kind", "stage", "case", "from", "amount", "unit", "rule", "source", "verified")
WORKING_DAYS, DAYS = "working_days", "days"
LONGEST = 3660

Place = tuple[str, str, str]


@dataclass(frozen=True, kw_only=True)
class Term:
    """How long a stage may take: so many working days, or days of the calendar."""

    amount: int
    unit: str
    rule: str
    since: date = date.min

    def end(self, start: datetime, calendar: Calendar) -> datetime:
        """When the term ends that begins at that moment; never on a day off."""
        count = add_working_days if self.unit == WORKING_DAYS else add_calendar_days
        return count(start, self.amount, calendar)


Terms = Mapping[Place, tuple[Term, ...]]


def term(kind: str, stage: str, at: date, case: str = "") -> Term:
    """The term of that stage by the law in force at that moment; the usual one for an odd case.

    Raises:
        Invalid: the table has none: the administration has to say it.
    """
    for place in ((kind, stage, case), (kind, stage, "")):
        known = [each for each in law_terms().get(place, ()) if each.since <= local_day(at)]
        if known:
            return known[-1]
    raise Invalid(
        f"Bảng thời hạn chưa có {kind}/{stage}: bổ sung vào law-terms.csv.",
        f"The table of terms lacks {kind}/{stage}: add it to law-terms.csv.",
    )


def law_terms() -> Terms:
    """The table as the file has it now, or the last good one."""
    return _table().value()


def load_terms() -> None:
    """Read the table for the first time.

    Raises:
        SettingsError: there is none, or it has a fault; says which.
    """
    _table().must_be_right()


def read_terms(text: str) -> Terms:
    """The terms in a CSV text, those of one stage the oldest first.

    Raises:
        Invalid: it is no such table; names the line.
    """
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    if tuple(reader.fieldnames or ()) != COLUMNS:
        raise _wrong(1, f"cần các cột {', '.join(COLUMNS)}", f"needs {', '.join(COLUMNS)}")
    terms: dict[Place, tuple[Term, ...]] = {}
    for fields in reader:
        if None in fields or None in fields.values():
            raise _wrong(reader.line_num, "thừa hoặc thiếu cột", "has too many or too few columns")
        place = fields["kind"], fields["stage"], fields["case"]
        before, read = terms.get(place, ()), _term(fields, reader.line_num)
        if before and before[-1].since >= read.since:
            raise _wrong(reader.line_num, "ngày phải sau dòng trước", "its day must come after")
        terms[place] = (*before, read)
    return terms


def _term(fields: Mapping[str, str], line: int) -> Term:
    amount, unit, since = fields["amount"], fields["unit"], fields["from"]
    if not amount.isdecimal() or not 0 < int(amount) <= LONGEST:
        raise _wrong(line, "amount là số ngày", "amount is a number of days")
    if unit not in {WORKING_DAYS, DAYS}:
        raise _wrong(line, f"unit là {WORKING_DAYS} hoặc {DAYS}", f"unit: {WORKING_DAYS}, {DAYS}")
    try:
        day = date.fromisoformat(since) if since else date.min
    except ValueError as error:
        raise _wrong(line, "from là ngày YYYY-MM-DD", "from is a day, YYYY-MM-DD") from error
    return Term(amount=int(amount), unit=unit, rule=fields["rule"], since=day)


def _wrong(line: int, vi: str, en: str) -> Invalid:
    return Invalid(f"Dòng {line}: {vi}.", f"Line {line}: {en}.")


@cache
def _table() -> ShippedTable[Terms]:
    nothing: Terms = {}
    return ShippedTable("law-terms.csv", read_terms, at_first=nothing)
