"""`bench journey`: from a clerk's POST to the order in the inbox of the first agency's desk."""

from bench.child_process import children
from bench.intake import LONGEST, run
from bench.intake_platform import DESK, office
from bench.report import Report

CAPACITY_CLIENTS = 8
GOAL = 50.0  # milliseconds
LATE = "p99 ms, accepted → inbox"


def measure(seconds: float) -> Report:
    """First what intake can do at most, then the journey at half of it, at a fixed rate."""
    with office(f"routing.{DESK}") as where:
        most = run(where, ("closed_loop_load", "accept"), CAPACITY_CLIENTS, min(seconds, 10.0))[
            "rate"
        ]
        where.empty()
        with children(
            lambda: where.client("open_loop_load", "walk", RATE=most / 2, SECONDS=seconds)
        ) as (walker,):
            said = walker.hear(seconds + LONGEST)
    made = Report(f"milliseconds at {most / 2:.0f} dossiers/s, half of {most:.0f}", at_most=True)
    made.rows = said["rows"]
    made.ratios = {LATE: made.rows[0]["p99"]}
    made.goals = {LATE: GOAL}
    return made
