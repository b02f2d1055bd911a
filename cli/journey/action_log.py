"""A log of the actions of a journey: who did what, when, and how long it took."""

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
    """One action, a line of the printed table; `seconds` is its duration."""

    what: str
    who: str
    at: datetime
    seconds: float


class ActionLog:
    """Records actions and shows progress; safe for several threads."""

    def __init__(self, progress: Progress, expected: int) -> None:
        """`expected` is the number of actions, for the progress bar."""
        self.actions: list[TimedAction] = []
        self._progress = progress
        self._task: TaskID = progress.add_task("", total=expected)
        self._lock = Lock()

    @contextmanager
    def action(self, who: str, vi: str, en: str) -> Iterator[None]:
        """Measure the time of the block, and record the action when it ends without an error."""
        what = localized(vi, en)
        self._progress.update(self._task, description=f"{who}: {what}")
        started = time.monotonic()
        yield
        seconds = time.monotonic() - started
        with self._lock:
            self.actions.append(TimedAction(what, who, datetime.now(UTC), seconds))
            self._progress.advance(self._task)

    def finish(self) -> None:
        """Fill the progress bar, whatever number was expected."""
        self._progress.update(self._task, total=len(self.actions), completed=len(self.actions))
