"""Dispatches deliveries to the handlers of a service, in a fixed number of workers.

A worker lives as long as the process, with a service object of its own whose dependencies are
injected once; nameko would make a greenlet, a context and a service for every message, which
costs more than most handlers do (docs/decisions/0003). One watchdog minds all time limits.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from contracts.message import Message
from foundation.concurrency import green
from foundation.concurrency.workers import HandlerTimeout
from foundation.consumer.circuit_breaker import CircuitBreaker
from foundation.consumer.delivery import Delivery, MessageMeta, decode_verified
from foundation.consumer.fair_queue import FairQueue
from foundation.consumer.retry import Disposition, disposition_of
from foundation.injection import inject
from foundation.observability import log_context, metrics, tracing
from foundation.observability.fault_points import reached

LARGEST_BATCH = 200
LONGEST = 60.0
WATCH_EVERY = 1.0
QUICK_PAUSE = 0.05
UNDECODED = "unopened"  # the type that metrics show for what could not be decoded

Settle = Callable[[Delivery, Disposition, BaseException | None], None]


@dataclass(frozen=True)
class Decoded:
    """A delivery whose message was decoded, with the handler that takes it."""

    delivery: Delivery
    handler: Any
    message: Message
    about: MessageMeta


@dataclass(eq=False)
class Worker:
    """One greenlet with its own service object; `since` is when its handler began."""

    service: Any
    wake: green.Event = field(default_factory=green.Event)
    greenlet: Any = None
    since: float | None = None


class Dispatcher:
    """Decodes and batches deliveries, calls their handlers, and decides what becomes of each."""

    def __init__(
        self, container: Any, own_user: str, breaker: CircuitBreaker, settle: Settle
    ) -> None:
        """`settle` is told what becomes of each delivery; it must not raise."""
        self._container = container
        self._own_user = own_user
        self._breaker = breaker
        self._settle = settle
        self._queue = FairQueue()
        self._idle: list[Worker] = []
        self._workers: list[Worker] = []
        self._woken = False
        self._closed = False

    def start(self, handlers: Sequence[Any], at_once: int) -> None:
        """Begin to work with `at_once` workers; each type of message has one handler."""
        self._handlers = {name: each for each in handlers for name in each.kinds}
        self._kinds: Mapping[str, type[Message]] = {
            name: kind for each in handlers for name, kind in each.kinds.items()
        }
        self._busy = metrics.WORKERS_BUSY.labels(self._own_user, metrics.MESSAGE)
        self._lag = metrics.EVENT_LAG_SECONDS.labels(self._own_user)
        for _ in range(at_once):
            worker = Worker(inject(self._container, handlers[0]))
            self._workers.append(worker)
            worker.greenlet = green.spawn(self._work, worker)
        self._watchdog = green.spawn(self._watch)

    def put(self, delivery: Delivery) -> None:
        """A delivery arrived."""
        self._queue.put(delivery)
        self._wake_one()

    def forget(self) -> None:
        """The connection is gone: the broker delivers again whatever was not started."""
        self._queue.clear()

    def close(self) -> None:
        """Start nothing more, and wait for the handlers that are running."""
        self._closed = True
        while any(worker.since is not None for worker in self._workers):
            green.sleep(0.02)

    def kill(self) -> None:
        """End at once: what was running is not acknowledged, so the broker delivers it again."""
        self._closed = True
        for worker in self._workers:
            worker.greenlet.kill()
        if self._workers:
            self._watchdog.kill()

    def _wake_one(self) -> None:
        if self._idle and not self._woken:
            self._woken = True
            self._idle.pop().wake.send(None)

    def _work(self, worker: Worker) -> None:
        log_context.bind_tenant(self._own_user)
        while True:
            self._breaker.wait()
            self._woken = False
            if self._queue and not self._closed:
                self._call(worker, self._next_batch())
            else:
                worker.wake = green.Event()
                self._idle.append(worker)
                worker.wake.wait()

    def _next_batch(self) -> list[Decoded]:
        batch: list[Decoded] = []
        while self._queue and len(batch) < LARGEST_BATCH:
            following = self._decode(self._queue.first())
            if following is not None and batch and not _same_batch(batch[0], following):
                break
            self._queue.take()
            if following is not None:
                batch.append(following)
            if batch and not _may_grow(batch[0]):
                break
        return batch

    def _decode(self, delivery: Delivery) -> Decoded | None:
        try:
            message, about = decode_verified(delivery, self._kinds, self._own_user)
        except Exception as error:  # noqa: BLE001 -- whatever a stranger sends must not kill us
            self._settle_one(UNDECODED, delivery, error)
            return None
        return Decoded(delivery, self._handlers[message.TYPE], message, about)

    def _call(self, worker: Worker, batch: Sequence[Decoded]) -> None:
        if not batch:
            return
        if self._queue:
            # Another worker starts on the rest while this handler waits for the database.
            self._wake_one()
        first = batch[0]
        about = first.about
        span = self._span(batch)
        log_context.bind_message(span.traceparent, about.id, about.subject, about.source)
        error: BaseException | None = None
        worker.since = time.monotonic()
        self._busy.inc()
        try:
            first.handler.call(worker.service, [(each.message, each.about) for each in batch])
        except (Exception, green.Timeout) as raised:  # noqa: BLE001 -- the error tree decides
            error = raised
        seconds, worker.since = time.monotonic() - worker.since, None
        self._busy.dec()
        reached("effect")
        first.handler.seconds.observe(seconds)
        span.end(error)
        self._settle_all(batch, error)

    def _span(self, batch: Sequence[Decoded]) -> tracing.Span:
        first, *others = batch
        if not tracing.is_on():
            return tracing.Span(first.delivery.traceparent)
        attributes: tracing.Attributes = {
            "messaging.system": "rabbitmq",
            "messaging.operation.type": "process",
            "messaging.destination.name": self._own_user,
            "messaging.message.id": first.about.id,
            "messaging.message.conversation_id": first.about.subject,
            "messaging.batch.message_count": len(batch),
        }
        return tracing.begin(
            f"process {first.message.TYPE}",
            tracing.CONSUMER,
            first.delivery.traceparent,
            attributes,
            [each.delivery.traceparent for each in others],
        )

    def _settle_all(self, batch: Sequence[Decoded], error: BaseException | None) -> None:
        if error is not None and len(batch) > 1:
            # One bad message must not spoil the others: each is tried by itself.
            for each in reversed(batch):
                each.delivery.alone = True
                self._requeue(each.delivery)
            return
        for each in batch:
            if self._settle_one(each.message.TYPE, each.delivery, error) is Disposition.DONE:
                lag = metrics.wall() - each.about.time.timestamp()
                self._lag.observe(max(0.0, lag))

    def _settle_one(
        self, kind: str, delivery: Delivery, error: BaseException | None
    ) -> Disposition:
        decided = disposition_of(error, delivery)
        metrics.MESSAGES.labels(self._own_user, kind, decided.value).inc()
        if decided is Disposition.AT_ONCE:
            # Somebody wrote in between, or an event is a moment behind: a short wait is enough.
            pause = QUICK_PAUSE * 4**delivery.quick_tries
            delivery.quick_tries += 1
            green.spawn_after(pause, self._requeue, delivery)
        elif decided is Disposition.KEPT:
            delivery.pauses += 1
            self._breaker.trip()
            self._requeue(delivery)
        else:
            self._settle(delivery, decided, error)
        return decided

    def _requeue(self, delivery: Delivery) -> None:
        self._queue.put_back(delivery)
        self._wake_one()

    def _watch(self) -> None:
        while True:
            green.sleep(WATCH_EVERY)
            for worker in self._workers:
                if worker.since is not None and time.monotonic() - worker.since > LONGEST:
                    green.kill(worker.greenlet, HandlerTimeout(f"longer than {LONGEST:g} s"))


def _may_grow(first: Decoded) -> bool:
    return first.handler.many and not first.delivery.alone


def _same_batch(first: Decoded, following: Decoded) -> bool:
    return first.handler is following.handler and not following.delivery.alone
