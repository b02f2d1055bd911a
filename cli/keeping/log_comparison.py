"""Compares the histories with the event log, by the identity of each event. Pure: no database.

The platform works meanwhile, so the order of reading decides what may be concluded:

1. the end of the log is noted; 2. the histories are read; 3. the log is read up to that end.

A state and its history entry are one write, before the event is published. So whatever stands in
the log up to the noted end was in a history before the histories were read: an event of that part
without a history is forged, or its history was cut. An entry that is not in the log yet may still
be on its way there: it is pending until it arrives, and missing if it never does.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import TypeVar

R = TypeVar("R")

DIGEST_BYTES = 16


@dataclass
class LogComparison:
    """What the histories say, to be held against the log; a digest in memory for each event.

    `pending` are entries of histories that the log does not have yet: identity → place.
    """

    pending: dict[str, str] = field(default_factory=dict)
    _written: set[bytes] = field(default_factory=set)

    def add(self, entries: Mapping[str, str], logged: Collection[str]) -> None:
        """Entries of histories (identity → place), and which of them are in the log."""
        self._written.update(map(_digest, entries))
        self.pending |= {each: place for each, place in entries.items() if each not in logged}

    def arrived(self, logged: Iterable[str]) -> None:
        """These have come into the log since."""
        for identity in logged:
            self.pending.pop(identity, None)

    def without_history(self, records: Iterable[tuple[str, R]]) -> Iterator[R]:
        """Of records of the log (identity, record) those that no history has."""
        for identity, record in records:
            if _digest(identity) not in self._written:
                yield record


def _digest(identity: str) -> bytes:
    return blake2b(identity.encode(), digest_size=DIGEST_BYTES).digest()
