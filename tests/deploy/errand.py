"""A short journey over the composed platform: two agencies, from the papers to the result."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from cli.catalogue.csv_and_json import read_rows
from cli.catalogue.importer import ImportStatus, import_row, open_catalogue
from cli.embedded.data_folder import ROOT, DataFolder
from cli.embedded.ports import HOST
from cli.journey.sample_pdf import pdf
from services.catalogue.domain.rows import Known
from tests.deploy.composed import Composed, until, variable

PROCEDURE = "1.009645"
REGISTRAR, CHAIRMAN = "so-ke-hoach-dau-tu", "ubnd-tinh"
ROUTES: Mapping[str, Any] = {
    PROCEDURE: [
        [{"agency": REGISTRAR, "action": "thẩm định", "amount": 10}],
        [{"agency": CHAIRMAN, "action": "chấp thuận", "amount": 7, "decides": True}],
    ]
}
HEADERS = {"Content-Type": "application/pdf", "X-Filename": quote("Quyết định.pdf")}
TOLD = (
    "dossier.submitted",
    "dossier.accepted",
    "step.received",
    "step.received",
    "step.completed",
    "step.completed",
    "dossier.resolved",
    "dossier.returned",
)


def publish(platform: Composed) -> None:
    """The procedure, with a route through the two agencies that docker-compose.yml has."""
    rows = read_rows((ROOT / "catalogue-data" / "procedures.json").read_text(encoding="utf-8"))
    line, row = next(each for each in rows if each[1].get("code") == PROCEDURE)
    platform.call("publisher", "catalogue", "/procedures")
    address = f"http://{HOST}:{platform.ports[variable('catalogue')]}"
    with open_catalogue(DataFolder(ROOT), address, platform.tokens["publisher"]) as client:
        outcome = import_row(client, line, row, Known(routes=ROUTES))
    assert outcome.status == ImportStatus.PUBLISHED, outcome
    path = f"/procedures/{PROCEDURE}"
    until(lambda: platform.call("clerk", "intake", path).is_success, "the procedure at the counter")


class Errand:
    """One dossier."""

    def __init__(self, platform: Composed) -> None:
        """The citizen hands it in, and the clerk accepts it."""
        self._platform = platform
        procedure = self._do("citizen", "catalogue", f"/procedures/{PROCEDURE}")
        papers = [each["name"] for each in procedure["papers"] if each["required"]]
        paper = self._upload("citizen", "Giấy tờ")
        body = {
            "procedure": PROCEDURE,
            "channel": "online",
            "applicant": {"name": "Trần Thị Ví Dụ", "phone": "0912345677"},
            "documents": [{"paper": name, "id": paper} for name in papers],
        }
        self.id = str(self._do("citizen", "intake", "/dossiers", body)["id"])
        self.code = str(self._do("clerk", "intake", f"/dossiers/{self.id}/accept", {})["code"])

    def finish(self) -> None:
        """Both agencies do their step, the citizen has the result, the clerk hands it over."""
        self._work(REGISTRAR, "agreed")
        decision = pdf("Quyết định", self.code)
        document = self._work(CHAIRMAN, "approved", decision)
        path = f"/dossiers/{self.id}"
        until(lambda: self._do("citizen", "intake", path)["state"] == "resolved", "a result")
        assert self._do("citizen", "intake", path)["result"] == document
        content = f"/documents/{document}/content"
        got = until(lambda: self._readable(content), "the result to read")
        assert hashlib.sha256(got).digest() == hashlib.sha256(decision).digest()
        self._do("clerk", "intake", f"{path}/return", {"channel": "online"})

    def _work(self, agency: str, outcome: str, decision: bytes = b"") -> str:
        desk = f"routing-{agency}"
        step = until(lambda: self._step(agency, desk), f"the step of {self.id} at {agency}")
        self._do(agency, desk, f"/steps/{step}/take", {})
        document = self._upload(agency, "Ý kiến", decision)
        done = {"outcome": outcome, "document": document}
        self._do(agency, desk, f"/steps/{step}/complete", done)
        return document

    def _step(self, agency: str, desk: str) -> str:
        listed = self._do(agency, desk, "/steps?state=received&limit=200")["steps"]
        return next((str(each["id"]) for each in listed if each["id"].startswith(self.id)), "")

    def _upload(self, who: str, title: str, content: bytes = b"") -> str:
        content = content or pdf(title, self.id if hasattr(self, "id") else title)
        stored = self._platform.call(who, "documents", "/documents", content, headers=HEADERS)
        assert stored.status_code == 201, stored.text
        return str(stored.json()["id"])

    def _readable(self, path: str) -> bytes | None:
        answer = self._platform.call("citizen", "documents", path)
        return answer.content if answer.is_success else None

    def _do(self, who: str, service: str, path: str, body: Any = None) -> Any:
        answer = self._platform.call(who, service, path, body)
        assert answer.is_success, f"{service} {path}: {answer.status_code} {answer.text}"
        return answer.json()


def feed(platform: Composed) -> list[Mapping[str, Any]]:
    """Every event an integrator can read, from the first one on."""
    events: list[Mapping[str, Any]] = []
    position = 0
    while True:
        page = platform.call("integrator", "subscriptions", f"/events?after={position}").json()
        events += page["events"]
        if page["next"] == position:
            return events
        position = page["next"]


def flaws(events: Sequence[Mapping[str, Any]], errands: Sequence[Errand]) -> list[str]:
    """What is lost or doubled: each dossier's events are told once, without a gap."""
    found = []
    for errand in errands:
        own = [each for each in events if each["subject"].startswith(errand.id)]
        for told in {(each["source"], each["subject"]) for each in own}:
            seqs = [each["seq"] for each in own if (each["source"], each["subject"]) == told]
            if sorted(seqs) != list(range(1, len(seqs) + 1)):
                found.append(f"{told}: {seqs}")
        types = sorted(each["type"] for each in own if each["type"] in TOLD)
        if types != sorted(TOLD):
            found.append(f"{errand.id}: {json.dumps(types)}")
    return found
