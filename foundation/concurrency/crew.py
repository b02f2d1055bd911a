"""A crew of green threads that work for keys: bounded over all, and a failure is known by its key.

Whoever starts the work does not wait for it. Work that raises is logged, and its key stands among
the `fallen` until somebody asks: what it was working on is then to be taken up anew.
"""

from collections import Counter
from collections.abc import Callable
from contextvars import copy_context

from foundation.concurrency import green
from foundation.observability.logs import log


class Crew:
    """At most `most` green threads."""

    def __init__(self, name: str, *, most: int) -> None:
        """`name` is what the log calls it."""
        self._name = name
        self._most = most
        self._busy: Counter[str] = Counter()
        self._fallen: set[str] = set()

    def is_full(self) -> bool:
        """Whether nothing more can be started now."""
        return self._busy.total() >= self._most

    def at_work(self, key: str) -> int:
        """How many threads work for the key."""
        return self._busy[key]

    def start(self, key: str, work: Callable[[], object]) -> None:
        """Do the work in a green thread of its own, in the caller's context."""
        self._busy[key] += 1
        green.spawn_n(copy_context().run, self._run, key, work)

    def take_fallen(self) -> frozenset[str]:
        """The keys whose work failed since this was asked last."""
        fallen, self._fallen = frozenset(self._fallen), set()
        return fallen

    def _run(self, key: str, work: Callable[[], object]) -> None:
        try:
            work()
        except Exception:  # noqa: BLE001 -- whatever is wrong with one key, others must have theirs
            log.exception("crew_failed_for_one", crew=self._name, id=key)
            self._fallen.add(key)
        finally:
            self._busy[key] -= 1
            if not self._busy[key]:
                del self._busy[key]
