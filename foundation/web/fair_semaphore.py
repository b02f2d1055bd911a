"""Who may be at work: so many at once, and who has waited longest goes next."""

from collections import deque

import eventlet
from eventlet.event import Event


class FairSemaphore:
    """A semaphore that is fair: a place is handed on, never free for somebody to push in."""

    def __init__(self, free: int) -> None:
        """So many may be at work at the same time."""
        self._free = free
        self._waiting: deque[Event] = deque()

    def acquire(self, within: float) -> bool:
        """Take a place; False when none came free within so many seconds."""
        if self._free:
            self._free -= 1
            return True
        turn = Event()
        self._waiting.append(turn)
        with eventlet.Timeout(within, exception=False):
            turn.wait()
        if not turn.ready():
            self._waiting.remove(turn)
        return bool(turn.ready())

    def release(self) -> None:
        """Hand the place on."""
        if self._waiting:
            self._waiting.popleft().send(None)
        else:
            self._free += 1
