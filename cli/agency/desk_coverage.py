"""`motcua agency check`: finds the desks that nobody covers, and the days."""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import click
import httpx
from marshmallow import ValidationError
from rich.console import Console
from rich.table import Table

from cli import tokens
from cli.due_date import calendar_in
from cli.embedded.data_folder import DataFolder
from cli.embedded.database import DATABASE
from cli.errors import IMPOSSIBLE_INPUT, CliError
from cli.language import language, localized
from cli.must_answer import must_answer, platform_that_runs
from foundation.errors import Invalid
from foundation.scheduling import now
from foundation.worktime import Calendar, local_day
from services.routing import schemas
from services.routing.domain.staff import coverage, officers

SECONDS = 10
UNCOVERED = 1
MONTH = 20  # working days

Coverage = Mapping[str, Any]


@click.command("check")
@click.argument(
    "file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option(
    "--on",
    "day",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Chỉ ngày này. / This day only.",
)
@click.option(
    "--days",
    type=click.IntRange(1, 260),
    help="Số ngày làm việc kể từ --on hoặc hôm nay. / Working days, from --on or today.",
)
@click.option(
    "--calendar",
    "calendar_file",
    metavar="CALENDAR",
    help="Lịch làm việc của đơn vị (JSON), cùng với FILE; các cơ quan đang chạy thì tự biết. / "
    "The unit's calendar (JSON), with FILE; agencies that run know it themselves.",
)
@click.option("--json", "as_json", is_flag=True, help="In JSON. / Print JSON.")
@click.pass_obj
def check(
    folder: DataFolder,
    file: Path | None,
    *,
    day: Any,
    days: int | None,
    calendar_file: str | None,
    as_json: bool,
) -> None:
    """Bàn nào không có ai, ngày nào, vì sao. / Which desk has nobody, when and why.

    FILE là danh sách sổ cán bộ (JSON); không có thì hỏi từng cơ quan trên máy này. /
    FILE is a list of books of officers (JSON); without it each agency on this machine is asked.

    Mã thoát 1 khi có bàn trống. / The exit code is 1 when a desk has nobody.
    """
    first = day.date() if day else local_day(now())
    count = days or (1 if day else MONTH)
    days_on = _days(first, count, calendar_file)
    found = list(_of_file(file, days_on) if file else _of_desks(folder, first, count))
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        _show(found)
    if any(each["gaps"] for each in found):
        raise click.exceptions.Exit(UNCOVERED)


def read_books(text: str) -> list[officers.OfficerBook]:
    """Parse a JSON list of books of officers.

    Raises:
        CliError: the text is no such list; the message names agency and field.
    """
    try:
        written = schemas.OfficeSchema(many=True).loads(text)
        return [_book(each) for each in written]
    except (ValueError, ValidationError) as error:
        raise _unreadable(str(error)) from error


def _book(written: Mapping[str, Any]) -> officers.OfficerBook:
    """Build the book entry by entry, under the same rules as the agency's own desk."""
    book = officers.OfficerBook(id=written["agency"], agency=written["agency"])
    try:
        for each in written["officers"]:
            book = officers.put_officer(book, schemas.read_officer(each["id"], each))
        for each in written["desks"]:
            book = officers.put_desk(book, schemas.read_desk(each["code"], each))
    except (Invalid, KeyError) as error:
        fields = getattr(error, "fields", {str(error): ["missing"]})
        raise _unreadable(f"{written['agency']}: {each.get('id') or each}: {fields}") from error
    return book


def _days(first: date, count: int, file: str | None) -> list[date]:
    calendar = calendar_in(file) if file else Calendar.default()
    try:
        return coverage.working(first, count, calendar)
    except Invalid as error:
        raise CliError(error.vi, error.en, code=IMPOSSIBLE_INPUT) from error


def _of_file(file: Path, days: list[date]) -> Iterator[Coverage]:
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise _unreadable("UTF-8") from error
    for book in read_books(text):
        yield schemas.coverage(book, coverage.uncovered(book, days))


def _of_desks(folder: DataFolder, first: date, count: int) -> Iterator[Coverage]:
    here = [each.code for each in platform_that_runs(folder).agencies if not each.elsewhere]
    platform = must_answer(folder, DATABASE, *(f"routing.{code}" for code in here))
    token = tokens.sign_token(folder, "centre", "agency-check", audience=("routing",))
    headers = {"Authorization": f"Bearer {token}", "Accept-Language": language()}
    asked = {"on": str(first), "days": str(count)}
    for code in here:
        url = f"{platform.instance('routing', code).url}/coverage"
        try:
            answer = httpx.get(url, params=asked, headers=headers, timeout=SECONDS)
            answer.raise_for_status()
        except httpx.HTTPError as error:
            raise CliError(
                f"Không hỏi được bàn xử lý của {code}: hãy chạy `motcua up` rồi thử lại.",
                f"The desk of {code} does not answer: run `motcua up` and try again.",
            ) from error
        seen: Coverage = answer.json()
        yield seen


def _show(found: list[Coverage]) -> None:
    words = {
        "absent": localized("vắng mặt", "absent"),
        "not_yet_seconded": localized("chưa biệt phái", "not yet seconded"),
        "secondment_over": localized("hết biệt phái", "secondment over"),
        "unknown": localized("không có trong sổ", "not in the book"),
    }
    table = Table(title=localized("Bàn không có người", "Desks without anybody"))
    for name in (
        localized("Cơ quan", "Agency"),
        localized("Bàn", "Desk"),
        localized("Từ", "From"),
        localized("Đến", "To"),
        localized("Vì", "Why"),
    ):
        table.add_column(name)
    for each in found:
        for gap in each["gaps"]:
            why = ", ".join(f"{one['officer']}: {words[one['reason']]}" for one in gap["why"])
            table.add_row(each["agency"], gap["desk"], gap["first"], gap["last"], why)
    desks, people = (sum(each[name] for each in found) for name in ("desks", "officers"))
    gaps = sum(len(each["gaps"]) for each in found)
    if gaps:
        Console().print(table)
    said = f"{len(found)} cơ quan, {desks} bàn, {people} cán bộ: {gaps} khoảng trống"
    click.echo(
        localized(said, f"{len(found)} agencies, {desks} desks, {people} officers: {gaps} gaps")
    )


def _unreadable(why: str) -> CliError:
    return CliError(
        f"Không đọc được sổ cán bộ ({why}): hãy sửa tệp này.",
        f"The books of officers cannot be read ({why}): mend the file.",
    )
