"""The relay of the outbox: publishes what the stores have written, in confirmed batches.

Right after a write its messages are offered here; concurrent handlers share one batch of
confirms. Memory holds nothing that is not in a document's outbox too: while the broker is away
offers are dropped, and the sweep sends them later, in order per entity.
"""

import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from foundation.broker.connection import (
    CONFIRM_WITHIN,
    CONNECTION_ERRORS,
    PUBLISH_WITHIN,
    ChannelRefused,
    PendingPublish,
    Publisher,
)
from foundation.concurrency import green
from foundation.concurrency.backoff import Backoff
from foundation.errors import Error, Unavailable
from foundation.injection import Shared
from foundation.observability import metrics, tracing
from foundation.observability.fault_points import reached
from foundation.observability.logs import log
from foundation.outbox.sweep import Sweep
from foundation.persistence.document import OutboxMessage
from foundation.persistence.mongo import Mongo

LARGEST_BATCH = 500
MOST_OFFERED = 5000
SHORTEST_PAUSE, LONGEST_PAUSE = 0.5, 5.0
IDLE = 1.0
MARK_EVERY, LARGEST_MARK = 0.25, 50
REFUSED_FOR = 10.0
SEND_WITHIN = 3 * (PUBLISH_WITHIN + CONFIRM_WITHIN)


@dataclass
class QueuedPublish:
    """A publish in the relay's queue, with a callback for its outcome."""

    publish: PendingPublish
    settle: Callable[[bool], None]


class Relay(Shared):
    """One per service: owns the publishing connection, sends what is offered, marks it sent."""

    mongo = Mongo()

    def __init__(self) -> None:
        """Start with nothing to send; stores register while the container is set up."""
        self.connected = False
        self.stores: list[Any] = []
        self.looped_at = 0.0
        self._refused_at = -REFUSED_FOR
        self._refused: set[str] = set()
        self._largest = LARGEST_BATCH
        self._queued: deque[QueuedPublish] = deque()
        self._sent: dict[Any, list[tuple[str, str]]] = {}
        self._wake, self._wake_marker = green.Event(), green.Event()
        self._marking = green.Semaphore()
        self._backoff = Backoff(SHORTEST_PAUSE, LONGEST_PAUSE)
        self._stopping = False

    def setup(self) -> None:
        """Learn whose messages it sends."""
        self.settings = self.container.config["settings"]

    def start(self) -> None:
        """Begin to send."""
        self._sweep = Sweep(self.mongo, self.stores, self.settings.source)
        self._runner = self.container.spawn_managed_thread(self._run, identifier="relay")
        self.container.spawn_managed_thread(self._mark_for_ever, identifier="relay.mark")

    def stop(self) -> None:
        """Send what is queued, mark it, close; the rest waits in its documents."""
        self._stopping = True
        self._ring()
        self._runner.wait()
        self._mark()

    def register(self, store: Any) -> None:
        """A store whose documents may hold unsent messages."""
        self.stores.append(store)

    def offer(self, store: Any, outgoing: Sequence[OutboxMessage], entity_id: str) -> None:
        """Send these messages of an entity soon; returns at once."""
        reached("stored")
        if not self.connected:
            return self._delayed(len(outgoing), "disconnected")
        if len(self._queued) > MOST_OFFERED:
            return self._delayed(len(outgoing), "full")
        for each in outgoing:
            self._queued.append(_queued_publish(each, {}, self._marker(store, entity_id, each.id)))
        return self._ring()

    def send(self, outgoing: OutboxMessage, headers: dict[str, Any]) -> None:
        """Send one message that is in no outbox, and wait until the broker has it.

        Raises:
            Unavailable: nobody knows whether the broker took it.
        """
        done = green.Event()
        self._queued.append(_queued_publish(outgoing, headers, done.send))
        self._ring()
        with green.deadline(SEND_WITHIN, exception=False):
            if done.wait():
                return
        raise Unavailable(
            "Hàng đợi tin nhắn tạm thời không nhận.", "The broker does not take messages now."
        )

    def healthy(self) -> bool:
        """Whether it is connected, has looped in the last ten seconds and was not refused then."""
        moment = time.monotonic()
        looped = moment - self.looped_at < PUBLISH_WITHIN + 5
        return self.connected and looped and moment - self._refused_at > REFUSED_FOR

    def _delayed(self, messages: int, reason: str) -> None:
        """Count messages that wait for the sweep, or were found by it."""
        if messages:
            metrics.OUTBOX_DELAYED.labels(self.settings.source, reason).inc(messages)

    def _ring(self) -> None:
        if not self._wake.ready():
            self._wake.send(None)

    def _marker(self, store: Any, entity_id: str, message_id: str) -> Callable[[bool], None]:
        def settle(confirmed: bool) -> None:  # noqa: FBT001 -- the one entity to tell
            if confirmed:
                self._sent.setdefault(store, []).append((entity_id, message_id))

        return settle

    def _run(self) -> None:
        while not self._stopping:
            try:
                self._serve_until_trouble()
            except CONNECTION_ERRORS as trouble:
                metrics.RECONNECTS.labels(self.settings.queue, "relay").inc()
                log.warning("relay_disconnected", reason=type(trouble).__name__)
                green.sleep(self._backoff.pause())

    def _serve_until_trouble(self) -> None:
        publisher = Publisher(self.settings.amqp_url)
        self.connected = True
        self._backoff.reset()
        try:
            while self._queued or not self._stopping:
                self._serve(publisher)
        finally:
            self.connected = False
            self._delayed(len(self._queued), "unconfirmed")
            self._settle(self._queued)
            self._queued.clear()
            publisher.close()

    def _serve(self, publisher: Publisher) -> None:
        self.looped_at = time.monotonic()
        if not self._queued and not self._sweep.due:
            self._sleep()
            publisher.tick()
        if self._sweep.due and not self._stopping and len(self._queued) < LARGEST_BATCH:
            # However much is offered, what was left behind has its turn too.
            self._queued.extend(self._swept())
        size = min(len(self._queued), self._largest)
        self._publish(publisher, [self._queued.popleft() for _ in range(size)])

    def _sleep(self) -> None:
        with green.deadline(IDLE, exception=False):
            self._wake.wait()
        if self._wake.ready():
            self._wake = green.Event()

    def _publish(self, publisher: Publisher, batch: Sequence[QueuedPublish]) -> None:
        if not batch:
            return
        try:
            publisher.publish([queued.publish for queued in batch])
        except ChannelRefused:
            self._find_refused(batch)
            raise
        finally:
            self._delayed(sum(not each.publish.confirmed for each in batch), "unconfirmed")
            self._settle(batch)
        self._largest = min(2 * self._largest, LARGEST_BATCH)
        self._refused.difference_update(queued.publish.outgoing.id for queued in batch)

    def _find_refused(self, batch: Sequence[QueuedPublish]) -> None:
        """One message that the broker refuses spoils its batch: send one by one until it shows."""
        self._refused_at = time.monotonic()
        self._largest = 1
        if len(batch) == 1:
            metrics.PUBLISHED.labels(self.settings.queue, "refused").inc()
            self._refused.add(batch[0].publish.outgoing.id)

    def _settle(self, batch: Sequence[QueuedPublish]) -> None:
        for queued in batch:
            queued.settle(queued.publish.confirmed)
        if self._sent and not self._wake_marker.ready():
            self._wake_marker.send(None)

    def _swept(self) -> list[QueuedPublish]:
        self._mark()
        try:
            found = self._sweep.find()
        except Error:
            # The database is away: nothing can be found, and readiness tells so already.
            return []
        found_again = [
            _queued_publish(each, {}, self._marker(store, entity_id, each.id))
            for store, entity_id, outgoing in found
            for each in outgoing
        ]
        self._delayed(len(found_again), "swept")
        # What was refused before is tried again, but the others do not wait for it.
        return sorted(found_again, key=lambda queued: queued.publish.outgoing.id in self._refused)

    def _mark_for_ever(self) -> None:
        while True:
            self._wake_marker.wait()
            # A moment gathers many marks into one command, and those of an act and of the answer to
            # it into one write of their document; after a crash it means few duplicates.
            green.sleep(MARK_EVERY)
            self._wake_marker = green.Event()
            self._mark()

    def _mark(self) -> None:
        with self._marking:
            sent, self._sent = self._sent, {}
            for store, pairs in sent.items():
                _mark_sent(store, sorted(pairs))


