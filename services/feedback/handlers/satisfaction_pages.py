"""How satisfied people were, for everybody to read: by month, as a whole and by agency."""

from typing import Any

from contracts.message import CENTRE
from foundation.web import Request, Response
from foundation.web.page_routes import page, wants_page
from services.feedback import pages, schemas
from services.feedback.domain import tally
from services.feedback.handlers.voice_page import VoicePage
from services.feedback.pages import PAGES


class SatisfactionPages(VoicePage):
    """Figures of ratings; none of them is over fewer than five people."""

    @page("/satisfaction", PAGES, gives=schemas.PublicSatisfaction)
    def look_at_satisfaction(self, request: Request) -> dict[str, Any] | Response:
        """Of the last month that is over, or of `?month=2026-11`."""
        now = self.clock.now()
        months = tally.months_over(now)
        month = request.asked(schemas.PublicSatisfactionQuery())["month"] or months[0]
        tally.must_be_over(month, now)
        found = schemas.public_satisfaction(month, self.rating_tallies.of_month(month))
        if not wants_page(request.headers):
            return found
        return self._voice_page(
            "satisfaction.html",
            request,
            found=found,
            aspects=pages.SATISFIED_WITH,
            months=months,
            centre=CENTRE,
        )
