"""The store of dossiers, with its named queries and the numbering of a day."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from threading import Lock
from typing import Any, TypeVar

from contracts.envelope import write_time
from foundation.errors import Duplicate, NotFound, Stale
from foundation.outbox import WordSearch
from foundation.persistence import (
    Index,
    MomentQuery,
    PageQuery,
    Spread,
    last_position,
)
from foundation.places import counted_back
from services.intake.domain.calendar.unit_calendar import BEGINNING, ScanCursor
from services.intake.domain.case.dossier import UNDER_WAY, Dossier, State
from services.intake.domain.counter.citizen_list import part_of
from services.intake.domain.counter.dossier_code import code_of, codes_of
from services.intake.domain.counter.finding import A_DAY, FOUND, LISTED
from services.intake.domain.lateness.late_list import LATE
from services.intake.store.open_count import COUNTED, TOO_OLD, OpenCount

R = TypeVar("R")

# Other processes number dossiers of the same day; each round lets at least one of them through.
ROUNDS = 20
MOST_AT_ONCE, MOST_IN_A_MOMENT = 200, 100_000
# No unit gives more results in a day: a book has numbers for fewer.
MOST_A_DAY = 20_000
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
        Index(name="ask_at", keys=(("ask_at", 1),)),
        Index(name="pressing", keys=(("pressing", 1), ("press_order", 1))),
        Index(name="word_found_at", keys=(("words", 1), ("found_at", 1))),
        Index(name="owned", keys=(("owned", 1),)),
        Index(name="resolved", keys=(("resolved", 1),)),
    )

    def setup(self) -> None:
        """Nothing counted yet."""
        super().setup()
        self._under_way = 0
        self._counting: OpenCount | None = None
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

    def has(self, dossier_id: str) -> bool:
        """Whether there is a dossier with this id."""
        return bool(self.ids({"_id": dossier_id}, limit=1))

    def in_state(
        self, state: State, now: datetime, *, limit: int, after: str = ""
    ) -> tuple[list[Dossier], str]:
        """Dossiers in a state, the oldest first; those behind the place `after`, or from the first.

        Of each what a row of a list needs; also where to go on. By the index `state_submitted`.
        """
        return self.page_by_moment(
            MomentQuery(
                filter={"state": state.value},
                key="submitted",
                after=after,
                limit=limit,
                now=now,
                spread=Spread.OPEN if state in OPEN else Spread.GROWING,
            ),
            only=LISTED,
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

    def in_book(
        self, book: str, after: str, *, limit: int, only: Sequence[str] = ()
    ) -> list[Dossier]:
        """Dossiers of one unit and day by their codes, those after a code (index `code`).

        `only` names the fields that are read, without it all are. A day of more than 9,999
        numbers, which no unit has seen, is in the order of letters.
        """
        first, behind = codes_of(book)
        query = {"code": {"$gt": max(after, first), "$lt": behind}}
        return self.find(query, sort=(("code", 1),), limit=limit, only=only)

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

    def awaiting_payment(self, now: datetime, *, limit: int) -> list[str]:
        """The ids of dossiers of whose online payment the platform is to be asked (`ask_at`)."""
        return self.ids({"ask_at": {"$gt": BEGINNING, "$lte": now}}, limit=limit)

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
        return self.pressing(place, after, ("", write_time(now)), now, row, limit=limit)

    def saying(
        self, words: Sequence[str], now: datetime, *, limit: int, after: str = ""
    ) -> tuple[list[Dossier], str]:
        """Dossiers with all of the words, the newest first (index `word_found_at`)."""
        since, now = write_time(counted_back(now + A_DAY)), counted_back(now)
        query = PageQuery(filter={}, key="found_at", after=after, since=since, limit=limit, now=now)
        return self.having(words, query, only=FOUND)

    def not_findable(self, *, limit: int) -> list[str]:
        """The ids of those that have no place on their owner's list yet (index `owned`).

        Older ones, from before there was a search, have no search words either.
        """
        return self.ids({"owned": None}, limit=limit)

    def owned(self, owner: str, *, limit: int, after: str = "") -> list[Dossier]:
        """A citizen's own, open ones first; those behind a place (index `owned`).

        The embedded server looks at all that this one citizen has, and at nobody else's.
        """
        begin, end = part_of(owner, after)
        query = {"owner": owner, "owned": {"$gt": begin, "$lt": end}}
        return self.find(query, sort=(("owned", 1),), limit=limit)

    def pressing(
        self,
        place: str,
        after: str,
        within: tuple[str, str],
        now: datetime,
        row: Callable[[Dossier], R | None],
        *,
        limit: int,
    ) -> list[R]:
        """Rows of what runs at a place of the director's list, the most pressing first.

        Behind `after`, and `within` two places on that list, "" for no bound. By the index
        `pressing`. A dossier that `row` makes nothing of is passed over.
        """
        since, until = within
        query = PageQuery(
            filter={"pressing": place},
            key="press_order",
            attribute="schedule.press_order",
            after=after,
            limit=limit,
            now=now,
            # What begins now is no more dense where what began long ago was.
            hint=bool(since),
            since=since or PageQuery.since,
            until=until or PageQuery.until,
        )
        return self.page(
            query, rows=lambda each: [found] if (found := row(each)) else [], only=LATE
        )

    def resolved_since(
        self, begin: datetime, now: datetime, *, limit: int, after: str = ""
    ) -> tuple[list[Dossier], str]:
        """Dossiers whose result came since a moment, the oldest first (index `resolved`)."""
        return self.page_by_moment(
            MomentQuery(filter={}, key="resolved", since=begin, after=after, limit=limit, now=now),
            only=(*LISTED, "resolved"),
        )

    def day_counts(self, book: str, begin: datetime, now: datetime) -> tuple[int, int]:
        """How many were taken in by a day's book, and how many results came since its beginning.

        By the indexes `code` and `resolved`; the second reads what a day has, no more.
        """
        query = {"resolved": {"$gt": begin, "$lte": now}}
        results = self.values(query, ("state",), limit=MOST_A_DAY)
        return self._measured(book, 0), len(results)

    def count_on(self, now: datetime, soon: datetime) -> OpenCount | None:
        """How many are on their way (index `state_submitted`); None while it counts.

        A call looks at some of them, and the next one goes on from there.
        """
        count, self._counting = self._counting, None
        if count is None or now - count.now > TOO_OLD:
            count = OpenCount(self._on_their_way(now), now, soon)
        if not count.go_on():
            self._counting = count
            return None
        self._under_way = count.total
        return count

    def under_way(self, now: datetime) -> int:
        """About how many are on their way: as this process counted last, if it has."""
        return self._under_way or sum(len(found) for found in self._on_their_way(now))

    def _on_their_way(self, now: datetime) -> Iterator[Sequence[Mapping[str, Any]]]:
        """A few fields of each, window by window: one long look would hold up all others."""
        walk = ScanCursor(edition=0)
        while walk.state < len(UNDER_WAY):
            state, until = UNDER_WAY[walk.state], walk.until(now)
            query = {"state": state.value, "submitted": {"$gt": walk.after, "$lte": until}}
            # What came in one moment cannot be parted: that is taken whole.
            most = MOST_AT_ONCE if until - walk.after > A_MOMENT else MOST_IN_A_MOMENT
            found = self.values(query, COUNTED, limit=most + 1)
            if len(found) > most:
                walk = walk.narrower()
                yield ()
            else:
                walk = walk.onward(now, len(found), size=MOST_AT_ONCE // 2)
                yield found

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
