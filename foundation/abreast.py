"""Works on several things at once: while one waits for a server, the next is thought about."""

from collections.abc import Callable, Iterable, Iterator
from contextvars import copy_context
from typing import TypeVar

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
