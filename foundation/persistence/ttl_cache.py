"""Caches: what rarely changes is not read anew for every request.

`TtlCache` may be a second behind; `VersionCache` never is, since whoever asks says which version.
"""

import time
from collections import Counter, OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")

TTL_SECONDS = 1.0  # seconds
MOST_VERSIONS = 1000


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


class VersionCache(Generic[T]):
    """Values by key in one version each; of more than `most`, what was asked for last is kept."""

    def __init__(self, most: int = MOST_VERSIONS) -> None:
        """Nothing yet."""
        self._most = most
        self._known: OrderedDict[str, tuple[object, T]] = OrderedDict()

    def get(self, key: str, version: object, read: Callable[[], T]) -> T:
        """The value of the key in this version, or what `read` returns now, which may be newer."""
        known = self._known.get(key)
        if known is None or known[0] != version:
            known = self._known[key] = version, read()
        self._known.move_to_end(key)
        if len(self._known) > self._most:
            self._known.popitem(last=False)
        return known[1]
