"""Processes are killed at each point on a message's way; afterwards all is as if none had been."""

import time

import httpx

from tests.faults.proofs import figures, ids, keys, pay_until_answered, prove, wait_all_counted
from tests.processes import Bench, Process, until

TELLING = ("stored", "published", "confirmed", "marked")
COUNTING = ("effect", "acknowledging")
DIED = 137
MOST_PURSES = 500


def test_a_crash_at_any_point_loses_nothing_and_repeats_nothing(sample: Bench) -> None:
    fragile = [sample.start("teller", CRASH_AT=point, CRASH_AFTER="3") for point in TELLING]
    counter = sample.start("counter", CRASH_AT=COUNTING[0], CRASH_AFTER="5")
    asked = []
    for teller in fragile:
        asked += _pay_until_it_dies(teller.wait_ready())
    began = time.monotonic()
    mended = sample.start("teller")
    _wait_for_death(counter)
    counter = sample.start("counter", CRASH_AT=COUNTING[1], CRASH_AFTER="5")
    mended.wait_ready()
    purses = ids([pay_until_answered(lambda: mended, key) for key in asked])
    _wait_for_death(counter)
    sample.start("counter").wait_ready()
    wait_all_counted(sample, purses)
    seconds = time.monotonic() - began

    account = prove(sample, purses)
    figures(
        f"killed at {', '.join(TELLING + COUNTING)}",
        purses=len(purses),
        **vars(account),
        seconds_until_all_were_counted=round(seconds, 1),
    )


def _pay_until_it_dies(teller: Process) -> list[str]:
    """Messages share a publication and a mark, so nobody can say how many it takes."""
    asked = keys(MOST_PURSES)
    for count, key in enumerate(asked):
        try:
            teller.post("/purses", {"note": ""}, key=key)
        except httpx.TransportError:
            _wait_for_death(teller)
            return asked[: count + 1]
    raise AssertionError("the process never came to its point")


def _wait_for_death(process: Process) -> None:
    until(lambda: process.popen.poll() is not None, why="the process comes to its point")
    assert process.popen.returncode == DIED
