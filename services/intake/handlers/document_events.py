"""Message handlers for the documents service: which uploads there are, and which dossier has them.

All come in any order and more than once, and what comes late is learnt like what comes in time.
"""

from functools import partial

from contracts.events import DocumentReleased, DocumentSignaturesRead
from contracts.orders import DocumentGiven, DocumentRefused
from foundation.consumer import MessageMeta, on
from services.intake.domain.counter import known_document
from services.intake.handlers.context import IntakeContext


class DocumentEvents(IntakeContext):
    """Message handlers for uploads; dossiers are held to what they learn."""

    @on(DocumentGiven)
    def learn_document(self, given: DocumentGiven, about: MessageMeta) -> None:
        """A document was uploaded."""
        learn = partial(known_document.learn, given=given, seq=about.seq)
        self.known_documents.learn(about.subject, learn, once=about.once)

    @on(DocumentRefused)
    def refuse_document(self, refused: DocumentRefused, about: MessageMeta) -> None:
        """A document did not pass the scan for malware."""
        refuse = partial(known_document.refuse, refused=refused, seq=about.seq)
        self.known_documents.learn(about.subject, refuse, once=about.once)

    @on(DocumentSignaturesRead)
    def signatures_read(self, event: DocumentSignaturesRead, about: MessageMeta) -> None:
        """The digital signatures of a document were read."""
        read = partial(known_document.read_signatures, event=event)
        self.known_documents.learn(about.subject, read, once=about.once)

    @on(DocumentReleased)
    def document_joined(self, event: DocumentReleased, about: MessageMeta) -> None:
        """A dossier has the document."""
        self.known_documents.learn(
            about.subject, partial(known_document.join, event=event), once=about.once
        )
