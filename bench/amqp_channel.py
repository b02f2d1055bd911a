"""A plain py-amqp channel, as the sides without a framework use it."""

from typing import Any
from urllib.parse import unquote, urlsplit

import amqp

PERSISTENT = 2


def channel(url: str, *, confirm: bool = False) -> Any:
    """Connected and open; with `confirm` each publish waits for the broker's word."""
    parts = urlsplit(url)
    connection = amqp.Connection(
        f"{parts.hostname}:{parts.port}",
        userid=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        confirm_publish=confirm,
    )
    connection.connect()
    return connection.channel()


def drain(opened: Any) -> None:
    """For ever: hear what the broker says."""
    while True:
        opened.connection.drain_events()
