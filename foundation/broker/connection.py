"""The AMQP connection, and publishing with confirms in batches; kombu and amqp stand here alone.

One greenlet owns a connection: it alone reads from it, and nobody else writes to it.
"""

import socket
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

from amqp import Message as AmqpMessage
from amqp import spec
from amqp.exceptions import ChannelError
from amqp.method_framing import frame_writer
from kombu import Connection
from kombu.exceptions import KombuError
from kombu.transport.pyamqp import Transport

from contracts.envelope import CONTENT_TYPE
from foundation.concurrency import green
from foundation.observability import metrics
from foundation.observability.fault_points import reached
from foundation.observability.logs import log
from foundation.persistence.document import OutboxMessage

HEARTBEAT = 15
CONNECT_WITHIN = 5
PUBLISH_WITHIN = 5
CONFIRM_WITHIN = 10
PERSISTENT = 2
READ_AHEAD = 16 * 1024
SOCKET = {
    socket.TCP_USER_TIMEOUT: 15000,
    socket.TCP_KEEPIDLE: 15,
    socket.TCP_KEEPINTVL: 5,
    socket.TCP_KEEPCNT: 3,
}


class BrokerTimeout(Exception):
    """The broker took longer than a bounded wait allows."""


class ConsumerLost(Exception):
    """The broker has forgotten our consumer and did not say so."""


CONNECTION_ERRORS: tuple[type[Exception], ...] = (
    *Transport.connection_errors,
    *Transport.channel_errors,
    KombuError,
    BrokerTimeout,
    ConsumerLost,
)
# The broker does not let us do this one thing; it then closes the channel.
ChannelRefused = ChannelError


def connect(url: str) -> Any:
    """An open amqp connection with a heartbeat and bounded waits.

    Raises:
        one of CONNECTION_ERRORS: the broker is away or refuses us.
    """
    options = {"socket_settings": SOCKET}
    with green.deadline(2 * CONNECT_WITHIN, BrokerTimeout("connecting took too long")):
        connection = Connection(
            url, heartbeat=HEARTBEAT, connect_timeout=CONNECT_WITHIN, transport_options=options
        )
        opened = connection.connect()
    _read_ahead(opened.transport)
    return opened


def _read_ahead(transport: Any) -> None:
    """Let one system call fetch many frames: amqp asks for nine small pieces per message."""
    receive = transport.sock.recv
    transport._quick_recv = lambda size: receive(max(size, READ_AHEAD))  # noqa: SLF001 -- no public way


def close_quietly(connection: Any) -> None:
    """Close without waiting long for a broker that may not answer."""
    try:
        with green.deadline(2, BrokerTimeout("closing took too long")):
            connection.close()
    except CONNECTION_ERRORS:
        connection.collect()


@dataclass
class PendingPublish:
    """A publish in flight: `confirmed` becomes true when the broker has it in every queue."""

    outgoing: OutboxMessage
    headers: Mapping[str, Any] = field(default_factory=dict)
    traceparent: str = ""
    confirmed: bool = False


class _FrameBuffer:
    """A buffer for the frames of a batch, so that one system call sends them all."""

    def __init__(self, transport: Any) -> None:
        self._transport = transport
        self._pieces: list[bytes] | None = None

    def write(self, data: Any) -> None:
        """Send, or keep until `flush` while gathering; amqp reuses the memory of `data`."""
        if self._pieces is None:
            self._transport.write(data)
        else:
            self._pieces.append(bytes(data))

    def gather(self) -> None:
        """Keep what is written from now on."""
        self._pieces = []

    def flush(self) -> None:
        """Send what was kept."""
        pieces, self._pieces = self._pieces, None
        self._transport.write(b"".join(pieces or ()))


class Publisher:
    """Publishes batches on one channel and waits for their confirms together."""

    def __init__(self, url: str) -> None:
        """Connect; `user_id` of each message is the login, which the broker checks."""
        self._connection = connect(url)
        self._frames = _FrameBuffer(self._connection.transport)
        self._connection.frame_writer = frame_writer(self._connection, self._frames)
        self._user = unquote(urlsplit(url).username or "guest")
        self._channel = self._connection.channel()
        self._channel.confirm_select()
        self._channel.events["basic_ack"].add(self._on_ack)
        self._channel.events["basic_nack"].add(self._on_nack)
        self._channel.events["basic_return"].add(self._on_return)
        self._tag = 0
        self._waiting: dict[int, PendingPublish] = {}

    def publish(self, pending: Sequence[PendingPublish]) -> None:
        """Send all, then wait until the broker has answered for each.

        Raises:
            one of CONNECTION_ERRORS: the connection is unusable; see `confirmed` of each.
        """
        started = time.monotonic()
        with green.deadline(PUBLISH_WITHIN, BrokerTimeout("the broker takes no more messages")):
            self._frames.gather()
            for publish in pending:
                self._send(publish)
            self._frames.flush()
        reached("published")
        with green.deadline(CONFIRM_WITHIN, BrokerTimeout("the broker confirms nothing")):
            while self._waiting:
                self._connection.drain_events()
        metrics.CONFIRM_SECONDS.labels(self._user).observe(time.monotonic() - started)
        reached("confirmed")

    def tick(self) -> None:
        """Keep the heartbeat going while there is nothing to send."""
        self._connection.heartbeat_tick()
        try:
            self._connection.drain_events(timeout=0.001)
        except TimeoutError:
            return

    def close(self) -> None:
        """Hang up."""
        close_quietly(self._connection)

    def _send(self, publish: PendingPublish) -> None:
        outgoing = publish.outgoing
        headers = dict(publish.headers)
        traceparent = publish.traceparent or outgoing.traceparent
        if traceparent:
            headers["traceparent"] = traceparent
        message = AmqpMessage(
            outgoing.body,
            content_type=CONTENT_TYPE,
            content_encoding="utf-8",
            delivery_mode=PERSISTENT,
            message_id=outgoing.id,
            user_id=self._user,
            application_headers=headers,
        )
        self._tag += 1
        self._waiting[self._tag] = publish
        # basic_publish would look for a blocked connection before each message of a batch.
        arguments = (0, outgoing.exchange, outgoing.key, True, False)
        self._channel.send_method(spec.Basic.Publish, "Bssbb", arguments, message)

    def _answered(self, tag: int, multiple: bool) -> list[PendingPublish]:  # noqa: FBT001 -- as amqp calls
        if not multiple:
            publish = self._waiting.pop(tag, None)
            return [publish] if publish else []
        tags = [each for each in self._waiting if each <= tag]
        return [self._waiting.pop(each) for each in tags]

    def _on_ack(self, tag: int, multiple: bool) -> None:  # noqa: FBT001 -- as amqp calls
        pending = self._answered(tag, multiple)
        for publish in pending:
            publish.confirmed = True
        metrics.PUBLISHED.labels(self._user, "confirmed").inc(len(pending))

    def _on_nack(self, tag: int, multiple: bool) -> None:  # noqa: FBT001 -- as amqp calls
        metrics.PUBLISHED.labels(self._user, "nacked").inc(len(self._answered(tag, multiple)))

    def _on_return(self, exception: Exception, exchange: str, key: str, message: Any) -> None:
        # Only an exchange without its alternate returns a message; its confirm follows the return.
        metrics.PUBLISHED.labels(self._user, "returned").inc()
        log.error("message_returned", exchange=exchange, key=key, reason=str(exception))
        returned = message.properties.get("message_id")
        for tag, publish in list(self._waiting.items()):
            if publish.outgoing.id == returned:
                del self._waiting[tag]
