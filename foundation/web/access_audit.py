"""The audit of denied access: a counter and a log line for each, and a call to the listeners.

A service that keeps an audit log of who read what takes part as an `AccessDeniedListener`. It hears
of known callers only: strangers could fill the log with nothing.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from foundation.errors import Error, Hidden
from foundation.observability import metrics
from foundation.observability.logs import log
from foundation.scheduling.clock import now
from foundation.web.auth import NOBODY, Identity, NoRight
from foundation.web.rate_limit import Rate, TokenBuckets

REPORTED = Rate(burst=1, per_minute=1)
"""How often the same caller's trying of the same thing is told to listeners."""
MOST_REPORTED = Rate(burst=100, per_minute=100)
"""How often all that one caller tries is: writing it down must not become the damage."""


@dataclass(frozen=True, kw_only=True)
class AccessDenied:
    """One request that was denied: whose, at which route (`GET /steps/<step>`), and why.

    `at` is in real time; `thing` is the id of what they were kept from, where that is known.
    """

    at: datetime
    who: Identity = NOBODY
    door: str
    reason: str
    thing: str = ""


class AccessDeniedListener:
    """A dependency of a service that is told when a known caller is denied access."""

    def on_access_denied(self, denial: AccessDenied) -> None:
        """Record it."""
        raise NotImplementedError


class AccessAudit:
    """Records who was denied access at the routes of one service."""

    def __init__(
        self,
        service: str,
        listeners: Callable[[], Iterable[AccessDeniedListener]],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`clock` counts seconds."""
        self._service = service
        self._listeners = listeners
        self._clock = clock
        self._same = TokenBuckets(REPORTED)
        self._all = TokenBuckets(MOST_REPORTED)

    def record(self, door: str, error: Error, who: Identity) -> None:
        """Record that `error` was the answer; a listener that fails is logged."""
        denial = AccessDenied(
            at=now(),
            who=error.who if isinstance(error, NoRight) else who,
            door=door,
            reason=error.denied,
            thing=error.thing if isinstance(error, Hidden) else "",
        )
        metrics.ACCESS_REFUSED.labels(self._service, door, denial.reason).inc()
        log.info(
            "access_refused",
            door=door,
            reason=denial.reason,
            agency=denial.who.agency,
            thing=denial.thing,
        )
        if denial.who.subject and self._is_news(denial):
            self._tell(denial)

    def _is_news(self, denial: AccessDenied) -> bool:
        caller, now = f"{denial.who.agency}|{denial.who.subject}", self._clock()
        same = f"{caller}|{denial.door}|{denial.thing}"
        return not self._same.take(same, now) and not self._all.take(caller, now)

    def _tell(self, denial: AccessDenied) -> None:
        for listener in self._listeners():
            try:
                listener.on_access_denied(denial)
            except Error:
                # The caller must be turned away all the same, and the log has it.
                log.exception("a denial was not written down", door=denial.door)
