"""Message handlers for what the agencies say of their steps: events and replies."""

from collections.abc import Callable

from contracts.events import StepCompleted, StepReceived, StepRefused
from contracts.message import Message
from contracts.replies import (
    ExtensionReply,
    HandlerReply,
    ProceedReply,
    RerouteReply,
    SupplementReply,
    UrgingReply,
)
from foundation.consumer import MessageMeta, on
from foundation.errors import unless_refused
from services.intake.domain.case import apology
from services.intake.domain.case.agency_step import AgencyAct
from services.intake.domain.case.dossier import Decided, Dossier
from services.intake.domain.counter import known_document
from services.intake.domain.counter import supplement as papers
from services.intake.domain.lateness import urging
from services.intake.domain.route import answer_refusal, branches, holders, stages
from services.intake.handlers.context import IntakeContext, act_of


class AgencyReplies(IntakeContext):
    """Message handlers for the agencies on a dossier's route."""

    @on(StepReceived)
    def step_received(self, event: StepReceived, about: MessageMeta) -> None:
        """An agency has its order at the desk."""
        self._answered(
            event, about, lambda each, act: stages.arrive(each, event, act, *self._when())
        )

    @on(StepCompleted)
    def step_completed(self, event: StepCompleted, about: MessageMeta) -> None:
        """An agency has done its part."""
        self._written(
            event, about, lambda each, act: stages.complete(each, event, act, *self._when())
        )

    @on(StepRefused)
    def step_refused(self, event: StepRefused, about: MessageMeta) -> None:
        """An agency refuses by law."""
        self._written(
            event, about, lambda each, act: stages.refuse_step(each, event, act, *self._when())
        )

    @on(ProceedReply)
    def proceed(self, reply: ProceedReply, about: MessageMeta) -> None:
        """The lead agency has heard enough."""
        self._answered(
            reply, about, lambda each, act: branches.proceed(each, reply, act, *self._when())
        )

    @on(RerouteReply)
    def reroute(self, reply: RerouteReply, about: MessageMeta) -> None:
        """The lead agency orders anew what has not begun."""
        known = self.connected_agencies.now().connected
        self._answered(reply, about, lambda each, act: branches.reroute(each, reply, act, known))

    @on(ExtensionReply)
    def late(self, reply: ExtensionReply, about: MessageMeta) -> None:
        """An agency apologises for its step and names a new date."""
        self._answered(
            reply, about, lambda each, act: apology.extend(each, reply, act, *self._when())
        )

    @on(SupplementReply)
    def papers_needed(self, reply: SupplementReply, about: MessageMeta) -> None:
        """An agency needs papers of the applicant."""
        now = self.clock.now()
        self._answered(reply, about, lambda each, act: papers.request_papers(each, reply, act, now))

    @on(HandlerReply)
    def handler_named(self, reply: HandlerReply, about: MessageMeta) -> None:
        """An agency says which of its people has a step."""
        now = self.clock.now()
        self._answered(reply, about, lambda each, act: holders.note(each, reply, act, now))

    @on(UrgingReply)
    def urging_answered(self, reply: UrgingReply, about: MessageMeta) -> None:
        """An agency answers the director's urging."""
        now = self.clock.now()
        self._answered(reply, about, lambda each, act: urging.answer(each, reply, act, now))

    def _written(
        self,
        answer: StepCompleted | StepRefused,
        about: MessageMeta,
        decide: Callable[[Dossier, AgencyAct], Decided],
    ) -> None:
        """As `_answered`, if the agency uploaded what it names as its writing."""
        known = self.known_documents.among([answer.document] if answer.document else [])

        def lawful(dossier: Dossier, act: AgencyAct) -> Decided:
            decided = decide(dossier, act)
            known_document.must_be_theirs(
                dossier, answer.document, act.agency, known, attempt=about.attempt
            )
            return decided

        self._answered(answer, about, lawful)

    def _answered(
        self, answer: Message, about: MessageMeta, decide: Callable[[Dossier, AgencyAct], Decided]
    ) -> None:
        """Carry out what an agency says; who says what the law or the state forbids is told so."""
        act = act_of(about)
        self._told(
            about,
            lambda each: unless_refused(
                lambda: decide(each, act),
                lambda error: answer_refusal.refuse(each, answer, act, error),
            ),
        )
