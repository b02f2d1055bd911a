"""The reading of the digital signatures of a PDF: when it is made, and what is told of it.

NĐ 310/2026 has the officer check them. Nothing unsigned is refused here; where a procedure demands
a signature, intake holds its papers to what is told of them.
"""

import json
from dataclasses import asdict
from datetime import datetime, timedelta
from hashlib import sha256

from contracts.events import DocumentSignaturesRead
from contracts.message import Message
from foundation.files.signature_report import PdfSignature, ReportVerdict, SignatureReport
from foundation.frozen import replace
from services.documents.domain.signed import SignatureState, verdict_of
from services.documents.domain.storing import Document, matter_of

MOST_TRIES = 3
"""So often the reading may fail: the machine may be busy, or the file may be why."""
AGAIN = timedelta(seconds=40)
"""Longer than one reading may take, so that no two are made at once."""

WithSignatures = tuple[Document, tuple[Message, ...]]


def try_to_read(document: Document, now: datetime) -> WithSignatures:
    """Note a try before it is made: a file that ends the process does not hold up the others."""
    kept = document.signing
    if not waits(document):
        return document, ()
    tries = kept.signature_tries + 1
    noted = replace(kept, signature_tries=tries, signature_due=now + AGAIN * tries)
    return replace(document, signing=noted), ()


def keep(document: Document, report: SignatureReport, now: datetime) -> WithSignatures:
    """The report is kept as evidence, once; a reading that failed is made again, three times."""
    kept = document.signing
    if not waits(document):
        return document, ()
    if report.verdict is ReportVerdict.FAILED and kept.signature_tries < MOST_TRIES:
        return replace(document, signing=replace(kept, signature_trouble=report.trouble)), ()
    read = report.verdict is ReportVerdict.READ
    kept = replace(
        kept,
        signature_state=_state(report) if read else SignatureState.NOT_READABLE,
        signatures=report.signatures,
        signatures_read=now,
        signatures_more=report.more,
        signature_trouble=report.trouble,
        signature_due=None,
    )
    told = DocumentSignaturesRead(
        agency=matter_of(document),
        state=kept.signature_state.value,
        signatures=len(kept.signatures),
        valid=sum(each.valid for each in kept.signatures),
        report=fingerprint(kept.signatures),
        verdict=verdict_of(kept, document.media_type).value,
    )
    return replace(document, signing=kept), (told,)


def waits(document: Document) -> bool:
    """Whether its signatures are still to be read."""
    return document.signing.signature_state is SignatureState.WAITING


def fingerprint(signatures: tuple[PdfSignature, ...]) -> str:
    """The SHA-256 of a report: it stands in the chain, so the report cannot be changed unseen."""
    rows = [asdict(each) for each in signatures]
    text = json.dumps(rows, default=datetime.isoformat, sort_keys=True, ensure_ascii=False)
    return sha256(text.encode()).hexdigest()


def _state(report: SignatureReport) -> SignatureState:
    return SignatureState.READ if report.signatures else SignatureState.UNSIGNED
