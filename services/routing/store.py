"""Where the desk keeps its dockets and the explanations it owes."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from foundation.errors import Duplicate, NotFound, Stale
from foundation.once import Once
from foundation.store import Index, Store
from services.routing.domain.docket import Change, Docket
from services.routing.domain.explanation import Explanation
from services.routing.domain.step import State

# A sort gathers every match first, so the work list looks at the most urgent days and widens.
HORIZONS = (timedelta(days=3), timedelta(days=30), timedelta(days=3650))


class Dockets(Store[Docket]):
    """One docket per dossier that ever reached this desk."""

    thing = Docket
    collection = "dockets"
    indexes = (
        Index(name="agency_step", keys=(("agency", 1), ("steps.id", 1))),
        Index(name="agency_due", keys=(("agency", 1), ("due", 1))),
    )

    def receive(
        self, dossier: str, decide: Callable[[Docket | None], Change], *, once: Once
    ) -> Docket:
        """Open the docket of the dossier, or add to it.

        Raises:
            Duplicate: the order was received before.
            Stale: somebody else opened the docket just now; to be tried again at once.
        """
        if self.find_one({"_id": dossier}):
            return self.change(dossier, decide, once=once)
        docket, messages = decide(None)
        try:
            return self.save(docket, *messages, once=once)
        except Duplicate as error:
            # It may have been opened by another order of the same dossier: ours must not be lost.
            raise Stale(error.vi, error.en) from error

    def holding(self, step: str, *, agency: str) -> Docket:
        """The agency's docket with this step (index `agency_step`); NotFound if there is none."""
        docket = self.find_one(_of(agency, {"steps.id": step}))
        if docket is None:
            raise NotFound("Không tìm thấy bước này.", "There is no such step.")
        return docket

    def open_at(
        self, now: datetime, states: Sequence[State], *, agency: str, limit: int
    ) -> list[Docket]:
        """Dockets with a step in one of the states, the most urgent first (index `agency_due`)."""
        found: list[Docket] = []
        for horizon in HORIZONS:
            query = {"due": {"$lte": now + horizon}, "steps.state": {"$in": list(states)}}
            found = self.find(_of(agency, query), sort=(("due", 1),), limit=limit)
            if len(found) == limit:
                break
        return found


class Explanations(Store[Explanation]):
    """One per feedback that the centre passed on to this agency."""

    thing = Explanation
    collection = "explanations"
    indexes = (Index(name="agency_answer_by", keys=(("agency", 1), ("answer_by", 1))),)

    def owed(self, *, agency: str, limit: int) -> list[Explanation]:
        """Questions without an answer, the most urgent first (index `agency_answer_by`)."""
        return self.find(_of(agency, {"explained": None}), sort=(("answer_by", 1),), limit=limit)

    def asked(self, feedback: str, *, agency: str) -> Explanation:
        """The question to this agency; NotFound when it was never asked."""
        found = self.find_one(_of(agency, {"_id": feedback}))
        if found is None:
            raise NotFound("Không tìm thấy yêu cầu giải trình.", "There is no such question.")
        return found


def _of(agency: str, query: dict[str, Any]) -> dict[str, Any]:
    """The one place where a query is held to the agency whose desk this is."""
    return {"agency": agency, **query}
