"""The report of a benchmark: rows of a table and ratios, printed or as JSON."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from rich.console import Console
from rich.table import Table


@dataclass
class Report:
    """Rows and ratios; `goals` are lower limits of ratios, or upper ones with `at_most`."""

    title: str
    rows: list[dict[str, Any]] = field(default_factory=list)
    ratios: dict[str, float] = field(default_factory=dict)
    goals: Mapping[str, float] = field(default_factory=dict)
    at_most: bool = False
    database: str = ""
    """The database server that it was measured on, "" if it needs none."""
    notes: list[str] = field(default_factory=list)
    """Lines to be read with it."""

    def as_json(self) -> str:
        """The JSON text of `plain`."""
        return json.dumps(self.plain(), indent=2, ensure_ascii=False)

    def plain(self) -> dict[str, Any]:
        """The report as JSON has it: title, database, rows, ratios, notes."""
        return {
            "title": self.title,
            "database": self.database,
            "rows": self.rows,
            "ratios": self.ratios,
            "notes": self.notes,
        }

    def print(self, console: Console) -> None:
        """Print the table, then each ratio with its goal."""
        columns = list(self.rows[0]) if self.rows else []
        table = Table(title=self.title, caption=self.database or None)
        for name in columns:
            numeric = isinstance(self.rows[0][name], int | float)
            table.add_column(name, justify="right" if numeric else "left")
        for row in self.rows:
            table.add_row(*(shown(row[name]) for name in columns))
        console.print(table)
        for name, ratio in self.ratios.items():
            console.print(f"{name}: {shown(ratio)}{self._judged(name, ratio)}")
        for note in self.notes:
            console.print(note)

    def _judged(self, name: str, ratio: float) -> str:
        goal = self.goals.get(name)
        if goal is None:
            return ""
        reached = ratio <= goal if self.at_most else ratio >= goal
        sign = "≤" if self.at_most else "≥"
        return f" (goal {sign} {goal:g}: {'reached' if reached else 'missed'})"


def show(report: Report, *, as_json: bool) -> None:
    """Print a report as JSON or as a table."""
    console = Console()
    if as_json:
        console.file.write(report.as_json() + "\n")
    else:
        report.print(console)


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` (0 to 1) of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def median_of_ratios(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """The median of the ratios ours / theirs of each round; a slow round is slow for both."""
    return median(mine / other for mine, other in zip(ours, theirs, strict=True))


def shown(value: object) -> str:
    """A figure with as many digits as say something, or the text it is."""
    if isinstance(value, float):
        return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"  # noqa: PLR2004 -- four digits
    return f"{value:,}" if isinstance(value, int) else str(value)
