"""Opens plain py-amqp channels, for the sides of a comparison that use no framework."""

import threading
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import unquote, urlsplit

import amqp

PERSISTENT = 2


def open_channel(url: str, *, confirm: bool = False) -> Any:
    """Connect and open a channel; with `confirm` each publish waits for the broker's confirm."""
    parts = urlsplit(url)
    connection = amqp.Connection(
        f"{parts.hostname}:{parts.port}",
        userid=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        confirm_publish=confirm,
    )
    connection.connect()
    return connection.channel()


def listen(url: str, kinds: Iterable[str], hear: Callable[[Any], None]) -> None:
    """Have `hear` called with each public event of these routing keys, in a thread of its own."""
    opened = open_channel(url)
    queue = opened.queue_declare(exclusive=True).queue
    for kind in kinds:
        opened.queue_bind(queue, "events", kind)
    opened.basic_consume(queue, no_ack=True, callback=hear)
    threading.Thread(target=drain_forever, args=[opened], daemon=True).start()


def drain_forever(opened: Any) -> None:
    """Process the broker's frames until the process ends."""
    while True:
        opened.connection.drain_events()
