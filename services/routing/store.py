"""The desk's stores: dockets, explanations owed, the book of officers, access records.

Lists are read page by page (foundation/persistence/paging.py).
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar

from contracts.envelope import write_time
from contracts.history import Entry
from contracts.message import Message
from foundation import timekeeping
from foundation.errors import NotFound
from foundation.outbox import CHAIN_INDEX, AuditLog, Store
from foundation.persistence import Idempotency, Index, TtlCache
from foundation.persistence.paging import PageQuery, after_key, moment_of, next_span
from foundation.web.access_audit import AccessDenied, AccessDeniedListener
from services.routing.domain.docket.docket import Change, Docket, ListRow, rows
from services.routing.domain.docket.lists import BEGINNING, END, NEAR, SCATTERED, SEVERAL, Sought
from services.routing.domain.docket.reading import TURNED_AWAY, AccessRecord
from services.routing.domain.orders.explanation import Explanation
from services.routing.domain.staff.officers import OfficerBook

T = TypeVar("T")

# What one officer holds or was told of is little.
SHORT = ("officer:", "told")
FIRST_SEARCHED = timedelta(hours=6)
# A search of several words looks through so many dockets before it shows what it has.
MOST_SEARCHED = 50
MOST_HIDDEN = 500
GAP_AFTER = timedelta(minutes=1)
A_MOMENT = timedelta(milliseconds=1)
# What is read of a docket to show it on a list.
LISTED = ("agency", "code", "procedure", "procedure_name", "steps", "place")
FOUND = (*LISTED, "words", "came")


class AgencyStore(Store[T]):
    """A store that sees one agency's things, whatever else lies in the database.

    The agency is that of the process's settings. It is added to every query, and what is read by
    its id is held to it too, so that no query of a subclass can leave it out.
    """

    @property
    def agency(self) -> str:
        """The code of the agency whose desk this is."""
        return str(self.settings.agency)

    def scoped(self, query: Mapping[str, Any]) -> Mapping[str, Any]:
        """The query, of this agency's things only."""
        return {**query, "agency": self.agency}

    def history(self, entity_id: str) -> list[Entry]:
        """Everything that happened to the thing; NotFound if it is another agency's."""
        self._document(entity_id)
        return super().history(entity_id)

    def _known(self, entity_id: str) -> dict[str, Any]:
        document = super()._known(entity_id)
        return document if document.get("agency") == self.agency else {}


