"""Works on several things at once: while one waits for a server, the next is thought about."""

from collections.abc import Callable, Iterable, Iterator
from contextvars import Context, copy_context
from itertools import islice
from typing import TypeVar

import eventlet
from eventlet.greenpool import GreenPool

T = TypeVar("T")
R = TypeVar("R")


def abreast(work: Callable[[T], R], things: Iterable[T], *, most: int) -> Iterator[R]:
    """The work for each thing, on behalf of whoever asks: results in order, `most` at a time.

    What the first failure raises is raised; those begun beside it come to their end unheard.
    """
    context = copy_context()
    results: Iterator[R] = GreenPool(most).imap(
        lambda thing: context.copy().run(work, thing), things
    )
    return results


def ahead(things: Iterable[T]) -> Iterator[T]:
    """The same things: while one is worked on the next is fetched, on behalf of whoever asks."""
    return _ahead(copy_context(), iter(things))


def _ahead(context: Context, things: Iterator[T]) -> Iterator[T]:
    def fetch() -> list[T]:
        return list(islice(things, 1))

    coming = eventlet.spawn(context.run, fetch)
    while fetched := coming.wait():
        coming = eventlet.spawn(context.run, fetch)
        yield from fetched
