"""HTTP API of electronic forms: a clerk fills one in for the applicant."""

from foundation.errors import StoredResponse
from foundation.web import Request, post
from services.intake import schemas
from services.intake.domain.case import declaring
from services.intake.handlers.context import CLERK, IntakeContext


class DeclaringApi(IntakeContext):
    """HTTP handlers for the electronic forms of a dossier."""

    @post("/dossiers/<dossier_id>/declarations", scope=CLERK, gives=schemas.ReceiptAnswer)
    def declare(self, request: Request, dossier_id: str) -> StoredResponse:
        """Fill the form of a paper in before the dossier is taken in; again replaces it."""
        said = request.load(schemas.FilledPaperFields)
        reading = self.dossiers.read(dossier_id)
        in_force = self.procedures.now(reading.entity.procedure)
        return self._change(
            request, dossier_id, lambda each: declaring.declare(each, in_force, said), reading
        )
