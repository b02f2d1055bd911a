"""Documents in place of others: a version that supersedes, and a file that is handed in again."""

from datetime import datetime

from contracts.events import DocumentReused, DocumentSuperseded
from contracts.message import Message
from foundation.errors import Forbidden, Refused
from foundation.frozen import replace
from services.documents.domain import storing
from services.documents.domain.access_list import DossierAccess
from services.documents.domain.kept import first_look
from services.documents.domain.origin import DocumentOrigin
from services.documents.domain.quarantine import must_pass
from services.documents.domain.retention import must_be_here
from services.documents.domain.storing import Document, DocumentActor, matter_of

Versions = tuple[Document, tuple[Message, ...]]


def must_be_theirs(old: Document, by: DocumentActor) -> Document:
    """A document that this person may replace: their own, or that of their office.

    Raises:
        Forbidden: they may read it, but it is not theirs.
        Refused: a newer one replaced it already; the newer one is to be replaced.
        Gone: it was removed.
    """
    theirs = old.uploader
    office = bool(by.agency) and by.agency == theirs.agency
    if not (theirs.subject == by.subject or office or (by.clerk and theirs.clerk)):
        raise Forbidden(
            "Chỉ người nộp hoặc cơ quan của họ được thay tệp này.",
            "Only who gave this file, or their office, may replace it.",
        )
    if old.origin.superseded_by:
        raise Refused(
            f"Tệp này đã được thay bằng {old.origin.superseded_by}; hãy thay tệp đó.",
            f"This file was replaced by {old.origin.superseded_by}; replace that one.",
        )
    return must_be_here(old)


def supersede(old: Document, by: str) -> Versions:
    """A newer one came in its place: it stays readable, and says so. Told twice, nothing changes.

    Of two that came for it at once the first counts, and the second replaces that one.
    """
    if old.origin.superseded_by:
        return old, ()
    superseded = DocumentSuperseded(agency=matter_of(old), dossier=old.dossier, by=by)
    return replace(old, origin=replace(old.origin, superseded_by=by)), (superseded,)


def settle(document: Document, before: Document) -> Versions:
    """What came before knows its successor: this one, or one that was quicker, which is then next.

    A chain never comes back to where it was.
    """
    newer = before.origin.superseded_by
    if newer in {document.id, ""}:
        origin = replace(document.origin, superseding=False)
    else:
        origin = replace(document.origin, supersedes=newer)
    return replace(document, origin=origin), ()


def reuse(
    old: Document,
    access: DossierAccess | None,
    new_id: str,
    by: DocumentActor,
    consent: str,
    now: datetime,
) -> Versions:
    """A file that a citizen gave before becomes a new document, to be handed in once more.

    The citizen does so themselves, or a clerk for what the counter scanned; the result of a dossier
    (`access` is that of the old one) its applicant too, or a clerk. How the citizen agreed is
    written down. The bytes are the same, so they are not scanned again, and what was read of
    their signatures stays.

    Raises:
        Forbidden: it is neither their own upload nor result, nor the counter's.
        Refused, NotYet: it has not passed the scan.
        Gone: it was removed.
    """
    must_pass(must_be_here(old))
    theirs = old.uploader
    owned = theirs.subject == by.subject or (by.clerk and not theirs.agency)
    result = is_own_result(old, access, by) or (by.clerk and is_result(old, access))
    if old.form or not (owned or result):
        raise Forbidden(
            "Chỉ dùng lại được tệp do chính mình nộp hoặc kết quả của mình; cán bộ dùng lại thay "
            "người nộp.",
            "Only a file that you gave yourself, or your own result, can be used again; a clerk "
            "does it for others.",
        )
    again = replace(
        old,
        id=new_id,
        uploader=by,
        stored=now,
        dossier="",
        told=False,
        retention=first_look(now),
        origin=again_from(old, access, consent, now),
        revision=type(old.revision)(),
    )
    return store(again)


def again_from(
    old: Document, access: DossierAccess | None, consent: str, now: datetime
) -> DocumentOrigin:
    """The origin of a new document that has the file of another, with the owner's consent."""
    result = is_result(old, access) or old.origin.reused_result
    return DocumentOrigin(reused_from=old.id, consent=consent, consented=now, reused_result=result)


def is_result(document: Document, access: DossierAccess | None) -> bool:
    """Whether it is the result of its dossier."""
    return access is not None and document.id in access.results


def is_own_result(document: Document, access: DossierAccess | None, by: DocumentActor) -> bool:
    """Whether it is the result of a dossier that they handed in."""
    return is_result(document, access) and _is_applicant(by, access)


def store(document: Document) -> Versions:
    """As `storing.store`; what is used again is told to be."""
    document, messages = storing.store(document)
    of = document.origin.reused_from
    told = (DocumentReused(agency=matter_of(document), of=of),) if of else ()
    return document, (*messages, *told)


def _is_applicant(by: DocumentActor, access: DossierAccess | None) -> bool:
    return access is not None and bool(by.subject) and access.owner == by.subject
