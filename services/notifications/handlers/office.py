"""Reminders to people at an office, gathered into one letter an hour."""

from functools import partial

from contracts.events import DossierEscalated, FeedbackUrged
from contracts.replies import ReminderReply
from foundation.consumer import MessageMeta, on
from foundation.scheduling import every
from services.notifications import schemas
from services.notifications.domain import digest
from services.notifications.handlers.context import MessagesContext


class OfficeHandlers(MessagesContext):
    """What officers and the director are told of late work."""

    @on(ReminderReply)
    def remind(self, reminder: ReminderReply, about: MessageMeta) -> None:
        """Add a date to the officer's next digest."""
        applicant = self.applicants.get(reminder.dossier or about.subject)
        reader = digest.officer(reminder, about.agency, self.settings.desk_url)
        self._note(reader, digest.reminded(reminder, applicant, about.subject), about)

    @on(DossierEscalated)
    def escalate(self, event: DossierEscalated, about: MessageMeta) -> None:
        """Add a date to the director's next digest, if they left an address."""
        settings, applicant = self.settings, self.applicants.get(about.subject)
        reader = digest.director(settings.director, settings.director_language, settings.late_url)
        if reader.addresses:
            line = digest.escalated(event, about.time, applicant, settings.late_url)
            self._note(reader, line, about)

    @on(FeedbackUrged)
    def escalate_explanation(self, event: FeedbackUrged, about: MessageMeta) -> None:
        """Add a late explanation to the director's next digest, where the rules say so."""
        settings = self.settings
        reader = digest.director(settings.director, settings.director_language, settings.late_url)
        if digest.DIRECTOR in event.whom and reader.addresses:
            self._note(reader, digest.explanation_late(event, about.subject, about.time), about)

    @every(1)
    def write_digests(self) -> None:
        """Plan the digests whose time is over."""
        over = partial(self.digests.over, self.clock.real())
        self.job_runner.run("write_digests", over, self._write_digest)

    def _note(
        self, reader: digest.DigestReader, line: digest.DigestLine, about: MessageMeta
    ) -> None:
        begun = digest.begin(reader, self.clock.real(), self.settings.digest_seconds)
        self.digests.note(begun, reader, line, once=about.once)

    def _write_digest(self, digest_id: str) -> None:
        """Seal it before it is written: whoever dies in between writes the same again."""
        sealed = self.digests.change(digest_id, digest.seal)
        planned = digest.notices(sealed, schemas.gather(sealed), self.clock.real())
        self._keep(planned)
        self.digests.change(digest_id, digest.done)
