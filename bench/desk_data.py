"""Test data for `bench desk`: an agency's desk after two years, most of its steps closed."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from bench.bulk_insert import insert_together
from contracts.orders import Branch, RefusalOrder, RouteOrder, StepOrder
from contracts.procedure import Stage, Task
from services.routing.domain.docket.docket import Docket, with_steps
from services.routing.domain.docket.step import DeskStepState, Step
from services.routing.domain.lateness import alarm
from services.routing.domain.orders import inward, leading, refusals
from services.routing.domain.staff.officers import AgencyProcess, Officer, OfficerBook
from services.routing.domain.staff.roles import OfficerRole

AGENCY = "so-xay-dung"
LEADER = "lanh-dao"
BATCH = 1_000  # documents per command
FILLED_WITHIN = 3600.0
OPEN_SHARE = 20  # of so many dossiers one is open
SEVERAL_SHARE = 50  # of so many open dossiers one has two open steps
LED_SHARE = 5  # of so many open dossiers one is led by the agency
UNREAD_SHARE = 100  # of so many open dossiers one has a refused answer that nobody has read about
LATE_SHARE = 15  # of so many open dossiers one is past its date
CLOSING_SHARE = 10  # of so many steps one is due when the office closes
WAITING, AWAITED, TAKEN = 0.1, 0.15, 0.9  # shares of the open steps, one up to the next
DIVISIONS = tuple(f"phong-{number}" for number in range(1, 6))
OFFICERS = tuple(f"can-bo-{number}" for number in range(1, 41))
FAMILIES = ("Nguyễn",) * 8 + ("Trần", "Lê", "Phạm", "Hoàng", "Phan", "Vũ", "Đặng", "Bùi", "Đỗ")
MIDDLES = ("Văn", "Thị", "Đức", "Minh", "Hữu", "Ngọc", "Thanh", "Quang")
GIVEN = ("An", "Bình", "Chi", "Dũng", "Hà", "Hoa", "Lan", "Long", "Nam", "Sơn", "Tùng", "Yến")
PROCEDURES = tuple(f"1.{number:06}" for number in range(9600, 9680))


def officer_book() -> OfficerBook:
    """The agency's book of officers: forty specialists in five divisions, and the leader."""
    people = [
        Officer(id=each, name=each, roles=(OfficerRole.SPECIALIST,), division=_division_of(number))
        for number, each in enumerate(OFFICERS)
    ]
    leader = Officer(id=LEADER, name=LEADER, roles=(OfficerRole.LEADER,))
    return OfficerBook(id=AGENCY, agency=AGENCY, officers=(*people, leader))


def fill(store: Any, many: int, now: datetime) -> None:
    """Insert `many` dockets."""
    dockets = _documents(many, now)
    while batch := list(islice(dockets, BATCH)):
        insert_together(store.documents, batch)


def _division_of(officer: int) -> str:
    return DIVISIONS[officer % len(DIVISIONS)]


def _documents(many: int, now: datetime) -> Iterator[dict[str, Any]]:
    """Stored documents of dockets, for dossiers of the last two years."""
    from foundation.persistence.document import revision_fields, to_fields  # noqa: PLC0415 -- after the patch

    chance = random.Random(61)  # noqa: S311 -- the same store each time
    for number in range(many):
        docket = _docket(number, many, now, chance)
        history = [{"type": "step.received", "pad": "0" * 400}] * 2
        kept = revision_fields(replace(docket.revision, version=2, seqs={"events": 2}))
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
    due = _minute(now + timedelta(days=days), chance)
    way = AgencyProcess(division=chance.choice(DIVISIONS))
    docket: Docket | None = None
    places = 2 if is_open and number % (OPEN_SHARE * SEVERAL_SHARE) == 0 else 1
    name = " ".join(chance.choice(part) for part in (FAMILIES, MIDDLES, GIVEN))
    for place in range(1, places + 1):
        order = _order(number, place, due + timedelta(days=place - 1), name, chance)
        change = inward.receive(
            docket, f"dossier-{number}", order, came, agency=AGENCY, number=place, way=way
        )
        docket, _ = inward.hear(change, place, came)
    assert docket  # noqa: S101 -- there was an order
    if not is_open:
        return _ended(docket, came)
    worked = _worked(docket, now, chance)
    if number % (OPEN_SHARE * LED_SHARE):
        return worked
    led = _led(worked, now)
    return led if number % (OPEN_SHARE * UNREAD_SHARE) else _refused(led, now)


def _minute(due: datetime, chance: random.Random) -> datetime:
    closing = chance.randrange(CLOSING_SHARE) == 0
    return due.replace(hour=10, minute=0, second=0) if closing else due.replace(second=0)


def _led(docket: Docket, now: datetime) -> Docket:
    decision = Task(agency="ubnd-tinh", action="chấp thuận", amount=3, decides=True)
    route = RouteOrder(
        agency=AGENCY,
        code=docket.code,
        procedure=docket.procedure,
        procedure_name=docket.procedure_name,
        stage=0,
        branches=(Branch(step=f"{docket.id}.9", agency="so-y-te", action="ý kiến", state="open"),),
        planned=(Stage(tasks=(decision,)),),
    )
    return leading.lead(docket, docket.id, route, now, agency=AGENCY, number=3)[0]


def _refused(docket: Docket, now: datetime) -> Docket:
    refusal = RefusalOrder(agency=AGENCY, answer="reply.proceed", said=now, vi="", en="")
    return refusals.be_refused(docket, refusal, now, agency=AGENCY, number=4)[0]


def _order(
    number: int, place: int, due: datetime, applicant: str, chance: random.Random
) -> StepOrder:
    return StepOrder(
        agency=AGENCY,
        step=f"dossier-{number}.{place}",
        code=f"000.00.00.H41-{200_101 + number // 1000}-{number % 1000:04}",
        procedure=chance.choice(PROCEDURES),
        procedure_name="Cấp giấy phép xây dựng mới đối với công trình cấp I, cấp II",
        action="Có ý kiến thẩm định",
        due=due,
        applicant=applicant,
        documents=("a" * 36, "b" * 36),
    )


def _worked(docket: Docket, now: datetime, chance: random.Random) -> Docket:
    """Open steps: one in ten waits for papers, one in twenty for others, one in ten for the leader.

    Steps that nobody has taken are with the leader: those of specialists are assigned at once.
    """
    steps = tuple(_in_hand(step, chance) for step in docket.steps)
    return alarm.tell(with_steps(docket, steps), now)[0]


def _in_hand(step: Step, chance: random.Random) -> Step:
    draw, division = chance.random(), DIVISIONS.index(step.division)
    officer = chance.choice(OFFICERS[division :: len(DIVISIONS)])
    taken = replace(step, state=DeskStepState.ASSIGNED, officer=officer)
    if draw < WAITING:
        return replace(taken, state=DeskStepState.WAITING)
    if draw < AWAITED:
        return replace(taken, awaited="so-tai-chinh")
    return replace(step, way=(*step.way, OfficerRole.LEADER), place=1) if draw > TAKEN else taken


def _ended(docket: Docket, came: datetime) -> Docket:
    closed = came + timedelta(days=5)
    return with_steps(
        docket,
        tuple(replace(each, state=DeskStepState.COMPLETED, closed=closed) for each in docket.steps),
    )