class Dockets(AgencyStore[Docket]):
    """Store of dockets: one for each dossier that ever reached this desk."""

    entity = Docket
    collection = "dockets"
    indexes = (
        Index(name="agency_step", keys=(("agency", 1), ("steps.id", 1))),
        Index(name="agency_list_place", keys=(("agency", 1), ("lists", 1), ("place", 1))),
        Index(name="agency_word_came", keys=(("agency", 1), ("words", 1), ("came", 1))),
        Index(name="agency_alarm", keys=(("agency", 1), ("alarm", 1))),
        Index(name="agency_gap", keys=(("agency", 1), ("heard.since", 1))),
    )

    def receive(
        self, dossier: str, decide: Callable[[Docket | None], Change], *, once: Idempotency
    ) -> Docket:
        """Open the docket of the dossier, or add to it.

        Raises:
            Duplicate: the order was received before.
            Stale: another agency's docket has this id.
        """
        return self.change_or_create(dossier, None, decide, once=once)

    def holding(self, step: str) -> Docket:
        """The agency's docket with this step (index `agency_step`); NotFound if there is none."""
        docket = self.find_one({"steps.id": step})
        if docket is None:
            raise NotFound("Không tìm thấy bước này.", "There is no such step.")
        return docket

    def about(self, dossier: str) -> Docket:
        """The agency's docket of that dossier (by its id); NotFound if there is none."""
        docket = self.find_one({"_id": dossier})
        if docket is None:
            raise NotFound("Không tìm thấy hồ sơ này.", "There is no such dossier here.")
        return docket

    def on_list(
        self, sought: Sought, now: datetime, *, limit: int, after: str = ""
    ) -> list[ListRow]:
        """Steps of that part of the lists, the most urgent first; those behind the place `after`.

        By the index `agency_list_place`: a docket is found by the earliest deadline of its open
        steps.
        """
        query = PageQuery(
            filter={"lists": _any_of(sought.keys)},
            key="place",
            after=after,
            since=after_key(sought.after),
            until=after_key(sought.until),
            limit=limit,
            now=now,
            hint=sought.only,
            short=all(key.startswith(SHORT) for key in sought.keys),
        )
        hidden = self._hidden_before(query.begin)
        return self.page(query, rows=partial(rows, sought=sought), hidden=hidden, only=LISTED)

    def in_order(
        self,
        keys: tuple[str, ...],
        now: datetime,
        *,
        limit: int,
        only: tuple[str, ...] = (),
        after: str = "",
    ) -> list[Docket]:
        """Dockets on any of the lists, the most urgent first; those behind the place `after`.

        By the index `agency_list_place`; `only` is what is read of them beside the steps.
        """
        query = PageQuery(
            filter={"lists": _any_of(keys)},
            key="place",
            after=after,
            limit=limit,
            now=now,
            hint=only,
        )
        return self.page(query, only=(*LISTED, *only))

    def placed_on(self, key: str, *, limit: int) -> list[str]:
        """The ids of dockets with a step on that list, in no order (index `agency_list_place`)."""
        return self.ids({"lists": key}, limit=limit)

    def _hidden_before(self, place: str) -> list[Docket]:
        """The few dockets whose sought step may be hidden behind an earlier one of theirs."""
        if place <= after_key(BEGINNING):
            return []
        found: list[Docket] = []
        near = write_time(moment_of(place) - NEAR)
        for key, after in ((SEVERAL, near), (SCATTERED, write_time(BEGINNING))):
            query = {"lists": key, "place": {"$gt": after, "$lte": place}}
            found += self.find(query, limit=MOST_HIDDEN, only=LISTED)
        return found

    def saying(
        self, words: Sequence[str], now: datetime, *, limit: int, after: str = ""
    ) -> tuple[list[Docket], str]:
        """Dockets that have all of the words, the newest first; those behind the place `after`.

        By the index `agency_word_came` for the first word, which should be the rarest. If it is
        not rare enough, fewer are found, and behind which place to search on.
        """
        found: list[Docket] = []
        looked, span = 0, FIRST_SEARCHED
        until, most = moment_of(after) if after else END, MOST_SEARCHED if words[1:] else limit
        while words and until > BEGINNING:
            since = max(min(until, now) - span, BEGINNING)
            window = self._came_within(words[0], since, until, limit=most)
            new = [docket for docket in window if not after or docket.arrival < after]
            for docket in new:
                after, looked = docket.arrival, looked + 1
                found += [docket] if set(words) <= set(docket.words) else []
                if len(found) == limit:
                    return found, ""
            if looked >= most:
                return found, after
            wanted = min(limit - len(found), most - looked)
            span = max(next_span(span, len(new), wanted), FIRST_SEARCHED)
            cut = window[-1].came if len(window) == most else None
            until = (cut if new else cut - A_MOMENT) if cut else since
        return found, ""

    def _came_within(
        self, word: str, since: datetime, until: datetime, *, limit: int
    ) -> list[Docket]:
        """Dockets with the word that came in (since, until], the newest first."""
        query = {"words": word, "came": {"$gt": since, "$lte": until}}
        return self.find(query, sort=(("came", -1),), limit=limit, only=FOUND)

    def alarmed(self, now: datetime, *, limit: int) -> list[str]:
        """The ids of dockets with a step that somebody must be told of (index `agency_alarm`)."""
        return self.ids({"alarm": {"$gt": BEGINNING, "$lte": now}}, limit=limit)

    def with_gaps(self, before: datetime, *, limit: int) -> list[Docket]:
        """Dockets of which an order has been missed since before then (index `agency_gap`)."""
        query = {"heard.since": {"$gt": BEGINNING, "$lte": before}}
        return self.find(query, sort=(("heard.since", 1),), limit=limit)


