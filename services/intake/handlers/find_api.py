"""HTTP API for finding a dossier at the counter; each look is written down before its answer."""

from collections.abc import Iterable
from typing import Any

from foundation.web import Request, get
from foundation.web.rate_limit import LookupRateLimiter
from services.intake import schemas
from services.intake.domain.case.dossier import Dossier
from services.intake.domain.counter import finding
from services.intake.domain.counter.finding import LookupRecord
from services.intake.handlers.context import CLERK, IntakeContext
from services.intake.handlers.director_api import DIRECTOR
from services.intake.store import Lookups


class FindApi(IntakeContext):
    """HTTP handlers for clerks and the director who look for a dossier; nothing for citizens."""

    searches = LookupRateLimiter()
    lookups = Lookups()

    @get("/dossiers/search", scope=f"{CLERK} {DIRECTOR}", gives=schemas.DossiersAnswer)
    def find(self, request: Request) -> dict[str, Any]:
        """Dossiers by code, name, telephone or QR code: `?q=`, the newest first, page by page."""
        return schemas.found(*self._sought(request))

    @get("/dossiers/lookups", scope=DIRECTOR, gives=schemas.LookupsAnswer)
    def who_looked(self, request: Request) -> dict[str, Any]:
        """Who looked for which dossier at the counter, the latest first."""
        asked = request.asked(schemas.LookupFields())
        return schemas.lookups(self.lookups.before(asked["after"], limit=asked["limit"]))

    def _sought(self, request: Request) -> tuple[list[Dossier], str]:
        """What was found, and where to go on; who looked is written down first."""
        with self.searches.against_guessing(request):
            asked, now = request.asked(schemas.FindFields()), self.clock.now()
            found, following = self.dossiers.saying(
                finding.sought(asked["q"]), now, limit=asked["limit"], after=asked["after"]
            )
        self._looked(request, asked["q"], found)
        return found, following

    def _looked(self, request: Request, asked: str, shown: Iterable[Dossier]) -> None:
        """Write down who looked, at what and when."""
        self.lookups.append(
            LookupRecord(
                by=request.who.subject,
                at=self.clock.now(),
                asked=asked,
                shown=tuple(each.id for each in shown),
            )
        )
