"""HTTP API of the counter: dossiers are handed in, received or refused, completed, returned."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from contracts.signatures import SignatureVerdict
from foundation.concurrency import poll
from foundation.errors import StoredResponse
from foundation.web import Request, post
from foundation.worktime import local_day
from services.intake import schemas
from services.intake.domain.case.dossier import Attachment, Decided, Dossier
from services.intake.domain.case.looked_up import LookedUp
from services.intake.domain.case.procedure import Procedure
from services.intake.domain.case.succession import as_of
from services.intake.domain.counter import (
    as_seen,
    correction,
    ending,
    from_data,
    known_document,
    reception,
    signature_demand,
)
from services.intake.domain.counter import supplement as papers
from services.intake.domain.counter.dossier_code import book_of
from services.intake.domain.counter.file_sizes import Sizes, allowed
from services.intake.domain.counter.known_document import Known
from services.intake.domain.forms import issuing
from services.intake.handlers.context import CITIZEN, CLERK, IntakeContext, is_clerk, theirs
from services.intake.handlers.issuing_office import office_of

# An upload is told within some tens of milliseconds; 3 s in all, while one worker waits.
AWAIT_PAUSES = (0.05, 0.1, 0.2, 0.4, 0.75, 0.75, 0.75)


class CounterApi(IntakeContext):
    """HTTP handlers for citizens and the clerks who help them."""

    await_pauses = AWAIT_PAUSES

    @post("/dossiers", scope=f"{CITIZEN} {CLERK}", gives=schemas.SubmittedAnswer)
    def submit(self, request: Request) -> StoredResponse:
        """A citizen hands a dossier in, or a clerk does for a person at the counter."""
        handed_in = request.load(schemas.SubmissionFields)
        # Who hands in is turned away by no event that is late: the papers are held to at the
        # receipt, and those not heard of yet are named.
        known = self.known_documents.among(each.document for each in handed_in.documents)
        once = request.once(201, partial(schemas.submitted, known=known))
        owner = "" if is_clerk(request) else request.who.subject
        office = office_of(self.settings, "" if owner else request.who.subject)

        def decide() -> Decided:
            asked_for = self._as_of_today(self.procedures.lately(handed_in.procedure))
            now, calendar = self._when()
            handed = reception.submit(
                request.new_id, handed_in, asked_for, now, calendar, owner=owner, known=known
            )
            return issuing.with_forms(handed, office, now)

        return once.reply(self.dossiers.create(request.new_id, decide, once=once))

    @post("/dossiers/<dossier_id>/accept", scope=CLERK, gives=schemas.ReceiptAnswer)
    def accept(self, request: Request, dossier_id: str) -> StoredResponse:
        """The dossier is complete: it gets its code and due date, the first agencies start."""
        once = request.once(200, schemas.receipt)
        noted = reception.Receipt(unit=self.settings.unit, **_noted(request))
        reading = self.dossiers.read(dossier_id)
        found = reading.entity
        in_force, (now, calendar) = self.procedures.lately(found.procedure), self._when()
        known = {} if found.received else self._awaited(found, found.attachments)
        if found.received is None:
            in_force = self._as_of_today(in_force)

        def rule(each: Dossier, number: int) -> Decided:
            as_seen.must_be_as_seen(each, request.headers.get("if-match", ""))
            return reception.take_in(each, in_force, noted, number, now, calendar, known)

        def take_in(number: int) -> Dossier:
            acted = partial(rule, number=number)
            return self._decide(dossier_id, acted, once, clerk=request.who.subject, found=reading)

        return once.reply(self.dossiers.numbered(book_of(noted.unit, now), take_in))

    @post("/dossiers/<dossier_id>/guide", scope=CLERK, gives=schemas.ReceiptAnswer)
    def guide(self, request: Request, dossier_id: str) -> StoredResponse:
        """The dossier is not complete: ask for all that is missing, once (form 02)."""
        said = request.load(schemas.GuidanceFields)
        found, now = self.dossiers.read(dossier_id), self.clock.now()
        in_force = self.procedures.now(found.entity.procedure)
        known = self.known_documents.among(each.document for each in found.entity.attachments)

        def rule(each: Dossier) -> Decided:
            missing = signature_demand.missing(each, in_force, known)
            return papers.guide(each, in_force, missing, tuple(said["papers"]), said["reason"], now)

        return self._change(request, dossier_id, rule, found)

    @post("/dossiers/<dossier_id>/data", scope=CLERK, gives=schemas.ReceiptAnswer)
    def take_from_data(self, request: Request, dossier_id: str) -> StoredResponse:
        """Data of a published database stand for a paper, or could not be had, and why."""
        said, now = request.load(schemas.FromDataFields), self.clock.now()
        reading = self.dossiers.read(dossier_id)
        known = self.procedures.now(reading.entity.procedure)
        found = LookedUp(**said, at=now, clerk=request.who.subject)
        return self._change(
            request, dossier_id, lambda each: from_data.look_up(each, known, found), reading
        )

    @post("/dossiers/<dossier_id>/refuse", scope=CLERK, gives=schemas.ReceiptAnswer)
    def refuse(self, request: Request, dossier_id: str) -> StoredResponse:
        """The dossier is not taken in, by which rule and why."""
        said = request.load(schemas.RefusalFields())
        return self._change(request, dossier_id, lambda each: reception.refuse(each, **said))

    @post("/dossiers/<dossier_id>/correct", scope=CLERK, gives=schemas.ReceiptAnswer)
    def correct(self, request: Request, dossier_id: str) -> StoredResponse:
        """What was taken in wrongly of the applicant is put right, with its reason."""
        said, now = request.load(schemas.CorrectionFields), self.clock.now()
        by = request.who.subject
        return self._change(
            request, dossier_id, lambda each: correction.correct(each, said, by, now)
        )

    @post(
        "/dossiers/<dossier_id>/supplement", scope=f"{CITIZEN} {CLERK}", gives=schemas.ReceiptAnswer
    )
    def supplement(self, request: Request, dossier_id: str) -> StoredResponse:
        """The applicant supplies what was asked for."""
        documents = tuple(request.load(schemas.SupplementFields())["documents"])
        reading = self.dossiers.read(dossier_id)
        found = theirs(reading.entity, request)
        # What the counter scans for a dossier that was handed in online is not the owner's upload.
        counter = is_clerk(request) and bool(found.owner)
        known = self._awaited(found, documents, counter=counter) if found.requests else {}
        sizes = self._sizes(found)
        return self._change(
            request,
            dossier_id,
            lambda each: papers.supplement(
                each,
                documents,
                *self._when(),
                known,
                counter=counter,
                sizes=sizes,
            ),
            reading,
        )

    @post(
        "/dossiers/<dossier_id>/withdraw", scope=f"{CITIZEN} {CLERK}", gives=schemas.ReceiptAnswer
    )
    def withdraw(self, request: Request, dossier_id: str) -> StoredResponse:
        """The applicant takes the dossier back."""
        return self._change(request, dossier_id, lambda each: ending.withdraw(each, *self._when()))

    @post("/dossiers/<dossier_id>/decide", scope=CLERK, gives=schemas.ReceiptAnswer)
    def decide(self, request: Request, dossier_id: str) -> StoredResponse:
        """The counter decides what is its own to decide."""
        said = request.load(schemas.DecisionFields)
        now, calendar = self._when()
        known = self._poll([said["document"]], bool)

        def rule(each: Dossier) -> Decided:
            known_document.must_be_scanned(each, said["document"], known)
            return ending.decide(each, now=now, calendar=calendar, **said)

        return self._change(request, dossier_id, rule)

    @post("/dossiers/<dossier_id>/return", scope=CLERK, gives=schemas.ReceiptAnswer)
    def hand_over(self, request: Request, dossier_id: str) -> StoredResponse:
        """The applicant has the result."""
        given, now = request.load(schemas.ReturnFields), self.clock.now()
        return self._change(request, dossier_id, lambda each: ending.hand_over(each, given, now))

    @post(
        "/dossiers/<dossier_id>/result-way", scope=f"{CITIZEN} {CLERK}", gives=schemas.ReceiptAnswer
    )
    def choose_way(self, request: Request, dossier_id: str) -> StoredResponse:
        """The applicant chooses how the result is to reach them."""
        way = request.load(schemas.ResultWayFields)["result_by"]
        return self._change(request, dossier_id, lambda each: ending.choose_way(each, way))

    @post("/dossiers/<dossier_id>/originals", scope=CLERK, gives=schemas.ReceiptAnswer)
    def hand_back(self, request: Request, dossier_id: str) -> StoredResponse:
        """The originals kept for checking go back to the applicant."""
        return self._change(request, dossier_id, ending.hand_back)

    def _sizes(self, dossier: Dossier) -> Sizes:
        """The papers of its procedure that allow larger files, by the newest version."""
        return allowed(self.procedures.lately(dossier.procedure))

    def _as_of_today(self, procedure: Procedure) -> Procedure:
        """The procedure with the agencies that do its work today."""
        return as_of(procedure, self.agencies.lately(), local_day(self.clock.now()))

    def _awaited(
        self, dossier: Dossier, attachments: Sequence[Attachment], *, counter: bool = False
    ) -> Known:
        """What is known of papers that are handed in, and of the dossier's: waits for the former.

        What was uploaded, or joined the dossier, a moment ago may not have been told yet.
        """
        return self._poll(
            [each.document for each in (*dossier.attachments, *attachments)],
            lambda known: (
                not known_document.unheard(dossier, attachments, known, counter=counter)
                and not signature_demand.lacking(
                    dossier, known, dossier.signed_papers, (SignatureVerdict.WAITING,)
                )
            ),
        )

    def _poll(self, ids: Sequence[str], enough: Callable[[Known], bool]) -> Known:
        return poll(partial(self.known_documents.among, ids), enough, self.await_pauses)


def _noted(request: Request) -> dict[str, Any]:
    """What the clerk notes at a receipt; a request without a body notes nothing."""
    if not request.stream.read(1):
        return {}
    noted = request.load(schemas.ReceiptFields)
    lists = ("originals", "signatures_checked")
    return {**noted, **{name: tuple(noted[name]) for name in lists}}
