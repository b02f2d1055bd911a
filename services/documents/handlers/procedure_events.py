"""Message handlers for the catalogue: how large the files of a procedure's papers may be."""

from contracts.events import ProcedurePublished
from foundation.consumer import MessageMeta, on
from services.documents.domain import allowance
from services.documents.handlers.context import DocumentsContext


class ProcedureEvents(DocumentsContext):
    """Message handlers for procedures."""

    @on(ProcedurePublished)
    def learn_procedure(self, event: ProcedurePublished, about: MessageMeta) -> None:
        """A version of a procedure is in force."""
        self.allowances.learn(
            about.subject, lambda known: allowance.learn(known, event), once=about.once
        )
