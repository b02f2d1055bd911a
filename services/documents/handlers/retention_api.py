"""The jobs that remove what was kept for its term, and the hold that keeps a document longer."""

from functools import partial
from typing import Any

from foundation.errors import StoredResponse
from foundation.scheduling import every
from foundation.web import Request, get, post
from services.documents import schemas
from services.documents.domain import retention
from services.documents.handlers.context import DocumentsContext, person


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
        once, said = request.once(200, schemas.shown), request.load(schemas.HoldSchema)
        decide = partial(retention.hold, **said, by=person(request), now=self.clock.now())
        return once.reply(self.documents.change(id, decide, once=once))

    @get("/documents/<id>/holds", scope="centre", gives=schemas.HoldsAnswer)
    def holds(self, request: Request, id: str) -> dict[str, Any]:  # noqa: ARG002 -- a route takes it
        """Every decision on the hold of a document, the oldest first, with its reason."""
        return schemas.held(self.documents.get(id))

    def _retain(self, document_id: str) -> None:
        document = self.documents.get(document_id)
        look = partial(
            retention.look,
            access=self.accesses.known(document.dossier),
            rules=self.retention_table.rules(),
            now=self.clock.now(),
        )
        self.documents.change(document_id, look)

    def _erase(self, document_id: str) -> None:
        sha256 = self.documents.get(document_id).sha256
        self.files.remove(sha256, wanted=partial(self.documents.has_file, sha256))
        self.documents.change(document_id, retention.erased)
