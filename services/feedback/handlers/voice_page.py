"""What all pages of feedback for citizens share: who looks, where one signs in, and their words."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from foundation.errors import Error, Unknown
from foundation.persistence.document import new_message_id
from foundation.settings.provider import SettingsProvider
from foundation.web import Request, Response
from foundation.web.auth import Identity
from foundation.web.page_forms import as_api
from foundation.web.page_routes import wants_page
from foundation.web.rate_limit import LookupRateLimiter
from services.feedback import pages
from services.feedback.handlers import voice_forms
from services.feedback.handlers.context import FeedbackContext
from services.feedback.handlers.denunciations_api import CITIZEN
from services.feedback.pages import PAGES, VoiceWords
from services.feedback.settings import FeedbackSettings


class VoicePage(FeedbackContext):
    """The pages of who speaks; to an account without the right to, they are not there."""

    settings = SettingsProvider(FeedbackSettings)
    guard = LookupRateLimiter()

    def _citizen_must_be_known(self, request: Request) -> None:
        """For a form: it is held until its person has signed in again."""
        if not request.who.subject:
            raise _nobody()

    def _ask_who(self, request: Request) -> Response:
        if not wants_page(request.headers):
            raise _nobody()
        return self._voice_page("voice_sign_in.html", request)

    def _as_citizen(
        self, request: Request, body: Mapping[str, Any], said: Mapping[str, str]
    ) -> Request:
        """The form as the API takes it, from its sender as a citizen, whatever else they may do."""
        who = Identity(request.who.subject, frozenset({CITIZEN}))
        return replace(as_api(request, body, said), who=who)

    def _voice_page(self, name: str, request: Request, **values: Any) -> Response:
        """A template of feedback, with its words."""
        return PAGES.show(
            name,
            request,
            at=self.clock.now(),
            status=values.pop("status", 200),
            words=self._voice_words(request),
            kinds=pages.KINDS,
            **values,
        )

    def _rating_shown(
        self, said: Mapping[str, str], wrong: Error | None, request: Request
    ) -> dict[str, Any]:
        """What the form of a rating shows, of a dossier or of a visit."""
        fields = voice_forms.RATING_FIELDS
        return {
            "said": said,
            "errors": voice_forms.errors_of(wrong, request.language, fields),
            "article": wrong.article if wrong else "",
            "scores": pages.SCORES,
            "aspects": pages.ASPECTS,
            "reasons": pages.REASONS,
            "key": new_message_id(self.clock.now()),
        }

    def _voice_words(self, request: Request) -> VoiceWords:
        return pages.spoken(request.language, self.settings.agencies)


def _nobody() -> Unknown:
    return Unknown("Cần đăng nhập để gửi ý kiến.", "Sign in to send feedback.")
