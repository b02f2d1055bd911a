"""The figures of the centre for everybody: how much is under way, and how much of it is late."""

from typing import Any

from foundation.web import Request, Response
from foundation.web.page_routes import page, wants_page
from services.intake import pages, schemas
from services.intake.handlers import centre_view
from services.intake.handlers.context import IntakeContext
from services.intake.pages import PAGES


class PublicFigures(IntakeContext):
    """What the director's page counts, without a way to the dossiers behind it."""

    @page("/figures", PAGES, gives=schemas.PublicFiguresAnswer)
    def look_at_figures(self, request: Request) -> dict[str, Any] | Response:
        """The last count that was kept: of the whole centre and by leading agency."""
        counted = self.figures.newest()
        if not wants_page(request.headers):
            return schemas.public_figures(counted)
        words = pages.spoken(request.language, self.settings.agencies)
        return PAGES.show(
            "public_figures.html",
            request,
            at=self.clock.now(),
            words=words,
            counted=counted,
            bars=centre_view.bars(counted.agencies, words.name) if counted else (),
        )
