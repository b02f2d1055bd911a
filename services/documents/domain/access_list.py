"""Whose a document is: the dossier it joins, and who may read it.

Nobody learns from an answer whether a document they may not read exists.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from contracts.events import DocumentReleased, Event
from contracts.forms import FormKind
from contracts.history import Revision
from contracts.orders import ContactGiven
from foundation.errors import NO_SUCH_THING, Hidden, NotFound
from foundation.frozen import replace
from foundation.retention.hold import Hold
from services.documents.domain.kept import RemovalNotice
from services.documents.domain.scanning import QUARANTINED, ScanState
from services.documents.domain.storing import Document, DocumentActor


@dataclass(frozen=True, kw_only=True)
class DossierAccess:
    """Who is concerned with the dossier `id`: its applicant, the agencies asked, the results.

    `owner` is "" when the dossier was handed in at the counter. `procedure` and `ended` are for the
    rules of retention; those of older dossiers are not known, and their documents are kept. While
    `held`, all of them are, those that join later too; `holds` has every decision on that, and
    `notices` what the applicant was told of removals.
    """

    id: str
    owner: str
    agencies: tuple[str, ...] = ()
    results: tuple[str, ...] = ()
    procedure: str = ""
    ended: datetime | None = None
    held: bool = False
    holds: tuple[Hold, ...] = ()
    notices: tuple[RemovalNotice, ...] = ()
    revision: Revision = Revision()


def open_dossier(dossier: str, contact: ContactGiven) -> DossierAccess:
    """A dossier that documents may join; its applicant is known."""
    return DossierAccess(id=dossier, owner=contact.owner)


def hand_in(
    document: Document, access: DossierAccess, agency: str, *, counter: bool = False
) -> tuple[Document, tuple[Event, ...]]:
    """The applicant's document joins their dossier, a clerk's one handed in at the counter.

    `counter` says that a clerk scanned it for a dossier that the applicant handed in themselves.
    Nobody else's does, and none that has a dossier: naming its id gives no right to it. Nor does
    one in which malware was found.
    """
    uploader = document.uploader
    at_counter = counter or not access.owner
    fits = uploader.clerk if at_counter else uploader.subject == access.owner
    if not fits or not _may_join(document):
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
    if document.uploader.agency != agency or not _may_join(document):
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


def begin(access: DossierAccess, procedure: str) -> tuple[DossierAccess, tuple[Event, ...]]:
    """The dossier is of that procedure."""
    return replace(access, procedure=procedure), ()


def end(access: DossierAccess, at: datetime) -> tuple[DossierAccess, tuple[Event, ...]]:
    """The dossier is over: the term of its documents begins."""
    return replace(access, ended=access.ended or at), ()


def read(document: Document, access: DossierAccess | None, reader: DocumentActor) -> Document:
    """The document, if it concerns the reader.

    Its uploader and the uploader's agency always; once it has a dossier the clerks of the centre
    and the agencies asked about it (NĐ 61/2018 Đ5: nobody else); the applicant reads the results
    and all forms. The receipt, with telephone and address, is for applicant and clerks alone. What
    did not pass the scan the clerks see too, who decide on it.

    Raises:
        Hidden: reads exactly as for a document that does not exist.
    """
    if _is_theirs(document, access, reader):
        return document
    raise Hidden(*NO_SUCH_THING, thing=document.id)


def listed(
    documents: Sequence[Document], access: DossierAccess | None, reader: DocumentActor
) -> tuple[Document, ...]:
    """Those of the dossier's documents that the reader may read.

    Raises:
        Hidden: the dossier is none of theirs, which reads as if there were none.
    """
    if access is None or not _has_part(access, reader):
        raise Hidden(*NO_SUCH_THING, thing=access.id if access else "")
    return tuple(each for each in documents if _is_theirs(each, access, reader))


def unknown() -> NotFound:
    """The one answer for what does not exist and for what is not the asker's business."""
    return NotFound(*NO_SUCH_THING)


def _has_part(access: DossierAccess, reader: DocumentActor) -> bool:
    owns = bool(access.owner) and reader.subject == access.owner
    return reader.clerk or owns or reader.agency in access.agencies


def _is_theirs(document: Document, access: DossierAccess | None, reader: DocumentActor) -> bool:
    uploader = document.uploader
    own = reader.subject == uploader.subject or bool(
        reader.agency and reader.agency == uploader.agency
    )
    looked_into = reader.clerk and document.scan.verdict in QUARANTINED
    return own or looked_into or (access is not None and _concerns(document, access, reader))


def _concerns(document: Document, access: DossierAccess, reader: DocumentActor) -> bool:
    owned = document.id in access.results or document.form
    return bool(
        reader.clerk
        or (reader.agency in access.agencies and document.form != FormKind.RECEIPT)
        or (reader.subject == access.owner and owned)
    )


def _infected(document: Document) -> bool:
    return document.scan.verdict is ScanState.INFECTED and not document.scan.passes


def _may_join(document: Document) -> bool:
    """Whether it may become a paper of a dossier: it has none, is clean, and was not removed."""
    return not (document.dossier or _infected(document) or document.retention.removed)


def _join(
    document: Document, access: DossierAccess, agency: str
) -> tuple[Document, tuple[Event, ...]]:
    released = DocumentReleased(agency=agency, dossier=access.id)
    # What was announced of a file without a dossier holds no longer.
    kept = replace(document.retention, announced=None, removes=None, noticed=None)
    return replace(document, dossier=access.id, retention=kept), (released,)
