"""HTTP API of what is published: put there by the centre, read by everybody."""

from functools import partial
from typing import Any

from foundation.errors import StoredResponse
from foundation.web import Request, get, post
from services.feedback.domain import publishing
from services.feedback.handlers.context import FeedbackContext
from services.feedback.schemas import answers as schemas


class AnswersApi(FeedbackContext):
    """Feedback that was answered, for everybody to read."""

    @get("/answers", scope="", gives=schemas.PublicAnswers)
    def answers(self, request: Request) -> dict[str, Any]:
        """What was published, the latest first: `?agency=`, `?limit=`, `?after=` with `next`."""
        asked = request.asked(schemas.AnswersQuery())
        return schemas.listed(*self.feedbacks.published(self.clock.now(), **asked))

    @post("/feedback/<id>/publish", scope="centre", gives=schemas.PublicAnswer)
    def publish_answer(self, request: Request, id: str) -> StoredResponse:
        """Publish an answered feedback in words for the public; or in better ones."""
        once, said = request.once(200, schemas.public), request.load(schemas.PublicationSchema())
        decide = partial(publishing.publish, now=self.clock.now(), **said)
        return once.reply(self.feedbacks.change(id, decide, once=once))

    @post("/feedback/<id>/take-back", scope="centre", gives=schemas.PublicAnswer)
    def take_answer_back(self, request: Request, id: str) -> StoredResponse:
        """Show it to the public no more."""
        request.load(schemas.NoWordsSchema())
        once = request.once(200, schemas.public)
        return once.reply(self.feedbacks.change(id, publishing.take_back, once=once))
