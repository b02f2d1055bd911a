"""`motcua up --day 10s`: warnings, lateness and the unit's calendar, seen within a minute."""

import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from cli import tokens
from cli.embedded.folder import ROOT
from cli.embedded.ports import free_ports
from cli.stack import Stack
from tests.processes import until

pytestmark = pytest.mark.timeout(240)  # the first test waits for the whole platform

CODE = "9.000001"
AGENCY = "so-xay-dung"
SHORT = {
    "name": "Thủ tục hai ngày",
    "field": "Xây dựng",
    "agency": AGENCY,
    "agency_name": "Sở Xây dựng",
    "time": {"unit": "working_days", "amount": 2},
    "papers": [{"name": "Đơn đề nghị"}],
    "route": [
        {"tasks": [{"agency": AGENCY, "action": "giải quyết", "amount": 2, "decides": True}]}
    ],
}
WARNINGS = ("dossier.due_soon", "dossier.apology_due", "dossier.overdue")


@dataclass
class Running:
    """A platform whose days last ten seconds."""

    data: Path
    base: int

    def motcua(self, *words: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "cli", "--lang", "en", *words]
        environ = {"PATH": os.environ["PATH"], "MOTCUA_DATA": str(self.data)}
        return subprocess.run(
            command, env=environ, cwd=ROOT, capture_output=True, text=True, check=False, timeout=200
        )

    def call(self, role: str, service: str, method: str, path: str, body: Any = None) -> Any:
        stack = Stack(self.data)
        signed = tokens.token(stack.folder, role, "somebody")
        headers = {"Authorization": f"Bearer {signed}", "Idempotency-Key": uuid.uuid4().hex}
        url = stack.worker(service).url + path
        answer = httpx.request(method, url, headers=headers, json=body, timeout=30)
        assert answer.is_success, answer.text
        return answer.json()

    def events(self, dossier: str) -> list[Any]:
        """What the feed tells of a dossier, oldest first."""
        told, after = [], 0
        while True:
            page = self.call("integrator", "subscriptions", "GET", f"/events?after={after}")
            told += [each for each in page["events"] if each["subject"] == dossier]
            if page["next"] == after:
                return told
            after = page["next"]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    made = Running(tmp_path_factory.mktemp("short") / "data", free_ports().base)
    try:
        up = made.motcua("up", "--day", "10s", "--base-port", str(made.base))
        assert up.returncode == 0, up.stderr
        assert "A day lasts 10 seconds." in up.stdout
        yield made
    finally:
        made.motcua("down")


@pytest.fixture(scope="module")
def dossier(running: Running) -> str:
    """A dossier of a procedure of two days, in weeks without a day off."""
    _work_every_day(running)
    running.call("publisher", "catalogue", "PUT", f"/procedures/{CODE}", SHORT)
    running.call("publisher", "catalogue", "POST", f"/procedures/{CODE}/publish", {})
    until(lambda: _known(running), within=30, why="intake knows the procedure")
    body = {
        "procedure": CODE,
        "channel": "online",
        "applicant": {"name": "Trần Thị Ví Dụ", "phone": "0912345677"},
        "documents": [{"paper": "Đơn đề nghị", "id": str(uuid.uuid4())}],
    }
    handed_in = running.call("citizen", "intake", "POST", "/dossiers", body)["id"]
    running.call("clerk", "intake", "POST", f"/dossiers/{handed_in}/accept", {})
    return str(handed_in)


def _work_every_day(running: Running) -> None:
    first = date.today() - timedelta(days=2)  # noqa: DTZ011 -- any day before all of it
    days = [
        {"date": str(first + timedelta(days=n)), "kind": "worked", "note": "thử"} for n in range(60)
    ]
    body = {
        "days": days,
        "warnings": {"share": 30, "apology_hours": 12},
        "reason": {"vi": "thử", "en": "trial"},
        "edition": 0,
    }
    assert running.call("administrator", "intake", "PUT", "/calendar", body)["edition"] == 1


def _known(running: Running) -> bool:
    listed = running.call("clerk", "intake", "GET", "/calendar")
    assert listed["edition"] == 1
    stack = Stack(running.data)
    signed = tokens.token(stack.folder, "clerk", "somebody")
    url = f"{stack.worker('intake').url}/procedures/{CODE}"
    return httpx.get(url, headers={"Authorization": f"Bearer {signed}"}).is_success


def test_every_warning_is_told_once_within_a_minute(running: Running, dossier: str) -> None:
    def overdue() -> bool:
        return any(each["type"] == "dossier.overdue" for each in running.events(dossier))

    until(overdue, within=60, why="overdue")
    told = {each["type"]: each for each in running.events(dossier)}
    warned = [e["type"] for e in running.events(dossier) if e["type"] in WARNINGS]
    assert sorted(warned) == sorted(WARNINGS)
    due = told["dossier.accepted"]["data"]["due"]
    for each in WARNINGS:
        assert told[each]["data"]["due"] == due
    assert told["dossier.due_soon"]["time"] < due < told["dossier.overdue"]["time"]
    assert told["dossier.apology_due"]["time"] < told["dossier.apology_due"]["data"]["until"] < due
    late = datetime.fromisoformat(told["dossier.overdue"]["time"]) - datetime.fromisoformat(due)
    assert late < timedelta(days=1)
    shown = running.call("clerk", "intake", "GET", f"/dossiers/{dossier}")
    assert shown["minutes_left"] < 0


def test_the_command_shows_and_changes_the_calendar(running: Running, dossier: str) -> None:
    assert dossier
    day = str(date.today() + timedelta(days=40))  # noqa: DTZ011 -- as above
    words = ("--kind", "off", "--note", "nghỉ bão", "--note-en", "storm")
    added = running.motcua("calendar", "add", day, *words, "--watch")
    assert added.returncode == 0, added.stderr
    assert "Edition 2 is in force." in added.stdout
    assert "Done" in added.stdout
    shown = running.motcua("calendar", "show")
    assert "Edition 2: storm" in shown.stdout
    assert f"{day}  off by decision" in shown.stdout
    again = running.motcua("calendar", "add", day, *words)
    assert "the same as before" in again.stdout
    wrong = running.motcua("calendar", "add", "2026-02-30", *words)
    assert wrong.returncode == 1
    assert "2026-02-30" in wrong.stderr


def test_days_do_not_change_their_length(running: Running) -> None:
    refused = running.motcua("up", "--day", "20s")
    assert refused.returncode == 1
    assert "A day lasts 10 seconds here already" in refused.stderr
