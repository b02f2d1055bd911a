"""Pages of a visit without a dossier: the clerk hands a code out, the visitor rates by it."""

from collections.abc import Mapping
from urllib.parse import quote

from foundation.errors import Error
from foundation.persistence.document import new_message_id
from foundation.web import Request, Response
from foundation.web.page_forms import after_form, as_api, read_form
from foundation.web.page_routes import form, moved, page
from services.feedback.domain import visit as visits
from services.feedback.handlers import voice_forms
from services.feedback.handlers.rating_pages import LARGEST
from services.feedback.handlers.visits_api import COUNTER, VisitsApi
from services.feedback.handlers.voice_page import VoicePage
from services.feedback.pages import PAGES
from services.feedback.schemas.own_pages import FollowQuery

VISIT, HAND_OUT = "/rate/visit/<code>", "/rate/hand-out"


class VisitPages(VoicePage, VisitsApi):
    """Rating a visit by its code; nobody is asked who they are."""

    @page("/rate", PAGES)
    def ask_for_code(self, request: Request) -> Response:
        """Where the code is typed in, and from there to its page."""
        code = visits.spelled(request.asked(FollowQuery())["code"])
        if code:
            return moved(request, f"/rate/visit/{quote(code, safe='')}")
        return self._voice_page("rate_code.html", request)

    @page(VISIT, PAGES)
    def write_visit_rating(self, request: Request, code: str) -> Response:
        """The form; or that it was rated, or holds no more."""
        return self._visit_form(request, code, {})

    @form(VISIT, PAGES, largest=LARGEST)
    def send_visit_rating(self, request: Request, code: str) -> Response:
        """Keep the rating: a visit is rated once, whoever sends it how often."""
        said = read_form(request)
        keyed = as_api(request, voice_forms.impression_of(said), said)
        return after_form(
            lambda: self.rate_visit(keyed, code),
            done=lambda: moved(request, f"/rate/visit/{quote(visits.spelled(code), safe='')}"),
            wrong=lambda error: self._visit_form(request, code, said, wrong=error),
        )

    @page(HAND_OUT, PAGES, scope=COUNTER, hidden=True)
    def look_at_codes(self, request: Request) -> Response:
        """Where a clerk makes a code for a visitor."""
        if not request.who.subject:
            return self._ask_who(request)
        key = new_message_id(self.clock.now())
        return self._voice_page("rate_hand_out.html", request, visit=None, key=key)

    @form(HAND_OUT, PAGES, scope=COUNTER, hidden=True)
    def hand_out_by_form(self, request: Request) -> Response:
        """Make one, and show it to read out or to print: sent twice, it is the same code."""
        self._citizen_must_be_known(request)
        keyed = as_api(request, {}, read_form(request))
        return after_form(
            lambda: self.hand_out(keyed),
            done=lambda: moved(request, f"{HAND_OUT}/{keyed.new_id}"),
            wrong=lambda _: moved(request, HAND_OUT),
        )

    @page(f"{HAND_OUT}/<id>", PAGES, scope=COUNTER, hidden=True)
    def show_code(self, request: Request, id: str) -> Response:
        """The code, large."""
        if not request.who.subject:
            return self._ask_who(request)
        visit = self.visits.get(id)
        return self._voice_page(
            "rate_hand_out.html",
            request,
            visit=visit,
            code=visits.shown(visit.code),
            until=visit.handed_out + visits.HOLDS,
            key=new_message_id(self.clock.now()),
        )

    def _visit_form(
        self,
        request: Request,
        code: str,
        said: Mapping[str, str],
        *,
        wrong: Error | None = None,
    ) -> Response:
        with self.guard.against_guessing(request):
            visit = self._visit(code)
        shown = None if visit.rated else wrong
        return self._voice_page(
            "rate.html",
            request,
            status=shown.status if shown else 200,
            address=f"/rate/visit/{visit.code}",
            open=not visits.is_over(visit, self.clock.now()),
            given=bool(visit.rated),
            visit=True,
            **self._rating_shown(said, shown, request),
        )
