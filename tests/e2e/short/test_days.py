"""`motcua up --day 10s`: warnings, lateness, an apology and the calendar, within a minute."""

import re
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from tests.e2e.short.hastened import DIRECTOR, Hastened
from tests.processes import until

CODE, LONGER = "9.000001", "9.000002"
LATE, SORRY = "0912345677", "0912345687"
AGENCY = "so-xay-dung"
HEAD, HEAD_PHONE = "truong-phong@example.vn", "0912345697"
OFFICER, DESK = f"officer:somebody:{AGENCY}", f"routing:{AGENCY}"
SHORT: dict[str, Any] = {
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
    """A dossier of a procedure of two days, in weeks without a day off; officers left addresses."""
    roles = ["clerk", "specialist", "head", "leader", "seal", "staff"]
    for name, role, reached in (
        ("somebody", roles, {}),
        (f"officer-{AGENCY}", roles, {}),  # who works there in other tests
        ("truong-phong", ["head"], {"email": HEAD, "phone": HEAD_PHONE}),
    ):
        body = {"name": name, "roles": role, **reached}
        running.ask(OFFICER, DESK, "PUT", f"/officers/{name}", body)
    return _handed_in(running, CODE, LATE)


def _handed_in(running: Hastened, code: str, phone: str, days: int = 2) -> str:
    """A dossier of a new procedure of so many days, received."""
    task = {**SHORT["route"][0]["tasks"][0], "amount": days}
    time = {"unit": "working_days", "amount": days}
    procedure = {**SHORT, "time": time, "route": [{"tasks": [task]}]}
    running.ask("publisher", "catalogue", "PUT", f"/procedures/{code}", procedure)
    running.ask("publisher", "catalogue", "POST", f"/procedures/{code}/publish", {})
    until(lambda: _known(running, code), within=30, why="intake knows the procedure")
    body = {
        "procedure": code,
        "channel": "online",
        "applicant": {"name": "Trần Thị Ví Dụ", "phone": phone},
        "documents": [{"paper": "Đơn đề nghị", "id": running.upload("citizen", "Đơn đề nghị")}],
    }
    handed_in = running.ask("citizen", "intake", "POST", "/dossiers", body)["id"]
    running.ask("clerk", "intake", "POST", f"/dossiers/{handed_in}/accept", {})
    return str(handed_in)


def _known(running: Hastened, code: str) -> bool:
    return running.request("clerk", "intake", "GET", f"/procedures/{code}").is_success


def test_every_warning_is_told_once_within_a_minute(running: Hastened, dossier: str) -> None:
    until(lambda: _overdue(running, dossier), within=60, why="overdue")
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


def test_the_desk_apologises_once_and_in_time_and_the_citizen_is_told(
    running: Hastened, dossier: str
) -> None:
    assert dossier
    sorry = _handed_in(running, LONGER, SORRY, days=4)
    step = f"/steps/{sorry}.0.0"
    until(
        lambda: running.request(OFFICER, DESK, "POST", f"{step}/take", {}).is_success,
        within=20,
        why="the order at the desk",
    )
    was = _shown(running, sorry)["due"]
    new = str(datetime.fromisoformat(was) + timedelta(days=1))
    apology = {"due": new, "reason": "Chờ kết quả đo đạc."}
    running.ask(OFFICER, DESK, "POST", f"{step}/extend", apology)
    until(lambda: _shown(running, sorry)["apologised"], within=20, why="the apology at the centre")
    shown = _shown(running, sorry)
    assert datetime.fromisoformat(shown["due"]) == datetime.fromisoformat(new)
    assert shown["apologised"] == was
    (told,) = [each for each in running.events(sorry) if each["type"] == "dossier.apologised"]
    assert (told["data"]["was"], told["data"]["due"]) == (was, shown["due"])
    # The citizen reads why, has form 04, and got one SMS that says so.
    tracked = running.ask("citizen", "intake", "GET", f"/tracking/{shown['code']}")
    assert any("apologised" in line["text"] for line in tracked["ledger"])
    (form,) = [each for each in shown["forms"] if each["kind"] == "apology"]
    content = f"/documents/{form['id']}/content"
    until(lambda: _paper(running, content), within=150, why="form 04 is printed")
    until(lambda: _sorry(running), within=20, why="the SMS")
    assert len(_sorry(running)) == 1
    # Once: neither the desk nor the counter may name another date.
    again = {**apology, "due": str(datetime.fromisoformat(new) + timedelta(days=1))}
    counter = f"/dossiers/{sorry}/apologise"
    for refused in (
        running.request(OFFICER, DESK, "POST", f"{step}/extend", again),
        running.request("clerk", "intake", "POST", counter, {**again, "agency": AGENCY}),
    ):
        assert (refused.status_code, "once" in refused.text) == (409, True), refused.text
        assert refused.json()["article"].startswith("NĐ 118/2025")
    assert _shown(running, sorry)["due"] == shown["due"]


def test_an_apology_on_the_last_day_is_too_late(running: Hastened, dossier: str) -> None:
    due = _shown(running, dossier)["due"]
    until(lambda: _overdue(running, dossier), within=60, why="overdue")
    running.ask(OFFICER, DESK, "POST", f"/steps/{dossier}.0.0/take", {})
    late = {
        "due": str(datetime.fromisoformat(due) + timedelta(days=9)),
        "reason": "Chờ kết quả đo đạc.",
    }
    counter = f"/dossiers/{dossier}/apologise"
    for refused in (
        running.request(OFFICER, DESK, "POST", f"/steps/{dossier}.0.0/extend", late),
        running.request("clerk", "intake", "POST", counter, {**late, "agency": AGENCY}),
    ):
        assert (refused.status_code, "one day before" in refused.text) == (409, True), refused.text
    assert _shown(running, dossier)["due"] == due
    assert not any(each["type"] == "dossier.apologised" for each in running.events(dossier))


def _shown(running: Hastened, dossier: str) -> Any:
    return running.ask("citizen", "intake", "GET", f"/dossiers/{dossier}")


def _overdue(running: Hastened, dossier: str) -> bool:
    return any(each["type"] == "dossier.overdue" for each in running.events(dossier))


def _paper(running: Hastened, content: str) -> bool:
    return running.request("citizen", "documents", "GET", content).content.startswith(b"%PDF")


def _sorry(running: Hastened) -> list[str]:
    return [text for text in running.texts(SORRY) if "xin loi vi tre hen" in text]


def test_the_director_hears_of_it_urges_and_has_the_desks_answer(
    running: Hastened, dossier: str
) -> None:
    def told() -> list[Any]:
        return [e for e in running.events(dossier) if e["type"] == "dossier.escalated"]

    until(lambda: bool(told()), within=60, why="the director is told")
    late = running.ask("director", "intake", "GET", f"/late?agency={AGENCY}")["late"]
    (row,) = [each for each in late if each["id"] == dossier]
    assert row["where"][0]["agency"] == AGENCY
    assert row["minutes_late"] > 0
    assert row["used"][0]["percent"] == 100
    body = {"words": "Đề nghị báo cáo lý do chậm", "agency": AGENCY}
    path = f"/dossiers/{dossier}/urge"
    urging = running.ask("director", "intake", "POST", path, body)["urgings"][0]

    def at_the_desk() -> list[Any]:
        listed = running.ask(OFFICER, DESK, "GET", "/lists/urged")
        return [each["id"] for each in listed["steps"]]

    until(lambda: urging["step"] in at_the_desk(), within=20, why="the desk is urged")
    promised = (datetime.fromisoformat(urging["answer_by"]) + timedelta(days=9)).isoformat()
    answer = f"/steps/{urging['step']}/urgings/{urging['id']}"
    body = {"reason": "chờ đo đạc", "promised": promised}
    running.ask(OFFICER, DESK, "POST", answer, body)
    assert at_the_desk() == []

    def answered() -> Any:
        shown = running.ask("director", "intake", "GET", f"/dossiers/{dossier}/urgings")
        return shown["urgings"][0]["answered"]

    until(answered, within=20, why="the answer is at the centre")
    history = [each["type"] for each in running.events(dossier)]
    assert history.count("step.urged") == history.count("dossier.urging_answered") == 1
    counted = [(e["data"]["matter"], e["data"]["step"], e["data"]["count"]) for e in told()]
    assert len(counted) == len(set(counted))
    assert "đo đạc" not in str(running.events(dossier))


def test_the_head_and_the_director_are_written_to_of_the_dossier_and_of_nobody(
    running: Hastened, dossier: str
) -> None:
    code = _shown(running, dossier)["code"]

    def read(address: str, *words: str) -> list[str]:
        letters = [each for each in running.letters(address) if code in each]
        return [each for each in letters if all(word in each for word in words)]

    until(lambda: bool(read(DIRECTOR, "Reminder: ", f"/late/{dossier}")), within=30, why="director")
    until(lambda: bool(read(HEAD, "quá hạn từ", "giải quyết")), within=75, why="the head")
    until(lambda: bool(read(HEAD, "Giám đốc đôn đốc")), within=10, why="the urging")
    until(lambda: bool(running.texts(HEAD_PHONE)), within=10, why="the SMS")
    assert f"https://desk.example.vn/{AGENCY}" in read(HEAD)[0]
    everything = str([running.letters(each) for each in (HEAD, DIRECTOR)])
    assert "Trần Thị Ví Dụ" not in everything
    assert LATE[1:] not in everything
    assert "báo cáo lý do chậm" not in everything


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
    assert re.search(rf"{day}  off by decision +storm", shown.stdout)
    again = running.motcua("calendar", "add", day, *words)
    assert "the same as before" in again.stdout
    wrong = running.motcua("calendar", "add", "2026-02-30", *words)
    assert wrong.returncode == 1
    assert "2026-02-30" in wrong.stderr
    removed = running.motcua("calendar", "remove", day, "--watch")
    assert "Edition 3 is in force." in removed.stdout
    assert not re.search(rf"{day}  off by decision", running.motcua("calendar", "show").stdout)
    assert "the same as before" in running.motcua("calendar", "remove", day).stdout
    never = running.motcua("calendar", "remove", "2030-05-06")
    assert never.returncode == 1
    assert "never decided on 2030-05-06" in never.stderr


def test_the_next_plan_is_entered_without_a_release(running: Hastened) -> None:
    year = date.today().year + 1  # noqa: DTZ011 -- as above
    shown = running.motcua("calendar", "show").stdout
    assert f"{year}: expected, not decided yet" in shown
    assert "Lunar New Year (Tết) (expected)" in shown
    by = ("--decision", "1/TB-BNV", "--watch")
    entered = running.motcua("calendar", "national", "plan", str(year), *by)
    assert entered.returncode == 0, entered.stderr
    shown = running.motcua("calendar", "show").stdout
    assert f"{year}: the plan is decided (1/TB-BNV)." in shown
    assert running.motcua("calendar", "national", "remove", str(year)).returncode == 0
    assert f"{year}: expected, not decided yet" in running.motcua("calendar", "show").stdout


def test_days_do_not_change_their_length(running: Hastened) -> None:
    refused = running.motcua("up", "--day", "20s")
    assert refused.returncode == 1
    assert "A day lasts 10 seconds here already" in refused.stderr
