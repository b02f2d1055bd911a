"""What every handler of feedback works with: its stores, the clock, the vault."""

from foundation.scheduling import Clock, JobRunner, ReminderRules
from foundation.settings.agency_list import ConnectedAgencies
from foundation.timekeeping import CalendarCopies
from foundation.vault.provider import Vault
from services.feedback.store import (
    Denunciations,
    Feedbacks,
    KnownDossiers,
    Ratings,
    RatingTallies,
    SealedReadings,
    Visits,
)


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
    clock = Clock()
    job_runner = JobRunner()
