"""What is told of a document, which is the subject."""

from dataclasses import dataclass
from datetime import datetime

from contracts.events.event import Event


@dataclass(frozen=True, kw_only=True)
class DocumentStored(Event):
    """A file is kept under its SHA-256 and never overwritten."""

    TYPE = "document.stored"
    sha256: str
    size: int
    media_type: str


@dataclass(frozen=True, kw_only=True)
class DocumentReleased(Event):
    """The document belongs to a dossier now: the agencies on its way may read it."""

    TYPE = "document.released"
    dossier: str


@dataclass(frozen=True, kw_only=True)
class DocumentScanned(Event):
    """The scan for malware came to an end.

    `verdict` is clean, infected or not_scannable; `finding` the signature that was found, or why
    it could not be scanned (encrypted, too_large, too_deep, too_many_files, too_slow, failed).
    """

    TYPE = "document.scanned"
    verdict: str
    finding: str = ""


@dataclass(frozen=True, kw_only=True)
class DocumentScanDecided(Event):
    """A clerk decided on a document that is infected or could not be scanned.

    `decision` is accepted, refused or scan_again. Why they decided so stays in the service.
    """

    TYPE = "document.scan_decided"
    decision: str


@dataclass(frozen=True, kw_only=True)
class DocumentSignaturesRead(Event):
    """The digital signatures of a PDF were checked; the report is kept with the document.

    `state` is read, unsigned or not_readable; of the `signatures`, `valid` may be relied on: the
    signer's chain is known, and nothing was changed since. `report` is the SHA-256 of the report.
    `verdict` is what they come to (`SignatureVerdict`), "" from an older version. Who signed stays
    in the service.
    """

    TYPE = "document.signatures_read"
    state: str
    signatures: int
    valid: int
    report: str
    verdict: str = ""


@dataclass(frozen=True, kw_only=True)
class DocumentRemovalAnnounced(Event):
    """The file will be removed at `removes`, at the end of its term; until then it can be fetched.

    `dossier` is "" if none has it; `kind` is paper, result, form, loose or quarantined.
    """

    TYPE = "document.removal_announced"
    dossier: str
    kind: str
    removes: datetime


@dataclass(frozen=True, kw_only=True)
class DocumentRemoved(Event):
    """The file was removed at the end of its term; its hash and size stay, and so does its history.

    `kind` is the kind of the rule: paper, result, form, loose or quarantined.
    """

    TYPE = "document.removed"
    dossier: str
    kind: str
    sha256: str
    size: int


@dataclass(frozen=True, kw_only=True)
class DocumentHoldChanged(Event):
    """The document is kept whatever its term (`held`), or no longer; why stays in the service."""

    TYPE = "document.hold_changed"
    held: bool


@dataclass(frozen=True, kw_only=True)
class DocumentRemovalNotified(Event):
    """The applicant of the dossier, the subject, is told that files of it go from `removes` on.

    Once for all of its files whose terms end at about that day; none of them goes before.
    """

    TYPE = "document.removal_notified"
    removes: datetime


@dataclass(frozen=True, kw_only=True)
class DocumentLegalHoldChanged(Event):
    """All files of the dossier, the subject, are kept whatever their terms (`held`), or no longer.

    Those that join it later, too. Why stays in the service.
    """

    TYPE = "document.legal_hold_changed"
    held: bool


@dataclass(frozen=True, kw_only=True)
class DocumentSuperseded(Event):
    """Another document, `by`, was given in its place; it stays readable for those who may."""

    TYPE = "document.superseded"
    dossier: str
    by: str


@dataclass(frozen=True, kw_only=True)
class DocumentReused(Event):
    """A new document has the file of another, `of`, with the consent of who gave that."""

    TYPE = "document.reused"
    of: str
