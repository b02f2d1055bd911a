"""The database is killed, or answers no more: no false receipt, and no message burnt."""

import os
import signal
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.faults.broker import coin_paid, tell
from tests.faults.proofs import figures, ids, keys, pay_until_answered, prove, wait_all_counted
from tests.processes import Bench, Process, freeze, until

REFUSED_WITHIN = 6.0
CLIENTS = 8


@pytest.fixture(scope="module")
def running(sample: Bench) -> tuple[Process, Process]:
    """A teller and a counter at work."""
    started = sample.start("teller"), sample.start("counter")
    return started[0].wait_ready(), started[1].wait_ready()


def test_the_database_is_killed(sample: Bench, running: tuple[Process, Process]) -> None:
    teller, counter = running
    before = ids([teller.post("/purses") for _ in range(50)])
    sample.platform.database.kill()
    told = [uuid.uuid4().hex for _ in range(20)]
    for subject in told:
        tell(sample.platform, coin_paid(subject=subject))
    slowest, asked = _refused(teller)
    assert teller.readiness()[0] == counter.readiness()[0] == 503
    sample.platform.database.start()
    purses = before + ids([pay_until_answered(lambda: teller, key) for key in asked])
    seconds = wait_all_counted(sample, purses)
    prove(sample, purses)
    until(lambda: sample.documents("counter").count_documents({"_id": {"$in": told}}) == len(told))
    burnt = _attempts_burnt(counter)
    assert (
        counter.metric(
            'motcua_handler_messages_total{outcome="paused",queue="counter",type="coin.paid"}'
        )
        > 0
    )
    figures(
        "database killed",
        slowest_503=f"{slowest:.1f} s",
        all_counted_after=f"{seconds:.1f} s",
        attempts_burnt=burnt,
    )
    assert burnt == 0


def test_the_database_freezes(sample: Bench, running: tuple[Process, Process]) -> None:
    teller, counter = running
    before = ids([teller.post("/purses") for _ in range(50)])
    database = sample.platform.database.pid
    freeze(database)
    try:
        slowest, asked = _refused(teller)
        began = time.monotonic()
        assert teller.readiness()[0] == 503
        looked = time.monotonic() - began
    finally:
        os.kill(database, signal.SIGCONT)
    purses = before + ids([pay_until_answered(lambda: teller, key) for key in asked])
    seconds = wait_all_counted(sample, purses)
    prove(sample, purses)
    burnt = _attempts_burnt(counter)
    figures(
        "database frozen",
        slowest_503=f"{slowest:.1f} s",
        readiness_told_after=f"{looked:.1f} s",
        all_counted_after=f"{seconds:.1f} s",
        attempts_burnt=burnt,
    )
    assert burnt == 0


def _refused(teller: Process) -> tuple[float, list[str]]:
    """Seconds of the slowest 503 and the keys of those who got one; fails at any receipt."""
    asked = keys(CLIENTS)

    def ask(key: str) -> float:
        time.sleep(asked.index(key) / CLIENTS)
        began = time.monotonic()
        with httpx.Client(base_url=teller.http.base_url, timeout=60) as client:
            answer = client.post("/purses", json={"note": ""}, headers={"Idempotency-Key": key})
        assert answer.status_code == 503, answer.text
        assert answer.headers.get("Retry-After")
        return time.monotonic() - began

    with ThreadPoolExecutor(CLIENTS) as clients:
        slowest = max(clients.map(ask, asked))
    assert slowest <= REFUSED_WITHIN
    return slowest, asked


def _attempts_burnt(counter: Process) -> int:
    """How many messages were put off or given up: what was at work is kept and tried again."""
    until(lambda: counter.readiness()[0] == 200)
    name = 'motcua_handler_messages_total{{outcome="{}",queue="counter",type="coin.paid"}}'
    return int(sum(counter.metric(name.format(outcome)) for outcome in ("retry", "dead")))
