"""`motcua calendar national`: the national decisions on days off that are entered here.

They stand beside those that came with the release, so that next year's plan needs no release.
"""

from collections.abc import Mapping
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cli.calendar_client import (
    api_option,
    ask,
    intake_client,
    kind_option,
    put_and_report,
    read_day,
    token_for,
    token_option,
    unchanged_parts,
    watch_option,
)
from cli.embedded.data_folder import DataFolder
from cli.errors import IMPOSSIBLE_INPUT, CliError
from cli.language import localized
from cli.month_view import REASONS
from foundation.worktime import PARTS
from foundation.worktime.national_decisions import PLAN

decision_option = click.option(
    "--decision", required=True, help="Số văn bản. / The number of the document."
)
source_option = click.option(
    "--source",
    default="",
    help="Biết từ đâu, chắc đến đâu; mặc định là số văn bản. / "
    "How it is known, and how surely; by default the document.",
)


@click.group("national")
def national() -> None:
    """Quyết định của Chính phủ về ngày nghỉ. / The Government's decisions on days off."""


@national.command("add")
@click.argument("day", metavar="YYYY-MM-DD")
@kind_option
@click.option("--note", required=True, help="Nội dung. / What it is.")
@click.option("--note-en", default="", help="Nội dung bằng tiếng Anh. / The same in English.")
@decision_option
@source_option
@api_option
@token_option
@watch_option
@click.pass_obj
def add_national(folder: DataFolder, /, day: str, **said: Any) -> None:
    """Ghi quyết định về một ngày. / Enter the decision on one day."""
    row = {
        "date": str(read_day(day)),
        "kind": said["kind"],
        "note_vi": said["note"],
        "note_en": said["note_en"],
        "decision": said["decision"],
        "source": said["source"] or said["decision"],
    }
    _enter(folder, row, said)


@national.command("plan")
@click.argument("year", type=click.IntRange(1901, 2100))
@decision_option
@source_option
@api_option
@token_option
@watch_option
@click.pass_obj
def plan(folder: DataFolder, /, year: int, **said: Any) -> None:
    """Ghi rằng lịch nghỉ của năm đã được quyết định. / Enter that a year's plan is decided.

    Trước đó hãy ghi các ngày khác với `motcua clock`: nghỉ hoán đổi, làm bù. / Enter first the
    days that differ from what is reckoned: days off in exchange, days worked for them.
    """
    row = {
        "date": str(year),
        "kind": PLAN,
        "decision": said["decision"],
        "source": said["source"] or said["decision"],
    }
    _enter(folder, row, said)


@national.command("remove")
@click.argument("what", metavar="YYYY-MM-DD|YYYY")
@api_option
@token_option
@watch_option
@click.pass_obj
def remove_national(
    folder: DataFolder, what: str, *, api: str | None, token: str | None, watch: bool
) -> None:
    """Bỏ một ngày hoặc năm đã ghi ở đây. / Take out a day or a year that was entered here."""
    with intake_client(folder, api, token_for(folder, api, token)) as client:
        before = ask(client, "GET")
        left = [row for row in before["national"] if row["date"] != what]
        if left == before["national"]:
            raise CliError(
                f"Chưa ghi quyết định quốc gia nào về {what} ở đây; xem `motcua calendar show`. "
                "Ngày có sẵn trong phiên bản thì không bỏ được: hãy ghi quyết định khác.",
                f"No national decision on {what} was entered here; see `motcua calendar show`. "
                "What came with the release cannot be taken out: enter another decision on it.",
                code=IMPOSSIBLE_INPUT,
            )
        vi, en = f"Bỏ quyết định quốc gia về {what}", f"National decision on {what} taken out"
        put_and_report(client, _with(before, left), vi, en, watch=watch)


def print_holidays(console: Console, unit: Mapping[str, Any]) -> None:
    """Print the public holidays of this year and the next, and whether they are decided."""
    for each in unit.get("years", ()):
        year, by = each["year"], f" ({each['decision']})" if each["decision"] else ""
        if each["plan"] == "decided":
            said = localized(
                f"Năm {year}: đã có quyết định{by}.", f"{year}: the plan is decided{by}."
            )
        else:
            said = localized(
                f"Năm {year}: dự kiến, chưa có quyết định; khi có, ghi bằng "
                "`motcua calendar national`.",
                f"{year}: expected, not decided yet; when it is, enter it by "
                "`motcua calendar national`.",
            )
        console.print(Text(said))
        table = Table(box=None, padding=(0, 2, 0, 0))
        for day in unit["public_holidays"]:
            if day["first"].startswith(str(year)):
                mark = REASONS[day["kind"]]
                first, last = day["first"], day["last"]
                span = first if first == last else f"{first} – {last}"
                table.add_row(span, Text(localized(day["vi"], day["en"]), style=mark.style))
        console.print(table)


def _enter(folder: DataFolder, row: Mapping[str, str], said: Mapping[str, Any]) -> None:
    api, token = said["api"], said["token"]
    with intake_client(folder, api, token_for(folder, api, token)) as client:
        before = ask(client, "GET")
        rows = [each for each in before["national"] if each["date"] != row["date"]]
        what, by = row["date"], row["decision"]
        vi, en = f"Quyết định quốc gia về {what}: {by}", f"National decision on {what}: {by}"
        put_and_report(client, _with(before, [*rows, row]), vi, en, watch=said["watch"])


def _with(before: Mapping[str, Any], rows: list[Mapping[str, str]]) -> dict[str, Any]:
    """The calendar as it is, with other national decisions."""
    parts = {name: before[name] for name in PARTS if name in before}
    return {**unchanged_parts(before), **parts, "national": rows}
