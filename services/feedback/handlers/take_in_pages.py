"""Pages of the centre's staff for what comes by telephone, post, e-mail or at the counter.

A clerk enters a reflection, petition or complaint. A denunciation is entered by its handlers alone,
into the sealed part; everybody else at the counter is told where to send its giver.
"""

from collections.abc import Mapping
from urllib.parse import quote

from foundation.errors import Error
from foundation.persistence.document import new_message_id
from foundation.web import Request, Response
from foundation.web.page_forms import after_form, as_api, read_form
from foundation.web.page_routes import form, moved, page
from services.feedback import pages
from services.feedback.domain import taking_in
from services.feedback.domain.feedback import FeedbackKind
from services.feedback.handlers import centre_view, voice_forms
from services.feedback.handlers.feedback_api import CENTRE, COUNTER, FeedbackApi
from services.feedback.handlers.voice_page import VoicePage
from services.feedback.handlers.voice_pages import LARGEST, must_be_open_kind
from services.feedback.pages import PAGES

TAKE_IN = "/feedback/take-in"
ENTRY = f"{TAKE_IN}/<kind>"
RECEIPT = f"{TAKE_IN}/<id>/done"
STAFF = f"{CENTRE} {COUNTER}"


class TakeInPages(VoicePage, FeedbackApi):
    """Entering what came otherwise than online."""

    @page(TAKE_IN, PAGES, scope=STAFF, hidden=True)
    def choose_what_to_take_in(self, request: Request) -> Response:
        """The kinds, each with what it has to contain."""
        if not request.who.subject:
            return self._ask_who(request)
        return self._voice_page("take_in.html", request, contents=taking_in.CONTENTS)

    @page(ENTRY, PAGES, scope=STAFF, hidden=True)
    def take_in(self, request: Request, kind: str) -> Response:
        """The form of a kind."""
        if not request.who.subject:
            return self._ask_who(request)
        return self._take_in_form(request, kind, {})

    @form(ENTRY, PAGES, scope=STAFF, largest=LARGEST, hidden=True)
    def take_in_by_form(self, request: Request, kind: str) -> Response:
        """Enter it, and go on to its receipt: sent twice, there is one."""
        self._citizen_must_be_known(request)
        must_be_open_kind(kind)
        said = read_form(request)
        keyed = as_api(request, voice_forms.taken_in_of(kind, said, request.language), said)
        return after_form(
            lambda: self.receive(keyed),
            done=lambda: moved(request, f"{TAKE_IN}/{quote(keyed.new_id, safe='')}/done"),
            wrong=lambda error: self._take_in_form(request, kind, said, wrong=error),
        )

    @page(RECEIPT, PAGES, scope=STAFF, hidden=True)
    def confirm_taken_in(self, request: Request, id: str) -> Response:
        """The receipt for who said it: its code, and until when what is done."""
        if not request.who.subject:
            return self._ask_who(request)
        found, words = self.feedbacks.get(id), self._voice_words(request)
        return self._voice_page(
            "taken_in.html",
            request,
            feedback=found,
            channel=centre_view.CHANNELS[found.channel],
            about=words.name(found.about),
            dues=pages.dues(found, words),
            stage=pages.stage_of(found.proceeding, words),
            letter=taking_in.needs_letter(found.kind, found.channel),
            may_deal=CENTRE in request.who.scopes,
        )

    def _take_in_form(
        self,
        request: Request,
        kind: str,
        said: Mapping[str, str],
        *,
        wrong: Error | None = None,
    ) -> Response:
        must_be_open_kind(kind)
        errors = voice_forms.errors_of(wrong, request.language, voice_forms.TAKEN_IN_FIELDS)
        return self._voice_page(
            "take_in_form.html",
            request,
            status=wrong.status if wrong else 200,
            kind=kind,
            said=said,
            contents=taking_in.CONTENTS[FeedbackKind(kind)],
            channels=centre_view.channels_of(taking_in.BY_STAFF),
            errors=errors,
            article=wrong.article if wrong else "",
            key=new_message_id(self.clock.now()),
        )
