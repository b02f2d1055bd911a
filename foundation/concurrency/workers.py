"""Runs a method of a service in a worker greenlet, with its context and a hard time limit."""

import contextvars
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from foundation.concurrency import green
from foundation.observability import metrics

LONGEST = 60.0

Settle = Callable[[Any, BaseException | None], None]


class HandlerTimeout(Exception):
    """A method was still at work after its limit; raised inside it, as an ordinary exception."""


def run_in_worker(
    entrypoint: Any,
    args: Sequence[Any],
    kwargs: Mapping[str, Any] | None = None,
    *,
    settle: Settle,
    limit: float | None = None,
) -> None:
    """Call the entrypoint's method; `settle(result, error)` is called in the worker at its end.

    The worker inherits the caller's trace, actor and log ids. `settle` must not raise: nameko
    would take the whole container down.
    """
    container = entrypoint.container
    busy = metrics.WORKERS_BUSY.labels(container.config["settings"].queue, metrics.REQUEST)
    timer: Any = None

    def finish(_worker: object, result: Any, exc_info: Any) -> tuple[Any, Any]:
        timer.cancel()
        busy.dec()
        settle(result, exc_info[1] if exc_info else None)
        return result, exc_info

    worker = container.spawn_worker(entrypoint, args, kwargs or {}, handle_result=finish)
    # nameko keeps the greenlet of each worker; it has not started yet.
    greenlet = container._worker_threads[worker]  # noqa: SLF001 -- no public way to it
    greenlet.gr_context = contextvars.copy_context()
    busy.inc()
    limit = LONGEST if limit is None else limit
    timeout = HandlerTimeout(f"{entrypoint.method_name} took longer than {limit:g} s")
    timer = green.throw_after(limit, greenlet, timeout)
