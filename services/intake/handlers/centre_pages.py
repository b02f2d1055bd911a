"""Pages of the director: the centre today in figures, and the dossiers behind each of them.

The figures are those that `count_deadlines` kept, so a page costs the same over any number of
dossiers. None of them shows anything about an applicant.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from foundation.persistence.document import new_message_id
from foundation.web import Request, Response
from foundation.web.page_routes import page
from services.intake import schemas
from services.intake.domain.case.dossier import Dossier, State
from services.intake.domain.centre import figures
from services.intake.domain.centre.figures import CentreRow
from services.intake.domain.counter.dossier_code import book_of
from services.intake.domain.counter.finding import LISTED
from services.intake.domain.lateness import late_list
from services.intake.handlers import centre_view
from services.intake.handlers.director_api import DIRECTOR
from services.intake.handlers.director_page import DirectorPage
from services.intake.pages import PAGES

CENTRE, SCREEN, BEHIND = "/centre", "/centre/screen", "/centre/dossiers"
ON_SCREEN = 10
REFRESH_SECONDS = 60
Asked = dict[str, Any]
Found = tuple[Sequence[CentreRow], str]
RowOf = Callable[[Dossier], CentreRow | None]


class FiguresPages(DirectorPage):
    """The centre as a whole; to who is no director these pages are not there."""

    @page(CENTRE, PAGES, scope=DIRECTOR, hidden=True)
    def look_at_centre(self, request: Request) -> Response:
        """In, out, open, late and about to be late; by agency, by field and by state."""
        if not request.who.subject:
            return self._ask_director(request)
        return self._director_page("centre.html", request, **self._counted(request))

    @page(SCREEN, PAGES, scope=DIRECTOR, hidden=True)
    def look_at_screen(self, request: Request) -> Response:
        """The same for a screen on a wall: large, and asked for anew every minute.

        By a header of the answer, as browsers do it without a script. Each look renews the
        session, which ends after eight hours all the same.
        """
        if not request.who.subject:
            return self._ask_director(request)
        response = self._director_page("centre_screen.html", request, **self._counted(request))
        response.headers["Refresh"] = str(REFRESH_SECONDS)
        return response

    @page(BEHIND, PAGES, scope=DIRECTOR, hidden=True)
    def look_behind_figure(self, request: Request) -> Response:
        """The dossiers behind a figure (`?list=`, `?agency=`, `?field=`); `?after=` goes on."""
        if not request.who.subject:
            return self._ask_director(request)
        by_code = request.query.get("list") == "in"
        schema = schemas.FigureBookQuery if by_code else schemas.FigureListQuery
        asked, now = request.asked(schema()), self.clock.now()
        self.connected_agencies.now().must_exist(asked["agency"])
        rows, following = self._behind_figure(asked, now)
        return self._director_page(
            "centre_list.html",
            request,
            rows=rows,
            following=following,
            asked=asked,
            title=centre_view.LISTS[asked["name"]],
            states=centre_view.STATES,
            key=new_message_id(now),
        )

    def _counted(self, request: Request) -> dict[str, Any]:
        """The last count, and its picture."""
        counted = self.figures.newest()
        words = self._director_words(request)
        return {
            "counted": counted,
            "first_agencies": counted.agencies[:ON_SCREEN] if counted else (),
            "bars": centre_view.bars(counted.agencies, words.name) if counted else (),
            "states": centre_view.STATES,
        }

    def _behind_figure(self, asked: Asked, now: datetime) -> Found:
        row = partial(figures.row, now=now, agency=asked["agency"])
        by_list: dict[str, Callable[[], Found]] = {
            "in": partial(self._taken_in, asked, now, row),
            "out": partial(self._resolved, asked, now, row),
            **{each.value: partial(self._in_state, asked, now, row) for each in State},
        }
        name: str = asked["name"]
        return by_list[name]() if name in by_list else self._by_time(asked, now, row)

    def _by_time(self, asked: Asked, now: datetime, row: RowOf) -> Found:
        limit, after = asked["limit"], asked["after"]
        place = late_list.place_of(asked["agency"], asked["field"])
        within = figures.bounds(asked["name"], now)
        found = self.dossiers.pressing(place, after, within, now, row, limit=limit + 1)
        return found[:limit], found[limit - 1].place if len(found) > limit else ""

    def _taken_in(self, asked: Asked, now: datetime, row: RowOf) -> Found:
        limit, book = asked["limit"], book_of(self.settings.unit, now)
        found = self.dossiers.in_book(book, asked["after"], limit=limit + 1, only=LISTED)
        return _rows(found[:limit], row), found[limit - 1].code if len(found) > limit else ""

    def _resolved(self, asked: Asked, now: datetime, row: RowOf) -> Found:
        begin = figures.start_of_day(now)
        found, following = self.dossiers.resolved_since(
            begin, now, limit=asked["limit"], after=asked["after"]
        )
        return _rows(found, row), following

    def _in_state(self, asked: Asked, now: datetime, row: RowOf) -> Found:
        found, following = self.dossiers.in_state(
            State(asked["name"]), now, limit=asked["limit"], after=asked["after"]
        )
        return _rows(found, row), following


def _rows(found: Sequence[Dossier], row: RowOf) -> Sequence[CentreRow]:
    return [shown for each in found if (shown := row(each))]
