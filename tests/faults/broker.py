"""What an operator, or a stranger with a credential, can do at the broker."""

import json
import time
import uuid
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

import amqp

from contracts.envelope import CONTENT_TYPE
from tests.platform_fixtures import BrokerPart, Platform


def connection(url: str) -> Any:
    """An open AMQP connection as the user in the url."""
    from kombu import Connection  # noqa: PLC0415 -- its url parser, and nothing else of it

    opened = Connection(url).connect()
    assert isinstance(opened, amqp.Connection)
    return opened


class Tap:
    """A queue of the test's own that gets a copy of what an exchange is told."""

    def __init__(self, platform: Platform, exchange: str, key: str) -> None:
        """Nothing is declared yet."""
        self.url = platform.amqp_url()
        self.bound = exchange, key
        self.queue = f"tap.{exchange}"

    def __enter__(self) -> Self:
        opened = connection(self.url)
        channel = opened.channel()
        channel.queue_declare(
            self.queue, durable=True, auto_delete=False, arguments={"x-queue-type": "quorum"}
        )
        channel.queue_bind(self.queue, *self.bound)
        opened.close()
        BrokerPart.loaded = time.monotonic()
        return self

    def take(self) -> list[bytes]:
        """Everything that has come so far, in its order."""
        return [
            body.encode() if isinstance(body, str) else body
            for body, _ in take_all(self.url, self.queue)
        ]

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        opened = connection(self.url)
        opened.channel().queue_delete(self.queue)
        opened.close()


def coin_paid(**changed: Any) -> bytes:
    """A message as a teller tells it, with some attributes changed."""
    whole = {
        "specversion": "1.0",
        "id": uuid.uuid4().hex,
        "source": "motcua:teller",
        "type": "coin.paid",
        "subject": uuid.uuid4().hex,
        "time": "2026-11-23T02:00:00.000Z",
        "seq": 1,
        "agency": "bank",
        "data": {"agency": "bank", "note": ""},
    }
    return json.dumps(whole | changed).encode()


def tell(platform: Platform, body: bytes, headers: Mapping[str, Any] | None = None) -> None:
    """Publish a body as the user `teller`, whom the broker lets speak of coins; confirmed."""
    message = amqp.Message(
        body,
        content_type=CONTENT_TYPE,
        message_id=uuid.uuid4().hex,
        user_id="teller",
        application_headers=dict(headers or {}),
    )
    opened = connection(platform.amqp_url("teller"))
    opened.channel().basic_publish_confirm(message, "events", "coin.paid.bank")
    opened.close()


def take_all(url: str, queue: str) -> list[tuple[Any, Mapping[str, Any]]]:
    """Body and headers of every message in a queue, which is empty afterwards."""
    opened = connection(url)
    channel = opened.channel()
    taken = []
    while (message := channel.basic_get(queue, no_ack=True)) is not None:
        taken.append((message.body, message.headers))
    opened.close()
    return taken
