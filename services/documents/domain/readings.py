"""Who read which document, when and why: kept for ever, in a chain."""

from dataclasses import dataclass, field
from datetime import datetime

from contracts.history import ChainLink, Revision
from services.documents.domain.storing import Document, DocumentActor

BOOK = "book of readings"
"""What stands in place of a part of a file where somebody looked at the book itself."""

LIST = "list of files"
"""What stands there where somebody looked at which files a dossier has."""


@dataclass(frozen=True, kw_only=True)
class DocumentReading:
    """One reading of a document's content, written down before the first byte goes out.

    Append-only; the id and the link are the audit log's to give. There is one chain of all
    readings: `agency` is "", `desk` is the agency whose officer read. `part` is the range asked
    for, "" for all of it; `reason` is what the reader gave as such. With `by_address` the reader
    was sent to the object store: for two minutes they could begin there, once or several times.
    """

    id: str = ""
    agency: str = ""
    document: str
    dossier: str
    sha256: str
    by: str
    desk: str = ""
    at: datetime
    reason: str = ""
    part: str = ""
    by_address: bool = False
    link: ChainLink = field(default_factory=ChainLink)
    revision: Revision = field(default_factory=Revision)


def note(
    document: Document,
    reader: DocumentActor,
    now: datetime,
    *,
    reason: str,
    part: str,
    by_address: bool = False,
) -> DocumentReading:
    """The record of a reading that is about to begin."""
    return DocumentReading(
        document=document.id,
        dossier=document.dossier,
        sha256=document.sha256,
        by=reader.subject,
        desk=reader.agency,
        at=now,
        reason=reason,
        part=part,
        by_address=by_address,
    )


def look_at_book(reader: DocumentActor, now: datetime, asked: str) -> DocumentReading:
    """The record that somebody looked at the book of readings itself; `asked` is what for."""
    return DocumentReading(
        document="",
        dossier="",
        sha256="",
        by=reader.subject,
        desk=reader.agency,
        at=now,
        reason=asked,
        part=BOOK,
    )


def look_at_list(reader: DocumentActor, now: datetime, dossier: str) -> DocumentReading:
    """The record that somebody looked at the names of a dossier's files."""
    return DocumentReading(
        document="",
        dossier=dossier,
        sha256="",
        by=reader.subject,
        desk=reader.agency,
        at=now,
        part=LIST,
    )
