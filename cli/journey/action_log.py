"""What has happened so far on the journey: who did what, when, and how long each hop took."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Lock

from rich.progress import Progress, TaskID

from cli.language import localized


@dataclass(frozen=True)
class TimedAction:
    """One line of the table; `seconds` is how long the people and the platform took for it."""

    what: str
    who: str
    at: datetime
    seconds: float


class ActionLog:
    """Writes hops down and shows progress; several threads may write."""

    def __init__(self, progress: Progress, expected: int) -> None:
        """`expected` is how many hops there will be."""
        self.actions: list[TimedAction] = []
        self._progress = progress
        self._task: TaskID = progress.add_task("", total=expected)
        self._lock = Lock()

    @contextmanager
    def action(self, who: str, vi: str, en: str) -> Iterator[None]:
        """Time what is done inside, and write it down when it is done."""
        what = localized(vi, en)
        self._progress.update(self._task, description=f"{who}: {what}")
        started = time.monotonic()
        yield
        seconds = time.monotonic() - started
        with self._lock:
            self.actions.append(TimedAction(what, who, datetime.now(UTC), seconds))
            self._progress.advance(self._task)

    def finish(self) -> None:
        """The bar is full whatever was expected."""
        self._progress.update(self._task, total=len(self.actions), completed=len(self.actions))
