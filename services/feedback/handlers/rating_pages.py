"""The page to rate a dossier whose result was handed over, once."""

from collections.abc import Mapping
from urllib.parse import quote

from foundation.errors import Duplicate, Error
from foundation.web import Request, Response
from foundation.web.page_forms import after_form, read_form
from foundation.web.page_routes import LARGEST_FORM, form, moved, page
from services.feedback.domain import rating
from services.feedback.handlers import voice_forms
from services.feedback.handlers.denunciations_api import CITIZEN
from services.feedback.handlers.feedback_api import FeedbackApi
from services.feedback.handlers.voice_page import VoicePage
from services.feedback.pages import PAGES

RATE = "/rate/<dossier>"
LARGEST = 2 * LARGEST_FORM
"""A comment of 2,000 letters with their marks, as a browser spells it."""


class RatingPages(VoicePage, FeedbackApi):
    """How satisfied somebody was with their own dossier."""

    @page(RATE, PAGES, scope=CITIZEN, hidden=True)
    def write_rating(self, request: Request, dossier: str) -> Response:
        """The form; or that it was rated, or is not finished yet."""
        if not request.who.subject:
            return self._ask_who(request)
        return self._rating_form(request, dossier, {})

    @form(RATE, PAGES, scope=CITIZEN, largest=LARGEST, hidden=True)
    def send_rating_by_form(self, request: Request, dossier: str) -> Response:
        """Keep the rating: a dossier is rated once, whoever sends it how often."""
        self._citizen_must_be_known(request)
        said = read_form(request)
        keyed = self._as_citizen(request, voice_forms.rating_of(dossier, said), said)
        with self.guard.against_guessing(request):
            return after_form(
                lambda: self.rate(keyed),
                done=lambda: moved(request, f"/rate/{quote(dossier, safe='')}"),
                wrong=lambda error: self._rating_form(request, dossier, said, wrong=error),
            )

    def _rating_form(
        self,
        request: Request,
        dossier: str,
        said: Mapping[str, str],
        *,
        wrong: Error | None = None,
    ) -> Response:
        with self.guard.against_guessing(request):
            known = rating.of(self.dossiers.get(dossier), request.who.subject)
        given = self.ratings.is_given(dossier)
        shown = None if given and isinstance(wrong, Duplicate) else wrong
        return self._voice_page(
            "rate.html",
            request,
            status=shown.status if shown else 200,
            address=f"/rate/{known.id}",
            open=bool(known.returned_by),
            given=given,
            visit=False,
            **self._rating_shown(said, shown, request),
        )
