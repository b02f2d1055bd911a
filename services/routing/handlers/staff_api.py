"""HTTP API of the agency's administrator: the book of officers, desks and processes."""

from collections.abc import Callable
from functools import partial
from typing import Any

from foundation.as_seen import Facts
from foundation.errors import StoredResponse
from foundation.web import Request, get, post, put
from foundation.worktime import local_day
from services.routing import schemas
from services.routing.domain.staff import book_seen, coverage, officers
from services.routing.domain.staff.officers import OfficerBook
from services.routing.domain.staff.roles import Right
from services.routing.handlers.context import DeskContext

Decide = Callable[[OfficerBook], OfficerBook]
FactsOf = Callable[[OfficerBook], Facts]


class StaffApi(DeskContext):
    """Writing the book of officers; while it is empty, anybody the agency lets in may begin it."""

    @get("/office", scope="desk", gives=schemas.OfficeSchema)
    def book(self, request: Request) -> dict[str, Any]:
        """The whole book."""
        self._act(request).must(Right.STAFF)
        return schemas.office(self._office())

    @get("/coverage", scope="desk centre", gives=schemas.DeskCoverageAnswer)
    def coverage(self, request: Request) -> dict[str, Any]:
        """Which of the centre's desks that this agency mans has nobody, on which days."""
        asked, office = request.asked(schemas.Days()), self._office()
        first = asked["on"] or local_day(self.clock.now())
        days = coverage.working(first, asked["days"], self.calendars.calendar())
        return schemas.coverage(office, coverage.uncovered(office, days))

    @put("/officers/<officer>", scope="desk", gives=schemas.OfficeSchema)
    def put_officer(self, request: Request, officer: str) -> dict[str, Any]:
        """Create or replace an officer."""
        written = schemas.read_officer(officer, request.load(schemas.OfficerSchema))
        return self._write(
            request,
            lambda office: officers.must_have_keeper(officers.put_officer(office, written)),
            partial(book_seen.of_officer, officer_id=officer),
        )

    @put("/desks/<desk>", scope="desk", gives=schemas.OfficeSchema)
    def put_desk(self, request: Request, desk: str) -> dict[str, Any]:
        """Create or replace a desk: its main officer and the backups."""
        written = schemas.read_desk(desk, request.load(schemas.DeskSchema))
        return self._write(
            request,
            lambda office: officers.put_desk(office, written),
            partial(book_seen.of_desk, code=desk),
        )

    @put("/ways/<procedure>", scope="desk", gives=schemas.OfficeSchema)
    def put_way(self, request: Request, procedure: str) -> dict[str, Any]:
        """Create or replace the agency's own process for a procedure; `-` stands for all others."""
        written = schemas.read_way(procedure, request.load(schemas.AgencyProcessSchema))
        return self._write(
            request,
            lambda office: officers.put_way(office, written),
            partial(book_seen.of_way, procedure=written.procedure),
        )

    @post("/officers/<officer>/absences", scope="desk", gives=schemas.OfficeSchema)
    def be_absent(self, request: Request, officer: str) -> StoredResponse:
        """Note leave; within a minute of its beginning the work moves to who stands in."""
        absence = request.load(schemas.AbsenceSchema)
        return self._write_once(
            request,
            lambda office: officers.be_absent(office, officer, absence),
            partial(book_seen.of_officer, officer_id=officer),
        )

    @post("/officers/<officer>/return", scope="desk", gives=schemas.OfficeSchema)
    def come_back(self, request: Request, officer: str) -> StoredResponse:
        """Note an early return: absences end yesterday, and the work comes back."""
        yesterday = officers.before(local_day(self.clock.now()))
        return self._write_once(
            request,
            lambda office: officers.cut_short(office, officer, yesterday),
            partial(book_seen.of_officer, officer_id=officer),
        )

    def _write(self, request: Request, decide: Decide, facts: FactsOf) -> dict[str, Any]:
        self._act(request).must(Right.STAFF)
        return schemas.office(
            self.offices.write(self.settings.agency, _as_seen(request, decide, facts))
        )

    def _write_once(self, request: Request, decide: Decide, facts: FactsOf) -> StoredResponse:
        once = request.once(200, schemas.office)
        self._act(request).must(Right.STAFF)
        return once.reply(
            self.offices.write(self.settings.agency, _as_seen(request, decide, facts), once=once)
        )


def _as_seen(
    request: Request, decide: Decide, facts: FactsOf
) -> Callable[[OfficerBook], tuple[OfficerBook, tuple[()]]]:
    """The change, of what is as `If-Match` says it was seen; without it nothing is compared.

    What the book says already is done: a form that is sent twice is no change of somebody else's.
    """
    mark = request.headers.get("if-match", "")

    def checked(office: OfficerBook) -> tuple[OfficerBook, tuple[()]]:
        changed = decide(office)
        if changed != office:
            book_seen.must_be_as_seen(facts(office), mark)
        return changed, ()

    return checked