class Explanations(AgencyStore[Explanation]):
    """Store of explanations: one for each feedback that the centre passed on to this agency."""

    entity = Explanation
    collection = "explanations"
    indexes = (Index(name="agency_explained", keys=(("agency", 1), ("explained", 1))),)

    def owed(self, *, limit: int) -> list[Explanation]:
        """Questions without an answer, the most urgent first (index `agency_explained`)."""
        return self.find({"explained": None}, sort=(("answer_by", 1),), limit=limit)

    def asked(self, feedback: str) -> Explanation:
        """The question to this agency; NotFound when it was never asked."""
        found = self.find_one({"_id": feedback})
        if found is None:
            raise NotFound("Không tìm thấy yêu cầu giải trình.", "There is no such question.")
        return found


class OfficerBooks(AgencyStore[OfficerBook]):
    """Store of the book of officers: one for each agency."""

    entity = OfficerBook
    collection = "offices"

    def setup(self) -> None:
        """Begin with an empty cache."""
        super().setup()
        self.lately = TtlCache[OfficerBook]()

    def of(self, agency: str) -> OfficerBook:
        """The agency's book as it was within the last second; an empty one if it keeps none."""
        return self.lately.get(agency, partial(self._read, agency))

    def _read(self, agency: str) -> OfficerBook:
        return self.find_one({"_id": agency}) or OfficerBook(id=agency, agency=agency)

    def write(
        self,
        agency: str,
        decide: Callable[[OfficerBook], tuple[OfficerBook, Sequence[Message]]],
        *,
        once: Idempotency | None = None,
    ) -> OfficerBook:
        """Change the agency's book, or begin it; two who begin it come one after the other."""
        try:
            blank = OfficerBook(id=agency, agency=agency)
            return self.change_or_create(agency, blank, decide, once=once)
        finally:
            self.lately.forget(agency)


class DeskCalendars(AgencyStore[timekeeping.CalendarCopy], timekeeping.CalendarCopies):
    """The desk's copy of the calendar of the centre's unit."""


class AccessRecords(AgencyStore[AccessRecord], AuditLog[AccessRecord], AccessDeniedListener):
    """Audit log of readings of personal data and of refused access; append-only, hash-chained."""

    entity = AccessRecord
    collection = "readings"
    indexes = (
        CHAIN_INDEX,
        Index(name="agency_dossier_at", keys=(("agency", 1), ("dossier", 1), ("at", 1))),
        Index(name="agency_what_at", keys=(("agency", 1), ("what", 1), ("at", 1))),
    )

    def on_access_denied(self, denial: AccessDenied) -> None:
        """Record that a route of this desk refused somebody."""
        who = denial.who
        self.append(
            AccessRecord(
                agency=self.agency,
                officer=who.subject,
                at=self.settings.time_scale.at(denial.at),
                what=TURNED_AWAY,
                dossier=denial.thing,
                door=denial.door,
                reason=denial.reason,
                sent_by=who.agency,
            )
        )

    def those_turned_away(self, now: datetime, *, limit: int) -> list[AccessRecord]:
        """Who was turned away, the latest first (index `agency_what_at`)."""
        query = PageQuery(filter={"what": TURNED_AWAY}, key="at", newest=True, limit=limit, now=now)
        return self.page(query)

    def of(self, dossier: str, *, limit: int) -> list[AccessRecord]:
        """Who read the dossier, the latest first (index `agency_dossier_at`)."""
        return self.find({"dossier": dossier}, sort=(("at", -1),), limit=limit)


def _any_of(values: Sequence[str]) -> Any:
    """What a field must be to be one of these: for one, the same as for a single value."""
    return values[0] if len(values) == 1 else {"$in": list(values)}
