"""The page of who looked at which dossiers of the centre, by person and by day, for the director.

It shows nobody's dossier, and looking at it is a look of its own in the same book.
"""

from typing import Any
from urllib.parse import quote

from foundation.web import Request, Response
from foundation.web.page_routes import page
from foundation.web.reading_book import (
    FEW_THINGS,
    ReadingRow,
    asked_for,
    asked_in_words,
    span,
)
from services.intake.domain.counter.finding import LookupRecord
from services.intake.handlers import calendar_view
from services.intake.handlers.director_api import DIRECTOR
from services.intake.handlers.director_page import DirectorPage
from services.intake.handlers.find_api import FindApi
from services.intake.pages import PAGES

READINGS = "/centre/readings"
_PLACES = (
    ("/counter/dossiers/", ("xem hồ sơ tại quầy", "looked at a dossier at the counter")),
    ("/counter/visits", ("xem lịch hẹn", "looked at booked visits")),
    ("/counter/new", ("nhận hồ sơ mới", "took a dossier in")),
    ("/counter", ("xem danh sách tại quầy", "looked at a list of the counter")),
    (READINGS, ("xem sổ này", "looked at this book")),
)


class ReadingsPages(FindApi, DirectorPage):
    """Looks of clerks and the director, as intake wrote them down before its answers."""

    @page(READINGS, PAGES, scope=DIRECTOR, hidden=True)
    def look_at_lookups(self, request: Request) -> Response:
        """Who looked (`?by=`), on which day (`?day=`), the latest first; `?after=` goes on."""
        if not request.who.subject:
            return self._ask_director(request)
        asked, wrong = asked_for(request)
        rows, onward = ((), "") if wrong else self._looks(request, asked)
        return self._director_page(
            "readings.html",
            request,
            status=wrong.status if wrong else 200,
            address=READINGS,
            asked=asked,
            rows=rows,
            onward=onward,
            errors=calendar_view.errors_of(wrong, request.language),
        )

    def _looks(self, request: Request, asked: dict[str, Any]) -> tuple[tuple[ReadingRow, ...], str]:
        self._looked(request, f"{READINGS} {asked_in_words(asked)}".strip(), ())
        found, onward = self.lookups.looked(
            asked["by"],
            span(asked["day"]),
            self.clock.now(),
            limit=asked["limit"],
            after=asked["after"],
        )
        return tuple(map(_row, found)), onward


def _row(record: LookupRecord) -> ReadingRow:
    shown = record.shown[:FEW_THINGS]
    did = next((words for path, words in _PLACES if record.asked.startswith(path)), None)
    return ReadingRow(
        at=record.at,
        by=record.by,
        did=did or (f"tìm “{record.asked}”", f"searched for “{record.asked}”"),
        things=tuple((each, f"/late/{quote(each, safe='')}") for each in shown),
        others=len(record.shown) - len(shown),
    )
