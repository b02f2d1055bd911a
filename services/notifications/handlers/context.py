"""What every part of the service has: its stores, its clock, its settings, its providers."""

from foundation.scheduling import Clock, JobRunner
from foundation.settings.provider import SettingsProvider
from services.notifications.outside import MessageProviders
from services.notifications.settings import NotificationsSettings
from services.notifications.store import (
    Applicants,
    ApplicantWords,
    Digests,
    Notices,
    WaitingReceipts,
)


class MessagesContext:
    """The dependencies of notifications."""

    applicants = Applicants()
    words = ApplicantWords()
    notices = Notices()
    digests = Digests()
    waiting_receipts = WaitingReceipts()
    clock = Clock()
    settings = SettingsProvider(NotificationsSettings)
    providers = MessageProviders()
    job_runner = JobRunner()
