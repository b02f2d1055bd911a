"""One agency's desk on stores in memory, asked by the real stores' own queries."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from io import BytesIO
from operator import ge, gt, le, lt
from types import SimpleNamespace
from typing import Any

from nameko.testing.services import worker_factory

from contracts.history import ChainLink
from contracts.orders import StepOrder
from foundation.consumer import MessageMeta
from foundation.errors import NotFound
from foundation.outbox import AuditLog
from foundation.outbox.reader import KEPT, Reading
from foundation.outbox.store import Store
from foundation.persistence import TtlCache
from foundation.persistence.by_moment import MomentQuery
from foundation.persistence.document import to_entity
from foundation.persistence.hash_chain import sealed_after
from foundation.persistence.paging import PageQuery, WindowHints
from foundation.scheduling import JobRunner
from foundation.web import Request
from foundation.web.auth import Identity
from services.routing.domain.docket.docket import Docket
from services.routing.domain.docket.reading import AccessRecord
from services.routing.domain.orders.explanation import Explanation
from services.routing.domain.staff.officers import OfficerBook
from services.routing.service import Routing
from services.routing.store import (
    AccessRecords,
    AgencyStore,
    Dockets,
    Explanations,
    OfficerBooks,
)
from tests.fakes import FakeCalendarCopies, FakeClock, FakeRulebook, FakeStore

OURS = "so-xay-dung"


class FakeMongo:
    """What a store asks of its connection to read a page; `sorts_by_index` may be changed."""

    def __init__(self, *, sorts_by_index: bool = False) -> None:
        """A server that sorts by its indexes, or one that must be asked in windows."""
        self.sorts_by_index = sorts_by_index
        self.window_hints = WindowHints()

    def hints_for(
        self,
        _collection: str,
        _query: PageQuery | MomentQuery,
        *,
        of_a_list: bool = False,  # noqa: ARG002 -- as Mongo's
    ) -> WindowHints | None:
        """As Mongo.hints_for."""
        return None if self.sorts_by_index else self.window_hints


class AskedStore(FakeStore):
    """Answers the few kinds of query that stores ask; `queries` is every one."""

    page, page_by_moment, collection = Store.page, Store.page_by_moment, ""
    latest = AuditLog.latest

    def __init__(
        self, thing: type, *, clock: FakeClock | None = None, sorts_by_index: bool = False
    ) -> None:
        """As FakeStore."""
        super().__init__(thing, clock=clock)
        self.queries: list[Mapping[str, Any]] = []
        self.mongo = FakeMongo(sorts_by_index=sorts_by_index)

    def find(
        self,
        query: Mapping[str, Any],
        *,
        sort: Sequence[tuple[str, int]] = (),
        limit: int,
        only: Sequence[str] = (),
    ) -> list[Any]:
        """As Store.find."""
        found = self._asked(query, sort, limit)
        return [to_entity(self.entity, _only(each, only)) for each in found]

    def find_one(self, query: Mapping[str, Any]) -> Any:
        """As Store.find_one."""
        return next(iter(self.find(query, limit=1)), None)

    def read_one(self, query: Mapping[str, Any]) -> Reading[Any] | None:
        """As Store.read_one."""
        found = self._asked(query, (), 1)
        return Reading(to_entity(self.entity, found[0]), found[0]) if found else None

    def ids(
        self, query: Mapping[str, Any], *, sort: Sequence[tuple[str, int]] = (), limit: int
    ) -> list[str]:
        """As Store.ids."""
        return [each["_id"] for each in self._asked(query, sort, limit)]

    def values(
        self,
        query: Mapping[str, Any],
        names: Sequence[str],
        *,
        sort: Sequence[tuple[str, int]] = (),
        limit: int,
    ) -> list[dict[str, Any]]:
        """As Store.values."""
        return [{name: each[name] for name in names} for each in self._asked(query, sort, limit)]

    def scoped(self, query: Mapping[str, Any]) -> Mapping[str, Any]:
        """As Store.scoped."""
        return query

    def _asked(
        self, query: Mapping[str, Any], sort: Sequence[tuple[str, int]], limit: int
    ) -> list[dict[str, Any]]:
        self._look()
        query = self.scoped(query)
        self.queries.append(query)
        found = [each for each in self.documents.values() if matches(each, query)]
        for name, direction in sort:
            found.sort(key=lambda each: next(_at(each, name)), reverse=direction < 0)
        return found[:limit]


class AskedOfAgency(AskedStore):
    """Holds each query to one agency, as the desk's stores do."""

    def __init__(self, thing: type, agency: str, *, clock: FakeClock) -> None:
        """As AskedStore, of that agency."""
        super().__init__(thing, clock=clock)
        self.agency = agency

    scoped = AgencyStore.scoped

    def _document(self, entity_id: str) -> dict[str, Any]:
        """As AgencyStore reads by an id."""
        document = super()._document(entity_id)
        if document["agency"] != self.agency:
            raise NotFound("Không tìm thấy.", "There is no such thing.")
        return document


