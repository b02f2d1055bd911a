import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import pytest
from nameko.testing.services import worker_factory

from contracts.events import (
    DossierDocumentJoined,
    DossierResolved,
    DossierSubmitted,
    DossierSupplemented,
    Event,
    StepOrdered,
)
from contracts.orders import ContactGiven
from foundation.broker.topology import work_queues
from foundation.consumer import MessageMeta
from foundation.errors import Duplicate, Invalid, NotFound, Unavailable
from foundation.scheduling import JobRunner
from foundation.web import Request, Response
from foundation.web.auth import Identity
from foundation.web.ranges import Unsatisfiable
from services.documents.domain.access_list import DossierAccess
from services.documents.domain.allowance import UploadAllowance
from services.documents.domain.orphans import ObjectSweep
from services.documents.domain.readings import DocumentReading
from services.documents.domain.scanning import ScanState
from services.documents.domain.signing import waits
from services.documents.domain.storing import Document
from services.documents.service import DocumentsService
from services.documents.store import Allowances, Readings
from tests.desks import AskedStore
from tests.fakes import (
    FakeClock,
    FakeFiles,
    FakeRetentionTable,
    FakeScanner,
    FakeSignatureReader,
    FakeStore,
)

CITIZEN = Identity("citizen-1", frozenset({"document:write", "document:read"}))
STRANGER = Identity("citizen-2", frozenset({"document:write", "document:read"}))
CLERK = Identity("clerk-1", frozenset({"counter"}))
OFFICER = Identity("officer-1", frozenset({"desk"}), "so-xay-dung")
DRAWING = b"%PDF-1.7 ban ve"
NEVER = datetime.max.replace(tzinfo=UTC)


class FakeDocuments(FakeStore):
    def among(self, ids: Sequence[str]) -> list[Document]:
        return self.find_where(lambda each: each.id in ids)

    def of_dossier(self, dossier: str, *, limit: int) -> list[Document]:
        found = self.find_where(lambda each: each.dossier == dossier)
        return sorted(found, key=lambda each: each.stored)[:limit]

    def untold(self, *, limit: int) -> list[str]:
        # Those saved by this release say whether they were told; the index finds none of them.
        return self.ids_where(
            lambda each: not each.told and each.scan.verdict is ScanState.NOT_SCANNED, limit=limit
        )

    def to_be_scanned(self, now: datetime, *, limit: int) -> list[str]:
        return self.ids_where(
            lambda each: each.scan.waits and (each.scan.scan_due or now) <= now, limit=limit
        )

    def signatures_due(self, now: datetime, *, limit: int) -> list[str]:
        return self.ids_where(
            lambda each: waits(each) and (each.signing.signature_due or NEVER) <= now, limit=limit
        )

    def undecided(
        self, _now: datetime, *, limit: int, after: str = ""
    ) -> tuple[list[Document], str]:
        # Pages of it are walked in test_list_routes.py.
        return self.find_where(lambda each: each.scan.undecided)[:limit], after

    def retention_due(self, now: datetime, *, limit: int) -> list[str]:
        return self.ids_where(
            lambda each: (each.retention.retention_due or NEVER) <= now, limit=limit
        )

    def to_be_erased(self, *, limit: int) -> list[str]:
        return self.ids_where(lambda each: each.retention.erase_waiting, limit=limit)

    def superseding(self, *, limit: int) -> list[str]:
        return self.ids_where(lambda each: each.origin.superseding, limit=limit)

    def has_file(self, sha256: str) -> bool:
        return bool(
            self.find_where(lambda each: each.sha256 == sha256 and not each.retention.removed)
        )


class FakeAccesses(FakeStore):
    broker_away = False

    def known(self, dossier: str) -> DossierAccess | None:
        return next((each for each in self.things if each.id == dossier), None)

    def is_sent(self, _dossier: str) -> bool:
        return not self.broker_away


class FakeAllowances(FakeStore):
    known = Allowances.known

    def find_one(self, query: Mapping[str, str]) -> UploadAllowance | None:
        return next((each for each in self.things if each.id == query["_id"]), None)

    def learn(self, code: str, decide: Any, *, once: Any) -> Any:
        return self.change_or_create(code, UploadAllowance(id=code), decide, once=once)


class FakeReadings(AskedStore):
    looked = Readings.looked

    def append(self, reading: DocumentReading) -> DocumentReading:
        numbered = replace(reading, id=str(len(self.documents) + 1))
        saved: DocumentReading = self.save(numbered)
        return saved


