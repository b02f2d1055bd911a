"""Follows the platform as an integrator does: one number, and the page after it."""

import threading
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeVar

from cli.journey.actors import Actor
from cli.local_platform import LocalPlatform

T = TypeVar("T")
Events = list[dict[str, Any]]


class Feed:
    """Reads the event log in a thread of its own; whoever waits for an event is woken."""

    def __init__(self, platform: LocalPlatform) -> None:
        """Reads from the very beginning."""
        self._reader = Actor(platform, "integrator", "integrator-1")
        self._told: defaultdict[str, Events] = defaultdict(list)
        self._news = threading.Condition()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Read no more."""
        self._over.set()
        self._thread.join()

    def of(self, subject: str) -> Events:
        """What was told of a thing so far, in the order it came to be known."""
        with self._news:
            return list(self._told[subject])

    def wait(
        self, subject: str, look: Callable[[Events], T], why: str, *, within: float = 300.0
    ) -> T:
        """Until the events of a thing are as wanted; what `look` made of them."""
        deadline = time.monotonic() + within
        with self._news:
            while not (seen := look(self._told[subject])):
                left = deadline - time.monotonic()
                types = [each["type"] for each in self._told[subject]]
                assert left > 0, f"not within {within:g} s: {why} (of {subject}: {types})"
                self._news.wait(left)
        return seen

    def _read(self) -> None:
        after = 0
        while not self._over.is_set():
            page = self._reader.get("subscriptions", f"/events?after={after}&limit=500")
            if page["next"] == after:
                self._over.wait(0.2)
                continue
            after = page["next"]
            with self._news:
                for each in page["events"]:
                    self._told[each["subject"]].append(each)
                self._news.notify_all()
