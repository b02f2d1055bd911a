"""Listing and replay of dead letters on the broker.

A dead letter is in the `.dead` queue of a work queue, with the reason why it was given up, or in
the `.unrouted` queue of an exchange, since no queue was bound for it. Of its body only three
attributes are ever shown (type, subject, time), and only if they have the form of ours.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from amqp import Message as AmqpMessage
from amqp.exceptions import MessageNacked, NotFound
from kombu import Connection

from cli import service_discovery
from cli.errors import CliError
from cli.language import localized
from contracts.envelope import CONTENT_TYPE, Envelope, MalformedError, decode
from contracts.events import Event
from contracts.message import Message
from contracts.orders import Contact, Order
from contracts.replies import Reply
from foundation.broker.topology import EXCHANGES, RETRY, dead_key, unrouted, work_queues
from foundation.consumer.delivery import ATTEMPT, OPERATOR, Delivery, decode_verified, read_delivery
from foundation.errors import Forbidden

MOST_SHOWN, MOST_SENT = 100, 1000
CONNECT_WITHIN, ANSWER_WITHIN = 5, 10
PERSISTENT = 2
UNKNOWN = "?"
_NAME = re.compile(r"[0-9A-Za-z._:-]{1,64}")


@dataclass(frozen=True, kw_only=True)
class DeadLetter:
    """One dead letter without its content; `at` is the time of its event.

    `trusted` says that broker and consumer have verified the sender that it claims. A letter
    rejected as forged is not trusted, and is replayed only if named by its id.
    """

    id: str
    type: str
    subject: str
    reason: str
    attempts: int
    at: datetime | None
    trusted: bool


@dataclass(frozen=True)
class ReplayResult:
    """The result of a replay: how many letters were sent again, and how many were left."""

    sent: int
    left: int


def dead_letter_queue(name: str) -> str:
    """The dead-letter queue for `name`, which is a work queue or that queue itself."""
    return name if _buried_by(name) or _unrouted_by(name) else dead_key(name)


def dead_letter_queues(connection: Any, agencies: Sequence[str]) -> list[str]:
    """All queues that may hold dead letters, by the topology of the services and these agencies.

    Without those of agencies whose desk is on another broker.
    """
    services = service_discovery.service_classes()
    always = {each.name for each in work_queues(services, [])}
    work = [each.name for each in work_queues(services, agencies)]
    here = [dead_key(each) for each in work if each in always or _desk_is_here(connection, each)]
    return [*here, *(unrouted(exchange) for exchange in EXCHANGES)]


@contextmanager
def connect(url: str) -> Iterator[Any]:
    """Open a connection to the broker, and close it afterwards.

    Raises:
        CliError: the broker does not answer, or refuses the login.
    """
    options = {"confirm_publish": True}
    connection = Connection(url, connect_timeout=CONNECT_WITHIN, transport_options=options)
    place = url.rpartition("@")[2]
    try:
        connection.connect()
        yield connection
    except (*connection.connection_errors, *connection.channel_errors) as error:
        raise CliError(
            f"RabbitMQ ở {place} không trả lời như mong đợi ({error}): hãy xem nó có chạy không, "
            "và địa chỉ, tài khoản có đúng không.",
            f"RabbitMQ at {place} does not answer as it should ({error}): see whether it runs, "
            "and whether address and login are right.",
        ) from error
    finally:
        connection.release()


def peek(connection: Any, queue: str, most: int = MOST_SHOWN) -> list[DeadLetter]:
    """The oldest letters of a queue, without taking them out."""
    with connection.channel() as channel:
        # Closing the channel puts back what was fetched and not acknowledged.
        return [_letter(queue, each) for each in _letters(channel, queue, most)]


def replay(
    connection: Any,
    queue: str,
    login: str,
    *,
    only: str = "",
    most: int = MOST_SENT,
    progress: Callable[[Sequence[int]], Iterator[int]] = iter,
) -> ReplayResult:
    """Replay letters to the queue or exchange they came from, as the user `login`, oldest first.

    A letter is removed only when the broker has confirmed its copy. Each letter now in the queue,
    `most` at the most, is considered once; `only` is the single id to send, `progress` may show
    progress.

    Raises:
        CliError: a queue does not exist, or is full.
    """
    sent = left = 0
    with connection.channel() as channel:
        if _buried_by(queue):
            count_messages(connection, _buried_by(queue))
        for message in _letters(channel, queue, most, progress):
            letter = _letter(queue, message)
            if letter.id == only if only else letter.trusted:
                _send(channel, queue, message, login)
                channel.basic_ack(message.delivery_info["delivery_tag"])
                sent += 1
            else:
                left += 1
    return ReplayResult(sent, left)


def _letters(
    channel: Any,
    queue: str,
    most: int,
    progress: Callable[[Sequence[int]], Iterator[int]] = iter,
) -> Iterator[Any]:
    channel.auto_decode = False
    for _ in progress(range(min(count_messages(channel.connection, queue), most))):
        message = channel.basic_get(queue)
        if message is None:
            return
        yield message


def _desk_is_here(connection: Any, work: str) -> bool:
    with connection.channel() as channel:
        try:
            channel.queue_declare(work, passive=True)
        except NotFound:
            return False
    return True


def count_messages(connection: Any, queue: str) -> int:
    """The number of messages in a queue, asked on a separate channel, since an error closes it.

    Raises:
        CliError: there is no such queue.
    """
    with connection.channel() as channel:
        try:
            return int(channel.queue_declare(queue, passive=True).message_count)
        except NotFound as error:
            raise CliError(
                f"RabbitMQ không có hàng đợi {queue}: hãy xem tên, hoặc nạp lại "
                "`motcua definitions`.",
                f"RabbitMQ has no queue {queue}: look at its name, or import "
                "`motcua definitions` again.",
            ) from error


def _send(channel: Any, queue: str, message: Any, login: str) -> None:
    delivery = read_delivery(message)
    exchange, key = RETRY, _buried_by(queue)
    if _unrouted_by(queue):
        exchange, key = _unrouted_by(queue), delivery.routing_key
    # Without the header for attempts: they are counted from the start again.
    again = AmqpMessage(
        delivery.body,
        content_type=CONTENT_TYPE,
        content_encoding="utf-8",
        delivery_mode=PERSISTENT,
        message_id=delivery.message_id,
        user_id=login,
        application_headers={"traceparent": delivery.traceparent} if delivery.traceparent else {},
    )
    try:
        channel.basic_publish(
            again, exchange=exchange, routing_key=key, mandatory=True, confirm_timeout=ANSWER_WITHIN
        )
    except MessageNacked as error:
        raise CliError(
            f"Hàng đợi {key} đã đầy nên không nhận lại thư: hãy đợi nó vơi rồi chạy lại.",
            f"The queue {key} is full and takes nothing back: wait until it drains, try again.",
        ) from error


def _letter(queue: str, message: Any) -> DeadLetter:
    delivery, headers = read_delivery(message), message.headers or {}
    envelope, reason = _envelope(delivery.body), _reason(queue, headers)
    attempts = headers.get(ATTEMPT)
    return DeadLetter(
        id=_plain(delivery.message_id),
        type=_plain(envelope.type) if envelope else UNKNOWN,
        subject=_plain(envelope.subject) if envelope else UNKNOWN,
        reason=reason,
        attempts=attempts - 1 if type(attempts) is int and attempts > 0 else 0,
        at=envelope.time if envelope else None,
        trusted=_is_trusted(queue, delivery, reason),
    )


def _is_trusted(queue: str, delivery: Delivery, reason: str) -> bool:
    if _buried_by(queue):
        honest = {_buried_by(queue), OPERATOR}
        return delivery.user in honest and not reason.startswith(Forbidden.__name__)
    if queue == unrouted(RETRY):
        # The broker allows each process to publish retries under its own name only.
        return delivery.routing_key.startswith(f"{delivery.user}.")
    try:
        decode_verified(delivery, _kinds(), "")
    except (MalformedError, Forbidden):
        return False
    return True


def _kinds() -> Mapping[str, type[Message]]:
    roots: tuple[type[Message], ...] = (Event, Order, Reply, Contact)
    return {kind.TYPE: kind for root in roots for kind in root.__subclasses__()}


def _envelope(body: bytes) -> Envelope | None:
    try:
        return decode(body)
    except MalformedError:
        return None


def _reason(queue: str, headers: Mapping[str, Any]) -> str:
    """The reason in the consumer's header, else the broker's own from `x-death`."""
    if _unrouted_by(queue):
        return localized("không hàng đợi nào nhận", "no queue wanted it")
    said = headers.get("reason")
    if not isinstance(said, str):
        deaths = headers.get("x-death")
        first = deaths[0] if isinstance(deaths, list) and deaths else {}
        said = f"RabbitMQ: {first.get('reason', UNKNOWN)}"
    return "".join(each if each.isprintable() else " " for each in said[:200])


def _buried_by(queue: str) -> str:
    """The work queue of this dead-letter queue; "" if it is no dead-letter queue."""
    work, suffix, _ = queue.rpartition(dead_key(""))
    return work if suffix and queue == dead_key(work) else ""


def _unrouted_by(queue: str) -> str:
    """The exchange whose unrouted messages this queue takes; "" if it takes none."""
    return next((exchange for exchange in EXCHANGES if queue == unrouted(exchange)), "")


def _plain(text: str) -> str:
    return text if _NAME.fullmatch(text) else UNKNOWN
