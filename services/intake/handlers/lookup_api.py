"""HTTP API for reading: the whole dossier for its own person and clerks, lists for clerks."""

from typing import Any

from foundation.web import Request, get
from services.intake import schemas
from services.intake.domain.explanation import account
from services.intake.handlers.context import CLERK, IntakeContext, theirs

READER = f"dossier:read {CLERK}"


class LookupApi(IntakeContext):
    """HTTP handlers that read dossiers."""

    @get("/dossiers/<dossier_id>", scope=READER, gives=schemas.DossierAnswer)
    def show(self, request: Request, dossier_id: str) -> dict[str, Any]:
        """The whole dossier, for its owner and for clerks, in the language of the request."""
        found = theirs(self.dossiers.get(dossier_id), request)
        counted = account.account(found, *self._when())
        body = schemas.shown(found, counted, request.language)
        if found.received:
            return body
        known = self.known_documents.among(each.document for each in found.attachments)
        in_force = self.procedures.lately(found.procedure)
        return body | schemas.unheard(found, known) | schemas.digitised(found, in_force, known)

    @get("/dossiers", scope=CLERK, gives=schemas.DossiersAnswer)
    def work_list(self, request: Request) -> dict[str, Any]:
        """Dossiers of one `?state=`, from the oldest on, page by page.

        `?limit=` says how long, and `?after=` with what the page before said in `next` goes on;
        a moment in `after` is that of the submission.
        """
        asked = request.asked(schemas.ListFields())
        return schemas.listed(*self.dossiers.in_state(now=self.clock.now(), **asked))
