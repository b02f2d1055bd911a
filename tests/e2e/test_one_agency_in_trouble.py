"""One agency's process dies, its queue is full, its clock is wrong: the others do not notice."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from cli.embedded.supervisor import Program
from cli.journey.scenario import REGISTRAR
from cli.journey.store_inspectors import StoreInspector
from contracts.history import first_broken
from foundation.web import auth
from tests.e2e.running import Running
from tests.processes import until

A, B = REGISTRAR, "cong-an-tinh"
PROCESS, QUEUE = f"routing.{A}", f"routing.{A}"
NOTICED = 5.0  # seconds: 99 % of events are applied within so many (P13)
ASKED = 8
FAKETIME = "faketime/libfaketime.so.1"


def ask(running: Running, agency: str) -> str:
    """A citizen complains, and the centre asks the agency: one order to its queue; its id."""
    person = {"name": "Trần Thị Ví Dụ", "phone": "0912345677"}
    words = {"kind": "complaint", "about": agency, "text": "Chậm trả lời.", "person": person}
    given = running.call("citizen:somebody", "feedback", "/feedback", "POST", json=words)
    assert given.status_code == 201, given.text
    feedback = str(given.json()["id"])
    path = f"/feedback/{feedback}/forward"
    forwarded = running.call("centre", "feedback", path, "POST", json={})
    assert forwarded.is_success, forwarded.text
    return feedback


def at_desk(running: Running, agency: str) -> list[str]:
    kept = StoreInspector(running.platform).database("routing", agency)["explanations"]
    return [each["_id"] for each in kept.find({}, {"_id": 1})]


def nobody_else_notices(running: Running) -> None:
    """The centre is ready, and what it asks another agency is there at once."""
    began = time.monotonic()
    asked = ask(running, B)
    until(lambda: asked in at_desk(running, B), within=6 * NOTICED)
    print(f"\n    at the other agency after {time.monotonic() - began:.2f} s")
    for instance in (
        running.platform.instance("feedback"),
        running.platform.instance("routing", B),
    ):
        assert instance.ready()


def start(running: Running) -> None:
    running.platform.start(starting=lambda _program: None, ready=lambda _program: None)


@pytest.fixture
def killed(running: Running) -> Iterator[None]:
    """A's process has died; it is there again afterwards."""
    running.platform.supervisor.kill(PROCESS)
    yield
    start(running)


def test_an_agency_whose_process_is_killed_is_missed_by_nobody_and_catches_up(
    running: Running, killed: None
) -> None:
    assert killed is None
    late = [ask(running, A) for _ in range(3)]
    nobody_else_notices(running)
    assert not set(late) & set(at_desk(running, A))
    start(running)
    until(lambda: set(late) <= set(at_desk(running, A)), within=30)


def unsent(running: Running) -> int:
    kept = StoreInspector(running.platform).database("feedback")["feedback"]
    return int(kept.count_documents({"outbox.0": {"$exists": True}}))


@contextmanager
def full(running: Running) -> Iterator[None]:
    """A's queue takes one message and no more."""
    api = running.platform.servers.broker.api
    policy = {
        "pattern": rf"^{QUEUE}$",
        "definition": {"max-length": 1},
        "apply-to": "queues",
        "priority": 10,
    }
    api("PUT", "policies/%2F/full", policy)
    until(lambda: api("GET", f"queues/%2F/{QUEUE}").get("policy") == "full")
    try:
        yield
    finally:
        api("DELETE", "policies/%2F/full")


def test_an_agency_whose_queue_is_full_holds_up_nobody_and_loses_nothing(
    running: Running, killed: None
) -> None:
    assert killed is None
    with full(running):
        late = [ask(running, A) for _ in range(ASKED)]
        # What its queue refuses waits in the outbox of the centre.
        until(lambda: unsent(running) > 0, within=20)
        nobody_else_notices(running)
        assert unsent(running) > 0
    start(running)
    until(lambda: set(late) <= set(at_desk(running, A)), within=60)
    until(lambda: unsent(running) == 0, within=30)
    graves = StoreInspector(running.platform).dead_letter_counts()
    assert graves[f"{QUEUE}.dead"] == graves["orders.unrouted"] == 0


def shifted(running: Running, days: str) -> Program:
    """A's process with a clock that many days off; what counts spans stays right."""
    library = next(Path("/usr/lib").glob(f"*/{FAKETIME}"), None)
    assert library, "install libfaketime: `.ci/prepare clock`"
    program = next(
        each for wave in running.platform.start_order() for each in wave if each.name == PROCESS
    )
    wrong = {
        "LD_PRELOAD": str(library),
        "FAKETIME": days,
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
    return replace(program, environment={**(program.environment or {}), **wrong})


@contextmanager
def wrong_clock(running: Running, days: str) -> Iterator[None]:
    supervisor = running.platform.supervisor
    supervisor.stop([PROCESS])
    program = shifted(running, days)
    supervisor.start(program)
    supervisor.wait(program)
    try:
        yield
    finally:
        supervisor.stop([PROCESS])
        start(running)


def steps_at(running: Running, agency: str, dossier: str) -> list[dict[str, Any]]:
    kept = StoreInspector(running.platform).database("routing", agency)["dockets"]
    found = kept.find_one({"_id": dossier})
    return list(found["steps"]) if found else []


def act(running: Running, step: str, word: str, body: dict[str, Any]) -> None:
    """As an officer of A, whose token is good whatever day A's process believes it is."""
    claims = {
        "sub": "an",
        "aud": ["routing"],
        "scope": "desk",
        "agency": A,
        "exp": 4102444800,
    }
    signed = auth.sign(claims, running.platform.folder.read("token-key.json"))
    headers = {"Authorization": f"Bearer {signed}"}
    answer = running.call(
        "", f"routing:{A}", f"/steps/{step}/{word}", "POST", json=body, headers=headers
    )
    assert answer.is_success, answer.text


@pytest.mark.parametrize("days", ["+1d", "-1d"])
def test_an_agency_whose_clock_is_a_day_off_moves_no_date_but_its_own(
    running: Running, days: str
) -> None:
    dossiers = StoreInspector(running.platform).database("intake")["dossiers"]
    with wrong_clock(running, days):
        dossier = running.take_in()
        given = dossiers.find_one({"_id": dossier})
        (step,) = until(lambda: steps_at(running, A, dossier), within=30)
        wrong = abs((step["received"] - datetime.now(UTC)).total_seconds())
        assert wrong > 80_000, "A's clock is right, so nothing is tried"
        act(running, step["id"], "take", {})
        act(running, step["id"], "complete", {"outcome": "agreed"})
        until(lambda: steps_at(running, B, dossier), within=30, why="B is asked in the next stage")
        nobody_else_notices(running)
    after = dossiers.find_one({"_id": dossier})
    first = after["steps"][0]
    assert given["due"] == after["due"]
    assert first["ordered"] <= first["received"] <= first["finished"] <= datetime.now(UTC)
    assert given["ledger"] == after["ledger"]
    chain = StoreInspector(running.platform).history("intake", "", "dossiers", dossier)
    assert first_broken(chain, head=after["head"]) is None
    assert chain == sorted(chain, key=lambda each: each.time)
