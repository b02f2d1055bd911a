"""A citizen's file or result that is handed in once more: theirs, here, passed, and agreed to."""

from foundation.errors import NO_SUCH_THING, Hidden, Invalid
from services.documents.domain import quarantine, retention, versions
from services.documents.domain.access_list import DossierAccess
from services.documents.domain.storing import Document, DocumentActor, owner_of


def must_be_reusable(
    document: Document, access: DossierAccess | None, by: DocumentActor, agreed: str
) -> Document:
    """Hold what is used again to a citizen's own upload or result, which they agree to.

    `access` is that of the dossier that has the document.

    Raises:
        Hidden: it is neither of theirs; they learn no more than of what is not there.
        Invalid: they did not agree.
        Gone: it was removed.
        NotYet, Refused: it has not passed the scan.
    """
    owned = bool(by.subject) and owner_of(document) == by.subject
    if not (owned or versions.is_own_result(document, access, by)):
        raise Hidden(*NO_SUCH_THING, thing=document.id)
    if agreed != "yes":
        words = (
            "Xin đánh dấu vào ô đồng ý để dùng lại tệp.",
            "Tick the box of your consent to use the file again.",
        )
        raise Invalid(*words, fields={"agreed": [words]})
    return quarantine.must_pass(retention.must_be_here(document))
