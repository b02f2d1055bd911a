"""`bench journey`: the latency from a clerk's POST to the order in the first agency's inbox."""

from bench.child_process import child_processes
from bench.intake import LONGEST, run
from bench.intake_platform import DESK, intake_platform
from bench.report import Report

CAPACITY_CLIENTS = 8
GOAL = 50.0  # milliseconds
LATE = "p99 ms, accepted → inbox"


def measure(seconds: float) -> Report:
    """Measure the capacity of intake, then the latency at a fixed rate of half of it."""
    with intake_platform(f"routing.{DESK}") as setup:
        most = run(setup, ("closed_loop_load", "accept"), CAPACITY_CLIENTS, min(seconds, 10.0))[
            "rate"
        ]
        setup.empty()
        with child_processes(
            lambda: setup.client("open_loop_load", "run", RATE=most / 2, SECONDS=seconds)
        ) as (walker,):
            said = walker.receive(seconds + LONGEST)
    made = Report(f"milliseconds at {most / 2:.0f} dossiers/s, half of {most:.0f}", at_most=True)
    made.rows = said["rows"]
    made.ratios = {LATE: made.rows[0]["p99"]}
    made.goals = {LATE: GOAL}
    return made
