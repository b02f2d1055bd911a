"""What a measurement says: rows for a table, ratios, and both as JSON."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from rich.console import Console
from rich.table import Table


@dataclass
class Report:
    """`goals` are the least (or, with `at_most`, the largest) values that were aimed at."""

    title: str
    rows: list[dict[str, Any]] = field(default_factory=list)
    ratios: dict[str, float] = field(default_factory=dict)
    goals: Mapping[str, float] = field(default_factory=dict)
    at_most: bool = False

    def as_json(self) -> str:
        """`{"rows": […], "ratios": {…}}`."""
        return json.dumps({"rows": self.rows, "ratios": self.ratios}, indent=2)

    def print(self, console: Console) -> None:
        """The table, and under it each ratio beside its goal."""
        columns = list(self.rows[0]) if self.rows else []
        table = Table(title=self.title)
        for name in columns:
            numeric = isinstance(self.rows[0][name], int | float)
            table.add_column(name, justify="right" if numeric else "left")
        for row in self.rows:
            table.add_row(*(_shown(row[name]) for name in columns))
        console.print(table)
        for name, ratio in self.ratios.items():
            console.print(f"{name}: {_shown(ratio)}{self._judged(name, ratio)}")

    def _judged(self, name: str, ratio: float) -> str:
        goal = self.goals.get(name)
        if goal is None:
            return ""
        reached = ratio <= goal if self.at_most else ratio >= goal
        sign = "≤" if self.at_most else "≥"
        return f" (goal {sign} {goal:g}: {'reached' if reached else 'missed'})"


def show(report: Report, *, as_json: bool) -> None:
    """Print a report one way or the other."""
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
    """Round by round ours / theirs, then the median: what slows a round slows both sides of it."""
    return median(mine / other for mine, other in zip(ours, theirs, strict=True))


def _shown(value: object) -> str:
    if isinstance(value, float):
        return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"  # noqa: PLR2004 -- four digits
    return f"{value:,}" if isinstance(value, int) else str(value)
