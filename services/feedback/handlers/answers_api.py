"""What is published of feedback, as API and page: put there by the centre, read by everybody."""

from functools import partial
from typing import Any

from foundation.errors import StoredResponse
from foundation.web import Request, Response, post
from foundation.web.page_routes import page, wants_page
from services.feedback.domain import publishing
from services.feedback.handlers.voice_page import VoicePage
from services.feedback.pages import PAGES, outcome_of
from services.feedback.schemas import answers as schemas

_KEPT = ("words", "agency", "limit", "lang")


class AnswersApi(VoicePage):
    """Feedback that was answered, for everybody to read."""

    @page("/answers", PAGES, gives=schemas.PublicAnswers)
    def answers(self, request: Request) -> dict[str, Any] | Response:
        """What was published, the latest first: `?agency=`, `?words=`, `?limit=`, `?after=`.

        With words a page may have fewer than `limit`, or none, while `next` says where to go on.
        """
        asked = request.asked(schemas.AnswersQuery())
        found, following = self.feedbacks.saying(now=self.clock.now(), **asked)
        if not wants_page(request.headers):
            return schemas.listed(found, following)
        kept = {name: request.query[name] for name in _KEPT if request.query.get(name)}
        shown = {"asked": asked, "found": found, "following": following, "kept": kept}
        return self._voice_page("answers.html", request, outcome_of=outcome_of, **shown)

    @post("/feedback/<id>/publish", scope="centre", gives=schemas.PublicAnswer)
    def publish_answer(self, request: Request, id: str) -> StoredResponse:
        """Publish an answered feedback in words for the public; or in better ones."""
        once, said = request.once(200, schemas.public), request.load(schemas.PublicationSchema())
        decide = partial(publishing.publish, now=self.clock.now(), **said)
        return once.reply(self._on_what_was_seen(request, id, decide, once))

    @post("/feedback/<id>/take-back", scope="centre", gives=schemas.PublicAnswer)
    def take_answer_back(self, request: Request, id: str) -> StoredResponse:
        """Show it to the public no more."""
        request.load(schemas.NoWordsSchema())
        once = request.once(200, schemas.public)
        taken = self._on_what_was_seen(request, id, publishing.take_back, once, gone=True)
        return once.reply(taken)
