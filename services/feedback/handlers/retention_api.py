"""The jobs that remove what people said at the end of its term, and the hold that keeps it longer.

What is removed leaves a tombstone; the chain of its history stays whole and the tallies of ratings
stay as they are.
"""

from datetime import datetime
from functools import partial

from foundation.errors import StoredResponse
from foundation.observability.service_metrics import ServiceCounter
from foundation.retention.schemas import HoldSchema
from foundation.retention.table import KeptKind
from foundation.scheduling import every
from foundation.web import Request, post
from services.feedback.domain import keeping, rating, retention, sealed_retention, visit
from services.feedback.handlers.denunciations_api import HEAD, DenunciationsApi
from services.feedback.schemas import denouncing
from services.feedback.schemas import keeping as schemas

CENTRE = "centre"


class FeedbackRetentionApi(DenunciationsApi):
    """Removal at the end of a term, announced before; and the hold."""

    removed_feedback = ServiceCounter(
        "motcua_feedback_removed",
        "What was removed at the end of its term, by kind: what named a person in it",
        by=("kind",),
    )

    @every(30)
    def retain(self) -> None:
        """Announce or remove what is due: at most as much as one run of a job has time for."""
        due = partial(self.feedbacks.retention_due, self.clock.now())
        self.job_runner.run("retain", due, self._retain)

    @every(30)
    def retain_sealed(self) -> None:
        """The same for denunciations: at the end their keys are deleted."""
        due = partial(self.denunciations.retention_due, self.clock.now())
        self.job_runner.run("retain_sealed", due, self._retain_sealed)

    @every(60)
    def retain_ratings(self) -> None:
        """Remove who rated, and their words, from ratings whose term is over."""
        at = self._began(KeptKind.RATING)
        if at:
            given = partial(self.ratings.given_by, at)
            self.job_runner.run("retain_ratings", given, self._retain_rating)

    @every(60)
    def retain_visits(self) -> None:
        """Remove the words of visitors whose term is over."""
        at = self._began(KeptKind.VISIT)
        if at:
            handed_out = partial(self.visits.handed_out_by, at)
            self.job_runner.run("retain_visits", handed_out, self._retain_visit)

    @post("/feedback/<id>/hold", scope=CENTRE, gives=schemas.KeptFeedbackAnswer)
    def hold_feedback(self, request: Request, id: str) -> StoredResponse:
        """Hold a feedback, so that nothing of it is removed whatever its term; or release it."""
        once, said = request.once(200, schemas.kept_feedback), request.load(HoldSchema)
        by, now = request.who.subject, self.clock.now()
        decide = partial(retention.hold, **said, by=by, now=now)
        return once.reply(self._on_what_was_seen(request, id, decide, once))

    @post("/denunciations/<id>/hold", scope=HEAD, gives=denouncing.DenunciationAnswer)
    def hold_denunciation(self, request: Request, id: str) -> StoredResponse:
        """Hold a denunciation, or release it; without a reason in words, which could name one."""
        on = request.load(schemas.KeepSealedSchema)["held"]
        return self._do(request, id, partial(sealed_retention.hold, on=on))

    def _began(self, kind: KeptKind) -> datetime | None:
        """What began its term then or before is over; None if the rules keep this kind."""
        rule = keeping.rule_for(kind, self.retention_table.rules())
        return keeping.before(rule, self.clock.now()) if rule else None

    def _retain(self, id: str) -> None:
        rules, now = self.retention_table.rules(), self.clock.now()
        before, history = self.feedbacks.get(id), self.feedbacks.history(id)
        if retention.look(before, history, rules, now)[0].retention.removed:
            # First what was answered to requests: who is interrupted here begins again.
            for name in retention.WORDS:
                self.feedbacks.forget_answered(id, name)
        after = self.feedbacks.change(
            id, partial(retention.look, history=history, rules=rules, now=now)
        )
        if after.retention.removed:
            self.removed_feedback.add(after.kind.value)

    def _retain_sealed(self, id: str) -> None:
        rules, now = self.retention_table.rules(), self.clock.now()
        look = partial(sealed_retention.look, rules=rules, now=now)
        if self.denunciations.change(id, look).retention.removed:
            self.removed_feedback.add(KeptKind.DENUNCIATION.value)

    def _retain_rating(self, id: str) -> None:
        self.ratings.forget_answered(id, "comment")
        self.ratings.change(id, partial(rating.at_end_of_term, now=self.clock.now()))
        self.removed_feedback.add(KeptKind.RATING.value)

    def _retain_visit(self, id: str) -> None:
        self.visits.forget_answered(id, "comment")
        self.visits.change(id, partial(visit.at_end_of_term, now=self.clock.now()))
        self.removed_feedback.add(KeptKind.VISIT.value)
