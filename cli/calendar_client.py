"""How the commands of the calendar speak to intake: options, requests, and the recount followed."""

import time
import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any

import click
import httpx
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from cli import tokens
from cli.embedded.data_folder import DataFolder
from cli.embedded.database import DATABASE
from cli.errors import IMPOSSIBLE_INPUT, CliError
from cli.language import language, localized
from cli.must_answer import must_answer
from foundation.worktime import DECIDED_KINDS

SECONDS = 30
LOOK_EVERY = 0.5  # seconds

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
kind_option = click.option(
    "--kind",
    type=click.Choice([kind.value for kind in DECIDED_KINDS]),
    required=True,
    help="Nghỉ, nghỉ bù hay làm bù. / Off, off in compensation, or worked.",
)
note_en_option = click.option(
    "--note-en", help="Lý do bằng tiếng Anh. / The reason in English; by default the same."
)


def read_day(said: str) -> date:
    """The day that is written so.

    Raises:
        CliError: there is no such day.
    """
    try:
        return date.fromisoformat(said)
    except ValueError as error:
        raise CliError(
            f"{said!r:.40} không phải ngày có thật; hãy viết như 2027-12-31.",
            f"{said!r:.40} is not a day that exists; write it like 2027-12-31.",
            code=IMPOSSIBLE_INPUT,
        ) from error


def put_and_report(
    client: httpx.Client, wanted: Mapping[str, Any], note: str, note_en: str | None, *, watch: bool
) -> None:
    """Put another calendar in force, and say what came of it."""
    reason = {"vi": note, "en": note_en or note}
    unit = ask(client, "PUT", {**wanted, "reason": reason})
    report(client, unit, wanted["edition"], watch=watch)


def report(client: httpx.Client, unit: Mapping[str, Any], before: int, *, watch: bool) -> None:
    """Say which edition is in force, and follow its recount if wanted."""
    edition = unit["edition"]
    if edition == before:
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
            unit = ask(client, "GET")
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


def unchanged_parts(before: Mapping[str, Any]) -> dict[str, Any]:
    """The parts that a change of days keeps, and the edition on which the change is based."""
    return {"warnings": before["warnings"], "edition": before["edition"]}


def token_for(folder: DataFolder, api: str | None, token: str | None) -> str:
    """The token that was given, or one signed with the keys of this machine."""
    if api and not token:
        raise CliError(
            "Thiếu mã truy cập: hãy thêm --token hoặc đặt MOTCUA_TOKEN.",
            "A token is missing: add --token or set MOTCUA_TOKEN.",
        )
    if not api:
        # Before a key is made: a look at a platform that is not there leaves nothing behind.
        must_answer(folder, DATABASE, "intake")
    return token or tokens.sign_token(folder, "administrator", "calendar")


def intake_client(folder: DataFolder, api: str | None, token: str) -> httpx.Client:
    """A client of intake; by default of the platform on this machine."""
    headers = {"Accept-Language": language()}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    api = api or must_answer(folder, DATABASE, "intake").instance("intake").url
    return httpx.Client(base_url=api, headers=headers, timeout=SECONDS)


def ask(
    client: httpx.Client,
    method: str,
    body: Mapping[str, Any] | None = None,
    *,
    path: str = "/calendar",
) -> Any:
    """The answer of intake.

    Raises:
        CliError: it refuses, or does not answer.
    """
    headers = {"Idempotency-Key": uuid.uuid4().hex}
    try:
        answer = client.request(method, path, json=body, headers=headers)
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
