"""A circuit breaker: pauses the consumer while its database or object store is away."""

import time
from typing import Any

from foundation.concurrency import green

LOOK_EVERY = 1.0


class CircuitBreaker:
    """Closed (working) until `trip`; closed again when every extension with `answers` does.

    As in an electric circuit, open means that nothing flows.
    """

    def __init__(self, container: Any) -> None:
        """Looks at the extensions of `container`."""
        self._container = container
        self._closed_event = green.Event()
        self._closed_event.send(None)
        self._tripped_at: float | None = None
        self._ended = False

    def trip(self) -> None:
        """A dependency did not answer: pause until all of them do."""
        if self._tripped_at is None:
            self._tripped_at = time.monotonic()
            self._closed_event = green.Event()
            green.spawn_n(self._look)

    def wait(self) -> None:
        """Return as soon as the breaker is closed."""
        self._closed_event.wait()

    def open_for(self) -> float:
        """Seconds since it tripped; 0 while it is closed."""
        return 0.0 if self._tripped_at is None else time.monotonic() - self._tripped_at

    def close(self) -> None:
        """Look no more: the container ends."""
        self._ended = True

    def _look(self) -> None:
        neighbours = [each for each in self._container.extensions if hasattr(each, "answers")]
        green.sleep(LOOK_EVERY)
        while not self._ended and not all(each.answers() for each in neighbours):
            green.sleep(LOOK_EVERY)
        self._tripped_at = None
        self._closed_event.send(None)
