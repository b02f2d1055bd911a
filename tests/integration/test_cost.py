"""What an act, a page or a timer costs does not grow with what is stored.

It is counted by bench/cost.py. COST_DOSSIERS says how many there are to be instead of 2,000, and
COST_WITHIN how many seconds that may take.
"""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pytest

from bench.act_cost import Costs
from bench.acts import FEEDBACK, INTAKE, ROUTING, Office
from bench.cost import FEW, OF_TODAY, TODAY_SHARE, counts, growth
from bench.counted_office import counted_office
from services.intake.store.open_count import MOST_COUNTED, MOST_LOOKS

pytestmark = pytest.mark.timeout(int(os.environ.get("COST_WITHIN", "600")))

MANY = int(os.environ.get("COST_DOSSIERS", "2000"))
# Reads and writes of an act alone: what a process reads once a second at most is among them (the
# calendar, the agencies, the book of officers), and the mark of what was sent, of many in one.
# A rating's are those of its own event too: feedback hears it and counts it for agency and month.
BUDGET: Mapping[tuple[str, str], tuple[int, int]] = {
    ("hand in", INTAKE): (4, 2),
    ("accept", INTAKE): (5, 2),
    ("order reaches the desk", ROUTING): (3, 2),
    ("desk tells of its arrival", INTAKE): (2, 2),
    ("officer takes the step", ROUTING): (2, 2),
    ("desk names the officer", INTAKE): (2, 1),
    ("officer completes the step", ROUTING): (2, 2),
    ("return", INTAKE): (2, 2),
    ("rate", FEEDBACK): (2, 3),
    ("one dossier, counter", INTAKE): (2, 0),
    ("one step, desk", ROUTING): (2, 2),
}


@dataclass(frozen=True)
class Measured:
    """What everything costs with few dossiers in the store and with many."""

    few: Costs
    many: Costs


@pytest.fixture(scope="module")
def office() -> Iterator[Office]:
    with counted_office(one_at_a_time=True) as made:
        yield made


@pytest.fixture(scope="module")
def measured(office: Office) -> Measured:
    few = counts(office, 1, FEW, OF_TODAY)
    return Measured(few, counts(office, 1, MANY, MANY // TODAY_SHARE))


def test_nothing_costs_more_among_many(measured: Measured) -> None:
    assert list(growth(measured.few, measured.many)) == []


def test_the_count_of_open_dossiers_looks_at_so_many_at_a_time(measured: Measured) -> None:
    spent = measured.many["timer count_deadlines", INTAKE].each()
    assert spent["reads"] <= 2 * MOST_LOOKS
    assert spent["bytes out"] <= 250 * MOST_COUNTED


def test_every_service_was_looked_at_and_every_timer_was_fired(measured: Measured) -> None:
    timers = {(act, service) for act, service in measured.many if act.startswith("timer ")}
    assert {service for _, service in measured.many} == {INTAKE, ROUTING, FEEDBACK}
    assert ("timer warn", INTAKE) in timers
    assert ("timer share_work", ROUTING) in timers
    assert measured.few.keys() == measured.many.keys()


def test_what_an_act_tells_is_sent_in_one_batch(measured: Measured) -> None:
    for act in ("hand in", "accept"):
        told = measured.many[act, INTAKE].each()
        assert told["messages"] >= told["confirms"] == 1


@pytest.mark.parametrize("act", BUDGET, ids=" of ".join)
def test_an_act_reads_and_writes_no_more_than_its_budget(
    measured: Measured, act: tuple[str, str]
) -> None:
    cost = measured.many[act]
    told = "\n".join(f"{each.calls} {each.command} {each.shape}" for each in cost.commands)
    reads, writes = BUDGET[act]
    each = cost.each()
    assert (each["reads"] <= reads, each["writes"] <= writes) == (True, True), told
