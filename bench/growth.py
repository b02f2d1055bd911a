"""`bench growth`: what a province, a city and the nation need, by a queueing model that is tried.

First the machine is measured: what a dossier costs each process, and how long it is on its way at
a low load. From that a queue (bench/queueing.py) foretells the times at two higher loads, which are
measured too; only then it is used for rates that this machine cannot have. People come
independently of one another, as in life, and one dossier costs about as much as the next.
"""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import psutil

from bench.child_process import child_processes
from bench.intake import LONGEST, run
from bench.intake_platform import DESK, INTAKE, IntakePlatform, intake_platform
from bench.journey import CAPACITY_CLIENTS
from bench.open_loop_load import LATEST
from bench.processor_time import cpu_seconds, database_pids, listening_at, with_children
from bench.queueing import Queue, servers_for
from bench.report import Report
from cli.local_platform import DESKS

STANDING_BY = 10.0  # seconds
LOW, TRIED = 0.1, (0.35, 0.6)
"""Shares of the capacity: the load that the model is made from, and those it is tried at."""
GOAL = 3.0  # the model may be wrong by this factor
WHOLE_WAY = 6.0
"""CPU of a dossier all its way through three agencies over that until it is at the first desk.

By `bench cost` (docs/performance.md): ours 18 ms to the desk, 51 all the way through one agency
and 22 for each further one; of the database 11, 38 and 18. That is 5.3 and 6.9 times as much.
"""
BUSIEST = 0.5  # how busy a process may be at the busiest hour
PER_PERSON = 0.11  # dossiers a year; a province of a million has 110,000
WORKING_DAYS, BUSY_HOUR, RUSH = 250, 0.2, 3.0
"""Days a year, the share of a day in its busiest hour, and the rush within that hour."""
SIZES = {"province": 1e6, "city of ten million": 1e7, "nation, 34 provinces": 1e8}
STATIONS = {INTAKE: INTAKE, f"routing.{DESK}": "desks", DESKS: "desks"}


@dataclass(frozen=True, kw_only=True)
class Lap:
    """What was measured at one rate: times in seconds, CPU seconds for each dossier.

    `machine` is what our processes and the load generator, which share its cores, spent on one,
    beyond what they use to stand by.
    """

    rate: float
    p50: float
    p99: float
    machine: float
    stations: Mapping[str, float]


def measure(seconds: float) -> Report:
    """Measure at a low load, foretell and measure at two higher ones, and reckon the growth."""
    with intake_platform(f"routing.{DESK}") as setup:
        load = ("closed_loop_load", "accept")
        most = run(setup, load, CAPACITY_CLIENTS, min(seconds, 10.0))["rate"]
        idle = _standing_by(setup)
        laps = [_lap(setup, share * most, seconds, idle) for share in (LOW, *TRIED)]
        made = report(laps, psutil.cpu_count() or 1)
        made.database = setup.database
    return made


def report(laps: list[Lap], cores: int) -> Report:
    """The model beside the measurements, and what it says of larger places."""
    low, *tried = laps
    queue = Queue(cores, low.machine)
    made = Report(f"accept → inbox in ms, foretold from {low.rate:.1f}/s", at_most=True)
    for lap in tried:
        foretold = {share: _foretold(queue, low, lap.rate, share) for share in (0.5, 0.99)}
        made.rows.append(
            {
                "dossiers/s": round(lap.rate, 1),
                "load": round(queue.load(lap.rate), 2),
                "p50": lap.p50 * 1000,
                "foretold p50": foretold[0.5] * 1000,
                "p99": lap.p99 * 1000,
                "foretold p99": foretold[0.99] * 1000,
            }
        )
        wrong = max(foretold[0.99] / lap.p99, lap.p99 / foretold[0.99])
        made.ratios[f"model wrong by, p99 at {lap.rate:.1f}/s"] = wrong
    made.goals = dict.fromkeys(made.ratios, GOAL)
    made.notes = list(_notes(tried[0]))
    return made


def rush_of(people: float) -> float:
    """Dossiers a second in the rush of the busiest hour of a place of so many people."""
    return people * PER_PERSON / WORKING_DAYS * BUSY_HOUR / 3600 * RUSH


def needs(lap: Lap, people: float) -> dict[str, int]:
    """How many cores each part needs for the rush, each of them at most BUSIEST busy."""
    rate = rush_of(people)
    return {
        part: servers_for(rate, demand * WHOLE_WAY, BUSIEST)
        for part, demand in lap.stations.items()
    }


def _notes(lap: Lap) -> Iterator[str]:
    cpu = ", ".join(f"{part} {demand * 1000:.1f}" for part, demand in lap.stations.items())
    yield f"CPU ms of a dossier to its first desk: {cpu}; all its way {WHOLE_WAY:g} times that"
    for place, people in SIZES.items():
        cores = ", ".join(f"{part} {number}" for part, number in needs(lap, people).items())
        yield (
            f"{place}: {people * PER_PERSON:,.0f} dossiers a year, {rush_of(people):.2g}/s in the "
            f"rush; cores at most {BUSIEST:.0%} busy: {cores}"
        )


def _foretold(queue: Queue, low: Lap, rate: float, share: float) -> float:
    """The time at a rate: as at the low one, and by how much longer one waits."""
    base = low.p50 if share == 0.5 else low.p99  # noqa: PLR2004 -- the median
    return base + queue.wait(rate, share) - queue.wait(low.rate, share)


def _standing_by(setup: IntakePlatform) -> Mapping[str, float]:
    """CPU seconds that each part uses in a second in which nobody comes."""
    before = _cpu(setup)
    time.sleep(STANDING_BY)
    return {part: (used - before[part]) / STANDING_BY for part, used in _cpu(setup).items()}


def _lap(setup: IntakePlatform, rate: float, seconds: float, idle: Mapping[str, float]) -> Lap:
    before, began = _cpu(setup), time.monotonic()
    with child_processes(
        lambda: setup.client("open_loop_load", "run", RATE=rate, SECONDS=seconds, INDEPENDENT=1)
    ) as (walker,):
        said = walker.receive(seconds + LATEST + LONGEST)
    if said["missing"]:
        raise RuntimeError(f"{said['missing']} dossiers did not arrive at {rate:.1f}/s")
    lasted, sent = time.monotonic() - began, said["sent"]
    stations = {
        part: max(0.0, used - before[part] - idle[part] * lasted) / sent
        for part, used in _cpu(setup).items()
    }
    setup.empty()
    arrived: dict[str, Any] = said["rows"][0]
    return Lap(
        rate=rate,
        p50=arrived["p50"] / 1000,
        p99=arrived["p99"] / 1000,
        machine=sum(stations.values()) + said["cpu"] / sent,
        stations=stations,
    )


def _cpu(setup: IntakePlatform) -> dict[str, float]:
    """CPU seconds of each part so far; a database on another machine is not among them."""
    running, servers = setup.platform.supervisor.running(), setup.platform.servers
    pids = {
        STATIONS[name]: with_children(each.pid)
        for name, each in running.items()
        if name in STATIONS
    }
    pids["database"] = database_pids(servers.addresses().mongo_url)
    pids["broker"] = listening_at(servers.ports.amqp)
    return {part: sum(map(cpu_seconds, each)) for part, each in pids.items() if each}
