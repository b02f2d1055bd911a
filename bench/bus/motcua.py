"""The side of motcua: a store without a database offers events to the relay, `@on` handles them."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, ClassVar

from prometheus_client import REGISTRY

from bench.bus.event import PUBLISHERS, TEXT, BenchEvent, HandledCounter, event_count
from bench.child_process import READY, send
from contracts.history import Revision
from foundation.concurrency import green
from foundation.consumer import MessageMeta, on
from foundation.observability import log_context
from foundation.outbox import Store
from foundation.persistence.document import WriteContext, prepare_write
from foundation.runtime.run import run

AHEAD = 128
"""Events of one publisher that are not marked as sent: the relay takes an event without waiting.

Marks are gathered for a quarter of a second (`foundation/outbox/relay.py`), for which no service
waits: with fewer the bench measured that, and not the bus.
"""


@dataclass(frozen=True, kw_only=True)
class EventSubject:
    """The entity that the events are about."""

    id: str
    revision: Revision = Revision()


class NullStore(Store[EventSubject]):
    """A store without a database: offers to the relay what a real one would after its write."""

    entity = EventSubject
    collection = "tellers"

    def start(self) -> None:
        """Start the publishers."""
        self.ahead = green.Semaphore(PUBLISHERS * AHEAD)
        for number in range(PUBLISHERS):
            count = event_count() // PUBLISHERS + (number < event_count() % PUBLISHERS)
            self.container.spawn_managed_thread(lambda count=count: self._publish(count))

    def unsent(self, query: Mapping[str, Any], limit: int) -> list[dict[str, Any]]:  # noqa: ARG002
        """No messages: nothing is stored, so the sweep finds none."""
        return []

    def mark_sent(self, thing_ids: Sequence[str], message_ids: Sequence[str]) -> None:  # noqa: ARG002
        """Let as many further messages be sent as were confirmed."""
        for _ in message_ids:
            self.ahead.release()

    def _publish(self, count: int) -> None:
        while not self.relay.connected:
            green.sleep(0.01)
        teller = EventSubject(id="0b0e3a7c-6a64-5d0c-9c1b-3f0f4a9b2d11")
        for _ in range(count):
            self.ahead.acquire()
            with log_context.trace():
                occasion = WriteContext(
                    now=datetime.now(UTC),
                    source=self.settings.source,
                    actor=log_context.actor(),
                    traceparent=log_context.traceparent(),
                )
                written = prepare_write(teller, [BenchEvent(agency="bank", text=TEXT)], occasion)
            self.relay.offer(self, written.outgoing, teller.id)


class MotcuaWriter:
    """The publishing service."""

    name = "writer"
    publishes = MappingProxyType({"events": r"^bench\.told\."})
    nothing = NullStore()


class MotcuaReader:
    """The consuming service; its handler only counts."""

    name = "reader"
    publishes = MappingProxyType({"events": r"^bench\.never\."})
    count: ClassVar[HandledCounter]

    @on(BenchEvent)
    def told(self, event: BenchEvent, about: MessageMeta) -> None:  # noqa: ARG002 -- a handler's signature
        """Count one event."""
        self.count.one()


def publish() -> None:
    """Publish COUNT events, and stay connected."""
    send(**{READY: True})
    run(MotcuaWriter, os.environ)


def consume() -> None:
    """Handle events until the process is stopped."""
    MotcuaReader.count = HandledCounter()
    green.spawn_n(_tell_when_attached)
    run(MotcuaReader, os.environ)


def _tell_when_attached() -> None:
    while not REGISTRY.get_sample_value("motcua_amqp_consumer_up", {"queue": MotcuaReader.name}):
        green.sleep(0.05)
    send(**{READY: True})
