"""`bench cost`: what each act costs, with few and with many dossiers in the store.

Of every act, page and timer: commands to the database, their bytes, the documents it looked at,
messages and confirms, and the CPU time of our process, of the database and of the broker.
tests/integration/test_cost.py holds that none of it grows with what is stored.
"""

from collections.abc import Iterator
from typing import Any

from bench.act_cost import OURS, Cost, Costs
from bench.acts import INTAKE, NOTHING, ROUTING, Office, Spent
from bench.counted_office import counted_platform, counted_services, prepared
from bench.filling import fill
from bench.intake_platform import IntakePlatform
from bench.processor_time import cpu_seconds, database_pids, listening_at
from bench.report import Report

FEW, MANY = 100, 100_000
OF_TODAY = 10  # of the few; of the many it is a tenth
TODAY_SHARE = 10
ROUNDS = 3
GOAL = 1.1
# Looks at so many open dossiers at a time, and shows its figures when all are counted.
IN_PIECES = frozenset(("timer count_deadlines",))
COUNTED = ("reads", "writes", "bytes in", "bytes out", "examined", "messages", "confirms")
TOGETHER = 40  # dossiers of which CPU time is measured
TO_THE_DESK = (
    ("accept", INTAKE),
    ("order reaches the desk", ROUTING),
    ("desk tells of its arrival", INTAKE),
)
CPU_GOALS = {OURS: 9.0, "database": 4.0}  # milliseconds until a dossier is at its first desk


def measure(rounds: int, many: int = MANY) -> Report:
    """Count every act with few dossiers in the store and with many, then measure its CPU time.

    Counted are messages one at a time: two about one dossier at once cost whoever comes second
    another read and write. The CPU time is that of services as they always run.
    """
    with counted_platform() as setup:
        with counted_services(setup, one_at_a_time=True) as services:
            office = prepared(setup, services)
            few, more = counts(office, rounds, FEW, OF_TODAY), dict[tuple[str, str], Cost]()
            if many > FEW:
                more = dict(counts(office, rounds, many, many // TODAY_SHARE))
        with counted_services(setup) as services:
            timed = Office(setup, services).timed(rounds, TOGETHER, _servers(setup))
        made = _report(few, more, timed, many)
        made.database = setup.database
        return made


def _servers(setup: IntakePlatform) -> Spent:
    """Of the broker, and of the database if it runs on this machine."""
    servers = setup.platform.servers
    pids = {
        "database": database_pids(servers.addresses().mongo_url),
        "broker": listening_at(servers.ports.amqp),
    }
    return lambda: {name: sum(map(cpu_seconds, each)) for name, each in pids.items() if each}


def counts(office: Office, rounds: int, stored: int, of_today: int) -> Costs:
    """What each act costs with so many dossiers in the store, `of_today` of them of this day."""
    with office.all_running():
        fill(office.setup, office.patterns, stored, of_today=of_today)
    office.forget()
    office.once()  # finds out which number is the day's next, and how far its lists reach
    office.forget()
    for _ in range(rounds):
        office.once()
    return dict(office.costs)


def growth(few: Costs, many: Costs) -> Iterator[tuple[str, str, str, float, float]]:
    """What an act costs more among many, beyond GOAL: act, service, what, among few, among many.

    One more is always allowed: a byte of a longer number, a look behind the last row of a page.
    """
    for (act, service), cost in many.items():
        if act in IN_PIECES:
            continue
        before, after = few[act, service].each(), cost.each()
        for name in COUNTED:
            if after[name] > max(GOAL * before[name], before[name] + 1):
                yield act, service, name, before[name], after[name]


def _report(few: Costs, many: Costs, timed: Costs, count: int) -> Report:
    made = Report(f"each act, alone: with {FEW:,} and with {count:,} dossiers", at_most=True)
    spent = {key: each.milliseconds(timed[NOTHING, each.service]) for key, each in timed.items()}
    for key, cost in few.items():
        row: dict[str, Any] = {"act": cost.act, "process": cost.service, **_rounded(cost)}
        row |= {f"CPU ms, {name}": round(each, 2) for name, each in spent[key].items()}
        worst = (many[key].each()[n] / m for n, m in cost.each().items() if n in COUNTED and m)
        made.rows.append(row | {"among many": round(max(worst, default=1.0), 2)} if many else row)
    if many:
        made.ratios = {"acts that cost more among many": float(len(list(growth(few, many))))}
        made.goals = dict.fromkeys(made.ratios, 0.0)
    for name, goal in CPU_GOALS.items():
        if all(name in spent[key] for key in TO_THE_DESK):
            title = f"CPU ms, {name}: accept, first desk included"
            made.ratios[title] = sum(spent[key][name] for key in TO_THE_DESK)
            made.goals = {**made.goals, title: goal}
    return made


def _rounded(cost: Cost) -> dict[str, int]:
    return {name: round(value) for name, value in cost.each().items() if name in COUNTED}
