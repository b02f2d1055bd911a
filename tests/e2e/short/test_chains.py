"""Every chain of the procedures file, from submission to result, over real processes.

Seven agencies run the platform's own desk, the others speak to the bus from systems of their own.
"""

import itertools
import random
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from tests.e2e.short.chains import chains
from tests.e2e.short.conftest import ELSEWHERE
from tests.e2e.short.travel import Journey, Region

AWAITED = 500  # seconds: two dozen chains at once, on a busy machine
pytestmark = pytest.mark.timeout(AWAITED + 200)  # the first test waits for the whole platform

OF_THREE, OF_FIVE, OF_TWO = "1.013236", "1.009645", "1.005136"
BLOCK = 1
SAMPLED = random.Random(6).sample(list(itertools.permutations(range(5))), 4)  # noqa: S311 -- no secret


@pytest.fixture(scope="module")
def travelling(region: Region) -> Iterator[dict[str, Future[Journey]]]:
    """All of them at once; each test waits for its own."""
    region.publish(chains().values())
    blocks = {OF_THREE, OF_TWO, OF_FIVE}
    plans: dict[str, tuple[str, Sequence[int]]] = {
        code: (code, ()) for code in chains().keys() - blocks
    }
    for code, orders in (
        (OF_THREE, itertools.permutations(range(3))),
        (OF_TWO, itertools.permutations(range(2))),
        (OF_FIVE, SAMPLED),
    ):
        plans |= {name(code, order): (code, order) for order in orders}
    with ThreadPoolExecutor(len(plans)) as pool:
        yield {
            each: pool.submit(travel, region, code, order) for each, (code, order) in plans.items()
        }


def name(code: str, order: Sequence[int]) -> str:
    return f"{code} {'-'.join(map(str, order))}"


def travel(region: Region, code: str, order: Sequence[int]) -> Journey:
    journey = region.hand_in(chains()[code])
    journey.travel({BLOCK: order} if order else None)
    return journey


def steps_of(code: str) -> int:
    return sum(map(len, chains()[code].stages))


def test_the_file_has_the_chains_the_design_speaks_of() -> None:
    assert len(chains()) == 24
    assert len(chains()[OF_THREE].stages[BLOCK]) == 3
    assert len(ELSEWHERE) == 15


@pytest.mark.parametrize("code", sorted(chains()))
def test_a_chain_comes_from_submission_to_its_result(
    travelling: dict[str, Future[Journey]], code: str
) -> None:
    for journey in (
        travelling[each].result(AWAITED) for each in travelling if each.startswith(code)
    ):
        journey.must_be_whole(completed=steps_of(code))
        journey.must_be_told("da co ket qua")


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_three_side_by_side_finish_in_every_order(
    travelling: dict[str, Future[Journey]], order: Sequence[int]
) -> None:
    finished_in_order(travelling, OF_THREE, order)


@pytest.mark.parametrize("order", SAMPLED)
def test_five_side_by_side_finish_in_orders_drawn_by_lot(
    travelling: dict[str, Future[Journey]], order: Sequence[int]
) -> None:
    finished_in_order(travelling, OF_FIVE, order)


@pytest.mark.parametrize("order", list(itertools.permutations(range(2))))
def test_two_elsewhere_finish_in_both_orders(
    travelling: dict[str, Future[Journey]], order: Sequence[int]
) -> None:
    finished_in_order(travelling, OF_TWO, order)


def finished_in_order(
    travelling: dict[str, Future[Journey]], code: str, order: Sequence[int]
) -> None:
    """The centre has it so, and asked the next agency after the last of them and not before."""
    journey = travelling[name(code, order)].result(AWAITED)
    shown = journey.shown()["steps"]
    block = [step for step in shown if step["stage"] == BLOCK]
    assert sorted(range(len(block)), key=lambda place: block[place]["finished"]) == list(order)
    following = next(step for step in shown if step["stage"] == BLOCK + 1)
    assert following["ordered"] >= block[order[-1]]["finished"]
