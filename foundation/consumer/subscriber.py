"""The consumer of a process: one subscription to its work queue.

It acknowledges what is done, sends what failed to a retry or dead letter queue, and cancels the
subscription while a dependency (database, object store) is away for long.
"""

import time
from typing import Any

from foundation.broker.connection import CONNECTION_ERRORS, close_quietly, connect
from foundation.broker.consumer_probe import probe
from foundation.broker.topology import RETRY, dead_key, retry_key
from foundation.concurrency import green
from foundation.concurrency.backoff import Backoff
from foundation.consumer.acks import Acks
from foundation.consumer.circuit_breaker import CircuitBreaker
from foundation.consumer.delivery import ATTEMPT, Delivery, read_delivery
from foundation.consumer.dispatcher import Dispatcher
from foundation.consumer.retry import FINAL, Disposition, delay_after, reason_of
from foundation.errors import Unavailable
from foundation.injection import Collector, Shared
from foundation.observability import log_context, metrics
from foundation.observability.logs import log
from foundation.outbox.relay import Relay
from foundation.persistence.document import OutboxMessage

PROBE_EVERY = 5.0
SHORTEST_PAUSE, LONGEST_PAUSE = 0.5, 5.0
LONGEST_READ, ANSWER_WITHIN = 1.0, 10.0
DETACH_AFTER = 60.0


class Subscriber(Shared, Collector):
    """Owns the consuming connection: one greenlet reads from it, writers take turns."""

    relay = Relay()

    def setup(self) -> None:
        """Learn which queue is ours."""
        self.settings = self.container.config["settings"]
        self.attached = False
        self.breaker = CircuitBreaker(self.container)
        self.acks = Acks()
        self.dispatcher = Dispatcher(self.container, self.settings.queue, self.breaker, self.settle)
        self._runner: Any = None
        self._closing = False

    def start(self) -> None:
        """Attach and begin to hand out; a process without handlers does not subscribe."""
        if self._runner is not None or not self._providers:
            return
        spawn = self.container.spawn_managed_thread
        self.dispatcher.start(list(self._providers), self.settings.max_workers)
        self._runner = spawn(self._run, identifier="subscriber")
        spawn(self.acks.run, identifier="acknowledgements")

    def stop(self) -> None:
        """Start nothing more, let running handlers finish, acknowledge them, give the rest back."""
        if self._runner is not None and not self._closing:
            self.dispatcher.close()
            self._closing = True
            self._runner.wait()

    def kill(self) -> None:
        """Start nothing more, wait for nothing."""
        self._closing = True
        self.breaker.close()
        self.dispatcher.kill()

    def healthy(self) -> bool:
        """Whether the consumer is attached, as far as the last probe could see."""
        return self._runner is None or self.attached

    def settle(self, delivery: Delivery, fate: Disposition, error: BaseException | None) -> None:
        """Carry out the disposition of a delivery."""
        if fate in FINAL:
            self.acks.done(delivery)
        else:
            green.spawn_n(self._put_off_in_its_trace, delivery, fate, error)

    def _put_off_in_its_trace(
        self, delivery: Delivery, fate: Disposition, error: BaseException | None
    ) -> None:
        # A new greenlet knows nothing of the one that began it.
        log_context.bind_tenant(self.settings.queue)
        with log_context.trace(delivery.traceparent):
            self._put_off(delivery, fate, error)

    def _put_off(self, delivery: Delivery, fate: Disposition, error: BaseException | None) -> None:
        why = reason_of(error)
        log.warning(
            "message_put_off",
            fate=fate.value,
            reason=why,
            message=delivery.message_id,
            attempt=delivery.attempt,
            size=len(delivery.body),
            exc_info=error if fate is Disposition.RETRIED else None,
        )
        key = self._key(delivery, fate)
        outgoing = OutboxMessage(
            id=delivery.message_id,
            exchange=RETRY,
            key=key,
            body=delivery.body,
            traceparent=delivery.traceparent,
        )
        while delivery.channel.connection is not None:
            try:
                self.relay.send(outgoing, {ATTEMPT: delivery.attempt + 1, "reason": why})
            except Unavailable:
                # Until the broker has it elsewhere, the message stays unacknowledged here.
                green.sleep(LONGEST_PAUSE)
                continue
            self.acks.done(delivery)
            return

    def _key(self, delivery: Delivery, fate: Disposition) -> str:
        if fate is Disposition.BURIED:
            return dead_key(self.settings.queue)
        seconds = delay_after(delivery.attempt, self.settings.retry_delays)
        return retry_key(self.settings.queue, seconds)

    def _run(self) -> None:
        backoff = Backoff(SHORTEST_PAUSE, LONGEST_PAUSE)
        while not self._closing:
            self.breaker.wait()
            try:
                self._stay_attached()
                backoff.reset()
            except CONNECTION_ERRORS as trouble:
                metrics.RECONNECTS.labels(self.settings.queue, "subscriber").inc()
                log.warning("subscriber_detached", reason=str(trouble)[:200])
                green.sleep(backoff.pause())

    def _stay_attached(self) -> None:
        connection = connect(self.settings.amqp_url)
        try:
            connection.transport.sock.settimeout(ANSWER_WITHIN)
            self._attach(connection.channel())
            while not self._closing and self.breaker.open_for() < DETACH_AFTER:
                self._read(connection)
                self._probe(connection)
            self.acks.flush()
        finally:
            self._set_attached(attached=False)
            with self.acks.turn:
                close_quietly(connection)

    def _attach(self, channel: Any) -> None:
        self.dispatcher.forget()
        self.acks.attach(channel)
        channel.basic_qos(0, self.settings.prefetch, False)  # noqa: FBT003 -- AMQP's own order
        channel.basic_consume(self.settings.queue, callback=self._receive)
        self._set_attached(attached=True)

    def _read(self, connection: Any) -> None:
        deadline = time.monotonic() + PROBE_EVERY
        # A read gives up after a second by the socket's own time-out, set once, not per message.
        connection.transport.sock.settimeout(LONGEST_READ)
        while time.monotonic() < deadline and not self._closing:
            try:
                connection.drain_events()
            except TimeoutError:
                continue

    def _probe(self, connection: Any) -> None:
        connection.transport.sock.settimeout(ANSWER_WITHIN)
        with self.acks.turn:
            connection.heartbeat_tick()
            probe(connection, self.settings.queue)

    def _receive(self, message: Any) -> None:
        delivery = read_delivery(message)
        self.acks.expect(delivery)
        self.dispatcher.put(delivery)

    def _set_attached(self, *, attached: bool) -> None:
        self.attached = attached
        metrics.CONSUMER_UP.labels(self.settings.queue).set(int(attached))
