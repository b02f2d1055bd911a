"""`bench journey`: the latency from a clerk's POST to the order in the first agency's inbox.

Whatever is not there after ten seconds waited for something that the services count: it is told.
"""

from bench.child_process import child_processes
from bench.intake import LONGEST, run
from bench.intake_platform import DESK, intake_platform
from bench.open_loop_load import ARRIVED_WITHIN, LATEST
from bench.report import Report
from bench.waits import told, waits

CAPACITY_CLIENTS = 8
LOOKED_AT = {"intake": "", "routing": DESK}
GOAL = 50.0  # milliseconds
LATE = "p99 ms, accepted → inbox"


def measure(seconds: float) -> Report:
    """Measure the capacity of intake, then the latency at a fixed rate of half of it."""
    with intake_platform(f"routing.{DESK}") as setup:
        most = run(setup, ("closed_loop_load", "accept"), CAPACITY_CLIENTS, min(seconds, 10.0))[
            "rate"
        ]
        setup.empty()
        before = waits(setup, LOOKED_AT)
        with child_processes(
            lambda: setup.client("open_loop_load", "run", RATE=most / 2, SECONDS=seconds)
        ) as (walker,):
            said = walker.receive(seconds + LATEST + LONGEST)
        waited, database = told(before, waits(setup, LOOKED_AT)), setup.database
        if said["missing"]:
            raise RuntimeError(
                f"{said['missing']} dossiers did not arrive within {LATEST:g} s; what waited: "
                + "; ".join(waited or ["nothing that is counted"])
            )
    made = Report(f"milliseconds at {most / 2:.0f} dossiers/s, half of {most:.0f}", at_most=True)
    made.rows, made.database = said["rows"], database
    late = f"{said['late']} of {said['dossiers']} arrived after {ARRIVED_WITHIN:g} s"
    made.notes = [late, *(f"waited meanwhile: {why}" for why in waited)]
    made.ratios = {LATE: made.rows[0]["p99"]}
    made.goals = {LATE: GOAL}
    return made
