"""`motcua agency add|list|rotate|remove|end`: adds agencies, renews their secrets, ends them."""

import json
from collections.abc import Mapping
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from cli import agency_registry
from cli.agency import provision
from cli.agency.database_users import NO_USERS_ENFORCED
from cli.agency.desk_coverage import check
from cli.agency.ending import end
from cli.agency.removal import remove_agency
from cli.agency_registry import ROUTING, Agency
from cli.embedded.data_folder import DataFolder
from cli.errors import CliError
from cli.language import localized
from cli.local_platform import LocalPlatform
from cli.must_answer import SERVERS, must_answer, whole_or_stopped
from foundation.settings import queue_of

as_json = click.option("--json", "as_json", is_flag=True, help="In JSON. / Print JSON.")
code_of = click.argument("code", metavar="CODE")


@click.group("agency", commands=[check, end])
def agency() -> None:
    """Các cơ quan và bàn xử lý của họ. / The agencies and their desks."""


@agency.command("add")
@code_of
@click.option("--name", "name_vi", required=True, help="Tên cơ quan. / Its name.")
@click.option("--name-en", default="", help="Tên tiếng Anh. / Its English name.")
@click.option("--unit", default="", help="Mã đơn vị (QCVN 102:2016). / Its unit code.")
@click.option(
    "--elsewhere",
    is_flag=True,
    help="Cơ quan dùng hệ thống riêng. / It works in a system of its own.",
)
@click.option("--phone", default="", help="Điện thoại cho người dân. / Where citizens may ask.")
@click.option(
    "--hosted",
    is_flag=True,
    help="Chung tiến trình với các bàn khác. / Its desk shares a process with others.",
)
@as_json
@click.pass_obj
def add(folder: DataFolder, /, code: str, *, hosted: bool, as_json: bool, **known: Any) -> None:
    """Cấp mọi thứ cho bàn xử lý của một cơ quan. / Give an agency all that its desk needs.

    Chạy lại là an toàn; mật khẩu chỉ in một lần. / Safe to repeat; secrets are printed once.
    """
    _must_be_named(code, known["name_vi"], known["name_en"] or known["name_vi"])
    if hosted and known["elsewhere"]:
        raise CliError(
            "--hosted là bàn xử lý tại đây, --elsewhere là hệ thống riêng: hãy chọn một.",
            "--hosted is a desk here, --elsewhere a system of its own: choose one of them.",
        )
    known["name_en"] = known["name_en"] or known["name_vi"]
    platform = whole_or_stopped(folder)
    if hosted and code not in agency_registry.hosted(folder):
        platform.supervisor.stop([queue_of(ROUTING, code)])
        agency_registry.set_hosted(folder, agency_registry.hosted(folder) | {code})
    provided = provision.provide(
        LocalPlatform(folder.root), Agency(code=code, officer_vi="", **known)
    )
    _start(LocalPlatform(folder.root))
    _print(code, provided, as_json=as_json)


@agency.command("list")
@as_json
@click.pass_obj
def show(folder: DataFolder, *, as_json: bool) -> None:
    """Các cơ quan, và bàn nào đang chạy. / The agencies, and whose desk runs."""
    platform = LocalPlatform(folder.root)
    rows = [
        {
            "code": each.code,
            "name": each.name,
            **_standing(platform, each),
            "until": each.until or None,
            "successors": list(each.successors),
        }
        for each in platform.agencies
    ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    table = Table(box=None, padding=(0, 1, 0, 0))
    for heading in (
        localized("Mã", "Code"),
        localized("Tên", "Name"),
        localized("Bàn xử lý", "Desk"),
    ):
        table.add_column(heading)
    for row in rows:
        table.add_row(str(row["code"]), str(row["name"]), _state(row))
    Console().print(table)


def _must_be_named(code: str, *names: str) -> None:
    if not agency_registry.is_code(code):
        raise CliError(
            "Mã cơ quan phải như so-xay-dung (chữ thường, số, gạch nối) và không phải mã của chính "
            f"trung tâm: {code!r:.40} không dùng được.",
            "An agency's code is like so-xay-dung (small letters, digits, hyphens) and not the "
            f"centre's own: {code!r:.40} will not do.",
        )
    for name in names:
        if not agency_registry.is_name(name):
            raise CliError(
                f"Tên cơ quan là một dòng in được, tối đa 200 ký tự, không phải {name!r:.40}.",
                "An agency's name is one line that can be printed, 200 characters at most, not "
                f"{name!r:.40}.",
            )


def _standing(platform: LocalPlatform, agency: Agency) -> dict[str, bool]:
    """Whether the agency's desk is running, and hosted in the shared process, or is elsewhere."""
    if agency.elsewhere:
        return {"runs": False, "hosted": False, "elsewhere": True}
    instance = platform.instance(ROUTING, agency.code)
    runs = instance.process_name in platform.supervisor.running()
    return {"runs": runs, "hosted": instance.hosted, "elsewhere": False}


def _state(row: Mapping[str, Any]) -> str:
    if row["elsewhere"]:
        said = localized("ở hệ thống riêng", "elsewhere")
    else:
        said = localized("đang chạy", "runs") if row["runs"] else localized("dừng", "stopped")
    if row["until"]:
        after = ", ".join(row["successors"]) or "–"
        said += localized(
            f", kết thúc {row['until']} → {after}", f", ends {row['until']} → {after}"
        )
    return said


@agency.command("rotate")
@code_of
@as_json
@click.pass_obj
def rotate(folder: DataFolder, code: str, *, as_json: bool) -> None:
    """Đổi mật khẩu và khóa ký, không mất tin nhắn. / Renew the secrets; no message is lost."""
    _with(folder, code)
    platform = whole_or_stopped(folder)
    provided = provision.renew(platform, code)
    if platform.stop_desk(code):
        _start(platform)
    _print(code, provided, as_json=as_json)


@agency.command("remove")
@code_of
@click.pass_obj
def remove(folder: DataFolder, code: str) -> None:
    """Thu lại quyền của một cơ quan đã xong việc. / Take back the rights of an agency that is done.

    Cơ sở dữ liệu của cơ quan được giữ lại. / The agency's database stays.
    """
    _with(folder, code)
    remove_agency(must_answer(folder, *SERVERS), code)
    click.echo(localized(f"Đã thu quyền của {code}.", f"{code} has no rights any more."))


def _with(folder: DataFolder, code: str) -> LocalPlatform:
    platform = LocalPlatform(folder.root)
    if code not in {each.code for each in platform.agencies}:
        raise CliError(
            f"Không có cơ quan {code}: xem `motcua agency list`.",
            f"There is no agency {code}: see `motcua agency list`.",
        )
    return platform


def _start(platform: LocalPlatform) -> None:
    """Start the desks that are not running, if the platform is."""
    if platform.supervisor.running():
        platform.start(starting=lambda _program: None, ready=lambda _program: None)


def _print(code: str, provided: provision.ProvisionResult, *, as_json: bool) -> None:
    if as_json:
        said = {"agency": code, "settings": dict(provided.settings), "walled": provided.walled}
        click.echo(json.dumps(said, ensure_ascii=False))
        return
    for name, value in provided.settings.items():
        click.echo(f"{name}={value}")
    if not provided.settings:
        click.echo(
            localized(
                f"{code} đã có đủ; mật khẩu chỉ in một lần (đổi: `motcua agency rotate {code}`).",
                f"{code} has it all; secrets are printed once (`motcua agency rotate {code}`).",
            )
        )
    if not provided.walled:
        click.echo(localized(*NO_USERS_ENFORCED), err=True)
