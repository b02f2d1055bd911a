"""The documents service: HTTP API, event handlers and the printing job for files of dossiers."""

from functools import partial
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from types import MappingProxyType
from typing import Any

from contracts.events import (
    DossierDocumentJoined,
    DossierResolved,
    DossierSubmitted,
    DossierSupplemented,
    StepOrdered,
)
from contracts.forms import FormFilled
from contracts.law import LawRule
from contracts.orders import ContactGiven
from foundation.consumer import MessageMeta, on
from foundation.errors import StoredResponse
from foundation.files.content import media_type_of
from foundation.law import edition
from foundation.pdf import PdfRenderer, RenderJob, release
from foundation.persistence.object_store import ObjectStore
from foundation.scheduling import Clock, JobRunner, every
from foundation.text.file_names import sent_name
from foundation.web import ANY_FILE, Request, Response, get, post
from services.documents import domain, schemas
from services.documents.settings import DocumentsSettings
from services.documents.store import Accesses, Documents, IssuedForms

TEMPLATES = Path(__file__).resolve().parent / "templates"


class DocumentsService:
    """The files of dossiers."""

    name = "documents"
    settings_type = DocumentsSettings
    publishes = MappingProxyType({"events": r"^document\.", "contacts": r"^contact\.document\."})

    documents = Documents()
    accesses = Accesses()
    forms = IssuedForms()
    files = ObjectStore()
    press = PdfRenderer()
    clock = Clock()
    job_runner = JobRunner()

    @post(
        "/documents",
        scope="document:write counter desk",
        largest=domain.LARGEST_FILE,
        takes=ANY_FILE,
        gives=schemas.DocumentAnswer,
    )
    def store(self, request: Request) -> StoredResponse:
        """Keep a file: first its bytes, then the record, so that no record points to nothing.

        What it is, its content says: neither Content-Type nor the ending of its name counts.
        """
        once = request.once(201, schemas.shown)
        media_type = media_type_of(request.stream, domain.FORMATS)
        kept = self.files.put(request.stream, media_type)
        document = domain.Document(
            id=request.new_id,
            uploader=_person(request),
            name=domain.named(sent_name(request.headers, domain.LONGEST_NAME), media_type),
            media_type=media_type,
            sha256=kept.sha256,
            size=kept.size,
            stored=self.clock.now(),
        )
        document, messages = domain.store(document)
        return once.reply(self.documents.save(document, *messages, once=once))

    @get("/documents/<id>", scope="document:read counter desk", gives=schemas.DocumentAnswer)
    def show(self, request: Request, id: str) -> dict[str, Any]:
        """What is known of a document."""
        return schemas.shown(self._read(request, id))

    @get("/documents/<id>/content", scope="document:read counter desk", gives=ANY_FILE)
    def content(self, request: Request, id: str) -> Response:
        """The file itself, to be saved."""
        document = self._read(request, id)
        return Response(self.files.get(document.sha256), headers=schemas.headers(document))

    @on(ContactGiven)
    def open_dossier(self, contact: ContactGiven, about: MessageMeta) -> None:
        """Learn whose a dossier is."""
        self.accesses.save(domain.open_dossier(about.subject, contact))

    @on(FormFilled)
    def fill(self, filled: FormFilled, about: MessageMeta) -> None:
        """Keep what stands on a form; it is printed within a second, and again if that fails."""
        form, messages = domain.fill(about.subject, filled, self.clock.now())
        self.forms.save(form, *messages, once=about.once)

    @every(1)
    def print_forms(self) -> None:
        """Print what waits, one after the other: messages and requests do not wait for paper."""
        self.job_runner.run(
            "print_forms", partial(self.forms.waiting, self.clock.now()), self._print
        )

    @every(5)
    def tell_older(self) -> None:
        """Tell intake of uploads that were stored before it was told of any."""
        self.job_runner.run("tell_older", self.documents.untold, self._tell)

    @get("/documents/<id>/proof", scope="counter", gives=schemas.ProofAnswer)
    def prove(self, request: Request, id: str) -> dict[str, Any]:
        """Print a form again from what it was filled in with, and compare the bytes."""
        document = self._read(request, id)
        form = self.forms.get(id)
        again = sha256(self.press.print(_sheet(form))).hexdigest()
        return schemas.proof(document, form, again, release(TEMPLATES))

    @on(DossierSubmitted, DossierSupplemented)
    def hand_in(self, event: DossierSubmitted | DossierSupplemented, about: MessageMeta) -> None:
        """The applicant's documents join the dossier."""
        access = self.accesses.get(about.subject)
        counter = isinstance(event, DossierSupplemented) and event.counter
        join = partial(domain.hand_in, access=access, agency=event.agency, counter=counter)
        for document in self.documents.among(event.documents):
            self.documents.change(document.id, join)

    @on(StepOrdered)
    def ask(self, event: StepOrdered, about: MessageMeta) -> None:
        """The agency asked may read the dossier's documents."""
        self.accesses.change(about.subject, partial(domain.ask, agency=event.agency))

    @on(DossierDocumentJoined)
    def report(self, event: DossierDocumentJoined, about: MessageMeta) -> None:
        """The agency's own document joins the dossier, as the centre has taken its answer."""
        join = partial(domain.report, access=self.accesses.get(about.subject), agency=event.agency)
        for document in self.documents.among([event.document]):
            self.documents.change(document.id, join)

    @on(DossierResolved)
    def decide(self, event: DossierResolved, about: MessageMeta) -> None:
        """The applicant may read the result."""
        self.accesses.change(about.subject, partial(domain.decide, document=event.document))

    def _print(self, form_id: str) -> None:
        # Written before the try: a form that kills us does not hold up the others for ever.
        form = self.forms.change(form_id, partial(domain.try_again, now=self.clock.now()))
        pdf = self.press.print(_sheet(form))
        kept = self.files.put(BytesIO(pdf), "application/pdf")
        if not self.documents.among([form.id]):
            document, messages = domain.issue(form, kept.sha256, kept.size, self.clock.now())
            self.documents.save(document, *messages)
        done = partial(domain.printed, sha256=kept.sha256, press=release(TEMPLATES))
        self.forms.change(form.id, done)

    def _tell(self, document_id: str) -> None:
        self.documents.change(document_id, domain.tell)

    def _read(self, request: Request, document_id: str) -> domain.Document:
        document = self.documents.get(document_id)
        return domain.read(document, self.accesses.known(document.dossier), _person(request))


def _person(request: Request) -> domain.DocumentActor:
    who = request.who
    return domain.DocumentActor(
        subject=who.subject,
        clerk="counter" in who.scopes,
        agency=who.agency if "desk" in who.scopes else "",
    )


def _sheet(form: domain.Form) -> RenderJob:
    filled = domain.filled(form)
    return RenderJob(
        folder=TEMPLATES,
        template=f"{filled.kind}.html",
        values={"form": filled.write(), "law": edition(LawRule.FORMS, filled.issued)},
        qr=filled.tracking or filled.code,
    )
