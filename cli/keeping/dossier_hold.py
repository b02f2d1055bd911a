"""`motcua documents hold`, `release` and `held`: the legal hold on all files of a dossier."""

import uuid
from collections.abc import Callable
from typing import Any, TypeVar

import click
import httpx

from cli import tokens
from cli.answers import told_by
from cli.embedded.data_folder import DataFolder
from cli.embedded.database import DATABASE
from cli.errors import CliError
from cli.language import language, localized
from cli.must_answer import must_answer

SERVICE, SECONDS = "documents", 30
C = TypeVar("C", bound=Callable[..., Any])


def caller_options(command: C) -> C:
    """Where the documents service is, and who asks it; by default the platform on this machine."""
    api = click.option(
        "--api",
        envvar="MOTCUA_DOCUMENTS_URL",
        help="Địa chỉ dịch vụ tài liệu; mặc định là hệ thống trên máy này. / "
        "Where documents is; by default the platform on this machine.",
    )
    token = click.option(
        "--token",
        envvar="MOTCUA_TOKEN",
        help="Mã truy cập có quyền centre. / A token with the scope centre.",
    )
    by = click.option(
        "--by",
        default="motcua",
        help="Ai quyết định, ghi vào lịch sử; không dùng khi có --token. / "
        "Who decides, for the history; a --token says it itself.",
    )
    return api(token(by(command)))


reason_option = click.option(
    "--reason", required=True, help="Lý do, ghi vào lịch sử. / Why, for the history."
)


@click.command("hold")
@click.argument("dossier")
@reason_option
@caller_options
@click.pass_obj
def hold(folder: DataFolder, /, dossier: str, *, reason: str, **caller: Any) -> None:
    """Giữ mọi tệp của một hồ sơ, kể cả tệp thêm sau. / Hold all files of a dossier, later ones too.

    Không tệp nào bị xóa cho đến khi thôi giữ. / None is removed until it is released.
    """
    _say(_ask(folder, "POST", dossier, {"held": True, "reason": reason}, **caller))


@click.command("release")
@click.argument("dossier")
@reason_option
@caller_options
@click.pass_obj
def release(folder: DataFolder, /, dossier: str, *, reason: str, **caller: Any) -> None:
    """Thôi giữ tệp của một hồ sơ. / Release the files of a dossier.

    Trước khi xóa, người nộp được báo lại. / Before any goes, the applicant is told anew.
    """
    _say(_ask(folder, "POST", dossier, {"held": False, "reason": reason}, **caller))


@click.command("held")
@click.argument("dossier")
@caller_options
@click.pass_obj
def held(folder: DataFolder, /, dossier: str, **caller: Any) -> None:
    """Hồ sơ có được giữ không, vì sao. / Whether the files of a dossier are held, and why."""
    _say(_ask(folder, "GET", dossier, None, **caller))


def _ask(
    folder: DataFolder,
    method: str,
    dossier: str,
    body: dict[str, Any] | None,
    *,
    api: str | None,
    token: str | None,
    by: str,
) -> Any:
    """What the documents service answers.

    Raises:
        CliError: it refuses, or does not answer.
    """
    if api and not token:
        raise CliError(
            "Thiếu mã truy cập: hãy thêm --token hoặc đặt MOTCUA_TOKEN.",
            "A token is missing: add --token or set MOTCUA_TOKEN.",
        )
    url = api or must_answer(folder, DATABASE, SERVICE).instance(SERVICE).url
    headers = {
        "Accept-Language": language(),
        "Idempotency-Key": uuid.uuid4().hex,
        "Authorization": f"Bearer {token or tokens.sign_token(folder, 'centre', by)}",
    }
    path = f"/documents/dossiers/{dossier}/hold"
    try:
        with httpx.Client(base_url=url, headers=headers, timeout=SECONDS) as client:
            answer = client.request(method, path, json=body)
    except httpx.TransportError as error:
        raise CliError(
            "Dịch vụ tài liệu không trả lời: xem `motcua status`.",
            "The documents service does not answer: see `motcua status`.",
        ) from error
    return told_by(answer)


def _say(answer: Any) -> None:
    """Whether it is held, every decision, and what the applicant was told of removals."""
    click.echo(
        localized("Đang giữ mọi tệp của hồ sơ.", "All files of the dossier are held.")
        if answer["held"]
        else localized("Không giữ tệp của hồ sơ.", "The files of the dossier are not held.")
    )
    for each in answer["holds"]:
        what = localized("giữ", "held") if each["held"] else localized("thôi giữ", "released")
        click.echo(f"{each['at']}  {what}  {each['by']}: {each['reason']}")
    for each in answer["notices"]:
        ended = "" if each["stands"] else localized(" (đã hủy)", " (cancelled)")
        click.echo(
            localized(
                f"{each['told']}  đã báo người nộp: xóa từ {each['removes']}{ended}",
                f"{each['told']}  told the applicant: removed from {each['removes']}{ended}",
            )
        )
