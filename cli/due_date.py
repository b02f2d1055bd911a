"""`motcua clock`: computes a due date, and explains it day by day."""

import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cli import month_view
from cli.errors import IMPOSSIBLE_INPUT, CliError
from cli.language import language, localized
from contracts.procedure import TimeLimit, Unit
from foundation.errors import Invalid
from foundation.worktime import HO_CHI_MINH, Calendar, read_calendar, to_minute
from services.intake.domain.clock import due_date as statute
from services.intake.domain.clock.ledger import DueDate, LedgerEntry, LedgerKind, is_expected
from services.intake.domain.explanation import wording

_MOMENT = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)?", re.ASCII
)
_CHOICES = "--working-days, --half-days, --calendar-days, --hours, --same-day"
_COUNT = re.compile(r"\d{1,9}", re.ASCII)


@click.group("clock")
def clock() -> None:
    """Đồng hồ thời hạn. / The statutory clock."""


@clock.command("due")
@click.argument("received", metavar="YYYY-MM-DDTHH:MM")
@click.option("--working-days", metavar="N", help="Số ngày làm việc. / Working days.")
@click.option("--half-days", metavar="N", help="Số nửa ngày làm việc. / Half working days.")
@click.option("--calendar-days", metavar="N", help="Số ngày theo lịch. / Calendar days.")
@click.option("--hours", metavar="N", help="Số giờ làm việc. / Working hours.")
@click.option("--same-day", is_flag=True, help="Trả trong ngày. / On the same day.")
@click.option(
    "--calendar",
    "file",
    metavar="FILE",
    help="Lịch làm việc của đơn vị (JSON). / The unit's calendar (JSON).",
)
@click.option("--explain", is_flag=True, help="Giải thích từng ngày. / Show why, day by day.")
@click.option("--json", "as_json", is_flag=True, help="In JSON. / Print JSON.")
def due(
    received: str,
    *,
    file: str | None,
    explain: bool,
    as_json: bool,
    same_day: bool,
    **amounts: str | None,
) -> None:
    """Tính ngày hẹn trả từ lúc nhận hồ sơ. / Count the due date from the receipt.

    Giờ không ghi múi giờ là giờ Việt Nam. / A time without a zone is Viet Nam's.

    Lịch trong FILE, phần nào cũng có thể bỏ; kind là off, compensatory hoặc worked: /
    A calendar in FILE, any part of it may be left out; kind is off, compensatory or worked:

    {"sessions": [["07:00", "11:30"], ["13:30", "17:00"]], "weekend": ["saturday", "sunday"],
    "days": [{"date": "2027-12-31", "kind": "off", "note": "…"}]}
    """
    limit = _limit(same_day=same_day, **amounts)
    calendar = Calendar.default() if file is None else calendar_in(file)
    counted = _count(limit, _moment(received), calendar)
    if as_json:
        click.echo(json.dumps(_as_json(counted), ensure_ascii=False))
        return
    click.echo(counted.moment.isoformat() if counted.moment else "")
    if explain:
        _explain(counted)


def _count(limit: TimeLimit, received: datetime, calendar: Calendar) -> DueDate:
    try:
        return statute.begin(limit, received, calendar)
    except Invalid as error:
        raise CliError(error.vi, error.en, code=IMPOSSIBLE_INPUT) from error


def _limit(*, same_day: bool, **amounts: str | None) -> TimeLimit:
    """The time limit given by exactly one of the options.

    Raises:
        CliError: none or several are given, or the value is not a whole number from 0 on.
    """
    named = {unit: said for unit, said in amounts.items() if said is not None}
    if len(named) + same_day != 1:
        raise CliError(
            f"Hãy chọn đúng một trong: {_CHOICES}.",
            f"Choose exactly one of {_CHOICES}.",
            code=IMPOSSIBLE_INPUT,
        )
    for unit, said in named.items():
        if not _COUNT.fullmatch(said):
            option = "--" + unit.replace("_", "-")
            raise CliError(
                f"{option} phải là số nguyên từ 0 đến 999999999, không phải {said!r:.40}.",
                f"{option} must be a whole number from 0 to 999999999, not {said!r:.40}.",
                code=IMPOSSIBLE_INPUT,
            )
        return TimeLimit(unit=Unit(unit), amount=int(said))
    return TimeLimit(unit=Unit.SAME_DAY)


def _moment(said: str) -> datetime:
    """Parse a moment; without a time zone it is in Viet Nam's time.

    Raises:
        CliError: the text is no such moment.
    """
    try:
        moment = datetime.fromisoformat(said) if _MOMENT.fullmatch(said) else None
    except ValueError:
        moment = None
    if moment is None:
        raise CliError(
            f"{said!r:.40} không phải thời điểm có thật; hãy viết như 2020-01-22T09:00.",
            f"{said!r:.40} is not a moment that exists; write it like 2020-01-22T09:00.",
            code=IMPOSSIBLE_INPUT,
        )
    return moment if moment.tzinfo else moment.replace(tzinfo=HO_CHI_MINH)


def calendar_in(file: str) -> Calendar:
    """Read the calendar in a file.

    Raises:
        CliError: the file cannot be read, or is not a calendar.
    """
    try:
        return read_calendar(Path(file).read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise CliError(
            f"Không đọc được lịch {file}: tệp không mở được hoặc không phải chữ UTF-8.",
            f"The calendar {file} cannot be read: there is no such file, or it is not UTF-8 text.",
            code=IMPOSSIBLE_INPUT,
        ) from error
    except Invalid as error:
        raise CliError(
            f"{file}: {error.vi}", f"{file}: {error.en}", code=IMPOSSIBLE_INPUT
        ) from error


def _as_json(counted: DueDate) -> dict[str, Any]:
    """The due date and its ledger in the form of the JSON output."""
    return {
        "due": counted.moment.isoformat() if counted.moment else None,
        "expected": is_expected(counted.ledger),
        "ledger": [_entry(each) for each in counted.ledger],
    }


def _entry(entry: LedgerEntry) -> dict[str, Any]:
    """One ledger entry for the JSON output, without its empty fields."""
    said: dict[str, Any] = {
        "kind": entry.kind.value,
        "since": to_minute(entry.since).isoformat(),
        "until": to_minute(entry.until).isoformat(),
        "minutes": entry.minutes,
    }
    if entry.kind is LedgerKind.ALLOWED:
        said |= {"unit": entry.unit.value, "amount": entry.amount}
    rest: dict[str, Any] = {
        "because": entry.because,
        "vi": entry.vi,
        "en": entry.en,
        "article": entry.article,
    }
    rest |= {"expected": entry.expected}
    return said | {name: value for name, value in rest.items() if value}


def _explain(counted: DueDate) -> None:
    console = Console(highlight=False)
    console.print()
    month_view.draw(console, counted)
    lines = Table.grid(padding=(0, 1))
    for line in wording.lines_of(counted.ledger, language()):
        lines.add_row("•", Text(line.text))
    console.print(lines)
    console.print(_conclusion(counted), markup=False, style="bold")


def _conclusion(counted: DueDate) -> str:
    if counted.moment is None:
        return localized("Không có ngày hẹn trả.", "There is no due date.")
    at = wording.moment(counted.moment, language())
    if is_expected(counted.ledger):
        return localized(
            f"→ Hẹn trả lúc {at} (dự kiến: có ngày nghỉ lễ chưa được quyết định).",
            f"→ Due {at} (expected: a public holiday is not decided yet).",
        )
    return localized(f"→ Hẹn trả lúc {at}.", f"→ Due {at}.")
