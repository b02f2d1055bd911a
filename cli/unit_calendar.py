"""`motcua calendar`: shows and changes the unit's working days, and follows the recount.

After a change the due dates of all open dossiers are counted again.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cli.calendar_client import (
    api_option,
    ask,
    intake_client,
    kind_option,
    note_en_option,
    put_and_report,
    read_day,
    report,
    token_for,
    token_option,
    unchanged_parts,
    watch_option,
)
from cli.embedded.data_folder import DataFolder
from cli.errors import IMPOSSIBLE_INPUT, CliError
from cli.language import language, localized
from cli.month_view import REASONS
from cli.national_calendar import national, print_holidays
from foundation.errors import Invalid
from foundation.worktime import PARTS, read_calendar


@click.group("calendar", commands={"national": national})
def calendar() -> None:
    """Lịch làm việc của đơn vị. / The unit's calendar."""


@calendar.command("show")
@api_option
@click.option("--json", "as_json", is_flag=True, help="In JSON. / Print JSON.")
@click.pass_obj
def show(folder: DataFolder, api: str | None, *, as_json: bool) -> None:
    """Xem lịch đang áp dụng. / Show the calendar in force."""
    with intake_client(folder, api, "") as client:
        unit = ask(client, "GET")
    if as_json:
        click.echo(json.dumps(unit, ensure_ascii=False))
    else:
        _print_calendar(unit)


@calendar.command("set")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--note", required=True, help="Lý do thay đổi. / Why it changes.")
@note_en_option
@api_option
@token_option
@watch_option
@click.pass_obj
def replace_calendar(
    folder: DataFolder,
    file: Path,
    note: str,
    *,
    note_en: str | None,
    api: str | None,
    token: str | None,
    watch: bool,
) -> None:
    """Thay toàn bộ lịch bằng FILE (JSON). / Put the calendar in FILE (JSON) in force.

    Phần nào cũng có thể bỏ; kind là off, compensatory hoặc worked: /
    Any part may be left out; kind is off, compensatory or worked:

    {"sessions": [["07:00", "11:30"], ["13:30", "17:00"]], "weekend": ["saturday", "sunday"],
    "days": [{"date": "2027-12-31", "kind": "off", "note": "…"}]}
    """
    table = _read_calendar_file(file)
    with intake_client(folder, api, token_for(folder, api, token)) as client:
        before = ask(client, "GET")
        put_and_report(client, {**unchanged_parts(before), **table}, note, note_en, watch=watch)


@calendar.command("add")
@click.argument("day", metavar="YYYY-MM-DD")
@kind_option
@click.option("--note", required=True, help="Lý do: văn bản nào. / The reason: by what.")
@note_en_option
@api_option
@token_option
@watch_option
@click.pass_obj
def add_day(
    folder: DataFolder,
    day: str,
    kind: str,
    note: str,
    *,
    note_en: str | None,
    api: str | None,
    token: str | None,
    watch: bool,
) -> None:
    """Quyết định về một ngày. / Decide on one day."""
    decided = {"date": day, "kind": kind, "note": note, "note_en": note_en or ""}
    with intake_client(folder, api, token_for(folder, api, token)) as client:
        before = ask(client, "GET")
        days = [each for each in before["days"] if each["date"] != day]
        parts = {name: before[name] for name in PARTS if name in before}
        wanted = {**unchanged_parts(before), **parts, "days": [*days, decided]}
        put_and_report(client, wanted, note, note_en, watch=watch)


@calendar.command("remove")
@click.argument("day", metavar="YYYY-MM-DD")
@click.option("--note", help="Lý do: văn bản nào. / The reason: by what.")
@note_en_option
@api_option
@token_option
@watch_option
@click.pass_obj
def remove_day(
    folder: DataFolder,
    day: str,
    note: str | None,
    *,
    note_en: str | None,
    api: str | None,
    token: str | None,
    watch: bool,
) -> None:
    """Bỏ quyết định về một ngày. / Take out the unit's decision on one day."""
    gone = read_day(day)
    vi = note or f"Bỏ quyết định về ngày {gone:%d/%m/%Y}"
    en = note_en or note or f"The decision on {gone} is taken out"
    body = {"date": str(gone), "reason": {"vi": vi, "en": en}}
    with intake_client(folder, api, token_for(folder, api, token)) as client:
        before = ask(client, "GET")
        unit = ask(client, "POST", body, path="/calendar/remove")
        report(client, unit, before["edition"], watch=watch)


def _print_calendar(unit: Mapping[str, Any]) -> None:
    console = Console(highlight=False)
    hours = ", ".join(f"{opens}–{closes}" for opens, closes in unit["sessions"])
    reason = unit["reason"][language()]
    edition = localized(f"Bản {unit['edition']}", f"Edition {unit['edition']}")
    console.print(Text(f"{unit['unit']}  {edition}{f': {reason}' if reason else ''}"))
    console.print(Text(localized(f"Giờ làm việc: {hours}", f"Hours: {hours}")))
    weekend = ", ".join(unit.get("weekend", ()))
    console.print(Text(localized(f"Nghỉ hằng tuần: {weekend}", f"Weekend: {weekend}")))
    table = Table(box=None, padding=(0, 2, 0, 0))
    for each in unit["days"]:
        mark = REASONS[each["kind"]]
        meaning = localized(mark.means_vi, mark.means_en)
        table.add_row(each["date"], Text(meaning, style=mark.style), Text(_note(each)))
    console.print(table)
    print_holidays(console, unit)
    walk = unit["recounting"]
    if walk:
        vi = f"Đang tính lại hồ sơ: {walk['seen']}/{walk['total']}"
        console.print(localized(vi, f"Counting dossiers again: {walk['seen']}/{walk['total']}"))


def _note(day: Mapping[str, str]) -> str:
    return localized(day["note"], day.get("note_en") or day["note"])


def _read_calendar_file(file: Path) -> dict[str, Any]:
    try:
        text = file.read_text(encoding="utf-8-sig")
        read_calendar(text)
    except (OSError, ValueError) as error:
        raise CliError(
            f"Không đọc được {file}: không phải chữ UTF-8.",
            f"{file} cannot be read: it is not UTF-8 text.",
            code=IMPOSSIBLE_INPUT,
        ) from error
    except Invalid as error:
        raise CliError(
            f"{file}: {error.vi}", f"{file}: {error.en}", code=IMPOSSIBLE_INPUT
        ) from error
    table: dict[str, Any] = json.loads(text)
    return table
