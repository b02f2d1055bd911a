"""A desk's lists on a real database, beside a look at every step: `python -m … URL [sorted]`.

Prints a JSON object: for each list and search what the store found and what it should have; and
which pages of the routes took more finds than they should. With `sorted` pages are read as on a
server that sorts by its indexes.
"""

from tests.integration.storing import Asked, stores  # isort: skip -- patches, so it comes first

import json
import random
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from pymongo import monitoring

from contracts.orders import RefusalOrder, RouteOrder, StepOrder
from contracts.procedure import Stage, Task
from foundation.worktime import Calendar
from services.routing.domain.docket import lists, search_words
from services.routing.domain.docket.docket import Docket, rows, with_steps
from services.routing.domain.docket.step import DeskStepState, ReceivedUrging, Step
from services.routing.domain.lateness import alarm
from services.routing.domain.orders import inward, leading, refusals
from services.routing.domain.staff.act import OfficerAct
from services.routing.domain.staff.officers import AgencyProcess
from services.routing.domain.staff.roles import OfficerRole, Right
from services.routing.store import Dockets

AGENCY, OTHERS = "so-xay-dung", "ubnd-xa"
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
DIVISIONS, OFFICERS = ("quy-hoach", "ha-tang"), ("an", "binh", "chi", "dung")
NAMES = ("Nguyễn Văn Đức", "Trần Thị Hoa", "Nguyễn Thị Hoa", "Lê Văn An")
MANY, PAGE = 300, 20
MOST_FINDS = 24
NAMED = (
    *("mine", "division", "untaken", "told", "overdue", "due_today", "due_soon"),
    *("waiting_citizen", "waiting_agency", "urged"),
)
WHO = (
    OfficerAct("an", NOW, frozenset({OfficerRole.SPECIALIST}), "quy-hoach"),
    OfficerAct("hoa", NOW, frozenset({OfficerRole.HEAD}), "ha-tang"),
    OfficerAct("lan", NOW, frozenset({OfficerRole.LEADER})),
    OfficerAct("ai", NOW),
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
                # Many are due at the very same minute: when the office closes.
                due=NOW + timedelta(hours=chance.choice((chance.uniform(-900, 1500), 24, -24))),
                applicant=chance.choice(NAMES),
            )
            way = AgencyProcess(division=chance.choice(DIVISIONS))
            docket, _ = inward.receive(
                docket, f"d{number}", order, came, agency=agency, number=place, way=way
            )
        if docket:
            steps = tuple(worked(step, chance) for step in docket.steps)
            answered = answerable(with_steps(docket, steps), chance)
            yield alarm.tell(answered, NOW)[0]


def answerable(docket: Docket, chance: random.Random) -> Docket:
    """Some lead a route, some have an answer that was refused; not all have read about it."""
    if chance.random() < 0.3:
        order = RouteOrder(
            agency=docket.agency,
            code=docket.code,
            procedure=docket.procedure,
            procedure_name="",
            stage=chance.choice((-1, 0, 1)),
            planned=(Stage(tasks=(Task(agency=OTHERS, action="ký", amount=3, decides=True),)),),
        )
        way = AgencyProcess(division=chance.choice(DIVISIONS))
        docket, _ = leading.lead(
            docket, docket.id, order, NOW, agency=docket.agency, number=9, way=way
        )
    if chance.random() < 0.3:
        refusal = RefusalOrder(
            agency=docket.agency,
            answer="reply.extension",
            said=NOW,
            vi="",
            en="",
            step=docket.steps[0].id,
            state="open",
        )
        docket, _ = refusals.be_refused(docket, refusal, NOW, agency=docket.agency, number=10)
        if chance.random() < 0.3:
            docket, _ = refusals.see(docket, "10", OfficerAct("ai", NOW))
    return docket


def shared(docket: Docket, name: str, act: OfficerAct) -> bool:
    """Whether the officer finds the docket on the list of routes, or of refusals."""
    if name == lists.LED:
        there = docket.route is not None and docket.route.alive
        division = docket.route.division if docket.route else ""
        officers = {step.officer for step in docket.steps}
    else:
        there = any(not each.seen for each in docket.refusals)
        division = docket.steps[0].division
        officers = {each.officer for each in docket.refusals}
    ours = act.may(Right.DIVISION) and act.division == division
    return there and (act.may(Right.AGENCY) or ours or act.officer in officers)


def worked(step: Step, chance: random.Random) -> Step:
    """The step as it may stand."""
    state = chance.choice(list(DeskStepState))
    officer = "" if state is DeskStepState.RECEIVED else chance.choice(OFFICERS)
    awaited = "so-tai-chinh" if state is DeskStepState.ASSIGNED and chance.random() < 0.3 else ""
    urging = ReceivedUrging(id="u", words="", received=NOW, answer_by=NOW)
    urgings = (urging,) if chance.random() < 0.3 else ()
    return replace(step, state=state, officer=officer, awaited=awaited, urgings=urgings)


