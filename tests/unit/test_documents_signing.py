"""The signatures of a document: when they are read, what is kept, what is told, who is shown."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.events import DocumentSignaturesRead
from contracts.message import CENTRE
from foundation.errors import NotFound
from foundation.files.signature_report import (
    PdfSignature,
    ReportVerdict,
    SignatureReport,
    SignedContent,
    SignerChain,
    TimeStampTrust,
)
from foundation.persistence.document import to_entity, to_fields
from foundation.web import Request
from services.documents.domain import quarantine
from services.documents.domain.scanning import ScanDecision, to_be_scanned
from services.documents.domain.signed import SignatureEvidence, SignatureState, looked_for
from services.documents.domain.signing import AGAIN, MOST_TRIES, fingerprint, keep, try_to_read
from services.documents.domain.storing import Document, DocumentActor, store
from tests.fakes import FakeScanner
from tests.unit.test_documents_service import CITIZEN, DRAWING, STRANGER, Archive

NOW = datetime(2020, 9, 15, 2, 30, tzinfo=UTC)
MARKED = looked_for("application/pdf", marked=True)
NEW = Document(
    id="doc-1",
    uploader=DocumentActor(subject="citizen-1"),
    name="a.pdf",
    media_type="application/pdf",
    sha256="ab" * 32,
    size=7,
    stored=NOW,
    signing=MARKED,
)
GOOD = PdfSignature(
    field="Signature1",
    signer="Nguyễn Văn Đức",
    claimed=NOW,
    stamped=NOW,
    stamp=TimeStampTrust.KNOWN,
    content=SignedContent.WHOLE,
    chain=SignerChain.KNOWN,
)
CHANGED = replace(GOOD, field="Signature2", content=SignedContent.CHANGED)
REPORT = SignatureReport(ReportVerdict.READ, (GOOD, CHANGED))
SIGNED = DRAWING + b" /ByteRange [0 1 2 3]"
failed = SignatureReport(ReportVerdict.FAILED, trouble="too_slow")
reports = st.sampled_from(
    [REPORT, failed, SignatureReport(ReportVerdict.NOT_READABLE, trouble="damaged: X")]
)


def due() -> Document:
    return store(NEW)[0]


def test_what_is_stored_today_reads_as_not_read_and_is_left_alone() -> None:
    kept = to_fields(NEW)
    for name in vars(SignatureEvidence()):
        del kept[name]
    old = to_entity(Document, {**kept, "_id": "doc-1", "version": 1, "head": "0" * 64, "seqs": {}})
    assert old.signing == SignatureEvidence()
    assert try_to_read(old, NOW) == (old, ())
    assert keep(old, REPORT, NOW) == (old, ())


def test_a_report_is_kept_as_it_was_and_survives_the_database() -> None:
    read, _ = keep(due(), REPORT, NOW)
    stored = {**to_fields(read), "_id": "doc-1", "version": 1, "head": "0" * 64, "seqs": {}}
    again = to_entity(Document, stored)
    assert again.signing == read.signing
    assert again.signing.signatures == (GOOD, CHANGED)
    assert fingerprint(again.signing.signatures) == fingerprint(REPORT.signatures)


def test_only_a_pdf_that_may_be_signed_is_read() -> None:
    assert looked_for("image/png", marked=True).signature_state is SignatureState.NOT_READ
    assert looked_for("application/pdf", marked=False).signature_state is SignatureState.UNSIGNED
    assert due().signing.signature_due == NOW


def test_signatures_are_read_only_after_the_scan_says_clean() -> None:
    waiting, _ = store(replace(NEW, scan=to_be_scanned(NOW)))
    assert waiting.signing.signature_due is None
    later = NOW + timedelta(seconds=5)
    clean, _ = quarantine.conclude(waiting, "clean", "", later)
    assert clean.signing.signature_due == later
    found, _ = quarantine.conclude(waiting, "infected", "Eicar", later)
    assert found.signing.signature_due is None
    clerk = DocumentActor(subject="clerk-1", clerk=True)
    accepted, _ = quarantine.decide_on(found, ScanDecision.ACCEPTED, "lành", clerk, later)
    assert accepted.signing.signature_due == later


def test_the_event_says_how_many_hold_and_binds_the_report_and_names_nobody() -> None:
    read, (told,) = keep(due(), REPORT, NOW)
    assert told == DocumentSignaturesRead(
        agency=CENTRE,
        state="read",
        signatures=2,
        valid=1,
        report=fingerprint((GOOD, CHANGED)),
        verdict="broken",
    )
    assert read.signing.signatures_read == NOW
    assert GOOD.signer not in str(told)
    assert fingerprint((GOOD,)) != fingerprint((CHANGED,))


def test_a_mark_without_a_signature_turns_out_to_be_unsigned() -> None:
    read, (told,) = keep(due(), SignatureReport(ReportVerdict.READ), NOW)
    assert read.signing.signature_state is SignatureState.UNSIGNED
    assert isinstance(told, DocumentSignaturesRead)


@given(st.lists(reports, max_size=6))
def test_whatever_the_reader_says_it_comes_to_one_report(said: list[SignatureReport]) -> None:
    document, told = due(), 0
    for each in said:
        document, _ = try_to_read(document, NOW)
        document, messages = keep(document, each, NOW)
        told += len(messages)
    state = document.signing.signature_state
    assert told == (state is not SignatureState.WAITING)
    final = next((each for each in said if each.verdict is not ReportVerdict.FAILED), None)
    if said[:MOST_TRIES].count(failed) == MOST_TRIES:
        assert state is SignatureState.NOT_READABLE
        assert document.signing.signature_trouble == "too_slow"
    elif final:
        assert document.signing.signatures == final.signatures
    else:
        assert state is SignatureState.WAITING


def test_a_try_is_noted_before_it_is_made_and_the_next_comes_later() -> None:
    tried, messages = try_to_read(due(), NOW)
    assert (tried.signing.signature_due, messages) == (NOW + AGAIN, ())
    tried, _ = try_to_read(tried, NOW)
    assert tried.signing.signature_due == NOW + 2 * AGAIN


@pytest.fixture
def archive() -> Archive:
    made = Archive()
    made.signature_reader.report = REPORT
    return made


def shown(archive: Archive, document: str) -> dict[str, object]:
    answer: dict[str, object] = archive.service.show(Request(who=CITIZEN), id=document)["signing"]
    return answer


def test_an_upload_that_is_signed_is_read_once_and_shown_to_who_may_see_it(
    archive: Archive,
) -> None:
    document = archive.upload(CITIZEN, SIGNED)
    assert shown(archive, document)["state"] == "waiting"
    archive.service.read_signatures()
    archive.service.read_signatures()
    assert archive.signature_reader.read_files == 1
    signing = shown(archive, document)
    assert signing["state"] == "read"
    rows = signing["signatures"]
    assert isinstance(rows, list)
    assert [(each["signer"], each["content"], each["valid"]) for each in rows] == [
        ("Nguyễn Văn Đức", "whole", True),
        ("Nguyễn Văn Đức", "changed", False),
    ]
    with pytest.raises(NotFound):
        archive.service.show(Request(who=STRANGER), id=document)
    assert archive.told()[-1] == "document.signatures_read"


def test_an_unsigned_upload_is_never_sent_to_the_reader(archive: Archive) -> None:
    document = archive.upload(CITIZEN)
    archive.service.read_signatures()
    assert archive.signature_reader.read_files == 0
    assert shown(archive, document)["state"] == "unsigned"


def test_nothing_is_refused_for_what_its_signatures_are(archive: Archive) -> None:
    archive.signature_reader.report = SignatureReport(
        ReportVerdict.NOT_READABLE, trouble="damaged: PdfReadError"
    )
    archive.open_dossier()
    document = archive.upload(CITIZEN, SIGNED)
    archive.service.read_signatures()
    assert shown(archive, document)["state"] == "not_readable"
    assert shown(archive, document)["trouble"] == "damaged: PdfReadError"
    archive.submit(document)
    assert archive.documents.get(document).dossier == "d-1"
    assert archive.content(CITIZEN, document) == SIGNED


def test_a_reading_that_fails_is_made_again_and_given_up_after_three(archive: Archive) -> None:
    archive.signature_reader.report = failed
    document = archive.upload(CITIZEN, SIGNED)
    for _ in range(5):
        archive.service.read_signatures()
        archive.clock.forward(hours=1)
    assert archive.signature_reader.read_files == MOST_TRIES
    assert shown(archive, document)["state"] == "not_readable"


def test_an_infected_file_is_never_sent_to_the_reader() -> None:
    archive = Archive(FakeScanner())
    archive.upload(CITIZEN, SIGNED + b" EICAR-STANDARD-ANTIVIRUS")
    archive.service.scan_waiting()
    archive.service.read_signatures()
    assert archive.signature_reader.read_files == 0
