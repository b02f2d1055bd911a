"""Acknowledges deliveries: consecutive ones together (`multiple`), others one by one."""

from typing import Any

from foundation.broker.connection import CONNECTION_ERRORS
from foundation.concurrency import green
from foundation.consumer.delivery import Delivery
from foundation.observability.fault_points import reached


class Acks:
    """The acknowledgements of one channel; `turn` is the lock for writing to its connection."""

    def __init__(self) -> None:
        """Nothing to acknowledge yet."""
        self.turn = green.Semaphore()
        self._channel: Any = None
        self._done: dict[int, bool] = {}
        self._finished: list[int] = []
        self._wake = green.Event()

    def attach(self, channel: Any) -> None:
        """A new channel: what was delivered on the old one is the broker's again."""
        with self.turn:
            self._channel = channel
            self._done, self._finished = {}, []

    def expect(self, delivery: Delivery) -> None:
        """A delivery arrived and is not done yet."""
        self._done[delivery.tag] = False

    def done(self, delivery: Delivery) -> None:
        """The effect of a delivery is stored; a delivery of an old channel is left alone."""
        if delivery.channel is self._channel and delivery.tag in self._done:
            self._done[delivery.tag] = True
            self._finished.append(delivery.tag)
            if not self._wake.ready():
                self._wake.send(None)

    def run(self) -> None:
        """For ever: acknowledge what is done as soon as something is."""
        while True:
            self._wake.wait()
            self._wake = green.Event()
            self.flush()

    def flush(self) -> None:
        """Acknowledge now; if the connection breaks, the broker delivers again."""
        with self.turn:
            channel, finished = self._channel, self._finished
            if not finished:
                return
            self._finished = []
            reached("acknowledging")
            try:
                self._write(channel, finished)
            except CONNECTION_ERRORS:
                # The reader of this connection finds out too and connects anew.
                return

    def _write(self, channel: Any, finished: list[int]) -> None:
        last = 0
        for tag, is_done in self._done.items():
            if not is_done:
                break
            last = tag
        if last:
            channel.basic_ack(last, multiple=True)
        for tag in finished:
            if tag > last:
                channel.basic_ack(tag)
            self._done.pop(tag, None)
