"""Message handlers for dossiers: which documents join which, and who may read them then."""

from functools import partial

from contracts.events import (
    DossierDocumentJoined,
    DossierRefused,
    DossierResolved,
    DossierReturned,
    DossierSubmitted,
    DossierSupplemented,
    DossierWithdrawn,
    StepOrdered,
)
from contracts.orders import ContactGiven
from foundation.consumer import MessageMeta, on
from foundation.scheduling import every
from services.documents.domain import access_list, storing
from services.documents.handlers.context import DocumentsContext


class DossierEvents(DocumentsContext):
    """Message handlers for dossiers, and what intake is told of uploads."""

    @on(ContactGiven)
    def open_dossier(self, contact: ContactGiven, about: MessageMeta) -> None:
        """Learn whose a dossier is."""
        self.accesses.save(access_list.open_dossier(about.subject, contact))

    @every(5)
    def tell_older(self) -> None:
        """Tell intake of uploads that were stored before it was told of any."""
        self.job_runner.run("tell_older", self.documents.untold, self._tell)

    @on(DossierSubmitted, DossierSupplemented)
    def hand_in(self, event: DossierSubmitted | DossierSupplemented, about: MessageMeta) -> None:
        """The applicant's documents join the dossier."""
        access = self.accesses.get(about.subject)
        if isinstance(event, DossierSubmitted):
            begin = partial(access_list.begin, procedure=event.procedure)
            access = self.accesses.change(about.subject, begin)
        counter = isinstance(event, DossierSupplemented) and event.counter
        join = partial(access_list.hand_in, access=access, agency=event.agency, counter=counter)
        for document in self.documents.among(event.documents):
            self.documents.change(document.id, join)

    @on(StepOrdered)
    def ask(self, event: StepOrdered, about: MessageMeta) -> None:
        """The agency asked may read the dossier's documents."""
        self.accesses.change(about.subject, partial(access_list.ask, agency=event.agency))

    @on(DossierDocumentJoined)
    def report(self, event: DossierDocumentJoined, about: MessageMeta) -> None:
        """The agency's own document joins the dossier, as the centre has taken its answer."""
        access = self.accesses.get(about.subject)
        join = partial(access_list.report, access=access, agency=event.agency)
        for document in self.documents.among([event.document]):
            self.documents.change(document.id, join)

    @on(DossierResolved)
    def decide(self, event: DossierResolved, about: MessageMeta) -> None:
        """The applicant may read the result."""
        self.accesses.change(about.subject, partial(access_list.decide, document=event.document))

    @on(DossierReturned, DossierWithdrawn, DossierRefused)
    def end(
        self, _event: DossierReturned | DossierWithdrawn | DossierRefused, about: MessageMeta
    ) -> None:
        """The dossier is over: the term of its documents begins."""
        self.accesses.change(about.subject, partial(access_list.end, at=about.time))

    def _tell(self, document_id: str) -> None:
        self.documents.change(document_id, storing.tell)
