"""HTTP API of refused answers: what the centre could not take of the agency, and why."""

from typing import Any

from foundation.errors import StoredResponse
from foundation.web import Request, get, post
from services.routing import schemas
from services.routing.domain.docket import lists
from services.routing.domain.orders import refusals
from services.routing.handlers.context import DeskContext


class RefusedAnswersApi(DeskContext):
    """Refused answers, listed until an officer has read why."""

    @get("/refusals", scope="desk", gives=schemas.RefusalsAnswer)
    def refused(self, request: Request) -> dict[str, Any]:
        """Answers that the centre refused and nobody has read about, the most urgent first."""
        return self._shared(request, lists.REFUSED, "refusals", schemas.refusals)

    @post("/refusals/<dossier>/<number>/seen", scope="desk", gives=schemas.RefusalsAnswer)
    def see(self, request: Request, dossier: str, number: str) -> StoredResponse:
        """Mark a refusal as read."""
        act = self._act(request)
        once = request.once(200, lambda docket: schemas.refusals([docket], schemas.MOST_SHOWN))
        docket = self._of_dossier(dossier, act)
        return once.reply(
            self.dockets.change(docket.id, lambda each: refusals.see(each, number, act), once=once)
        )
