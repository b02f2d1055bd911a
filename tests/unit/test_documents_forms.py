"""A form that was filled in becomes a document of its dossier, once, whatever stops the press."""

from dataclasses import replace
from datetime import datetime

import pytest
from nameko.testing.services import worker_factory

from contracts.events import StepOrdered
from contracts.forms import FormFilled, FormKind
from contracts.orders import ContactGiven
from foundation.consumer import MessageMeta
from foundation.errors import Duplicate, NotFound, Unavailable
from foundation.pdf import RenderJob
from foundation.scheduling import JobRunner
from foundation.web import Request
from foundation.web.auth import Identity
from services.documents.domain.access_list import DossierAccess
from services.documents.domain.forms import LAST_AGAIN, Form
from services.documents.domain.readings import DocumentReading
from services.documents.domain.storing import Document
from services.documents.service import DocumentsService
from services.intake.domain.forms import issuing
from tests import builders
from tests.fakes import (
    FakeClock,
    FakeFiles,
    FakeRetentionTable,
    FakeScanner,
    FakeSignatureReader,
    FakeStore,
)
from tests.unit.test_documents_service import FakeAccesses, FakeDocuments, FakeReadings
from tests.unit.test_intake_forms import OFFICE, accepting, only

APPLICANT = Identity(builders.OWNER, frozenset({"document:read"}))
STRANGER = Identity("công dân 2", frozenset({"document:read"}))
CLERK = Identity("cán bộ 1", frozenset({"counter"}))
OFFICER = Identity("officer-1", frozenset({"desk"}), "so-xay-dung")
DOSSIER = builders.DOSSIER


class FakeForms(FakeStore):
    def waiting(self, now: datetime, *, limit: int) -> list[str]:
        return self.ids_where(lambda each: each.waiting and each.again <= now, limit=limit)


class FakePress:
    """Prints what the sheet says, as text; `jammed` are documents it cannot print."""

    def __init__(self) -> None:
        self.jammed: set[str] = set()
        self.printed = 0

    def print(self, sheet: RenderJob) -> bytes:
        if sheet.values["form"]["document"] in self.jammed:
            raise Unavailable("Kẹt giấy.", "The paper is stuck.")
        self.printed += 1
        return f"%PDF-1.7 {sheet.template} {sheet.qr} {sorted(sheet.values['form'])}".encode()


class Archive:
    def __init__(self) -> None:
        self.clock = FakeClock()
        self.documents = FakeDocuments(Document, clock=self.clock)
        self.accesses = FakeAccesses(DossierAccess, clock=self.clock)
        self.forms = FakeForms(Form, clock=self.clock)
        self.press = FakePress()
        self.service = worker_factory(
            DocumentsService,
            documents=self.documents,
            accesses=self.accesses,
            forms=self.forms,
            files=FakeFiles(),
            press=self.press,
            readings=FakeReadings(DocumentReading),
            scanner=FakeScanner(configured=False),
            signature_reader=FakeSignatureReader(),
            retention_table=FakeRetentionTable(),
            clock=self.clock,
            job_runner=JobRunner(lambda: self.clock.now().timestamp()),
        )
        contact = ContactGiven(
            agency="so-xay-dung", owner=builders.OWNER, name="Hoa", phone="1", email=""
        )
        self.service.open_dossier(contact, about("contact"))

    def fill(self, form: FormFilled, key: str = "m-1") -> None:
        self.service.fill(form, about(key))

    def content(self, who: Identity, document: str) -> bytes:
        body: bytes = self.service.content(Request(who=who), id=document).get_data()
        return body


def about(key: str) -> MessageMeta:
    return MessageMeta(
        id=key,
        source="motcua:intake",
        subject=DOSSIER,
        time=FakeClock().now(),
        seq=1,
        agency="so-xay-dung",
    )


@pytest.fixture
def archive() -> Archive:
    return Archive()


