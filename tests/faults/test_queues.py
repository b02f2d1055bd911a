"""Queues and rights are not as they should be: nothing vanishes, and no process is silently deaf.

The tests share a teller and a counter; each mends what it broke.
"""

import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest

from tests.faults.broker import connection, take_all
from tests.faults.proofs import figures, ids, prove, unsent, wait_all_counted
from tests.processes import Bench, Process, until

NOTICED_WITHIN = 10.0
PAID = "coin.paid.*"


@pytest.fixture(scope="module")
def teller(sample: Bench) -> Process:
    """A teller at work."""
    return sample.start("teller").wait_ready()


@pytest.fixture
def counter(sample: Bench) -> Iterator[Process]:
    """A counter that may ask the broker's API how its queue looks."""
    watch = f"://watch:{sample.platform.password('watch')}@"
    url = sample.platform.broker_server.api_url.replace("://", watch)
    started = sample.start("counter", BROKER_API_URL=url).wait_ready()
    yield started
    started.kill()


@pytest.fixture
def operator(sample: Bench) -> Iterator[Any]:
    """A channel of the operator, who may do everything."""
    opened = connection(sample.platform.amqp_url())
    yield opened.channel()
    opened.close()


def test_a_message_no_queue_wants_is_kept_and_the_next_one_is_really_confirmed(
    sample: Bench, teller: Process, counter: Process, operator: Any
) -> None:
    reconnected = teller.metric("motcua_amqp_reconnects_total")
    operator.queue_unbind("counter", "events", PAID)
    lost = ids([teller.post("/purses")])
    until(lambda: not unsent(sample, "teller"))
    operator.queue_bind("counter", "events", PAID)
    counted = ids([teller.post("/purses") for _ in range(5)])

    wait_all_counted(sample, counted)
    prove(sample, counted)
    kept = [body for body, _ in take_all(sample.platform.amqp_url(), "events.unrouted")]
    found = sum(lost[0] in str(body) for body in kept)
    assert sample.documents("counter").count_documents({"_id": lost[0]}) == 0
    assert teller.metric("motcua_amqp_reconnects_total") == reconnected
    assert counter.readiness()[0] == 200
    vanished = len(lost) - found
    figures("no queue wanted it", kept=found, confirmed_after_it=len(counted), vanished=vanished)
    assert (found, vanished) == (1, 0)


def test_a_full_queue_refuses_and_the_message_waits_in_its_outbox(
    sample: Bench, teller: Process
) -> None:
    _set_policy(sample, {"max-length": 3})
    nacked = _nacked(teller)
    purses = ids([teller.post("/purses") for _ in range(15)])
    until(lambda: _nacked(teller) > nacked)
    waiting, refused = unsent(sample, "teller"), _nacked(teller) - nacked
    assert teller.readiness()[0] == 200
    sample.platform.api("DELETE", "policies/%2F/full")
    ended = sample.start("counter").wait_ready()
    seconds = wait_all_counted(sample, purses)
    prove(sample, purses)
    ended.kill()
    figures(
        "queue full",
        refusals_counted=int(refused),
        waited_in_outboxes=waiting,
        counted_after=f"{seconds:.1f} s",
    )
    assert waiting > 0


def test_a_deleted_queue_makes_its_process_unready(
    sample: Bench, teller: Process, counter: Process, operator: Any
) -> None:
    operator.queue_delete("counter")
    noticed, fault = _seconds_until_unready(counter)
    waiting = ids([teller.post("/purses")])
    sample.declare()
    counter.wait_ready()
    _purge_unrouted(sample, waiting)
    _works(sample, teller)
    figures("queue deleted", noticed_after=f"{noticed:.1f} s", said=fault)


def test_a_queue_with_other_arguments_makes_its_process_unready(
    sample: Bench, teller: Process, counter: Process, operator: Any
) -> None:
    operator.queue_delete("counter")
    operator.queue_declare(
        "counter", durable=True, auto_delete=False, arguments={"x-queue-type": "quorum"}
    )
    noticed, fault = _seconds_until_unready(counter, saying="other arguments")
    operator.queue_delete("counter")
    sample.declare()
    counter.wait_ready()
    _works(sample, teller)
    assert "x-delivery-limit" in fault
    figures("queue with other arguments", noticed_after=f"{noticed:.1f} s", said=fault)


