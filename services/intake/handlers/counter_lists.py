"""Pages of the counter's lists: what waits, what was taken in today, and one box to search."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from foundation.errors import Error
from foundation.web import Request, Response
from foundation.web.page_forms import after_form
from foundation.web.page_routes import page
from services.intake import schemas
from services.intake.domain.case import apology
from services.intake.domain.case.dossier import Dossier, State
from services.intake.domain.counter.dossier_code import book_of
from services.intake.domain.counter.finding import LISTED
from services.intake.domain.lateness.late_list import APOLOGIES
from services.intake.handlers import counter_words
from services.intake.handlers.context import CLERK
from services.intake.handlers.counter_page import CounterPage
from services.intake.handlers.counter_words import TODAY
from services.intake.pages import PAGES


class CounterLists(CounterPage):
    """What a clerk has before them, and what they look for."""

    @page("/counter", PAGES, scope=CLERK, hidden=True)
    def look_at_counter(self, request: Request) -> Response:
        """One list (`?list=`), without one what waits, the oldest first; `?after=` goes on."""
        if not request.who.subject:
            return self._ask_clerk(request)
        today = request.query.get("list") == TODAY
        schema = schemas.CounterTodayQuery if today else schemas.CounterStateQuery
        asked = request.asked(schema())
        found, following = self._on_list(asked)
        self._looked(request, f"/counter?list={asked['name']}", found)
        return self._counter_list(request, found, following, chosen_list=asked["name"])

    @page("/counter/search", PAGES, scope=CLERK, hidden=True)
    def look_for_dossier(self, request: Request) -> Response:
        """Dossiers by code, name, telephone or QR code (`?q=`): the search of the API."""
        if not request.who.subject:
            return self._ask_clerk(request)
        read = list[tuple[list[Dossier], str]]()
        return after_form(
            lambda: read.append(self._sought(request)),
            done=lambda: self._counter_list(request, *read[0]),
            wrong=lambda error: self._not_sought(request, error),
        )

    def _on_list(self, asked: dict[str, Any]) -> tuple[list[Dossier], str]:
        own = {TODAY: self._taken_in_today, APOLOGIES: self._apologies_due}
        return own.get(asked["name"], self._in_one_state)(asked)

    def _apologies_due(self, asked: dict[str, Any]) -> tuple[list[Dossier], str]:
        """Those whose date may still be moved by an apology, the most pressing first."""
        limit, now = asked["limit"], self.clock.now()
        row = partial(apology.row, now=now)
        found = self.dossiers.pressing(
            APOLOGIES, asked["after"], ("", ""), now, row, limit=limit + 1
        )
        following = found[limit - 1].place if len(found) > limit else ""
        return [each.dossier for each in found[:limit]], following

    def _taken_in_today(self, asked: dict[str, Any]) -> tuple[list[Dossier], str]:
        limit, book = asked["limit"], book_of(self.settings.unit, self.clock.now())
        found = self.dossiers.in_book(book, asked["after"], limit=limit + 1, only=LISTED)
        return found[:limit], found[limit - 1].code if len(found) > limit else ""

    def _in_one_state(self, asked: dict[str, Any]) -> tuple[list[Dossier], str]:
        return self.dossiers.in_state(
            State(asked["name"]), self.clock.now(), limit=asked["limit"], after=asked["after"]
        )

    def _not_sought(self, request: Request, error: Error) -> Response:
        if "q" not in error.fields:
            raise error
        return self._counter_list(request, (), "", wrong=error)

    def _counter_list(
        self,
        request: Request,
        found: Sequence[Dossier],
        following: str,
        *,
        chosen_list: str = "",
        wrong: Error | None = None,
    ) -> Response:
        now = self.clock.now()
        errors = {"q": wrong.en if request.language == "en" else wrong.vi} if wrong else {}
        return self._counter_page(
            "counter_list.html",
            request,
            rows=tuple(counter_words.row(each, now) for each in found),
            following=following,
            chosen_list=chosen_list,
            no_code=counter_words.NO_CODE,
            sought=request.query.get("q", ""),
            errors=errors,
            status=wrong.status if wrong else 200,
        )
