"""`motcua ask`: an HTTP client for the APIs of the local platform, with signed tokens."""

import json
import mimetypes
import sys
import uuid
from pathlib import Path
from typing import Any
from urllib.parse import quote

import click
import httpx

from cli import tokens
from cli.embedded.data_folder import DataFolder
from cli.embedded.database import DATABASE
from cli.errors import IMPOSSIBLE_INPUT, CliError
from cli.language import language, localized
from cli.local_platform import ServiceInstance
from cli.must_answer import must_answer, platform_that_runs

SECONDS = 30


@click.command("ask")
@click.argument("path", metavar="PATH")
@click.option(
    "--at",
    "instance",
    metavar="NAME",
    required=True,
    help="Phần nào, như trong `motcua status`. / Which part, as `motcua status` names it.",
)
@click.option(
    "--as",
    "caller",
    metavar="ROLE[:SUBJECT]",
    default="",
    help="Ai gọi, như officer:hanh; không có thì không đăng nhập. / "
    "Who calls, like officer:hanh; without it the call has no token.",
)
@click.option(
    "--send",
    metavar="JSON",
    help="Nội dung gửi đi; - để đọc từ stdin. / The body that is sent; - reads it from stdin.",
)
@click.option(
    "--file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Gửi tệp này, như một giấy tờ. / Send this file, as a paper.",
)
@click.option(
    "--method",
    type=click.Choice(["GET", "POST", "PUT"]),
    help="Mặc định GET; POST khi gửi gì đó. / GET by default, POST when something is sent.",
)
@click.option(
    "--pick",
    metavar="NAME",
    default="",
    help="Chỉ in phần này, như steps.0.id. / Print only this part, like steps.0.id.",
)
@click.pass_obj
def ask(
    folder: DataFolder,
    path: str,
    *,
    instance: str,
    caller: str,
    send: str | None,
    file: Path | None,
    method: str | None,
    pick: str,
) -> None:
    """Gọi API của một dịch vụ và in câu trả lời. / Call a service's API and print its answer.

    Ví dụ: / For example:

    motcua ask /lists/mine --at routing.so-xay-dung --as officer:hanh
    """
    platform_that_runs(folder).instance(*instance.split(".", 1))
    asked = must_answer(folder, DATABASE, instance).instance(*instance.split(".", 1))
    headers = {
        "Accept-Language": language(),
        "Idempotency-Key": uuid.uuid4().hex,
        **_authorization(folder, caller, asked.agency),
    }
    body, described = _body(send, file)
    chosen = method or ("POST" if body else "GET")
    answer = _request(asked, chosen, path, headers=headers | described, content=body)
    click.echo(_formatted(answer, pick if answer.is_success else ""))
    if not answer.is_success:
        click.echo(
            localized(f"Bị từ chối: {answer.status_code}", f"Refused: {answer.status_code}"),
            err=True,
        )
        raise click.exceptions.Exit(1)


def _authorization(folder: DataFolder, caller: str, agency: str) -> dict[str, str]:
    role, _, subject = caller.partition(":")
    if not role:
        return {}
    if role not in tokens.ROLES:
        known = ", ".join(tokens.ROLES)
        raise CliError(
            f"Không có vai trò {role!r:.40}: hãy chọn trong {known}.",
            f"There is no role {role!r:.40}: choose one of {known}.",
            code=IMPOSSIBLE_INPUT,
        )
    signed = tokens.sign_token(folder, role, subject or "somebody", agency=agency)
    return {"Authorization": f"Bearer {signed}"}


def _request(asked: ServiceInstance, method: str, path: str, **rest: Any) -> httpx.Response:
    url = f"{asked.url}/{path.removeprefix('/')}"
    try:
        return httpx.request(method, url, timeout=SECONDS, **rest)
    except httpx.HTTPError as error:
        raise CliError(
            f"{asked.name} không trả lời: xem `motcua status`.",
            f"{asked.name} does not answer: see `motcua status`.",
        ) from error


def _body(send: str | None, file: Path | None) -> tuple[bytes, dict[str, str]]:
    """The body and the headers that describe it; empty if there is neither JSON nor file."""
    if file:
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        return file.read_bytes(), {"Content-Type": kind, "X-Filename": quote(file.name)}
    if not send:
        return b"", {}
    text = sys.stdin.read() if send == "-" else send
    try:
        json.loads(text)
    except ValueError as error:
        raise CliError(
            f"--send phải là JSON ({error}).",
            f"--send must be JSON ({error}).",
            code=IMPOSSIBLE_INPUT,
        ) from error
    return text.encode(), {"Content-Type": "application/json"}


def _formatted(answer: httpx.Response, pick: str) -> str | bytes:
    """The answer for the terminal: indented JSON or the picked part of it, else the raw bytes."""
    try:
        said = answer.json()
    except ValueError:
        return answer.content
    for name in filter(None, pick.split(".")):
        try:
            said = said[int(name)] if isinstance(said, list) else said[name]
        except (KeyError, IndexError, ValueError, TypeError) as error:
            raise CliError(
                f"Câu trả lời không có {pick}: bỏ --pick để xem cả câu.",
                f"The answer has no {pick}: leave --pick out to see all of it.",
            ) from error
    return said if isinstance(said, str) else json.dumps(said, ensure_ascii=False, indent=2)
