"""`bench desk`: the work lists of an agency's desk with 100,000 steps, on the embedded database.

Wall time says what an officer waits on this machine as busy as it is; the processor time of
the asking process and of the database says what the question costs.
"""

import os
import random
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import pymongo

from bench.child import READY, Child, children, say
from bench.cost import cpu_seconds
from bench.figures import Report, percentile
from cli.embedded.ports import free_ports
from cli.embedded.secantus import DATABASE
from cli.stack import Stack
from contracts.orders import RefusalOrder, RouteOrder, StepOrder
from contracts.procedure import Stage, Task
from foundation.worktime import Calendar
from services.routing.domain import alarm, leading, lists, orders, refusals, words
from services.routing.domain.act import Act
from services.routing.domain.docket import Docket, with_step
from services.routing.domain.officers import Way
from services.routing.domain.roles import Role
from services.routing.domain.step import State

AGENCY = "so-xay-dung"
MANY = 100_000
LOT = 200  # documents per command when the store is filled
OPEN_SHARE = 20  # of so many steps one is open
LED_SHARE = 5  # of so many open steps one is of a route that the agency leads
UNREAD_SHARE = 100  # of so many open steps one has an answer that was refused and not read about
LATE_SHARE = 30  # of so many open steps one is past its date
PAGE = 50
GOAL = 20.0  # milliseconds
FILLED_WITHIN, MEASURED_WITHIN = 3600.0, 600.0
WAITING, AWAITED, TAKEN = 0.1, 0.15, 0.75  # shares of the open steps, one up to the next
DIVISIONS = tuple(f"phong-{number}" for number in range(1, 6))
OFFICERS = tuple(f"can-bo-{number}" for number in range(1, 41))
FAMILIES = ("Nguyễn",) * 8 + ("Trần", "Lê", "Phạm", "Hoàng", "Phan", "Vũ", "Đặng", "Bùi", "Đỗ")
MIDDLES = ("Văn", "Thị", "Đức", "Minh", "Hữu", "Ngọc", "Thanh", "Quang")
GIVEN = ("An", "Bình", "Chi", "Dũng", "Hà", "Hoa", "Lan", "Long", "Nam", "Sơn", "Tùng", "Yến")
PROCEDURES = tuple(f"1.{number:06}" for number in range(9600, 9680))


def measure(rounds: int, many: int = MANY) -> Report:
    """Fill a desk's store with `many` steps, then ask for every list `rounds` times in turn."""
    with tempfile.TemporaryDirectory(prefix="motcua-bench-") as root:
        stack = Stack(Path(root), free_ports().base)
        stack.servers.prepare(stack.definitions())
        database = next(each for wave in stack.programs() for each in wave if each.name == DATABASE)
        stack.supervisor.start(database)
        try:
            stack.supervisor.wait(database)
            with children(lambda: _reader(stack, rounds, many)) as (reader,):
                return _report(reader.hear(MEASURED_WITHIN), many)
        finally:
            stack.supervisor.stop([DATABASE])


def _reader(stack: Stack, rounds: int, many: int) -> Child:
    told = {
        "GREEN": "1",
        "MONGO_URL": stack.servers.addresses().mongo_url,
        "DATABASE": str(stack.supervisor.running()[DATABASE].pid),
        "ROUNDS": str(rounds),
        "MANY": str(many),
    }
    child = Child("desk", "read", told, stack.folder.log("bench-desk"))
    filled = child.hear(FILLED_WITHIN)
    if "filled" not in filled:
        raise RuntimeError(f"the store was not filled: {filled}")
    return child


def _report(seen: Mapping[str, Any], many: int) -> Report:
    made = Report(f"a desk's lists with {many:,} steps; times in ms, pages of {PAGE}", at_most=True)
    made.rows = seen["rows"]
    made.ratios = {row["list"]: row["processor"] for row in made.rows}
    made.goals = dict.fromkeys(made.ratios, GOAL)
    return made


