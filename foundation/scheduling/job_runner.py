"""Runs periodic jobs over all that is due, with a quarantine for the items that fail.

    job_runner = JobRunner()

    @every(5)
    def remind(self):
        due = partial(self.dossiers.reminding, self.clock.now())
        self.job_runner.run("remind", due, self._remind)

An item that fails is logged, counted and quarantined: the job passes over it and tries it again
after 10 s, 20 s, … 10 minutes, so it holds up no other. The quarantine lives in the memory of the
process: nothing has to be written to an item that may be impossible to read. Another process
begins by trying everything.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from foundation.concurrency.backoff import Backoff
from foundation.errors import Unavailable
from foundation.injection import Provider
from foundation.observability import metrics
from foundation.observability.logs import log

BATCH = 100
RUN_SECONDS = 5.0
"""Seconds for one run: less than the patience of any timer's lease."""
FIRST_DELAY, LONGEST_DELAY = 10.0, 600.0  # seconds


class DueQuery(Protocol):
    """A query for what is due: it must find as much as it may, and the same again until done."""

    def __call__(self, *, limit: int) -> Sequence[str]:
        """The ids of at most `limit` things."""
        ...


@dataclass
class _Delay:
    backoff: Backoff = field(default_factory=lambda: Backoff(FIRST_DELAY, LONGEST_DELAY))
    until: float = 0.0


class Quarantine:
    """The items of one job that failed, by id, each with the time of its next try."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """Nothing yet; `clock` counts seconds."""
        self._clock = clock
        self._delays: dict[str, _Delay] = {}

    def add(self, thing_id: str) -> None:
        """Pass over the item for a while, each time twice as long."""
        delay = self._delays.setdefault(thing_id, _Delay())
        delay.until = self._clock() + delay.backoff.pause()

    def release(self, thing_id: str) -> None:
        """The item was dealt with: forget its failures."""
        self._delays.pop(thing_id, None)

    def quarantined(self) -> frozenset[str]:
        """The ids to pass over now. Those not tried again long after their delay are forgotten."""
        now = self._clock()
        self._delays = {
            each: delay for each, delay in self._delays.items() if delay.until + LONGEST_DELAY > now
        }
        return frozenset(each for each, delay in self._delays.items() if delay.until > now)


class JobRunner(Provider):
    """Runs the jobs of a service's timers; one per process."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` counts seconds."""
        self._clock = clock
        self._service = ""
        self._quarantines: dict[str, Quarantine] = {}

    def setup(self) -> None:
        """Learn whose timers they are."""
        self._service = str(self.container.config["settings"].queue)

    def run(self, timer: str, due: DueQuery, work: Callable[[str], Any]) -> None:
        """Do the work for all that is due, or for as much as there is time for.

        `timer` names what is done, for the log and the metric. What is still due after the work
        was done for it counts as failed: else it would be found again and again.

        Raises:
            Unavailable: a neighbour is away, so that the others need not be tried.
        """
        quarantine = self._quarantines.setdefault(timer, Quarantine(self._clock))
        until, done = self._clock() + RUN_SECONDS, set[str]()
        while True:
            passed_over = quarantine.quarantined()
            found = due(limit=BATCH + len(passed_over))
            new = [each for each in found if each not in passed_over]
            for each in new:
                if each in done:
                    log.error("timer_left_it_due", timer=timer, id=each)
                    self._failed(timer, each)
                else:
                    done.add(each)
                    self._run_one(timer, each, work)
                if self._clock() >= until:
                    return
            if len(new) < BATCH:
                return

    def _run_one(self, timer: str, thing_id: str, work: Callable[[str], Any]) -> None:
        quarantine = self._quarantines[timer]
        try:
            work(thing_id)
        except Unavailable:
            # It may be this one that the neighbour cannot take: the next round passes over it.
            quarantine.add(thing_id)
            raise
        except Exception:  # noqa: BLE001 -- whatever is wrong with one, the others must have theirs
            log.exception("timer_failed_for_one", timer=timer, id=thing_id)
            self._failed(timer, thing_id)
        else:
            quarantine.release(thing_id)

    def _failed(self, timer: str, thing_id: str) -> None:
        metrics.TIMER_FAILURES.labels(self._service, timer).inc()
        self._quarantines[timer].add(thing_id)
