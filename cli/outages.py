"""`motcua outage`: announces planned outages, moves their end, takes them back, lists them.

Each is an entry of the unit's calendar; the due dates of open dossiers are counted again.
"""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import click

from cli.calendar_client import (
    api_option,
    ask,
    intake_client,
    note_en_option,
    token_for,
    token_option,
)
from cli.embedded.data_folder import DataFolder
from cli.errors import IMPOSSIBLE_INPUT, CliError
from cli.language import language, localized
from foundation.worktime import HO_CHI_MINH

MOMENT = "YYYY-MM-DDTHH:MM"


@click.group("outage")
def outage() -> None:
    """Ngừng hệ thống theo kế hoạch (NĐ 224/2026 Đ13). / Planned outages."""


@outage.command("list")
@api_option
@click.option("--json", "as_json", is_flag=True, help="In JSON. / Print JSON.")
@click.pass_obj
def list_outages(folder: DataFolder, api: str | None, *, as_json: bool) -> None:
    """Xem các lần đang và sắp ngừng. / List those that go on or are to come."""
    with intake_client(folder, api, "") as client:
        shown = ask(client, "GET", path="/outages")
    if as_json:
        click.echo(json.dumps(shown, ensure_ascii=False))
    else:
        _print(shown)


_since = click.argument("since", metavar=MOMENT)
_until = click.argument("until", metavar=MOMENT)
_note = click.option("--note", required=True, help="Lý do. / The reason.")
_agency = click.option(
    "--agency",
    "agencies",
    multiple=True,
    help="Mã cơ quan có hệ thống ngừng; mặc định là tất cả. / "
    "The agency whose system it is; all by default.",
)


def _describing(command: Callable[..., None]) -> Callable[..., None]:
    """The arguments and options that describe an outage, for the commands that tell of one."""
    parts = (_since, _until, _agency, _note, note_en_option, api_option, token_option)
    for part in reversed((*parts, click.pass_obj)):
        command = part(command)
    return command


@outage.command("announce")
@_describing
def announce(
    folder: DataFolder,
    since: str,
    until: str,
    agencies: tuple[str, ...],
    note: str,
    *,
    note_en: str | None,
    api: str | None,
    token: str | None,
) -> None:
    """Báo trước một lần ngừng, ít nhất 07 ngày làm việc. / Announce one, 7 working days before."""
    body = {**_body(since, until, agencies, note, note_en), "planned": True}
    _send(folder, api, token, "/outages", body)


@outage.command("note")
@_describing
def note_unplanned(
    folder: DataFolder,
    since: str,
    until: str,
    agencies: tuple[str, ...],
    note: str,
    *,
    note_en: str | None,
    api: str | None,
    token: str | None,
) -> None:
    """Ghi nhận sự cố; thời hạn vẫn tính. / Note one that nobody planned; time counts."""
    body = {**_body(since, until, agencies, note, note_en), "planned": False}
    _send(folder, api, token, "/outages", body)


@outage.command("end")
@click.argument("number", type=click.IntRange(1))
@click.argument("until", metavar=MOMENT)
@api_option
@token_option
@click.pass_obj
def move_end(
    folder: DataFolder, number: int, until: str, api: str | None, token: str | None
) -> None:
    """Đổi giờ hoạt động lại. / Move the hour of return."""
    _send(folder, api, token, f"/outages/{number}/end", {"until": _moment(until)})


@outage.command("take-back")
@click.argument("number", type=click.IntRange(1))
@api_option
@token_option
@click.pass_obj
def take_back(folder: DataFolder, number: int, api: str | None, token: str | None) -> None:
    """Rút lại trước khi bắt đầu. / Take one back before it begins."""
    _send(folder, api, token, f"/outages/{number}/take-back", {})


def _send(
    folder: DataFolder, api: str | None, token: str | None, path: str, body: Mapping[str, Any]
) -> None:
    with intake_client(folder, api, token_for(folder, api, token)) as client:
        _print(ask(client, "POST", body, path=path))


def _body(
    since: str, until: str, agencies: tuple[str, ...], note: str, note_en: str | None
) -> dict[str, Any]:
    return {
        "since": _moment(since),
        "until": _moment(until),
        "agencies": list(agencies),
        "reason": {"vi": note, "en": note_en or note},
    }


def _moment(said: str) -> str:
    """The moment with its zone; one without a zone is Viet Nam's."""
    try:
        moment = datetime.fromisoformat(said)
    except ValueError as error:
        raise CliError(
            f"{said!r:.40} không phải thời điểm; hãy viết như 2026-12-14T22:00.",
            f"{said!r:.40} is not a moment; write it like 2026-12-14T22:00.",
            code=IMPOSSIBLE_INPUT,
        ) from error
    return (moment if moment.tzinfo else moment.replace(tzinfo=HO_CHI_MINH)).isoformat()


def _print(shown: Mapping[str, Any]) -> None:
    if not shown["outages"]:
        click.echo(localized("Không có lần ngừng nào sắp tới.", "No outage goes on or is to come."))
    for each in shown["outages"]:
        whose = ", ".join(each["agencies"]) or localized("tất cả", "all")
        kind = "" if each["planned"] else localized(" (sự cố)", " (unplanned)")
        since, until = _local(each["since"]), _local(each["until"])
        reason = each["reason"][language()]
        click.echo(f"{each['number']}  {since} – {until}  {whose}{kind}  {reason}")


def _local(moment: str) -> str:
    return f"{datetime.fromisoformat(moment).astimezone(HO_CHI_MINH):%Y-%m-%d %H:%M}"
