"""`bench burst`: ten times what intake can do, for two minutes, over a store of many dossiers.

Nothing that was acknowledged may be lost, nothing may fail but by 503 with Retry-After, and within
a minute it is as quick again as before.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from bench.burst_load import AFTER, BUSY, CALM, DONE, FAILED, NO_ANSWER, RUSH
from bench.child_process import child_processes
from bench.counted_office import weightless_office
from bench.filling import collections, fill
from bench.intake import LONGEST, run
from bench.intake_platform import IntakePlatform
from bench.open_loop_load import LATEST
from bench.report import Report, percentile

MANY, OF_TODAY = 100_000, 1_000
TIMES, CLIENTS = 10, 8
CAPACITY_SECONDS, WINDOW = 10.0, 5.0
AS_CALM = 1.5
"""As quick as before is a 99th percentile of at most so many times the calm one."""
CALM_WITHIN = 60.0
GOALS = {"lost": 0.0, "failed other than by 503": 0.0, "seconds until calm again": CALM_WITHIN}
LOOKED_UP = 500  # ids per command
Sample = tuple[float, float]


def measure(seconds: float, many: int = MANY) -> Report:
    """Fill the store, find out what intake can do, then send ten times that for so long."""
    with weightless_office() as office, office.all_running():
        fill(office.setup, office.patterns, many, of_today=OF_TODAY)
        accept = ("closed_loop_load", "accept")
        most = run(office.setup, accept, CLIENTS, min(seconds, CAPACITY_SECONDS))["rate"]
        phases, said = _rush(office.setup, most, seconds)
        lost = _lost(office.setup, said["acknowledged"]) + said["missing"]
        made = report(phases, lost)
        made.title += f"; {TIMES} times {most:.0f}/s with {many:,} dossiers"
        made.database = office.setup.database
    made.notes += [f"failed: {each}" for each in said["errors"]]
    return made


def _rush(
    setup: IntakePlatform, most: float, seconds: float
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The phases as the load saw them, and what it says at the end."""
    lasting = {CALM: min(seconds, 30.0), RUSH: seconds, AFTER: min(seconds, CALM_WITHIN) * 1.25}
    told: dict[str, Any] = {f"{name.upper()}_SECONDS": each for name, each in lasting.items()}
    load = ("burst_load", "run")
    with child_processes(
        lambda: setup.client(*load, RATE=most / 2, RUSH_RATE=TIMES * most, GREEN="1", **told)
    ) as (walker,):
        phases = [walker.receive(TIMES * each + LONGEST)["phase"] for each in lasting.values()]
        return phases, walker.receive(LATEST + LONGEST)


def report(phases: Sequence[Mapping[str, Any]], lost: int) -> Report:
    """The report: what became of the arrivals of each phase, and when it was calm again."""
    made = Report("dossiers handed in and accepted; ms", goals=GOALS, at_most=True)
    for phase in phases:
        took = [took for _, took in phase["done"]]
        row: dict[str, Any] = {"phase": phase["name"], "a second": phase["rate"]}
        row |= {name: phase["outcomes"].get(name, 0) for name in (DONE, BUSY, NO_ANSWER, FAILED)}
        p50, p99 = ((percentile(took, part) if took else 0.0) * 1000 for part in (0.5, 0.99))
        made.rows.append(row | {"p50": p50, "p99": p99})
    done = {phase["name"]: phase["done"] for phase in phases}
    calm = percentile([took for _, took in done[CALM]], 0.99)
    made.ratios = {
        "lost": float(lost),
        "failed other than by 503": float(sum(row[FAILED] for row in made.rows)),
        "seconds until calm again": seconds_until_calm(done[AFTER], calm),
    }
    for name in (CALM, AFTER):
        each = ", ".join(f"{took * 1000:.0f}" for took in slowest(done[name]).values())
        made.notes.append(f"{name}, p99 of each {WINDOW:g} seconds, ms: {each}")
    return made


def slowest(after: Sequence[Sample]) -> dict[int, float]:
    """The 99th percentile of each window of five seconds, by its number."""
    windows: dict[int, list[float]] = {}
    for at, took in after:
        windows.setdefault(int(at // WINDOW), []).append(took)
    return {number: percentile(each, 0.99) for number, each in sorted(windows.items())}


def seconds_until_calm(after: Sequence[Sample], calm: float) -> float:
    """From which second on each window of five is as quick as the calm 99th percentile.

    Infinite if the last one is not.
    """
    windows = slowest(after)
    slow = [number for number, took in windows.items() if took > AS_CALM * calm]
    if not windows or max(windows) in slow:
        return float("inf")
    return WINDOW * (max(slow) + 1) if slow else 0.0


def _lost(setup: IntakePlatform, acknowledged: Sequence[str]) -> int:
    """How many of the dossiers that were acknowledged are not in the store."""
    dossiers, there = collections(setup)["dossiers"], 0
    for first in range(0, len(acknowledged), LOOKED_UP):
        ids = list(acknowledged[first : first + LOOKED_UP])
        there += len(list(dossiers.find({"_id": {"$in": ids}}, {"_id": 1})))
    return len(acknowledged) - there
