"""The artefacts of a journey: the ledger of the due date, and the dossier's forms as PDF files."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from cli.journey.actors import Cast, wait_until
from cli.journey.scenario import JourneyTraces
from cli.language import localized
from cli.local_platform import LocalPlatform

FOLDER = "journey"
KINDS = {"receipt": ("giay-tiep-nhan", "receipt"), "control": ("phieu-kiem-soat", "control-slip")}


def show_artefacts(
    platform: LocalPlatform, cast: Cast, traces: JourneyTraces, console: Console
) -> None:
    """Print the ledger, and write the receipt and the control slip as files in the data folder."""
    dossier = cast.citizen.get("intake", f"/dossiers/{traces.dossier}")
    console.print(_ledger(dossier))
    for file in _forms(platform, cast, dossier):
        console.print(localized(f"Mở xem: {file}", f"Open it: {file}"), soft_wrap=True)


def _ledger(dossier: Mapping[str, Any]) -> Table:
    table = Table(
        title=localized("Vì sao hẹn trả vào ngày đó", "Why it is due when it is"), box=None
    )
    table.add_column(justify="right")
    table.add_column()
    for number, line in enumerate(dossier["ledger"], 1):
        table.add_row(str(number), Text(line["text"]))
    return table


def _forms(platform: LocalPlatform, cast: Cast, dossier: Mapping[str, Any]) -> list[Path]:
    folder, written = platform.folder.path(FOLDER), []
    folder.mkdir(exist_ok=True)
    for kind, names in KINDS.items():
        document = [each["id"] for each in dossier["forms"] if each["kind"] == kind][-1]
        content = partial(cast.citizen.can_get, "documents", f"/documents/{document}/content")
        wait_until(content, f"mẫu {kind}", f"the form {kind}")
        file = folder / f"{localized(*names)}-{dossier['code']}.pdf"
        file.write_bytes(cast.citizen.download(document))
        written.append(file)
    return written
