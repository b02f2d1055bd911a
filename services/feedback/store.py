"""How feedback, ratings and what is known of dossiers are kept."""

from foundation.outbox.store import Store
from foundation.persistence.index import Index
from services.feedback.domain import Dossier, Feedback, Rating, State


class Feedbacks(Store[Feedback]):
    """The book of reflections, petitions and complaints."""

    thing = Feedback
    collection = "feedback"
    indexes = (Index(name="by_state", keys=(("state", 1), ("received", 1))),)

    def standing(self, state: State, limit: int) -> list[Feedback]:
        """Those in an open state, the longest waiting first (by_state)."""
        return self.find({"state": state.value}, sort=(("received", 1),), limit=limit)


class Ratings(Store[Rating]):
    """One rating for each dossier."""

    thing = Rating
    collection = "ratings"


class Dossiers(Store[Dossier]):
    """Whose each dossier is, and whether its result was handed over."""

    thing = Dossier
    collection = "dossiers"
