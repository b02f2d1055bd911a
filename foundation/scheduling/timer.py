"""Timers: `@every(60)` calls a method periodically, in one of the processes of a service.

`@everywhere(1)` does so in each of them.
"""

import time
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from foundation.concurrency import green
from foundation.errors import Error, Unavailable
from foundation.injection import Entrypoint
from foundation.observability import log_context
from foundation.observability.logs import log
from foundation.persistence.lease import Lease
from foundation.persistence.mongo import Mongo

T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., Any])

AFTER_A_FAILURE = 1.0
_FAILED = "failed"


class Timer(Entrypoint):
    """A periodic timer: calls a method each `seconds`, in the process that holds its lease.

    If it is not `leased`, in each process.
    """

    mongo = Mongo()

    def __init__(
        self, seconds: float, *, share: float = 1.0, leased: bool = True, **kwargs: Any
    ) -> None:
        """`seconds` from the end of one call to the start of the next, or more.

        With a `share` the calls take that part of the time at most: what takes long pauses longer.
        """
        self.seconds = seconds
        self.share = share
        self.leased = leased
        self._paused_until = 0.0
        super().__init__(**kwargs)

    def start(self) -> None:
        """Begin to tick."""
        self._stopped = green.Event()
        self._thread = self.container.spawn_managed_thread(self._tick, identifier="every")

    def stop(self) -> None:
        """Tick no more; a call that runs is waited for by the container."""
        if not self._stopped.ready():
            self._stopped.send(None)
        self._thread.wait()

    def _pause(self, outcome: Any) -> float:
        if outcome is _FAILED:
            # What is called often would otherwise fail, and log, as often.
            return max(self.seconds, AFTER_A_FAILURE)
        return 0 if outcome is True else self.seconds

    def _tick(self) -> None:
        lease = Lease(self.mongo, f"every.{self.method_name}", patience=max(3 * self.seconds, 10))
        while not self._stopped.ready():
            with log_context.trace(), log_context.acting_as("timer"):
                outcome = self._call_if_ours(lease)
            with green.deadline(self._pause(outcome), exception=False):
                self._stopped.wait()

    def _call_if_ours(self, lease: Lease) -> Any:
        try:
            ours = not self.leased or lease.hold()
        except Error:
            # The database is away: readiness tells so; the timer goes on when it is back.
            return False
        return ours and time.monotonic() >= self._paused_until and self._call()

    def _call(self) -> Any:
        finished, began = green.Event(), time.monotonic()
        self.container.spawn_worker(self, (), {}, handle_result=_settle(finished))
        outcome = finished.wait()
        took = time.monotonic() - began
        self._paused_until = began + took / self.share
        return outcome


def _settle(finished: green.Event) -> Callable[..., tuple[Any, Any]]:
    def handle(_worker: object, result: Any, exc_info: Any) -> tuple[Any, Any]:
        if exc_info is not None:
            # A timer has nobody to tell; its next call is its second try.
            log.error("timer_failed", exc_info=exc_info)
        finished.send(result if exc_info is None else _FAILED)
        return result, exc_info

    return handle


def run_each(things: Iterable[T], work: Callable[[T], object]) -> list[T]:
    """Run the work for each item in isolation; returns the items that failed.

    An item that fails is logged and holds up no other; between two items, other greenlets run.

    Raises:
        Unavailable: a neighbour is away, so that the others need not be tried.
    """
    failed = []
    for thing in things:
        try:
            work(thing)
        except Unavailable:
            raise
        except Exception:  # noqa: BLE001 -- whatever is wrong with one, the others must have theirs
            log.exception("timer_failed_for_one", id=str(getattr(thing, "id", thing)))
            failed.append(thing)
        green.sleep(0)
    return failed


def every(seconds: float, *, share: float = 1.0) -> Callable[[F], F]:
    """Call the method each `seconds`, in one of the processes of a service: `method(self)`.

    If it returns True there is more to do, and it is called again at once.

    With a `share` of the time that it may take at most, it is called less often if it takes long.
    """
    decorator: Callable[[F], F] = Timer.decorator(seconds, share=share)
    return decorator


def everywhere(seconds: float) -> Callable[[F], F]:
    """Call the method each `seconds`, in every process of a service: `method(self)`.

    If it returns True there is more to do, and it is called again at once.
    """
    decorator: Callable[[F], F] = Timer.decorator(seconds, leased=False)
    return decorator
