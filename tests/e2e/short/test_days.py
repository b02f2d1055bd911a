"""`motcua up --day 10s`: warnings, lateness and the unit's calendar, seen within a minute."""

import uuid
from datetime import date, datetime, timedelta

import pytest

from tests.e2e.short.hastened import Hastened
from tests.processes import until

pytestmark = pytest.mark.timeout(300)  # the first test waits for the whole platform

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


@pytest.fixture(scope="module")
def dossier(running: Hastened) -> str:
    """A dossier of a procedure of two days, in weeks without a day off."""
    running.ask("publisher", "catalogue", "PUT", f"/procedures/{CODE}", SHORT)
    running.ask("publisher", "catalogue", "POST", f"/procedures/{CODE}/publish", {})
    until(lambda: _known(running), within=30, why="intake knows the procedure")
    body = {
        "procedure": CODE,
        "channel": "online",
        "applicant": {"name": "Trần Thị Ví Dụ", "phone": "0912345677"},
        "documents": [{"paper": "Đơn đề nghị", "id": str(uuid.uuid4())}],
    }
    handed_in = running.ask("citizen", "intake", "POST", "/dossiers", body)["id"]
    running.ask("clerk", "intake", "POST", f"/dossiers/{handed_in}/accept", {})
    return str(handed_in)


def _known(running: Hastened) -> bool:
    return running.call("clerk", "intake", f"/procedures/{CODE}").is_success


def test_every_warning_is_told_once_within_a_minute(running: Hastened, dossier: str) -> None:
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
    shown = running.ask("clerk", "intake", "GET", f"/dossiers/{dossier}")
    assert shown["minutes_left"] < 0


def test_the_command_shows_and_changes_the_calendar(running: Hastened, dossier: str) -> None:
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


def test_days_do_not_change_their_length(running: Hastened) -> None:
    refused = running.motcua("up", "--day", "20s")
    assert refused.returncode == 1
    assert "A day lasts 10 seconds here already" in refused.stderr
