"""The page of whoever runs the platform: whose subscriptions there are, and how they fare."""

from foundation.web import Request, Response
from foundation.web.page_routes import page
from services.subscriptions.domain import overview
from services.subscriptions.domain.delivery import DeliveryState
from services.subscriptions.handlers.owner_view import OwnerView
from services.subscriptions.handlers.self_service_api import MOST_COUNTED
from services.subscriptions.handlers.webhook_page import ADMINISTRATOR, HERE
from services.subscriptions.pages import PAGES
from services.subscriptions.schemas.feed import IntegratorsQuery


class AdministratorPages(OwnerView):
    """Integrators and their subscriptions, to be looked at: nothing is changed here."""

    @page(f"{HERE}/all", PAGES, scope=ADMINISTRATOR, hidden=True)
    def look_at_integrators(self, request: Request) -> Response:
        """Accounts with subscriptions, by name; `?owner=` shows those of one."""
        if not request.who.subject:
            return self._ask_who(request)
        asked = request.asked(IntegratorsQuery())
        if asked["owner"]:
            return self._of_one(request, asked["owner"])
        found, onward = overview.integrators(
            self.subscriptions.owned(), after=asked["after"], limit=asked["limit"]
        )
        return self._webhook_page("integrators.html", request, found=found, onward=onward)

    def _of_one(self, request: Request, owner: str) -> Response:
        rows = self._rows(self.subscriptions.of_owner(owner))
        kept = {
            (each.id, state): self.deliveries.count(each.id, state, most=MOST_COUNTED)
            for each in rows
            for state in (DeliveryState.WAITING, DeliveryState.DEAD)
        }
        dead, waiting = DeliveryState.DEAD, DeliveryState.WAITING
        return self._webhook_page(
            "integrator.html",
            request,
            owner=owner,
            rows=[(each, kept[each.id, waiting], kept[each.id, dead]) for each in rows],
            most=MOST_COUNTED,
        )
