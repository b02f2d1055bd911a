"""The notifications service: event handlers that plan messages, and jobs that send them."""

from functools import partial
from types import MappingProxyType

from contracts.events import (
    DossierAccepted,
    DossierApologised,
    DossierClockStarted,
    DossierEscalated,
    DossierOverdue,
    DossierPaused,
    DossierRefused,
    DossierRescheduled,
    DossierResolved,
    DossierReturned,
    DossierSubmitted,
    DossierSupplemented,
    DossierSupplementRequested,
    DossierWithdrawn,
    Event,
    FeedbackAnswered,
    FeePaid,
    FeeRefunded,
    FeeRequested,
)
from contracts.orders import ContactGiven, WordGiven
from contracts.replies import HandlerReply, ReminderReply
from foundation.consumer import MessageMeta, on
from foundation.observability.service_metrics import ServiceCounter
from foundation.scheduling import Clock, JobRunner, every
from foundation.settings.provider import SettingsProvider
from foundation.web import Request, get
from services.notifications import schemas
from services.notifications.domain import digest
from services.notifications.domain import notice as domain
from services.notifications.domain.applicant import (
    ApplicantContact,
    Word,
    former,
    meet,
    meet_again,
    note_code,
    note_handler,
    remember,
    word_id,
)
from services.notifications.domain.notice_channel import NoticeChannel
from services.notifications.outside import MailRelay, MessageProvider, SmsGateway
from services.notifications.settings import NotificationsSettings
from services.notifications.store import Applicants, ApplicantWords, Digests, Notices


