"""HTTP API of the counter: dossiers are handed in, received or refused, completed, returned."""

from typing import Any

from foundation.errors import StoredResponse
from foundation.web import Request, post
from foundation.worktime import local_day
from services.intake import schemas
from services.intake.domain.case.dossier import Decided, Dossier
from services.intake.domain.case.looked_up import LookedUp
from services.intake.domain.case.procedure import Procedure
from services.intake.domain.case.succession import as_of
from services.intake.domain.counter import ending, from_data, reception
from services.intake.domain.counter import supplement as papers
from services.intake.domain.counter.dossier_code import book_of
from services.intake.handlers.context import CITIZEN, CLERK, IntakeContext, is_clerk


class CounterApi(IntakeContext):
    """HTTP handlers for citizens and the clerks who help them."""

    @post("/dossiers", scope=f"{CITIZEN} {CLERK}")
    def submit(self, request: Request) -> StoredResponse:
        """A citizen hands a dossier in, or a clerk does for a person at the counter."""
        once, handed_in = (
            request.once(201, schemas.receipt),
            request.load(schemas.SubmissionFields),
        )
        owner = "" if is_clerk(request) else request.who.subject

        def decide() -> Decided:
            asked_for = self._as_of_today(self.procedures.lately(handed_in.procedure))
            return reception.submit(
                request.new_id, handed_in, asked_for, *self._when(), owner=owner
            )

        return once.reply(self.dossiers.create(request.new_id, decide, once=once))

    @post("/dossiers/<dossier_id>/accept", scope=CLERK)
    def accept(self, request: Request, dossier_id: str) -> StoredResponse:
        """The dossier is complete: it gets its code and due date, the first agencies start."""
        once = request.once(200, schemas.receipt)
        noted = reception.Receipt(unit=self.settings.unit, **_noted(request))
        found = self.dossiers.get(dossier_id)
        in_force, (now, calendar) = self.procedures.get(found.procedure), self._when()
        if found.received is None:
            in_force = self._as_of_today(in_force)

        def take_in(number: int) -> Dossier:
            return self._decide(
                dossier_id,
                lambda each: reception.take_in(each, in_force, noted, number, now, calendar),
                once,
                clerk=request.who.subject,
            )

        return once.reply(self.dossiers.numbered(book_of(noted.unit, now), take_in))

    @post("/dossiers/<dossier_id>/guide", scope=CLERK)
    def guide(self, request: Request, dossier_id: str) -> StoredResponse:
        """The dossier is not complete: ask for all that is missing, once (form 02)."""
        said = request.load(schemas.GuidanceFields)
        known = self.procedures.get(self.dossiers.get(dossier_id).procedure)
        now, missing = self.clock.now(), tuple(said["papers"])
        return self._change(
            request,
            dossier_id,
            lambda each: papers.guide(each, known, missing, said["reason"], now),
        )

    @post("/dossiers/<dossier_id>/data", scope=CLERK)
    def take_from_data(self, request: Request, dossier_id: str) -> StoredResponse:
        """Data of a published database stand for a paper, or could not be had, and why."""
        said, now = request.load(schemas.LookUpFields), self.clock.now()
        known = self.procedures.get(self.dossiers.get(dossier_id).procedure)
        found = LookedUp(**said, at=now, clerk=request.who.subject)
        return self._change(request, dossier_id, lambda each: from_data.look_up(each, known, found))

    @post("/dossiers/<dossier_id>/refuse", scope=CLERK)
    def refuse(self, request: Request, dossier_id: str) -> StoredResponse:
        """The dossier is not taken in, by which rule and why."""
        said = request.load(schemas.RefusalFields())
        return self._change(request, dossier_id, lambda each: reception.refuse(each, **said))

    @post("/dossiers/<dossier_id>/supplement", scope=f"{CITIZEN} {CLERK}")
    def supplement(self, request: Request, dossier_id: str) -> StoredResponse:
        """The applicant supplies what was asked for."""
        documents = tuple(request.load(schemas.SupplementFields())["documents"])
        return self._change(
            request, dossier_id, lambda each: papers.supplement(each, documents, *self._when())
        )

    @post("/dossiers/<dossier_id>/withdraw", scope=f"{CITIZEN} {CLERK}")
    def withdraw(self, request: Request, dossier_id: str) -> StoredResponse:
        """The applicant takes the dossier back."""
        return self._change(request, dossier_id, lambda each: ending.withdraw(each, *self._when()))

    @post("/dossiers/<dossier_id>/decide", scope=CLERK)
    def decide(self, request: Request, dossier_id: str) -> StoredResponse:
        """The counter decides what is its own to decide."""
        said = request.load(schemas.DecisionFields)
        now, calendar = self._when()
        return self._change(
            request,
            dossier_id,
            lambda each: ending.decide(each, now=now, calendar=calendar, **said),
        )

    @post("/dossiers/<dossier_id>/return", scope=CLERK)
    def hand_over(self, request: Request, dossier_id: str) -> StoredResponse:
        """The applicant has the result."""
        given, now = request.load(schemas.ReturnFields), self.clock.now()
        return self._change(request, dossier_id, lambda each: ending.hand_over(each, given, now))

    @post("/dossiers/<dossier_id>/originals", scope=CLERK)
    def hand_back(self, request: Request, dossier_id: str) -> StoredResponse:
        """The originals kept for checking go back to the applicant."""
        return self._change(request, dossier_id, ending.hand_back)

    def _as_of_today(self, procedure: Procedure) -> Procedure:
        """The procedure with the agencies that do its work today."""
        return as_of(procedure, self.agencies.lately(), local_day(self.clock.now()))


def _noted(request: Request) -> dict[str, Any]:
    """What the clerk notes at a receipt; a request without a body notes nothing."""
    if not request.stream.read(1):
        return {}
    noted = request.load(schemas.ReceiptFields)
    return {**noted, "originals": tuple(noted["originals"])}
