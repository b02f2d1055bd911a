"""The subcommands of `motcua catalogue`."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.progress import track

from cli.catalogue import code_tables as tables
from cli.catalogue import coverage as counted
from cli.catalogue.code_import import import_codes
from cli.catalogue.csv_and_json import known_beside, source_of_file
from cli.catalogue.importer import (
    ImportStatus,
    import_rows,
    open_catalogue,
    print_results,
    warn_of_unknown_agencies,
)
from cli.embedded.data_folder import DataFolder
from cli.errors import CliError
from cli.language import localized
from cli.local_platform import LocalPlatform
from foundation.worktime import local_day
from services.catalogue.domain.addresses import Place, today
from services.catalogue.schemas import place_today

DAY = click.DateTime(["%Y-%m-%d"])
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
API = click.option(
    "--api",
    envvar="MOTCUA_CATALOGUE_URL",
    help="Địa chỉ danh mục; mặc định là hệ thống trên máy này. / "
    "Where the catalogue is; by default the platform on this machine.",
)
TOKEN = click.option(
    "--token",
    envvar="MOTCUA_TOKEN",
    help="Mã truy cập có quyền catalogue:write. / A token with the scope catalogue:write.",
)


@click.group("catalogue")
def catalogue() -> None:
    """Danh mục thủ tục. / The procedures."""


@catalogue.command("import")
@click.argument("file", type=FILE)
@API
@TOKEN
@click.pass_obj
def bring(folder: DataFolder, file: Path, api: str | None, token: str | None) -> None:
    """Nhập và công bố các thủ tục của FILE. / Import and publish the procedures of FILE.

    FILE là JSON, CSV hoặc Excel (.xlsx, trang tính đầu). /
    FILE is JSON, CSV or Excel (.xlsx, its first sheet).

    Dòng sai được nêu số dòng và lý do, dòng đúng vẫn được nhập; nhập lại không đổi gì. /
    Bad rows are named by line and reason, good ones stand; a second import changes nothing.

    Cột của bảng, ghi tên như dưới đây hoặc bằng tiếng Việt (Mã TTHC, Lĩnh vực, …: xem
    docs/catalogue.md); trên tiêu đề có thể có tên bảng. Bắt buộc: code, name_vi, field, agency,
    time_unit (ngày làm việc, nửa ngày làm việc, ngày, giờ làm việc, trong ngày,
    không quy định). /
    Columns of a table, named as below or in Vietnamese (Mã TTHC, Lĩnh vực, …: see
    docs/catalogue.md); a title may stand above the head. Needed: code, name_vi, field, agency,
    time_unit (working_days, half_days, calendar_days, hours, same_day, none).

    Tùy chọn: time_value, time_note, level, counted_from, supplement, fixed, ask_within,
    holds_others, at_counter, sessions, sessions_article, channels, online_level, fee_vnd,
    fee_note, fee_article, documents, result, legal_basis, at_centre_since,
    at_centre_until (2019-12-31), illustrative. Nhiều giá trị trong một ô ngăn bằng dấu |. /
    Optional: time_value, time_note, level, counted_from, supplement, fixed, ask_within,
    holds_others, at_counter, sessions, sessions_article, channels, online_level, fee_vnd,
    fee_note, fee_article, documents, result, legal_basis, at_centre_since,
    at_centre_until (2019-12-31), illustrative. Several values in a cell are separated by |.

    Bên cạnh FILE: routes.json (quy trình), readings.json (điều đọc được từ ghi chú),
    agency-names.json (mã cơ quan). Xem docs/catalogue.md. /
    Beside FILE: routes.json (routes), readings.json (what the notes say), agency-names.json (codes
    of agencies). See docs/catalogue.md.
    """
    source, known = source_of_file(file), known_beside(file)
    ours = {each.name_vi: each.code for each in LocalPlatform(folder.root).agencies}
    known = replace(known, names={**ours, **known.names})
    with open_catalogue(folder, api, token) as client:
        bar = track(
            source.rows, localized("Nhập thủ tục", "Importing"), console=Console(stderr=True)
        )
        results = import_rows(client, bar, known, source)
    print_results(results, source)
    if not api:
        warn_of_unknown_agencies(
            results, {each.code for each in LocalPlatform(folder.root).agencies}
        )
    if any(result.status is ImportStatus.BAD for result in results):
        raise click.exceptions.Exit(1)


@catalogue.command("coverage")
@click.option(
    "--at",
    type=DAY,
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
    help="Đếm trong tệp JSON, CSV hoặc XLSX này, không hỏi danh mục. / "
    "Count in this JSON, CSV or XLSX file; do not ask the catalogue.",
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
@click.option(
    "--at",
    type=DAY,
    metavar="YYYY-MM-DD",
    help="Có hiệu lực ngày nào; mặc định là hôm nay. / In force on which day; today by default.",
)
@click.option("--ever", is_flag=True, help="Cả mã đã hết hiệu lực. / Those that ended, too.")
@click.option("--json", "as_json", is_flag=True, help="In JSON. / Print JSON.")
def codes(table: str | None, *, at: datetime | None, ever: bool, as_json: bool) -> None:
    """Các bảng mã dùng chung. / The code tables.

    Bảng huyện (districts) và xã (communes) chỉ in khi nêu tên. /
    The tables of districts and communes are printed when they are named.
    """
    day = at.date() if at else local_day(datetime.now(UTC))
    for name in [table] if table else [each for each in tables.NAMES if each not in tables.LONG]:
        read = [row for row in tables.table(name) if ever or row.holds(day)]
        if as_json:
            click.echo(json.dumps([tables.as_json(row) for row in read], ensure_ascii=False))
        else:
            tables.show(Console(highlight=False), name, read)


@catalogue.command("import-codes")
@click.argument("table", type=click.Choice(tables.NAMES))
@click.argument("file", required=False, type=FILE)
@API
@TOKEN
@click.pass_obj
def bring_codes(
    folder: DataFolder, table: str, file: Path | None, api: str | None, token: str | None
) -> None:
    """Ghi một bảng mã vào danh mục. / Write a code table into the catalogue.

    Không nêu FILE thì dùng bảng kèm theo (catalogue-data/). FILE là CSV hoặc JSON với các cột
    code, vi, verified và tùy chọn en, number, parent, level, since, until, successors, source
    (docs/catalogue.md). Bảng xã: ghi provinces, districts, communes hành chính đủ cả ba. /
    Without FILE it is the table of catalogue-data/. FILE is CSV or JSON with the columns code, vi,
    verified and, if you like, en, number, parent, level, since, until, successors, source
    (docs/catalogue.md). Places need the three tables administrative-provinces, districts and
    communes; communes come before districts.
    """
    rows = tables.rows_in(file, table) if file else tables.table(table)
    with open_catalogue(folder, api, token) as client:
        done = import_codes(client, table, rows)
    for code, reason in done.refused.items():
        click.echo(f"{code}: {reason}")
    click.echo(
        localized(
            f"{done.written} mã đã ghi, {len(done.refused)} bị từ chối",
            f"{done.written} codes written, {len(done.refused)} refused",
        )
    )
    if done.refused:
        raise click.exceptions.Exit(1)


@catalogue.command("place")
@click.argument("province")
@click.option("--district", default="", help="Quận, huyện cũ. / The district of before.")
@click.option("--commune", default="", help="Phường, xã. / The ward or commune.")
@click.option(
    "--at",
    type=DAY,
    metavar="YYYY-MM-DD",
    help="Ngày nào; mặc định là hôm nay. / On which day; today by default.",
)
@click.option("--json", "as_json", is_flag=True, help="In JSON. / Print JSON.")
def place(
    province: str, *, district: str, commune: str, at: datetime | None, as_json: bool
) -> None:
    """Địa chỉ cũ nay thuộc tỉnh, xã nào. / Where an address of before 1/7/2025 lies today.

    Ví dụ: / For example:

    motcua catalogue place "Bình Dương" --district "TP. Thủ Dầu Một" --commune "P. Phú Cường"
    """
    day = at.date() if at else local_day(datetime.now(UTC))
    asked = Place(province=province, district=district, commune=commune)
    found = today(tables.places(), asked, day)
    if as_json:
        click.echo(json.dumps(place_today(found), ensure_ascii=False))
    elif found.province:
        names = [each.vi for each in found.communes]
        click.echo(f"{found.province.vi} ({found.province.code})")
        for each in found.communes:
            click.echo(f"  {each.vi} ({each.code})")
        if len(names) > 1:
            vi = "Nơi này nay thuộc một trong các đơn vị trên: hãy hỏi rõ."
            click.echo(localized(vi, "It is in one of these now: ask which."))
    else:
        raise CliError(
            f"Không tìm thấy tỉnh {province!r:.60}: xem `motcua catalogue codes`.",
            f"There is no province {province!r:.60}: see `motcua catalogue codes`.",
        )
