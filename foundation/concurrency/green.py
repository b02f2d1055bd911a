"""Green threads: the one module that imports eventlet for concurrency.

Everything that runs, waits or gives up beside other work is begun here, so that leaving eventlet
(for threads, say) changes this module and not its users. The names are eventlet's own classes and
functions, not wrappers: what every message and request goes through must not cost a call more.

What has no counterpart among threads, and would have to be thought about then: `kill`,
`throw_after` and a `deadline` end somebody else's work in the middle of a wait.
"""

from functools import cache
from typing import Any

from eventlet import Timeout, kill, sleep, spawn, spawn_after, spawn_n
from eventlet.event import Event
from eventlet.greenthread import GreenThread
from eventlet.hubs import get_hub
from eventlet.patcher import original
from eventlet.queue import Empty, Queue
from eventlet.semaphore import Semaphore
from eventlet.tpool import execute

__all__ = [
    "Empty",
    "Event",
    "Queue",
    "Semaphore",
    "Thread",
    "Timeout",
    "deadline",
    "has_input",
    "in_thread",
    "kill",
    "sleep",
    "spawn",
    "spawn_after",
    "spawn_n",
    "throw_after",
]

Thread = GreenThread
"""What `spawn` returns: `wait()` for its result or its exception, `kill()` to end it."""

deadline = Timeout
"""Ends a block of code that takes too long.

`with deadline(seconds, error): …` raises `error` in it, and a `Timeout`, which is no `Exception`,
if there is none; `with deadline(seconds, exception=False): …` goes on behind the block. Without
`with` it runs until its `cancel()`.
"""

in_thread = execute
"""Calls a function in a thread of the system: for what would hold up every green thread.

`in_thread(function, *arguments)` returns its result, or raises what it raised; there are few such
threads, so others wait for one.
"""


def throw_after(seconds: float, thread: Any, error: BaseException) -> Any:
    """Raise `error` inside a green thread after so many seconds, unless `cancel()` comes first."""
    return get_hub().schedule_call_global(seconds, thread.throw, error)


def has_input(socket: Any) -> bool:
    """Whether the socket could be read at once: something came, or the other side closed it.

    Asks the system and does not wait. `select` of eventlet would give the turn away, and costs ten
    times as much.
    """
    select = _select()
    asked = select.poll()
    asked.register(socket, select.POLLIN)
    return bool(asked.poll(0))


@cache
def _select() -> Any:
    """The module of the standard library as it is without eventlet, which takes `poll` from it."""
    return original("select")
