"""A bounded concurrent map, and prefetching of one item."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextvars import Context, copy_context
from itertools import islice
from typing import TypeVar

from foundation.concurrency import green

T = TypeVar("T")
R = TypeVar("R")


def bounded_map(work: Callable[[T], R], things: Iterable[T], *, most: int) -> Iterator[R]:
    """Map `work` over the things, `most` at a time: results in order, in the caller's context.

    The first failure is raised, of the work or of the things; those running beside it end without
    their results being used. A caller that stops iterating starts nothing more.
    """
    context, begun = copy_context(), deque[green.Thread]()
    for thing in things:
        begun.append(green.spawn(context.copy().run, work, thing))
        if len(begun) == most:
            yield begun.popleft().wait()
    while begun:
        yield begun.popleft().wait()


def prefetch(things: Iterable[T]) -> Iterator[T]:
    """The same things, the next one fetched while the caller works on the one before."""
    return _prefetch(copy_context(), iter(things))


def _prefetch(context: Context, things: Iterator[T]) -> Iterator[T]:
    def fetch() -> list[T]:
        return list(islice(things, 1))

    coming = green.spawn(context.run, fetch)
    while fetched := coming.wait():
        coming = green.spawn(context.run, fetch)
        yield from fetched
