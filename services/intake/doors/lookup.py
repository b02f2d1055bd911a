"""Looking: the whole dossier for its own, lists for clerks, how far it is for everybody."""

from datetime import timedelta
from typing import Any

from foundation.web import Request, get
from services.intake import schemas
from services.intake.domain import account
from services.intake.doors.desk import CLERK, Desk, theirs

SHOWN_BACK = timedelta(days=30)


class Lookup(Desk):
    """For everybody who wants to know."""

    @get("/dossiers/<dossier_id>", scope=f"dossier:read {CLERK}")
    def show(self, request: Request, dossier_id: str) -> dict[str, Any]:
        """The whole dossier, for its owner and for clerks, in the language of the request."""
        found = theirs(self.dossiers.get(dossier_id), request)
        counted = account.account(found, self.clock.now(), self.calendars.now().calendar)
        return schemas.shown(found, counted, request.language)

    @get("/dossiers", scope=CLERK)
    def work_list(self, request: Request) -> dict[str, Any]:
        """Dossiers of one `?state=`, the oldest first; `?after=` and `?limit=` bound the page."""
        asked = request.asked(schemas.ListFields())
        now = self.clock.now()
        after, limit = asked["after"] or now - SHOWN_BACK, asked["limit"]
        return schemas.listed(
            self.dossiers.in_state(asked["state"], after, now, limit=limit), limit
        )

    @get("/tracking/<code>", scope="")
    def track(self, request: Request, code: str) -> dict[str, Any]:  # noqa: ARG002 -- a door's shape
        """How far the dossier with this code is; open to everybody, so nothing else."""
        return schemas.tracked(self.dossiers.by_code(code))
