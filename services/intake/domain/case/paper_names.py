"""Names of papers and cases, compared as people read them.

A procedure or a dossier that was stored before names were cleaned may hold letters apart from
their marks, blanks of another kind or a tab; nobody sees the difference.
"""

from collections.abc import Iterable
from functools import lru_cache

from foundation.text.cleaning import joined_lines


@lru_cache(4096)  # a procedure's few names are compared many times on the way of each dossier
def spelled(name: str) -> str:
    """A name in the one spelling that names are compared in."""
    return joined_lines(name)


def each_spelled(names: Iterable[str]) -> tuple[str, ...]:
    """The names in their one spelling, each once."""
    return tuple(dict.fromkeys(spelled(name) for name in names))
