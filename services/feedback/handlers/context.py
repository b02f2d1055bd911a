"""What every handler of feedback works with: its stores, the clock, the vault."""

from collections.abc import Callable, Sequence

from contracts.message import Message
from foundation.persistence import Idempotency
from foundation.retention.provider import RetentionTable
from foundation.scheduling import Clock, JobRunner, ReminderRules
from foundation.settings.agency_list import ConnectedAgencies
from foundation.timekeeping import CalendarCopies
from foundation.vault.provider import Vault
from foundation.web import Request
from services.feedback.domain import keeping, seen
from services.feedback.domain.feedback import Feedback
from services.feedback.store import (
    Denunciations,
    Feedbacks,
    KnownDossiers,
    Ratings,
    RatingTallies,
    SealedReadings,
    Visits,
)

Decide = Callable[[Feedback], tuple[Feedback, Sequence[Message]]]


class FeedbackContext:
    """The stores and tools of the service."""

    feedbacks = Feedbacks()
    denunciations = Denunciations()
    sealed_readings = SealedReadings()
    ratings = Ratings()
    visits = Visits()
    rating_tallies = RatingTallies()
    dossiers = KnownDossiers()
    calendars = CalendarCopies()
    connected_agencies = ConnectedAgencies()
    vault = Vault()
    rulebook = ReminderRules()
    retention_table = RetentionTable()
    clock = Clock()
    job_runner = JobRunner()

    def _on_what_was_seen(
        self, request: Request, id: str, decide: Decide, once: Idempotency, *, gone: bool = False
    ) -> Feedback:
        """Do an act on a feedback, unless it is not what its If-Match says was seen.

        On one whose words were removed at the end of their term only an act for what is `gone` too.
        """
        mark = request.headers.get("if-match", "")

        def act(each: Feedback) -> tuple[Feedback, Sequence[Message]]:
            if not gone:
                keeping.must_be_here(each.retention)
            seen.must_be_as_seen(each, mark)
            return decide(each)

        return self.feedbacks.change(id, act, once=once)
