"""A TTL cache: what rarely changes is not read anew for every request."""

import time
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")

TTL_SECONDS = 1.0  # seconds


class TtlCache(Generic[T]):
    """Values by key, each for a few seconds. Nothing is evicted: the keys must be few."""

    def __init__(
        self, fresh: float = TTL_SECONDS, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Nothing yet; `fresh` and `clock` are in seconds."""
        self._fresh = fresh
        self._clock = clock
        self._known: dict[str, tuple[float, T]] = {}

    def get(self, key: str, read: Callable[[], T]) -> T:
        """What was read for the key within the last seconds, or what `read` finds now."""
        known = self._known.get(key)
        if known is None or self._clock() - known[0] > self._fresh:
            known = self._known[key] = self._clock(), read()
        return known[1]

    def forget(self, key: str) -> None:
        """It was changed: whoever asks next reads it anew."""
        self._known.pop(key, None)
