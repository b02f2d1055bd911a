"""The doors of intake: citizens and clerks by the API, agencies and the catalogue by the bus."""

from collections.abc import Callable
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from contracts.events import (
    ProcedurePublished,
    ProcedureWithdrawn,
    StepCompleted,
    StepReceived,
    StepRefused,
)
from contracts.orders import SupplementReply
from foundation.bus import About, on
from foundation.clock import Clock, every
from foundation.errors import Answer
from foundation.once import Once
from foundation.web import Request, get, post
from foundation.worktime import Calendar
from services.intake import schemas
from services.intake.domain import account, daybook, dossier, ending, procedure, reception, route
from services.intake.domain import supplement as papers
from services.intake.domain.dossier import Act, Decided, Dossier
from services.intake.store import DayBooks, Dossiers, Procedures

# The centre itself, province H41, by QCVN 102:2016.
UNIT = "000.00.00.H41"
CLERK = "counter"
CITIZEN = "dossier:submit"
SHOWN_BACK = timedelta(days=30)
# After this time nobody is still at work on a receipt that was begun.
GIVEN_UP = timedelta(minutes=2)
AT_ONCE = 100


class Intake:
    """The one door of the centre: takes dossiers in, forwards, follows, hands results back."""

    name = "intake"
    tells = MappingProxyType(
        {
            "events": r"^(dossier\.[a-z_]+|step\.ordered)\.",
            "orders": r"^",
            "contacts": r"^contact\.(given|word)\.",
        }
    )

    clock = Clock()
    dossiers = Dossiers()
    procedures = Procedures()
    day_books = DayBooks()

    # The catalogue.

    @on(ProcedurePublished)
    def learn(self, event: ProcedurePublished, about: About) -> None:
        """A version of a procedure is in force."""
        self.procedures.learn(
            about.subject, lambda known: procedure.publish(known, event), once=about.once
        )

    @on(ProcedureWithdrawn)
    def forget(self, event: ProcedureWithdrawn, about: About) -> None:
        """A version of a procedure is in force no more."""
        self.procedures.learn(
            about.subject, lambda known: procedure.withdraw(known, event), once=about.once
        )

    # The counter.

    @post("/dossiers", scope=f"{CITIZEN} {CLERK}")
    def submit(self, request: Request) -> Answer:
        """A citizen hands a dossier in, or a clerk does for a person at the counter."""
        once, handed_in = (
            request.once(201, schemas.receipt),
            request.load(schemas.SubmissionFields),
        )
        owner = "" if _is_clerk(request) else request.who.subject

        def decide() -> Decided:
            asked_for = self.procedures.lately(handed_in.procedure)
            return reception.submit(
                request.new_id, handed_in, asked_for, self.clock.now(), owner=owner
            )

        return once.reply(self.dossiers.create(request.new_id, decide, once=once))

    @post("/dossiers/<dossier_id>/accept", scope=CLERK)
    def accept(self, request: Request, dossier_id: str) -> Answer:
        """The dossier is complete: it gets its code and due date, the first agencies start."""
        once = request.once(200, schemas.receipt)
        in_force = self.procedures.get(self.dossiers.get(dossier_id).procedure)
        now = self.clock.now()
        received = self.dossiers.change(
            dossier_id, lambda each: reception.receive(each, in_force, UNIT, now)
        )
        return once.reply(self._give_code(received, once))

    @post("/dossiers/<dossier_id>/refuse", scope=CLERK)
    def refuse(self, request: Request, dossier_id: str) -> Answer:
        """The dossier is not taken in, by which rule and why."""
        said = request.load(schemas.RefusalFields())
        return self._change(request, dossier_id, lambda each: reception.refuse(each, **said))

    @post("/dossiers/<dossier_id>/supplement", scope=f"{CITIZEN} {CLERK}")
    def supplement(self, request: Request, dossier_id: str) -> Answer:
        """The applicant supplies what was asked for."""
        documents = tuple(request.load(schemas.SupplementFields())["documents"])
        now, calendar = self.clock.now(), Calendar.default()
        return self._change(
            request, dossier_id, lambda each: papers.supplement(each, documents, now, calendar)
        )

    @post("/dossiers/<dossier_id>/withdraw", scope=f"{CITIZEN} {CLERK}")
    def withdraw(self, request: Request, dossier_id: str) -> Answer:
        """The applicant takes the dossier back."""
        return self._change(request, dossier_id, ending.withdraw)

    @post("/dossiers/<dossier_id>/return", scope=CLERK)
    def hand_over(self, request: Request, dossier_id: str) -> Answer:
        """The applicant has the result."""
        channel = request.load(schemas.ReturnFields())["channel"]
        return self._change(request, dossier_id, lambda each: ending.hand_over(each, channel))

    @get("/procedures/<code>", scope=CLERK)
    def known(self, request: Request, code: str) -> dict[str, Any]:  # noqa: ARG002 -- a door's shape
        """What intake knows of a procedure: dossiers are held to this version."""
        return schemas.procedure(self.procedures.get(code))

    @get("/dossiers/<dossier_id>", scope=f"dossier:read {CLERK}")
    def show(self, request: Request, dossier_id: str) -> dict[str, Any]:
        """The whole dossier, for its owner and for clerks, in the language of the request."""
        found = _theirs(self.dossiers.get(dossier_id), request)
        counted = account.account(found, self.clock.now(), Calendar.default())
        return schemas.shown(found, counted, request.language)

    @get("/dossiers", scope=CLERK)
    def work_list(self, request: Request) -> dict[str, Any]:
        """Dossiers of one `?state=`, the oldest first; `?after=` and `?limit=` bound the page."""
        asked = request.asked(schemas.ListFields())
        now = self.clock.now()
        after, limit = asked["after"] or now - SHOWN_BACK, asked["limit"]
        return schemas.listed(
            self.dossiers.in_state(asked["state"], after, now, limit=limit), limit
        )

    @get("/tracking/<code>", scope="")
    def track(self, request: Request, code: str) -> dict[str, Any]:  # noqa: ARG002 -- a door's shape
        """How far the dossier with this code is; open to everybody, so nothing else."""
        return schemas.tracked(self.dossiers.by_code(code))

    # The agencies.

    @on(StepReceived)
    def step_received(self, event: StepReceived, about: About) -> None:
        """An agency has its order at the desk."""
        self._told(about, lambda each: route.arrive(each, event, _act(about), self.clock.now()))

    @on(StepCompleted)
    def step_completed(self, event: StepCompleted, about: About) -> None:
        """An agency has done its part."""
        now, calendar = self.clock.now(), Calendar.default()
        self._told(about, lambda each: route.complete(each, event, _act(about), now, calendar))

    @on(StepRefused)
    def step_refused(self, event: StepRefused, about: About) -> None:
        """An agency refuses by law."""
        now = self.clock.now()
        self._told(about, lambda each: route.refuse_step(each, event, _act(about), now))

    @on(SupplementReply)
    def papers_needed(self, reply: SupplementReply, about: About) -> None:
        """An agency needs papers of the applicant."""
        now = self.clock.now()
        self._told(about, lambda each: papers.request_papers(each, reply, _act(about), now))

    # What a crash may have left half done.

    @every(60)
    def finish_receipts(self) -> None:
        """Give their codes to dossiers whose receipt stopped short; tidy the day books."""
        now = self.clock.now()
        for received in self.dossiers.received_without_code(now - GIVEN_UP, limit=AT_ONCE):
            self._give_code(received)
        for book in self.day_books.unsettled(limit=AT_ONCE):
            self._settle(book)

    def _settle(self, book: daybook.DayBook) -> None:
        coded, now = self.dossiers.coded(book.settling), self.clock.now()
        self.day_books.change(book.id, lambda each: daybook.settle(each, coded, now))

    def _give_code(self, received: Dossier, once: Once | None = None) -> Dossier:
        """Take the number, then write the code; a dossier with a code takes no other number."""
        number = 0 if received.code else self.day_books.number(received.book, received.id)
        calendar = Calendar.default()
        return self.dossiers.change(
            received.id, lambda each: reception.accept(each, number, calendar), once=once
        )

    def _change(
        self, request: Request, dossier_id: str, decide: Callable[[Dossier], Decided]
    ) -> Answer:
        once = request.once(200, schemas.receipt)
        return once.reply(
            self.dossiers.change(dossier_id, lambda each: decide(_theirs(each, request)), once=once)
        )

    def _told(self, about: About, decide: Callable[[Dossier], Decided]) -> None:
        self.dossiers.change(about.subject, decide, once=about.once)


def _is_clerk(request: Request) -> bool:
    return CLERK in request.who.scopes


def _theirs(found: Dossier, request: Request) -> Dossier:
    return dossier.shown_to(found, request.who.subject, clerk=_is_clerk(request))


def _act(about: About) -> Act:
    return Act(agency=about.agency, at=about.time)
