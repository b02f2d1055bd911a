"""An agency that works in a system of its own: it has the bus, the contracts and its own login.

Nothing of the platform but `contracts` is used here, as by a stranger who read docs/events.md.
"""

import queue
import threading
import uuid
from collections import Counter, defaultdict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import unquote, urlsplit

import amqp

from contracts.envelope import CONTENT_TYPE, Envelope, decode
from contracts.events import (
    StepCompleted,
    StepReceived,
    StepRefused,
    StepRescheduled,
    StepResumed,
    StepSupplementNeeded,
    StepWithdrawn,
)
from contracts.message import Message
from contracts.orders import RescheduleOrder, ResumeOrder, StepOrder, WithdrawOrder
from contracts.replies import SupplementReply

ORDERS = {each.TYPE: each for each in (StepOrder, ResumeOrder, RescheduleOrder, WithdrawOrder)}
OUTGOING_WITHIN = 10.0


@dataclass
class File:
    """What the agency has of one dossier: its steps with their due dates, and the numbers."""

    due: dict[str, datetime] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)
    said: Counter[str] = field(default_factory=Counter)
    heard: set[int] = field(default_factory=set)

    @property
    def missing(self) -> set[int]:
        """Numbers of orders that have not come."""
        return set(range(1, max(self.heard, default=0))) - self.heard


class ForeignDesk:
    """Takes orders and answers them, in a thread of its own with a connection of its own.

    `clock` is the law's, `paper` gives a document's id for a decision.
    """

    def __init__(
        self, agency: str, url: str, clock: Callable[[], datetime], paper: Callable[[], str]
    ) -> None:
        """Begins to work at once."""
        self.agency = agency
        self.files: defaultdict[str, File] = defaultdict(File)
        self.deaf: set[str] = set()
        self._url, self._clock, self._paper = urlsplit(url), clock, paper
        self._handled: set[str] = set()
        self._came: list[Any] = []
        self._outgoing: queue.Queue[tuple[str, Message, threading.Event]] = queue.Queue()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Go home."""
        self._over.set()
        self._thread.join()

    # What its officers do.

    def complete(self, dossier: str, step: str, *, decides: bool = False) -> None:
        """As Desk."""
        outcome, document = ("approved", self._paper()) if decides else ("agreed", "")
        event = StepCompleted(agency=self.agency, step=step, outcome=outcome, document=document)
        self._close(dossier, step, event)

    def refuse(self, dossier: str, step: str, article: str) -> None:
        """As Desk."""
        self._close(dossier, step, StepRefused(agency=self.agency, step=step, article=article))

    def ask(self, dossier: str, step: str, paper: str) -> None:
        """As Desk."""
        reason = "Hồ sơ chưa thể hiện rõ."
        self._say(dossier, StepSupplementNeeded(agency=self.agency, step=step))
        self._say(
            dossier,
            SupplementReply(agency=self.agency, step=step, papers=(paper,), reason=reason),
        )

    def _close(self, dossier: str, step: str, event: Message) -> None:
        self.files[dossier].closed.add(step)
        self._say(dossier, event)

    def _say(self, dossier: str, message: Message) -> None:
        """Hand it to the thread that has the connection; the broker has it when this returns."""
        confirmed = threading.Event()
        self._outgoing.put((dossier, message, confirmed))
        assert confirmed.wait(OUTGOING_WITHIN), f"{self.agency} could not say {message.TYPE}"

    # What its machine does.

    def _work(self) -> None:
        user, secret = unquote(self._url.username or ""), unquote(self._url.password or "")
        place = f"{self._url.hostname}:{self._url.port}"
        with amqp.Connection(place, userid=user, password=secret) as connection:
            channel = connection.channel()
            channel.confirm_select()
            channel.basic_qos(prefetch_size=0, prefetch_count=20, a_global=False)
            channel.basic_consume(f"routing.{self.agency}", callback=self._came.append)
            while not self._over.is_set():
                with suppress(TimeoutError):
                    connection.drain_events(timeout=0.05)
                self._take_orders(channel)
                self._send(channel)

    def _take_orders(self, channel: Any) -> None:
        came, self._came[:] = list(self._came), []
        for each in came:
            envelope = decode(each.body.encode() if isinstance(each.body, str) else each.body)
            if envelope.id not in self._handled:
                if envelope.type.startswith("order."):
                    self.files[envelope.subject].heard.add(envelope.seq)
                self._take(channel, envelope)
                self._handled.add(envelope.id)
            channel.basic_ack(each.delivery_tag)

    def _take(self, channel: Any, envelope: Envelope) -> None:
        kind = ORDERS.get(envelope.type)
        if kind is None:  # words of a newer platform, which a stranger does not know
            return
        order = kind.read({**envelope.data, "agency": envelope.agency})
        for answer in self._answers(envelope.subject, order):
            self._publish(channel, envelope.subject, answer)

    def _answers(self, dossier: str, order: Any) -> list[Message]:
        file, agency, step = self.files[dossier], self.agency, order.step
        was = file.due.get(step)
        if isinstance(order, WithdrawOrder):
            if step in file.closed or dossier in self.deaf:
                return []
            file.closed.add(step)
            return [StepWithdrawn(agency=agency, step=step)]
        file.due[step] = order.due
        if isinstance(order, StepOrder):
            return [StepReceived(agency=agency, step=step, due=order.due)]
        if isinstance(order, ResumeOrder):
            return [StepResumed(agency=agency, step=step, due=order.due)]
        return [StepRescheduled(agency=agency, step=step, due=order.due, was=was or order.due)]

    def _send(self, channel: Any) -> None:
        while not self._outgoing.empty():
            dossier, message, confirmed = self._outgoing.get()
            self._publish(channel, dossier, message)
            confirmed.set()

    def _publish(self, channel: Any, dossier: str, message: Message) -> None:
        file = self.files[dossier]
        file.said[message.stream] += 1
        envelope = Envelope(
            id=str(uuid.uuid4()),
            source=f"motcua:routing:{self.agency}",
            type=message.TYPE,
            subject=dossier,
            time=self._clock(),
            seq=file.said[message.stream],
            agency=self.agency,
            data=message.write(),
        )
        letter = amqp.Message(
            envelope.encode(),
            content_type=CONTENT_TYPE,
            content_encoding="utf-8",
            delivery_mode=2,
            user_id=f"routing.{self.agency}",
            message_id=envelope.id,
        )
        channel.basic_publish_confirm(
            letter, message.EXCHANGE, message.routing_key, mandatory=True, confirm_timeout=10
        )
