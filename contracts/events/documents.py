"""What is told of a document, which is the subject."""

from dataclasses import dataclass

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