class Archive:
    """The service with its stores, and the two ways in."""

    def __init__(self, scanner: FakeScanner | None = None) -> None:
        self.clock = FakeClock()
        self.scanner = scanner or FakeScanner(configured=False)
        self.documents = FakeDocuments(Document)
        self.accesses = FakeAccesses(DossierAccess)
        self.readings = FakeReadings(DocumentReading)
        self.sweeps = FakeStore(ObjectSweep)
        self.allowances = FakeAllowances(UploadAllowance)
        self.files = FakeFiles(self.clock)
        self.signature_reader = FakeSignatureReader()
        self.retention_table = FakeRetentionTable()
        self.service = worker_factory(
            DocumentsService,
            documents=self.documents,
            accesses=self.accesses,
            files=self.files,
            readings=self.readings,
            sweeps=self.sweeps,
            scanner=self.scanner,
            signature_reader=self.signature_reader,
            retention_table=self.retention_table,
            clock=self.clock,
            allowances=self.allowances,
            settings=SimpleNamespace(largest_upload=60),
            job_runner=JobRunner(clock=lambda: self.clock.now().timestamp()),
        )

    def upload(self, who: Identity, body: bytes = DRAWING, key: str = "k-1", **headers: str) -> str:
        request = Request(
            method="POST",
            path="/documents",
            headers={
                "content-type": "application/pdf",
                "x-filename": "B%E1%BA%A3n%20v%E1%BA%BD.pdf",
                "idempotency-key": key,
                **headers,
            },
            stream=BytesIO(body),
            who=who,
        )
        answer = self.service.store(request)
        assert answer.status == 201
        document_id: str = answer.body["id"]
        return document_id

    def content(self, who: Identity, document_id: str) -> bytes:
        response = self.service.content(Request(who=who), id=document_id)
        body: bytes = response.get_data()
        return body

    def decide(self, document_id: str, decision: str) -> None:
        said = {"decision": decision, "reason": "đã xem kỹ"}
        request = Request(
            method="POST",
            path=f"/documents/{document_id}/scan",
            headers={"content-type": "application/json", "idempotency-key": decision},
            stream=BytesIO(json.dumps(said).encode()),
            who=CLERK,
        )
        self.service.decide_scan(request, id=document_id)

    def open_dossier(self, owner: str = CITIZEN.subject, dossier: str = "d-1") -> None:
        contact = ContactGiven(
            agency="so-xay-dung", owner=owner, name="Nguyễn Văn Đức", phone="1", email=""
        )
        self.service.open_dossier(contact, about(dossier))

    def submit(self, *documents: str, dossier: str = "d-1") -> None:
        event = DossierSubmitted(
            agency="so-xay-dung", procedure="1.009645", channel="online", documents=documents
        )
        self.service.hand_in(event, about(dossier))

    def order(self) -> None:
        step = StepOrdered(agency="so-xay-dung", step="s-1", action="ý kiến", due=FakeClock().now())
        self.service.ask(step, about("d-1"))

    def told(self) -> list[str]:
        return [message.TYPE for message in self.documents.messages]


def part_of(archive: Archive, document: str, header: str, **query: str) -> Response:
    request = Request(who=CITIZEN, headers={"range": header}, query=query)
    answer: Response = archive.service.content(request, id=document)
    return answer


def about(dossier: str) -> MessageMeta:
    return MessageMeta(
        id="m-1",
        source="motcua:intake",
        subject=dossier,
        time=FakeClock().now(),
        seq=1,
        agency="so-xay-dung",
    )


@pytest.fixture
def archive() -> Archive:
    return Archive()


def test_a_file_comes_back_as_it_was_sent(archive: Archive) -> None:
    document = archive.upload(CITIZEN)
    assert archive.content(CITIZEN, document) == DRAWING
    shown: dict[str, Any] = archive.service.show(Request(who=CITIZEN), id=document)
    assert (shown["name"], shown["size"], shown["dossier"]) == ("Bản vẽ.pdf", len(DRAWING), "")
    assert archive.told() == ["contact.document", "document.stored"]


def test_a_file_goes_out_to_be_saved_not_shown(archive: Archive) -> None:
    response = archive.service.content(Request(who=CITIZEN), id=archive.upload(CITIZEN))
    assert response.headers["Content-Disposition"].startswith("attachment; ")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Type"] == "application/pdf"


