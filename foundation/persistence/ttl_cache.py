"""A TTL cache: what rarely changes is not read anew for every request."""

import time
from collections import Counter
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
        self._forgotten = Counter[str]()

    def get(self, key: str, read: Callable[[], T]) -> T:
        """The cached value of the key, or what `read` returns now."""
        known = self._known.get(key)
        if known is not None and self._clock() - known[0] <= self._fresh:
            return known[1]
        forgotten, at = self._forgotten[key], self._clock()
        value = read()
        if self._forgotten[key] == forgotten:
            # Or it was changed while it was read: what was found may be from before.
            self._known[key] = at, value
        return value

    def forget(self, key: str) -> None:
        """Invalidate the key: the next `get` reads it anew."""
        self._forgotten[key] += 1
        self._known.pop(key, None)

    def clear(self) -> None:
        """Invalidate all keys."""
        for key in list(self._known):
            self.forget(key)
