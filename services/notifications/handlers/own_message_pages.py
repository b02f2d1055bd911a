"""The page of what an applicant was told about a dossier of theirs, for whoever handed it in.

They choose there how they wish to be told from now on, as a clerk does for others.
"""

from collections.abc import Mapping
from urllib.parse import quote

from foundation.errors import Error, Unknown
from foundation.web import Request, Response
from foundation.web.page_forms import after_form, as_api, read_form
from foundation.web.page_routes import form, moved, page, wants_page
from services.notifications import pages, schemas
from services.notifications.domain import own_messages
from services.notifications.domain.applicant import ApplicantContact
from services.notifications.domain.keeping import masked
from services.notifications.handlers import message_view
from services.notifications.handlers.api import MessagesApi
from services.notifications.pages import PAGES

CITIZEN = "dossier:submit"
OWN = "/messages/<dossier>"
_NOTHING: Mapping[str, str] = {}


class OwnMessagePages(MessagesApi):
    """The messages of a dossier, for its owner; to all others, clerks too, there are none."""

    @page(OWN, PAGES, scope=CITIZEN, hidden=True)
    def look_at_own_messages(self, request: Request, dossier: str) -> Response:
        """Each with its channel, when, its words and what became of it; `?after=` goes on."""
        if not request.who.subject:
            if not wants_page(request.headers):
                raise _nobody()
            return PAGES.show("own_messages_sign_in.html", request)
        return self._own_messages(request, dossier)

    @form(OWN, PAGES, scope=CITIZEN, hidden=True)
    def choose_own_by_form(self, request: Request, dossier: str) -> Response:
        """How one wishes to be told from now on: sent twice it is done once."""
        if not request.who.subject:
            raise _nobody()
        self._own(request, dossier)
        said = read_form(request)
        there = f"/messages/{quote(dossier, safe='')}?done=1"
        return after_form(
            lambda: self.choose(as_api(request, message_view.body_of(said), said), dossier),
            done=lambda: moved(request, there),
            wrong=lambda error: self._own_messages(request, dossier, said=said, wrong=error),
        )

    def _own(self, request: Request, dossier: str) -> ApplicantContact:
        known = self.applicants.find_one({"_id": dossier})
        return own_messages.shown_to(known, request.who.subject)

    def _own_messages(
        self,
        request: Request,
        dossier: str,
        *,
        said: Mapping[str, str] = _NOTHING,
        wrong: Error | None = None,
    ) -> Response:
        # As it is now: what changed since the form was shown stands beside it.
        applicant = self._own(request, dossier)
        asked = request.asked(schemas.MessagesPage())
        done = bool(asked.pop("done")) and not wrong
        found, onward = self.notices.of(dossier, self.clock.real(), **asked)
        told = own_messages.theirs(found, applicant)
        return PAGES.show(
            "own_messages.html",
            request,
            status=wrong.status if wrong else 200,
            dossier=dossier,
            applicant=applicant,
            told=[(self.letters.opened(each), masked(each.to)) for each in told],
            onward=onward,
            done=done,
            view=message_view,
            moment=pages.moment,
            **message_view.choice(applicant, said, wrong, request.language),
        )


def _nobody() -> Unknown:
    return Unknown("Cần đăng nhập để xem tin của mình.", "Sign in to see your messages.")