def test_a_form_becomes_a_document_of_its_dossier(archive: Archive) -> None:
    form = only(accepting())
    archive.fill(form)
    archive.service.print_forms()
    document = archive.documents.get(form.document)
    assert (document.dossier, document.form) == (DOSSIER, "receipt")
    assert document.name == "mau-01-receipt-000.00.00.H41-200915-0001.pdf"
    told = [each.TYPE for each in archive.documents.messages]
    assert told == ["document.stored", "document.released"]
    kept = archive.forms.get(form.document)
    assert (kept.waiting, kept.sha256) == (False, document.sha256)


def test_a_form_told_twice_is_printed_once(archive: Archive) -> None:
    form = only(accepting())
    archive.fill(form)
    for key in ("m-1", "m-2"):
        with pytest.raises(Duplicate):
            archive.fill(form, key)
    archive.service.print_forms()
    archive.service.print_forms()
    assert archive.press.printed == 1
    assert len(archive.documents.things) == 1


def test_a_form_that_fails_is_tried_again_later_and_holds_up_no_other(archive: Archive) -> None:
    first = only(accepting())
    second = replace(first, document="another")
    archive.fill(first, "m-1")
    archive.fill(second, "m-2")
    archive.press.jammed = {first.document}
    with pytest.raises(Unavailable):
        archive.service.print_forms()
    archive.service.print_forms()
    assert [each.id for each in archive.documents.things] == ["another"]
    archive.press.jammed = set()
    archive.service.print_forms()
    assert len(archive.documents.things) == 1
    archive.clock.forward(seconds=15)
    archive.service.print_forms()
    assert len(archive.documents.things) == 2


def test_a_form_is_never_given_up(archive: Archive) -> None:
    form = only(accepting())
    archive.fill(form)
    archive.press.jammed = {form.document}
    for _ in range(30):
        with pytest.raises(Unavailable):
            archive.service.print_forms()
        archive.clock.forward(seconds=LAST_AGAIN.total_seconds())
    archive.press.jammed = set()
    archive.service.print_forms()
    assert archive.documents.get(form.document).form == "receipt"


def test_a_press_that_died_after_storing_the_document_does_not_store_it_again(
    archive: Archive,
) -> None:
    form = only(accepting())
    archive.fill(form)
    archive.service.print_forms()
    done = archive.forms.get(form.document)
    archive.forms.save(replace(done, waiting=True, again=archive.clock.now()))
    archive.service.print_forms()
    told = [each.TYPE for each in archive.documents.messages]
    assert told == ["document.stored", "document.released"]


def test_the_applicant_and_clerks_read_every_form_agencies_all_but_the_receipt(
    archive: Archive,
) -> None:
    receipt = only(accepting())
    dossier, _ = accepting()
    control = issuing.filled(FormKind.CONTROL, dossier, OFFICE, builders.RECEIVED)
    archive.fill(receipt, "m-1")
    archive.fill(control, "m-2")
    archive.service.print_forms()
    step = StepOrdered(agency="so-xay-dung", step="s", action="ý kiến", due=FakeClock().now())
    archive.service.ask(step, about("m-3"))
    for form in (receipt, control):
        assert archive.content(APPLICANT, form.document) == archive.content(CLERK, form.document)
        with pytest.raises(NotFound):
            archive.content(STRANGER, form.document)
    assert archive.content(OFFICER, control.document).startswith(b"%PDF")
    with pytest.raises(NotFound):
        archive.content(OFFICER, receipt.document)


def test_a_form_can_be_proven_from_what_it_was_filled_in_with(archive: Archive) -> None:
    form = only(accepting())
    archive.fill(form)
    archive.service.print_forms()
    proof = archive.service.prove(Request(who=CLERK), id=form.document)
    assert proof["same"] is True
    assert proof["press"] == proof["press_now"]
    kept = archive.forms.get(form.document)
    archive.forms.save(replace(kept, filled=kept.filled.replace(form.code, "tampered")))
    assert archive.service.prove(Request(who=CLERK), id=form.document)["same"] is False
