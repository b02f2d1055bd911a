"""`bench bus --memory`: whether motcua's consumer grows while it handles many events."""

from statistics import median

from bench.bus.event import TOLD_EVERY
from bench.bus.run import WARM, prepare
from bench.child_process import Child
from bench.report import Report
from bench.servers import platform

MANY = 200_000
FLAT = 1.05


def measure(count: int = MANY) -> Report:
    """The consumer's resident memory after every 10,000 events."""
    made = Report(f"memory of motcua's consumer over {count:,} events", at_most=True)
    seen: list[float] = []

    def look(reader: Child, handled: int) -> None:
        seen.append(reader.memory() / 2**20)
        made.rows.append({"handled": handled, "MiB": round(seen[-1], 1)})

    with platform() as where:
        ours = prepare(where)[0]
        ours.run(where, count + TOLD_EVERY - WARM, look)
    quarter = max(1, len(seen) // 4)
    # The first quarter fills caches and pools; from then on nothing may grow.
    made.ratios["last quarter / second quarter"] = median(seen[-quarter:]) / median(
        seen[quarter : 2 * quarter]
    )
    made.goals = {"last quarter / second quarter": FLAT}
    return made
