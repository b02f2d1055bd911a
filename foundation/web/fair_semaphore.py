"""A fair (FIFO) semaphore that caps concurrent requests."""

from collections import deque

import eventlet
from eventlet.event import Event


class FairSemaphore:
    """A semaphore that is handed to whoever has waited longest; nobody can overtake."""

    def __init__(self, free: int) -> None:
        """`free` is how many may hold it at the same time."""
        self._free = free
        self._waiting: deque[Event] = deque()

    def acquire(self, within: float) -> bool:
        """Acquire within so many seconds; False if it could not be had in time."""
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
        """Hand it to the longest waiter, or make it free."""
        if self._waiting:
            self._waiting.popleft().send(None)
        else:
            self._free += 1
