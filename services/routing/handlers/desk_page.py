"""What all pages of a desk share: whose desk it is, who looks, and where one signs in."""

from typing import Any

from foundation.errors import NO_SUCH_THING, NotFound, Unknown
from foundation.web import Request, Response
from foundation.web.page_routes import wants_page
from services.routing import pages
from services.routing.domain.docket.docket import Docket
from services.routing.domain.staff.act import OfficerAct
from services.routing.domain.staff.roles import OfficerRole
from services.routing.handlers.context import DeskContext
from services.routing.pages import PAGES

DESK = "desk"


class DeskPage(DeskContext):
    """The desk of this process's agency, under `/desks/AGENCY/`."""

    def _must_be_here(self, agency: str) -> None:
        """Another agency's desk is not here, whoever asks."""
        if agency != self.settings.agency:
            raise NotFound(*NO_SUCH_THING)

    def _must_be_known(self, request: Request, agency: str) -> None:
        """For a form: it is held until its officer has signed in again."""
        self._must_be_here(agency)
        if not request.who.subject:
            raise _nobody()

    def _ask_who(self, request: Request) -> Response:
        if not wants_page(request.headers):
            raise _nobody()
        return self._shown("desk_sign_in.html", request)

    def _shown(self, name: str, request: Request, **values: Any) -> Response:
        """A template of the desk, with its own words and address."""
        return PAGES.show(
            name,
            request,
            at=self.clock.now(),
            status=values.pop("status", 200),
            agency=self.settings.agency,
            desk=f"/desks/{self.settings.agency}",
            words=self._words(request),
            lists=pages.LISTS,
            keeps_book=self._keeps_book(request),
            **values,
        )

    def _shared_page(
        self, act: OfficerAct, name: str, part: str, *, limit: int, after: str
    ) -> tuple[list[Docket], str]:
        """A page of what the officer sees of a shared list, and where the next one begins."""
        found = self._shared_dockets(act, name, part, limit=limit, after=after)
        return found[:limit], found[limit - 1].place if len(found) > limit else ""

    def _keeps_book(self, request: Request) -> bool:
        """Whether who looks may change the book of officers: its page is offered to nobody else."""
        keepers = [each for each in self._office().officers if OfficerRole.STAFF in each.roles]
        return request.who.subject in {each.id for each in keepers}

    def _words(self, request: Request) -> pages.DeskWords:
        return pages.spoken(request.language, self.settings.agencies, self._office())


def _nobody() -> Unknown:
    return Unknown(
        "Cần đăng nhập bằng tài khoản cán bộ.", "Sign in with an officer's account first."
    )
