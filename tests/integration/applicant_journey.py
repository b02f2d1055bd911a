"""An applicant whose data are words that nobody else says, and the whole way of their dossier."""

import json
import uuid
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
from kombu import Connection, Producer

from cli import tokens
from cli.__main__ import run
from cli.embedded.data_folder import DataFolder
from contracts.envelope import CONTENT_TYPE, Envelope
from contracts.orders import ContactGiven
from contracts.procedure import Stage, Task
from tests.builders import PROCEDURE, PROPOSAL, REGISTRAR, REQUEST_FORM, handed_in, published
from tests.integration.canaries import Canaries
from tests.integration.test_known_documents import publish_procedure
from tests.processes import Bench, Process, until

APPLICANT = {
    "name": "Khoàng Thị Phượng Vĩ",
    "phone": "0965407002",  # the SMS gateway's stand-in refuses a number that ends in 002
    "email": "pvi.khoang@vidu.example",
    "address": "29 ngõ Giếng Mứt, thôn Đồi Cọ",
    "identity": "036188554477",
}
REASON = "Thiếu giấy về mảnh vườn nhãn của cụ Khoàng."
NOTE = "Bà Vĩ hẹn mang bìa đỏ tới."
RIGHT_PHONE = "0965407113"
APPLIED = Canaries.of(
    (
        *(APPLICANT["name"], "Phượng Vĩ", "965407002", "965407113", "pvi.khoang"),
        *("Giếng Mứt", "036188554477", "vườn nhãn", "Bà Vĩ hẹn"),
    )
)
ALONE = (Stage(tasks=(Task(agency=REGISTRAR, action="quyết định", amount=5, decides=True),)),)
BY_ZALO = ("resolved", "returned", "accepted", "supplemented")
ZALO_SAYS = (200, '{"error":0,"message":"Success","data":{"msg_id":"m-1"}}')
QUEUE = "integrator.canary"
BELONGS: dict[tuple[str, str], set[str]] = {
    ("documents", "forms"): {"filled"},
    ("intake", "dossiers"): {"applicant", "corrections", "forms", "words"},
    ("intake", "lookups"): {"asked"},
    ("notifications", "applicants"): {"name", "phone", "email"},
    ("notifications", "notices"): {"to"},
    (f"routing_{REGISTRAR.replace('-', '_')}", "dockets"): {
        *("applicant", "words", "steps", "handled")
    },
}
"""Where an applicant's data belong: the service and collection, and the fields of documents.

Not in the history of any, whose entries are told to machines. `forms` are kept to be printed again
and proven; `lookups` is the audit log of what the counter looked for; a desk has the name, and what
its officers wrote of a step: in the step, and in the answer kept for a request that comes again.
"""


def zalo_url(folder: Path, port: int) -> str:
    """A provider at that port that has templates with a name and a code."""
    name = {"ten": {"fact": "name", "type": "name"}, "ma": {"fact": "code", "type": "code"}}
    known = {f"{kind}.vi": {"template": "312345", "parameters": name} for kind in BY_ZALO}
    (folder / "zalo.json").write_text(json.dumps(known), encoding="utf-8")
    (folder / "zalo-token").write_text("access", encoding="ascii")
    return f"zalo+http://127.0.0.1:{port}?token={folder}/zalo-token&templates={folder}/zalo.json"


