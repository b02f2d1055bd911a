"""What a procedure demands of a paper, and allows it, with real services: signatures and size."""

import re
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from contracts.procedure import Paper
from tests.builders import PROCEDURE, PROPOSAL, REQUEST_FORM, published
from tests.integration.test_known_documents import MB, PDF, Centre, LargeBody, open_centre, resident
from tests.platform_fixtures import Platform
from tests.processes import until
from tests.signed_pdf import authority, page_changed, plain, signed

EVENT = published(papers=(Paper(name=REQUEST_FORM, signed=True), Paper(name=PROPOSAL, largest=60)))
LARGER = {"procedure": PROCEDURE, "paper": PROPOSAL}
USUAL = {"procedure": PROCEDURE, "paper": REQUEST_FORM}


@dataclass(frozen=True)
class Drawing(LargeBody):
    """A PDF of 40 MB."""

    SIZE = 40 * MB


@dataclass(frozen=True)
class Map(LargeBody):
    """A PDF of 60 MB."""

    SIZE = 60 * MB


@dataclass(frozen=True)
class Film(LargeBody):
    """A PDF of 61 MB."""

    SIZE = 61 * MB


@pytest.fixture(scope="module")
def centre(platform: Platform, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    folder = tmp_path_factory.mktemp("demands")
    roots: Path = folder / "roots"
    roots.mkdir()
    root = authority().certificate.public_bytes(Encoding.PEM)
    (roots / "root.pem").write_bytes(root)
    more = {"LARGEST_UPLOAD": "60", "SIGNATURE_ROOTS": str(roots)}
    # The scanner looks into what has 50 MB at most.
    limits = ("StreamMaxLength 50M", "MaxFileSize 50M")
    with open_centre(platform, folder, EVENT, limits=limits, **more) as centre:
        known = centre.made.documents("documents", "allowances")
        until(lambda: known.find_one({"_id": PROCEDURE}), why="documents hears the procedure")
        yield centre


def send(centre: Centre, body: LargeBody, query: dict[str, str]) -> httpx.Response:
    headers = PDF | {"Content-Length": str(body.SIZE)}
    return centre.ask(
        centre.documents,
        "citizen:hoa",
        "/documents",
        content=body.pieces(),
        headers=headers,
        params=query,
        timeout=90,
    )


def upload(centre: Centre, content: bytes) -> str:
    answer = centre.ask(centre.documents, "citizen:hoa", "/documents", content=content, headers=PDF)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def hand_in(centre: Centre, form: str, proposal: str) -> httpx.Response:
    papers = ({"paper": REQUEST_FORM, "id": form}, {"paper": PROPOSAL, "id": proposal})
    body: dict[str, Any] = {
        "procedure": PROCEDURE,
        "channel": "online",
        "applicant": {"name": "Nguyễn Thị Hoa", "phone": "0912345678"},
        "documents": list(papers),
    }
    return centre.ask(centre.intake, "citizen:hoa", "/dossiers", json=body)


def passed(centre: Centre, *documents: str) -> None:
    """Until they were scanned, their signatures are read, and intake knows it all."""
    known = centre.made.documents("intake", "known_documents")

    def ready(document: str) -> bool:
        found = known.find_one({"_id": document})
        return bool(found and found["told"] and found["signature"] != "waiting")

    until(lambda: all(ready(each) for each in documents), within=60, why="intake knows the files")


def test_a_signature_that_is_demanded_is_asked_for_from_the_hand_in_to_the_receipt(
    centre: Centre,
) -> None:
    by = authority().certify("Nguyễn Thị Hoa")
    whole = signed(plain(uuid.uuid4().bytes), by)
    bare, good, changed, other = (
        upload(centre, each)
        for each in (plain(b"q Q"), whole, page_changed(whole), b"%PDF-1.7 " + uuid.uuid4().bytes)
    )
    passed(centre, bare, good, changed, other)
    for document, why in ((bare, "bears none"), (changed, "changed after it was signed")):
        refused = hand_in(centre, document, other)
        assert refused.status_code == 409, refused.text
        assert re.search(f"{why}.*{REQUEST_FORM}|{REQUEST_FORM}.*{why}", refused.json()["detail"])
    handed = hand_in(centre, good, other)
    assert handed.status_code == 201, handed.text
    place = f"/dossiers/{handed.json()['id']}"
    said = centre.ask(centre.intake, "citizen:hoa", place, "GET").json()["signatures"]
    assert said == [{"paper": REQUEST_FORM, "id": good, "verdict": "valid"}]
    assert centre.accept(handed.json()["id"]).json()["code"]


def test_a_signer_who_cannot_be_verified_is_the_clerks_to_check(centre: Centre) -> None:
    stranger = authority("A root that nobody here trusts")
    by = stranger.certify("Trần Văn An")
    unproven = upload(centre, signed(plain(uuid.uuid4().bytes), by, root=stranger))
    other = upload(centre, b"%PDF-1.7 " + uuid.uuid4().bytes)
    passed(centre, unproven, other)
    dossier = hand_in(centre, unproven, other).json()["id"]
    refused = centre.accept(dossier)
    assert refused.status_code == 409
    assert "cannot be verified here" in refused.json()["detail"]
    noted = {"signatures_checked": [REQUEST_FORM]}
    taken = centre.ask(centre.intake, "clerk", f"/dossiers/{dossier}/accept", json=noted)
    assert taken.json()["code"], taken.text
    shown = centre.ask(centre.intake, "clerk", f"/dossiers/{dossier}", "GET").json()
    assert shown["signatures_checked"] == [REQUEST_FORM]


def test_a_paper_has_the_size_that_its_procedure_allows_and_no_other_has(centre: Centre) -> None:
    for query in ({}, USUAL, LARGER | {"procedure": "9.999999"}, LARGER | {"paper": "x"}):
        refused = send(centre, Drawing(1), query)
        assert refused.status_code == 413, query
        assert refused.json()["detail"] == "What was sent is larger than the 25 MB taken here."
    taken = send(centre, Drawing(1), LARGER)
    assert taken.status_code == 201, taken.text
    assert taken.json()["size"] == 40 * MB
    assert centre.stored_hash(taken.json()["sha256"]) == Drawing(1).sha256()
    large = str(taken.json()["id"])
    by = authority().certify("Nguyễn Thị Hoa")
    good = upload(centre, signed(plain(uuid.uuid4().bytes), by))
    passed(centre, large, good)
    refused = hand_in(centre, large, good)
    assert refused.status_code == 409, "naming the paper that allows more gains nothing"
    assert f"{REQUEST_FORM} (25 MB)" in refused.json()["detail"]
    handed = hand_in(centre, good, large)
    assert handed.status_code == 201, handed.text
    assert centre.accept(handed.json()["id"]).json()["code"]


def test_a_scan_of_the_counter_has_what_its_procedure_allows_too(centre: Centre) -> None:
    """Of the files of one form each is held to its paper, all together to LARGEST_UPLOAD."""
    large = b"".join(Drawing(4).pieces())
    for paper, status, said in ((PROPOSAL, 200, "bản vẽ.pdf"), (REQUEST_FORM, 422, "25 MB")):
        answer = by_form(centre, paper, ("bản vẽ.pdf", large, "application/pdf"))
        assert answer.status_code == status, answer.text
        assert said in answer.text
    two = [("bản vẽ.pdf", large, "application/pdf")] * 2
    assert by_form(centre, PROPOSAL, *two).status_code == 413


def by_form(centre: Centre, paper: str, *files: tuple[str, bytes, str]) -> httpx.Response:
    """What the counter's form says of scans of one paper."""
    named = {f"paper-{number}": paper for number, _ in enumerate(files)}
    return centre.ask(
        centre.documents,
        "clerk",
        "/uploads/counter/new",
        data={"key": "k-1", "procedure": PROCEDURE, **named},
        files={f"document-{number}": file for number, file in enumerate(files)},
        headers={"Accept": "text/html", "Origin": str(centre.documents.http.base_url).rstrip("/")},
        timeout=90,
    )


def test_what_is_beyond_the_scanner_is_held_back_and_what_is_larger_still_is_refused(
    centre: Centre,
) -> None:
    taken = send(centre, Map(2), LARGER)
    assert taken.status_code == 201, taken.text
    document = taken.json()["id"]
    until(lambda: centre.state(document) == "quarantined", within=60)
    (held,) = centre.ask(centre.documents, "clerk", "/quarantine", "GET").json()["documents"]
    assert (held["id"], held["scan"]["finding"]) == (document, "too_large")
    said = send(centre, Film(3), LARGER)
    assert said.status_code == 413
    assert said.json()["detail"] == "What was sent is larger than the 60 MB taken here."


def test_ten_of_40_mb_at_once_take_little_memory(centre: Centre) -> None:
    bodies = [Drawing(10 + number) for number in range(10)]
    Path(f"/proc/{centre.documents.popen.pid}/clear_refs").write_text("5")  # counts VmHWM anew
    before = resident(centre.documents, "VmRSS")
    with ThreadPoolExecutor(len(bodies)) as pool:
        answers = list(pool.map(lambda each: send(centre, each, LARGER), bodies))
    most = resident(centre.documents, "VmHWM")
    print(f"resident: {before} MB before, {most} MB at most")
    assert [each.status_code for each in answers] == [201] * 10
    assert most - before <= 150
