"""What a process wrote last, for a moment: an act that follows at once begins there.

An order and the next one, an acceptance and the desk's word that it has arrived: one act on an
entity often follows another within milliseconds, and the process that wrote the first one knows
what the second would read. What is kept may be out of date, since other processes write too; so
it may lead to a write, which is guarded by its version, but never to a refusal or an answer.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")

KEPT_SECONDS, MOST_KEPT = 2.0, 100


class LastWritten(Generic[T]):
    """Values by the id of an entity, each for two seconds; of too many the oldest goes."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Nothing yet; `clock` is in seconds."""
        self._clock = clock
        self._kept: OrderedDict[str, tuple[float, T]] = OrderedDict()

    def keep(self, entity_id: str, value: T) -> None:
        """The entity was written just now, as this."""
        self._kept[entity_id] = self._clock(), value
        self._kept.move_to_end(entity_id)
        while len(self._kept) > MOST_KEPT or not self._is_fresh(next(iter(self._kept.values()))[0]):
            self._kept.popitem(last=False)

    def take(self, entity_id: str) -> T | None:
        """What was written of it within the last seconds; it is not kept any longer."""
        at, value = self._kept.pop(entity_id, (0.0, None))
        return value if value is not None and self._is_fresh(at) else None

    def clear(self) -> None:
        """Keep nothing any longer."""
        self._kept.clear()

    def _is_fresh(self, at: float) -> bool:
        return self._clock() - at <= KEPT_SECONDS
