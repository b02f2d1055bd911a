"""HTTP API of visits without a dossier: a code is handed out, and whoever has it rates."""

import secrets
from functools import partial

from foundation.errors import NO_SUCH_THING, NotFound, StoredResponse
from foundation.web import Request, post
from foundation.web.rate_limit import LookupRateLimiter
from services.feedback.domain import visit as visits
from services.feedback.domain.visit import Visit
from services.feedback.handlers.context import FeedbackContext
from services.feedback.schemas import answers
from services.feedback.schemas import visits as schemas

COUNTER = "counter"


class VisitsApi(FeedbackContext):
    """Ratings of visits."""

    guard = LookupRateLimiter()

    @post("/visits", scope=COUNTER, gives=schemas.HandedOut)
    def hand_out(self, request: Request) -> StoredResponse:
        """Make a code for a visitor; the same request again gets the same code."""
        request.load(answers.NoWordsSchema)
        once = request.once(201, schemas.handed_out)
        code = "".join(secrets.choice(visits.ALPHABET) for _ in range(visits.CODE_LENGTH))
        made = Visit(id=request.new_id, code=code, handed_out=self.clock.now())
        return once.reply(self.visits.save(made, once=once))

    @post("/visits/<code>/rating", scope="", gives=schemas.VisitRated)
    def rate_visit(self, request: Request, code: str) -> StoredResponse:
        """Say how satisfied one was, once; nobody has to sign in."""
        once, new = request.once(200, schemas.rated), request.load(schemas.VisitRatingSchema)
        with self.guard.against_guessing(request):
            visit = self._visit(code)
        decide = partial(visits.rate, new=new, now=self.clock.now())
        return once.reply(self.visits.change(visit.id, decide, once=once))

    def _visit(self, code: str) -> Visit:
        found = self.visits.by_code(visits.spelled(code))
        if found is None:
            raise NotFound(*NO_SUCH_THING)
        return found
