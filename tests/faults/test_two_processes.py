"""Two processes of one service: one stands still for a while, and nobody notices but the clock."""

import os
import signal
import time

import pytest

from tests.faults.proofs import figures, ids, prove, unsent, wait_all_counted
from tests.processes import Bench, Process, freeze, until

# The promise speaks of 40 and 60 seconds. MOTCUA_LONG_FAULTS=1 takes 60; this is long enough
# for the other process to take the lease over (12 s) and for the broker to miss heartbeats.
FROZEN = 60.0 if os.environ.get("MOTCUA_LONG_FAULTS") else 16.0
PURSES = 30
DUPLICATE = 'motcua_handler_messages_total{outcome="duplicate",queue="counter",type="coin.paid"}'


@pytest.mark.timeout(200)
def test_a_frozen_process_wakes_up_and_nothing_is_lost_or_done_twice(sample: Bench) -> None:
    # The one that is frozen later comes first, so that it holds the lease of the sweep.
    tellers = [sample.start("teller").wait_ready()]
    until(lambda: sample.documents("teller", "leases").count_documents({"_id": "sweep"}))
    tellers.append(sample.start("teller"))
    counters = [sample.start("counter"), sample.start("counter")]
    for process in (*tellers, *counters):
        process.wait_ready()
    purses = _pay(tellers)
    # Unsent messages for both sweeps to find: the broker is away while these are paid.
    sample.platform.broker.kill()
    purses += _pay(tellers)
    frozen = tellers[0], counters[0]
    sample.platform.broker.start()
    for process in frozen:
        freeze(process.popen.pid)
    purses += _pay(tellers[1:])
    began = time.monotonic()
    until(lambda: not unsent(sample, "teller"), why="the other teller sends it all")
    taken_over = time.monotonic() - began
    time.sleep(max(0.0, FROZEN - taken_over))
    for process in frozen:
        os.kill(process.popen.pid, signal.SIGCONT)
    for process in frozen:
        process.wait_ready()
    purses += _pay(tellers)
    wait_all_counted(sample, purses)
    account = prove(sample, purses)
    duplicates = sum(each.metric(DUPLICATE) for each in counters)
    figures(
        f"a teller and a counter frozen for {FROZEN:g} s",
        the_other_teller_had_sent_all_after=f"{taken_over:.1f} s",
        told_twice=int(duplicates),
        **vars(account),
    )


def _pay(tellers: list[Process]) -> list[str]:
    return ids([tellers[number % len(tellers)].post("/purses") for number in range(PURSES)])
