"""The national decisions on days off: they go before what the `holidays` package says.

The table `catalogue-data/national-days.csv` comes with each release. A line is about a day that
is off, off in compensation, or worked, or about a year whose plan the Government has decided:

    date,kind,note_vi,note_en,decision,source
    2026,decided,,,12729/VPCP-KGVX,…
    2026-01-02,off,nghỉ hoán đổi,day off in exchange,12729/VPCP-KGVX,…

The holidays of a year after the first such year without a plan are reckoned: only expected.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from foundation.errors import Invalid
from foundation.tables import read_fixed, text_of
from foundation.worktime.day import DECIDED_KINDS, Day, DayKind
from foundation.worktime.national_holidays import FIRST_YEAR, LAST_YEAR

TABLE = Path(__file__).resolve().parents[2] / "catalogue-data" / "national-days.csv"
COLUMNS = ("date", "kind", "note_vi", "note_en", "decision", "source")
PLAN = "decided"
MOST_LINES = 2000

_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_YEAR = re.compile(r"\d{4}", re.ASCII)
_KINDS = tuple(kind.value for kind in DECIDED_KINDS)

Said = Mapping[str, str]


@dataclass(frozen=True)
class YearPlan:
    """A year whose days off the Government has decided on, by which document, and how we know."""

    year: int
    decision: str = ""
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class NationalDecisions:
    """What was decided for the whole country: single days, and years whose plan is complete."""

    days: tuple[Day, ...] = ()
    plans: tuple[YearPlan, ...] = ()

    @cached_property
    def by_date(self) -> Mapping[date, Day]:
        """The decisions by their day."""
        return {each.date: each for each in self.days}

    @cached_property
    def years(self) -> frozenset[int]:
        """The years with a plan."""
        return frozenset(each.year for each in self.plans)

    def is_expected(self, year: int) -> bool:
        """Whether the holidays of a year are reckoned without a plan.

        Nothing is said of the years before the first plan that is known: they are over.
        """
        return bool(self.years) and year > min(self.years) and year not in self.years

    def overlaid(self, other: "NationalDecisions") -> "NationalDecisions":
        """These decisions with the `other` ones, which win where both speak of one day or year."""
        days = {**self.by_date, **other.by_date}
        plans = {each.year: each for each in (*self.plans, *other.plans)}
        return NationalDecisions(
            days=tuple(days[day] for day in sorted(days)),
            plans=tuple(plans[year] for year in sorted(plans)),
        )

    def rows(self) -> list[dict[str, str]]:
        """The decisions as lines of the table, years first, in one order."""
        years = [
            _row(str(each.year), PLAN, "", "", each.decision, each.source)
            for each in sorted(self.plans, key=lambda each: each.year)
        ]
        days = [
            _row(str(day.date), day.kind, day.note, day.note_en, day.decision, day.source)
            for day in sorted(self.days, key=lambda day: day.date)
        ]
        return years + days

    def written(self) -> str:
        """The decisions as JSON, one spelling for each; `of_rows` reads it."""
        return json.dumps(self.rows(), ensure_ascii=False)


@cache
def shipped(table: Path = TABLE) -> NationalDecisions:
    """The decisions that came with this release.

    Raises:
        Invalid: the table is not there or has faults; names the file and each fault's line.
    """
    try:
        return read_national_decisions(text_of(table.read_bytes()))
    except OSError as error:
        raise Invalid(
            f"Không đọc được bảng ngày nghỉ quốc gia {table}: {error}",
            f"The table of national days {table} cannot be read: {error}",
        ) from error
    except Invalid as error:
        raise Invalid(f"{table.name}: {error.vi}", f"{table.name}: {error.en}") from error


def read_national_decisions(text: str) -> NationalDecisions:
    """The decisions in a table.

    Raises:
        Invalid: it is none; each fault with its line and the reason.
    """
    return _checked(*read_fixed(text.removeprefix("\ufeff"), COLUMNS))


def of_rows(rows: Sequence[Any]) -> NationalDecisions:
    """The decisions in rows, as `rows` gives them; a row is a line.

    Raises:
        Invalid: each fault with the place of its row, from 1 on.
    """
    faults: list[tuple[int, str, str]] = []
    listed: list[tuple[int, Said]] = []
    for place, row in enumerate(rows, 1):
        known = isinstance(row, Mapping) and set(row) <= set(COLUMNS)
        if known and all(isinstance(each, str) for each in row.values()):
            listed.append((place, {name: row.get(name, "") for name in COLUMNS}))
        else:
            head = ", ".join(COLUMNS)
            faults.append(
                (place, f"chỉ nhận các mục chữ: {head}", f"only text may stand, under: {head}")
            )
    return _checked(listed, faults)


def _row(*values: str) -> dict[str, str]:
    return {name: str(value) for name, value in zip(COLUMNS, values, strict=True) if value}


def _checked(
    listed: list[tuple[int, Said]], faults: list[tuple[int, str, str]]
) -> NationalDecisions:
    days: list[Day] = []
    plans: list[YearPlan] = []
    first: dict[str, int] = {}
    for line, row in listed:
        said = {name: value.strip() for name, value in row.items()}
        found = list(_faults(said))
        if said["date"] in first:
            before = first[said["date"]]
            found.append((f"đã có ở dòng {before}", f"stands in line {before} already"))
        first.setdefault(said["date"], line)
        faults += [
            (line, f"{said['date']:.40}: {vi}", f"{said['date']:.40}: {en}") for vi, en in found
        ]
        if not found and said["kind"] == PLAN:
            plans.append(YearPlan(int(said["date"]), said["decision"], said["source"]))
        elif not found:
            days.append(_day(said))
    if len(listed) > MOST_LINES:
        faults.append((MOST_LINES + 1, f"quá {MOST_LINES} dòng", f"more than {MOST_LINES} lines"))
    if faults:
        raise _wrong(faults)
    return NationalDecisions(days=tuple(days), plans=tuple(plans))


def _day(said: Said) -> Day:
    return Day(
        date.fromisoformat(said["date"]),
        DayKind(said["kind"]),
        said["note_vi"],
        said["note_en"],
        said["decision"],
        said["source"],
    )


def _faults(said: Said) -> Iterator[tuple[str, str]]:
    kinds = ", ".join((*_KINDS, PLAN))
    if said["kind"] == PLAN:
        if not _is_year(said["date"]):
            yield f"với {PLAN}, date phải là năm như 2027", f"for {PLAN} the date is a year"
        if not said["source"]:
            yield "còn thiếu source (căn cứ)", "source is missing"
        return
    if said["kind"] not in _KINDS:
        yield f"kind phải là một trong: {kinds}", f"kind must be one of: {kinds}"
    if not _is_date(said["date"]):
        span = f"{FIRST_YEAR}–{LAST_YEAR}"
        yield (
            f"không phải ngày YYYY-MM-DD trong các năm {span}",
            f"is not a date YYYY-MM-DD of the years {span}",
        )
    for name in ("note_vi", "decision"):
        if not said[name]:
            yield f"còn thiếu {name}", f"{name} is missing"


def _is_year(text: str) -> bool:
    return bool(_YEAR.fullmatch(text)) and FIRST_YEAR <= int(text) <= LAST_YEAR


def _is_date(text: str) -> bool:
    try:
        day = date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        return False
    return day is not None and FIRST_YEAR <= day.year <= LAST_YEAR


def _wrong(faults: list[tuple[int, str, str]]) -> Invalid:
    listed = sorted(faults)
    vi = "; ".join(f"dòng {line}: {said}" for line, said, _ in listed)
    en = "; ".join(f"line {line}: {said}" for line, _, said in listed)
    return Invalid(f"Bảng ngày nghỉ quốc gia, {vi}.", f"Table of national days, {en}.")
