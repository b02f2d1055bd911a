"""Works on several things at once: while one waits for a server, the next is thought about."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextvars import Context, copy_context
from itertools import islice
from typing import TypeVar

import eventlet
from eventlet.greenthread import GreenThread

T = TypeVar("T")
R = TypeVar("R")


def bounded_map(work: Callable[[T], R], things: Iterable[T], *, most: int) -> Iterator[R]:
    """The work for each thing, on behalf of whoever asks: results in order, `most` at a time.

    What the first failure raises is raised, be it of the work or of the things; those begun
    beside it come to their end unheard. Who asks for no more results begins nothing more.
    """
    context, begun = copy_context(), deque[GreenThread]()
    for thing in things:
        begun.append(eventlet.spawn(context.copy().run, work, thing))
        if len(begun) == most:
            yield begun.popleft().wait()
    while begun:
        yield begun.popleft().wait()


def prefetch(things: Iterable[T]) -> Iterator[T]:
    """The same things: while one is worked on the next is fetched, on behalf of whoever asks."""
    return _prefetch(copy_context(), iter(things))


def _prefetch(context: Context, things: Iterator[T]) -> Iterator[T]:
    def fetch() -> list[T]:
        return list(islice(things, 1))

    coming = eventlet.spawn(context.run, fetch)
    while fetched := coming.wait():
        coming = eventlet.spawn(context.run, fetch)
        yield from fetched
