"""HTTP API of the lead agency: how a route stands, and what the lead decides of it (Đ19.6)."""

from collections.abc import Callable
from typing import Any

from foundation.errors import StoredResponse
from foundation.web import Request, get, post
from services.routing import schemas
from services.routing.domain.docket import lists
from services.routing.domain.docket.docket import Change, Docket
from services.routing.domain.orders import leading
from services.routing.domain.staff.act import OfficerAct
from services.routing.handlers.context import DeskContext


class LeadApi(DeskContext):
    """Routes that the agency leads, for its head and for the officer who has the lead's step."""

    @get("/routes", scope="desk", gives=schemas.RoutesAnswer)
    def routes(self, request: Request) -> dict[str, Any]:
        """Routes of several parts that this agency leads, at work, the most urgent first."""
        return self._shared(request, lists.LED, "route", schemas.routes)

    @get("/routes/<dossier>", scope="desk", gives=schemas.RouteAnswer)
    def route(self, request: Request, dossier: str) -> dict[str, Any]:
        """Who is out, and what has not begun."""
        return schemas.route(self._of_dossier(dossier, self._act(request)))

    @post("/routes/<dossier>/proceed", scope="desk", gives=schemas.RouteAnswer)
    def proceed(self, request: Request, dossier: str) -> StoredResponse:
        """Go on without the branches that are out, where the join is the lead's choice."""
        said = request.load(schemas.Proceeding)
        return self._lead(
            request, dossier, lambda docket, act: leading.proceed(docket, act, said["stage"])
        )

    @post("/routes/<dossier>/reroute", scope="desk", gives=schemas.RouteAnswer)
    def reroute(self, request: Request, dossier: str) -> StoredResponse:
        """Order anew what has not begun."""
        said = request.load(schemas.Rerouting)
        stages = tuple(said["stages"])
        return self._lead(
            request,
            dossier,
            lambda docket, act: leading.reroute(docket, act, said["stage"], stages),
        )

    def _lead(
        self, request: Request, dossier: str, decide: Callable[[Docket, OfficerAct], Change]
    ) -> StoredResponse:
        once, act = request.once(200, schemas.route), self._act(request)
        docket, mark = self._of_dossier(dossier, act), request.headers.get("if-match", "")

        def as_seen(each: Docket) -> Change:
            leading.ROUTE_SEEN.must_be_as_seen(each, mark)
            return decide(each, act)

        return once.reply(self.dockets.change(docket.id, as_seen, once=once))
