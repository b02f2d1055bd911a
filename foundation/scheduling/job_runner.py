"""Deals with everything that is due, however much, and lets nothing that fails hold up the rest.

    rounds = Rounds()

    @every(5)
    def remind(self):
        due = partial(self.dossiers.reminding, self.clock.now())
        self.rounds.make("remind", due, self._remind)

What could not be dealt with is logged, counted and set aside: it is passed over, and tried again
after 10 s, 20 s, … 10 minutes. That is remembered by the process alone, so nothing has to be
written to a thing that may be impossible to read; another process begins by trying everything.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from nameko.extensions import DependencyProvider

from foundation.errors import Unavailable
from foundation.observability import metrics
from foundation.observability.logs import log

BATCH = 100
RUN_SECONDS = 5.0
"""Seconds for a round: less than the patience of any timer's lease."""
FIRST_DELAY, LONGEST_DELAY = 10.0, 600.0  # seconds


class DueQuery(Protocol):
    """A query for what is due: it must find as much as it may, and the same again until done."""

    def __call__(self, *, limit: int) -> Sequence[str]:
        """The ids of at most `limit` things."""
        ...


@dataclass(frozen=True)
class _Waiting:
    until: float
    seconds: float


class Quarantine:
    """What one timer has set aside, by id."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """Nothing yet; `clock` counts seconds."""
        self._clock = clock
        self._rests: dict[str, _Waiting] = {}

    def put(self, thing_id: str) -> None:
        """Pass over it for a while, each time longer."""
        before = self._rests.get(thing_id)
        seconds = min(2 * before.seconds, LONGEST_DELAY) if before else FIRST_DELAY
        self._rests[thing_id] = _Waiting(self._clock() + seconds, seconds)

    def take_back(self, thing_id: str) -> None:
        """It was dealt with after all."""
        self._rests.pop(thing_id, None)

    def resting(self) -> frozenset[str]:
        """What is to be passed over now; what nobody has asked for since its rest is forgotten."""
        now = self._clock()
        self._rests = {
            each: rest for each, rest in self._rests.items() if rest.until + LONGEST_DELAY > now
        }
        return frozenset(each for each, rest in self._rests.items() if rest.until > now)


class JobRunner(DependencyProvider):
    """Makes the rounds of a service's timers."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` counts seconds."""
        self._clock = clock
        self._service = ""
        self._aside: dict[str, Quarantine] = {}

    def setup(self) -> None:
        """Learn whose timers they are."""
        self._service = str(self.container.config["settings"].queue)

    def get_dependency(self, worker_ctx: object) -> "JobRunner":  # noqa: ARG002 -- nameko's signature
        """The rounds themselves: they remember between calls what is set aside."""
        return self

    def make(self, timer: str, due: DueQuery, work: Callable[[str], Any]) -> None:
        """Do the work for all that is due, or for as much as there is time for.

        `timer` names what is done, for the log and the metric. What is still due after the work
        was done for it counts as failed: else it would be found again and again.

        Raises:
            Unavailable: a neighbour is away, so that the others need not be tried.
        """
        aside = self._aside.setdefault(timer, Quarantine(self._clock))
        until, done = self._clock() + RUN_SECONDS, set[str]()
        while True:
            passed_over = aside.resting()
            found = due(limit=BATCH + len(passed_over))
            new = [each for each in found if each not in passed_over]
            for each in new:
                if each in done:
                    log.error("timer_left_it_due", timer=timer, id=each)
                    self._failed(timer, each)
                else:
                    done.add(each)
                    self._deal_with(timer, each, work)
                if self._clock() >= until:
                    return
            if len(new) < BATCH:
                return

    def _deal_with(self, timer: str, thing_id: str, work: Callable[[str], Any]) -> None:
        aside = self._aside[timer]
        try:
            work(thing_id)
        except Unavailable:
            # It may be this one that the neighbour cannot take: the next round passes over it.
            aside.put(thing_id)
            raise
        except Exception:  # noqa: BLE001 -- whatever is wrong with one, the others must have theirs
            log.exception("timer_failed_for_one", timer=timer, id=thing_id)
            self._failed(timer, thing_id)
        else:
            aside.take_back(thing_id)

    def _failed(self, timer: str, thing_id: str) -> None:
        metrics.TIMER_FAILURES.labels(self._service, timer).inc()
        self._aside[timer].put(thing_id)