class FakeDockets(AskedOfAgency):
    """Dockets with the real queries."""

    receive = Dockets.receive
    holding = Dockets.holding
    to_change = Dockets.to_change
    about = Dockets.about
    on_list = Dockets.on_list
    in_order = Dockets.in_order
    placed_on = Dockets.placed_on
    saying = Dockets.saying
    _led = Dockets._led  # noqa: SLF001 -- a part of saying
    alarmed = Dockets.alarmed
    with_gaps = Dockets.with_gaps
    _hidden_before = Dockets._hidden_before  # noqa: SLF001 -- a part of on_list


class FakeExplanations(AskedOfAgency):
    """Explanations with the real queries."""

    owed = Explanations.owed
    asked = Explanations.asked


class FakeOfficerBooks(AskedOfAgency):
    """Books of officers with the real queries."""

    of = OfficerBooks.of
    write = OfficerBooks.write
    _read = OfficerBooks._read  # noqa: SLF001 -- as the queries

    @property
    def lately(self) -> TtlCache[OfficerBook]:
        """Remembers nothing, so that a test may put anything into the store."""
        return TtlCache()


class FakeAccessRecords(AskedOfAgency):
    """Readings with the real queries, chained as the real ones are."""

    of = AccessRecords.of
    looked = AccessRecords.looked
    those_turned_away = AccessRecords.those_turned_away

    def append(self, reading: AccessRecord) -> AccessRecord:
        """As Ledger.append."""
        last = self.things[-1].link if self.things else ChainLink()
        linked: AccessRecord = self.save(sealed_after(reading, last, AccessRecords.collection))
        return linked


def _only(document: Mapping[str, Any], names: Sequence[str]) -> Mapping[str, Any]:
    kept = {"_id", *KEPT, *names}
    return {name: document[name] for name in document if not names or name in kept}


def matches(document: Mapping[str, Any], query: Mapping[str, Any]) -> bool:
    """Whether the document answers the query, as a database of MongoDB's protocol decides."""
    return all(_fits(list(_at(document, name)), wanted) for name, wanted in query.items())


def _fits(values: list[Any], wanted: Any) -> bool:
    if not isinstance(wanted, Mapping):
        return wanted in values
    return any(all(_test(value, *each) for each in wanted.items()) for value in values)


def _test(value: Any, operator: str, bound: Any) -> bool:
    if operator == "$in":
        return value in bound
    if value is None:
        return False
    return bool({"$gt": gt, "$gte": ge, "$lt": lt, "$lte": le}[operator](value, bound))


def _at(value: Any, path: str) -> Iterator[Any]:
    name, _, rest = path.partition(".")
    inner = None if value is None else value.get(name)
    for each in inner if isinstance(inner, list | tuple) else [inner]:
        if rest:
            yield from _at(each, rest)
        else:
            yield each


class OurDesk:
    """One agency's desk with its stores, and the two ways in."""

    def __init__(self, agency: str = OURS, clock: FakeClock | None = None) -> None:
        self.agency = agency
        self.clock = clock or FakeClock()
        self.dockets = FakeDockets(Docket, agency, clock=self.clock)
        self.explanations = FakeExplanations(Explanation, agency, clock=self.clock)
        self.offices = FakeOfficerBooks(OfficerBook, agency, clock=self.clock)
        self.readings = FakeAccessRecords(AccessRecord, agency, clock=self.clock)
        self.calendars = FakeCalendarCopies(clock=self.clock, agency=agency)
        self.service = worker_factory(
            Routing,
            settings=SimpleNamespace(agency=agency, agencies="catalogue-data/agencies.json"),
            clock=self.clock,
            dockets=self.dockets,
            explanations=self.explanations,
            offices=self.offices,
            readings=self.readings,
            calendars=self.calendars,
            rulebook=FakeRulebook(),
            job_runner=JobRunner(lambda: self.clock.now().timestamp()),
        )
        self.keys = 0

    def about(self, subject: str, message: str, seq: int = 1) -> MessageMeta:
        return MessageMeta(
            id=message,
            source="motcua:intake",
            subject=subject,
            time=self.clock.now(),
            seq=seq,
            agency=self.agency,
        )

    def order(self, dossier: str = "d1", step: str = "d1.1", **changes: Any) -> None:
        values: dict[str, Any] = {
            "agency": self.agency,
            "step": step,
            "code": "000.00.00.H41-261123-0001",
            "procedure": "1.009645",
            "procedure_name": "Chấp thuận chủ trương đầu tư",
            "action": "có ý kiến thẩm định",
            "due": self.clock.now() + timedelta(days=9),
            "applicant": "Công ty A",
        }
        order = StepOrder(**(values | changes))
        self.service.receive(order, self.about(dossier, f"order {step}"))

    def request(self, body: object = None, *, officer: str = "an", **query: str) -> Request:
        self.keys += 1
        return Request(
            method="POST",
            path=f"/{self.keys}",
            headers={
                "content-type": "application/json",
                "idempotency-key": f"key-{self.keys}",
            },
            query=query,
            stream=BytesIO(json.dumps(body).encode()),
            who=Identity(subject=officer, scopes=frozenset({"desk"}), agency=self.agency),
        )

    @property
    def told(self) -> list[str]:
        return [message.TYPE for message in self.dockets.messages]
