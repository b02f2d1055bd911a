"""What all pages of the director share: where one signs in, and their words."""

from typing import Any

from foundation.errors import Unknown
from foundation.web import Request, Response
from foundation.web.page_routes import wants_page
from services.intake import pages
from services.intake.handlers.context import IntakeContext
from services.intake.pages import PAGES


class DirectorPage(IntakeContext):
    """The pages for the director, and who stands in for them."""

    def _must_be_director(self, request: Request) -> None:
        """For a form: it is held until the director has signed in again."""
        if not request.who.subject:
            raise _nobody()

    def _ask_director(self, request: Request) -> Response:
        """The page where one signs in; whoever asks for no page is turned away."""
        if not wants_page(request.headers):
            raise _nobody()
        return PAGES.show("late_sign_in.html", request, at=self.clock.now())

    def _director_page(self, name: str, request: Request, **values: Any) -> Response:
        words = self._director_words(request)
        return PAGES.show(name, request, at=self.clock.now(), words=words, **values)

    def _director_words(self, request: Request) -> pages.Spoken:
        return pages.spoken(request.language, self.settings.agencies)


def _nobody() -> Unknown:
    return Unknown("Cần đăng nhập với quyền Giám đốc.", "Sign in as the director first.")
