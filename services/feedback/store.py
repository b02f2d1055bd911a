"""Stores of feedback, of ratings, and of what is known of dossiers."""

from datetime import datetime

from foundation.outbox import Store
from foundation.persistence import Index, MomentQuery
from services.feedback.domain.feedback import Feedback, FeedbackState
from services.feedback.domain.rating import KnownDossier, Rating


class Feedbacks(Store[Feedback]):
    """Store of reflections, petitions and complaints."""

    entity = Feedback
    collection = "feedback"
    indexes = (
        Index(name="by_state", keys=(("state", 1), ("received", 1))),
        Index(name="by_edition", keys=(("state", 1), ("counted_by", 1))),
    )

    def standing(
        self, state: FeedbackState, now: datetime, *, limit: int, after: str = ""
    ) -> tuple[list[Feedback], str]:
        """Those in an open state, the longest waiting first; those behind the place `after`.

        Also where to go on. By the index `by_state`.
        """
        return self.page_by_moment(
            MomentQuery(
                filter={"state": state.value}, key="received", after=after, limit=limit, now=now
            )
        )

    def counted_otherwise(self, edition: int, *, limit: int) -> list[str]:
        """The ids of open questions counted by another edition of the calendar (by_edition)."""
        found: list[str] = []
        for other in (None, {"$lt": edition}, {"$gt": edition}):
            query = {"state": FeedbackState.FORWARDED.value, "counted_by": other}
            found += self.ids(query, limit=limit)
        return found[:limit]


class Ratings(Store[Rating]):
    """Store of ratings: one for each dossier."""

    entity = Rating
    collection = "ratings"


class KnownDossiers(Store[KnownDossier]):
    """Store of dossiers: whose each is, and whether its result was handed over."""

    entity = KnownDossier
    collection = "dossiers"