@pytest.mark.parametrize(
    "declared", ["image/jpg", "image/jpeg", "application/octet-stream", "", "application/pdf", "x"]
)
def test_a_file_is_kept_as_what_it_is_whatever_its_sender_calls_it(
    archive: Archive, declared: str
) -> None:
    named = {"content-type": declared, "x-filename": "IMG_1.jfif"}
    document = archive.upload(CITIZEN, b"\xff\xd8\xff\xe0 anh", **named)
    shown: dict[str, Any] = archive.service.show(Request(who=CITIZEN), id=document)
    assert (shown["media_type"], shown["name"]) == ("image/jpeg", "IMG_1.jfif")
    response = archive.service.content(Request(who=CITIZEN), id=document)
    assert response.headers["Content-Type"] == "image/jpeg"


def test_the_same_upload_sent_twice_is_one_document(archive: Archive) -> None:
    document = archive.upload(CITIZEN)
    with pytest.raises(Duplicate) as caught:
        archive.upload(CITIZEN)
    assert caught.value.answer is not None
    assert caught.value.answer.body["id"] == document
    assert archive.told() == ["contact.document", "document.stored"]


def test_another_file_under_the_same_key_is_refused(archive: Archive) -> None:
    archive.upload(CITIZEN)
    with pytest.raises(Invalid):
        archive.upload(CITIZEN, body=b"%PDF-1.7 khac")


@pytest.mark.parametrize("body", [b"", b"MZ\x90"])
def test_a_file_that_is_not_what_it_says_leaves_nothing_behind(
    archive: Archive, body: bytes
) -> None:
    with pytest.raises(Invalid):
        archive.upload(CITIZEN, body=body)
    assert (archive.files.revision, archive.documents.documents) == ({}, {})


def test_no_record_is_written_while_the_file_store_is_away(archive: Archive) -> None:
    archive.files.available = False
    with pytest.raises(Unavailable):
        archive.upload(CITIZEN)
    assert archive.documents.documents == {}


def test_a_file_without_a_record_does_no_harm(archive: Archive) -> None:
    archive.documents.available = False
    with pytest.raises(Unavailable):
        archive.upload(CITIZEN)
    archive.documents.available = True
    assert archive.content(CITIZEN, archive.upload(CITIZEN)) == DRAWING


def test_a_strangers_document_and_none_at_all_look_the_same(archive: Archive) -> None:
    refusals = []
    for document in (archive.upload(CITIZEN), "no-such-document"):
        with pytest.raises(NotFound) as caught:
            archive.service.show(Request(who=STRANGER), id=document)
        refusals.append((caught.value.status, caught.value.name))
    assert refusals[0] == refusals[1]


def test_the_documents_of_a_dossier_open_to_clerks_and_to_the_agencies_asked(
    archive: Archive,
) -> None:
    document = archive.upload(CITIZEN)
    archive.open_dossier()
    archive.submit(document)
    assert archive.content(CLERK, document) == DRAWING
    with pytest.raises(NotFound):
        archive.content(OFFICER, document)
    archive.order()
    assert archive.content(OFFICER, document) == DRAWING


def test_submitting_told_twice_releases_once(archive: Archive) -> None:
    document = archive.upload(CITIZEN)
    archive.open_dossier()
    archive.submit(document)
    archive.submit(document)
    assert archive.told() == ["contact.document", "document.stored", "document.released"]


def test_what_an_older_release_stored_is_told_by_and_by(archive: Archive) -> None:
    old = archive.upload(CITIZEN)
    archive.documents.change(old, lambda each: (replace(each, told=False), ()))
    archive.documents.messages.clear()
    archive.service.tell_older()
    archive.service.tell_older()
    assert archive.told() == ["contact.document"]
    assert archive.documents.get(old).told


def test_papers_supplied_later_join_too(archive: Archive) -> None:
    archive.open_dossier()
    event = DossierSupplemented(agency="so-xay-dung", documents=(archive.upload(CITIZEN),))
    archive.service.hand_in(event, about("d-1"))
    assert archive.told() == ["contact.document", "document.stored", "document.released"]


def test_naming_a_strangers_document_in_a_dossier_gives_no_right_to_it(archive: Archive) -> None:
    document = archive.upload(CITIZEN)
    archive.open_dossier(owner=STRANGER.subject)
    archive.submit(document, "no-such-document")
    assert archive.documents.get(document).dossier == ""


def test_a_dossier_whose_owner_is_not_known_yet_is_waited_for(archive: Archive) -> None:
    with pytest.raises(NotFound):
        archive.submit(archive.upload(CITIZEN))


