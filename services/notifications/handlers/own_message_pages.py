"""The page of what an applicant was told about a dossier of theirs, for whoever handed it in."""

from foundation.errors import Unknown
from foundation.web import Request, Response
from foundation.web.page_routes import page, wants_page
from services.notifications import pages, schemas
from services.notifications.domain import own_messages
from services.notifications.domain.keeping import masked
from services.notifications.handlers import message_view
from services.notifications.handlers.context import MessagesContext
from services.notifications.pages import PAGES

CITIZEN = "dossier:submit"
OWN = "/messages/<dossier>"


class OwnMessagePages(MessagesContext):
    """The messages of a dossier, for its owner; to all others, clerks too, there are none."""

    @page(OWN, PAGES, scope=CITIZEN, hidden=True)
    def look_at_own_messages(self, request: Request, dossier: str) -> Response:
        """Each with its channel, when, its words and what became of it; `?after=` goes on."""
        if not request.who.subject:
            if not wants_page(request.headers):
                raise Unknown("Cần đăng nhập để xem tin của mình.", "Sign in to see your messages.")
            return PAGES.show("own_messages_sign_in.html", request)
        known = self.applicants.find_one({"_id": dossier})
        applicant = own_messages.shown_to(known, request.who.subject)
        asked = request.asked(schemas.OwnMessagesPage())
        found, onward = self.notices.of(dossier, self.clock.real(), **asked)
        told = own_messages.theirs(found, applicant)
        return PAGES.show(
            "own_messages.html",
            request,
            dossier=dossier,
            applicant=applicant,
            told=[(self.letters.opened(each), masked(each.to)) for each in told],
            onward=onward,
            view=message_view,
            moment=pages.moment,
        )
