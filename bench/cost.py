"""`bench cost`: what each act costs, with few and with many dossiers in the store.

Of every act, page and timer: commands to the database, their bytes, the documents it looked at,
messages and confirms, and the CPU time of our process. tests/integration/test_cost.py holds that
none of it grows with what is stored.
"""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import Any

import psutil

from bench.acts import NOTHING, OFFICER, ROUTING, SERVICES, Controlled, Cost, Office
from bench.child_process import ChildProcess
from bench.filling import Patterns, collections, fill
from bench.intake_platform import DESK, IntakePlatform, intake_platform
from bench.report import Report
from cli.embedded.database import DATABASE
from foundation.persistence.document import PROCESSED_MARKS_KEPT, revision_fields, to_fields
from services.routing.domain.staff.officers import Officer, OfficerBook
from services.routing.domain.staff.roles import OfficerRole

FEW, MANY = 100, 100_000
OF_TODAY = 10  # of the few; of the many it is a tenth
TODAY_SHARE = 10
ROUNDS = 3
GOAL = 1.1
# Two messages about one dossier arrive at once: whoever comes second reads and writes once more.
RACES = {"result reaches the centre": 2.0, "feedback learns of it": 2.0}
# Looks at so many open dossiers at a time, and shows its figures when all are counted.
IN_PIECES = frozenset(("timer count_deadlines",))
COUNTED = ("reads", "writes", "bytes in", "bytes out", "examined", "messages", "confirms")
# One stage at one desk, which decides: a dossier goes all the way through one agency.
ROUTE = (({"agency": DESK, "action": "thẩm định, quyết định", "amount": 17, "decides": True},),)

Costs = Mapping[tuple[str, str], Cost]


def measure(rounds: int, many: int = MANY) -> Report:
    """Measure every act `rounds` times, first with few dossiers in the store, then with many."""
    with counted_office() as office:
        few = counts(office, rounds, FEW, OF_TODAY)
        more: Costs = {}
        if many > FEW:
            more = counts(office, rounds, many, many // TODAY_SHARE)
        spent = _processor_time(office, rounds)
        made = _report(few, more, office.costs, many)
        made.database = office.setup.database
        made.ratios |= spent
        return made


def _processor_time(office: Office, rounds: int) -> dict[str, float]:
    """Do everything again without weighing, for the CPU time; that of the database, too."""
    database = office.setup.platform.supervisor.running().get(DATABASE)
    office.weigh(on=False)
    spent = 0.0
    for _ in range(rounds):
        before = cpu_seconds(database.pid) if database else 0.0
        office.journey()
        spent += cpu_seconds(database.pid) - before if database else 0.0
        office.pages()
        office.timers()
        office.rest()
    name = "CPU ms of the database, a dossier all its way"
    return {name: spent / rounds * 1000} if database else {}


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
            if after[name] > max(RACES.get(act, GOAL) * before[name], before[name] + 1):
                yield act, service, name, before[name], after[name]


@contextmanager
def counted_office() -> Iterator[Office]:
    """The services in counting processes, with the patterns of a dossier that went all the way."""
    with intake_platform(route=ROUTE) as setup, ExitStack() as stack:
        setup.platform.supervisor.stop(["intake"])
        _write_book(setup)
        services = {}
        for name in SERVICES:
            child = _child(setup, name)
            stack.callback(child.end)
            services[name] = Controlled(child)
            stack.callback(services[name].go_on)
        office = Office(setup, services)
        office.patterns = _patterns(office)
        _fill_tallies(setup)
        yield office


@contextmanager
def weightless_office() -> Iterator[Office]:
    """The same, but commands are only counted: to size and explain each would take its time."""
    with counted_office() as office:
        office.weigh(on=False)
        yield office


def _fill_tallies(setup: IntakePlatform) -> None:
    """Let the tallies of the month carry as many marks of handled events as they ever will.

    A month begins with none and keeps the last two hundred: what a rating costs then is the most.
    """
    marks = [{"key": f"{number:036}"} for number in range(PROCESSED_MARKS_KEPT)]
    tallies = setup.collection("feedback", "rating_tallies")
    if not tallies.update_many({}, {"$set": {"handled": marks}}).matched_count:
        raise RuntimeError("the rating was not counted: feedback keeps no tallies")


def _write_book(setup: IntakePlatform) -> None:
    """The desk's book of officers, so that the centre is told who has a step."""
    roles = (OfficerRole.SPECIALIST, OfficerRole.LEADER)
    officer = Officer(id=OFFICER, name="Trần Thị Bình", roles=roles)
    book = OfficerBook(id=DESK, agency=DESK, officers=(officer,))
    document = {"_id": DESK, **revision_fields(replace(book.revision, version=1))}
    kept: dict[str, Any] = {"history": [], "outbox": [], "handled": []}
    setup.collection(f"{ROUTING}.{DESK}", "offices").insert_one(document | to_fields(book) | kept)


def _child(setup: IntakePlatform, service: str) -> ChildProcess:
    told = setup.environment(service, DESK if service == ROUTING else "")
    log = setup.platform.folder.log(f"counted-{service}")
    return ChildProcess("counted_service", "run", told | {"SERVICE": service, "GREEN": "1"}, log)


def _patterns(office: Office) -> Patterns:
    """One dossier on its way; what the services stored of it in each state."""
    found, seen = collections(office.setup), dict[str, dict[str, Any]]()

    def look(state: str) -> None:
        for name in ("dossiers", "dockets"):
            seen.setdefault(name, {})[state] = found[name].find_one({"_id": office.dossier})

    office.journey(look)
    return Patterns(
        dossier=office.dossier,
        code=office.code,
        dossiers=seen["dossiers"],
        dockets=seen["dockets"],
        known=found["known"].find_one({"_id": office.dossier}),
        rating=found["ratings"].find_one({"_id": office.dossier}),
    )


def _report(few: Costs, many: Costs, timed: Costs, count: int) -> Report:
    made = Report(f"each act, alone: with {FEW:,} and with {count:,} dossiers", at_most=True)
    for key, cost in few.items():
        row: dict[str, Any] = {"act": cost.act, "process": cost.service, **_rounded(cost)}
        idle = timed[NOTHING, cost.service].each()["CPU ms"]
        row["CPU ms"] = round(max(0.0, timed[key].each()["CPU ms"] - idle), 1)
        worst = (many[key].each()[n] / m for n, m in cost.each().items() if n in COUNTED and m)
        made.rows.append(row | {"among many": round(max(worst, default=1.0), 2)} if many else row)
    if many:
        made.ratios = {"acts that cost more among many": float(len(list(growth(few, many))))}
        made.goals = dict.fromkeys(made.ratios, 0.0)
    return made


def _rounded(cost: Cost) -> dict[str, int]:
    return {name: round(value) for name, value in cost.each().items() if name in COUNTED}


def cpu_seconds(pid: int) -> float:
    """The CPU time (user and system) that a process has used so far."""
    used = psutil.Process(pid).cpu_times()
    return float(used.user + used.system)
