"""Galloping search: where a numbering without gaps ends, found by asking for single numbers."""

from collections.abc import Callable


def last_position(known: int, has: Callable[[int], bool]) -> int:
    """The last position, found by galloping search, given that `known` is one and none is missing.

    Asks about twice the logarithm of the distance; once, if `known` is the last.
    """
    step = 1
    while has(known + step):
        known += step
        step *= 2
    while step > 1:
        step //= 2
        if has(known + step):
            known += step
    return known
