"""The shipped table of law, read once and again when its file changes, and citing by it."""

from datetime import date
from functools import cache
from pathlib import Path

from foundation.law.shipped_table import ShippedTable, shipped_path
from foundation.law.table import LawTable, read_law


def cite(rule: str, at: date) -> str:
    """The rule as the edition in force at that moment words it: `NĐ 61/2018 Đ19.9`.

    Without an article where nobody has verified it; "" before there was such a rule.
    """
    row = law_table().row(rule, at)
    return row.cited if row else ""


def cite_in_full(rule: str, at: date, language: str) -> str:
    """The same for letters and pages: `Decree 61/2018, article 19.9`."""
    row = law_table().row(rule, at)
    return row.in_full(language) if row else ""


def edition(rule: str, at: date) -> str:
    """The text that holds for the rule at that moment, without the article; "" if none does."""
    row = law_table().row(rule, at)
    return row.edition if row else ""


def holds(rule: str, at: date) -> bool:
    """Whether there is such a rule on that day: what a new law brings works from its day on."""
    return law_table().row(rule, at) is not None


def law_table() -> LawTable:
    """The table as the file has it now, or the last good one."""
    return _table().value()


def load_law() -> None:
    """Read the table for the first time.

    Raises:
        SettingsError: there is none, or it has a fault; says which.
    """
    _table().must_be_right()


def law_path() -> Path:
    """Where the table is."""
    return shipped_path("law.csv")


@cache
def _table() -> ShippedTable[LawTable]:
    return ShippedTable("law.csv", read_law, at_first=LawTable({}))
