"""HTTP API of the director of the centre: urging the agencies (đôn đốc, NĐ 61/2018).

Whoever may urge has the scope `director`: the director, and who stands in for them.
"""

from typing import Any

from foundation.errors import NO_SUCH_THING, NotFound, StoredResponse
from foundation.web import Request, get, post
from services.intake import schemas
from services.intake.domain.case.dossier import Dossier
from services.intake.domain.lateness import urging
from services.intake.handlers.context import IntakeContext

DIRECTOR = "director"


class DirectorApi(IntakeContext):
    """HTTP handlers for the director, and who stands in for them."""

    @post("/dossiers/<dossier_id>/urge", scope=DIRECTOR, gives=schemas.UrgingsAnswer)
    def urge(self, request: Request, dossier_id: str) -> StoredResponse:
        """Urge the agencies that have the dossier, or one of them; they answer by a date."""
        return self.urge_once(request, dossier_id, request.load(schemas.UrgeFields))

    @get("/dossiers/<dossier_id>/urgings", scope=f"{DIRECTOR} counter", gives=schemas.UrgingsAnswer)
    def urgings(self, request: Request, dossier_id: str) -> dict[str, Any]:  # noqa: ARG002 -- a handler's shape
        """Every urging of the dossier, and what was answered."""
        return schemas.urgings(must_be_received(self.dossiers.get(dossier_id)))

    def urge_once(
        self, request: Request, dossier_id: str, asked: urging.UrgeRequest
    ) -> StoredResponse:
        """Urge by a request that is read already; sent twice, it urges once."""
        once, by, now = request.once(200, schemas.urgings), request.who.subject, self.clock.now()
        rules, calendar = self.rulebook.rules(), self.calendars.now().calendar
        changed = self._decide(
            dossier_id,
            lambda each: urging.urge(
                must_be_received(each),
                asked,
                request.new_id,
                by,
                now,
                rules=rules,
                calendar=calendar,
            ),
            once,
        )
        return once.reply(changed)


def must_be_received(found: Dossier) -> Dossier:
    """A dossier that was taken in; others are not the director's matter yet."""
    if not found.code:
        raise NotFound(*NO_SUCH_THING)
    return found
