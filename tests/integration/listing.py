"""A desk's lists on a real database, beside a look at every step: `python -m … URL`.

Prints a JSON object: for each list and search what the store found and what it should have.
"""

from tests.integration.storing import stores  # isort: skip -- patches, so it comes first

import json
import random
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from contracts.orders import StepOrder
from foundation.worktime import Calendar
from services.routing.domain import alarm, lists, orders, words
from services.routing.domain.act import Act
from services.routing.domain.docket import Docket, with_steps
from services.routing.domain.officers import Way
from services.routing.domain.roles import Role
from services.routing.domain.step import State, Step
from services.routing.domain.urging import Urging
from services.routing.store import Dockets

AGENCY, OTHERS = "so-xay-dung", "ubnd-xa"
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
DIVISIONS, OFFICERS = ("quy-hoach", "ha-tang"), ("an", "binh", "chi", "dung")
NAMES = ("Nguyễn Văn Đức", "Trần Thị Hoa", "Nguyễn Thị Hoa", "Lê Văn An")
MANY, PAGE = 300, 20
NAMED = (
    *("mine", "division", "untaken", "told", "overdue", "due_today", "due_soon"),
    *("waiting_citizen", "waiting_agency", "urged"),
)
WHO = (
    Act("an", NOW, frozenset({Role.SPECIALIST}), "quy-hoach"),
    Act("hoa", NOW, frozenset({Role.HEAD}), "ha-tang"),
    Act("lan", NOW, frozenset({Role.LEADER})),
    Act("ai", NOW),
)
TEXTS = ("nguyen", "thi hoa", "NGUYỄN THỊ HOA", "van", "1.000003", "261123-0007", "khong ai")


def dockets(chance: random.Random) -> Iterator[Docket]:
    """Dossiers of two agencies, each with one to three steps in all states."""
    for number in range(MANY):
        agency = OTHERS if number % 5 == 0 else AGENCY
        docket: Docket | None = None
        came = NOW - timedelta(days=chance.expovariate(1 / 40))
        for place in range(1, chance.choice((2, 2, 3, 4))):
            order = StepOrder(
                agency=agency,
                step=f"d{number}.{place}",
                code=f"000.00.00.H41-261123-{number:04}",
                procedure=f"1.{number % 9:06}",
                procedure_name="",
                action="",
                due=NOW + timedelta(hours=chance.uniform(-900, 1500)),
                applicant=chance.choice(NAMES),
            )
            way = Way(division=chance.choice(DIVISIONS))
            docket, _ = orders.receive(
                docket, f"d{number}", order, came, agency=agency, number=place, way=way
            )
        if docket:
            steps = tuple(worked(step, chance) for step in docket.steps)
            yield alarm.tell(with_steps(docket, steps), NOW)[0]


def worked(step: Step, chance: random.Random) -> Step:
    """The step as it may stand."""
    state = chance.choice(list(State))
    officer = "" if state is State.RECEIVED else chance.choice(OFFICERS)
    awaited = "so-tai-chinh" if state is State.ASSIGNED and chance.random() < 0.3 else ""
    urging = Urging(id="u", words="", received=NOW, answer_by=NOW)
    urgings = (urging,) if chance.random() < 0.3 else ()
    return replace(step, state=state, officer=officer, awaited=awaited, urgings=urgings)


def compared(store: Any, kept: list[Docket]) -> dict[str, list[list[str]]]:
    """For each question the answer of the store, and that of a look at everything."""
    ours = [docket for docket in kept if docket.agency == AGENCY]
    calendar = Calendar.default()
    found = {}
    for act in WHO:
        for name in NAMED:
            sought = lists.named(name, act, calendar)
            listed = store.on_list(sought, NOW, agency=AGENCY, limit=PAGE)
            found[f"{name} of {act.officer}"] = [firsts(listed, sought), firsts(ours, sought)]
    for text in TEXTS:
        wanted = words.asked_for(text)
        seen = store.saying(wanted, NOW, agency=AGENCY, limit=PAGE)
        fitting = [docket for docket in ours if set(wanted) <= set(docket.words)]
        fitting.sort(key=lambda docket: docket.came or NOW, reverse=True)
        found[f"search {text}"] = [
            [docket.id for docket in several[:PAGE]] for several in (seen, fitting)
        ]
    due = {docket.id for docket in ours if docket.alarm and docket.alarm <= NOW}
    alarmed = store.alarmed(NOW, agency=AGENCY, limit=MANY)
    found["alarmed"] = [sorted(docket.id for docket in alarmed), sorted(due)]
    return found


def firsts(several: list[Docket], sought: lists.Sought) -> list[str]:
    """The first page of the steps that are sought, the most urgent first."""
    steps = [step for docket in several for step in docket.steps if sought.has(step)]
    return [step.id for step in sorted(steps, key=lambda step: step.due)[:PAGE]]


def main() -> None:
    chance = random.Random(61)  # noqa: S311 -- the same each time
    kept = list(dockets(chance))
    with stores(sys.argv[1], [Dockets]) as (store,):
        store.create_indexes()
        for docket in kept:
            store.save(docket)
        sys.stdout.write(json.dumps(compared(store, kept)) + "\n")


if __name__ == "__main__":
    main()
