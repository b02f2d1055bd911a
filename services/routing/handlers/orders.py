"""For the centre: its orders come in by the bus."""

from contracts.orders import (
    ExplainOrder,
    RefusalOrder,
    RemindOrder,
    RescheduleOrder,
    ResumeOrder,
    RouteOrder,
    StepOrder,
    UrgeOrder,
    WithdrawOrder,
)
from foundation.consumer.handlers import About, on
from services.routing.domain import explanation as answers
from services.routing.domain import leading, officers, orders, refusals
from services.routing.handlers.context import Desk


class Orders(Desk):
    """What the centre asks of the agency."""

    @on(StepOrder)
    def receive(self, order: StepOrder, about: About) -> None:
        """A part of a dossier to do."""
        now, agency, number, plan = self.clock.now(), self.settings.agency, about.seq, self._plan()
        way = officers.way_of(self._office(), order.procedure)
        self.dockets.receive(
            about.subject,
            lambda docket: orders.hear(
                orders.receive(
                    docket,
                    about.subject,
                    order,
                    now,
                    agency=agency,
                    number=number,
                    way=way,
                    plan=plan,
                ),
                number,
                now,
            ),
            agency=agency,
            once=about.once,
        )

    @on(ResumeOrder)
    def resume(self, order: ResumeOrder, about: About) -> None:
        """The citizen's papers came."""
        now, agency, number, plan = self.clock.now(), self.settings.agency, about.seq, self._plan()
        self.dockets.change(
            about.subject,
            lambda docket: orders.hear(
                orders.resume(docket, order, now, agency=agency, number=number, plan=plan),
                number,
                now,
            ),
            once=about.once,
        )

    @on(RescheduleOrder)
    def reschedule(self, order: RescheduleOrder, about: About) -> None:
        """The step is due at another moment."""
        now, agency, number, plan = self.clock.now(), self.settings.agency, about.seq, self._plan()
        self.dockets.change(
            about.subject,
            lambda docket: orders.hear(
                orders.reschedule(docket, order, agency=agency, number=number, plan=plan),
                number,
                now,
            ),
            once=about.once,
        )

    @on(WithdrawOrder)
    def withdraw(self, order: WithdrawOrder, about: About) -> None:
        """Stop working on a step."""
        now, agency = self.clock.now(), self.settings.agency
        self.dockets.change(
            about.subject,
            lambda docket: orders.hear(
                orders.withdraw(docket, order, now, agency=agency), about.seq, now
            ),
            once=about.once,
        )

    @on(RouteOrder)
    def lead(self, order: RouteOrder, about: About) -> None:
        """How a route stands that this agency leads."""
        now, agency, number = self.clock.now(), self.settings.agency, about.seq
        way = officers.way_of(self._office(), order.procedure)
        self.dockets.receive(
            about.subject,
            lambda docket: orders.hear(
                leading.lead(
                    docket, about.subject, order, now, agency=agency, number=number, way=way
                ),
                number,
                now,
            ),
            agency=agency,
            once=about.once,
        )

    @on(RefusalOrder)
    def be_refused(self, order: RefusalOrder, about: About) -> None:
        """The centre could not take what the agency said."""
        now, agency, number, plan = self.clock.now(), self.settings.agency, about.seq, self._plan()
        self.dockets.change(
            about.subject,
            lambda docket: orders.hear(
                refusals.be_refused(docket, order, now, agency=agency, number=number, plan=plan),
                number,
                now,
            ),
            once=about.once,
        )

    @on(UrgeOrder)
    def urge(self, order: UrgeOrder, about: About) -> None:
        """The director urges the agency about a step."""
        now, agency, office = self.clock.now(), self.settings.agency, self._office()
        self.dockets.change(
            about.subject,
            lambda docket: orders.hear(
                orders.urge(docket, order, now, agency=agency, office=office), about.seq, now
            ),
            once=about.once,
        )

    @on(RemindOrder)
    def remind(self, order: RemindOrder, about: About) -> None:
        """Somebody at the agency is to know of a date of the whole, or of an answer."""
        now, agency, office = self.clock.now(), self.settings.agency, self._office()
        self.dockets.change(
            about.subject,
            lambda docket: orders.hear(
                orders.remind(docket, order, now, agency=agency, office=office), about.seq, now
            ),
            once=about.once,
        )

    @on(ExplainOrder)
    def ask(self, order: ExplainOrder, about: About) -> None:
        """A citizen complained about this agency."""
        asked = answers.ask(about.subject, order, self.clock.now(), agency=self.settings.agency)
        self.explanations.save(asked, once=about.once)
