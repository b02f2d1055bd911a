"""What is kept with a document of its digital signatures."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from contracts.signatures import SignatureVerdict
from foundation.files.signature_report import PdfSignature, SignedContent

PDF = "application/pdf"


class SignatureState(StrEnum):
    """How far the reading of the digital signatures of a document is.

    NOT_READ is what was stored before signatures were read, what is no PDF, and what the centre
    made itself.
    """

    NOT_READ = "not_read"
    UNSIGNED = "unsigned"
    WAITING = "waiting"
    READ = "read"
    NOT_READABLE = "not_readable"


@dataclass(frozen=True, kw_only=True)
class SignatureEvidence:
    """The signatures of one document; the names are those of its fields in the database.

    The report was made at `signatures_read`, with the roots that were trusted then, and is not made
    again. `signature_trouble` is why they could not be read. `signature_tries` were made; the next
    is due at `signature_due`, which is None until the document has passed the scan.
    """

    signature_state: SignatureState = SignatureState.NOT_READ
    signatures: tuple[PdfSignature, ...] = ()
    signatures_read: datetime | None = None
    signatures_more: bool = False
    signature_trouble: str = ""
    signature_tries: int = 0
    signature_due: datetime | None = None


def looked_for(media_type: str, *, marked: bool) -> SignatureEvidence:
    """The evidence of a file that has just come; `marked` says that it may be signed."""
    if media_type != PDF:
        return SignatureEvidence()
    state = SignatureState.WAITING if marked else SignatureState.UNSIGNED
    return SignatureEvidence(signature_state=state)


def verdict_of(kept: SignatureEvidence, media_type: str) -> SignatureVerdict:
    """What is known of the signatures of a file; a time stamp of the whole is no signature."""
    if kept.signature_state is SignatureState.READ:
        return _verdict_on(kept)
    if kept.signature_state is SignatureState.NOT_READ and media_type == PDF:
        return SignatureVerdict.UNKNOWN
    return _VERDICTS[kept.signature_state]


_VERDICTS = {
    SignatureState.NOT_READ: SignatureVerdict.UNSIGNED,
    SignatureState.UNSIGNED: SignatureVerdict.UNSIGNED,
    SignatureState.WAITING: SignatureVerdict.WAITING,
    SignatureState.NOT_READABLE: SignatureVerdict.UNPROVEN,
}
_SPOILT = (SignedContent.CHANGED, SignedContent.BROKEN)


def _verdict_on(kept: SignatureEvidence) -> SignatureVerdict:
    if any(each.content in _SPOILT for each in kept.signatures):
        return SignatureVerdict.BROKEN
    if kept.signatures_more:
        return SignatureVerdict.UNPROVEN
    of_persons = [each for each in kept.signatures if not each.time_stamp]
    if not of_persons:
        return SignatureVerdict.UNSIGNED
    valid = any(each.valid for each in of_persons)
    return SignatureVerdict.VALID if valid else SignatureVerdict.UNPROVEN
