"""What no agency's queue takes comes back over a real broker, to who sent it, whoever dies."""

import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from cli import tokens
from cli.__main__ import run
from cli.embedded.data_folder import DataFolder
from contracts.procedure import Stage, Task
from services.catalogue.service import Catalogue
from services.documents.service import DocumentsService
from services.feedback.service import FeedbackService
from services.intake.service import Intake
from services.routing.service import Routing
from tests.builders import BUILDING, PROCEDURE, REGISTRAR, handed_in, published
from tests.integration.test_known_documents import publish_procedure
from tests.platform_fixtures import Platform
from tests.processes import Bench, Process, bench, until

NO_QUEUE = "ubnd-tinh"  # in the list of agencies, and on this broker nobody's
ABOUT = {
    "kind": "complaint",
    "about": BUILDING,
    "text": "chậm",
    "person": {"name": "Hoa", "phone": "+84912345678"},
}


class Desk:
    """Intake and feedback at work, on a broker that knows one agency."""

    def __init__(self, made: Bench, folder: DataFolder) -> None:
        self.made, self.folder = made, folder
        self.keys = str(tokens.public_keys_file(folder))
        self.feedback, self.intake = self.start("feedback"), self.start("intake")

    def start(self, name: str) -> Process:
        return self.made.start(name, module="services", TOKEN_KEYS=self.keys).wait_ready()

    def ask(self, process: Process, who: str, path: str, body: Any = None) -> httpx.Response:
        headers = {
            "Authorization": f"Bearer {tokens.sign_token(self.folder, who, who)}",
            "Idempotency-Key": uuid.uuid4().hex,
            "Accept-Language": "en",
        }
        if body is None:
            return process.http.get(path, headers=headers)
        return process.http.post(path, headers=headers, json=body)

    def complain(self) -> str:
        answer = self.ask(self.feedback, "citizen", "/feedback", ABOUT)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def forward(self, complaint: str, agency: str) -> httpx.Response:
        path = f"/feedback/{complaint}/forward"
        return self.ask(self.feedback, "centre", path, {"agency": agency})

    def complaint(self, complaint: str) -> dict[str, Any]:
        return dict(self.ask(self.feedback, "centre", f"/feedback/{complaint}").json())

    def lost(self, complaint: str) -> bool:
        return bool(self.complaint(complaint)["state"] == "received")


@pytest.fixture(scope="module")
def desk(platform: Platform, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("returned")
    services: list[type] = [Intake, FeedbackService, Catalogue, DocumentsService, Routing]
    with bench(platform, services, folder, [REGISTRAR]) as made:
        yield Desk(made, DataFolder(folder))


def test_a_complaint_that_reaches_nobody_can_be_forwarded_again(desk: Desk) -> None:
    complaint = desk.complain()
    refused = desk.forward(complaint, "khong-co-that")
    assert refused.status_code == 422
    assert "khong-co-that" in refused.json()["detail"]
    assert desk.forward(complaint, NO_QUEUE).status_code == 200
    until(lambda: desk.lost(complaint), why="the order comes back")
    assert desk.complaint(complaint)["unreached"] == [NO_QUEUE]
    again = desk.forward(complaint, REGISTRAR)
    assert (again.status_code, again.json()["asked"]) == (200, REGISTRAR)
    until(lambda: desk.made.messages(f"routing.{REGISTRAR}") == 1, why="it reached the desk")
    assert not desk.lost(complaint)


def test_what_comes_back_to_a_process_that_died_is_taken_back_by_the_next(desk: Desk) -> None:
    complaints = [desk.complain() for _ in range(5)]
    for each in complaints:
        assert desk.forward(each, NO_QUEUE).status_code == 200
    desk.feedback.kill()
    desk.feedback = desk.start("feedback")
    for each in complaints:
        until(lambda: desk.lost(each), why="taken back")  # noqa: B023 -- at once
    kept = desk.made.documents("feedback", "feedback").find({"_id": {"$in": complaints}})
    told = [entry["type"] for each in kept for entry in each["history"]]
    assert told.count("feedback.undelivered") == len(complaints)


def test_what_lay_there_before_anybody_took_it_back_is_taken_back_when_replayed(
    desk: Desk,
) -> None:
    complaint = desk.complain()
    desk.forward(complaint, NO_QUEUE)
    until(lambda: desk.lost(complaint))
    database = desk.made.documents("feedback", "feedback")
    forwarded = {"state": "forwarded", "asked": NO_QUEUE, "unreached": [], "handled": []}
    database.update_one({"_id": complaint}, {"$set": forwarded, "$inc": {"version": 1}})
    words = ["--lang", "en", "dead", "replay", "orders.unrouted"]
    assert run([*words, "--broker", desk.made.platform.amqp_url()]) == 0
    until(lambda: desk.lost(complaint), why="the operator's copy comes back too")


def test_a_step_that_reaches_nobody_is_shown_and_sent_to_another_agency(desk: Desk) -> None:
    event = published(agency=NO_QUEUE, papers=(), route=_only(NO_QUEUE))
    publish_procedure(desk.made, event)
    until(lambda: desk.ask(desk.intake, "clerk", f"/procedures/{PROCEDURE}").is_success)
    dossier = desk.ask(desk.intake, "citizen", "/dossiers", handed_in(documents=[])).json()["id"]
    assert desk.ask(desk.intake, "clerk", f"/dossiers/{dossier}/accept", {}).is_success

    def undelivered() -> list[str]:
        shown = desk.ask(desk.intake, "clerk", f"/dossiers/{dossier}").json()
        return list(shown["undelivered"])

    step = f"{dossier}.0.0"
    until(lambda: undelivered() == [step], why="the order comes back")
    publish_procedure(
        desk.made, published(agency=REGISTRAR, version=2, papers=(), route=_only(REGISTRAR))
    )
    path = f"/dossiers/{dossier}/steps/{step}/send"
    before = desk.made.messages(f"routing.{REGISTRAR}")

    def sent() -> bool:
        return desk.ask(desk.intake, "clerk", path, {"agency": REGISTRAR}).is_success

    until(sent, why="the corrected procedure is known")
    assert undelivered() == []
    until(lambda: desk.made.messages(f"routing.{REGISTRAR}") > before, why="the desk has it")


def _only(agency: str) -> tuple[Stage, ...]:
    task = Task(agency=agency, action="chấp thuận", amount=3, decides=True)
    return (Stage(tasks=(task,)),)