class NotificationsService:
    """Tells people what happens to their dossiers."""

    name = "notifications"
    settings_type = NotificationsSettings
    publishes = MappingProxyType({"events": r"^message\."})

    applicants = Applicants()
    words = ApplicantWords()
    notices = Notices()
    digests = Digests()
    clock = Clock()
    settings = SettingsProvider(NotificationsSettings)
    job_runner = JobRunner()
    sends = ServiceCounter("motcua_sends", "Tries to send a message", by=("channel", "result"))

    @on(ContactGiven)
    def meet(self, contact: ContactGiven, about: MessageMeta) -> None:
        """Learn how to reach the applicant of a dossier, and tell them if that was put right."""
        again = partial(meet_again, met=meet(about.subject, contact))
        applicant = self.applicants.change_or_create(about.subject, None, again)
        if contact.correction:
            self._tell_corrected(applicant, contact, about)

    @on(WordGiven)
    def remember(self, word: WordGiven, about: MessageMeta) -> None:
        """Keep words for the applicant until the event they belong to is told."""
        self.words.save(remember(about.subject, about.time, word))

    @on(DossierAccepted)
    def accepted(self, event: DossierAccepted, about: MessageMeta) -> None:
        """Note the code of the dossier, and tell the applicant."""
        self.applicants.change(about.subject, partial(note_code, code=event.code))
        self.tell(event, about)

    @on(
        DossierSubmitted,
        DossierRefused,
        DossierSupplementRequested,
        DossierSupplemented,
        DossierRescheduled,
        DossierApologised,
        DossierPaused,
        DossierClockStarted,
        DossierOverdue,
        DossierResolved,
        DossierReturned,
        DossierWithdrawn,
        FeeRequested,
        FeePaid,
        FeeRefunded,
        FeedbackAnswered,
    )
    def tell(self, event: Event, about: MessageMeta) -> None:
        """Write to the applicant through every channel the situation asks for.

        Raises:
            NotFound: how to reach the applicant, or what to say, has not come yet.
        """
        situation = domain.situation_of(event)
        if situation is None:
            return
        word = Word(id="", dossier=about.subject, text="")
        if situation.needs_word:
            word = self.words.get(word_id(about.subject, situation.kind, about.time))
        applicant = self.applicants.get(word.dossier)
        facts = {**vars(event), "dossier": applicant.id}
        letters = schemas.write(situation, applicant, facts, word.text)
        cue = domain.Cue(event=about.id, agency=event.agency, kind=situation.kind)
        self.notices.keep(domain.plan(cue, applicant, letters, self.clock.real()))

    @on(HandlerReply)
    def name_handler(self, told: HandlerReply, about: MessageMeta) -> None:
        """Learn who of an agency has the dossier, so that letters name them."""
        note = partial(note_handler, told=told, at=about.time)
        self.applicants.change(about.subject, note, once=about.once)

    @on(ReminderReply)
    def remind(self, reminder: ReminderReply, about: MessageMeta) -> None:
        """Add a date to the officer's next digest."""
        applicant = self.applicants.get(about.subject)
        reader = digest.officer(reminder, about.agency, self.settings.desk_url)
        self._note(reader, digest.reminded(reminder, applicant), about)

    @on(DossierEscalated)
    def escalate(self, event: DossierEscalated, about: MessageMeta) -> None:
        """Add a date to the director's next digest, if they left an address."""
        settings, applicant = self.settings, self.applicants.get(about.subject)
        reader = digest.director(settings.director, settings.director_language, settings.late_url)
        if reader.addresses:
            line = digest.escalated(event, about.time, applicant, settings.late_url)
            self._note(reader, line, about)

    @every(1)
    def write_digests(self) -> None:
        """Plan the digests whose time is over."""
        over = partial(self.digests.over, self.clock.real())
        self.job_runner.run("write_digests", over, self._write_digest)

    @every(1)
    def send_mail(self) -> None:
        """Hand the letters that are due to the mail relay."""
        self.send(NoticeChannel.EMAIL, MailRelay(self.settings.smtp_url, self.settings.mail_from))

    @every(1)
    def send_sms(self) -> None:
        """Hand the SMS that are due to the gateway."""
        self.send(NoticeChannel.SMS, SmsGateway(self.settings.sms_url))

    def send(self, channel: NoticeChannel, provider: MessageProvider) -> None:
        """Send what is due, one after the other; give up on what a crash left half-sent."""
        now = self.clock.real()
        left = partial(self.notices.left_behind, channel, now)
        self.job_runner.run(f"give_up_{channel.value}", left, self._give_up)
        due = partial(self.notices.due, channel, now)
        self.job_runner.run(f"send_{channel.value}", due, partial(self._send, provider=provider))

    @get("/dossiers/<dossier>/messages", scope="counter", gives=schemas.MessagesAnswer)
    def messages(self, request: Request, dossier: str) -> dict[str, object]:
        """What the applicant of a dossier was told and what became of each message, oldest first.

        Page by page: `?limit=`, and `?after=` with what the page before said in `next`.
        """
        asked = request.asked(schemas.MessagesQuery())
        return schemas.listed(*self.notices.of(dossier, self.clock.real(), **asked))

    def _tell_corrected(
        self, applicant: ApplicantContact, contact: ContactGiven, about: MessageMeta
    ) -> None:
        """Write to the contact as it is now, and to what it was before."""
        situation, now = domain.CORRECTED, self.clock.real()
        reached = {"": applicant, " former": former(applicant, contact)}
        for who, each in reached.items():
            letters = schemas.write(situation, each, {"dossier": each.id}, "")
            cue = domain.Cue(event=about.id + who, agency=contact.agency, kind=situation.kind)
            self.notices.keep(domain.plan(cue, each, letters, now))

    def _give_up(self, notice_id: str) -> None:
        self.notices.change(notice_id, partial(domain.give_up, now=self.clock.real()))

    def _send(self, notice_id: str, provider: MessageProvider) -> None:
        notice, now = self.notices.change(notice_id, domain.set_aside), self.clock.real()
        if not domain.is_due(notice, now):
            return
        sending = self.notices.save(domain.take_up(notice, now))
        outcome = provider.send(sending)
        self.sends.add(notice.channel.value, outcome.value)
        conclude = partial(domain.conclude, outcome=outcome, now=self.clock.real())
        self.notices.change(sending.id, conclude)

    def _note(
        self, reader: digest.DigestReader, line: digest.DigestLine, about: MessageMeta
    ) -> None:
        begun = digest.begin(reader, self.clock.real(), self.settings.digest_seconds)
        self.digests.note(begun, reader, line, once=about.once)

    def _write_digest(self, digest_id: str) -> None:
        """Seal it before it is written: whoever dies in between writes the same again."""
        sealed = self.digests.change(digest_id, digest.seal)
        planned = digest.notices(sealed, schemas.gather(sealed), self.clock.real())
        self.notices.keep(planned)
        self.digests.change(digest_id, digest.done)
