"""A hundred clients send one request at the same time (P5)."""

import uuid
from concurrent.futures import ThreadPoolExecutor

import httpx

from tests.faults.proofs import figures, prove, wait_all_counted
from tests.processes import Bench

TIMES = 100


def test_a_hundred_submissions_with_one_key_are_one_purse_and_one_answer(sample: Bench) -> None:
    tellers = [sample.start("teller").wait_ready() for _ in range(2)]
    sample.start("counter").wait_ready()
    key = uuid.uuid4().hex

    def ask(number: int) -> httpx.Response:
        with httpx.Client(base_url=tellers[number % 2].http.base_url, timeout=60) as client:
            return client.post("/purses", json={"note": "x"}, headers={"Idempotency-Key": key})

    with ThreadPoolExecutor(TIMES) as clients:
        answers = list(clients.map(ask, range(TIMES)))
    good = [answer for answer in answers if answer.status_code == 201]
    busy = [answer for answer in answers if answer.status_code == 503]
    other = tellers[0].post("/purses", {"note": "y"}, key=key)

    assert len(good) + len(busy) == TIMES
    assert len({answer.content for answer in good}) == 1
    assert other.status_code == 422
    purse = good[0].json()["id"]
    purses = sample.documents("teller").count_documents({})
    assert purses == 1
    wait_all_counted(sample, [purse])
    prove(sample, [purse])
    figures(f"{TIMES} at once", one_answer=len(good), told_to_come_back=len(busy), purses=purses)
