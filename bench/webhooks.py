"""`bench webhooks`: deliveries a second to healthy local targets, beside a bare urllib3 loop.

Both run in one process, send the same events and sign each with Ed25519; the bare loop has them in
memory and keeps no account. Targets that take 0, 20 and 100 ms.
"""

import json
import os
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import httpx
from pymongo import MongoClient

from bench.child_process import ChildProcess
from bench.report import Report
from bench.servers import BenchServers, bench_servers
from cli.embedded.data_folder import ROOT
from contracts.envelope import Envelope
from contracts.events import StepAssigned
from foundation.broker.topology import definitions, users
from foundation.web.auth import new_key, public_keys, sign
from services.subscriptions.service import SubscriptionsService

SUBSCRIPTIONS = 4
CALLS = 8  # under way to one subscription at most: services/subscriptions/domain/window.py
PAUSES = (0, 20, 100)  # ms
DELAYS = (2, 10, 60, 600)
WITHIN = 300.0
GOALS = {"motcua / bare, 0 ms": 0.6, "motcua, deliveries/s, 0 ms": 500.0}


def measure(rounds: int, events: int) -> Report:
    """Measure `rounds` times with so many events for each of the subscriptions."""
    made = Report("Webhooks: deliveries a second, in one process each", goals=GOALS)
    with bench_servers() as servers, _service(servers, events) as service:
        for number in range(rounds):
            for pause in PAUSES:
                with _target(servers, pause) as port:
                    bare = _bare(servers, port, events, number)
                    ours = _motcua(service, port, events)
                made.rows.append({"target takes, ms": pause, "bare": bare, "motcua": ours})
    for pause in PAUSES:
        rows = [row for row in made.rows if row["target takes, ms"] == pause]
        best = max(row["motcua"] for row in rows)
        made.ratios[f"motcua / bare, {pause} ms"] = best / max(row["bare"] for row in rows)
        made.ratios[f"motcua, deliveries/s, {pause} ms"] = best
    return made


@contextmanager
def _target(servers: BenchServers, pause: int) -> Iterator[int]:
    log = servers.folder.path("target.log")
    child = ChildProcess("webhook_target", "target", {"PAUSE_MS": str(pause)}, log)
    try:
        yield int(child.receive(30)["port"])
    finally:
        child.end()


def _bare(servers: BenchServers, port: int, events: int, number: int) -> float:
    path = f"/bare/{number}"
    plan = {
        "GREEN": "1",
        "COUNT": str(SUBSCRIPTIONS * events),
        "THREADS": str(SUBSCRIPTIONS * CALLS),
        "URL": f"http://127.0.0.1:{port}{path}",
        "EVENT": _event(0).encode().decode(),
    }
    child = ChildProcess("webhook_target", "bare", plan, servers.folder.path("bare.log"))
    try:
        child.receive(WITHIN)
    finally:
        child.end()
    return _rate(port, [path])


def _motcua(service: httpx.Client, port: int, events: int) -> float:
    paths = [f"/motcua/{uuid.uuid4().hex[:8]}" for _ in range(SUBSCRIPTIONS)]
    made = [
        _post(service, "/subscriptions", target=f"http://127.0.0.1:{port}{path}", after=0)
        for path in paths
    ]
    deadline = time.monotonic() + WITHIN
    while any(_seen(port, path)[0] < events for path in paths):
        if time.monotonic() > deadline:
            raise TimeoutError("not everything was delivered")
        time.sleep(0.2)
    for each in made:
        _post(service, f"/subscriptions/{each['id']}/delete")
    return _rate(port, paths)


def _seen(port: int, path: str) -> list[float]:
    found: list[float] = httpx.get(f"http://127.0.0.1:{port}{path}", timeout=30).json()
    return found


def _rate(port: int, paths: list[str]) -> float:
    """Deliveries a second, from the first to the last of all these paths."""
    found = [_seen(port, path) for path in paths]
    seconds = max(each[2] for each in found) - min(each[1] for each in found)
    return sum(each[0] for each in found) / seconds


@contextmanager
def _service(servers: BenchServers, events: int) -> Iterator[httpx.Client]:
    """The running service, with so many events in its log."""
    key = new_key("centre")
    servers.folder.write("keys.json", public_keys([key]))
    passwords = servers.passwords(users([SubscriptionsService], []))
    servers.load(definitions([SubscriptionsService], [], passwords, DELAYS))
    told = servers.settings("subscriptions", "subscriptions", 0)
    _write_log(servers, events)
    environ = {
        **told,
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "WEBHOOK_NETWORKS": "127.0.0.0/8",
    }
    command = [sys.executable, "-m", "services", "subscriptions"]
    with servers.folder.path("service.log").open("wb") as log:
        process = subprocess.Popen(command, env=environ, stdout=log, stderr=log, cwd=ROOT)  # noqa: S603 -- our own
    claims = {"sub": "bench", "aud": ["subscriptions"], "scope": "events:read"}
    token = sign(claims | {"exp": int(time.time()) + 7200}, key)
    headers = {"Authorization": f"Bearer {token}"}
    try:
        _wait(told["WATCH_ADDRESS"])
        with httpx.Client(
            base_url=f"http://{told['HTTP_ADDRESS']}", headers=headers, timeout=60
        ) as client:
            yield client
    finally:
        process.terminate()
        process.wait()


def _wait(address: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"http://{address}/readyz").is_success:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.2)
    raise TimeoutError("the service is not ready")


def _write_log(servers: BenchServers, events: int) -> None:
    client: Any = MongoClient(servers.mongo_url)
    client[f"{servers.prefix}_subscriptions"]["log"].insert_many(
        {"_id": f"motcua:desk e-{n}", "position": n, "event": _event(n).encode().decode()}
        for n in range(1, events + 1)
    )
    client.close()


def _event(number: int) -> Envelope:
    told = StepAssigned(agency="so-xay-dung", step="s-1")
    return Envelope(
        id=f"e-{number}",
        source="motcua:routing:so-xay-dung",
        type=told.TYPE,
        subject=f"d-{number % 500}",
        time=datetime.now(UTC),
        seq=number,
        agency=told.agency,
        data=told.write(),
    )


def _post(service: httpx.Client, path: str, **body: Any) -> Any:
    sent = {"email": "bench@example.vn", **body} if body else {}
    headers = {"Idempotency-Key": uuid.uuid4().hex, "Content-Type": "application/json"}
    return service.post(path, content=json.dumps(sent), headers=headers).raise_for_status().json()
