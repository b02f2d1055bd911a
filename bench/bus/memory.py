"""`bench bus --memory`: the memory of motcua's consumer over 200,000 events."""

from statistics import median

from bench.bus.event import REPORT_EVERY
from bench.bus.run import WARM, prepare
from bench.child_process import ChildProcess
from bench.report import Report
from bench.servers import bench_servers

MANY = 200_000
FLAT = 1.05


def measure(count: int = MANY) -> Report:
    """Measure the consumer's resident memory after every 10,000 events."""
    made = Report(f"memory of motcua's consumer over {count:,} events", at_most=True)
    seen: list[float] = []

    def look(reader: ChildProcess, handled: int) -> None:
        seen.append(reader.memory() / 2**20)
        made.rows.append({"handled": handled, "MiB": round(seen[-1], 1)})

    with bench_servers() as setup:
        ours = prepare(setup)[0]
        ours.run(setup, count + REPORT_EVERY - WARM, look)
    quarter = max(1, len(seen) // 4)
    # The first quarter fills caches and pools; after it memory must not grow.
    made.ratios["last quarter / second quarter"] = median(seen[-quarter:]) / median(
        seen[quarter : 2 * quarter]
    )
    made.goals = {"last quarter / second quarter": FLAT}
    return made
