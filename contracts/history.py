"""The audit trail of one thing: entries chained by hash, and the proof that the chain is whole.

An entry never holds personal data: it is the event as the public exchange carries it.
Only the standard library is needed to verify a history, so anybody can.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from contracts.envelope import canonical, write_time

BEGINNING = "0" * 64


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One thing that happened; `hash` seals the other fields, `prev` the entry before."""

    seq: int
    id: str
    type: str
    time: datetime
    actor: str
    data: Mapping[str, Any]
    prev: str
    hash: str = ""


@dataclass(frozen=True, kw_only=True)
class Revision:
    """What a stored thing remembers of its own keeping; rules never look at it.

    `version` guards each write, `head` is the hash of the last history entry, `seqs` holds
    the last number given out in each stream (`events`, `orders.so-xay-dung`, …).
    """

    version: int = 0
    head: str = BEGINNING
    seqs: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ChainLink:
    """The place of a thing that is never changed in the chain of its like.

    `seq` counts from 1; 0 is what was written before there was a chain.
    """

    seq: int = 0
    prev: str = BEGINNING
    hash: str = ""


def seal(entry: Entry) -> Entry:
    """The entry with its hash."""
    return Entry(**vars(entry) | {"hash": _digest(entry)})


def first_broken(entries: Iterable[Entry], *, head: str | None = None) -> str | None:
    """Name the first bad entry of a history, or None when it is whole.

    `head` is the last hash as the thing itself remembers it; with it a cut-off end is found too.
    """
    prev, seq = BEGINNING, 0
    for entry in entries:
        seq += 1
        flaw = _flaw(entry, seq, prev)
        if flaw:
            return f"entry {seq}: {flaw}"
        prev = entry.hash
    if head is not None and prev != head:
        return f"entry {seq}: the history ends here, but the thing remembers a later entry"
    return None


def _flaw(entry: Entry, seq: int, prev: str) -> str | None:
    if entry.seq != seq:
        return f"carries number {entry.seq}; an entry was removed, added or moved"
    if entry.prev != prev:
        return "does not follow the entry before it"
    return None if entry.hash == _digest(entry) else "was changed after it was written"


def _digest(entry: Entry) -> str:
    sealed = [
        entry.seq,
        entry.id,
        entry.type,
        write_time(entry.time),
        entry.actor,
        entry.data,
        entry.prev,
    ]
    return hashlib.sha256(canonical(sealed)).hexdigest()
