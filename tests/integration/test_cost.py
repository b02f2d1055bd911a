"""What an act, a page or a timer costs does not grow with what is stored.

It is counted by bench/cost.py. COST_DOSSIERS says how many there are to be instead of 2,000.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from bench.acts import FEEDBACK, INTAKE, ROUTING, Office
from bench.cost import FEW, OF_TODAY, TODAY_SHARE, Costs, counted_office, counts, growth

MANY = int(os.environ.get("COST_DOSSIERS", "2000"))
# What is known to grow, until it is mended.
GROWS = {"timer count_deadlines"}


@dataclass(frozen=True)
class Measured:
    """What everything costs with few dossiers in the store and with many."""

    few: Costs
    many: Costs


@pytest.fixture(scope="module")
def office() -> Iterator[Office]:
    with counted_office() as made:
        yield made


@pytest.fixture(scope="module")
def measured(office: Office) -> Measured:
    few = counts(office, 1, FEW, OF_TODAY)
    return Measured(few, counts(office, 1, MANY, MANY // TODAY_SHARE))


def test_nothing_costs_more_among_many(measured: Measured) -> None:
    grown = growth(measured.few, measured.many)
    assert [each for each in grown if each[0] not in GROWS] == []


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
