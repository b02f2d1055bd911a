"""Documents, intake and a real broker: a receipt knows the files it rests on, late or not."""

import hashlib
import os
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from kombu import Connection, Producer

from cli import tokens
from cli.embedded.data_folder import DataFolder
from contracts.envelope import CONTENT_TYPE, Envelope
from contracts.events import ProcedurePublished
from foundation.persistence.object_client import connect
from foundation.persistence.object_store import object_name
from services.catalogue.service import Catalogue
from services.documents.service import DocumentsService
from services.intake.service import Intake
from tests.builders import PROCEDURE, PROPOSAL, REQUEST_FORM, handed_in, published
from tests.clamav import EICAR, clamd, free_port
from tests.platform_fixtures import Platform
from tests.processes import Bench, Process, bench, until

MB = 1024 * 1024
RANDOM = os.urandom(MB)
LARGER_THAN_THE_SCANNER_LOOKS = 2 * MB
LITTLE = ("MaxFileSize 1M",)
PDF = {"Content-Type": "application/pdf", "X-Filename": "don.pdf"}


@dataclass(frozen=True)
class LargeBody:
    """A PDF of 24 MB that is never whole in memory, and is like no other with another number."""

    SIZE = 24 * MB

    number: int

    def pieces(self) -> Iterator[bytes]:
        beginning = f"%PDF-1.7 {self.number:>1000}".encode()
        yield beginning + RANDOM[len(beginning) :]
        for _ in range(self.SIZE // MB - 1):
            yield RANDOM

    def sha256(self) -> str:
        seen = hashlib.sha256()
        for piece in self.pieces():
            seen.update(piece)
        return seen.hexdigest()


def resident(process: Process, line: str) -> int:
    """MB of memory by /proc: VmRSS is now, VmHWM the most there was.

    Not getrusage: to a child's figure Linux adds the one of the process that started it.
    """
    status = Path(f"/proc/{process.popen.pid}/status").read_text(encoding="ascii")
    return (
        next(int(each.split()[1]) for each in status.splitlines() if each.startswith(line)) // 1024
    )


class Centre:
    """Documents and intake at work, and people who use their doors."""

    def __init__(
        self, made: Bench, folder: DataFolder, limits: tuple[str, ...] = LITTLE, **more: str
    ) -> None:
        """`limits` are those of the scanner, `more` what else the services are told."""
        self.made, self.folder, self.limits = made, folder, limits
        self.scanner_port, self._scanner = free_port(), ExitStack()
        self.start_scanner()
        keys = str(tokens.public_keys_file(folder))
        platform = made.platform
        self.documents = made.start(
            "documents",
            module="services",
            TOKEN_KEYS=keys,
            S3_URL=platform.s3_url,
            S3_ACCESS_KEY=platform.s3_access_key,
            S3_SECRET_KEY=platform.s3_secret_key,
            S3_BUCKET=made.database.replace("_", "-"),
            SCANNER_URL=f"tcp://127.0.0.1:{self.scanner_port}",
            **more,
        )
        self.intake = made.start("intake", module="services", TOKEN_KEYS=keys)
        for each in (self.documents, self.intake):
            each.wait_ready()

    def ask(
        self, process: Process, who: str, path: str, method: str = "POST", **rest: Any
    ) -> httpx.Response:
        role, _, subject = who.partition(":")
        headers = {
            "Authorization": f"Bearer {tokens.sign_token(self.folder, role, subject or role)}",
            "Idempotency-Key": uuid.uuid4().hex,
            "Accept-Language": "en",
            **rest.pop("headers", {}),
        }
        return process.http.request(method, path, headers=headers, **rest)

    def start_scanner(self) -> None:
        self._scanner.enter_context(
            clamd(self.folder.root / "clamd", self.scanner_port, *self.limits)
        )

    def end_scanner(self) -> None:
        self._scanner.close()

    def state(self, document: str) -> str:
        shown = self.ask(self.documents, "citizen:hoa", f"/documents/{document}", "GET")
        return str(shown.json()["state"])

    def upload(self, who: str, more: bytes = b"") -> str:
        content = b"%PDF-1.7 " + uuid.uuid4().bytes + more
        answer = self.ask(self.documents, who, "/documents", content=content, headers=PDF)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def upload_large(self, body: LargeBody) -> str:
        headers = PDF | {"Content-Length": str(LargeBody.SIZE)}
        answer = self.ask(
            self.documents,
            "citizen:hoa",
            "/documents",
            content=body.pieces(),
            headers=headers,
            timeout=90,
        )
        assert answer.status_code == 201, answer.text
        return str(answer.json()["sha256"])

    def stored_hash(self, digest: str) -> str:
        """The hash of what lies in the store under that name."""
        platform = self.made.platform
        settings: Any = SimpleNamespace(
            s3_url=platform.s3_url,
            s3_access_key=platform.s3_access_key,
            s3_secret_key=platform.s3_secret_key,
        )
        client, bucket = connect(settings, connections=1), self.made.database.replace("_", "-")
        found, seen = client.get_object(bucket, object_name(digest)), hashlib.sha256()
        for piece in found.stream(MB):
            seen.update(piece)
        found.release_conn()
        return seen.hexdigest()

    def submit(self, *documents: str) -> dict[str, Any]:
        papers = zip((REQUEST_FORM, PROPOSAL), documents, strict=True)
        body = handed_in(documents=[{"paper": name, "id": id} for name, id in papers])
        answer = self.ask(self.intake, "citizen:hoa", "/dossiers", json=body)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    def accept(self, dossier: str) -> httpx.Response:
        return self.ask(self.intake, "clerk", f"/dossiers/{dossier}/accept", json={})


@pytest.fixture(scope="module")
def centre(platform: Platform, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    with open_centre(platform, tmp_path_factory.mktemp("centre"), published()) as centre:
        yield centre


@contextmanager
def open_centre(
    platform: Platform, folder: Path, event: ProcedurePublished, **more: Any
) -> Iterator[Centre]:
    """A centre that knows the procedure; `more` as for Centre."""
    platform.files.start()
    with bench(platform, [Intake, DocumentsService, Catalogue], folder) as made:
        centre = Centre(made, DataFolder(folder), **more)
        publish_procedure(made, event)
        asked = f"/procedures/{PROCEDURE}"
        until(lambda: centre.ask(centre.intake, "clerk", asked, "GET").is_success)
        yield centre
        centre.end_scanner()


def publish_procedure(made: Bench, event: ProcedurePublished) -> None:
    """Tell of a procedure as the catalogue does."""
    told = Envelope(
        id=str(uuid.uuid4()),
        source="motcua:catalogue",
        type=event.TYPE,
        subject=PROCEDURE,
        time=datetime.now(UTC),
        seq=1,
        agency=event.agency,
        data=event.write(),
    )
    with Connection(made.platform.amqp_url("catalogue")) as connection:
        Producer(connection).publish(
            told.encode(),
            exchange="events",
            routing_key=event.routing_key,
            content_type=CONTENT_TYPE,
            content_encoding="utf-8",
            message_id=told.id,
            user_id="catalogue",
        )


def test_what_was_just_uploaded_is_waited_for_at_the_counter(centre: Centre) -> None:
    for _ in range(5):
        dossier = centre.submit(centre.upload("citizen:hoa"), centre.upload("citizen:hoa"))["id"]
        taken = centre.accept(dossier)
        assert taken.status_code == 200, taken.text
        assert taken.json()["code"]


@pytest.mark.parametrize(
    "made_up",
    [lambda _: "abc", lambda centre: centre.upload("citizen:an")],
    ids=["nobody's", "somebody else's"],
)
def test_nobodys_and_somebody_elses_document_make_no_dossier_full(
    centre: Centre, made_up: Callable[[Centre], str]
) -> None:
    handed = centre.submit(made_up(centre), centre.upload("citizen:hoa"))
    assert REQUEST_FORM in handed["unheard"]
    refused = centre.accept(handed["id"])
    assert (refused.status_code, refused.headers["Retry-After"]) == (409, "5")
    assert refused.json()["detail"].startswith(
        f"The files of these papers are not here: {REQUEST_FORM}. If a file was uploaded just now"
    )
    shown = centre.ask(centre.intake, "citizen:hoa", f"/dossiers/{handed['id']}", "GET").json()
    assert (shown["state"], shown["code"], shown["unheard"]) == ("submitted", "", [REQUEST_FORM])


def test_a_file_with_malware_is_kept_from_everybody_and_fills_no_dossier(centre: Centre) -> None:
    bad, good = centre.upload("citizen:hoa", EICAR), centre.upload("citizen:hoa")
    until(lambda: centre.state(bad) == "quarantined" and centre.state(good) == "received")
    for who in ("citizen:hoa", "clerk"):
        content = centre.ask(centre.documents, who, f"/documents/{bad}/content", "GET")
        assert content.status_code == 409
        assert "malware" in content.json()["detail"]
    waiting = centre.ask(centre.documents, "clerk", "/quarantine", "GET").json()["documents"]
    assert [each["id"] for each in waiting] == [bad]
    handed = centre.submit(bad, good)
    place = f"/dossiers/{handed['id']}"
    until(
        lambda: (
            centre.ask(centre.intake, "citizen:hoa", place, "GET").json()["unheard"]
            == [REQUEST_FORM]
        )
    )
    refused = centre.accept(handed["id"])
    assert refused.status_code == 409
    assert f"hold malware: {REQUEST_FORM}." in refused.json()["detail"]


def test_what_cannot_be_scanned_fills_no_dossier_until_a_clerk_accepts_it(centre: Centre) -> None:
    large = centre.upload("citizen:hoa", b"x" * LARGER_THAN_THE_SCANNER_LOOKS)
    good = centre.upload("citizen:hoa")
    until(lambda: centre.state(large) == "quarantined" and centre.state(good) == "received")
    handed = centre.submit(large, good)

    def shown() -> dict[str, Any]:
        place = f"/dossiers/{handed['id']}"
        return dict(centre.ask(centre.intake, "citizen:hoa", place, "GET").json())

    until(lambda: shown()["not_passed"] == [{"paper": REQUEST_FORM, "reason": "not_scannable"}])
    refused = centre.accept(handed["id"])
    assert refused.status_code == 409
    assert f"could not be scanned: {REQUEST_FORM}." in refused.json()["detail"]
    content = centre.ask(centre.documents, "clerk", f"/documents/{large}/content", "GET")
    assert content.status_code == 409
    said = {"decision": "accepted", "reason": "đã xem bản giấy"}
    decided = centre.ask(centre.documents, "clerk", f"/documents/{large}/scan", json=said)
    assert decided.is_success, decided.text
    until(lambda: centre.accept(handed["id"]).is_success, within=30)


def test_ten_large_uploads_at_once_take_little_memory_and_are_stored_right(centre: Centre) -> None:
    bodies = [LargeBody(number) for number in range(10)]
    Path(f"/proc/{centre.documents.popen.pid}/clear_refs").write_text("5")  # counts VmHWM anew
    before = resident(centre.documents, "VmRSS")
    with ThreadPoolExecutor(len(bodies)) as pool:
        stored = list(pool.map(centre.upload_large, bodies))
    most = resident(centre.documents, "VmHWM")
    print(f"resident: {before} MB before, {most} MB at most")
    assert stored == [each.sha256() for each in bodies]
    assert [centre.stored_hash(each) for each in stored] == stored
    assert most - before <= 150


def test_while_the_scanner_is_away_uploads_wait_and_are_scanned_when_it_is_back(
    centre: Centre,
) -> None:
    centre.end_scanner()
    until(lambda: "scanner is away" in centre.documents.readiness()[1], within=30)
    assert centre.documents.readiness()[0] == 200, "it takes uploads all the same"
    documents = [centre.upload("citizen:hoa") for _ in range(2)]
    handed = centre.submit(*documents)
    assert centre.accept(handed["id"]).status_code == 409
    assert {centre.state(each) for each in documents} <= {"scanning"}
    centre.start_scanner()
    until(lambda: centre.accept(handed["id"]).is_success, within=60)
    assert {centre.state(each) for each in documents} == {"released"}
    content = centre.ask(
        centre.documents, "citizen:hoa", f"/documents/{documents[0]}/content", "GET"
    )
    assert content.is_success


def test_an_upload_that_the_broker_could_not_tell_of_is_told_when_it_is_back(
    centre: Centre,
) -> None:
    centre.made.platform.broker.kill()
    documents = [centre.upload("citizen:hoa") for _ in range(2)]
    handed = centre.submit(*documents)
    assert handed["unheard"] == [REQUEST_FORM, PROPOSAL], "handed in, though nothing is told"
    assert centre.accept(handed["id"]).status_code == 409
    centre.made.platform.broker.start()
    until(lambda: centre.accept(handed["id"]).is_success, within=60)
    known = centre.made.documents("intake", "known_documents")
    joined = {"_id": {"$in": documents}, "dossier": handed["id"]}
    until(
        lambda: known.count_documents(joined) == len(documents), why="intake hears whose they are"
    )
    other = centre.submit(*documents)
    assert centre.accept(other["id"]).status_code == 409, "they are another dossier's by now"


def test_what_was_stored_before_anybody_was_told_is_told_by_and_by(centre: Centre) -> None:
    document = centre.upload("citizen:hoa")
    known = centre.made.documents("intake", "known_documents")
    stored = centre.made.documents("documents", "documents")
    until(lambda: known.find_one({"_id": document}))
    known.delete_one({"_id": document})
    stored.update_one({"_id": document}, {"$unset": {"told": 1}})
    until(lambda: known.find_one({"_id": document}), within=30, why="it is told again")
    assert stored.find_one({"_id": document})["told"]
    assert known.find_one({"_id": document})["owner"]
