"""The file itself: what is accepted, its name, and what is told of it when it is stored."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from contracts.events import DocumentStored
from contracts.history import Revision
from contracts.message import CENTRE, Message
from contracts.orders import DocumentGiven
from foundation.frozen import replace
from foundation.text.file_names import NAMELESS, shortened
from services.documents.domain.kept import Retention
from services.documents.domain.origin import DocumentOrigin
from services.documents.domain.scanning import DocumentState, Scan
from services.documents.domain.signed import SignatureEvidence, SignatureState, verdict_of

_OFFICE = "application/vnd.openxmlformats-officedocument"
FORMATS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "application/pdf": (".pdf",),
        "image/jpeg": (".jpg", ".jpeg", ".jfif", ".jpe"),
        "image/png": (".png",),
        "image/tiff": (".tif", ".tiff"),
        f"{_OFFICE}.wordprocessingml.document": (".docx", ".dotx"),
        f"{_OFFICE}.spreadsheetml.sheet": (".xlsx", ".xltx"),
    }
)
"""The kinds of files that are taken in, and how their names end; the first for who has none."""
LONGEST_NAME = 150


@dataclass(frozen=True, kw_only=True)
class DocumentActor:
    """A signed-in user: a citizen, a clerk of the centre, or an officer of `agency`."""

    subject: str
    clerk: bool = False
    agency: str = ""


@dataclass(frozen=True, kw_only=True)
class Document:
    """One file. `uploader` says what it may be used for; `dossier` is "" until one takes it up.

    `form` is the kind of form that the centre issued with it, "" for what somebody brought.
    `told` is whether intake was told of it; an upload that was stored by a release which told
    nobody has it false, and is told later.
    """

    id: str
    uploader: DocumentActor
    name: str
    media_type: str
    sha256: str
    size: int
    stored: datetime
    dossier: str = ""
    form: str = ""
    told: bool = False
    scan: Scan = field(default=Scan(), metadata={"stored": "flat"})
    origin: DocumentOrigin = field(default=DocumentOrigin(), metadata={"stored": "flat"})
    retention: Retention = field(default=Retention(), metadata={"stored": "flat"})
    signing: SignatureEvidence = field(default=SignatureEvidence(), metadata={"stored": "flat"})
    revision: Revision = Revision()

    @property
    def state(self) -> DocumentState:
        """How far it is: a dossier takes up what has passed the scan."""
        if self.retention.removed:
            return DocumentState.REMOVED
        if self.scan.waits:
            return DocumentState.SCANNING
        if not self.scan.passes:
            return DocumentState.QUARANTINED
        if self.origin.superseded_by:
            return DocumentState.SUPERSEDED
        return DocumentState.RELEASED if self.dossier else DocumentState.RECEIVED


def named(name: str, media_type: str) -> str:
    """The name of a file of that type, with an ending that says so: people and programs go by it.

    `ảnh.jpg` that is a PNG becomes `ảnh.png`, `đơn` that is a PDF `đơn.pdf`. An ending that no
    kind of file here has stays before the right one: `đơn.2026` becomes `đơn.2026.pdf`.
    """
    endings = FORMATS[media_type]
    if name.lower().endswith(endings) and name.lower() not in endings:
        return name
    known = (ending for each in FORMATS.values() for ending in each)
    wrong = next((ending for ending in known if name.lower().endswith(ending)), "")
    stem = name[: len(name) - len(wrong)] or NAMELESS
    return shortened(stem + endings[0], LONGEST_NAME)


def store(document: Document) -> tuple[Document, tuple[Message, ...]]:
    """A file whose bytes are kept already becomes a document; intake is told if it passes.

    A citizen's is the centre's matter until a dossier takes it to an agency.
    """
    stored = DocumentStored(
        agency=matter_of(document),
        sha256=document.sha256,
        size=document.size,
        media_type=document.media_type,
    )
    document, given = tell(once_passed(document, document.stored))
    # Intake hears first: whoever follows the public events finds it known there.
    return document, (*given, stored)


def tell(document: Document) -> tuple[Document, tuple[Message, ...]]:
    """Tell intake whose the document is, so that a dossier may be full with it.

    Of a form that the centre issued nothing is told: nobody hands it in. Nor is intake told of what
    does not pass the scan, until it does.
    """
    if document.told or not document.scan.passes:
        return document, ()
    told = replace(document, told=True)
    if document.form:
        return told, ()
    given = DocumentGiven(
        agency=matter_of(document),
        owner=owner_of(document),
        clerk=document.uploader.clerk,
        sha256=document.sha256,
        name=document.name if owner_of(document) else "",
        size=document.size,
        signature=verdict_of(document.signing, document.media_type).value,
        reused=document.origin.reused,
    )
    return told, (given,)


def once_passed(document: Document, now: datetime) -> Document:
    """What follows when it has passed the scan: its signatures are read, and it supersedes."""
    if not document.scan.passes:
        return document
    signing, origin = document.signing, document.origin
    if signing.signature_state is SignatureState.WAITING and signing.signature_due is None:
        signing = replace(signing, signature_due=now)
    return replace(
        document,
        signing=signing,
        origin=replace(origin, superseding=bool(origin.supersedes)),
    )


def owner_of(document: Document) -> str:
    """The citizen whose it is, "" if staff uploaded it."""
    uploader = document.uploader
    return "" if uploader.clerk or uploader.agency else uploader.subject


def matter_of(document: Document) -> str:
    """The agency whose own it is, else the centre."""
    return document.uploader.agency or CENTRE
