"""`bench growth`: the model stands beside what was measured, and larger places need more."""

import pytest

from bench.growth import BUSIEST, SIZES, WHOLE_WAY, Lap, needs, report, rush_of
from bench.queueing import Queue

CORES, DEMAND = 2, 0.05
PARTS = {"intake": 0.02, "desks": 0.01, "database": 0.015, "broker": 0.005}


def lap(rate: float, slower: float = 1.0) -> Lap:
    """A machine that behaves as the model says, or is slower by a factor."""
    queue = Queue(CORES, DEMAND)
    return Lap(
        rate=rate,
        p50=(0.03 + queue.wait(rate, 0.5)) * slower,
        p99=(0.05 + queue.wait(rate, 0.99)) * slower,
        machine=DEMAND,
        stations=PARTS,
    )


def test_a_machine_that_is_as_the_model_has_it_is_foretold() -> None:
    made = report([lap(4), lap(14), lap(24)], CORES)
    assert [row["foretold p99"] for row in made.rows] == pytest.approx(
        [row["p99"] for row in made.rows]
    )
    assert list(made.ratios.values()) == pytest.approx([1, 1])


def test_a_model_that_is_wrong_is_said_to_be_by_how_much() -> None:
    made = report([lap(4), lap(14, slower=5), lap(24)], CORES)
    wrong, right = made.ratios.values()
    assert [wrong, right] == pytest.approx([5, 1])
    assert made.goals.keys() == made.ratios.keys()


def test_each_part_is_at_most_half_busy_in_the_rush_of_each_place() -> None:
    for people in SIZES.values():
        for part, cores in needs(lap(4), people).items():
            busy = rush_of(people) * PARTS[part] * WHOLE_WAY
            assert busy <= cores * BUSIEST + 1e-6
    assert needs(lap(4), 1e8)["intake"] > needs(lap(4), 1e6)["intake"]


def test_every_place_is_told_with_its_rate() -> None:
    notes = report([lap(4), lap(14), lap(24)], CORES).notes
    assert len(notes) == 1 + len(SIZES)
    assert "110,000 dossiers a year" in notes[1]
