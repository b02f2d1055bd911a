"""Answers that wait for something to happen: long polls and event streams (Server-Sent Events).

They hold a connection and no worker: what they wait for is looked for while the answer is written,
after the method of the route has returned. They are few enough to leave connections for the
others, end before an answer may last no longer, and end when the process is told to.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from foundation.concurrency import green
from foundation.injection import Provider
from foundation.web.request import accepted
from foundation.web.responses import EVENT_STREAM, Busy
from foundation.web.server import HttpServer

LOOK_EVERY = 0.1


class LiveAnswers(Provider):
    """The waiting answers of a service: how many there are, and when they must end."""

    server = HttpServer()

    def setup(self) -> None:
        """None is open yet."""
        self._open = Counter[str]()

    @property
    def longest(self) -> float:
        """The seconds after which an answer must end by itself, before it is cut."""
        return 0.9 * self.server.limits.answer_seconds

    @property
    def ending(self) -> bool:
        """Whether the process was told to end."""
        return bool(self.server.draining)

    @contextmanager
    def place(self, caller: str) -> Iterator[None]:
        """Hold one of the places for answers that wait.

        Raises:
            Busy: all are taken, or this caller has its share.
        """
        limits = self.server.limits
        if self._open.total() >= limits.live or self._open[caller] >= limits.live_each:
            raise Busy
        self._open[caller] += 1
        try:
            yield
        finally:
            self._open[caller] -= 1
            self._open += Counter()  # forgets who has none

    def wait(self, happened: Callable[[], bool], seconds: float) -> bool:
        """Wait until it happened, at most so long; False if it did not, or the process ends."""
        until = time.monotonic() + seconds
        while not happened():
            left = until - time.monotonic()
            if left <= 0 or self.ending:
                return False
            green.sleep(min(LOOK_EVERY, left))
        return True


def wants_stream(headers: Mapping[str, str]) -> bool:
    """Whether an event stream is asked for by name."""
    return any(kind == EVENT_STREAM and quality > 0 for kind, quality in accepted(headers))