class ApplicantJourney:
    """Intake, a desk and documents beside what runs already, and the people at their doors."""

    def __init__(self, made: Bench, told: dict[str, str], notifications: Process) -> None:
        """`told` are settings of every process."""
        self.notifications = notifications
        self.made, self.told, self.dossier = made, told, ""
        self.letters = ""
        """What the owner of a webhook that refused an event of it is shown."""
        platform = made.platform
        platform.files.start()
        queue = ["integrator", "--broker-api", platform.broker_api_url, "add", "canary"]
        assert run(queue) == 0
        self.documents = self._start(
            "documents",
            S3_URL=platform.s3_url,
            S3_ACCESS_KEY=platform.s3_access_key,
            S3_SECRET_KEY=platform.s3_secret_key,
            S3_BUCKET=made.database.replace("_", "-"),
        )
        self.intake = self._start("intake")
        self.desk = self._start("routing", user=f"routing.{REGISTRAR}", AGENCY=REGISTRAR)
        self.processes = (self.documents, self.intake, self.desk)
        for each in self.processes:
            each.wait_ready()
        publish_procedure(made, replace(published(), route=ALONE))

    def _start(self, name: str, *, user: str = "", **settings: str) -> Process:
        made = self.made
        told = made.settings(user or name) | self.told | settings
        made.processes.append(Process("services", name, told, made.logs))
        return made.processes[-1]

    def _ask(
        self, process: Process, who: str, path: str, method: str, **rest: Any
    ) -> httpx.Response:
        """As `role` or `role:subject:agency`."""
        role, subject, agency = (*who.split(":"), "", "")[:3]
        folder = DataFolder(self.made.logs)
        token = tokens.sign_token(folder, role, subject or role, agency=agency)
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": uuid.uuid4().hex}
        headers |= rest.pop("headers", {})
        return process.http.request(method, path, headers=headers, **rest)

    def post(self, process: Process, who: str, path: str, **rest: Any) -> Any:
        """As a role; the answer's JSON."""
        answer = self._ask(process, who, path, "POST", **rest)
        assert answer.is_success, (path, answer.text)
        return answer.json()

    def see(self, process: Process, who: str, path: str) -> Any:
        """What is shown there, {} if nothing is."""
        answer = self._ask(process, who, path, "GET")
        return answer.json() if answer.is_success else {}

    def upload(self, who: str) -> str:
        """A paper with the applicant's name in its own; its id."""
        headers = {"Content-Type": "application/pdf", "X-Filename": "don.pdf"}
        content = b"%PDF-1.7\n% " + uuid.uuid4().hex.encode() + b"\n%%EOF\n"
        sent = self.post(self.documents, who, "/documents", content=content, headers=headers)
        return str(sent["id"])

    def go(self) -> str:
        """From the handing in to the result; the id of the dossier."""
        asked = f"/procedures/{PROCEDURE}"
        until(lambda: self.see(self.intake, "clerk", asked), why="intake has the procedure")
        papers = [
            {"paper": each, "id": self.upload("citizen")} for each in (REQUEST_FORM, PROPOSAL)
        ]
        body = handed_in(applicant=APPLICANT, documents=papers)
        wrong = body | {"applicant": APPLICANT | {"phone": APPLICANT["name"]}}
        refused = self._ask(self.intake, "citizen", "/dossiers", "POST", json=wrong)
        assert refused.status_code == 422, refused.text
        self.dossier = self.post(self.intake, "citizen", "/dossiers", json=body)["id"]
        place = f"/dossiers/{self.dossier}"
        until(lambda: self.see(self.intake, "citizen", place).get("unheard") == [], why="files")
        self.post(self.intake, "clerk", f"{place}/accept", json={})
        self._choose(["zalo", "sms"])
        found = f"/dossiers/search?q={APPLICANT['phone']}"
        assert self.dossier in str(self.see(self.intake, "clerk", found))
        self._work()
        until(lambda: self._shown("state") == "resolved", why="there is a result")
        self.post(self.intake, "clerk", f"{place}/return", json={"channel": "online"})
        return self.dossier

    def _choose(self, channels: list[str]) -> None:
        """How the person wishes to be told from now on, as the counter notes it."""
        place = f"/dossiers/{self.dossier}/contact"
        until(lambda: self.see(self.notifications, "clerk", place), why="the contact is known")
        chosen = self._ask(
            self.notifications, "clerk", place, "PUT", json={"channels": channels, "quiet": False}
        )
        assert chosen.is_success, chosen.text

    def break_a_contact(self) -> None:
        """A message with the person's data that nobody can read: it dies at notifications."""
        told = Envelope(
            id=uuid.uuid4().hex,
            source="motcua:intake",
            type=ContactGiven.TYPE,
            subject=self.dossier,
            time=datetime.now(UTC),
            seq=99,
            agency="trung-tam",
            data=APPLICANT | {"language": ["vi"], APPLICANT["name"]: APPLICANT["phone"]},
        )
        with Connection(self.made.platform.amqp_url("intake")) as connection:
            Producer(connection).publish(
                told.encode(),
                exchange=ContactGiven.EXCHANGE,
                routing_key=f"{told.type}.{told.agency}",
                content_type=CONTENT_TYPE,
                content_encoding="utf-8",
                message_id=told.id,
                user_id="intake",
            )

    def _shown(self, name: str) -> Any:
        return self.see(self.intake, "citizen", f"/dossiers/{self.dossier}").get(name)

    def _work(self) -> None:
        """The agency notes, asks for a paper, gets it, and decides; a wrong number is put right."""
        officer = f"officer:an:{REGISTRAR}"
        mine = "/steps?state=received&limit=50"
        (step,) = until(lambda: self.see(self.desk, officer, mine).get("steps"), why="it came")
        path = f"/steps/{step['id']}"
        self.post(self.desk, officer, f"{path}/take", json={})
        self.post(self.desk, officer, f"{path}/notes", json={"text": NOTE})
        need = {"papers": ["Bìa đỏ"], "reason": REASON}
        self.post(self.desk, officer, f"{path}/supplement", json=need)
        until(lambda: self._shown("to_supply"), why="the citizen is asked")
        place = f"/dossiers/{self.dossier}"
        right = {"applicant": {"phone": RIGHT_PHONE}, "reason": "Ghi nhầm số"}
        self.post(self.intake, "clerk", f"{place}/correct", json=right)
        given = {"documents": [{"paper": "Bìa đỏ", "id": self.upload("citizen")}]}
        self.post(self.intake, "citizen", f"{place}/supplement", json=given)
        until(lambda: self.see(self.desk, officer, path)["state"] != "waiting", why="it has it")
        done = {"outcome": "approved", "document": self.upload(officer)}
        self.post(self.desk, officer, f"{path}/complete", json=done)
