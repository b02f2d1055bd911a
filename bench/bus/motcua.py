"""motcua: a store that keeps nothing offers events to the relay, `@on` handles them."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, ClassVar

from prometheus_client import REGISTRY

from bench.bus.event import PUBLISHERS, TEXT, Count, Told, how_many
from bench.child_process import READY, say
from contracts.history import Revision
from foundation.concurrency import green
from foundation.consumer import MessageMeta, on
from foundation.observability import log_context
from foundation.outbox import Store
from foundation.persistence.document import WriteContext, prepare_write
from foundation.runtime.run import run

AHEAD = 16  # events that one publisher may have unconfirmed: to offer an event is not to wait


@dataclass(frozen=True, kw_only=True)
class Teller:
    """What the events are about."""

    id: str
    revision: Revision = Revision()


class Nothing(Store[Teller]):
    """Offers to the relay what a real store would offer after its write."""

    entity = Teller
    collection = "tellers"

    def start(self) -> None:
        """Begin to publish."""
        self.ahead = green.Semaphore(PUBLISHERS * AHEAD)
        for number in range(PUBLISHERS):
            count = how_many() // PUBLISHERS + (number < how_many() % PUBLISHERS)
            self.container.spawn_managed_thread(lambda count=count: self._publish(count))

    def unsent(self, query: Mapping[str, Any], limit: int) -> list[dict[str, Any]]:  # noqa: ARG002
        """Nothing is ever left behind."""
        return []

    def mark_sent(self, thing_ids: Sequence[str], message_ids: Sequence[str]) -> None:  # noqa: ARG002
        """Those were confirmed: as many others may go."""
        for _ in message_ids:
            self.ahead.release()

    def _publish(self, count: int) -> None:
        while not self.relay.connected:
            green.sleep(0.01)
        teller = Teller(id="0b0e3a7c-6a64-5d0c-9c1b-3f0f4a9b2d11")
        for _ in range(count):
            self.ahead.acquire()
            with log_context.trace():
                occasion = WriteContext(
                    now=datetime.now(UTC),
                    source=self.settings.source,
                    actor=log_context.actor(),
                    traceparent=log_context.traceparent(),
                )
                written = prepare_write(teller, [Told(agency="bank", text=TEXT)], occasion)
            self.relay.offer(self, written.outgoing, teller.id)


class MotcuaWriter:
    """Publishes."""

    name = "writer"
    publishes = MappingProxyType({"events": r"^bench\.told\."})
    nothing = Nothing()


class MotcuaReader:
    """Handles, which is no more than to count."""

    name = "reader"
    publishes = MappingProxyType({"events": r"^bench\.never\."})
    count: ClassVar[Count]

    @on(Told)
    def told(self, event: Told, about: MessageMeta) -> None:  # noqa: ARG002 -- a handler's signature
        """One more."""
        self.count.one()


def publish() -> None:
    """Publish COUNT events and stay connected."""
    say(**{READY: True})
    run(MotcuaWriter, os.environ)


def consume() -> None:
    """Handle events until told to end."""
    MotcuaReader.count = Count()
    green.spawn_n(_tell_when_attached)
    run(MotcuaReader, os.environ)


def _tell_when_attached() -> None:
    while not REGISTRY.get_sample_value("motcua_amqp_consumer_up", {"queue": MotcuaReader.name}):
        green.sleep(0.05)
    say(**{READY: True})
