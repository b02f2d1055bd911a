"""The only reader of time, and timers that run once however many processes there are."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

import eventlet
from eventlet.event import Event
from nameko.extensions import DependencyProvider, Entrypoint

from foundation import watch
from foundation.errors import Error
from foundation.lease import Lease
from foundation.mongo import Mongo

F = TypeVar("F", bound=Callable[..., Any])


def now() -> datetime:
    """This moment in UTC, to the millisecond, as the database and the wire keep it."""
    moment = datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


class Clock(DependencyProvider):
    """Tells the time to a service, so that a test can tell it another: `self.clock.now()`."""

    def get_dependency(self, worker_ctx: object) -> "Clock":  # noqa: ARG002 -- nameko's signature
        """The clock itself."""
        return self

    def now(self) -> datetime:
        """This moment in UTC, to the millisecond."""
        return now()


class Every(Entrypoint):
    """Calls a method each `seconds`, in the one process that holds the lease."""

    mongo = Mongo()

    def __init__(self, seconds: float, **kwargs: Any) -> None:
        """`seconds` from the end of one call to the start of the next."""
        self.seconds = seconds
        super().__init__(**kwargs)

    def start(self) -> None:
        """Begin to tick."""
        self._stopped = Event()
        self._thread = self.container.spawn_managed_thread(self._tick, identifier="every")

    def stop(self) -> None:
        """Tick no more; a call that runs is waited for by the container."""
        if not self._stopped.ready():
            self._stopped.send(None)
        self._thread.wait()

    def _tick(self) -> None:
        lease = Lease(self.mongo, f"every.{self.method_name}", patience=max(3 * self.seconds, 10))
        while not self._stopped.ready():
            with watch.trace(), watch.acting("timer"):
                self._call_if_ours(lease)
            with eventlet.Timeout(self.seconds, exception=False):
                self._stopped.wait()

    def _call_if_ours(self, lease: Lease) -> None:
        try:
            ours = lease.hold()
        except Error:
            # The database is away: readiness tells so; the timer goes on when it is back.
            return
        if ours:
            self._call()

    def _call(self) -> None:
        finished = Event()
        self.container.spawn_worker(self, (), {}, handle_result=_settle(finished))
        finished.wait()


def _settle(finished: Event) -> Callable[..., tuple[Any, Any]]:
    def handle(_worker: object, result: Any, exc_info: Any) -> tuple[Any, Any]:
        if exc_info is not None:
            # A timer has nobody to tell; its next call is its second try.
            watch.log.error("timer_failed", exc_info=exc_info)
        finished.send(None)
        return result, exc_info

    return handle


def every(seconds: float) -> Callable[[F], F]:
    """Call the method each `seconds`, in one of the processes of a service: `method(self)`."""
    decorator: Callable[[F], F] = Every.decorator(seconds)
    return decorator
