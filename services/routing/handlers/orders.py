"""Handlers of the centre's orders, which come in by the bus."""

from collections.abc import Callable
from functools import partial

from contracts.events import CalendarAnnounced
from contracts.orders import (
    CorrectOrder,
    ExplainByOrder,
    ExplainOrder,
    ForgetExplanationOrder,
    RefusalOrder,
    RemindOrder,
    RescheduleOrder,
    ResumeOrder,
    RouteOrder,
    StepOrder,
    UrgeExplanationOrder,
    UrgeOrder,
    WithdrawOrder,
)
from foundation.consumer import MessageMeta, on
from services.routing.domain.docket.docket import Change, Docket
from services.routing.domain.orders import explanation as answers
from services.routing.domain.orders import inward, leading, refusals
from services.routing.domain.staff import officers
from services.routing.handlers.context import DeskContext


class OrderHandlers(DeskContext):
    """What the centre orders the agency; each order is noted down by its number as it comes."""

    @on(StepOrder)
    def receive(self, order: StepOrder, about: MessageMeta) -> None:
        """Receive a step: a part of a dossier to do."""
        self._hear_first(
            about,
            partial(
                inward.receive,
                dossier=about.subject,
                order=order,
                now=self.clock.now(),
                agency=self.settings.agency,
                number=about.seq,
                way=officers.way_of(self._office(), order.procedure),
                plan=self._plan(),
            ),
        )

    @on(ResumeOrder)
    def resume(self, order: ResumeOrder, about: MessageMeta) -> None:
        """Resume a step: the citizen's papers came."""
        self._hear(
            about,
            partial(
                inward.resume,
                order=order,
                now=self.clock.now(),
                agency=self.settings.agency,
                number=about.seq,
                plan=self._plan(),
            ),
        )

    @on(RescheduleOrder)
    def reschedule(self, order: RescheduleOrder, about: MessageMeta) -> None:
        """Move the due date of a step."""
        self._hear(
            about,
            partial(
                inward.reschedule,
                order=order,
                agency=self.settings.agency,
                number=about.seq,
                plan=self._plan(),
            ),
        )

    @on(WithdrawOrder)
    def withdraw(self, order: WithdrawOrder, about: MessageMeta) -> None:
        """Withdraw a step that nobody need work on any more."""
        now, agency = self.clock.now(), self.settings.agency
        withdraw = partial(inward.withdraw, order=order, now=now, agency=agency)
        self._hear(about, self._naming(withdraw))

    @on(CorrectOrder)
    def correct(self, order: CorrectOrder, about: MessageMeta) -> None:
        """Note the applicant's right name."""
        agency, number = self.settings.agency, about.seq
        self._hear(about, partial(inward.correct, order=order, agency=agency, number=number))

    @on(RouteOrder)
    def lead(self, order: RouteOrder, about: MessageMeta) -> None:
        """Note how a route stands that this agency leads."""
        self._hear_first(
            about,
            partial(
                leading.lead,
                dossier=about.subject,
                order=order,
                now=self.clock.now(),
                agency=self.settings.agency,
                number=about.seq,
                way=officers.way_of(self._office(), order.procedure),
            ),
        )

    @on(RefusalOrder)
    def be_refused(self, order: RefusalOrder, about: MessageMeta) -> None:
        """Take back an answer that the centre refused."""
        self._hear(
            about,
            partial(
                refusals.be_refused,
                order=order,
                now=self.clock.now(),
                agency=self.settings.agency,
                number=about.seq,
                plan=self._plan(),
            ),
        )

    @on(UrgeOrder)
    def urge(self, order: UrgeOrder, about: MessageMeta) -> None:
        """Note that the director urges the agency about a step."""
        now, agency, office = self.clock.now(), self.settings.agency, self._office()
        self._hear(about, partial(inward.urge, order=order, now=now, agency=agency, office=office))

    @on(RemindOrder)
    def remind(self, order: RemindOrder, about: MessageMeta) -> None:
        """Remind somebody at the agency of a date of the whole dossier, or of an answer."""
        now, agency, office = self.clock.now(), self.settings.agency, self._office()
        self._hear(
            about, partial(inward.remind, order=order, now=now, agency=agency, office=office)
        )

    @on(ExplainOrder)
    def ask(self, order: ExplainOrder, about: MessageMeta) -> None:
        """Note a question that the agency must answer: a citizen complained about it."""
        ask = partial(
            answers.ask_anew,
            feedback=about.subject,
            order=order,
            now=self.clock.now(),
            agency=self.settings.agency,
        )
        self.explanations.change_or_create(about.subject, None, ask, once=about.once)

    @on(ExplainByOrder)
    def ask_by(self, order: ExplainByOrder, about: MessageMeta) -> None:
        """Note another date for an answer: the unit's calendar changed."""
        decide = partial(answers.reschedule, order=order)
        self.explanations.change(about.subject, decide, once=about.once)

    @on(UrgeExplanationOrder)
    def urge_explanation(self, order: UrgeExplanationOrder, about: MessageMeta) -> None:
        """Note that the centre urged the agency about an explanation, and write to its heads."""
        decide = partial(answers.urge, order=order, now=self.clock.now(), office=self._office())
        self.explanations.change(about.subject, decide, once=about.once)

    @on(ForgetExplanationOrder)
    def forget_explanation(self, order: ForgetExplanationOrder, about: MessageMeta) -> None:
        """Forget what was asked and explained, also in the stored answers to requests."""
        for name in ("question", "explanation"):
            self.explanations.forget_answered(about.subject, name)
        decide = partial(answers.forget, order=order)
        self.explanations.change(about.subject, decide, once=about.once)

    @on(CalendarAnnounced)
    def learn_calendar(self, told: CalendarAnnounced, about: MessageMeta) -> None:
        """Learn by which calendar the centre's unit counts."""
        self.calendars.learn(told, about.time, self.clock.now(), once=about.once)

    def _hear(self, about: MessageMeta, decide: Callable[[Docket], Change]) -> None:
        """Change the docket as an order says; the same write notes that the order has come."""
        heard = partial(inward.hear, number=about.seq, now=self.clock.now())
        self.dockets.change(about.subject, lambda docket: heard(decide(docket)), once=about.once)

    def _hear_first(self, about: MessageMeta, decide: Callable[[Docket | None], Change]) -> None:
        """As `_hear`, for orders that may open the docket."""
        heard = partial(inward.hear, number=about.seq, now=self.clock.now())
        self.dockets.receive(about.subject, lambda docket: heard(decide(docket)), once=about.once)
