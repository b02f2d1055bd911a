"""The scan for malware: what waits, what passes, what is quarantined, and who decides."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.events import DocumentScanDecided, DocumentScanned
from contracts.message import CENTRE
from contracts.orders import DocumentGiven, DocumentRefused
from foundation.errors import NotFound, NotYet, Refused
from foundation.files.clamd import TEST_FILE
from foundation.persistence.document import to_entity, to_fields
from foundation.web import Request
from services.documents.domain import quarantine
from services.documents.domain.access_list import DossierAccess, hand_in, report
from services.documents.domain.scanning import (
    LAST_AGAIN,
    MOST_FAILURES,
    DocumentState,
    Scan,
    ScanDecision,
    ScanState,
    pause,
    to_be_scanned,
)
from services.documents.domain.storing import Document, DocumentActor, store
from tests.fakes import FakeScanner
from tests.unit.test_documents_service import CITIZEN, CLERK, DRAWING, OFFICER, STRANGER, Archive

NOW = datetime(2020, 9, 15, 2, 30, tzinfo=UTC)
WHO = DocumentActor(subject="clerk-1", clerk=True)
NEW = Document(
    id="doc-1",
    uploader=DocumentActor(subject="citizen-1"),
    name="a.pdf",
    media_type="application/pdf",
    sha256="ab" * 32,
    size=7,
    stored=NOW,
    scan=to_be_scanned(NOW),
)
EICAR = DRAWING + TEST_FILE
verdicts = st.sampled_from(["clean", "infected", "not_scannable", "failed"])
decisions = st.sampled_from(list(ScanDecision))


def infected() -> Document:
    return quarantine.conclude(NEW, "infected", "Eicar", NOW)[0]


@pytest.fixture
def archive() -> Archive:
    return Archive(FakeScanner())


def test_what_is_stored_today_reads_as_not_scanned_and_passes() -> None:
    kept = to_fields(NEW)
    for name in vars(Scan()):
        del kept[name]
    old = to_entity(Document, {**kept, "_id": "doc-1", "version": 1, "head": "0" * 64, "seqs": {}})
    assert (old.scan, old.scan.passes, old.state) == (Scan(), True, DocumentState.RECEIVED)
    assert replace(old, dossier="d-1").state is DocumentState.RELEASED


def test_intake_hears_of_a_document_when_it_is_clean_and_not_before() -> None:
    kept, messages = store(NEW)
    assert [each.TYPE for each in messages] == ["document.stored"]
    assert (kept.told, kept.state) == (False, DocumentState.SCANNING)
    clean, messages = quarantine.conclude(kept, "clean", "", NOW)
    assert [type(each) for each in messages] == [DocumentGiven, DocumentScanned]
    assert (clean.told, clean.scan.undecided, clean.scan.scan_due) == (True, False, None)


def test_intake_hears_that_an_infected_one_is_no_paper() -> None:
    document, messages = quarantine.conclude(NEW, "infected", "Eicar", NOW)
    assert messages == (
        DocumentRefused(agency=CENTRE, owner="citizen-1", clerk=False, reason="infected"),
        DocumentScanned(agency=CENTRE, verdict="infected", finding="Eicar"),
    )
    assert (document.state, document.scan.undecided) == (DocumentState.QUARANTINED, True)


def test_one_that_cannot_be_scanned_is_no_paper_until_a_clerk_accepts_it() -> None:
    document, messages = quarantine.conclude(NEW, "not_scannable", "encrypted", NOW)
    assert messages == (
        DocumentRefused(agency=CENTRE, owner="citizen-1", clerk=False, reason="not_scannable"),
        DocumentScanned(agency=CENTRE, verdict="not_scannable", finding="encrypted"),
    )
    refused = quarantine.decide_on(document, ScanDecision.REFUSED, "không rõ", WHO, NOW)[1]
    assert [type(each) for each in refused] == [DocumentRefused, DocumentScanDecided]
    accepted, told = quarantine.decide_on(document, ScanDecision.ACCEPTED, "đã xem", WHO, NOW)
    assert [type(each) for each in told] == [DocumentGiven, DocumentScanDecided]
    assert (accepted.scan.passes, accepted.scan.undecided, accepted.told) == (True, False, True)
    assert (accepted.scan.decision_note, accepted.scan.decided_by) == ("đã xem", "clerk-1")


def test_a_clerk_may_have_it_scanned_again() -> None:
    again, _ = quarantine.decide_on(infected(), ScanDecision.AGAIN, "mẫu mới", WHO, NOW)
    assert (again.scan.waits, again.scan.passes, again.scan.scan_due) == (True, False, NOW)
    assert quarantine.conclude(again, "clean", "", NOW)[0].scan.passes


@pytest.mark.parametrize("scan", [Scan(), to_be_scanned(NOW), Scan(verdict=ScanState.CLEAN)])
def test_there_is_nothing_to_decide_on_what_passes_or_waits(scan: Scan) -> None:
    with pytest.raises(Refused):
        quarantine.decide_on(replace(NEW, scan=scan), ScanDecision.ACCEPTED, "vì", WHO, NOW)


def test_a_file_on_which_the_scanner_fails_each_time_is_put_before_a_clerk() -> None:
    document = NEW
    for number in range(MOST_FAILURES):
        assert document.scan.waits
        document = quarantine.try_to_scan(document, NOW)[0]
        assert document.scan.scan_tries == number + 1
        document, messages = quarantine.conclude(document, "failed", "cut", NOW)
    assert (document.scan.verdict, document.scan.finding) == (ScanState.NOT_SCANNABLE, "failed")
    assert [type(each) for each in messages] == [DocumentRefused, DocumentScanned]


@given(st.integers(0, 10_000))
def test_tries_come_ever_later_and_within_the_hour(tries: int) -> None:
    assert timedelta() < pause(tries) <= pause(tries + 1) <= LAST_AGAIN


@given(st.lists(st.one_of(verdicts, decisions), max_size=12))
def test_nothing_passes_but_what_was_called_clean_or_accepted_last(steps: list[str]) -> None:
    document, told = NEW, False
    for step in steps:
        messages: tuple[object, ...] = ()
        if isinstance(step, ScanDecision):
            if document.scan.verdict in (ScanState.INFECTED, ScanState.NOT_SCANNABLE):
                document, messages = quarantine.decide_on(document, step, "vì", WHO, NOW)
        else:
            document, messages = quarantine.conclude(document, step, "x", NOW)
        for each in messages:
            if isinstance(each, DocumentGiven | DocumentRefused):
                told = isinstance(each, DocumentGiven)
        clean = document.scan.verdict is ScanState.CLEAN
        accepted = document.scan.decision == ScanDecision.ACCEPTED
        assert document.scan.passes == (clean or accepted)
        assert document.told == told
        assert not document.scan.undecided or not document.scan.passes
        if document.scan.passes:
            assert told


def test_a_verdict_that_comes_twice_or_late_changes_nothing() -> None:
    assert quarantine.conclude(infected(), "clean", "", NOW) == (infected(), ())
    assert quarantine.try_to_scan(infected(), NOW) == (infected(), ())


def test_an_infected_document_joins_no_dossier() -> None:
    access = DossierAccess(id="d-1", owner="citizen-1", agencies=("so-xay-dung",))
    assert hand_in(infected(), access, "so-xay-dung")[0].dossier == ""
    agencys = replace(infected(), uploader=DocumentActor(subject="o", agency="so-xay-dung"))
    assert report(agencys, access, "so-xay-dung")[0].dossier == ""
    assert hand_in(NEW, access, "so-xay-dung")[0].dossier == "d-1"


def test_a_file_waits_for_the_scan_and_then_goes_out(archive: Archive) -> None:
    document = archive.upload(CITIZEN)
    with pytest.raises(NotYet):
        archive.content(CITIZEN, document)
    archive.service.scan_waiting()
    assert archive.content(CITIZEN, document) == DRAWING
    assert archive.told() == ["document.stored", "contact.document", "document.scanned"]


def test_an_infected_file_goes_out_to_nobody_until_a_clerk_accepts_it(archive: Archive) -> None:
    document = archive.upload(CITIZEN, EICAR)
    archive.service.scan_waiting()
    for who in (CITIZEN, CLERK):
        with pytest.raises(Refused, match="malware"):
            archive.content(who, document)
        shown = archive.service.show(Request(who=who), id=document)
        assert (shown["state"], shown["scan"]["finding"]) == ("quarantined", "Eicar-Test-Signature")
    for who in (STRANGER, OFFICER):
        with pytest.raises(NotFound):
            archive.service.show(Request(who=who), id=document)
    archive.decide(document, "accepted")
    assert archive.content(CITIZEN, document) == EICAR
    assert archive.documents.history(document)[-1].type == "document.scan_decided"


def test_while_the_scanner_is_away_all_waits_and_no_try_is_counted(archive: Archive) -> None:
    document = archive.upload(CITIZEN)
    archive.scanner.away = True
    for _ in range(20):
        archive.service.scan_waiting()
        archive.clock.forward(hours=2)
    assert archive.documents.get(document).scan.scan_tries == 0
    archive.scanner.away = False
    archive.service.scan_waiting()
    assert archive.documents.get(document).scan.verdict is ScanState.CLEAN


def test_a_file_that_spoils_its_scans_holds_up_no_other(archive: Archive) -> None:
    bad, good = archive.upload(CITIZEN, b"%PDF-1.7 BAD"), archive.upload(CITIZEN, key="k-2")
    archive.scanner.verdicts[b"BAD"] = ("failed", "cut")
    archive.service.scan_waiting()
    assert archive.documents.get(good).scan.passes
    assert archive.documents.get(bad).scan.waits
    for _ in range(MOST_FAILURES):
        archive.clock.forward(hours=2)
        archive.service.scan_waiting()
    assert archive.documents.get(bad).state is DocumentState.QUARANTINED
    assert archive.scanner.scanned == 1 + MOST_FAILURES


@pytest.mark.parametrize(("passes", "state"), [(True, "received"), (False, "scanning")])
def test_without_a_scanner_documents_pass_marked_or_wait_as_is_set(
    *, passes: bool, state: str
) -> None:
    archive = Archive(FakeScanner(configured=False, lets_pass=passes))
    document = archive.upload(CITIZEN)
    archive.service.scan_waiting()
    shown = archive.service.show(Request(who=CITIZEN), id=document)
    assert shown["state"] == state
    assert shown["scan"]["state"] == ("not_scanned" if passes else "waiting")


def test_a_file_the_store_has_lost_never_becomes_clean(archive: Archive) -> None:
    lost, good = archive.upload(CITIZEN), archive.upload(CITIZEN, b"%PDF-1.7 other", key="k-2")
    archive.files.revision.pop(archive.documents.get(lost).sha256)
    archive.service.scan_waiting()
    assert archive.documents.get(lost).scan.waits
    assert archive.documents.get(good).scan.passes
