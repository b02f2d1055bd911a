"""`bench intake`: submits dossiers over HTTP, compared with the bare loop of insert and publish."""

from collections.abc import Mapping
from statistics import median
from typing import Any

from bench.child_process import child_processes
from bench.intake_platform import IntakePlatform, intake_platform
from bench.report import Report, median_of_ratios

CLIENTS = (1, 8, 32)
Sides = Mapping[str, tuple[str, str]]
"""What each side is called, with the module and the function of its load."""
SIDES: Sides = {"intake": ("closed_loop_load", "submit"), "bare loop": ("bare_loop", "insert")}
LONGEST = 60.0  # seconds beyond the measured ones
GOAL = 0.6

Seen = dict[tuple[str, int], list[dict[str, float]]]


def measure(rounds: int, seconds: float) -> Report:
    """Measure both sides in turn with 1, 8 and 32 clients, `rounds` times, `seconds` each time."""
    with intake_platform() as setup:
        made = compare(setup, SIDES, rounds, seconds)
    made.goals = dict.fromkeys(made.ratios, GOAL)
    return made


def compare(setup: IntakePlatform, sides: Sides, rounds: int, seconds: float) -> Report:
    """Run the sides in turn; the first is ours, the second the bare one."""
    seen: Seen = {(side, clients): [] for clients in CLIENTS for side in sides}
    for _ in range(rounds):
        for side, clients in seen:
            seen[side, clients].append(run(setup, sides[side], clients, seconds))
            setup.empty()
    made = report(seen)
    made.database = setup.database
    return made


def run(
    setup: IntakePlatform, role: tuple[str, str], clients: int, seconds: float
) -> dict[str, float]:
    """Run one side once; returns dossiers per second, and p50 and p99 in milliseconds."""
    with child_processes(lambda: setup.client(*role, CLIENTS=clients, SECONDS=seconds)) as (
        client,
    ):
        return client.receive(seconds + LONGEST)


def report(seen: Seen) -> Report:
    """The report: medians over the rounds, and the ratio of rates for each number of clients."""
    made = Report("dossiers per second; times in ms")
    for (side, clients), laps in seen.items():
        row: dict[str, Any] = {"side": side, "clients": clients}
        made.rows.append(row | {name: median(lap[name] for lap in laps) for name in laps[0]})
    ours, bare = dict.fromkeys(side for side, _ in seen)
    for clients in CLIENTS:
        rates = {side: [lap["rate"] for lap in seen[side, clients]] for side in (ours, bare)}
        made.ratios[f"bare, {clients} clients"] = median_of_ratios(rates[ours], rates[bare])
    made.ratios["bare"] = min(made.ratios.values())
    return made
