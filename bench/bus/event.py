"""The event that every side of `bench bus` sends, and the counter of their consumers."""

import os
import time
from dataclasses import dataclass
from typing import Any

from bench.child_process import send
from contracts.events import Event

TEXT = "x" * 600  # with its envelope, 1 kB
PUBLISHERS = 32  # concurrent ones, where the library allows it
PREFETCH = 100
REPORT_EVERY = 10_000


@dataclass(frozen=True, kw_only=True)
class BenchEvent(Event):
    """An event with a text of fixed length."""

    TYPE = "bench.told"
    text: str


def sample_envelope() -> dict[str, Any]:
    """A complete envelope of that event, for libraries that have none of their own."""
    return {
        "specversion": "1.0",
        "id": "0192f3a1-7c1e-7d3a-9b7e-3f2a1c4d5e6f",
        "source": "motcua:writer",
        "type": BenchEvent.TYPE,
        "subject": "0b0e3a7c-6a64-5d0c-9c1b-3f0f4a9b2d11",
        "time": "2020-09-15T02:30:00.000Z",
        "datacontenttype": "application/json",
        "seq": 1,
        "agency": "bank",
        "data": {"agency": "bank", "text": TEXT},
        "traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    }


class HandledCounter:
    """Counts handled events, and reports the rate from the end of the warm-up to the last one."""

    def __init__(self) -> None:
        """Expects COUNT events after WARM events of warm-up."""
        self.warm = int(os.environ["WARM"])
        self.expected = self.warm + int(os.environ["COUNT"])
        self.handled = 0
        self._began = 0.0

    def one(self) -> None:
        """Count one handled event."""
        self.handled += 1
        if self.handled == self.warm:
            self._began = time.monotonic()
        elif self.handled == self.expected:
            send(rate=(self.expected - self.warm) / (time.monotonic() - self._began))
        elif self.handled % REPORT_EVERY == 0:
            send(handled=self.handled)


def event_count() -> int:
    """How many events the publisher sends, warm-up included."""
    return int(os.environ["WARM"]) + int(os.environ["COUNT"])
