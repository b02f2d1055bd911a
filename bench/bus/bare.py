"""py-amqp alone: batches of confirms, batches of acknowledgements. Nobody in Python goes faster."""

import os
from typing import Any

import amqp

from bench.amqp_channel import PERSISTENT, channel, drain
from bench.bus.event import PREFETCH, Count, Told, how_many, sample
from bench.child_process import READY, say
from contracts.envelope import canonical

BATCH = 500  # the relay's own largest
ACKNOWLEDGED = PREFETCH // 2  # at a time


def publish() -> None:
    """Publish COUNT events to the exchange that motcua uses, confirmed by the batch."""
    opened = channel(os.environ["AMQP_URL"])
    opened.confirm_select()
    waiting: set[int] = set()

    def on_ack(tag: int, multiple: bool) -> None:  # noqa: FBT001 -- as amqp calls
        waiting.difference_update([each for each in waiting if each <= tag] if multiple else [tag])

    opened.events["basic_ack"].add(on_ack)
    say(**{READY: True})
    body = canonical(sample())
    for sent in range(1, how_many() + 1):
        waiting.add(sent)
        message = amqp.Message(body, delivery_mode=PERSISTENT)
        opened.basic_publish(message, "events", f"{Told.TYPE}.bank", mandatory=True)
        while waiting and sent % BATCH == 0:
            opened.connection.drain_events()
    drain(opened)


def consume() -> None:
    """Handle events until told to end, from the same queue as motcua."""
    opened, count = channel(os.environ["AMQP_URL"]), Count()

    def told(message: Any) -> None:
        count.one()
        if count.handled % ACKNOWLEDGED == 0 or count.handled == count.expected:
            opened.basic_ack(message.delivery_info["delivery_tag"], multiple=True)

    opened.basic_qos(0, PREFETCH, False)  # noqa: FBT003 -- AMQP's own order
    opened.basic_consume("reader", callback=told)
    say(**{READY: True})
    drain(opened)
