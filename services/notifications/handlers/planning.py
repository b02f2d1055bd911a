"""Bus messages: what is learnt of applicants, and which messages are planned for them."""

from collections.abc import Mapping
from functools import partial

from contracts.events import (
    DocumentRemovalNotified,
    DossierAccepted,
    DossierApologised,
    DossierClockStarted,
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
    FeedbackPassedOn,
    FeedbackRemoved,
    FeePaid,
    FeeRefunded,
    FeeRequested,
)
from contracts.orders import ContactGiven, WordGiven
from contracts.replies import HandlerReply
from foundation.consumer import MessageMeta, on
from services.notifications import schemas
from services.notifications.domain import ladder, quiet, situation
from services.notifications.domain import notice as domain
from services.notifications.domain.applicant import (
    ApplicantContact,
    Word,
    forget,
    forget_word,
    former,
    meet,
    meet_again,
    note_code,
    note_due,
    note_handler,
    remember,
    word_id,
)
from services.notifications.domain.notice_channel import NoticeChannel
from services.notifications.handlers.context import MessagesContext


class PlanningHandlers(MessagesContext):
    """What applicants are told of, from the events of dossiers."""

    @on(ContactGiven)
    def meet(self, contact: ContactGiven, about: MessageMeta) -> None:
        """Learn how to reach the applicant of a dossier, and tell them if that was put right."""
        again = partial(meet_again, met=meet(about.subject, contact))
        applicant = self.applicants.change_or_create(about.subject, None, again)
        if contact.correction:
            self._tell_corrected(applicant, contact, about)

    @on(FeedbackRemoved)
    def forget_giver(self, event: FeedbackRemoved, about: MessageMeta) -> None:  # noqa: ARG002 -- its subject says all
        """Forget how to reach who gave feedback about no dossier: its words are gone too."""
        if self.applicants.find_one({"_id": about.subject}):
            self.applicants.change(about.subject, forget, once=about.once)

    @on(WordGiven)
    def remember(self, word: WordGiven, about: MessageMeta) -> None:
        """Keep words for the applicant until the event they belong to is told."""
        self.words.save(self.letters.sealed_word(remember(about.subject, about.time, word)))

    @on(DossierAccepted)
    def accepted(self, event: DossierAccepted, about: MessageMeta) -> None:
        """Note the code of the dossier, and tell the applicant."""
        self.applicants.change(about.subject, partial(note_code, code=event.code))
        self.tell(event, about)

    @on(
        DocumentRemovalNotified,
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
        FeedbackPassedOn,
    )
    def tell(self, event: Event, about: MessageMeta) -> None:
        """Write to the applicant through every channel the situation asks for.

        Raises:
            NotFound: how to reach the applicant, or what to say, has not come yet.
        """
        told = situation.situation_of(event)
        if told is None:
            return
        word = Word(id="", dossier=about.subject, text="")
        if told.needs_word:
            word = self.letters.opened_word(
                self.words.get(word_id(about.subject, told.kind, about.time))
            )
        due = situation.due_of(event)
        applicant = (
            self.applicants.change(word.dossier, partial(note_due, due=due))
            if due
            else self.applicants.get(word.dossier)
        )
        facts = {**vars(event), "dossier": applicant.id}
        cue = domain.Cue(event=about.id, agency=event.agency, kind=told.kind, at=about.time)
        self._plan(cue, told, applicant, self._letters(told, applicant, facts, word.text))
        if word.text:
            self.words.change(word.id, forget_word)

    @on(HandlerReply)
    def name_handler(self, told: HandlerReply, about: MessageMeta) -> None:
        """Learn who of an agency has the dossier, so that letters name them."""
        note = partial(note_handler, told=told, at=about.time)
        self.applicants.change(about.subject, note, once=about.once)

    def _tell_corrected(
        self, applicant: ApplicantContact, contact: ContactGiven, about: MessageMeta
    ) -> None:
        """Write to the contact as it is now, and to what it was before: by every channel."""
        told, now = situation.CORRECTED, self.clock.real()
        reached = {"": applicant, " former": former(applicant, contact)}
        for who, each in reached.items():
            letters = self._letters(told, each, {"dossier": each.id}, "")
            at_once = {by: letters[by] for by in told.channels if by in letters}
            cue = domain.Cue(event=about.id + who, agency=contact.agency, kind=told.kind)
            self._keep(domain.plan(cue, each, at_once, now))

    def _plan(
        self,
        cue: domain.Cue,
        told: situation.Situation,
        applicant: ApplicantContact,
        letters: schemas.Letters,
    ) -> None:
        """Plan them all at once, or as the steps of a ladder."""
        now = self.clock.real()
        usual = ladder.read_ladder(self.settings.ladder)
        offered = [each for each in NoticeChannel if self.providers.of(each)]
        wanted = situation.wanted(told, applicant, usual, offered)
        planned = domain.plan(
            cue, applicant, {each: letters[each] for each in wanted.channels}, now
        )
        if wanted.one_by_one:
            planned = ladder.in_steps(planned, ladder.patience(told.patience, applicant.due, now))
        plan = quiet.read_quiet_plan(self.settings.quiet_hours)
        hours = plan.of(told.kind, urgent=told.urgent)
        self._keep(quiet.undisturbed(planned, hours))

    def _letters(
        self,
        told: situation.Situation,
        applicant: ApplicantContact,
        facts: Mapping[str, object],
        word: str,
    ) -> schemas.Letters:
        """By the template that the office published, or by that of the code."""
        published = self.templates.find_one({"_id": f"{told.kind}.{applicant.language}"})
        return schemas.write(
            told,
            applicant,
            facts,
            word,
            agencies=self.agencies.now().connected,
            parts=published.parts if published else None,
        )
