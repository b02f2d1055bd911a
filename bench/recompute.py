"""`bench recompute`: the recount of all open dossiers after a new holiday, while intake works."""

import json
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

import click
import httpx

from bench.bulk_insert import insert_together
from bench.http_client import MinimalHttpClient, ServiceBusy
from bench.intake_platform import CITIZEN, INTAKE, IntakePlatform, intake_platform
from bench.report import Report, percentile
from cli import tokens
from cli.calendar_client import follow_recount
from foundation.persistence.document import revision_fields, to_entity, to_fields
from foundation.worktime import Calendar, add_working_days
from services.intake.domain.case.dossier import Dossier, State, with_schedule
from services.intake.domain.clock import due_date
from services.intake.domain.lateness import warnings

MANY = 50_000
BATCH = 1_000  # documents per command when the store is filled
SPAN = timedelta(days=20)  # within which the open dossiers were received
AHEAD = 3  # the new day off is so many working days from today
RATE = 10.0  # dossiers submitted per second meanwhile, a busy hour of a province
BEFORE = 10.0  # seconds of the same load without a recount
GOAL = 120.0  # seconds for MANY
LIFETIME = 4 * 3600  # seconds


class CitizenLoad:
    """An open-loop load of dossiers, RATE a second, that records the latency of each."""

    def __init__(self, setup: IntakePlatform) -> None:
        """Sends nothing yet."""
        self._port = setup.platform.instance(INTAKE).http
        folder = setup.platform.folder
        self._token = tokens.sign_token(folder, "citizen", "bench", lifetime=LIFETIME)
        self._body = json.dumps(setup.body)
        self.seen: list[float] = []
        self.refused = 0

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Send during the block, at the fixed rate however long the answers take."""
        stop, self.seen, self.refused = threading.Event(), [], 0
        hands = [threading.Thread(target=self._hand_in, args=(stop, n)) for n in range(2)]
        for hand in hands:
            hand.start()
        try:
            yield
        finally:
            stop.set()
            for hand in hands:
                hand.join()

    def _hand_in(self, stop: threading.Event, place: int) -> None:
        client, planned = (
            MinimalHttpClient(self._port, self._token),
            time.monotonic() + place / RATE,
        )
        while not stop.wait(max(0.0, planned - time.monotonic())):
            try:
                client.post("/dossiers", self._body)
                self.seen.append((time.monotonic() - planned) * 1000)
            except ServiceBusy:
                self.refused += 1
            planned += 2 / RATE


def measure(many: int) -> Report:
    """Fill the store, add a day off, follow the recount; the load runs all the time."""
    with intake_platform() as setup:
        if setup.collection(INTAKE, "dossiers").find_one():
            raise click.ClickException("the database has dossiers already: give it an empty one")
        _fill(setup, many)
        citizens, rows = CitizenLoad(setup), list[dict[str, Any]]()
        with citizens.at_work():
            time.sleep(BEFORE)
        rows.append(_row("before", BEFORE, 0, citizens))
        began = time.monotonic()
        with citizens.at_work():
            _announce(setup)
        seconds = time.monotonic() - began
        moved = setup.collection(INTAKE, "dossiers").count_documents(
            {"calendar": 1, "state": State.PROCESSING.value}
        )
        rows.append(_row("while counting", seconds, moved, citizens))
        database = setup.database
    made = Report(
        f"{many:,} open dossiers after a day off is announced",
        rows,
        at_most=True,
        database=database,
    )
    made.ratios["seconds"] = seconds
    made.goals = {"seconds": GOAL * many / MANY}
    return made


def _row(when: str, seconds: float, moved: int, citizens: CitizenLoad) -> dict[str, Any]:
    return {
        "when": when,
        "seconds": seconds,
        "counted anew": moved,
        "handed in": len(citizens.seen),
        "p50 ms": percentile(citizens.seen, 0.5),
        "p99 ms": percentile(citizens.seen, 0.99),
        "refused": citizens.refused,
    }


def _announce(setup: IntakePlatform) -> None:
    day = add_working_days(datetime.now(UTC), AHEAD, Calendar.default()).date()
    body = {
        "days": [{"date": str(day), "kind": "off", "note": "nghỉ bão"}],
        "reason": {"vi": "nghỉ bão", "en": "storm"},
        "edition": 0,
    }
    signed = tokens.sign_token(setup.platform.folder, "administrator", "bench", lifetime=LIFETIME)
    url, headers = setup.platform.instance(INTAKE).url, {"Authorization": f"Bearer {signed}"}
    with httpx.Client(base_url=url, headers=headers, timeout=30) as client:
        edition = client.put("/calendar", json=body).raise_for_status().json()["edition"]
        follow_recount(client, edition)


def _fill(setup: IntakePlatform, many: int) -> None:
    """Insert open dossiers, copies of one that was submitted and accepted over HTTP."""
    port, folder = setup.platform.instance(INTAKE).http, setup.platform.folder
    citizen, clerk = (
        MinimalHttpClient(port, tokens.sign_token(folder, r, CITIZEN)) for r in ("citizen", "clerk")
    )
    first = citizen.post("/dossiers", json.dumps(setup.body))["id"]
    clerk.post(f"/dossiers/{first}/accept", "{}")
    dossiers = setup.collection(INTAKE, "dossiers")
    pattern = dossiers.find_one({"_id": first})
    made = _documents(pattern, many)
    while batch := list(islice(made, BATCH)):
        insert_together(dossiers, batch)


def _documents(pattern: dict[str, Any], many: int) -> Iterator[dict[str, Any]]:
    """Stored documents of open dossiers, received one after the other up to now."""
    known: Dossier = to_entity(Dossier, pattern)
    calendar, now = Calendar.default(), datetime.now(UTC).replace(microsecond=0)
    history = {"history": pattern["history"], "outbox": [], "handled": pattern["handled"]}
    for number in range(many):
        received = now - SPAN * ((many - number) / many)
        due = due_date.begin(known.time, received, calendar)
        steps = tuple(_ordered(known, received, place) for place in range(len(known.steps)))
        open_ = replace(
            known,
            id=str(uuid.uuid4()),
            state=State.PROCESSING,
            code="",
            submitted=received,
            received=received,
            due=due.moment,
            ledger=due.ledger,
            steps=steps,
        )
        armed = warnings.arm(with_schedule(open_, told=()), now, warnings.USUAL, calendar)
        yield {"_id": open_.id, **revision_fields(known.revision), **to_fields(armed), **history}


def _ordered(known: Dossier, received: datetime, place: int) -> Any:
    step = known.steps[place]
    return replace(step, ordered=received) if step.ordered else step
