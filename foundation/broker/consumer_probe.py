"""A probe of the consumer: does the broker still know it and let it read?"""

from typing import Any

from foundation.broker.connection import ConsumerLost


def probe(connection: Any, queue: str) -> None:
    """Make sure that the queue is there, has a consumer, and is ours to read.

    The broker looks at the right to read once per channel, and never again while the consumer is
    attached; a process that lost it would notice when it is too late to be mended in peace. So a
    new channel asks for a message when none is there to be had: that needs the same right. Should
    one come at that very moment, closing the channel gives it back.

    Raises:
        one of foundation.broker.connection.CONNECTION_ERRORS: the queue is gone, not ours to
            read, or has forgotten its consumers, as one does that is deleted and made anew.
    """
    channel = connection.channel()
    found = channel.queue_declare(queue, passive=True)
    if found.consumer_count == 0:
        raise ConsumerLost(f"nobody consumes from {queue}")
    if found.message_count == 0:
        channel.basic_get(queue)
    channel.close()
