"""The shipped table of law, read once and again when its file changes, and citing by it."""

import sys
from datetime import date
from functools import cache
from pathlib import Path

from foundation.errors import Invalid
from foundation.law.table import LawTable, read_law
from foundation.settings import SettingsError
from foundation.settings.watched_file import WatchedFile

_FOLDERS = (
    Path(__file__).resolve().parents[2],  # a checkout, or the image
    Path(sys.prefix) / "share" / "motcua",  # an installed wheel
)
_NAME = Path("catalogue-data") / "law.csv"


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
    return _file().value()


def load_law() -> None:
    """Read the table for the first time: a process does not start on one with a fault.

    Raises:
        SettingsError: there is none, or it has a fault; says which.
    """
    try:
        _file().load()
    except (OSError, ValueError, Invalid) as error:
        raise SettingsError(f"{_file().path}: {error}") from error


def law_path() -> Path:
    """Where the table is: beside the code, or where a wheel installs it."""
    paths = [folder / _NAME for folder in _FOLDERS]
    return next((path for path in paths if path.is_file()), paths[0])


@cache
def _file() -> WatchedFile[LawTable]:
    return WatchedFile(
        law_path(),
        lambda path: read_law(path.read_text(encoding="utf-8")),
        at_first=LawTable({}),
        complaint="the table of law cannot be read",
    )
