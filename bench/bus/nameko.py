"""The side of nameko 2.14.1 as in its manual: EventDispatcher and `@event_handler`."""

import os
from typing import Any

import eventlet
from kombu.pools import set_limit
from nameko.containers import ServiceContainer
from nameko.events import EventDispatcher, event_handler
from nameko.testing.services import once

from bench.bus.event import (
    PREFETCH,
    PUBLISHERS,
    BenchEvent,
    HandledCounter,
    event_count,
    sample_envelope,
)
from bench.child_process import READY, send

WRITER = "nameko_writer"


def make_writer() -> type:
    """The publishing service; each publish waits for its confirm, nameko's default."""

    class NamekoWriter:
        name = WRITER
        dispatch = EventDispatcher()

        @once  # type: ignore[untyped-decorator]
        def publish(self) -> None:
            pool, event = eventlet.GreenPool(PUBLISHERS), sample_envelope()
            for _ in range(event_count()):
                pool.spawn_n(self.dispatch, BenchEvent.TYPE, event)
            pool.waitall()

    return NamekoWriter


def make_reader() -> type:
    """The consuming service; its handler only counts."""
    count = HandledCounter()

    class NamekoReader:
        name = "nameko_reader"

        @event_handler(WRITER, BenchEvent.TYPE)  # type: ignore[untyped-decorator]
        def told(self, event: dict[str, Any]) -> None:  # noqa: ARG002 -- a handler's signature
            count.one()

    return NamekoReader


def publish() -> None:
    """Publish COUNT events."""
    set_limit(PUBLISHERS + 1)
    send(**{READY: True})
    _start(make_writer()).wait()


def consume() -> None:
    """Handle events until the process is stopped."""
    started = _start(make_reader())
    send(**{READY: True})
    started.wait()


def _start(service: type) -> Any:
    # A consumer prefetches as many messages as there are workers.
    config = {"AMQP_URI": os.environ["AMQP_URL"], "max_workers": PREFETCH}
    container = ServiceContainer(service, config)
    container.start()
    return container
