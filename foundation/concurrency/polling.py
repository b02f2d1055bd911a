"""Looking again, in growing pauses, until what is seen is enough; only the caller waits."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from foundation.concurrency import green

T = TypeVar("T")


def poll(look: Callable[[], T], enough: Callable[[T], bool], pauses: Sequence[float]) -> T:
    """What the first look that is `enough` saw, or the last look after all `pauses` (seconds)."""
    seen = look()
    for pause in pauses:
        if enough(seen):
            break
        green.sleep(pause)
        seen = look()
    return seen
