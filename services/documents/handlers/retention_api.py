"""The jobs that remove what was kept for its term, and the hold that keeps a document longer."""

from functools import partial
from typing import Any

from foundation.errors import StoredResponse
from foundation.observability.fault_points import reached
from foundation.retention.schemas import HoldSchema
from foundation.scheduling import every
from foundation.web import Request, get, post
from services.documents import schemas
from services.documents.domain import removal_notice, retention
from services.documents.handlers.context import DocumentsContext, as_seen, person


class RetentionApi(DocumentsContext):
    """Removal at the end of a term, announced before; and the hold."""

    @every(30)
    def retain(self) -> None:
        """Announce or remove what is due: at most as much as one run of a job has time for."""
        due = partial(self.documents.retention_due, self.clock.now())
        self.job_runner.run("retain", due, self._retain)

    @every(30)
    def erase(self) -> None:
        """Erase the bytes of what was removed, unless another document has the same ones."""
        self.job_runner.run("erase", self.documents.to_be_erased, self._erase)

    @post("/documents/<id>/hold", scope="centre", gives=schemas.DocumentAnswer)
    def hold(self, request: Request, id: str) -> StoredResponse:
        """Hold a document, so that it is not removed whatever its term; or release it."""
        once, said = request.once(200, schemas.shown), request.load(HoldSchema)
        decide = partial(retention.hold, **said, by=person(request), now=self.clock.now())
        seen = as_seen(retention.HOLD_SEEN, request, decide)
        return once.reply(self.documents.change(id, seen, once=once))

    @get("/documents/<id>/holds", scope="centre", gives=schemas.HoldsAnswer)
    def holds(self, request: Request, id: str) -> dict[str, Any]:  # noqa: ARG002 -- a route takes it
        """Every decision on the hold of a document, the oldest first, with its reason."""
        return schemas.held(self.documents.get(id))

    @post("/documents/dossiers/<dossier>/hold", scope="centre", gives=schemas.DossierHoldAnswer)
    def hold_dossier(self, request: Request, dossier: str) -> StoredResponse:
        """Hold all documents of a dossier, those that join later too (legal hold); or release it.

        Announced removals are cancelled; after the hold the applicant is told anew.
        """
        once, said = request.once(200, schemas.held_dossier), request.load(HoldSchema)
        by, now = person(request), self.clock.now()
        decide = partial(removal_notice.hold_dossier, **said, by=by, now=now)
        seen = as_seen(removal_notice.HOLD_SEEN, request, decide)
        return once.reply(self.accesses.change(dossier, seen, once=once))

    @get("/documents/dossiers/<dossier>/hold", scope="centre", gives=schemas.DossierHoldAnswer)
    def dossier_hold(self, request: Request, dossier: str) -> dict[str, Any]:  # noqa: ARG002 -- a route takes it
        """Whether the documents of a dossier are held, every decision on that, and the notices."""
        return schemas.held_dossier(self.accesses.get(dossier))

    def _retain(self, document_id: str) -> None:
        document, now = self.documents.get(document_id), self.clock.now()
        rules, access = self.retention_table.rules(), self.accesses.known(document.dossier)
        if access is not None:
            tell = partial(retention.tell_applicant, document=document, rules=rules, now=now)
            access = self.accesses.change(access.id, tell)
            reached("notice_given")
        sent = self.accesses.is_sent(document.dossier)
        look = partial(retention.look, access=access, rules=rules, now=now, notice_sent=sent)
        self.documents.change(document_id, look)

    def _erase(self, document_id: str) -> None:
        sha256 = self.documents.get(document_id).sha256
        self.files.remove(sha256, wanted=partial(self.documents.has_file, sha256))
        self.documents.change(document_id, retention.erased)
