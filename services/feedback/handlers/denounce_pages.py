"""Pages to denounce, protected: why it is safe, the form, the receipt, and how far it is.

What is typed goes into the sealed part alone. It stands in no address and no cookie; a form that
is not right is shown again to whoever sent it, and nothing of it is written down.
"""

from collections.abc import Mapping
from urllib.parse import quote

from foundation.errors import Error
from foundation.observability import log_context
from foundation.persistence.document import new_message_id
from foundation.web import Request, Response
from foundation.web.limits import KB
from foundation.web.page_forms import after_form, read_form
from foundation.web.page_routes import form, moved, page
from services.feedback import pages
from services.feedback.domain import information
from services.feedback.domain.sealed_parts import DENOUNCER
from services.feedback.handlers import voice_forms
from services.feedback.handlers.denunciations_api import CITIZEN, DenunciationsApi
from services.feedback.handlers.voice_page import VoicePage
from services.feedback.pages import PAGES
from services.feedback.schemas.own_pages import FollowQuery

DENOUNCE = "/denounce"
OWN = "/denounce/own"
LARGEST = 256 * KB
"""A text of 20,000 letters with their marks, as a browser spells it."""


class DenouncePages(VoicePage, DenunciationsApi):
    """Denouncing by a page."""

    @page(DENOUNCE, PAGES, scope=CITIZEN, hidden=True)
    def write_denunciation(self, request: Request) -> Response:
        """How a denouncer is protected, for everybody; the form for who signed in."""
        return self._denunciation_form(request, {})

    @form(DENOUNCE, PAGES, scope=CITIZEN, largest=LARGEST, hidden=True)
    def send_denunciation_by_form(self, request: Request) -> Response:
        """Send it, sealed, and go on to its receipt: sent twice, there is one."""
        self._citizen_must_be_known(request)
        said = read_form(request)
        keyed = self._as_citizen(request, voice_forms.denunciation_of(said, request.language), said)
        with self.guard.against_guessing(request), log_context.acting_as(DENOUNCER):
            return after_form(
                lambda: self.denounce(keyed),
                done=lambda: moved(request, f"{OWN}/{self._sealed_id(keyed)}/sent"),
                wrong=lambda error: self._denunciation_form(request, said, wrong=error),
            )

    @page(OWN, PAGES)
    def look_up_denunciation(self, request: Request) -> Response:
        """From the code that was typed in to the page of the denunciation."""
        code = request.asked(FollowQuery())["code"]
        return moved(request, f"{OWN}/{quote(code, safe='')}" if code else DENOUNCE)

    @page(f"{OWN}/<id>", PAGES, scope=CITIZEN, hidden=True)
    def follow_denunciation(self, request: Request, id: str) -> Response:
        """How far one's own is; nothing of what is sealed."""
        return self._own_denunciation(request, id)

    @page(f"{OWN}/<id>/sent", PAGES, scope=CITIZEN, hidden=True)
    def confirm_denunciation(self, request: Request, id: str) -> Response:
        """The receipt: its code, and until when it is looked at."""
        return self._own_denunciation(request, id, sent=True)

    def _denunciation_form(
        self, request: Request, said: Mapping[str, str], *, wrong: Error | None = None
    ) -> Response:
        fields = voice_forms.DENUNCIATION_FIELDS
        return self._voice_page(
            "denounce.html",
            request,
            status=wrong.status if wrong else 200,
            taken=self.vault.is_open(),
            known=bool(request.who.subject),
            said=said,
            errors=voice_forms.errors_of(wrong, request.language, fields),
            article=wrong.article if wrong else "",
            key=new_message_id(self.clock.now()),
        )

    def _own_denunciation(self, request: Request, id: str, *, sent: bool = False) -> Response:
        if not request.who.subject:
            return self._ask_who(request)
        with self.guard.against_guessing(request):
            card = self._of_denouncer(self.denunciations.get(id), request.who.subject)
        return self._voice_page(
            "denounce_own.html",
            request,
            sent=sent,
            denunciation=card,
            state=pages.DENUNCIATION_STATES[card.state],
            article_of_use=information.sealed_article(card, request.language),
            outcome=pages.outcome_of(card.outcome, self._voice_words(request)),
        )