def _queued_publish(
    outgoing: OutboxMessage, headers: dict[str, Any], settle: Callable[[bool], None]
) -> QueuedPublish:
    """The message, with a span of its own from now until its fate is known."""
    if not tracing.is_on():
        return QueuedPublish(PendingPublish(outgoing, headers), settle)
    attributes = {
        "messaging.system": "rabbitmq",
        "messaging.operation.type": "send",
        "messaging.destination.name": outgoing.exchange,
        "messaging.rabbitmq.destination.routing_key": outgoing.key,
        "messaging.message.id": outgoing.id,
    }
    span = tracing.begin(
        f"send {outgoing.exchange}", tracing.PRODUCER, outgoing.traceparent, attributes
    )

    def tell(confirmed: bool) -> None:  # noqa: FBT001 -- the one entity to tell
        span.end(failed=not confirmed)
        settle(confirmed)

    return QueuedPublish(PendingPublish(outgoing, headers, span.traceparent), tell)


def _mark_sent(store: Any, pairs: Sequence[tuple[str, str]]) -> None:
    """In small commands: a server may compare each message of each entity with all of one."""
    try:
        for start in range(0, len(pairs), LARGEST_MARK):
            some = pairs[start : start + LARGEST_MARK]
            store.mark_sent(
                sorted({entity for entity, _ in some}), [message for _, message in some]
            )
    except Error:
        # Not marked means sent once more by the sweep; readers drop the second.
        log.warning("outbox_not_marked", messages=len(pairs))
    reached("marked")