def read() -> None:
    """The process that fills the store and asks it, as the service does."""
    from foundation.clock import now  # noqa: PLC0415 -- after the patch
    from foundation.config import read_settings  # noqa: PLC0415 -- after the patch
    from foundation.run import make_container  # noqa: PLC0415 -- after the patch
    from services.routing.store import Dockets  # noqa: PLC0415 -- after the patch

    environ = {
        "AMQP_URL": "amqp://127.0.0.1:1/",  # nothing is sent
        "MONGO_URL": os.environ["MONGO_URL"],
        "TOKEN_KEYS": "none",
        "AGENCY": AGENCY,
    }
    service = type("Reading", (), {"name": "routing", "dockets": Dockets()})
    container = make_container(service, read_settings("routing", environ))
    container.start()
    store = next(each for each in container.dependencies if isinstance(each, Dockets))
    store.create_indexes()

    moment = now()
    _fill(store, int(os.environ["MANY"]), moment)
    say(filled=True)
    say(**{READY: True})
    rounds = int(os.environ["ROUNDS"])
    say(rows=[_row(name, ask, rounds) for name, ask in _asks(store, moment).items()])
    container.kill()


def _row(name: str, ask: Callable[[], int], rounds: int) -> dict[str, Any]:
    """One question, asked `rounds` times after a first that warms up."""
    found, laps = ask(), []
    database, own = cpu_seconds(int(os.environ["DATABASE"])), time.process_time()
    for _ in range(rounds):
        began = time.perf_counter()
        ask()
        laps.append((time.perf_counter() - began) * 1000)
    own = (time.process_time() - own) / rounds * 1000
    database = (cpu_seconds(int(os.environ["DATABASE"])) - database) / rounds * 1000
    return {
        "list": name,
        "found": found,
        "wall median": median(laps),
        "wall p95": percentile(laps, 0.95),
        "own": own,
        "database": database,
        "processor": own + database,
    }


def _asks(store: Any, now: datetime) -> dict[str, Callable[[], int]]:
    """Every list as a specialist, as a leader, and some searches; each gives how many it found."""
    calendar = Calendar.default()
    specialist = Act(OFFICERS[0], now, frozenset({Role.SPECIALIST}), DIVISIONS[0])
    leader = Act("lanh-dao", now, frozenset({Role.LEADER}))

    def listed(name: str, act: Act) -> Callable[[], int]:
        def ask() -> int:
            sought = lists.named(name, act, calendar)
            found = store.on_list(sought, now, agency=AGENCY, limit=PAGE + 1)
            return sum(sought.has(step) for docket in found for step in docket.steps)

        return ask

    def searched(text: str) -> Callable[[], int]:
        sought = words.asked_for(text)
        return lambda: len(store.saying(sought, now, agency=AGENCY, limit=PAGE + 1))

    mine = ("mine", "division", "untaken", "told")
    every = ("due_today", "due_soon", "overdue", "waiting_citizen", "waiting_agency")
    texts = ("nguyen", "nguyen van an", "000.00.00.H41-200914-0777", "khong co", PROCEDURES[3])

    def shared(name: str, act: Act) -> Callable[[], int]:
        keys = lists.shared_with(name, act)
        return lambda: len(store.standing_on(keys, agency=AGENCY, limit=PAGE + 1))

    return {
        **{f"{name}, specialist": listed(name, specialist) for name in (*mine, *every)},
        **{f"{name}, leader": listed(name, leader) for name in every},
        **{f"{name}, leader": shared(name, leader) for name in (lists.LED, lists.REFUSED)},
        **{f"{name}, specialist": shared(name, specialist) for name in (lists.LED, lists.REFUSED)},
        **{f"search “{text}”": searched(text) for text in texts},
    }


def _fill(store: Any, many: int, now: datetime) -> None:
    dockets = _dockets(many, now)
    while lot := [document for document, _ in zip(dockets, range(LOT), strict=False)]:
        with pymongo.timeout(FILLED_WITHIN):
            store.documents.insert_many(lot, ordered=False)


