"""`motcua calendar`: shows and changes the unit's working days, and follows the recount.

After a change the due dates of all open dossiers are counted again.
"""

import json
import time
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
import httpx
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from cli import tokens
from cli.embedded.data_folder import DataFolder
from cli.embedded.database import DATABASE
from cli.errors import IMPOSSIBLE_INPUT, CliError
from cli.language import language, localized
from cli.month_view import REASONS
from cli.must_answer import must_answer
from foundation.errors import Invalid
from foundation.worktime import PARTS, read_calendar

SECONDS = 30
LOOK_EVERY = 0.5  # seconds
KINDS = ("off", "compensatory", "worked")

api_option = click.option(
    "--api",
    envvar="MOTCUA_INTAKE_URL",
    help="Địa chỉ dịch vụ tiếp nhận; mặc định là hệ thống trên máy này. / "
    "Where intake is; by default the platform on this machine.",
)
token_option = click.option(
    "--token",
    envvar="MOTCUA_TOKEN",
    help="Mã truy cập có quyền calendar:write. / A token with the scope calendar:write.",
)
watch_option = click.option(
    "--watch",
    is_flag=True,
    help="Chờ đến khi mọi hồ sơ đang giải quyết được tính lại. / "
    "Wait until all open dossiers are counted again.",
)
note_en_option = click.option(
    "--note-en", help="Lý do bằng tiếng Anh. / The reason in English; by default the same."
)


@click.group("calendar")
def calendar() -> None:
    """Lịch làm việc của đơn vị. / The unit's calendar."""


@calendar.command("show")
@api_option
@click.option("--json", "as_json", is_flag=True, help="In JSON. / Print JSON.")
@click.pass_obj
def show(folder: DataFolder, api: str | None, *, as_json: bool) -> None:
    """Xem lịch đang áp dụng. / Show the calendar in force."""
    with _intake_client(folder, api, "") as client:
        unit = _ask(client, "GET")
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
    with _intake_client(folder, api, _token(folder, api, token)) as client:
        before = _ask(client, "GET")
        _put_and_report(client, {**_unchanged_parts(before), **table}, note, note_en, watch=watch)


@calendar.command("add")
@click.argument("day", metavar="YYYY-MM-DD")
@click.option(
    "--kind",
    type=click.Choice(KINDS),
    required=True,
    help="Nghỉ, nghỉ bù hay làm bù. / Off, off in compensation, or worked.",
)
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
    with _intake_client(folder, api, _token(folder, api, token)) as client:
        before = _ask(client, "GET")
        days = [each for each in before["days"] if each["date"] != day]
        parts = {name: before[name] for name in PARTS if name in before}
        wanted = {**_unchanged_parts(before), **parts, "days": [*days, decided]}
        _put_and_report(client, wanted, note, note_en, watch=watch)


def _put_and_report(
    client: httpx.Client, wanted: Mapping[str, Any], note: str, note_en: str | None, *, watch: bool
) -> None:
    reason = {"vi": note, "en": note_en or note}
    unit = _ask(client, "PUT", {**wanted, "reason": reason})
    edition = unit["edition"]
    if edition == wanted["edition"]:
        click.echo(localized("Lịch không đổi.", "The calendar is the same as before."))
        return
    click.echo(localized(f"Bản {edition} có hiệu lực.", f"Edition {edition} is in force."))
    if watch:
        follow_recount(client, edition)


def follow_recount(client: httpx.Client, edition: int) -> None:
    """Show the progress of the recount of open dossiers, until it ends or another one begins."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    moved = 0
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task(localized("Tính lại", "Counting again"), total=None)
        while True:
            unit = _ask(client, "GET")
            walk = unit["recounting"]
            if walk is None or unit["edition"] != edition:
                break
            moved = walk["moved"]
            progress.update(task, completed=walk["seen"], total=walk["total"] or None)
            time.sleep(LOOK_EVERY)
    if unit["edition"] != edition:
        click.echo(localized("Lịch lại vừa được đổi.", "The calendar was changed again meanwhile."))
    else:
        click.echo(
            localized(
                f"Xong; số hồ sơ đổi ngày hẹn trả: ít nhất {moved}." if moved else "Xong.",
                f"Done; due dates moved: at least {moved}." if moved else "Done.",
            )
        )


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
    walk = unit["recounting"]
    if walk:
        vi = f"Đang tính lại hồ sơ: {walk['seen']}/{walk['total']}"
        console.print(localized(vi, f"Counting dossiers again: {walk['seen']}/{walk['total']}"))


def _note(day: Mapping[str, str]) -> str:
    return localized(day["note"], day.get("note_en") or day["note"])


def _unchanged_parts(before: Mapping[str, Any]) -> dict[str, Any]:
    """The parts that a change of days keeps, and the edition on which the change is based."""
    return {"warnings": before["warnings"], "edition": before["edition"]}


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


def _token(folder: DataFolder, api: str | None, token: str | None) -> str:
    if api and not token:
        raise CliError(
            "Thiếu mã truy cập: hãy thêm --token hoặc đặt MOTCUA_TOKEN.",
            "A token is missing: add --token or set MOTCUA_TOKEN.",
        )
    if not api:
        # Before a key is made: a look at a platform that is not there leaves nothing behind.
        must_answer(folder, DATABASE, "intake")
    return token or tokens.sign_token(folder, "administrator", "calendar")


def _intake_client(folder: DataFolder, api: str | None, token: str) -> httpx.Client:
    headers = {"Accept-Language": language()}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    api = api or must_answer(folder, DATABASE, "intake").instance("intake").url
    return httpx.Client(base_url=api, headers=headers, timeout=SECONDS)


def _ask(client: httpx.Client, method: str, body: Mapping[str, Any] | None = None) -> Any:
    headers = {"Idempotency-Key": uuid.uuid4().hex}
    try:
        answer = client.request(method, "/calendar", json=body, headers=headers)
    except httpx.TransportError as error:
        raise CliError(
            "Dịch vụ tiếp nhận không trả lời: xem `motcua status`.",
            "Intake does not answer: see `motcua status`.",
        ) from error
    if answer.is_success:
        return answer.json()
    detail = answer.json().get("detail", "") if "json" in answer.headers["content-type"] else ""
    raise CliError(
        f"Dịch vụ tiếp nhận từ chối ({answer.status_code}): {detail}",
        f"Intake refused ({answer.status_code}): {detail}",
    )
