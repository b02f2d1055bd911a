"""What the agencies say of their steps."""

from contracts.events import StepCompleted, StepReceived, StepRefused
from contracts.orders import (
    ExtensionReply,
    ProceedReply,
    RerouteReply,
    SupplementReply,
    UrgingReply,
)
from foundation.bus import About, on
from services.intake.domain import apology, branches, route, urging
from services.intake.domain import supplement as papers
from services.intake.doors.desk import Desk, act_of


class Agencies(Desk):
    """For the agencies on a dossier's way."""

    @on(StepReceived)
    def step_received(self, event: StepReceived, about: About) -> None:
        """An agency has its order at the desk."""
        now, calendar = self.clock.now(), self.calendars.now().calendar
        self._told(about, lambda each: route.arrive(each, event, act_of(about), now, calendar))

    @on(StepCompleted)
    def step_completed(self, event: StepCompleted, about: About) -> None:
        """An agency has done its part."""
        now, calendar = self.clock.now(), self.calendars.now().calendar
        self._told(about, lambda each: route.complete(each, event, act_of(about), now, calendar))

    @on(StepRefused)
    def step_refused(self, event: StepRefused, about: About) -> None:
        """An agency refuses by law."""
        now, calendar = self.clock.now(), self.calendars.now().calendar
        self._told(about, lambda each: route.refuse_step(each, event, act_of(about), now, calendar))

    @on(ProceedReply)
    def proceed(self, reply: ProceedReply, about: About) -> None:
        """The lead agency has heard enough."""
        now, calendar = self.clock.now(), self.calendars.now().calendar
        self._told(about, lambda each: branches.proceed(each, reply, act_of(about), now, calendar))

    @on(RerouteReply)
    def reroute(self, reply: RerouteReply, about: About) -> None:
        """The lead agency orders anew what has not begun."""
        self._told(about, lambda each: branches.reroute(each, reply, act_of(about)))

    @on(ExtensionReply)
    def late(self, reply: ExtensionReply, about: About) -> None:
        """An agency apologises for its step and names a new date."""
        now, calendar = self.clock.now(), self.calendars.now().calendar
        self._told(about, lambda each: apology.extend(each, reply, act_of(about), now, calendar))

    @on(SupplementReply)
    def papers_needed(self, reply: SupplementReply, about: About) -> None:
        """An agency needs papers of the applicant."""
        now = self.clock.now()
        self._told(about, lambda each: papers.request_papers(each, reply, act_of(about), now))

    @on(UrgingReply)
    def urging_answered(self, reply: UrgingReply, about: About) -> None:
        """An agency answers the director's urging."""
        now = self.clock.now()
        self._told(about, lambda each: urging.answer(each, reply, act_of(about), now))
