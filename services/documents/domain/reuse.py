"""A citizen's file that is handed in once more: theirs, still here, passed, and agreed to."""

from foundation.errors import NO_SUCH_THING, Hidden, Invalid
from services.documents.domain import quarantine, retention
from services.documents.domain.storing import Document, DocumentActor, owner_of


def must_be_reusable(document: Document, by: DocumentActor, agreed: str) -> Document:
    """Hold what is used again to a citizen's own upload, which they agree to.

    Raises:
        Hidden: it is not this citizen's own upload; they learn no more than of what is not there.
        Invalid: they did not agree.
        Gone: it was removed.
        NotYet, Refused: it has not passed the scan.
    """
    if not by.subject or owner_of(document) != by.subject:
        raise Hidden(*NO_SUCH_THING, thing=document.id)
    if agreed != "yes":
        words = (
            "Xin đánh dấu vào ô đồng ý để dùng lại tệp.",
            "Tick the box of your consent to use the file again.",
        )
        raise Invalid(*words, fields={"agreed": [words]})
    return quarantine.must_pass(retention.must_be_here(document))
