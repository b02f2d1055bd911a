"""A document in place of another, and a file that is handed in again with consent."""

from functools import partial

from foundation.errors import StoredResponse
from foundation.scheduling import every
from foundation.web import Request, post
from services.documents import schemas
from services.documents.domain import versions
from services.documents.handlers.context import DocumentsContext, person


class VersionsApi(DocumentsContext):
    """Superseding and reuse."""

    @post(
        "/documents/<id>/reuse",
        scope="document:write counter",
        gives=schemas.DocumentAnswer,
    )
    def reuse(self, request: Request, id: str) -> StoredResponse:
        """Make a new document of a file that was given before, to be handed in once more.

        The citizen's `consent` is how they agreed; it is kept.
        """
        once = request.once(201, schemas.shown)
        consent = request.load(schemas.ReuseSchema)["consent"]
        old = self._read(request, id)
        again, messages = versions.reuse(
            old,
            self.accesses.known(old.dossier),
            request.new_id,
            person(request),
            consent,
            self.clock.now(),
        )
        return once.reply(self.documents.save(again, *messages, once=once))

    @every(1)
    def supersede(self) -> None:
        """Have the document that was replaced know by which: after a death in between, too."""
        self.job_runner.run("supersede", self.documents.superseding, self._supersede)

    def _supersede(self, document_id: str) -> None:
        document = self.documents.get(document_id)
        while document.origin.superseding:
            mark = partial(versions.supersede, by=document.id)
            before = self.documents.change(document.origin.supersedes, mark)
            document = self.documents.change(document.id, partial(versions.settle, before=before))
