"""The side of py-amqp alone, with batched confirms and acknowledgements: Python's upper limit."""

import os
from typing import Any

import amqp

from bench.amqp_channel import PERSISTENT, drain_forever, open_channel
from bench.bus.event import PREFETCH, BenchEvent, HandledCounter, event_count, sample_envelope
from bench.child_process import READY, send
from contracts.envelope import canonical

BATCH = 500  # the largest batch of motcua's relay
ACKNOWLEDGED = PREFETCH // 2  # messages per acknowledgement


def publish() -> None:
    """Publish COUNT events to the exchange that motcua uses, with batched confirms."""
    opened = open_channel(os.environ["AMQP_URL"])
    opened.confirm_select()
    waiting: set[int] = set()

    def on_ack(tag: int, multiple: bool) -> None:  # noqa: FBT001 -- as amqp calls
        waiting.difference_update([each for each in waiting if each <= tag] if multiple else [tag])

    opened.events["basic_ack"].add(on_ack)
    send(**{READY: True})
    body = canonical(sample_envelope())
    for sent in range(1, event_count() + 1):
        waiting.add(sent)
        message = amqp.Message(body, delivery_mode=PERSISTENT)
        opened.basic_publish(message, "events", f"{BenchEvent.TYPE}.bank", mandatory=True)
        while waiting and sent % BATCH == 0:
            opened.connection.drain_events()
    drain_forever(opened)


def consume() -> None:
    """Handle events from motcua's queue until the process is stopped."""
    opened, count = open_channel(os.environ["AMQP_URL"]), HandledCounter()

    def told(message: Any) -> None:
        count.one()
        if count.handled % ACKNOWLEDGED == 0 or count.handled == count.expected:
            opened.basic_ack(message.delivery_info["delivery_tag"], multiple=True)

    opened.basic_qos(0, PREFETCH, False)  # noqa: FBT003 -- AMQP's own order
    opened.basic_consume("reader", callback=told)
    send(**{READY: True})
    drain_forever(opened)
