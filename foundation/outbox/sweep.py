"""The sweep of the outbox: finds messages that a crash left unsent, in one process, by lease.

A message counts as left behind when it is old, or when this process has known it for a while:
one that is just being sent by the process that wrote it is gone before the second look. A
mistake here, or a clock that is off, only sends a message twice.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from foundation.errors import Unavailable
from foundation.observability import metrics
from foundation.persistence.document import OutboxMessage, unsent_messages
from foundation.persistence.lease import Lease
from foundation.persistence.mongo import Document, Mongo
from foundation.scheduling.clock import now

EVERY = 2.0
PATIENCE = 10.0
LARGEST_LOOK = 300
OLD = timedelta(seconds=10)
LATEST_WRITE = timedelta(seconds=60)
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
FIRST_STEP = LATEST_WRITE + timedelta(seconds=5)
SHORTEST_STEP = timedelta(milliseconds=50)
MOMENT = timedelta(milliseconds=1)

Left = tuple[Any, str, tuple[OutboxMessage, ...]]


@dataclass(frozen=True)
class SweepWindow:
    """The time window of one query; a pass is a row of windows from the beginning up to now.

    Not every server gives order by index: there a look gathers all that lies in its span before
    it returns the first. So spans are kept short where much is waiting, and grow where little is.
    """

    since: datetime = BEGINNING
    until: datetime | None = None
    step: timedelta = FIRST_STEP

    def query(self) -> dict[str, Any]:
        """What to ask the index on `outbox.at` for."""
        end = {} if self.until is None else {"$lt": self.until}
        return {"outbox.at": {"$gte": self.since} | end}

    def place(self, times: Sequence[datetime]) -> datetime:
        """Where in the window an entity lies that has messages of these times, oldest first.

        MongoDB also finds an entity with one message before the window and the next behind it;
        it counts as seen at the end, or a crowd of such entities would be found at each step.
        """
        place = next((at for at in times if at >= self.since), times[0])
        return place if self.until is None else min(place, self.until)

    def after(self, looks: Sequence[Sequence[datetime]], moment: datetime) -> "SweepWindow | None":
        """The next window of the pass, given the places each look has seen; None at its end.

        What was seen is being sent; if it cannot be sent, those behind it must not wait for it.
        """
        full = [times for times in looks if len(times) >= LARGEST_LOOK]
        seen = min((max(times) for times in full), default=self.until)
        if full and seen is not None and seen != self.until:
            since = max(seen, self.since + MOMENT)
            step = max(min(max(times) - min(times) for times in full), SHORTEST_STEP)
            return _up_to(moment, since, step)
        if self.until is None:
            return None
        return _up_to(moment, self.until, 2 * self.step)

    def narrower(self) -> "SweepWindow":
        """A shorter look, after one that the database could not answer in time."""
        step = max(self.step / 8, SHORTEST_STEP)
        return SweepWindow(
            self.since, (self.until or self.since + self.step) - self.step + step, step
        )


def first(clean: datetime | None, moment: datetime) -> SweepWindow:
    """Where a pass begins, when everything before `clean` was sent; None if nobody knows."""
    return SweepWindow() if clean is None else _up_to(moment, clean, FIRST_STEP, since=BEGINNING)


def _up_to(
    moment: datetime, start: datetime, step: timedelta, since: datetime | None = None
) -> SweepWindow:
    """A window of one step; the last one is open, for clocks that are ahead of ours."""
    until = start + step
    return SweepWindow(since or start, until if until < moment else None, step)


class Sweep:
    """Searches the outboxes of one service, window by window."""

    def __init__(self, mongo: Mongo, stores: Sequence[Any], source: str = "") -> None:
        """`stores` are those of this process (`source`) that may hold unsent messages."""
        self._source = source
        self._unfinished = False
        self._stores = stores
        self._lease = Lease(mongo, "sweep", patience=PATIENCE)
        self._window = SweepWindow()
        self._began = now()
        self._oldest = now()
        self._pending = 0
        self._young: dict[str, float] = {}
        self._next = self._held_until = 0.0

    @property
    def due(self) -> bool:
        """Whether it is time to look: every now and then, and at once in the middle of a pass."""
        return time.monotonic() >= self._next

    def find(self) -> list[Left]:
        """What to send now, in order per entity; empty most of the time.

        Raises:
            Unavailable: the database does not answer.
        """
        if not self.due or not self._ours():
            return []
        if not self._unfinished:
            self._begin()
        found = self._look()
        left = [
            (store, each["_id"], unsent_messages(each))
            for store, documents in found
            for each in documents
            if self._was_left(each)
        ]
        self._go_on(found)
        return left

    def _ours(self) -> bool:
        if self._unfinished and time.monotonic() < self._held_until:
            return True
        self._next = self._held_until = time.monotonic() + EVERY
        held = self._lease.hold()
        self._unfinished = self._unfinished and held
        if not held:
            # Another process knows better: what we once saw must not stand beside what it sees.
            self._show(0, 0.0)
        return held

    def _begin(self) -> None:
        self._began = self._oldest = now()
        self._pending = 0
        self._window = first(self._lease.note, self._began)
        self._unfinished = True

    def _look(self) -> list[tuple[Any, list[Document]]]:
        query = self._window.query()
        try:
            found = [(store, store.unsent(query, LARGEST_LOOK)) for store in self._stores]
        except Unavailable:
            self._window = self._window.narrower()
            self._next = time.monotonic() + EVERY
            raise
        self._next = 0.0
        return found

    def _go_on(self, found: Sequence[tuple[Any, list[Document]]]) -> None:
        looks = [[_times(each) for each in documents] for _, documents in found]
        self._pending += sum(len(look) for look in looks)
        self._oldest = min([self._oldest, *(times[0] for look in looks for times in look)])
        places = [[self._window.place(times) for times in look] for look in looks]
        window = self._window.after(places, now())
        self._unfinished = window is not None
        self._window = window or self._window
        if not self._unfinished:
            self._end()

    def _end(self) -> None:
        # A message is in the database a little later than its time says.
        self._lease.note = min(self._began - LATEST_WRITE, self._oldest)
        self._next = time.monotonic() + EVERY
        self._show(self._pending, self._oldest.timestamp())
        known_until = time.monotonic() - 2 * OLD.total_seconds()
        self._young = {each: seen for each, seen in self._young.items() if seen > known_until}

    def _show(self, pending: int, oldest: float) -> None:
        metrics.OUTBOX_PENDING.labels(self._source).set(pending)
        metrics.OUTBOX_OLDEST.labels(self._source).set(oldest)

    def _was_left(self, document: Document) -> bool:
        oldest = document["outbox"][0]
        if oldest["at"] < now() - OLD:
            return True
        moment = time.monotonic()
        return moment - self._young.setdefault(oldest["id"], moment) >= EVERY


def _times(document: Document) -> list[datetime]:
    return [each["at"] for each in document["outbox"]]