def changed(docket: Docket, share: float, chance: random.Random) -> Docket:
    """The docket on another day: some of its steps stand otherwise, or are due at another time."""
    steps = tuple(
        replace(worked(step, chance), due=step.due + timedelta(hours=chance.uniform(-600, 600)))
        if chance.random() < share
        else step
        for step in docket.steps
    )
    return alarm.tell(with_steps(docket, steps), NOW)[0]


def compared(store: Any, kept: list[Docket]) -> dict[str, list[list[str]]]:
    """For each question the answer of the store, and that of a look at everything."""
    ours = [docket for docket in kept if docket.agency == AGENCY]
    calendar = Calendar.default()
    found = {}
    for act in WHO:
        for name in NAMED:
            sought = lists.named(name, act, calendar)
            found[f"{name} of {act.officer}"] = [every_page(store, sought), in_order(ours, sought)]
        for name in (lists.LED, lists.REFUSED):
            keys = lists.shared_with(name, act)
            there = [docket for docket in ours if shared(docket, name, act)]
            there.sort(key=lambda docket: docket.place)
            found[f"{name} of {act.officer}"] = [
                shared_pages(store, keys),
                [docket.id for docket in there],
            ]
    for text in TEXTS:
        wanted = search_words.asked_for(text)
        fitting = [docket for docket in ours if set(wanted) <= set(docket.words)]
        fitting.sort(key=lambda docket: docket.arrival, reverse=True)
        found[f"search {text}"] = [
            every_find(store, wanted),
            [docket.id for docket in fitting],
        ]
    due = {docket.id for docket in ours if docket.alarm and docket.alarm <= NOW}
    alarmed = store.alarmed(NOW, limit=MANY)
    found["alarmed"] = [sorted(alarmed), sorted(due)]
    return found


def in_order(several: list[Docket], sought: lists.Sought) -> list[str]:
    """The steps that are sought, the most urgent first."""
    places = [(row.place, row.step.id) for docket in several for row in rows(docket, sought)]
    return [step for _, step in sorted(places)]


def every_page(store: Any, sought: lists.Sought) -> list[str]:
    """The same as the store finds them, page after page."""
    found, after = list[str](), ""
    while page := store.on_list(sought, NOW, limit=PAGE, after=after):
        found += [row.step.id for row in page]
        after = page[-1].place
    return found


def shared_pages(store: Any, keys: tuple[str, ...]) -> list[str]:
    """The dockets on a shared list, page after page."""
    found, after = list[str](), ""
    while page := store.in_order(keys, NOW, limit=PAGE, after=after):
        found += [docket.id for docket in page]
        after = page[-1].place
    return found


def finds_too_many(store: Any, asked: Asked, most: int) -> list[list[str]]:
    """Pages of the routes that took more finds than that, and none."""
    found, after = list[str](), ""
    while True:
        asked.commands.clear()
        page = store.in_order((lists.LED,), NOW, limit=PAGE, after=after)
        finds = asked.names().count("find")
        found += [f"{finds} behind {after}"] if finds > most else []
        if not page:
            return [found, []]
        after = page[-1].place


def every_find(store: Any, wanted: tuple[str, ...]) -> list[str]:
    """The dockets that a search finds, page after page, until there is nowhere to go on."""
    found, after = list[str](), ""
    while True:
        page, onward = store.saying(wanted, NOW, limit=PAGE, after=after)
        found += [docket.id for docket in page]
        after = onward or (page[-1].arrival if len(page) == PAGE else "")
        if not after:
            return found


def main() -> None:
    chance = random.Random(61)  # noqa: S311 -- the same each time
    kept, asked, in_order = list(dockets(chance)), Asked(), "sorted" in sys.argv[2:]
    monitoring.register(asked)
    with stores(sys.argv[1], [Dockets], agency=AGENCY) as (store,):
        store.create_indexes()
        store.mongo.sorts_by_index = in_order or None
        kept = [store.save(docket) for docket in kept]
        found = compared(store, kept)
        # The store remembers by now how far each page went; then it is wrong about that.
        found |= {f"{name}, again": pair for name, pair in compared(store, kept).items()}
        for share in (0.5, 0.9):
            kept = [store.save(changed(docket, share, chance)) for docket in kept]
            later = compared(store, kept)
            found |= {f"{name}, after {share} changed": pair for name, pair in later.items()}
        found["finds"] = finds_too_many(store, asked, 1 if in_order else MOST_FINDS)
        found["sorts by its indexes"] = [[str(store.mongo.sorts_by_index)], [str(in_order)]]
        sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
