"""The page of what an applicant was told, and of how they wish to be told, for the counter."""

from collections.abc import Mapping
from urllib.parse import quote

from foundation.errors import Error, Unknown
from foundation.web import Request, Response
from foundation.web.page_forms import after_form, as_api, read_form
from foundation.web.page_routes import form, moved, page, wants_page
from services.notifications import pages, schemas
from services.notifications.domain.keeping import masked
from services.notifications.handlers import message_view
from services.notifications.handlers.api import MessagesApi
from services.notifications.pages import PAGES

COUNTER = "counter"
TOLD = "/counter/messages/<dossier>"
_NOTHING: Mapping[str, str] = {}


class MessagePages(MessagesApi):
    """The messages of a dossier with what became of each; who is no clerk finds nothing here."""

    @page(TOLD, PAGES, scope=COUNTER, hidden=True)
    def look_at_messages(self, request: Request, dossier: str) -> Response:
        """The messages, oldest first, whom none reached, and the form; `?after=` goes on."""
        if not request.who.subject:
            return _ask_clerk(request)
        return self._told(request, dossier)

    @form(TOLD, PAGES, scope=COUNTER, hidden=True)
    def choose_by_form(self, request: Request, dossier: str) -> Response:
        """How the person wishes to be told from now on: sent twice it is done once."""
        if not request.who.subject:
            raise _nobody()
        said = read_form(request)
        there = f"/counter/messages/{quote(dossier, safe='')}?done=1"
        return after_form(
            lambda: self.choose(as_api(request, message_view.body_of(said), said), dossier),
            done=lambda: moved(request, there),
            wrong=lambda error: self._told(request, dossier, said=said, wrong=error),
        )

    def _told(
        self,
        request: Request,
        dossier: str,
        *,
        said: Mapping[str, str] = _NOTHING,
        wrong: Error | None = None,
    ) -> Response:
        applicant = self.applicants.get(dossier)
        asked = request.asked(schemas.MessagesPage())
        done = bool(asked.pop("done")) and not wrong
        found, onward = self.notices.of(dossier, self.clock.real(), **asked)
        return PAGES.show(
            "messages.html",
            request,
            status=wrong.status if wrong else 200,
            dossier=dossier,
            applicant=applicant,
            reached={each: masked(to) for each, to in applicant.channels().items()},
            rows=[(each, masked(each.to)) for each in found],
            failed=schemas.not_reached(found),
            onward=onward,
            done=done,
            view=message_view,
            moment=pages.moment,
            **message_view.choice(applicant, said, wrong, request.language),
        )


def _ask_clerk(request: Request) -> Response:
    if not wants_page(request.headers):
        raise _nobody()
    return PAGES.show("messages_sign_in.html", request)


def _nobody() -> Unknown:
    return Unknown("Cần đăng nhập bằng tài khoản quầy.", "Sign in with a clerk's account first.")
