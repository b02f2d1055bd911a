"""A reader of the feed at work: looks on from a position, and waits for what comes."""

import time
from collections.abc import Iterator, Sequence

from foundation.persistence.event_log import LabelIs, LogPage, Record
from services.subscriptions.domain import filters
from services.subscriptions.domain.feed import Wanted
from services.subscriptions.domain.filters import Compares, Every
from services.subscriptions.handlers.context import SubscriptionsContext
from services.subscriptions.schemas import feed as schemas

HEARTBEAT_SECONDS = 15.0


class EventFollower:
    """One request of the feed: what it wants of the log, by whom."""

    def __init__(self, service: SubscriptionsContext, wanted: Wanted, caller: str) -> None:
        """`service` has the log and what is known of events."""
        self._service = service
        self._wanted = wanted
        self._caller = caller

    def look(self, position: int) -> LogPage:
        """The first wanted events behind a position."""
        wanted = self._wanted
        return self._service.log.page(
            position, self._pick, limit=wanted.limit, narrow=labelled(wanted.filter)
        )

    def poll(self, found: LogPage) -> Iterator[bytes]:
        """The page that comes after one without events: at once when there are, or empty."""
        ends = time.monotonic() + self._wanted.wait
        with self._service.live.place(self._caller):
            yield b" "  # JSON may begin with one; the request is answered, and only its body waits
            while not found.records and time.monotonic() < ends:
                if not self._news(found.position, ends - time.monotonic()):
                    break
                found = self.look(found.position)
            yield shown(found).encode()

    def stream(self, position: int) -> Iterator[bytes]:
        """Server-Sent Events from a position on, until an answer may last no longer."""
        live = self._service.live
        ends = time.monotonic() + live.longest
        with live.place(self._caller):
            found = self.look(position)
            yield schemas.STREAM_BEGINS
            while time.monotonic() < ends and not live.ending:
                for each in found.records:
                    yield schemas.stream_piece(each.position, each.event)
                if not found.more and not self._news(found.position, HEARTBEAT_SECONDS):
                    yield schemas.heartbeat(found.position)
                found = self.look(found.position)

    def _news(self, position: int, seconds: float) -> bool:
        return self._service.live.wait(lambda: self._service.log.end() > position, seconds)

    def _pick(self, records: Sequence[Record]) -> list[Record]:
        if not self._wanted.filter.parts:
            return list(records)
        facts = self._service.facts([each.event for each in records], self._wanted.filter)
        return [
            record
            for record, each in zip(records, facts, strict=True)
            if filters.is_wanted(self._wanted.filter, each)
        ]


def shown(found: LogPage) -> str:
    """A page of the log as it is answered."""
    return schemas.page([each.text for each in found.records], found.position, more=found.more)


def labelled(wanted: Every) -> tuple[LabelIs, ...]:
    """What labels say of what is wanted."""
    return tuple(
        LabelIs(each.attribute, each.value, prefix=each.dialect == "prefix")
        for each in wanted.parts
        if isinstance(each, Compares)
    )
