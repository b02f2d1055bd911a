"""Messages that are wrong, hostile or deadly: buried with a reason, read by nobody's log."""

import pickle
import secrets
import time
import uuid
from collections.abc import Mapping
from statistics import quantiles
from typing import Any

import amqp
import pytest

from tests.faults.broker import coin_paid, take_all, tell
from tests.faults.proofs import figures, ids, paying, prove, wait_all_counted
from tests.processes import Bench, Process, until

CANARY = f"canary-{secrets.token_hex(8)}"
HANDLER_LIMIT = 2.0
HUNG = 50
APPLIED_WITHIN = 5.0
DEAD = "counter.dead"
HEADERS: Mapping[str, Mapping[str, Any]] = {
    "a number": {"nameko.call_id_stack": 5, "traceparent": 5},
    "a list": {"nameko.call_id_stack": [1], "traceparent": [1], "attempt": [1]},
    "as long as one frame": {"traceparent": "x" * 120_000},
    "an attempt in words": {"attempt": "many"},
    "an attempt out of range": {"attempt": -(2**40)},
}
BODIES: Mapping[str, bytes] = {
    "bad JSON": f'{{"subject": "{CANARY}", '.encode(),
    "no JSON at all": f"{CANARY}".encode(),
    "a pickle": pickle.dumps({"subject": CANARY}),
    "deep nesting": f'"{CANARY}"'.join(["[" * 50_000, "]" * 50_000]).encode(),
    "invalid UTF-8": CANARY.encode() + b"\xff\xfe{}",
    "nothing": b"",
    "an unknown type": coin_paid(type="coin.forged", subject=CANARY),
    "a missing field": coin_paid(subject=CANARY, data=None),
    "a wrong type": coin_paid(data={"agency": "bank", "note": {"of": CANARY}}),
    "an id that is a number": coin_paid(subject=CANARY, id=7),
    "a forged source": coin_paid(subject=CANARY, source="motcua:counter"),
    "a forged agency": coin_paid(agency=CANARY, data={"agency": CANARY, "note": CANARY}),
    "half a character": coin_paid(subject=CANARY).replace(b"2026", rb"\ud800"),
}


@pytest.fixture(scope="module")
def teller(sample: Bench) -> Process:
    """A teller at work."""
    return sample.start("teller").wait_ready()


@pytest.fixture(scope="module")
def counter(sample: Bench) -> Process:
    """A counter that has little patience with its handlers, and few places for messages."""
    return sample.start(
        "counter", HANDLER_LIMIT=str(HANDLER_LIMIT), PREFETCH=str(HUNG)
    ).wait_ready()


def test_poisonous_headers_do_not_keep_a_message_from_being_handled(
    sample: Bench, teller: Process, counter: Process
) -> None:
    for headers in HEADERS.values():
        subject = uuid.uuid4().hex
        tell(sample.platform, coin_paid(subject=subject), headers)
        until(lambda: sample.documents("counter").count_documents({"_id": subject}))  # noqa: B023
    with pytest.raises(amqp.exceptions.FrameError):
        # A megabyte does not reach us: the broker itself refuses such a header.
        tell(sample.platform, coin_paid(), {"traceparent": "x" * 1_000_000})
    lost = processes_lost(sample, teller, counter)
    figures("poisonous headers", handled=len(HEADERS), processes_lost=lost)
    assert not lost


def test_poisonous_bodies_are_buried_with_a_reason_and_logged_by_nobody(
    sample: Bench, teller: Process, counter: Process
) -> None:
    for body in BODIES.values():
        tell(sample.platform, body)
    dead = wait_for_dead(sample, len(BODIES))
    lost = processes_lost(sample, teller, counter)

    reasons = [str(headers.get("reason")) for _, headers in dead]
    assert all(reason.startswith(("MalformedError: ", "Forbidden: ")) for reason in reasons)
    assert not any(CANARY in reason for reason in reasons)
    logged = sum(process.log.read_text().count(CANARY) for process in (teller, counter))
    assert sample.documents("counter").count_documents({"_id": CANARY}) == 0
    figures("poisonous bodies", buried=len(dead), logged=logged, processes_lost=lost)
    assert logged == lost == 0


def test_handlers_that_hang_or_always_fail_do_not_hold_up_the_others(
    sample: Bench, teller: Process, counter: Process
) -> None:
    with paying(teller, every=0.1) as paid:
        bad = ids([teller.post("/purses", {"note": "bug"}) for _ in range(5)])
        bad += ids([teller.post("/purses", {"note": "timeout"}) for _ in range(5)])
        bad += ids([teller.post("/purses", {"note": "refuse"})])
        dead = wait_for_dead(sample, len(bad), within=90)
    wait_all_counted(sample, paid)
    assert counter.readiness()[0] == 200
    p99 = _p99(sample, paid)

    reasons = sorted({str(headers["reason"]) for _, headers in dead})
    assert reasons == ["Refused: No.", "RuntimeError", "Timeout"]
    assert {headers["attempt"] for _, headers in dead} == {2, 9}
    assert sample.documents("counter").count_documents({"_id": {"$in": bad}}) == 0
    figures(
        "handlers that always fail",
        buried=len(dead),
        reasons=reasons,
        others=len(paid),
        p99_of_the_others=f"{p99 * 1000:.0f} ms",
    )
    assert p99 <= APPLIED_WITHIN


def test_fifty_hanging_handlers_leak_no_place(
    sample: Bench, teller: Process, counter: Process
) -> None:
    put_off = 'motcua_handler_messages_total{outcome="retry",queue="counter",type="coin.paid"}'
    before = counter.metric(put_off)
    began = time.monotonic()
    hung = ids([teller.post("/purses", {"note": "hang"}) for _ in range(HUNG)])
    until(lambda: counter.metric(put_off) >= before + HUNG)
    seconds = time.monotonic() - began
    good = ids([teller.post("/purses") for _ in range(10)])
    counted = wait_all_counted(sample, good)
    assert sample.documents("counter").count_documents({"_id": {"$in": hung}}) == 0
    figures(
        f"{HUNG} handlers hung",
        all_ended_once_after=f"{seconds:.1f} s",
        others_counted_after=f"{counted:.1f} s",
    )


def processes_lost(sample: Bench, teller: Process, counter: Process) -> int:
    """How many of the two have ended; those that have not must still do their work."""
    lost = sum(process.popen.poll() is not None for process in (teller, counter))
    if lost:
        return lost
    purses = ids([teller.post("/purses") for _ in range(3)])
    wait_all_counted(sample, purses)
    prove(sample, purses)
    assert counter.readiness()[0] == 200
    return lost


def wait_for_dead(sample: Bench, count: int, within: float = 30.0) -> list[Any]:
    """The messages in the dead queue, once there are so many."""
    url, found = sample.platform.amqp_url(), list[Any]()

    def look() -> bool:
        found.extend(take_all(url, DEAD))
        return len(found) >= count

    until(look, within=within, why=f"{count} messages are buried")
    assert len(found) == count
    return found


def _p99(sample: Bench, purses: list[str]) -> float:
    """Seconds from the payment to the effect, within which 99 % of the coins were counted."""
    paid, counted = (
        {
            each["_id"]: each["history"][0]["time"]
            for each in sample.documents(user).find({"_id": {"$in": purses}})
        }
        for user in ("teller", "counter")
    )
    lags = [(counted[purse] - paid[purse]).total_seconds() for purse in purses]
    return float(quantiles(lags, n=100)[98])
