"""`bench agencies`: twenty agencies' desks in one process: memory, capacity, and fairness.

First the memory of that process with one idle desk and with all of them. Then the capacity: every
officer completes steps as fast as they arrive, each step followed by one at the next agency of a
ring. Then, at the rate of a province, calm and flood phases in turn: in a flood one agency
completes ten times its share of steps, each followed by another of its own; measured is how long
the steps of the other agencies take to reach the next inbox.
"""

import time
import uuid
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import amqp
import psutil

from bench.amqp_channel import open_channel
from bench.child_process import ChildProcess, child_processes
from bench.intake_platform import INTAKE, LEARNT_WITHIN, LIFETIME, IntakePlatform, intake_platform
from bench.report import Report
from cli import agency_registry, tokens
from cli.agency_registry import ROUTING, Agency
from cli.embedded.data_folder import DataFolder
from cli.local_platform import DESKS, LocalPlatform
from contracts.envelope import Envelope
from contracts.events import ProcedurePublished
from contracts.procedure import Stage, Task, TimeLimit, Unit

AGENCIES = 20
LONG = 20  # stages of a route, each at another agency; in a flooding dossier all at the same one
SETTLED = 8.0  # seconds until a process that has just started is idle
LONGEST = 120.0  # seconds beyond the measured ones, of all and of each phase
RATE = 4.0  # steps a second by all of them: twice a province in its worst hour, docs/deploying.md
TIMES = 10  # the flooding agency completes so many times its share
PROCESS, FURTHER = "MB of the process, one desk", "MB of each further desk"
FLOOD = "the others' p99, flood / calm"
GOALS = {PROCESS: 80.0, FURTHER: 5.0, FLOOD: 1.2}
MB = 1e6


def measure(rounds: int, seconds: float) -> Report:
    """Measure memory, capacity, and `rounds` times a calm and a flood phase of `seconds` each."""
    with intake_platform(prepare_folder=_add_agencies) as setup:
        alone, together = _memory(setup)
        _publish_routes(setup)
        with child_processes(lambda: _driver(setup, rounds, seconds)) as (driver,):
            said = driver.receive(LONGEST + 2 * rounds * (seconds + LONGEST))
        worked = _resident(setup.platform)
        database = setup.database
    made = Report(f"{AGENCIES} agencies' desks in one process; times in ms", at_most=True)
    made.rows, made.database = said["rows"], database
    further = (together - alone) / (AGENCIES - 1)
    made.ratios = {
        PROCESS: alone,
        FURTHER: further,
        f"MB of the process, {AGENCIES} desks": together,
        "MB of the process after the work": worked,
        **said["ratios"],
    }
    made.goals = GOALS
    return made


def codes(folder: DataFolder) -> list[str]:
    """The codes of the agencies, in the order of the ring."""
    return [agency.code for agency in agency_registry.desk_slots(folder)]


def _add_agencies(folder: DataFolder) -> None:
    for number in range(AGENCIES - len(agency_registry.read_agencies())):
        code = f"so-{number + 1:02}"
        agency = Agency(code=code, name_vi=code, name_en=code, officer_vi="", unit="")
        agency_registry.add(folder, agency)


def _memory(setup: IntakePlatform) -> tuple[float, float]:
    """Megabytes of the idle process with one desk, and with all of them."""
    known = codes(setup.platform.folder)
    seen = []
    for hosted in (known[:1], known):
        agency_registry.set_hosted(setup.platform.folder, hosted)
        platform = _again(setup.platform)
        platform.write_settings()
        replace(setup, platform=platform).start(DESKS)
        time.sleep(SETTLED)
        seen.append(_resident(platform))
    return seen[0], seen[1]


def _again(platform: LocalPlatform) -> LocalPlatform:
    """The same platform, read again from its data folder."""
    return LocalPlatform(platform.folder.root, platform.ports.base)


def _resident(platform: LocalPlatform) -> float:
    """The resident memory (RSS) of the shared process, shared pages included, in megabytes."""
    pid = platform.supervisor.running()[DESKS].pid
    return float(psutil.Process(pid).memory_info().rss / MB)


def _publish_routes(setup: IntakePlatform) -> None:
    """Publish a procedure for each agency, whose route begins there, and the flooding one."""
    known = codes(setup.platform.folder)
    ring = [*known, *known]
    routes = {f"9.{at:06}": ring[at : at + LONG] for at in range(AGENCIES)}
    routes["8.000000"] = known[:1] * LONG
    opened = open_channel(setup.platform.servers.broker.amqp_url("catalogue"), confirm=True)
    for code, route in routes.items():
        told = _procedure(code, route)
        message = amqp.Message(
            told.encode(), message_id=told.id, user_id="catalogue", delivery_mode=2
        )
        opened.basic_publish(message, "events", f"{told.type}.{told.agency}")
    opened.connection.close()
    deadline = time.monotonic() + LEARNT_WITHIN
    learnt = setup.collection(INTAKE, "procedures")
    while learnt.count_documents({"_id": {"$in": list(routes)}}) < len(routes):
        if time.monotonic() > deadline:
            raise TimeoutError("intake does not learn the procedures")
        time.sleep(0.1)


def _procedure(code: str, route: Iterable[str]) -> Envelope:
    stages = (Stage(tasks=(Task(agency=each, action="Ý kiến", amount=5),)) for each in route)
    event = ProcedurePublished(
        agency="trung-tam",
        version=1,
        name=code,
        field="",
        time=TimeLimit(unit=Unit.WORKING_DAYS, amount=60),
        papers=(),
        route=tuple(stages),
    )
    return Envelope(
        id=uuid.uuid4().hex,
        source="motcua:catalogue",
        type=event.TYPE,
        subject=code,
        time=datetime.now(UTC),
        seq=1,
        agency=event.agency,
        data=event.write(),
    )


def _driver(setup: IntakePlatform, rounds: int, seconds: float) -> ChildProcess:
    platform = _again(setup.platform)
    known = codes(platform.folder)
    intake = platform.instance(INTAKE)
    plan: dict[str, Any] = {
        "agencies": known,
        "ports": {each: platform.instance(ROUTING, each).http for each in known},
        "tokens": {each: _officer(platform, each) for each in known},
        "intake": intake.http,
        "citizen": tokens.sign_token(platform.folder, "citizen", "citizen-1", lifetime=LIFETIME),
        "clerk": tokens.sign_token(platform.folder, "clerk", "clerk-1", lifetime=LIFETIME),
        "metrics": [intake.watch_url, platform.instance(ROUTING, known[0]).watch_url],
    }
    platform.folder.write("plan.json", plan)
    told = {
        "PLAN": str(platform.folder.path("plan.json")),
        "OPERATOR_URL": platform.servers.broker.amqp_url("operator"),
        "ROUNDS": str(rounds),
        "SECONDS": str(seconds),
        "RATE": str(RATE),
        "TIMES": str(TIMES),
    }
    return ChildProcess("agency_ring_load", "run", told, platform.folder.log("bench-ring"))


def _officer(platform: LocalPlatform, agency: str) -> str:
    return tokens.sign_token(platform.folder, "officer", "bench", agency=agency, lifetime=LIFETIME)
