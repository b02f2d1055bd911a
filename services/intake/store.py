"""Where intake keeps dossiers, its copy of the procedures, and the calendar of the unit."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from threading import Lock
from typing import Any, TypeVar

from contracts.envelope import write_time
from contracts.message import Message
from foundation.errors import Duplicate, NotFound, Stale
from foundation.outbox import AuditLog, Store, WordSearch
from foundation.persistence import (
    Idempotency,
    Index,
    MomentQuery,
    PageQuery,
    Spread,
    TtlCache,
    last_position,
)
from services.intake.domain.calendar.unit_calendar import BEGINNING, ScanCursor, UnitCalendar
from services.intake.domain.case.dossier import UNDER_WAY, Dossier, State
from services.intake.domain.case.procedure import Procedure
from services.intake.domain.case.succession import KnownAgency
from services.intake.domain.counter.dossier_code import code_of, codes_of
from services.intake.domain.counter.finding import A_DAY, FOUND, LookupRecord, counted_back
from services.intake.domain.counter.known_document import KnownDocument
from services.intake.domain.lateness.late_list import LATE
from services.intake.settings import IntakeSettings

R = TypeVar("R")

# Other processes number dossiers of the same day; each round lets at least one of them through.
ROUNDS = 20
MOST_AT_ONCE, MOST_IN_A_MOMENT, MOST_AGENCIES = 200, 100_000, 10_000
# What is still somebody's to do something about; of the rest there is ever more.
OPEN = frozenset((State.SUBMITTED, State.RESOLVED, *UNDER_WAY))
A_MOMENT = timedelta(milliseconds=1)
UNDER_RECEIPT = {"state": State.SUBMITTED.value}


class Dossiers(WordSearch[Dossier]):
    """One document per dossier."""

    entity = Dossier
    collection = "dossiers"
    indexes = (
        Index(name="code", keys=(("code", 1),), unique=True, partial={"code": {"$gt": ""}}),
        Index(name="state_submitted", keys=(("state", 1), ("submitted", 1))),
        Index(name="received_without_code", keys=(("received", 1),), partial=UNDER_RECEIPT),
        # Not partial, although most have none: that doubles what a write costs the embedded server.
        Index(name="alarm", keys=(("alarm", 1),)),
        Index(name="silent", keys=(("silent", 1),)),
        Index(name="remind", keys=(("remind", 1),)),
        Index(name="pressing", keys=(("pressing", 1), ("press_order", 1))),
        Index(name="word_found_at", keys=(("words", 1), ("found_at", 1))),
    )

    def setup(self) -> None:
        """Nothing counted yet."""
        super().setup()
        self._under_way = 0
        self._turn = Lock()
        self._last_numbers: dict[str, int] = {}

    def by_code(self, code: str, *, owner: str = "") -> Dossier:
        """The dossier with this code, by the index `code`; NotFound when there is none.

        With an `owner`, one that is somebody else's is not read: it is as if it were not there.
        """
        # Told to look above "", the database knows that the partial index will do.
        query: dict[str, object] = {"code": {"$eq": code, "$gt": ""}}
        found = self.find_one(query | ({"owner": owner} if owner else {}))
        if found is None:
            raise NotFound("Không có hồ sơ mang mã này.", "No dossier has this code.")
        return found

    def in_state(
        self, state: State, now: datetime, *, limit: int, after: str = ""
    ) -> tuple[list[Dossier], str]:
        """Dossiers in a state, the oldest first; those behind the place `after`, or from the first.

        Also where to go on. By the index `state_submitted`.
        """
        return self.page_by_moment(
            MomentQuery(
                filter={"state": state.value},
                key="submitted",
                after=after,
                limit=limit,
                now=now,
                spread=Spread.OPEN if state in OPEN else Spread.GROWING,
            )
        )

    def oldest_under_way(self) -> datetime | None:
        """When the oldest dossier under way was handed in (index `state_submitted`)."""
        first = (self.submitted_first(each) for each in UNDER_WAY)
        return min((each for each in first if each), default=None)

    def submitted_first(self, state: State) -> datetime | None:
        """When the oldest dossier in a state was handed in (index `state_submitted`)."""
        query, oldest = {"state": state.value}, (("submitted", 1),)
        found = self.find(query, sort=oldest, limit=1)
        return found[0].submitted if found else None

    def in_book(self, book: str, after: str, *, limit: int) -> list[Dossier]:
        """Dossiers of one unit and day by their codes, those after a code (index `code`).

        A day of more than 9,999 numbers, which no unit has seen, is in the order of letters.
        """
        first, behind = codes_of(book)
        query = {"code": {"$gt": max(after, first), "$lt": behind}}
        return self.find(query, sort=(("code", 1),), limit=limit)

    def received_without_code(self, before: datetime, *, limit: int) -> list[str]:
        """The ids of those whose receipt stopped short (index `received_without_code`)."""
        query = {"state": State.SUBMITTED.value, "received": {"$lt": before}}
        return self.ids(query, limit=limit)

    def alarmed(self, before: datetime, *, limit: int) -> list[str]:
        """The ids of dossiers with an alarm before a moment (index `alarm`)."""
        return self.ids({"alarm": {"$gt": BEGINNING, "$lt": before}}, limit=limit)

    def silent(self, now: datetime, *, limit: int) -> list[str]:
        """The ids of dossiers in which an agency's silence has become consent (index `silent`)."""
        return self.ids({"silent": {"$gt": BEGINNING, "$lte": now}}, limit=limit)

    def reminding(self, now: datetime, *, limit: int) -> list[str]:
        """The ids of dossiers of which somebody must be told by now (index `remind`)."""
        return self.ids({"remind": {"$gt": BEGINNING, "$lte": now}}, limit=limit)

    def late(
        self,
        place: str,
        after: str,
        now: datetime,
        row: Callable[[Dossier], R | None],
        *,
        limit: int,
    ) -> list[R]:
        """Rows of what is late at a place of the director's list, behind `after`, longest first.

        By the index `pressing`. A dossier that `row` makes nothing of is passed over.
        """
        query = PageQuery(
            filter={"pressing": place},
            key="press_order",
            attribute="schedule.press_order",
            after=after,
            until=write_time(now),
            limit=limit,
            now=now,
        )
        return self.page(
            query, rows=lambda each: [found] if (found := row(each)) else [], only=LATE
        )

    def saying(
        self, words: Sequence[str], now: datetime, *, limit: int, after: str = ""
    ) -> tuple[list[Dossier], str]:
        """Dossiers with all of the words, the newest first (index `word_found_at`)."""
        since, now = write_time(counted_back(now + A_DAY)), counted_back(now)
        query = PageQuery(filter={}, key="found_at", after=after, since=since, limit=limit, now=now)
        return self.having(words, query, only=FOUND)

    def not_findable(self, *, limit: int) -> list[str]:
        """The ids of dossiers from before there was a search (index `word_found_at`)."""
        return self.ids({"words": None}, limit=limit)

    def open_by_agency(self, now: datetime, soon: datetime) -> dict[str, dict[str, int]]:
        """How many are on their way, by agency (index `state_submitted`).

        For each agency "all" of them, those due "soon" (after now), and those "over" by now.
        """
        counted: dict[str, dict[str, int]] = {}
        for each in self._on_their_way(now):
            counts = counted.setdefault(each["agency"], {"all": 0, "soon": 0, "over": 0})
            counts["all"] += 1
            counts["soon"] += each["due"] is not None and now < each["due"] <= soon
            counts["over"] += each["due"] is not None and each["due"] <= now
        self._under_way = sum(each["all"] for each in counted.values())
        return counted

    def under_way(self, now: datetime) -> int:
        """About how many are on their way: as this process counted last, if it has."""
        return self._under_way or sum(1 for _ in self._on_their_way(now))

    def _on_their_way(self, now: datetime) -> Iterator[Mapping[str, Any]]:
        """Agency and due date of each, window by window: one long look would hold up all others."""
        walk = ScanCursor(edition=0)
        while walk.state < len(UNDER_WAY):
            state, until = UNDER_WAY[walk.state], walk.until(now)
            query = {"state": state.value, "submitted": {"$gt": walk.after, "$lte": until}}
            # What came in one moment cannot be parted: that is taken whole.
            most = MOST_AT_ONCE if until - walk.after > A_MOMENT else MOST_IN_A_MOMENT
            found = self.values(query, ("agency", "due"), limit=most + 1)
            if len(found) > most:
                walk = walk.narrower()
            else:
                yield from found
                walk = walk.onward(now, len(found), size=MOST_AT_ONCE // 2)

    def submitted(
        self, state: State, after: datetime, until: datetime, *, limit: int
    ) -> list[Dossier]:
        """Dossiers in a state, submitted in (after, until], in any order (`state_submitted`)."""
        query = {"state": state.value, "submitted": {"$gt": after, "$lte": until}}
        return self.find(query, limit=limit)

    def numbered(self, book: str, write: Callable[[int], Dossier]) -> Dossier:
        """Have a dossier written with the next number of the day book; what `write` gives.

        In one process numbers are written one at a time: only processes compete, and the unique
        index `code` refuses the later one, which then writes with the number after.

        Raises:
            Stale: other processes were always faster.
            Whatever `write` raises; the number is then the next one's.
        """
        with self._turn:
            for _ in range(ROUNDS):
                number = self._last_number(book) + 1
                try:
                    written = write(number)
                except Duplicate as error:
                    if error.answer is not None or not self._has_number(book, number):
                        raise
                    self._last_numbers[book] = self._measured(book, number)
                    continue
                if written.code == code_of(book, number):
                    self._last_numbers[book] = number
                return written
        raise Stale(
            "Nhiều quầy đang cấp mã cùng lúc; xin thử lại.",
            "Many counters are taking numbers at once; please try again.",
        )

    def _last_number(self, book: str) -> int:
        """The last number written in the book; after our own write nothing is asked."""
        if book not in self._last_numbers:
            self._last_numbers[book] = self._measured(book, 0)
        return self._last_numbers[book]

    def _measured(self, book: str, known: int) -> int:
        return last_position(known, partial(self._has_number, book))

    def _has_number(self, book: str, number: int) -> bool:
        code = code_of(book, number)
        return bool(self.ids({"code": {"$eq": code, "$gt": ""}}, limit=1))


class Procedures(Store[Procedure]):
    """The published procedures by their code, as the catalogue told them."""

    entity = Procedure
    collection = "procedures"

    def setup(self) -> None:
        """Nothing remembered yet."""
        super().setup()
        self._lately = TtlCache[Procedure]()

    def lately(self, code: str) -> Procedure:
        """The procedure as it was within the last second.

        A submission needs no more: what is in force is looked at again at the receipt.
        """
        return self._lately.get(code, partial(self.get, code))

    def learn(
        self,
        code: str,
        decide: Callable[[Procedure], tuple[Procedure, Sequence[Message]]],
        *,
        once: Idempotency,
    ) -> Procedure:
        """Change the procedure, or begin with an empty one."""
        return self.change_or_create(code, Procedure(id=code), decide, once=once)


class KnownAgencies(Store[KnownAgency]):
    """The agencies by their code, as the catalogue told them: who ended, and who took over."""

    entity = KnownAgency
    collection = "agencies"
    indexes = (Index(name="edition", keys=(("edition", 1),)),)

    def setup(self) -> None:
        """Nothing remembered yet."""
        super().setup()
        self._lately = TtlCache[dict[str, KnownAgency]]()

    def lately(self) -> Mapping[str, KnownAgency]:
        """All of them as they were within the last second (index `edition`): some hundreds.

        None when nobody wrote agencies into the catalogue: then all go on as they are.
        """
        return self._lately.get("", self._all)

    def learn(
        self,
        code: str,
        decide: Callable[[KnownAgency], tuple[KnownAgency, Sequence[Message]]],
        *,
        once: Idempotency,
    ) -> KnownAgency:
        """Change the agency, or begin with one of which nothing is known."""
        return self.change_or_create(code, KnownAgency(id=code), decide, once=once)

    def _all(self) -> dict[str, KnownAgency]:
        return {each.id: each for each in self.find({"edition": {"$gt": 0}}, limit=MOST_AGENCIES)}


class Calendars(Store[UnitCalendar]):
    """The calendar of the unit, with every edition it had."""

    settings: IntakeSettings
    entity = UnitCalendar
    collection = "calendars"

    def setup(self) -> None:
        """Nothing remembered yet."""
        super().setup()
        self._lately = TtlCache[UnitCalendar]()

    def now(self) -> UnitCalendar:
        """The unit's calendar as it was within the last second."""
        return self._lately.get(self.settings.unit, self.newest)

    def newest(self) -> UnitCalendar:
        """The unit's calendar; until it decides on one, that of the nation."""
        unit = self.settings.unit
        return self.find_one({"_id": unit}) or UnitCalendar(id=unit)

    def decide(
        self,
        decide: Callable[[UnitCalendar], tuple[UnitCalendar, Sequence[Message]]],
        *,
        once: Idempotency | None = None,
    ) -> UnitCalendar:
        """Change the calendar, or begin with the nation's."""
        unit = self.settings.unit
        return self.change_or_create(unit, UnitCalendar(id=unit), decide, once=once)


class KnownDocuments(Store[KnownDocument]):
    """The uploaded documents, as the documents service told of them; each is found by its id."""

    entity = KnownDocument
    collection = "known_documents"

    def among(self, ids: Iterable[str]) -> dict[str, KnownDocument]:
        """Those of the documents that are known, by their id, all in one query."""
        wanted = sorted(set(ids))
        found = self.find({"_id": {"$in": wanted}}, limit=len(wanted)) if wanted else []
        return {each.id: each for each in found}

    def learn(
        self,
        document: str,
        decide: Callable[[KnownDocument], tuple[KnownDocument, Sequence[Message]]],
        *,
        once: Idempotency,
    ) -> KnownDocument:
        """Change what is known of the document, or begin with nothing."""
        return self.change_or_create(document, KnownDocument(id=document), decide, once=once)


class Lookups(AuditLog[LookupRecord]):
    """Audit log of who looked for a dossier at the counter; append-only, hash-chained."""

    entity = LookupRecord
    collection = "lookups"
