"""`motcua law`: prints which law holds on a day, and what a lawyer still has to look up."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from cli.errors import CliError
from cli.language import language, localized
from contracts.law import LawRule
from foundation.errors import Invalid
from foundation.law import LawRow, LawTable, law_path, read_law
from foundation.worktime import HO_CHI_MINH

_FILE = click.option(
    "--file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Bảng khác, thay cho catalogue-data/law.csv. / Another table than the shipped one.",
)
_JSON = click.option("--json", "as_json", is_flag=True, help="In JSON. / Print JSON.")


@click.group("law")
def law() -> None:
    """Văn bản đang có hiệu lực. / The law in force."""


@law.command("show")
@click.option(
    "--on",
    "day",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Ngày, mặc định là hôm nay. / The day, by default today.",
)
@_FILE
@_JSON
def show(day: datetime | None, file: Path | None, *, as_json: bool) -> None:
    """Quy tắc nào, văn bản nào, điều nào có hiệu lực. / Which rule, text and article hold."""
    on, table = day.date() if day else datetime.now(HO_CHI_MINH).date(), _read(file)
    found = [row for rule in table.rows if (row := table.row(rule, on))]
    if as_json:
        click.echo(json.dumps([_as_json(each) for each in found], ensure_ascii=False))
        return
    lines = _grid(
        localized("Quy tắc", "Rule"),
        localized("Căn cứ", "Cited as"),
        localized("Nội dung", "What it says"),
        "",
    )
    for row in found:
        doubt = "" if row.verified else localized("chưa kiểm chứng", "unverified")
        lines.add_row(row.rule, row.cited, localized(row.vi, row.en), doubt)
    Console().print(localized(f"Có hiệu lực ngày {on:%d/%m/%Y}:", f"In force on {on}:"))
    Console().print(lines)


@law.command("check")
@_FILE
@_JSON
def check(file: Path | None, *, as_json: bool) -> None:
    """Kiểm tra bảng, và liệt kê điều cần luật sư xem. / Check the table, list what is open.

    Dòng chưa kiểm chứng thì hệ thống chỉ nêu tên văn bản, không nêu điều. Luật sư tra điều, ghi
    vào cột article và đổi verified thành yes. / Of a row that is not verified the platform names
    the text alone. A lawyer looks the article up, writes it into `article` and makes `verified`
    yes.
    """
    table = _read(file)
    _must_have_every_rule(table)
    opened = list(table.unsettled())
    if as_json:
        rows = [_as_json(row) | {"was": before.cited if before else ""} for row, before in opened]
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    lines = _grid(
        localized("Quy tắc", "Rule"),
        localized("Trước đây", "Before"),
        localized("Còn thiếu", "What is missing"),
        localized("Nguồn", "Source"),
    )
    for row, before in opened:
        lines.add_row(row.rule, before.cited if before else "–", _missing(row), row.source)
    Console().print(
        localized(
            f"Bảng đúng dạng. {len(opened)} dòng cần luật sư xem:",
            f"The table is well-formed. {len(opened)} rows are open for a lawyer:",
        )
    )
    Console().print(lines)


def _missing(row: LawRow) -> str:
    day = f"{row.since:%d/%m/%Y}" if language() == "vi" else row.since.isoformat()
    return localized(f"điều của {row.edition}, từ {day}", f"article of {row.edition}, from {day}")


def _must_have_every_rule(table: LawTable) -> None:
    missing = [rule.value for rule in LawRule if rule not in table.rows]
    if missing:
        named = ", ".join(missing)
        raise CliError(
            f"Bảng thiếu quy tắc mà hệ thống viện dẫn: {named}. Hãy thêm dòng cho từng quy tắc.",
            f"The table lacks rules that the platform cites: {named}. Add a row for each.",
        )


def _read(file: Path | None) -> LawTable:
    path = file or law_path()
    try:
        return read_law(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CliError(
            f"Không đọc được bảng {path}: tệp không mở được hoặc không phải chữ UTF-8.",
            f"The table {path} cannot be read: there is no such file, or it is not UTF-8 text.",
        ) from error
    except Invalid as error:
        raise CliError(f"{path}: {error.vi}", f"{path}: {error.en}") from error


def _as_json(row: LawRow) -> dict[str, Any]:
    return {
        "rule": row.rule,
        "cited": row.cited,
        "edition": row.edition,
        "article": row.article,
        "from": "" if row.since == date.min else row.since.isoformat(),
        "vi": row.vi,
        "en": row.en,
        "source": row.source,
        "verified": row.verified,
    }


def _grid(*heads: str) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for head in heads:
        table.add_column(head)
    return table
