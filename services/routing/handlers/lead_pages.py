"""Pages of the routes that the agency leads: who is out, what has not begun, and the two decisions.

NĐ 61/2018 Đ19.6: the lead may wait no longer for others, and may order anew what has not begun.
"""

from collections.abc import Mapping
from urllib.parse import quote

from foundation.errors import NO_SUCH_THING, Error, NotFound, StoredResponse, why_not
from foundation.persistence.document import new_message_id
from foundation.web import Request, Response
from foundation.web.limits import KB
from foundation.web.page_forms import after_form, as_api, read_form
from foundation.web.page_routes import form, moved, page
from services.routing import schemas
from services.routing.domain.docket import lists
from services.routing.domain.docket.docket import Docket
from services.routing.domain.docket.route import NOTHING
from services.routing.domain.orders import leading
from services.routing.domain.staff.act import OfficerAct
from services.routing.handlers import lead_view
from services.routing.handlers.desk_page import DESK, DeskPage
from services.routing.handlers.lead_api import LeadApi
from services.routing.pages import PAGES

ROUTES = "/desks/<agency>/routes"
LARGEST_ORDER = 64 * KB
"""Thirty tasks with what each is to do, as a browser spells it."""
_NOTHING: Mapping[str, str] = {}


class LeadPages(DeskPage, LeadApi):
    """The routes that this agency leads, and one of them with what may be decided."""

    @page(ROUTES, PAGES, scope=DESK, hidden=True)
    def look_at_routes(self, request: Request, agency: str) -> Response:
        """Routes at work that this agency leads, the most urgent first; `?after=` goes on."""
        self._must_be_here(agency)
        if not request.who.subject:
            return self._ask_who(request)
        asked = request.asked(schemas.WorkPage())
        found, onward = self._shared_page(self._act(request), lists.LED, "route", **asked)
        return self._shown(
            "routes.html", request, found=found, onward=onward, joins=lead_view.JOINS
        )

    @page(f"{ROUTES}/<dossier>", PAGES, scope=DESK, hidden=True)
    def look_at_route(self, request: Request, agency: str, dossier: str) -> Response:
        """The stage at work with who is out, what is planned, and the two decisions as forms."""
        self._must_be_here(agency)
        return self._route(request, dossier) if request.who.subject else self._ask_who(request)

    @form(f"{ROUTES}/<dossier>/<name>", PAGES, scope=DESK, largest=LARGEST_ORDER, hidden=True)
    def lead_by_form(self, request: Request, agency: str, dossier: str, name: str) -> Response:
        """`proceed` or `reroute`: sent twice it is asked once, of what has changed it is not."""
        self._must_be_known(request, agency)
        said = read_form(request)
        # Whoever may not see the route learns nothing from what a form is answered.
        self._of_dossier(dossier, self._act(request))
        there = f"/desks/{agency}/routes/{quote(dossier, safe='')}"
        return after_form(
            lambda: self._decide(request, dossier, name, said),
            done=lambda: moved(request, there),
            wrong=lambda error: self._route(request, dossier, name=name, said=said, wrong=error),
        )

    def _decide(
        self, request: Request, dossier: str, name: str, said: Mapping[str, str]
    ) -> StoredResponse:
        if name == lead_view.PROCEED:
            return self.proceed(as_api(request, lead_view.body_of(name, said), said), dossier)
        if name == lead_view.REROUTE:
            lead_view.must_be_placed(said)
            return self.reroute(as_api(request, lead_view.body_of(name, said), said), dossier)
        raise NotFound(*NO_SUCH_THING)

    def _route(
        self,
        request: Request,
        dossier: str,
        *,
        name: str = "",
        said: Mapping[str, str] = _NOTHING,
        wrong: Error | None = None,
    ) -> Response:
        act, words = self._act(request), self._words(request)
        docket = self._of_dossier(dossier, act)
        drawn = lead_view.drawn(docket.route, said if name == lead_view.REROUTE else _NOTHING)
        return self._shown(
            "route.html",
            request,
            status=wrong.status if wrong else 200,
            docket=docket,
            route=docket.route if docket.route and docket.route.alive else None,
            verdicts=_verdicts(docket, act),
            opened=name,
            said=said,
            errors=lead_view.errors_of(wrong, request.language, name, said),
            article=wrong.article if wrong else "",
            changed=lead_view.changed(said.get("seen", ""), docket, words) if wrong else (),
            mark=leading.ROUTE_SEEN.mark(docket),
            key=new_message_id(act.now),
            view=lead_view,
            drawn=drawn,
        )


def _verdicts(docket: Docket, act: OfficerAct) -> dict[str, Error | None]:
    """Each decision, and why this officer may not take it now; the rules themselves say so."""
    stage = docket.route.stage if docket.route else NOTHING
    return {
        lead_view.PROCEED: why_not(lambda: leading.must_end(docket, act, stage)),
        lead_view.REROUTE: why_not(lambda: leading.must_order_anew(docket, act, stage)),
    }
