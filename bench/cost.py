"""`bench cost`: time and CPU for one dossier, with few and with many others in the store."""

import json
import time
import urllib.request
import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from statistics import median
from typing import Any

import psutil

from bench.http_client import MinimalHttpClient
from bench.intake_platform import INTAKE, LIFETIME, IntakePlatform, intake_platform
from bench.report import Report, median_of_ratios
from cli import tokens
from cli.embedded.database import DATABASE
from cli.embedded.ports import HOST

FEW, MANY = 1_000, 100_000
BLOCK = 20  # dossiers before the other store's turn
BATCH = 1_000  # documents per command when a store is filled
GOAL = 1.2
MANY_INDEX = 15  # of the port layout: not used by any service
# A store after years: most dossiers are closed.
STATES = ("returned",) * 90 + ("processing",) * 8 + ("submitted",) * 2
LIVES = 3  # a closed dossier has so many times the history of one that was just accepted


class IntakeClients:
    """A citizen and a clerk at one of the two intake instances, and their measurements."""

    def __init__(self, setup: IntakePlatform, port: int) -> None:
        """`port` is that of the intake instance."""
        folder = setup.platform.folder
        self._port = port
        self._tokens = [
            tokens.sign_token(folder, role, "bench", lifetime=LIFETIME)
            for role in ("citizen", "clerk")
        ]
        self._body = json.dumps(setup.body)
        self._database = setup.platform.supervisor.running()[DATABASE].pid
        self.wall: list[float] = []
        self.database: list[float] = []

    def block(self) -> None:
        """Submit and accept BLOCK dossiers; records the milliseconds per dossier."""
        citizen, clerk = (MinimalHttpClient(self._port, token) for token in self._tokens)
        busy, laps = cpu_seconds(self._database), []
        for _ in range(BLOCK):
            started = time.monotonic()
            dossier = citizen.post("/dossiers", self._body)["id"]
            clerk.post(f"/dossiers/{dossier}/accept", "{}")
            laps.append(time.monotonic() - started)
        self.wall.append(median(laps) * 1000)
        self.database.append((cpu_seconds(self._database) - busy) / BLOCK * 1000)


def measure(blocks: int, many: int = MANY) -> Report:
    """Measure two stores in turn, one with 1,000 dossiers and one with `many`."""
    with intake_platform() as setup:
        few = IntakeClients(setup, setup.platform.instance(INTAKE).http)
        few.block()  # warms up, and gives the pattern that the stores are filled with
        second = IntakeClients(setup, _second_intake(setup))
        for database, count in (("motcua_intake", FEW), ("motcua_many", many)):
            _fill(setup, database, count)
        second.block()
        for counter in (few, second):
            counter.wall.clear()
            counter.database.clear()
        for _ in range(blocks):
            few.block()
            second.block()
    return _report(few, second, many)


def _report(few: IntakeClients, many: IntakeClients, count: int) -> Report:
    made = Report("cost of one dossier, submitted and accepted, in ms", at_most=True)
    for size, counter in ((FEW, few), (count, many)):
        made.rows.append(
            {
                "in the store": size,
                "wall": median(counter.wall),
                "database CPU": median(counter.database),
                "blocks": len(counter.wall),
            }
        )
    made.ratios = {
        "wall": median_of_ratios(many.wall, few.wall),
        "database CPU": median_of_ratios(many.database, few.database),
    }
    made.goals = dict.fromkeys(made.ratios, GOAL)
    return made


def _second_intake(setup: IntakePlatform) -> int:
    """Start another intake instance with its own database; returns its port."""
    platform = setup.platform
    http, watch = platform.ports.service(MANY_INDEX)
    first = next(each for wave in platform.start_order() for each in wave if each.name == INTAKE)
    told = {
        "MONGO_DATABASE": "motcua_many",
        "HTTP_ADDRESS": f"{HOST}:{http}",
        "WATCH_ADDRESS": f"{HOST}:{watch}",
    }
    second = replace(
        first,
        name="intake-many",
        environment={**first.environment, **told},
        ports=(http, watch),
        ready=lambda: _ready(watch),
    )
    platform.supervisor.start(second)
    platform.supervisor.wait(second)
    known = list(setup.collection(INTAKE, "procedures").find())
    setup.database("motcua_many")["procedures"].insert_many(known)
    return http


def _fill(setup: IntakePlatform, database: str, count: int) -> None:
    """Fill the store up to `count` dossiers, copies of one that was accepted."""
    pattern = setup.collection(INTAKE, "dossiers").find_one({"code": {"$gt": ""}})
    dossiers = setup.database(database)["dossiers"]
    made = _dossiers(pattern, count - dossiers.estimated_document_count())
    while batch := [document for document, _ in zip(made, range(BATCH), strict=False)]:
        dossiers.insert_many(batch, ordered=False)


def _dossiers(pattern: dict[str, Any], count: int) -> Iterator[dict[str, Any]]:
    for number in range(count):
        state = STATES[number % len(STATES)]
        coded = state != "submitted"
        yield pattern | {
            "_id": str(uuid.uuid4()),
            "state": state,
            "code": f"{pattern['book']}-{number + 100_000}" if coded else "",
            "submitted": pattern["submitted"] - timedelta(minutes=number + 1),
            "received": pattern["received"] if coded else None,
            "owner": f"citizen-{number % 20_000}",
            "history": pattern["history"] * (LIVES if state == "returned" else 1),
            "outbox": [],
        }


def _ready(watch: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://{HOST}:{watch}/readyz", timeout=2):
            return True
    except OSError:
        return False


def cpu_seconds(pid: int) -> float:
    """The CPU time (user and system) that a process has used so far."""
    used = psutil.Process(pid).cpu_times()
    return float(used.user + used.system)
