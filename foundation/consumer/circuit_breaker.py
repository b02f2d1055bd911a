"""Shuts while a neighbour of the process (database, object store) is away, and opens again."""

import time
from typing import Any

import eventlet
from eventlet.event import Event

LOOK_EVERY = 1.0


class CircuitBreaker:
    """Open most of the time. A neighbour is any extension that can say whether it `answers`."""

    def __init__(self, container: Any) -> None:
        """Looks at the extensions of `container`."""
        self._container = container
        self._opened = Event()
        self._opened.send(None)
        self._shut_at: float | None = None
        self._closed = False

    def trip(self) -> None:
        """A neighbour did not answer: let nobody through until all of them do."""
        if self._shut_at is None:
            self._shut_at = time.monotonic()
            self._opened = Event()
            eventlet.spawn_n(self._look)

    def wait(self) -> None:
        """Return as soon as the gate is open."""
        self._opened.wait()

    def open_for(self) -> float:
        """Seconds since the gate was shut; 0 while it is open."""
        return 0.0 if self._shut_at is None else time.monotonic() - self._shut_at

    def close(self) -> None:
        """Look no more: the container ends."""
        self._closed = True

    def _look(self) -> None:
        neighbours = [each for each in self._container.extensions if hasattr(each, "answers")]
        eventlet.sleep(LOOK_EVERY)
        while not self._closed and not all(each.answers() for each in neighbours):
            eventlet.sleep(LOOK_EVERY)
        self._shut_at = None
        self._opened.send(None)
