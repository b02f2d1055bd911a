"""The page of who opened which file of the centre, by person and by day, for the director."""

from typing import Any
from urllib.parse import quote

from foundation.errors import Unknown
from foundation.web import Request, Response
from foundation.web.page_routes import page, wants_page
from foundation.web.reading_book import ReadingRow, asked_for, asked_in_words, span
from services.documents.domain.readings import BOOK, LIST, DocumentReading, look_at_book
from services.documents.handlers import keeping_view
from services.documents.handlers.context import DocumentsContext, person
from services.documents.pages import PAGES

DIRECTOR = "director"
READINGS = "/centre/readings/files"
ON_PAPER = "/late/"


class FileReadingsPages(DocumentsContext):
    """Readings of files, as they were written down before their first byte went out."""

    @page(READINGS, PAGES, scope=DIRECTOR, hidden=True)
    def look_at_readings(self, request: Request) -> Response:
        """Who opened a file (`?by=`), on which day (`?day=`), the latest first; `?after=` goes on.

        Looking is recorded in the same book.
        """
        if not request.who.subject:
            return _ask_director(request)
        asked, wrong = asked_for(request)
        rows, onward = ((), "") if wrong else self._opened(request, asked)
        return PAGES.show(
            "readings.html",
            request,
            status=wrong.status if wrong else 200,
            address=READINGS,
            asked=asked,
            rows=rows,
            onward=onward,
            errors=keeping_view.errors_of(wrong, request.language),
            moment=keeping_view.moment,
        )

    def _opened(
        self, request: Request, asked: dict[str, Any]
    ) -> tuple[tuple[ReadingRow, ...], str]:
        now = self.clock.now()
        self.readings.append(look_at_book(person(request), now, asked_in_words(asked)))
        found, onward = self.readings.looked(
            asked["by"], span(asked["day"]), now, limit=asked["limit"], after=asked["after"]
        )
        return tuple(map(_row, found)), onward


def _row(record: DocumentReading) -> ReadingRow:
    if record.part == BOOK:
        did = ("xem sổ này", "looked at this book")
        return ReadingRow(at=record.at, by=record.by, agency=record.desk, did=did)
    dossier = (record.dossier, f"{ON_PAPER}{quote(record.dossier, safe='')}")
    if record.part == LIST:
        did = ("xem danh sách tệp", "looked at which files there are")
        return ReadingRow(
            at=record.at, by=record.by, agency=record.desk, did=did, things=(dossier,)
        )
    did = ("mở tệp", "opened a file")
    if record.reason:
        did = (f"mở tệp: {record.reason}", f"opened a file: {record.reason}")
    return ReadingRow(
        at=record.at,
        by=record.by,
        agency=record.desk,
        did=did,
        things=((record.document, ""), *((dossier,) if record.dossier else ())),
    )


def _ask_director(request: Request) -> Response:
    if not wants_page(request.headers):
        raise Unknown("Cần đăng nhập với quyền Giám đốc.", "Sign in as the director first.")
    return PAGES.show("staff_sign_in.html", request)
