"""Pages of an officer's work lists, over the lists of the API."""

from collections.abc import Sequence
from typing import Any

from foundation.errors import Error
from foundation.persistence.document import new_message_id
from foundation.web import Request, Response
from foundation.web.page_forms import after_form
from foundation.web.page_routes import page
from services.routing import pages, schemas
from services.routing.domain.docket import lists, reading, search_words
from services.routing.domain.docket.docket import Docket
from services.routing.domain.docket.step import Step
from services.routing.domain.staff.act import OfficerAct
from services.routing.domain.work import several
from services.routing.handlers import step_view
from services.routing.handlers.desk_page import DESK, DeskPage
from services.routing.handlers.lists_api import ListsApi
from services.routing.pages import PAGES


class WorkPages(DeskPage, ListsApi):
    """What an officer has to do, and what they search for."""

    @page("/desks/<agency>/work", PAGES, scope=DESK, hidden=True)
    def look_at_work(self, request: Request, agency: str) -> Response:
        """Open steps on one list (`?list=`), the most urgent first; `?after=` goes on."""
        self._must_be_here(agency)
        if not request.who.subject:
            return self._ask_who(request)
        act, asked = self._act(request), request.asked(schemas.WorkPageQuery())
        limit = asked["limit"]
        sought = lists.named(asked["name"], act, self.calendars.calendar())
        found = self.dockets.on_list(sought, act.now, limit=limit + 1, after=asked["after"])
        onward = found[limit - 1].place if len(found) > limit else ""
        steps = [(each.step, each.docket) for each in found[:limit]]
        return self._listing(request, act, steps, onward, chosen_list=asked["name"])

    @page("/desks/<agency>/search", PAGES, scope=DESK, hidden=True)
    def look_for(self, request: Request, agency: str) -> Response:
        """Steps by code, applicant's name or procedure (`?q=`), the newest dossiers first."""
        self._must_be_here(agency)
        if not request.who.subject:
            return self._ask_who(request)
        act, read = self._act(request), list[dict[str, Any]]()
        return after_form(
            lambda: read.append(request.asked(schemas.SearchPageQuery())),
            done=lambda: self._found(request, act, read[0]),
            wrong=lambda error: self._not_asked(request, act, error),
        )

    def _not_asked(self, request: Request, act: OfficerAct, error: Error) -> Response:
        if "q" not in error.fields:
            raise error
        return self._listing(request, act, (), "", wrong=error)

    def _found(self, request: Request, act: OfficerAct, asked: dict[str, Any]) -> Response:
        sought = search_words.asked_for(asked.pop("q"))
        self._read(act, reading.SEARCH)
        found, onward = self.dockets.saying(sought, act.now, **asked)
        steps = [(step, each) for each in found for step in each.steps if reading.sees(step, act)]
        return self._listing(request, act, steps, onward)

    def _listing(
        self,
        request: Request,
        act: OfficerAct,
        steps: Sequence[tuple[Step, Docket]],
        onward: str,
        *,
        chosen_list: str = "",
        wrong: Error | None = None,
    ) -> Response:
        words, calendar = self._words(request), self.calendars.calendar()
        rows = pages.rows(
            steps, lambda step, docket: pages.row(step, docket, act.now, calendar, words)
        )
        return self._shown(
            "work.html",
            request,
            rows=rows,
            onward=onward,
            chosen_list=chosen_list,
            sought=request.query.get("q", ""),
            errors=pages.errors_of(wrong, request.language),
            status=wrong.status if wrong else 200,
            most=several.MOST_AT_ONCE,
            key=new_message_id(act.now),
            titles=step_view.TITLES,
            opened="",
            said={},
            officers=[(each.id, each.name) for each in self._office().officers],
        )
