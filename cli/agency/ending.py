"""`motcua agency end`: an agency's last day, and who takes over; written into the catalogue."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import click
import httpx

from cli import agency_registry
from cli.agency_registry import Agency
from cli.catalogue.code_import import put_rows, rows_of_code
from cli.catalogue.importer import open_catalogue
from cli.embedded.data_folder import DataFolder
from cli.errors import CliError
from cli.language import localized
from services.catalogue.domain.code_tables import AGENCIES
from services.catalogue.domain.content import Level

CODE = click.argument("code", metavar="CODE")


@click.command("end")
@CODE
@click.option(
    "--until",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="YYYY-MM-DD",
    required=True,
    help="Ngày làm việc cuối cùng. / Its last day.",
)
@click.option(
    "--successor",
    "successors",
    metavar="CODE",
    multiple=True,
    help="Cơ quan kế nhiệm; lặp lại nếu chia tách. / Who takes over; repeat it if divided.",
)
@click.option(
    "--level",
    type=click.Choice([each.value for each in Level]),
    help="Cấp của cơ quan. / Its level of government.",
)
@click.option(
    "--api",
    envvar="MOTCUA_CATALOGUE_URL",
    help="Địa chỉ danh mục; mặc định là hệ thống trên máy này. / "
    "Where the catalogue is; by default the platform on this machine.",
)
@click.option(
    "--token",
    envvar="MOTCUA_TOKEN",
    help="Mã truy cập có quyền catalogue:write. / A token with the scope catalogue:write.",
)
@click.pass_obj
def end(
    folder: DataFolder,
    *,
    code: str,
    until: datetime,
    successors: tuple[str, ...],
    level: str | None,
    api: str | None,
    token: str | None,
) -> None:
    """Ghi ngày kết thúc của một cơ quan và cơ quan kế nhiệm. / An agency ends; who takes over.

    Hồ sơ tiếp nhận sau ngày đó đi đến cơ quan kế nhiệm; hồ sơ đang ở cơ quan cũ được làm xong tại
    đó, rồi `motcua agency remove`. Chạy lại với ngày khác để sửa. /
    Dossiers received after that day go to the successor; what the agency has at its desk is
    finished there, then `motcua agency remove`. Run it again with another day to correct it.
    """
    agencies = {each.code: each for each in agency_registry.all_agencies_ever(folder)}
    last = until.date()
    ending = Ending(code=code, until=last, successors=successors, level=level or "")
    with open_catalogue(folder, api, token) as client:
        end_agency(client, agencies, ending)
    if code in agencies:
        agency_registry.end(folder, code, last, successors)
    after = ", ".join(successors) or localized("không có", "nobody")
    click.echo(
        localized(
            f"{code} kết thúc ngày {last:%d/%m/%Y}; kế nhiệm: {after}.",
            f"{code} ends on {last}; taken over by {after}.",
        )
    )


@dataclass(frozen=True, kw_only=True)
class Ending:
    """An agency's last day, who takes over, and its level if the table does not say it yet."""

    code: str
    until: date
    successors: tuple[str, ...] = ()
    level: str = ""


def end_agency(client: httpx.Client, agencies: Mapping[str, Agency], ending: Ending) -> None:
    """Write an agency's end into the catalogue's table of agencies; again is the same.

    Raises:
        CliError: an agency is known neither to the table nor to this platform, the end cannot
            stand, or the catalogue does not answer.
    """
    for code in (*ending.successors, ending.code):
        _must_be_known(client, code, agencies.get(code))
    *earlier, newest = rows_of_code(client, AGENCIES, ending.code)
    ended: dict[str, Any] = {
        **newest,
        "until": ending.until.isoformat(),
        "successors": list(ending.successors),
        "level": ending.level or newest["level"],
    }
    _must_stand(put_rows(client, AGENCIES, ending.code, [*earlier, ended]))


def _must_be_known(client: httpx.Client, code: str, agency: Agency | None) -> None:
    """Write an agency of this platform into the catalogue's table, if it is not there yet."""
    if rows_of_code(client, AGENCIES, code):
        return
    if agency is None:
        raise CliError(
            f"Không có cơ quan {code!r:.60}: hãy `motcua agency add` hoặc ghi vào bảng agencies "
            "(`motcua catalogue import-codes`) trước.",
            f"There is no agency {code!r:.60}: `motcua agency add`, or write it into the table "
            "agencies first (`motcua catalogue import-codes`).",
        )
    row = {"vi": agency.name_vi, "en": agency.name_en, "level": agency.level}
    _must_stand(put_rows(client, AGENCIES, code, [row]))


def _must_stand(reason: str) -> None:
    if reason:
        raise CliError(f"Danh mục từ chối: {reason}", f"The catalogue refused: {reason}")
