"""`motcua journey`: runs the scenario, then prints its actions, its artefacts and the proofs."""

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from cli.embedded.data_folder import DataFolder
from cli.journey.action_log import ActionLog, TimedAction
from cli.journey.actors import Cast
from cli.journey.artefacts import show_artefacts
from cli.journey.proofs import Proof, Proofs
from cli.journey.safeguards import show_safeguards
from cli.journey.scenario import ACTIONS, JourneyTraces, Scenario
from cli.language import localized
from cli.must_answer import must_run_whole
from contracts.envelope import read_time
from foundation.worktime import HO_CHI_MINH


@click.command("journey")
@click.pass_obj
def journey(folder: DataFolder) -> None:
    """Một hồ sơ thật đi qua bảy cơ quan. / One real dossier goes through seven agencies."""
    platform, console = must_run_whole(folder), Console()
    cast = Cast.of(platform)
    columns = SpinnerColumn(), BarColumn(), TextColumn("{task.description}"), TimeElapsedColumn()
    with Progress(*columns, console=console, transient=True) as progress:
        log = ActionLog(progress, ACTIONS)
        traces = Scenario(platform, cast, log).run()
        log.finish()
    console.print(_actions(traces, log.actions))
    show_artefacts(platform, cast, traces, console)
    show_safeguards(platform, cast, traces, console)
    proofs = Proofs(platform, cast, traces).all()
    console.print(_proven(proofs))
    if any(proof.fault for proof in proofs):
        raise click.exceptions.Exit(1)


def _actions(traces: JourneyTraces, actions: list[TimedAction]) -> Table:
    due = read_time(traces.due).astimezone(HO_CHI_MINH)
    title = localized(
        f"Hồ sơ {traces.code}, hẹn trả {due:%H:%M ngày %d/%m/%Y}",
        f"Dossier {traces.code}, due {due:%Y-%m-%d %H:%M}",
    )
    table = Table(title=title)
    for name in ("#", localized("Bước", "Step"), localized("Ai", "Who"), localized("Lúc", "When")):
        table.add_column(name)
    table.add_column(localized("Mất (ms)", "Took (ms)"), justify="right")
    for number, action in enumerate(actions, 1):
        at = action.at.astimezone(HO_CHI_MINH)
        row = (
            str(number),
            action.what,
            action.who,
            f"{at:%H:%M:%S}",
            f"{action.seconds * 1000:.0f}",
        )
        table.add_row(*row)
    return table


def _proven(proofs: list[Proof]) -> Table:
    table = Table(title=localized("Chứng minh từ bên ngoài", "Proven from outside"))
    for name in (
        "",
        localized("Điều phải đúng", "What must hold"),
        localized("Đã xem", "Looked at"),
    ):
        table.add_column(name)
    for proof in proofs:
        mark = "[red]✗[/]" if proof.fault else "[green]✓[/]"
        table.add_row(mark, proof.what, proof.fault or proof.figure)
    return table
