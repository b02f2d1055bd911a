"""`bench all`: every benchmark in turn; and docs/performance.md, made from what they say."""

import json
import os
import platform
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

import click
import psutil

from bench.report import Report, shown
from cli.embedded.data_folder import ROOT
from contracts.envelope import write_time

PAGE = ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- made by `python -m bench page` -->", "<!-- end of what is made -->"
LIBRARIES = ("motcua", "nameko", "eventlet", "kombu", "amqp", "pymongo", "secantus")
GB = 1e9

Measure = Callable[[bool], Report]


def measures() -> Mapping[str, Measure]:
    """Every benchmark by its name; each is told whether it is to be quick."""
    return {**_of_dossiers(), **_of_parts()}


def _of_dossiers() -> Mapping[str, Measure]:
    """Those of dossiers on their way."""
    from bench import (  # noqa: PLC0415 -- each imports what it needs
        arrival,
        burst,
        cost,
        growth,
        intake,
        journey,
        lifecycle,
        recompute,
    )

    return {
        "cost": lambda quick: cost.measure(3, 2_000 if quick else cost.MANY),
        "intake": lambda quick: intake.measure(1 if quick else 3, 2.0 if quick else 6.0),
        "arrival": lambda quick: arrival.measure(1 if quick else 3, 5.0 if quick else 10.0),
        "lifecycle": lambda quick: lifecycle.measure(15.0 if quick else 60.0),
        "journey": lambda quick: journey.measure(5.0 if quick else 20.0),
        "burst": lambda quick: burst.measure(
            10.0 if quick else 120.0, 2_000 if quick else burst.MANY
        ),
        "growth": lambda quick: growth.measure(8.0 if quick else 30.0),
        "recompute": lambda quick: recompute.measure(2_000 if quick else recompute.MANY),
    }


def _of_parts() -> Mapping[str, Measure]:
    """Those of one part of the platform each."""
    from bench import agencies, clock, desk, feed, feedback, files, pages, webhooks  # noqa: PLC0415
    from bench.bus import run  # noqa: PLC0415 -- as above

    return {
        "bus": lambda quick: run.measure(1 if quick else 5, 1.5 if quick else 5.0),
        "desk": lambda quick: desk.measure(10 if quick else 100, 10_000 if quick else desk.MANY),
        "feedback": lambda quick: feedback.measure(
            10 if quick else 100, 2_000 if quick else feedback.MANY
        ),
        "pages": lambda quick: pages.measure(20 if quick else 100, 2_000 if quick else pages.MANY),
        "webhooks": lambda quick: webhooks.measure(1 if quick else 3, quick=quick),
        "feed": lambda quick: feed.measure(1 if quick else 3, feed.QUICK if quick else feed.MANY),
        "files": lambda quick: files.measure(1 if quick else 2, 1.0 if quick else 3.0),
        "agencies": lambda quick: agencies.measure(1 if quick else 10, 3.0 if quick else 15.0),
        "clock": lambda quick: clock.measure(3, clock.MANY // 10 if quick else clock.MANY),
    }


def run_all(names: Sequence[str], file: Path, *, quick: bool) -> bool:
    """Run the benchmarks of these names and write what they say; false if one of them failed.

    The file is written after each, so that an end in the middle leaves what there is. What it says
    already of others stays, if this machine said it with these versions.
    """
    known, done = measures(), _said_before(file)
    for name in (asked := names or tuple(known)):
        done[name] = _one(known[name], quick=quick)
        written = {**machine(), "benches": {each: done[each] for each in known if each in done}}
        file.write_text(json.dumps(written, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        click.echo(f"{name}: {done[name].get('failed') or done[name]['ratios']}")
    return not any("failed" in done[each] for each in asked)


def _said_before(file: Path) -> dict[str, Any]:
    if not file.exists():
        return {}
    said = json.loads(file.read_text(encoding="utf-8"))
    alike = {name: said[name] for name in machine()} == machine()
    return dict(said["benches"]) if alike else {}


def _one(measure: Measure, *, quick: bool) -> dict[str, Any]:
    began = time.monotonic()
    when = {
        "at": write_time(datetime.now(UTC).replace(microsecond=0)),
        "load": round(os.getloadavg()[0], 1),
        "quick": quick,
    }
    try:
        said = measure(quick).plain()
    except Exception as error:  # noqa: BLE001 -- the others are to have their turn
        said = {"failed": f"{type(error).__name__}: {error}"}
    return said | when | {"seconds": round(time.monotonic() - began)}


def machine() -> dict[str, Any]:
    """The machine, and the versions that were measured."""
    versions = {name: _version(name) for name in LIBRARIES}
    return {
        "machine": {
            "processor": platform.processor() or platform.machine(),
            "cores": os.cpu_count(),
            "memory GB": round(psutil.virtual_memory().total / GB, 1),
            "system": platform.platform(),
        },
        "versions": {"python": platform.python_version()}
        | {n: v for n, v in versions.items() if v},
    }


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


def write_page(files: Sequence[Path]) -> None:
    """Write the tables of files that `run_all` wrote into docs/performance.md.

    More than one, where it was run against more than one database.
    """
    said = "\n".join(tables(json.loads(file.read_text(encoding="utf-8"))) for file in files)
    text = PAGE.read_text(encoding="utf-8")
    head, _, rest = text.partition(BEGIN)
    _, _, tail = rest.partition(END)
    PAGE.write_text(f"{head}{BEGIN}\n\n{said}\n{END}{tail}", encoding="utf-8")


def tables(said: Mapping[str, Any]) -> str:
    """The machine, and a table for each benchmark, in Markdown."""
    own = said["machine"]
    versions = ", ".join(f"{name} {version}" for name, version in said["versions"].items())
    place = f"{own['cores']} cores ({own['processor']}, {own['memory GB']} GB)"
    parts = [f"Measured on {place}; {versions}."]
    for name, each in said["benches"].items():
        rounds = "short rounds" if each["quick"] else "full rounds"
        parts.append(f"### bench {name}\n")
        parts.append(f"{each['at']}, load {each['load']} before it, {rounds}, {each['seconds']} s.")
        parts.append(f"Failed: {each['failed']}" if "failed" in each else _table(each))
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _table(said: Mapping[str, Any]) -> str:
    columns = list(said["rows"][0])
    lines = [f"{said['title']}. Database: {said['database'] or 'none'}.", ""]
    lines += ["| " + " | ".join(columns) + " |", "|" + "---|" * len(columns)]
    lines += [
        "| " + " | ".join(shown(row[each]) for each in columns) + " |" for row in said["rows"]
    ]
    lines += [""] + [f"- {name}: {shown(ratio)}" for name, ratio in said["ratios"].items()]
    return "\n".join(lines + [f"- {note}" for note in said["notes"]])