def test_a_revoked_right_to_read_is_noticed_though_the_consumer_is_still_attached(
    sample: Bench, teller: Process, counter: Process
) -> None:
    rights = _rights(sample, "counter")
    _set_rights(sample, "counter", rights | {"read": "^$"})
    noticed, fault = _seconds_until_unready(counter)
    _set_rights(sample, "counter", rights)
    counter.wait_ready()
    _works(sample, teller)
    figures("right to read revoked", noticed_after=f"{noticed:.1f} s", said=fault)


def test_a_revoked_right_to_write_is_counted_and_nothing_is_lost(
    sample: Bench, teller: Process, counter: Process
) -> None:
    rights = _rights(sample, "teller")
    refused = teller.metric('motcua_publish_total{result="refused",service="teller"}')
    _set_rights(sample, "teller", rights | {"write": "^$"})
    _cut(sample, "teller")
    purses = ids([teller.post("/purses") for _ in range(5)])
    noticed, fault = _seconds_until_unready(teller)
    more = ids([teller.post("/purses")])
    until(
        lambda: teller.metric('motcua_publish_total{result="refused",service="teller"}') > refused
    )
    _set_rights(sample, "teller", rights)
    wait_all_counted(sample, purses + more)
    prove(sample, purses + more)
    teller.wait_ready()
    assert counter.readiness()[0] == 200
    figures("right to write revoked", noticed_after=f"{noticed:.1f} s", said=fault)


def test_one_refused_message_does_not_hold_up_the_others(
    sample: Bench, teller: Process, counter: Process
) -> None:
    allowed = "topic-permissions/%2F/teller"
    _set_topic_right(sample, allowed, r"^coin\.paid\.bank$")
    _cut(sample, "teller")
    answer = teller.post("/purses", {"agency": "elsewhere"})
    purses = ids([teller.post("/purses") for _ in range(10)])
    seconds = wait_all_counted(sample, purses)
    until(lambda: unsent(sample, "teller") == 1)
    _set_topic_right(sample, allowed, r"^coin\.paid\.")
    wait_all_counted(sample, ids([answer]))
    prove(sample, [*purses, *ids([answer])])
    assert counter.readiness()[0] == 200
    figures("one message refused", others_counted_after=f"{seconds:.1f} s")


def _works(sample: Bench, teller: Process) -> None:
    purses = ids([teller.post("/purses") for _ in range(3)])
    wait_all_counted(sample, purses)
    prove(sample, purses)


def _seconds_until_unready(process: Process, saying: str = "") -> tuple[float, str]:
    began = time.monotonic()

    def said() -> str:
        status, text = process.readiness()
        return text.strip() if status == 503 and saying in text else ""

    fault = until(said, within=NOTICED_WITHIN, why="it says that it is not ready")
    return time.monotonic() - began, fault


def _nacked(process: Process) -> float:
    return process.metric('motcua_publish_total{result="nacked",service="teller"}')


def _set_policy(sample: Bench, limits: dict[str, int]) -> None:
    policy = {"pattern": "^counter$", "apply-to": "queues", "definition": limits}
    sample.platform.api("PUT", "policies/%2F/full", policy)


def _rights(sample: Bench, user: str) -> dict[str, str]:
    return next(each for each in sample.definitions["permissions"] if each["user"] == user)


def _set_rights(sample: Bench, user: str, rights: dict[str, str]) -> None:
    sample.platform.api("PUT", f"permissions/%2F/{user}", rights)


def _set_topic_right(sample: Bench, path: str, write: str) -> None:
    sample.platform.api("PUT", path, {"exchange": "events", "write": write, "read": "^$"})


def _cut(sample: Bench, user: str) -> None:
    """End the connections of a user: a channel remembers the rights it has used."""
    own = until(
        lambda: [
            each["name"]
            for each in sample.platform.api("GET", "connections")
            if each["user"] == user
        ]
    )
    for name in own:
        sample.platform.api("DELETE", f"connections/{quote(name, safe='')}")


def _purge_unrouted(sample: Bench, purses: list[str]) -> None:
    """What came while there was no queue is kept where an operator finds it."""
    kept = [body for body, _ in take_all(sample.platform.amqp_url(), "events.unrouted")]
    assert all(any(purse in str(body) for body in kept) for purse in purses)
