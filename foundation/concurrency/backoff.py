"""Exponential back-off: each pause twice as long as the one before, up to a longest one."""


class Backoff:
    """How long to wait before the next try; pure, so the caller does the waiting."""

    def __init__(self, shortest: float, longest: float) -> None:
        """The first pause is `shortest`, none is longer than `longest` (seconds)."""
        self._shortest = shortest
        self._longest = longest
        self._following = shortest

    def pause(self) -> float:
        """The pause before the next try; the one after that is twice as long."""
        pause = self._following
        self._following = min(2 * pause, self._longest)
        return pause

    def reset(self) -> None:
        """A try went well: begin again with the shortest pause."""
        self._following = self._shortest
