"""The subcommands of `motcua catalogue`."""

import json
from datetime import datetime
from pathlib import Path

import click
from rich.console import Console
from rich.progress import track

from cli.catalogue import code_tables as tables
from cli.catalogue import coverage as counted
from cli.catalogue.csv_and_json import known_beside, rows_of
from cli.catalogue.importer import (
    ImportStatus,
    import_rows,
    open_catalogue,
    print_results,
    warn_of_missing_reasons,
    warn_of_unknown_agencies,
)
from cli.embedded.data_folder import DataFolder
from cli.language import localized
from cli.local_platform import LocalPlatform

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
API = click.option(
    "--api",
    envvar="MOTCUA_CATALOGUE_URL",
    help="Địa chỉ danh mục; mặc định là hệ thống trên máy này. / "
    "Where the catalogue is; by default the platform on this machine.",
)


@click.group("catalogue")
def catalogue() -> None:
    """Danh mục thủ tục. / The procedures."""


@catalogue.command("import")
@click.argument("file", type=FILE)
@API
@click.option(
    "--token",
    envvar="MOTCUA_TOKEN",
    help="Mã truy cập có quyền catalogue:write. / A token with the scope catalogue:write.",
)
@click.pass_obj
def bring(folder: DataFolder, file: Path, api: str | None, token: str | None) -> None:
    """Nhập và công bố các thủ tục của FILE. / Import and publish the procedures of FILE.

    FILE là JSON hoặc CSV (.csv). /
    FILE is JSON, or CSV (.csv).

    Dòng sai được nêu số dòng và lý do, dòng đúng vẫn được nhập; nhập lại không đổi gì. /
    Bad rows are named by line and reason, good ones stand; a second import changes nothing.

    Cột của CSV (UTF-8; ngăn bằng dấu phẩy, chấm phẩy hoặc tab), bắt buộc: code, name_vi, field,
    agency, time_unit (ngày làm việc, nửa ngày làm việc, ngày, giờ làm việc, trong ngày,
    không quy định). /
    Columns of a CSV (UTF-8; separated by comma, semicolon or tab), needed: code, name_vi, field,
    agency, time_unit (working_days, half_days, calendar_days, hours, same_day, none).

    Tùy chọn: time_value, time_note, level, counted_from, supplement, fixed, ask_within,
    holds_others, at_counter, sessions, sessions_article, channels, online_level,
    partial_reason, fee_vnd, fee_note, fee_article, documents, result, legal_basis, at_centre_since,
    at_centre_until (2019-12-31), illustrative. Nhiều giá trị trong một ô ngăn bằng dấu |. /
    Optional: time_value, time_note, level, counted_from, supplement, fixed, ask_within,
    holds_others, at_counter, sessions, sessions_article, channels, online_level,
    partial_reason, fee_vnd, fee_note, fee_article, documents, result, legal_basis, at_centre_since,
    at_centre_until (2019-12-31), illustrative. Several values in a cell are separated by |.

    Bên cạnh FILE: routes.json (quy trình), readings.json (điều đọc được từ ghi chú),
    agency-names.json (mã cơ quan). Xem docs/catalogue.md. /
    Beside FILE: routes.json (routes), readings.json (what the notes say), agency-names.json (codes
    of agencies). See docs/catalogue.md.
    """
    rows, known = rows_of(file), known_beside(file)
    with open_catalogue(folder, api, token) as client:
        bar = track(rows, localized("Nhập thủ tục", "Importing"), console=Console(stderr=True))
        results = import_rows(client, bar, known)
    print_results(results)
    warn_of_missing_reasons(results)
    if not api:
        warn_of_unknown_agencies(
            results, {each.code for each in LocalPlatform(folder.root).agencies}
        )
    if any(result.status is ImportStatus.BAD for result in results):
        raise click.exceptions.Exit(1)


@catalogue.command("coverage")
@click.option(
    "--at",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="YYYY-MM-DD",
    help="Tại ngày nào; mặc định là hôm nay. / On which day; today by default.",
)
@click.option(
    "--by",
    type=click.Choice(("field", "agency")),
    help="Theo lĩnh vực hoặc cơ quan. / By field or by agency.",
)
@click.option(
    "--file",
    type=FILE,
    help="Đếm trong tệp JSON hoặc CSV này, không hỏi danh mục. / "
    "Count in this JSON or CSV file; do not ask the catalogue.",
)
@click.option("--json", "as_json", is_flag=True, help="In JSON. / Print JSON.")
@API
@click.pass_obj
def coverage(
    folder: DataFolder,
    *,
    at: datetime | None,
    by: str | None,
    file: Path | None,
    as_json: bool,
    api: str | None,
) -> None:
    """Bao nhiêu thủ tục đã đưa vào Trung tâm. / How much is handled at the centre.

    Đếm thủ tục và cơ quan; cơ quan được tính khi có ít nhất một thủ tục. /
    Procedures and agencies are counted; an agency counts as soon as one of its procedures does.
    """
    day = at.date() if at else None
    answer = counted.count(file, day) if file else counted.ask(folder, api, day)
    if as_json:
        click.echo(json.dumps(answer, ensure_ascii=False))
    else:
        counted.show(Console(highlight=False), answer, by)


@catalogue.command("codes")
@click.argument("table", required=False, type=click.Choice(tables.NAMES))
@click.option("--json", "as_json", is_flag=True, help="In JSON. / Print JSON.")
def codes(table: str | None, *, as_json: bool) -> None:
    """Các bảng mã dùng chung. / The code tables."""
    chosen = [table] if table else list(tables.NAMES)
    for name in chosen:
        read = tables.table(name)
        if as_json:
            click.echo(json.dumps([vars(code) for code in read], ensure_ascii=False))
        else:
            tables.show(Console(highlight=False), name, read)
