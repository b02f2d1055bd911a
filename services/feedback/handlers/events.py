"""What feedback hears on the bus, and what it does by itself when the calendar changes."""

from functools import partial

from contracts.events import CalendarAnnounced, DossierReturned, RatingGiven
from contracts.orders import ORDERS, ContactGiven, Order
from contracts.replies import ExplanationReply
from foundation.consumer import MessageMeta, on, returned
from foundation.observability.service_metrics import ServiceGauge
from foundation.scheduling import every
from foundation.timekeeping import CalendarCopy
from foundation.timekeeping.copies import KNOWN
from services.feedback.domain import explaining, finding, passing, rating, recounting, tally, urging
from services.feedback.handlers.context import FeedbackContext

FIGURES_EVERY = 60


class FeedbackEvents(FeedbackContext):
    """Dossiers and calendars that are told, and explanations that come back."""

    overdue = ServiceGauge(
        "motcua_feedback_overdue",
        "Feedback past a date: to be passed on (pass_on), to be explained (explain)",
        by="what",
        every=FIGURES_EVERY,
    )

    @on(ContactGiven)
    def meet(self, contact: ContactGiven, about: MessageMeta) -> None:
        """Learn whose a dossier is."""
        self.dossiers.save(rating.meet(about.subject, contact))

    @on(DossierReturned)
    def hand_over(self, event: DossierReturned, about: MessageMeta) -> None:
        """Learn that a dossier may be rated."""
        self.dossiers.change(about.subject, partial(rating.hand_over, agency=event.agency))

    @on(RatingGiven)
    def count(self, given: RatingGiven, about: MessageMeta) -> None:
        """Count a rating, for its agency and month."""
        blank = tally.blank(given.agency, tally.month_of(about.time))
        count = partial(tally.counted, given=given)
        self.rating_tallies.change_or_create(blank.id, blank, count, once=about.once)

    @on(CalendarAnnounced)
    def learn_calendar(self, told: CalendarAnnounced, about: MessageMeta) -> None:
        """Learn by which calendar the unit counts."""
        self.calendars.learn(told, about.time, self.clock.now(), once=about.once)

    @every(5)
    def follow_calendar(self) -> None:
        """Count every open date again after the calendar changed."""
        copy = self.calendars.to_recount(self.clock.ago(KNOWN))
        if copy:
            now, edition = self.clock.now(), copy.edition
            due = partial(self.feedbacks.counted_otherwise, edition, now)
            sealed = partial(self.denunciations.counted_otherwise, edition)
            self.job_runner.run("follow_calendar", due, partial(self._recount, copy=copy))
            self.job_runner.run(
                "follow_calendar_sealed", sealed, partial(self._recount_sealed, copy=copy)
            )
            if not due(limit=1) and not sealed(limit=1):
                self.calendars.move_on(copy, None)

    @every(60)
    def urge_explanations(self) -> None:
        """Urge agencies that are late with an explanation, each once a day at most."""
        now, rules, calendar = self.clock.now(), self.rulebook.rules(), self.calendars.calendar()

        def urge(feedback: str) -> None:
            self.feedbacks.change(feedback, lambda each: urging.urge(each, now, rules, calendar))

        self.job_runner.run("urge_explanations", partial(self.feedbacks.to_urge, now), urge)

    @every(10)
    def date_older(self) -> None:
        """Say until when what an earlier version took in is to be passed on."""
        calendar = self.calendars.calendar()

        def date(feedback: str) -> None:
            self.feedbacks.change(feedback, lambda each: passing.dated(each, calendar))

        self.job_runner.run("date_older", self.feedbacks.undated, date)

    @every(10)
    def make_findable(self) -> None:
        """Give search words to what an earlier version took in."""

        def find(feedback: str) -> None:
            self.feedbacks.change(feedback, lambda each: (finding.findable(each), ()))

        self.job_runner.run("make_findable", self.feedbacks.not_findable, find)

    @every(FIGURES_EVERY)
    def count_overdue(self) -> None:
        """Show how much was not passed on, or not explained, in time."""
        self.overdue.show(self.feedbacks.overdue(self.clock.now()))

    @on(ExplanationReply)
    def answer(self, reply: ExplanationReply, about: MessageMeta) -> None:
        """Keep an agency's explanation for the centre to approve."""
        explained = partial(explaining.explained, reply=reply, agency=about.agency)
        self.feedbacks.change(about.subject, explained, once=about.once)

    @returned(*ORDERS)
    def take_back(self, order: Order, about: MessageMeta) -> None:
        """Take an order back that reached nobody: what it asked for is to be asked of another."""
        back = partial(explaining.come_back, agency=order.agency)
        self.feedbacks.change(about.subject, back, once=about.once)

    def _recount(self, feedback: str, copy: CalendarCopy) -> None:
        """Count one again; from when the dates of an old one count stands in its history."""
        history = self.feedbacks.history(feedback)
        self.feedbacks.change(
            feedback,
            lambda each: recounting.recount(each, history, copy.calendar, edition=copy.edition),
        )

    def _recount_sealed(self, denunciation: str, copy: CalendarCopy) -> None:
        now, calendar, edition = self.clock.now(), copy.calendar, copy.edition
        self.denunciations.change(
            denunciation,
            lambda each: (recounting.recount_sealed(each, now, calendar, edition=edition), ()),
        )
