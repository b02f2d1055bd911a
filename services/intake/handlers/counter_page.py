"""What all pages of the counter share: who may look, where one signs in, what is written down."""

from typing import Any

from foundation.errors import Unknown
from foundation.web import Request, Response
from foundation.web.page_routes import wants_page
from services.intake import pages
from services.intake.handlers import counter_words
from services.intake.handlers.find_api import FindApi
from services.intake.pages import PAGES


class CounterPage(FindApi):
    """The clerks' pages, under `/counter`; to who has no right to them they are not there."""

    def _must_be_clerk(self, request: Request) -> None:
        """For a form: it is held until its clerk has signed in again."""
        if not request.who.subject:
            raise _nobody()

    def _ask_clerk(self, request: Request) -> Response:
        if not wants_page(request.headers):
            raise _nobody()
        return self._counter_page("counter_sign_in.html", request)

    def _counter_page(self, name: str, request: Request, **values: Any) -> Response:
        """A template of the counter, with its own words."""
        return PAGES.show(
            name,
            request,
            at=self.clock.now(),
            status=values.pop("status", 200),
            words=self._counter_words(request),
            lists=counter_words.LISTS,
            office=self.settings.office_name,
            **values,
        )

    def _counter_words(self, request: Request) -> pages.Spoken:
        return pages.spoken(request.language, self.settings.agencies)


def _nobody() -> Unknown:
    return Unknown(
        "Cần đăng nhập bằng tài khoản cán bộ một cửa.", "Sign in with a clerk's account first."
    )