def _dockets(many: int, now: datetime) -> Iterator[dict[str, Any]]:
    """Documents as the desk keeps them, of dossiers of the last two years."""
    from foundation.layout import keeping, to_fields  # noqa: PLC0415 -- after the patch

    chance = random.Random(61)  # noqa: S311 -- the same store each time
    for number in range(many):
        docket = _docket(number, many, now, chance)
        history = [{"type": "step.received", "pad": "0" * 400}] * 2
        kept = keeping(replace(docket.kept, version=2, seqs={"events": 2}))
        yield {
            "_id": docket.id,
            **kept,
            **to_fields(docket),
            "history": history,
            "outbox": [],
            "handled": [],
        }


def _docket(number: int, many: int, now: datetime, chance: random.Random) -> Docket:
    came = now - timedelta(days=730 * (1 - number / many))
    is_open = number % OPEN_SHARE == 0
    late = number % (OPEN_SHARE * LATE_SHARE) == 0
    days = chance.uniform(-20, 0) if late else chance.uniform(0, 25)
    order = _order(number, now + timedelta(days=days), chance)
    way = Way(division=chance.choice(DIVISIONS))
    change = orders.receive(
        None, f"dossier-{number}", order, came, agency=AGENCY, number=1, way=way
    )
    docket, _ = orders.hear(change, 1, came)
    if not is_open:
        return _ended(docket, came)
    worked = _worked(docket, now, chance)
    if number % (OPEN_SHARE * LED_SHARE):
        return worked
    led = _led(worked, now)
    return led if number % (OPEN_SHARE * UNREAD_SHARE) else _refused(led, now)


def _led(docket: Docket, now: datetime) -> Docket:
    decision = Task(agency="ubnd-tinh", action="chấp thuận", amount=3, decides=True)
    route = RouteOrder(
        agency=AGENCY,
        code=docket.code,
        procedure=docket.procedure,
        procedure_name=docket.procedure_name,
        stage=0,
        planned=(Stage(tasks=(decision,)),),
    )
    return leading.lead(docket, docket.id, route, now, agency=AGENCY, number=2)[0]


def _refused(docket: Docket, now: datetime) -> Docket:
    refusal = RefusalOrder(agency=AGENCY, answer="reply.proceed", said=now, vi="", en="")
    return refusals.be_refused(docket, refusal, now, agency=AGENCY, number=3)[0]


def _order(number: int, due: datetime, chance: random.Random) -> StepOrder:
    name = [chance.choice(part) for part in (FAMILIES, MIDDLES, GIVEN)]
    return StepOrder(
        agency=AGENCY,
        step=f"dossier-{number}.1",
        code=f"000.00.00.H41-{200_101 + number // 1000}-{number % 1000:04}",
        procedure=chance.choice(PROCEDURES),
        procedure_name="Cấp giấy phép xây dựng mới đối với công trình cấp I, cấp II",
        action="Có ý kiến thẩm định",
        due=due,
        applicant=" ".join(name),
        documents=("a" * 36, "b" * 36),
    )


def _worked(docket: Docket, now: datetime, chance: random.Random) -> Docket:
    """An open step: one in four untaken, one in ten waits for papers, one in twenty for others."""
    step, draw = docket.steps[0], chance.random()
    taken = replace(step, state=State.ASSIGNED, officer=chance.choice(OFFICERS))
    if draw < WAITING:
        taken = replace(taken, state=State.WAITING)
    elif draw < AWAITED:
        taken = replace(taken, awaited="so-tai-chinh")
    return alarm.tell(with_step(docket, step if draw > TAKEN else taken), now)[0]


def _ended(docket: Docket, came: datetime) -> Docket:
    step = docket.steps[0]
    closed = came + timedelta(days=5)
    return with_step(docket, replace(step, state=State.COMPLETED, closed=closed))