def test_a_clerk_scans_for_who_comes_to_the_counter(archive: Archive) -> None:
    document = archive.upload(CLERK)
    archive.open_dossier(owner="")
    archive.submit(document)
    assert archive.documents.get(document).dossier == "d-1"


def test_the_result_reaches_the_applicant(archive: Archive) -> None:
    archive.open_dossier()
    archive.order()
    result = archive.upload(OFFICER)
    decided: Event = DossierResolved(
        agency="so-xay-dung", code="c", outcome="granted", document=result, timing="early"
    )
    archive.service.decide(decided, about("d-1"))
    with pytest.raises(NotFound):
        archive.content(CITIZEN, result)
    joined = DossierDocumentJoined(agency="so-xay-dung", step="s-1", document=result)
    archive.service.report(joined, about("d-1"))
    assert archive.content(CITIZEN, result) == DRAWING
    with pytest.raises(NotFound):
        archive.content(STRANGER, result)


def test_what_an_agency_says_joins_nothing_before_the_centre_has_taken_it() -> None:
    """An agency's words may be refused by the centre: only the centre's own are listened to."""
    (queue,) = work_queues([DocumentsService], [])
    heard = {key for exchange, key in queue.bindings if exchange == "events"}
    assert "dossier.document_joined.*" in heard
    assert not {key for key in heard if key.startswith("step.")} - {"step.ordered.*"}


def test_another_agencys_document_does_not_join_whoever_names_it(archive: Archive) -> None:
    archive.open_dossier()
    archive.order()
    other = archive.upload(Identity("officer-2", frozenset({"desk"}), "so-y-te"))
    joined = DossierDocumentJoined(agency="so-xay-dung", step="s-1", document=other)
    archive.service.report(joined, about("d-1"))
    assert archive.documents.get(other).dossier == ""


def test_a_file_whose_digest_does_not_match_leaves_nothing_behind(archive: Archive) -> None:
    headers = {"content-digest": "sha-256=:YWJj:"}
    with pytest.raises(Invalid, match="Content-Digest"):
        archive.upload(CITIZEN, DRAWING, **headers)
    assert (archive.files.revision, archive.documents.documents) == ({}, {})


def test_each_reading_is_written_down_with_its_reason_before_anything_goes_out(
    archive: Archive,
) -> None:
    document = archive.upload(CITIZEN)
    part_of(archive, document, "bytes=0-3", reason="đối chiếu")
    with pytest.raises(NotFound):
        archive.content(STRANGER, document)
    archive.files.available = False
    with pytest.raises(Unavailable):
        archive.content(CITIZEN, document)
    noted = [(each.by, each.reason, each.part) for each in archive.readings.things]
    whole = f"bytes 0-3/{len(DRAWING)}"
    assert noted == [("citizen-1", "đối chiếu", whole), ("citizen-1", "", "")]


def test_nothing_goes_out_while_the_reading_cannot_be_written_down(archive: Archive) -> None:
    document = archive.upload(CITIZEN)
    archive.readings.available = False
    with pytest.raises(Unavailable):
        archive.content(CITIZEN, document)


@pytest.mark.parametrize(
    ("header", "came", "said"),
    [
        ("bytes=0-3", DRAWING[:4], "bytes 0-3/15"),
        ("bytes=5-", DRAWING[5:], "bytes 5-14/15"),
        ("bytes=-4", DRAWING[-4:], "bytes 11-14/15"),
        ("bytes=-99", DRAWING, "bytes 0-14/15"),
        ("bytes=10-99", DRAWING[10:], "bytes 10-14/15"),
        ("bytes=0-1,3-4", DRAWING, ""),
        ("bytes=-", DRAWING, ""),
        ("bytes=9-3", DRAWING, ""),
        ("lines=1-2", DRAWING, ""),
    ],
)
def test_a_part_of_a_file_goes_out_if_a_part_is_asked_for(
    archive: Archive, header: str, came: bytes, said: str
) -> None:
    answer = part_of(archive, archive.upload(CITIZEN), header)
    assert answer.get_data() == came
    assert answer.status_code == (206 if said else 200)
    assert answer.headers.get("Content-Range", "") == said
    assert answer.headers["Content-Length"] == str(len(came))


@pytest.mark.parametrize("header", ["bytes=15-", "bytes=99-100", "bytes=-0"])
def test_a_part_behind_the_end_is_refused(archive: Archive, header: str) -> None:
    with pytest.raises(Unsatisfiable):
        part_of(archive, archive.upload(CITIZEN), header)
