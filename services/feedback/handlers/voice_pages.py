"""Pages to speak of an office: the four kinds, a form for each, and following by the code."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from foundation.errors import NO_SUCH_THING, Error, NotFound
from foundation.persistence.document import new_message_id
from foundation.web import Request, Response
from foundation.web.limits import KB
from foundation.web.page_forms import after_form, read_form
from foundation.web.page_routes import form, moved, page, wants_page
from services.feedback import pages
from services.feedback.domain import feedback as voices
from services.feedback.domain.feedback import FeedbackKind
from services.feedback.handlers import voice_forms
from services.feedback.handlers.denunciations_api import CITIZEN
from services.feedback.handlers.feedback_api import FeedbackApi
from services.feedback.handlers.voice_page import VoicePage
from services.feedback.pages import PAGES
from services.feedback.schemas import voices as schemas
from services.feedback.schemas.own_pages import FollowQuery, StartQuery

START, OWN = "/feedback", "/feedback/own"
NEW = "/feedback/new/<kind>"
LARGEST = 128 * KB
"""A text of 10,000 letters with their marks, as a browser spells it."""
OPEN_KINDS = (FeedbackKind.REFLECTION, FeedbackKind.PETITION, FeedbackKind.COMPLAINT)


class VoicePages(VoicePage, FeedbackApi):
    """Reflections, petitions and complaints of a citizen."""

    @page(START, PAGES, scope="centre", for_all=True, gives=schemas.FeedbackListAnswer)
    def waiting(self, request: Request) -> dict[str, Any] | Response:
        """What waits for the centre (`?state=received`) or for an agency (`?state=forwarded`).

        The longest waiting first, page by page: `?limit=`, and `?after=` with `next`. To a browser:
        which kinds of feedback there are, and where each is sent.
        """
        if wants_page(request.headers):
            dossier = request.asked(StartQuery())["dossier"]
            return self._voice_page("feedback.html", request, dossier=dossier)
        return self.waiting_for_centre(request)

    @page(NEW, PAGES, scope=CITIZEN, hidden=True)
    def write_feedback(self, request: Request, kind: str) -> Response:
        """The form of a kind; `?dossier=` says about which of one's own it is."""
        if not request.who.subject:
            return self._ask_who(request)
        must_be_open_kind(kind)
        said = {"dossier": request.asked(StartQuery())["dossier"]}
        said["name"] = request.page.session.name if request.page.session else ""
        return self._feedback_form(request, kind, said)

    @form(NEW, PAGES, scope=CITIZEN, largest=LARGEST, hidden=True)
    def send_feedback_by_form(self, request: Request, kind: str) -> Response:
        """Send it, and go on to its page: sent twice, there is one."""
        self._citizen_must_be_known(request)
        must_be_open_kind(kind)
        said = read_form(request)
        body = voice_forms.feedback_of(kind, said, request.language)
        keyed = self._as_citizen(request, body, said)
        with self.guard.against_guessing(request):
            return after_form(
                lambda: self.receive(keyed),
                done=lambda: moved(request, f"{OWN}/{keyed.new_id}/sent"),
                wrong=lambda error: self._feedback_form(request, kind, said, wrong=error),
            )

    @page(OWN, PAGES)
    def look_up_feedback(self, request: Request) -> Response:
        """From the code that was typed in to the page of the feedback."""
        code = request.asked(FollowQuery())["code"]
        return moved(request, f"{OWN}/{quote(code, safe='')}" if code else START)

    @page(f"{OWN}/<id>", PAGES, scope=CITIZEN, hidden=True)
    def follow_feedback(self, request: Request, id: str) -> Response:
        """How far one's own is, and its answer once the centre has approved it."""
        return self._own_feedback(request, id) if request.who.subject else self._ask_who(request)

    @page(f"{OWN}/<id>/sent", PAGES, scope=CITIZEN, hidden=True)
    def confirm_feedback(self, request: Request, id: str) -> Response:
        """The receipt: its code, and when what is heard."""
        if not request.who.subject:
            return self._ask_who(request)
        return self._own_feedback(request, id, sent=True)

    def _feedback_form(
        self,
        request: Request,
        kind: str,
        said: Mapping[str, str],
        *,
        wrong: Error | None = None,
    ) -> Response:
        fields = voice_forms.FEEDBACK_FIELDS
        return self._voice_page(
            "feedback_new.html",
            request,
            status=wrong.status if wrong else 200,
            kind=kind,
            said=said,
            errors=voice_forms.errors_of(wrong, request.language, fields),
            article=wrong.article if wrong else "",
            key=new_message_id(self.clock.now()),
        )

    def _own_feedback(self, request: Request, id: str, *, sent: bool = False) -> Response:
        with self.guard.against_guessing(request):
            found = voices.show(self.feedbacks.get(id), request.who.subject, centre=False)
        words = self._voice_words(request)
        return self._voice_page(
            "feedback_own.html",
            request,
            sent=sent,
            shown=schemas.shown_to_giver(found),
            states=pages.STATES,
            dues=pages.dues(found, words),
            stage=pages.stage_of(found.proceeding, words),
            outcome=pages.outcome_of(found.outcome, words),
            stops=pages.stops(found, words),
        )


def must_be_open_kind(kind: str) -> None:
    """What is none of these three has no form here; a denunciation has its own, protected one."""
    if kind not in OPEN_KINDS:
        raise NotFound(*NO_SUCH_THING)
