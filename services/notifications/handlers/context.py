"""What every part of the service has: its stores, its clock, its settings, its providers."""

from collections.abc import Sequence
from datetime import timedelta

from foundation.injection import Provider
from foundation.scheduling import Clock, JobRunner
from foundation.settings.agency_list import ConnectedAgencies
from foundation.settings.provider import SettingsProvider
from services.notifications.domain.keeping import kept_for
from services.notifications.domain.notice import Notice
from services.notifications.outside import LetterSeal, MessageProviders
from services.notifications.schemas import check_shipped
from services.notifications.settings import NotificationsSettings
from services.notifications.store import (
    Applicants,
    ApplicantWords,
    Digests,
    Notices,
    Shares,
    Templates,
    WaitingReceipts,
)


class ShippedTemplates(Provider):
    """The templates of the code, held to what their kinds give before anybody is written to."""

    def setup(self) -> None:
        """Check them; a template that would fail stops the process at its start."""
        check_shipped()


class MessagesContext:
    """The dependencies of notifications."""

    applicants = Applicants()
    words = ApplicantWords()
    notices = Notices()
    digests = Digests()
    shares = Shares()
    templates = Templates()
    shipped_templates = ShippedTemplates()
    agencies = ConnectedAgencies()
    waiting_receipts = WaitingReceipts()
    clock = Clock()
    settings = SettingsProvider(NotificationsSettings)
    providers = MessageProviders()
    letters = LetterSeal()
    job_runner = JobRunner()

    def _keep(self, planned: Sequence[Notice]) -> None:
        """Store what is to be sent: the words sealed, and for so many days."""
        days = timedelta(days=self.settings.letter_days)
        self.notices.keep([self.letters.sealed(kept_for(each, days)) for each in planned])
