"""The doors of an agency's desk: orders come in by the bus, officers by the API."""

from collections.abc import Callable
from types import MappingProxyType
from typing import Any

from contracts.orders import ExplainOrder, RescheduleOrder, ResumeOrder, StepOrder, WithdrawOrder
from foundation.bus import About, on
from foundation.clock import Clock
from foundation.config import Own
from foundation.errors import Answer
from foundation.web import Request, get, post
from foundation.worktime import Calendar
from services.routing import schemas
from services.routing.domain import explanation as answers
from services.routing.domain import orders, work
from services.routing.domain.act import Act
from services.routing.domain.docket import Change, Docket
from services.routing.domain.step import OPEN
from services.routing.store import Dockets, Explanations


class Routing:
    """One agency's desk; another agency is another process with its own data."""

    name = "routing"
    per_agency = True
    tells = MappingProxyType(
        {
            # Not step.ordered, which opens a dossier's documents to the agency it names.
            "events": r"^(step\.(received|assigned|passed_on|completed|refused|supplement_needed"
            r"|resumed|rescheduled|extended|due_soon|overdue|withdrawn)|feedback\.explained)"
            r"\.{agency}$",
            "replies": r"^reply\.(supplement|extension|explanation)\.{agency}$",
        }
    )

    own = Own()
    clock = Clock()
    dockets = Dockets()
    explanations = Explanations()

    @on(StepOrder)
    def receive(self, order: StepOrder, about: About) -> None:
        """A part of a dossier to do."""
        now, agency = self.clock.now(), self.own.agency
        self.dockets.receive(
            about.subject,
            lambda docket: orders.receive(
                docket, about.subject, order, now, agency=agency, number=about.seq
            ),
            once=about.once,
        )

    @on(ResumeOrder)
    def resume(self, order: ResumeOrder, about: About) -> None:
        """The citizen's papers came."""
        now, agency = self.clock.now(), self.own.agency
        self.dockets.change(
            about.subject,
            lambda docket: orders.resume(docket, order, now, agency=agency, number=about.seq),
            once=about.once,
        )

    @on(RescheduleOrder)
    def reschedule(self, order: RescheduleOrder, about: About) -> None:
        """The step is due at another moment."""
        agency = self.own.agency
        self.dockets.change(
            about.subject,
            lambda docket: orders.reschedule(docket, order, agency=agency, number=about.seq),
            once=about.once,
        )

    @on(WithdrawOrder)
    def withdraw(self, order: WithdrawOrder, about: About) -> None:
        """Stop working on a step."""
        now, agency = self.clock.now(), self.own.agency
        self.dockets.change(
            about.subject,
            lambda docket: orders.withdraw(docket, order, now, agency=agency),
            once=about.once,
        )

    @on(ExplainOrder)
    def ask(self, order: ExplainOrder, about: About) -> None:
        """A citizen complained about this agency."""
        asked = answers.ask(about.subject, order, self.clock.now(), agency=self.own.agency)
        self.explanations.save(asked, once=about.once)

    @get("/steps", scope="desk")
    def work_list(self, request: Request) -> dict[str, Any]:
        """Open steps, the most urgent first; `?state=` narrows, `?limit=` bounds."""
        asked = schemas.asked(request.query)
        states = [asked["state"]] if "state" in asked else OPEN
        found = self.dockets.open_at(
            self.clock.now(), states, agency=self.own.agency, limit=asked["limit"] + 1
        )
        return schemas.work_list(found, asked)

    @get("/steps/<step>", scope="desk")
    def show(self, request: Request, step: str) -> dict[str, Any]:  # noqa: ARG002 -- a door's shape
        """One step with what its officer needs."""
        return schemas.step(step)(self.dockets.holding(step, agency=self.own.agency))

    @post("/steps/<step>/take", scope="desk")
    def take(self, request: Request, step: str) -> Answer:
        """The caller will do this step."""
        act = self._act(request)
        return self._change(request, step, lambda docket: work.take(docket, step, act))

    @post("/steps/<step>/complete", scope="desk")
    def complete(self, request: Request, step: str) -> Answer:
        """The agency's part is done."""
        act, said = self._act(request), request.load(schemas.Completion())
        return self._change(request, step, lambda docket: work.complete(docket, step, act, **said))

    @post("/steps/<step>/supplement", scope="desk")
    def supplement(self, request: Request, step: str) -> Answer:
        """Ask the citizen for papers, once and in time (NĐ 61/2018 Đ19.4)."""
        act, need, calendar = (
            self._act(request),
            request.load(schemas.Supplement()),
            Calendar.default(),
        )
        return self._change(
            request,
            step,
            lambda docket: work.supplement(docket, step, act, need, calendar=calendar),
        )

    @post("/steps/<step>/extend", scope="desk")
    def extend(self, request: Request, step: str) -> Answer:
        """Apologise and ask for another date, once and in time (NĐ 61/2018 Đ19.9)."""
        act, said = self._act(request), request.load(schemas.Apology())
        return self._change(request, step, lambda docket: work.extend(docket, step, act, **said))

    @post("/steps/<step>/refuse", scope="desk")
    def refuse(self, request: Request, step: str) -> Answer:
        """Refuse by law, within the time (NĐ 61/2018 Đ19.8)."""
        act, said = self._act(request), request.load(schemas.Refusal())
        return self._change(request, step, lambda docket: work.refuse(docket, step, act, **said))

    @get("/explanations", scope="desk")
    def owed(self, request: Request) -> dict[str, Any]:  # noqa: ARG002 -- a door's shape
        """Questions without an answer, the most urgent first."""
        owed = self.explanations.owed(agency=self.own.agency, limit=schemas.MOST_SHOWN)
        return schemas.explanations(owed)

    @post("/explanations/<feedback>", scope="desk")
    def explain(self, request: Request, feedback: str) -> Answer:
        """Answer one; the words go to the centre alone."""
        once, act = request.once(200, schemas.explanation), self._act(request)
        said = request.load(schemas.Answered())
        asked = self.explanations.asked(feedback, agency=self.own.agency)
        return once.reply(
            self.explanations.change(
                asked.id, lambda each: answers.explain(each, act, said["explanation"]), once=once
            )
        )

    def _act(self, request: Request) -> Act:
        return Act(request.who.subject, self.clock.now())

    def _change(self, request: Request, step: str, decide: Callable[[Docket], Change]) -> Answer:
        once = request.once(200, schemas.step(step))
        docket = self.dockets.holding(step, agency=self.own.agency)
        return once.reply(self.dockets.change(docket.id, decide, once=once))
