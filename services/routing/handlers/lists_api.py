"""HTTP API for reading: work lists, one step, search, missing orders, and the access records."""

from typing import Any

from foundation.web import Request, get
from services.routing import schemas
from services.routing.domain.docket import lists, reading, search_words
from services.routing.domain.docket.reading import AccessRecord
from services.routing.domain.staff.act import OfficerAct
from services.routing.domain.staff.roles import Right
from services.routing.handlers.context import DeskContext
from services.routing.store import GAP_AFTER


class ListsApi(DeskContext):
    """Everything a desk shows without changing it."""

    @get("/steps", scope="desk", gives=schemas.StepsAnswer)
    def work_list(self, request: Request) -> dict[str, Any]:
        """Open steps, the most urgent first; `?state=` narrows, `?limit=` and `?after=` page."""
        act, asked = self._act(request), request.asked(schemas.WorkListQuery())
        sought = lists.open_steps(act, asked["state"])
        return self._listed(sought, act, asked["limit"], asked["after"])

    @get("/lists/<name>", scope="desk", gives=schemas.StepsAnswer)
    def named_list(self, request: Request, name: str) -> dict[str, Any]:
        """Open steps on the list of that name (domain/docket/lists.py), the most urgent first."""
        act, asked = self._act(request), request.asked(schemas.WorkListQuery())
        sought = lists.named(name, act, self.calendars.calendar())
        return self._listed(sought, act, asked["limit"], asked["after"])

    @get("/steps/<step>", scope="desk", gives=schemas.StepAnswer)
    def show(self, request: Request, step: str) -> dict[str, Any]:
        """One step with what its officer needs; the reading is written down first."""
        act = self._act(request)
        docket = self._holding(step, act)
        self._read(act, reading.STEP, docket.id, step)
        return schemas.step(step, named=True)(docket)

    @get("/search", scope="desk", gives=schemas.StepsAnswer)
    def search(self, request: Request) -> dict[str, Any]:
        """Steps by code, applicant's name or procedure: `?q=`, the newest dossiers first."""
        act, asked = self._act(request), request.asked(schemas.SearchQuery())
        sought = search_words.asked_for(asked.pop("q"))
        self._read(act, reading.SEARCH)
        found, onward = self.dockets.saying(sought, act.now, **asked)
        return schemas.found(found, lambda step: reading.sees(step, act), onward)

    @get("/gaps", scope="desk", gives=schemas.GapsAnswer)
    def gaps(self, request: Request) -> dict[str, Any]:
        """Dossiers of which an order of the centre is missing, the longest missed first."""
        act, asked = self._act(request), request.asked(schemas.PagedRecords())
        act.must(Right.AGENCY)
        return schemas.gaps(*self.dockets.with_gaps(act.now - GAP_AFTER, **asked))

    @get("/readings/<dossier>", scope="desk", gives=schemas.ReadingsAnswer)
    def who_read(self, request: Request, dossier: str) -> dict[str, Any]:
        """Who of this agency has read a dossier's personal data, the latest first."""
        act, asked = self._act(request), request.asked(schemas.PagedRecords())
        act.must(Right.STAFF)
        return schemas.readings(*self.readings.of(dossier, act.now, **asked))

    @get("/turned-away", scope="desk", gives=schemas.ReadingsAnswer)
    def turned_away(self, request: Request) -> dict[str, Any]:
        """Who was turned away at this desk, the latest first."""
        act, asked = self._act(request), request.asked(schemas.PagedRecords())
        act.must(Right.STAFF)
        return schemas.readings(*self.readings.those_turned_away(act.now, **asked))

    def _listed(
        self, sought: lists.Sought, act: OfficerAct, limit: int, after: str
    ) -> dict[str, Any]:
        found = self.dockets.on_list(sought, act.now, limit=limit + 1, after=after)
        return schemas.listed(found, limit)

    def _read(self, act: OfficerAct, what: str, dossier: str = "", step: str = "") -> None:
        self.readings.append(
            AccessRecord(
                agency=self.settings.agency,
                officer=act.officer,
                at=act.now,
                what=what,
                dossier=dossier,
                step=step,
            )
        )
