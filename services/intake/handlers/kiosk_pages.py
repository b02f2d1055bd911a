"""The kiosk in the hall, where one takes a number, and what shows the numbers.

/kiosk                what one comes for, in large letters: a number for it
/kiosk/<ticket>       the number that was taken, to print; then back to the first page by itself
/hall                 the big screen: which number is called to which window
/hall/<ticket>        one number, for whoever took it: how many stand before it

A kiosk signs in with an account of its own (scope `kiosk`), which may do nothing else.
"""

from collections.abc import Mapping
from typing import Any

from foundation.errors import NO_SUCH_THING, Error, NotFound, Unknown
from foundation.web import Request, Response
from foundation.web.page_forms import after_form, read_form
from foundation.web.page_routes import form, moved, page, wants_page
from services.intake import pages
from services.intake.domain.visits import waiting
from services.intake.domain.visits.waiting import QueueTicket
from services.intake.handlers.citizen_view import whole
from services.intake.handlers.context import CLERK
from services.intake.handlers.hall_desk import HallContext
from services.intake.pages import PAGES

KIOSK, HALL = "/kiosk", "/hall"
AT_KIOSK = f"{CLERK} kiosk"
SCREEN_SECONDS, TICKET_SECONDS, OWN_SECONDS, KIOSK_SECONDS = 10, 15, 30, 120
ON_SCREEN = 12


class KioskPages(HallContext):
    """Taking a number, and seeing whose turn it is."""

    @page(KIOSK, PAGES, scope=AT_KIOSK, hidden=True)
    def look_at_kiosk(self, request: Request) -> Response:
        """What one may come for."""
        if not request.who.subject:
            return self._ask_kiosk(request)
        response = self._kiosk_page(request)
        # So its session goes on while nobody comes, and its waiting times are those of now.
        response.headers["Refresh"] = str(KIOSK_SECONDS)
        return response

    @form(KIOSK, PAGES, scope=AT_KIOSK, hidden=True)
    def take_number(self, request: Request) -> Response:
        """Take a number: by a category, or by the code of a booking."""
        if not request.who.subject:
            raise _nobody()
        said, taken = read_form(request), list[QueueTicket]()
        return after_form(
            lambda: taken.append(self._number_for(said)),
            done=lambda: moved(request, f"{KIOSK}/{taken[0].id}"),
            wrong=lambda error: self._kiosk_page(request, wrong=error),
        )

    @page(f"{KIOSK}/<ticket>", PAGES, scope=AT_KIOSK, hidden=True)
    def look_at_taken(self, request: Request, ticket: str) -> Response:
        """The number, to print; after a quarter of a minute the kiosk is the next one's."""
        if not request.who.subject:
            return self._ask_kiosk(request)
        response = self._ticket_page(request, ticket, at_kiosk=True)
        response.headers["Refresh"] = f"{TICKET_SECONDS}; url={KIOSK}"
        return response

    @page(HALL, PAGES)
    def look_at_hall(self, request: Request) -> Response:
        """The screen on the wall; it loads itself again, and names nobody."""
        day, plan = self._hall_day(), self.hall.plan()
        response = self._hall_page(
            "hall.html",
            request,
            called=self.queue_tickets.shown_on(day)[:ON_SCREEN],
            lines=[(each, self.queue_tickets.waiting(day, each.code)) for each in plan.categories],
        )
        response.headers["Refresh"] = str(SCREEN_SECONDS)
        return response

    @page(f"{HALL}/<ticket>", PAGES)
    def look_at_number(self, request: Request, ticket: str) -> Response:
        """One number as whoever took it sees it on a telephone."""
        response = self._ticket_page(request, ticket, at_kiosk=False)
        response.headers["Refresh"] = str(OWN_SECONDS)
        return response

    def _number_for(self, said: Mapping[str, str]) -> QueueTicket:
        if said.get("code"):
            return self._take_booked(said["code"])
        plan = self.hall.plan()
        category = plan.category(said.get("category", ""))
        if category is None:
            raise NotFound(*NO_SUCH_THING)
        known = {each.code for each in plan.preferred}
        preferred = said.get("preferred", "")
        return self._take_number(category, preferred if preferred in known else "")

    def _kiosk_page(self, request: Request, *, wrong: Error | None = None) -> Response:
        day, plan = self._hall_day(), self.hall.plan()
        counts = [(each, self.queue_tickets.waiting(day, each.code)) for each in plan.categories]
        rows = [
            (category, ahead, waiting.waiting_range(ahead, category)) for category, ahead in counts
        ]
        return self._hall_page(
            "kiosk.html",
            request,
            status=wrong.status if wrong else 200,
            rows=rows,
            wrong=whole(wrong, request.language),
        )

    def _ticket_page(self, request: Request, ticket: str, *, at_kiosk: bool) -> Response:
        found = self.queue_tickets.get(ticket)
        if found.day != self._hall_day():
            raise NotFound(*NO_SUCH_THING)
        category = self.hall.plan().category(found.category)
        ahead = self.queue_tickets.ahead_of(found)
        return self._hall_page(
            "hall_ticket.html",
            request,
            ticket=found,
            category=category,
            ahead=ahead,
            about=waiting.waiting_range(ahead, category) if category else (0, 0),
            at_kiosk=at_kiosk,
        )

    def _hall_page(self, name: str, request: Request, **values: Any) -> Response:
        return PAGES.show(
            name,
            request,
            at=self.clock.now(),
            status=values.pop("status", 200),
            words=pages.spoken(request.language, self.settings.agencies),
            plan=self.hall.plan(),
            now=self.clock.real(),
            office=self.settings.office_name,
            **values,
        )

    def _ask_kiosk(self, request: Request) -> Response:
        if not wants_page(request.headers):
            raise _nobody()
        return PAGES.show("kiosk_sign_in.html", request, at=self.clock.now())


def _nobody() -> Unknown:
    return Unknown("Ki-ốt cần đăng nhập trước.", "The kiosk must sign in first.")
