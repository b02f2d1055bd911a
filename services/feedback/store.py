"""Stores of feedback, of ratings, and of what is known of dossiers."""

from datetime import datetime

from foundation.outbox import Store
from foundation.persistence import Index, MomentQuery
from services.feedback.domain import Feedback, FeedbackState, KnownDossier, Rating


class Feedbacks(Store[Feedback]):
    """Store of reflections, petitions and complaints."""

    entity = Feedback
    collection = "feedback"
    indexes = (Index(name="by_state", keys=(("state", 1), ("received", 1))),)

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


class Ratings(Store[Rating]):
    """Store of ratings: one for each dossier."""

    entity = Rating
    collection = "ratings"


class KnownDossiers(Store[KnownDossier]):
    """Store of dossiers: whose each is, and whether its result was handed over."""

    entity = KnownDossier
    collection = "dossiers"
