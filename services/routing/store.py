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
from foundation.outbox import CHAIN_INDEX, AuditLog, Reading, Store
from foundation.persistence import Idempotency, Index, MomentQuery, PageQuery, Spread, TtlCache
from foundation.places import BEGINNING, Within, after_key, id_at, moment_of
from foundation.web.access_audit import AccessDenied, AccessDeniedListener
from services.routing.domain.docket.docket import Change, Docket, ListRow, rows
from services.routing.domain.docket.lists import NEAR, SCATTERED, SEVERAL, Sought
from services.routing.domain.docket.reading import TURNED_AWAY, AccessRecord
from services.routing.domain.docket.search_words import MOST_LEADS, Lead, leads
from services.routing.domain.orders.explanation import Explanation
from services.routing.domain.staff.officers import OfficerBook

T = TypeVar("T")

# What one officer holds or was told of is little.
SHORT = ("officer:", "told")
# A search of several words looks through so many dockets before it shows what it has.
MOST_SEARCHED, MOST_HIDDEN = 50, 500
GAP_AFTER = timedelta(minutes=1)
NO_STEP = "Không tìm thấy bước này.", "There is no such step."
NO_DOSSIER = "Không tìm thấy hồ sơ này.", "There is no such dossier here."
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

    def _known(self, entity_id: str, *fields: Mapping[str, int]) -> dict[str, Any]:
        document = super()._known(entity_id, *fields)
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
        return _found(self.find_one({"steps.id": step}), *NO_STEP)

    def to_change(self, step: str) -> Reading[Docket]:
        """As `holding`, to look at the docket and then to change it."""
        return _found(self.read_one({"steps.id": step}), *NO_STEP)

    def about(self, dossier: str) -> Docket:
        """The agency's docket of that dossier (by its id); NotFound if there is none."""
        return _found(self.find_one({"_id": dossier}), *NO_DOSSIER)

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
        """Dockets that say what is asked for, the newest first; those behind the place `after`.

        By the index `agency_word_came`. Also behind which place to search on, "" if nowhere; the
        place names the lead that found something, so that all pages are of one search. If its
        word is common, fewer than `limit` are found, or none, and the search goes on.
        """
        place, first = _led_by(after)
        unfinished = ""
        for number, lead in [*enumerate(leads(words))][first:]:
            found, onward = self._led(lead, now, limit, place)
            onward = f"{onward} {number}" if onward and number else onward
            if found or id_at(place) or (onward and not number):
                return found, onward
            unfinished = unfinished or onward
        return [], unfinished

    def _led(self, lead: Lead, now: datetime, limit: int, after: str) -> tuple[list[Docket], str]:
        query = MomentQuery(
            filter={"words": lead.word},
            key="came",
            after=after,
            limit=max(limit, MOST_SEARCHED) if len(lead.words) > 1 else limit,
            now=now,
            newest=True,
        )
        looked_at, onward = self.page_by_moment(query, only=FOUND)
        found = [docket for docket in looked_at if lead.words <= set(docket.words)]
        return found[:limit], found[limit - 1].arrival if len(found) > limit else onward

    def alarmed(self, now: datetime, *, limit: int) -> list[str]:
        """The ids of dockets with a step that somebody must be told of (index `agency_alarm`)."""
        return self.ids({"alarm": {"$gt": BEGINNING, "$lte": now}}, limit=limit)

    def with_gaps(
        self, before: datetime, *, limit: int, after: str = ""
    ) -> tuple[list[Docket], str]:
        """Dockets of which an order has been missed since before then, the longest missed first.

        Those behind the place `after`, and where to go on. By the index `agency_gap`.
        """
        return self.page_by_moment(
            MomentQuery(
                filter={}, key="heard.since", after=after, until=before, limit=limit, now=before
            )
        )


class Explanations(AgencyStore[Explanation]):
    """Store of explanations: one for each feedback that the centre passed on to this agency."""

    entity = Explanation
    collection = "explanations"
    indexes = (Index(name="agency_owed", keys=(("agency", 1), ("explained", 1), ("answer_by", 1))),)

    def owed(self, now: datetime, *, limit: int, after: str = "") -> tuple[list[Explanation], str]:
        """Questions without an answer, the most urgent first; those behind the place `after`.

        Also where to go on. By the index `agency_owed`.
        """
        return self.page_by_moment(
            MomentQuery(
                filter={"explained": None}, key="answer_by", after=after, limit=limit, now=now
            )
        )

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
        Index(name="agency_at", keys=(("agency", 1), ("at", 1))),
        Index(name="agency_officer_at", keys=(("agency", 1), ("officer", 1), ("at", 1))),
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

    def those_turned_away(
        self, now: datetime, *, limit: int, after: str = ""
    ) -> tuple[list[AccessRecord], str]:
        """Who was turned away, the latest first (index `agency_what_at`); and where to go on."""
        return self.latest({"what": TURNED_AWAY}, now, limit=limit, after=after)

    def looked(
        self, officer: str, within: Within, now: datetime, *, limit: int, after: str = ""
    ) -> tuple[list[AccessRecord], str]:
        """What everybody did, or one officer, within that time, the latest first.

        Also where to go on. By the index `agency_at`, or `agency_officer_at`.
        """
        about = {"officer": officer} if officer else {}
        return self.latest(
            about, now, limit=limit, after=after, within=within, spread=Spread.GROWING
        )

    def of(
        self, dossier: str, now: datetime, *, limit: int, after: str = ""
    ) -> tuple[list[AccessRecord], str]:
        """Who read the dossier, the latest first (index `agency_dossier_at`); where to go on."""
        return self.latest({"dossier": dossier}, now, limit=limit, after=after, spread=Spread.FEW)


def _found(what: T | None, vi: str, en: str) -> T:
    if what is None:
        raise NotFound(vi, en)
    return what


def _led_by(place: str) -> tuple[str, int]:
    """Of the place behind which a search goes on, the docket's own, and the number of its lead."""
    moment, *ids = place.split(" ")
    number = int(ids[1]) if ids[1:] and ids[1].isdecimal() else 0
    return " ".join((moment, *ids[:1])), min(number, MOST_LEADS)


def _any_of(values: Sequence[str]) -> Any:
    """What a field must be to be one of these: for one, the same as for a single value."""
    return values[0] if len(values) == 1 else {"$in": list(values)}
