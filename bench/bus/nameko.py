"""nameko 2.14.1 as its manual shows it: EventDispatcher and `@event_handler`."""

import os
from typing import Any

import eventlet
from kombu.pools import set_limit
from nameko.containers import ServiceContainer
from nameko.events import EventDispatcher, event_handler
from nameko.testing.services import once

from bench.bus.event import PREFETCH, PUBLISHERS, Count, Told, how_many, sample
from bench.child_process import READY, say

WRITER = "nameko_writer"


def writer() -> type:
    """A service that publishes; each event waits for its confirm, which is nameko's default."""

    class NamekoWriter:
        name = WRITER
        dispatch = EventDispatcher()

        @once  # type: ignore[untyped-decorator]
        def publish(self) -> None:
            pool, event = eventlet.GreenPool(PUBLISHERS), sample()
            for _ in range(how_many()):
                pool.spawn_n(self.dispatch, Told.TYPE, event)
            pool.waitall()

    return NamekoWriter


def reader() -> type:
    """A service that handles, which is no more than to count."""
    count = Count()

    class NamekoReader:
        name = "nameko_reader"

        @event_handler(WRITER, Told.TYPE)  # type: ignore[untyped-decorator]
        def told(self, event: dict[str, Any]) -> None:  # noqa: ARG002 -- a handler's signature
            count.one()

    return NamekoReader


def publish() -> None:
    """Publish COUNT events."""
    set_limit(PUBLISHERS + 1)
    say(**{READY: True})
    _start(writer()).wait()


def consume() -> None:
    """Handle events until told to end."""
    started = _start(reader())
    say(**{READY: True})
    started.wait()


def _start(service: type) -> Any:
    # A consumer prefetches as many messages as there are workers.
    config = {"AMQP_URI": os.environ["AMQP_URL"], "max_workers": PREFETCH}
    container = ServiceContainer(service, config)
    container.start()
    return container
