"""Opens plain py-amqp channels, for the sides of a comparison that use no framework."""

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


def drain_forever(opened: Any) -> None:
    """Process the broker's frames until the process ends."""
    while True:
        opened.connection.drain_events()
