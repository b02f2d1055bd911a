"""A fair (FIFO) semaphore that caps concurrent requests."""

from collections import deque

from foundation.concurrency import green


class FairSemaphore:
    """A semaphore that is handed to whoever has waited longest; nobody can overtake."""

    def __init__(self, free: int) -> None:
        """`free` is how many may hold it at the same time."""
        self._free = free
        self._waiting: deque[green.Event] = deque()

    def acquire(self, within: float) -> bool:
        """Acquire within so many seconds; False if it could not be had in time."""
        if self._free:
            self._free -= 1
            return True
        turn = green.Event()
        self._waiting.append(turn)
        try:
            with green.deadline(within, exception=False):
                turn.wait()
        except BaseException:
            # Ended by somebody else, perhaps in the moment in which it was given a place.
            if turn.ready():
                self.release()
            raise
        finally:
            if not turn.ready():
                self._waiting.remove(turn)
        # A place that was given in the moment of the time-out is taken, not lost.
        return bool(turn.ready())

    def release(self) -> None:
        """Hand it to the longest waiter, or make it free."""
        if self._waiting:
            self._waiting.popleft().send(None)
        else:
            self._free += 1
