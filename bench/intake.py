"""`bench intake`: dossiers handed in over HTTP, beside the bare loop that does the least of it."""

from statistics import median
from typing import Any

from bench.child_process import children
from bench.intake_platform import Office, office
from bench.report import Report, median_of_ratios

CLIENTS = (1, 8, 32)
OURS, BARE = "intake", "bare loop"
SIDES = {OURS: ("closed_loop_load", "submit"), BARE: ("bare_loop", "insert")}
LONGEST = 60.0  # seconds beyond the measured ones
GOAL = 0.5

Seen = dict[tuple[str, int], list[dict[str, float]]]


def measure(rounds: int, seconds: float) -> Report:
    """Both sides in turn with 1, 8 and 32 clients, `rounds` times, `seconds` each time."""
    seen: Seen = {(side, clients): [] for clients in CLIENTS for side in SIDES}
    with office() as where:
        for _ in range(rounds):
            for side, clients in seen:
                seen[side, clients].append(run(where, SIDES[side], clients, seconds))
                where.empty()
    return report(seen)


def run(where: Office, role: tuple[str, str], clients: int, seconds: float) -> dict[str, float]:
    """One side, once: dossiers per second, and milliseconds of p50 and p99."""
    with children(lambda: where.client(*role, CLIENTS=clients, SECONDS=seconds)) as (client,):
        return client.hear(seconds + LONGEST)


def report(seen: Seen) -> Report:
    """Medians over the rounds; the ratio of rates for each number of clients."""
    made = Report("dossiers handed in over HTTP, per second; times in ms")
    for (side, clients), laps in seen.items():
        row: dict[str, Any] = {"side": side, "clients": clients}
        made.rows.append(row | {name: median(lap[name] for lap in laps) for name in laps[0]})
    for clients in CLIENTS:
        rates = {side: [lap["rate"] for lap in seen[side, clients]] for side in SIDES}
        made.ratios[f"bare, {clients} clients"] = median_of_ratios(rates[OURS], rates[BARE])
    made.ratios["bare"] = min(made.ratios.values())
    made.goals = dict.fromkeys(made.ratios, GOAL)
    return made
