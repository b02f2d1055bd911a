"""`motcua verify`: whether all that is kept is whole, nothing missing and nothing left over."""

import json

import click
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress
from rich.table import Table

from cli.embedded.data_folder import DataFolder
from cli.keeping.checks import MOST_NAMED, Check, Verifier
from cli.language import localized
from cli.must_answer import SERVERS, must_answer


@click.command("verify")
@click.option(
    "--deep", is_flag=True, help="Đọc lại từng tệp và tính mã băm. / Read and hash every file."
)
@click.option("--json", "as_json", is_flag=True, help="In JSON. / Print JSON.")
@click.pass_obj
def verify(folder: DataFolder, *, deep: bool, as_json: bool) -> None:
    """Kiểm tra mọi thứ đã lưu còn nguyên vẹn. / Check that all that is kept is whole.

    Chạy được khi hệ thống đang làm việc. / The platform may go on working meanwhile.
    """
    verifier = Verifier(must_answer(folder, *SERVERS))
    _look(verifier, deep=deep)
    if as_json:
        said = [vars(check) for check in verifier.checks]
        click.echo(json.dumps(said, ensure_ascii=False))
    else:
        Console().print(_table(verifier.checks))
    if any(check.faults for check in verifier.checks):
        raise click.exceptions.Exit(1)


def _look(verifier: Verifier, *, deep: bool) -> None:
    places = verifier.places()
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(localized("Đang kiểm tra", "Looking"), total=len(places) + 3)
        for instance, collection in places:
            progress.update(task, description=f"{instance.name}/{collection}")
            verifier.look(instance, collection)
            progress.advance(task)
        progress.update(task, description=localized("đợi nhật ký", "waiting for the log"))
        verifier.wait_for_log()
        progress.advance(task)
        verifier.look_at_log()
        progress.advance(task)
        verifier.look_at_files(deep=deep)


def _table(checks: tuple[Check, ...]) -> Table:
    table = Table(title=localized("Những gì đã lưu", "What is kept"))
    for name in (
        "",
        localized("Điều phải đúng", "What must hold"),
        localized("Đã xem", "Looked at"),
    ):
        table.add_column(name)
    for check in checks:
        mark = "[red]✗[/]" if check.faults else "[green]✓[/]"
        named = escape("\n".join(check.faults[:MOST_NAMED]))
        more = len(check.faults) - MOST_NAMED
        if more > 0:
            named += localized(f"\n… và {more} chỗ nữa", f"\n… and {more} more")
        table.add_row(mark, check.what, named or str(check.looked_at))
    return table
