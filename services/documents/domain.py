"""Rules of the files of dossiers: what is accepted, whose it is, and who may read it.

Nobody learns from an answer whether a document they may not read exists.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType

from contracts.envelope import canonical
from contracts.events import DocumentReleased, DocumentStored, Event
from contracts.forms import FormFilled, FormKind
from contracts.history import Revision
from contracts.message import CENTRE, Message
from contracts.orders import ContactGiven, DocumentGiven
from foundation.errors import NO_SUCH_THING, Hidden, NotFound
from foundation.text.file_names import NAMELESS, shortened

LARGEST_FILE = 25 * 1024 * 1024
FIRST_AGAIN, LAST_AGAIN = timedelta(seconds=15), timedelta(hours=1)


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
    revision: Revision = Revision()


@dataclass(frozen=True, kw_only=True)
class Form:
    """A form of the counter as it was filled in; `id` is that of the document it becomes.

    `filled` is the message, canonical JSON, from which it can be printed again; `press` what
    printed it. Until then it waits: `tries` were made, the next is due `again`.
    """

    id: str
    dossier: str
    filled: str
    again: datetime
    waiting: bool = True
    tries: int = 0
    sha256: str = ""
    press: str = ""
    revision: Revision = Revision()


@dataclass(frozen=True, kw_only=True)
class DossierAccess:
    """Who is concerned with the dossier `id`: its applicant, the agencies asked, the results.

    `owner` is "" when the dossier was handed in at the counter.
    """

    id: str
    owner: str
    agencies: tuple[str, ...] = ()
    results: tuple[str, ...] = ()
    revision: Revision = Revision()


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
    """A file whose bytes are kept already becomes a document, and intake is told whose it is.

    A citizen's is the centre's matter until a dossier takes it to an agency.
    """
    stored = DocumentStored(
        agency=document.uploader.agency or CENTRE,
        sha256=document.sha256,
        size=document.size,
        media_type=document.media_type,
    )
    document, given = tell(document)
    # Intake hears first: whoever follows the public events finds it known there.
    return document, (*given, stored)


def tell(document: Document) -> tuple[Document, tuple[Message, ...]]:
    """Tell intake whose the document is, so that a dossier may be full with it.

    Of a form that the centre issued nothing is told: nobody hands it in.
    """
    if document.told:
        return document, ()
    told = replace(document, told=True)
    if document.form:
        return told, ()
    uploader = document.uploader
    owner = "" if uploader.clerk or uploader.agency else uploader.subject
    given = DocumentGiven(
        agency=uploader.agency or CENTRE,
        owner=owner,
        clerk=uploader.clerk,
        sha256=document.sha256,
    )
    return told, (given,)


def fill(dossier: str, filled: FormFilled, now: datetime) -> tuple[Form, tuple[()]]:
    """A form that is to be printed; all that stands on it is kept beside it."""
    return Form(
        id=filled.document, dossier=dossier, filled=canonical(filled.write()).decode(), again=now
    ), ()


def filled(form: Form) -> FormFilled:
    """What stands on the form."""
    return FormFilled.read(json.loads(form.filled))


def try_again(form: Form, now: datetime) -> tuple[Form, tuple[()]]:
    """Note a try before it is made; the next follows with exponential back-off, an hour at most."""
    delay = min(FIRST_AGAIN * 2**form.tries, LAST_AGAIN)
    return replace(form, tries=form.tries + 1, again=now + delay), ()


def issue(form: Form, sha256: str, size: int, now: datetime) -> tuple[Document, tuple[Event, ...]]:
    """The printed form becomes a document of its dossier."""
    said = filled(form)
    document = Document(
        id=form.id,
        uploader=DocumentActor(subject=CENTRE, clerk=True),
        name=f"mau-{said.number}-{said.kind}-{said.code or form.dossier}.pdf",
        media_type="application/pdf",
        sha256=sha256,
        size=size,
        stored=now,
        dossier=form.dossier,
        form=said.kind.value,
        told=True,
    )
    released = DocumentReleased(agency=said.agency, dossier=form.dossier)
    stored = DocumentStored(
        agency=said.agency, sha256=sha256, size=size, media_type=document.media_type
    )
    return document, (stored, released)


def printed(form: Form, sha256: str, press: str) -> tuple[Form, tuple[()]]:
    """Mark the form as printed."""
    return replace(form, waiting=False, sha256=sha256, press=press), ()


def open_dossier(dossier: str, contact: ContactGiven) -> DossierAccess:
    """A dossier that documents may join; its applicant is known."""
    return DossierAccess(id=dossier, owner=contact.owner)


def hand_in(
    document: Document, access: DossierAccess, agency: str, *, counter: bool = False
) -> tuple[Document, tuple[Event, ...]]:
    """The applicant's document joins their dossier, a clerk's one handed in at the counter.

    `counter` says that a clerk scanned it for a dossier that the applicant handed in themselves.
    Nobody else's does, and none that has a dossier: naming its id gives no right to it.
    """
    uploader = document.uploader
    at_counter = counter or not access.owner
    fits = uploader.clerk if at_counter else uploader.subject == access.owner
    if document.dossier or not fits:
        return document, ()
    return _join(document, access, agency)


def report(
    document: Document, access: DossierAccess, agency: str
) -> tuple[Document, tuple[Event, ...]]:
    """An agency's opinion or decision joins the dossier, if it is that agency's own document.

    Raises:
        NotFound: the agency was not asked about this dossier, or that is not known yet.
    """
    if agency not in access.agencies:
        raise unknown()
    if document.dossier or document.uploader.agency != agency:
        return document, ()
    return _join(document, access, agency)


def ask(access: DossierAccess, agency: str) -> tuple[DossierAccess, tuple[Event, ...]]:
    """The agency has a part in the dossier: from now on it may read its documents."""
    if agency in access.agencies:
        return access, ()
    return replace(access, agencies=(*access.agencies, agency)), ()


def decide(access: DossierAccess, document: str) -> tuple[DossierAccess, tuple[Event, ...]]:
    """The document is the result of the dossier: the applicant may read it."""
    if document in access.results:
        return access, ()
    return replace(access, results=(*access.results, document)), ()


def read(document: Document, access: DossierAccess | None, reader: DocumentActor) -> Document:
    """The document, if it concerns the reader.

    Its uploader and the uploader's agency always; once it has a dossier the clerks of the centre
    and the agencies asked about it (NĐ 61/2018 Đ5: nobody else); the applicant reads the results
    and all forms. The receipt, with telephone and address, is for applicant and clerks alone.

    Raises:
        Hidden: reads exactly as for a document that does not exist.
    """
    uploader = document.uploader
    if reader.subject == uploader.subject:
        return document
    if reader.agency and reader.agency == uploader.agency:
        return document
    if access is not None and _concerns(document, access, reader):
        return document
    raise Hidden(*NO_SUCH_THING, thing=document.id)


def unknown() -> NotFound:
    """The one answer for what does not exist and for what is not the asker's business."""
    return NotFound(*NO_SUCH_THING)


def _concerns(document: Document, access: DossierAccess, reader: DocumentActor) -> bool:
    owned = document.id in access.results or document.form
    return bool(
        reader.clerk
        or (reader.agency in access.agencies and document.form != FormKind.RECEIPT)
        or (reader.subject == access.owner and owned)
    )


def _join(
    document: Document, access: DossierAccess, agency: str
) -> tuple[Document, tuple[Event, ...]]:
    released = DocumentReleased(agency=agency, dossier=access.id)
    return replace(document, dossier=access.id), (released,)
