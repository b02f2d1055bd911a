"""Intake is killed while it counts open dossiers by a new calendar; the next process ends it."""

import json
import signal
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from contracts.events import DossierRescheduled
from contracts.history import first_broken
from contracts.message import Message
from foundation.persistence.document import history, to_entity
from foundation.worktime import (
    HO_CHI_MINH,
    Calendar,
    Outage,
    add_working_days,
    write_outages,
)
from services.intake.domain.calendar import recounting, unit_calendar
from services.intake.domain.calendar.unit_calendar import CalendarEdition, UnitCalendar
from services.intake.domain.case.dossier import Dossier, State
from services.intake.domain.clock.ledger import LedgerKind
from services.intake.domain.counter import reception
from services.intake.domain.route import lead_notice
from services.intake.service import Intake
from tests.builders import RECEIPT, UNIT, procedure, receive, submitted
from tests.fakes import FakeClock, FakeStore
from tests.faults.broker import Tap
from tests.faults.proofs import figures
from tests.platform_fixtures import Platform
from tests.processes import Bench, bench, until

OPEN, MINUTES_BETWEEN = 150, 40
CLOSED = (State.RESOLVED, State.RETURNED, State.WITHDRAWN, State.REFUSED)
# First with messages sent and not marked; then with a lot stored of which not all is offered.
DEATHS = (("published", 0), ("stored", 10))
DAYS_OFF = 2  # working days from today on
NATION = UnitCalendar(id=UNIT)
Documents = Mapping[str, Mapping[str, Any]]


def day_off(day: date) -> CalendarEdition:
    """The unit is closed on that day."""
    table = json.dumps({"days": [{"date": str(day), "kind": "off", "note": "nghỉ bão"}]})
    return CalendarEdition(table=table, vi="nghỉ bão", en="storm")


def outage(day: date) -> CalendarEdition:
    """The online system of all stands still for two hours of that day."""
    since = datetime.combine(day, time(8), HO_CHI_MINH)
    stop = Outage(since=since, until=since + timedelta(hours=2), vi="thay máy", en="new servers")
    return CalendarEdition(outages=write_outages([stop]), vi="thay máy", en="new servers")


