"""An append-only store, chained by hash (foundation/persistence/hash_chain.py).

One that was changed, added or taken out is found by `motcua verify`. Each costs one insert and one
update, however many there are; those that wait for one another in a process share them.
"""

from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, TypeVar, cast

from contracts.history import ChainLink
from foundation.concurrency import green
from foundation.errors import Duplicate, Error, Stale
from foundation.outbox.store import Store
from foundation.persistence.by_moment import MomentQuery, Spread
from foundation.persistence.hash_chain import CHAINS, chain_id, sealed_after
from foundation.persistence.index import Index
from foundation.persistence.mongo import translate_errors
from foundation.places import BEGINNING, END, Within

T = TypeVar("T")

TRIES = 20
MOST_BEHIND = 1000
MOST_AT_ONCE = 50
"""So many that wait are appended by one command."""

CHAIN_INDEX = Index(name="agency_link_seq", keys=(("agency", 1), ("link.seq", 1)))


@dataclass(eq=False)
class _Appending:
    """An entity that is to be appended; then as it was, or why it was not."""

    entity: Any
    appended: Any = None
    fault: Error | None = None

    @property
    def is_done(self) -> bool:
        return self.appended is not None or self.fault is not None


class AuditLog(Store[T]):
    """An append-only store of entries with `agency`, `at` and `link`, chained by hash."""

    indexes: ClassVar[tuple[Index, ...]] = (CHAIN_INDEX,)

    def setup(self) -> None:
        """No end of a chain is known yet."""
        super().setup()
        self._ends: dict[str, ChainLink] = {}
        self._one_by_one = green.Semaphore()
        self._waiting: dict[str, deque[_Appending]] = {}

    def append(self, entity: T) -> T:
        """Append the entity to the chain of its agency; returns it with its id.

        Raises:
            Unavailable: nothing is known to be stored.
            Stale: other processes write faster than this one.
        """
        agency, waiting = cast("Any", entity).agency, _Appending(entity)
        queue = self._waiting.setdefault(agency, deque())
        queue.append(waiting)
        with self._one_by_one:
            # Who had the turn before may have appended this one, too.
            if not waiting.is_done:
                if waiting in queue:
                    queue.remove(waiting)
                others = [queue.popleft() for _ in range(min(len(queue), MOST_AT_ONCE - 1))]
                self._append(agency, [waiting, *others])
        if waiting.fault:
            raise waiting.fault
        return cast("T", waiting.appended)

    def chained(self, agency: str, after: int, *, limit: int) -> list[T]:
        """Those that follow number `after`, in no order (index `agency_link_seq`)."""
        query = {"agency": agency, "link.seq": {"$gt": after, "$lte": after + limit}}
        return self.find(query, limit=limit)

    def before(self, number: int | None, *, limit: int, agency: str = "") -> list[T]:
        """Those before a number of the chain, or the last of all, the latest first.

        By the index `agency_link_seq`; the numbers have no gaps.
        """
        self._ends.pop(agency, None)
        behind = number if number is not None else self._end(agency).seq + 1
        query = {"agency": agency, "link.seq": {"$gte": behind - limit, "$lt": behind}}
        found = self.find(query, limit=limit)
        return sorted(found, key=lambda each: -cast("Any", each).link.seq)

    def latest(
        self,
        about: Mapping[str, Any],
        now: datetime,
        *,
        limit: int,
        after: str = "",
        spread: Spread = Spread.OPEN,
        within: Within = (BEGINNING, END),
    ) -> tuple[list[T], str]:
        """Those that say this, the latest first; and behind which place the next page begins.

        `within` is behind which moment they are, and up to which. The index has the fields of
        `about`, then `at`.
        """
        since, until = within
        query = MomentQuery(
            filter=about,
            key="at",
            after=after,
            newest=True,
            limit=limit,
            now=now,
            since=since,
            until=until,
            spread=spread,
        )
        return self.page_by_moment(query)

    def _append(self, agency: str, batch: Sequence[_Appending]) -> None:
        """Append all of a batch, or note with each why it was not."""
        left = list(batch)
        try:
            for _ in range(TRIES):
                left = self._append_some(agency, left)
                if not left:
                    return
            fault: Error = Stale(
                "Hệ thống đang bận; xin thử lại.", "The system is busy; try again."
            )
        except Error as error:
            fault = error
        for each in left:
            each.fault = fault

    def _append_some(self, agency: str, left: Sequence[_Appending]) -> list[_Appending]:
        """Append as many as are stored before another process is faster; those that are left."""
        last, sealed = self._end(agency), []
        for each in left:
            sealed.append(cast("Any", sealed_after(each.entity, last, self.collection)))
            last = sealed[-1].link
        stored = self._save_in_order(sealed)
        for each, one in zip(left, sealed[:stored], strict=False):
            each.appended = one
        if stored < len(left):
            # Another process was faster, or our own write was stored after all.
            self._ends.pop(agency, None)
        else:
            # Still one at a time: who inserts without a pause leaves no other process a turn.
            self._remember(agency, last)
        return list(left[stored:])

    def _save_in_order(self, entities: Sequence[Any]) -> int:
        """How many of the first ones are stored now."""
        if len(entities) > 1:
            return self._insert_in_order(entities)
        with suppress(Duplicate):
            self.save(entities[0])
            return 1
        return 0

    def _end(self, agency: str) -> ChainLink:
        """The last link of the chain; what is remembered may be a few behind."""
        if agency not in self._ends:
            with translate_errors():
                end = self._chains.find_one({"_id": chain_id(self.collection, agency)}) or {}
            known = ChainLink(seq=end.get("seq", 0), hash=end.get("hash", ""))
            behind = self.chained(agency, known.seq, limit=MOST_BEHIND)
            links = [cast("Any", each).link for each in behind]
            self._ends[agency] = max([known, *links], key=lambda link: link.seq)
        return self._ends[agency]

    def _remember(self, agency: str, link: ChainLink) -> None:
        self._ends[agency] = link
        name, end = chain_id(self.collection, agency), {"seq": link.seq, "hash": link.hash}
        with translate_errors():
            older = {"_id": name, "seq": {"$lt": link.seq}}
            if self._chains.update_one(older, {"$set": end}).matched_count:
                return
        with suppress(Duplicate), translate_errors():
            self._chains.insert_one({"_id": name, **end})

    @property
    def _chains(self) -> Any:
        return self.mongo.collection(CHAINS)
