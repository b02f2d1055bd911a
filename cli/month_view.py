"""Draws the months from receipt to due date in the terminal, as calendar sheets.

Special days are coloured and marked with a letter, so that the sheets can be read without colours.
"""

import calendar
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from rich.console import Console
from rich.table import Table
from rich.text import Text

from cli.language import language, localized
from foundation.worktime import DayKind, to_minute
from services.intake.domain.clock.ledger import DueDate, LedgerKind

SIDE_BY_SIDE = 2  # months of 35 columns, in a terminal of 80
LEGEND_COLUMNS = 4  # meanings of letters
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Mark:
    """The mark of a special day: letter and meaning in Vietnamese and English, and a colour."""

    vi: str
    en: str
    means_vi: str
    means_en: str
    style: str

    @property
    def letter(self) -> str:
        """The letter in the language of this run."""
        return localized(self.vi, self.en)


RECEIVED = Mark("N", "R", "nhận hồ sơ", "received", "bold green")
DUE = Mark("H", "D", "hẹn trả", "due", "bold white on blue")
REASONS: Mapping[str, Mark] = {
    DayKind.WEEKEND: Mark("c", "w", "cuối tuần", "weekend", "bright_black"),
    DayKind.HOLIDAY: Mark("L", "H", "nghỉ lễ", "holiday", "red"),
    DayKind.EXPECTED: Mark(
        "?", "?", "nghỉ lễ dự kiến, chưa có quyết định", "holiday, expected, not decided yet", "red"
    ),
    DayKind.OFF: Mark("Q", "O", "nghỉ theo quyết định", "off by decision", "magenta"),
    DayKind.COMPENSATORY: Mark("B", "C", "nghỉ bù", "compensatory day off", "yellow"),
    DayKind.WORKED: Mark("+", "+", "ngày nghỉ đi làm", "worked instead", "cyan"),
}
_WEEKDAYS = {
    "vi": ("T2", "T3", "T4", "T5", "T6", "T7", "CN"),
    "en": ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"),
}


def draw(console: Console, due: DueDate) -> None:
    """Print the months and a legend of their letters."""
    marks = dict(_marks(due))
    if not marks:
        return
    first, last = min(marks), max(marks)
    pictures = [_month(year, month, marks) for year, month in _months(first, last)]
    for place in range(0, len(pictures), SIDE_BY_SIDE):
        row = Table.grid(padding=(0, 4))
        row.add_row(*pictures[place : place + SIDE_BY_SIDE])
        console.print(row)
    console.print(_legend(marks))


def _marks(due: DueDate) -> Iterator[tuple[date, tuple[Mark, ...]]]:
    """The special days with their marks; receipt and due date may be on one day."""
    found: dict[date, tuple[Mark, ...]] = {}
    for entry in due.ledger:
        mark = REASONS.get(entry.because)
        if mark:
            day, end = to_minute(entry.since).date(), to_minute(entry.until) - ONE_DAY / 1440
            while day <= end.date():
                found[day] = (mark,)
                day += ONE_DAY
    for entry in due.ledger:
        if entry.kind is LedgerKind.RECEIVED:
            day = to_minute(entry.since).date()
            found[day] = (RECEIVED, *found.get(day, ()))
    if due.moment:
        day = to_minute(due.moment).date()
        found[day] = (*(each for each in found.get(day, ()) if each is RECEIVED), DUE)
    yield from found.items()


def _months(first: date, last: date) -> Iterator[tuple[int, int]]:
    for count in range(first.year * 12 + first.month - 1, last.year * 12 + last.month):
        yield count // 12, count % 12 + 1


def _month(year: int, month: int, marks: Mapping[date, tuple[Mark, ...]]) -> Text:
    title = localized(f"Tháng {month:02}/{year}", f"{date(year, month, 1):%B} {year}")
    picture = Text(no_wrap=True)
    picture.append(f"{title:^35}\n", style="bold")
    picture.append("".join(f"{name:>3}  " for name in _WEEKDAYS[language()]) + "\n", style="dim")
    for week in calendar.Calendar().monthdatescalendar(year, month):
        for day in week:
            picture.append_text(_day(day, marks) if day.month == month else Text("     "))
        picture.append("\n")
    return picture


def _day(day: date, marks: Mapping[date, tuple[Mark, ...]]) -> Text:
    there = marks.get(day, ())
    letters = "".join(mark.letter for mark in there)[:2]
    plain = "" if min(marks) <= day <= max(marks) else "dim"
    cell = Text(" ")
    cell.append(f"{day.day:>2}{letters}", style=there[-1].style if there else plain)
    cell.append(" " * (2 - len(letters)))
    return cell


def _legend(marks: Mapping[date, tuple[Mark, ...]]) -> Text:
    shown = {mark for there in marks.values() for mark in there}
    told = [mark for mark in (RECEIVED, DUE, *REASONS.values()) if mark in shown]
    legend = Text()
    for place, mark in enumerate(told, 1):
        legend.append(mark.letter, style=mark.style)
        legend.append(f" {localized(mark.means_vi, mark.means_en)}")
        legend.append("\n" if place % LEGEND_COLUMNS == 0 or place == len(told) else "   ")
    return legend