@pytest.fixture(name="counting")
def _counting(platform: Platform, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    with bench(platform, [Intake], tmp_path_factory.mktemp("logs")) as made:
        yield made


@pytest.mark.parametrize("wanted", [day_off, outage])
def test_a_walk_that_is_killed_twice_counts_each_once_and_tells_each(
    counting: Bench, wanted: Callable[[date], CalendarEdition]
) -> None:
    before, unit = _filled(counting, wanted)
    with (
        Tap(counting.platform, "events", f"{DossierRescheduled.TYPE}.#") as events,
        Tap(counting.platform, "orders", "#") as orders,
    ):
        reached = [_killed(counting, point, after) for point, after in DEATHS]
        assert 0 < reached[0] <= reached[-1] < OPEN
        counting.start("intake", module="services").wait_ready()
        until(lambda: not _left(counting), why="the walk ends and nothing is left unsent")
        told = [json.loads(body) for body in (*events.take(), *orders.take())]
    after = _kept(counting)
    for each in before.values():
        _prove_one(each, after[each["_id"]], unit, [m for m in told if m["subject"] == each["_id"]])
    figures(
        f"killed at {', '.join(point for point, _ in DEATHS)}",
        open_dossiers=OPEN,
        counted_before_each_death=reached,
        told=len(told),
        told_more_than_once=len(told) - len({each["id"] for each in told}),
    )


def _filled(
    counting: Bench, wanted: Callable[[date], CalendarEdition]
) -> tuple[Documents, UnitCalendar]:
    """Dossiers of the last days, and a calendar that was decided on a while ago."""
    now = datetime.now(UTC).replace(microsecond=0)
    day = add_working_days(now, DAYS_OFF, Calendar.default()).date()
    unit, _ = unit_calendar.put_in_force(NATION, wanted(day), now - timedelta(minutes=1))
    calendars = FakeStore(UnitCalendar)
    # The other services were told of it then, so that what is sent now is of dossiers.
    calendars.save(replace(unit, announced=1, told=now))
    dossiers = FakeStore(Dossier)
    for number in range(OPEN):
        _hand_in(dossiers, now - timedelta(minutes=MINUTES_BETWEEN * number), State.PROCESSING)
    for number, state in enumerate(CLOSED):
        _hand_in(dossiers, now - timedelta(hours=number), state)
    for name, store in (("dossiers", dossiers), ("calendars", calendars)):
        made = [{**each, "outbox": []} for each in store.documents.values()]
        counting.documents("intake", name).insert_many(made)
    return _kept(counting), unit


def _hand_in(dossiers: FakeStore, moment: datetime, state: State) -> None:
    dossiers.clock = FakeClock(moment)
    new = replace(submitted(), id=str(uuid.uuid4()), submitted=moment)
    received, first = receive(new, procedure(), RECEIPT, moment)
    accepted, then = reception.accept(received, len(dossiers.things) + 1, Calendar.default())
    kept = recounting.stamp(replace(accepted, state=state), NATION)
    kept = recounting.arm(kept, NATION, moment)
    dossiers.save(kept, *first, *then)


def _killed(counting: Bench, point: str, after: int) -> int:
    """How many were counted when the process had been killed there."""
    dying = counting.start(
        "intake", module="tests.faults.fragile", CRASH_AT=point, CRASH_AFTER=str(after)
    )
    until(lambda: dying.popen.poll() is not None, why=f"intake comes to {point}; see {dying.log}")
    assert dying.popen.returncode == -signal.SIGKILL
    assert counting.documents("intake", "calendars").find_one({"walk": {"$ne": None}})
    return int(counting.documents("intake", "dossiers").count_documents({"calendar": 1}))


def _left(counting: Bench) -> int:
    """Walks that are not over, and dossiers with messages that are not sent."""
    walks = counting.documents("intake", "calendars").count_documents({"walk": {"$ne": None}})
    unsent = counting.documents("intake", "dossiers").count_documents(
        {"outbox.id": {"$exists": True}}
    )
    return int(walks + unsent)


def _kept(counting: Bench) -> Documents:
    return {each["_id"]: each for each in counting.documents("intake", "dossiers").find()}


def _prove_one(
    was: Mapping[str, Any],
    found: Mapping[str, Any],
    unit: UnitCalendar,
    told: Sequence[Mapping[str, Any]],
) -> None:
    if State(was["state"]) in CLOSED:
        assert (found, told) == (was, [])
        return
    before, after = to_entity(Dossier, was), to_entity(Dossier, found)
    counted, moved = recounting.recount(before, unit, datetime.now(UTC))
    messages = (*moved, *lead_notice.tell_lead(before, counted))
    assert (after.due, after.ledger) == (counted.due, counted.ledger)
    assert [each.due for each in after.steps] == [each.due for each in counted.steps]
    assert (after.calendar, after.revision.version) == (1, before.revision.version + 1)
    assert sum(each.kind is LedgerKind.RECOMPUTED for each in after.ledger) == 1
    added = history(found)[len(was["history"]) :]
    assert [each.type for each in added] == [DossierRescheduled.TYPE]
    assert first_broken(history(found)) is None
    # Told as often as need be, but one id for each place in its stream, and no place left out.
    places = {(each["id"], each["type"], each["seq"]) for each in told}
    assert Counter(place[1:] for place in places) == _places(messages, before.revision.seqs)
    assert {added[0].id} == {place[0] for place in places if place[1] == DossierRescheduled.TYPE}


def _places(messages: Sequence[Message], before: Mapping[str, int]) -> Counter[tuple[str, int]]:
    """The number that each message has to get in its stream."""
    seqs, places = Counter(before), Counter[tuple[str, int]]()
    for each in messages:
        seqs[each.stream] += 1
        places[each.TYPE, seqs[each.stream]] += 1
    return places
