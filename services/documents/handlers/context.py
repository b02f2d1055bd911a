"""What the handlers of the documents service share: its stores, and who is asking for what."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from contracts.message import Message
from foundation.as_seen import SeenThing
from foundation.files.scanner import Scanner
from foundation.pdf import PdfRenderer
from foundation.pdf.signature_reader import SignatureReader
from foundation.persistence.object_store import ObjectStore
from foundation.retention.provider import RetentionTable
from foundation.scheduling import Clock, JobRunner
from foundation.settings.provider import SettingsProvider
from foundation.text.procedure_code import bare
from foundation.web import Request
from foundation.web.limits import MB, upload_cap
from services.documents.domain import access_list, storing
from services.documents.domain.allowance import largest_file
from services.documents.settings import DocumentsSettings
from services.documents.store import Accesses, Allowances, Documents, IssuedForms, Readings, Sweeps

T = TypeVar("T")
Changed = tuple[T, tuple[Message, ...]]
TEMPLATES = Path(__file__).resolve().parents[1] / "templates"


class DocumentsContext:
    """The dependencies of all handlers."""

    settings = SettingsProvider(DocumentsSettings)
    documents = Documents()
    accesses = Accesses()
    allowances = Allowances()
    forms = IssuedForms()
    readings = Readings()
    sweeps = Sweeps()
    files = ObjectStore()
    press = PdfRenderer()
    scanner = Scanner()
    signature_reader = SignatureReader()
    retention_table = RetentionTable()
    clock = Clock()
    job_runner = JobRunner()

    def _read(self, request: Request, document_id: str) -> storing.Document:
        document = self.documents.get(document_id)
        return access_list.read(document, self.accesses.known(document.dossier), person(request))


def allowed(service: DocumentsContext, query: Mapping[str, str]) -> int:
    """The bytes that a file may have: by the paper of the procedure that the query names."""
    code, cap = bare(query.get("procedure", "")), upload_cap(service.settings)
    return largest_file(service.allowances.known(code), query.get("paper", ""), cap)


def together(service: DocumentsContext, _query: Mapping[str, str]) -> int:
    """The bytes that all files of one form of staff may have: what the operator lets one have."""
    return upload_cap(service.settings) * MB


def as_seen(
    kind: SeenThing[T], request: Request, decide: Callable[[T], Changed[T]]
) -> Callable[[T], Changed[T]]:
    """The same, of what is as `If-Match` says it was seen; without it nothing is compared."""
    mark = request.headers.get("if-match", "")

    def checked(thing: T) -> Changed[T]:
        kind.must_be_as_seen(thing, mark)
        return decide(thing)

    return checked


def person(request: Request) -> storing.DocumentActor:
    """Who asks, as the rules of documents see them."""
    who = request.who
    return storing.DocumentActor(
        subject=who.subject,
        clerk="counter" in who.scopes,
        agency=who.agency if "desk" in who.scopes else "",
    )
