"""The side of FastStream: confirms on, acknowledgement after the handler, logging off."""

import asyncio
import os
from typing import Any

from faststream.rabbit import Channel, QueueType, RabbitBroker, RabbitQueue

from bench.bus.event import PREFETCH, PUBLISHERS, HandledCounter, event_count, sample_envelope
from bench.child_process import READY, send

QUEUE = "faststream"


def publish() -> None:
    """Publish COUNT events; each publish waits for its confirm."""
    asyncio.run(_publish())


def consume() -> None:
    """Handle events until the process is stopped."""
    asyncio.run(_consume())


async def _publish() -> None:
    event = sample_envelope()
    async with _broker() as broker:
        send(**{READY: True})
        left = iter(range(event_count()))

        async def publisher() -> None:
            for _ in left:
                await broker.publish(event, _queue(), persist=True)

        await asyncio.gather(*(publisher() for _ in range(PUBLISHERS)))
        await asyncio.Event().wait()


async def _consume() -> None:
    count = HandledCounter()
    broker = _broker()

    @broker.subscriber(_queue())
    async def told(event: dict[str, Any]) -> None:  # noqa: ARG001 -- a handler's signature
        count.one()

    async with broker:
        await broker.start()
        send(**{READY: True})
        await asyncio.Event().wait()


def _broker() -> RabbitBroker:
    channel = Channel(prefetch_count=PREFETCH, publisher_confirms=True)
    return RabbitBroker(os.environ["AMQP_URL"], default_channel=channel, logger=None)


def _queue() -> RabbitQueue:
    return RabbitQueue(QUEUE, durable=True, queue_type=QueueType.QUORUM)
