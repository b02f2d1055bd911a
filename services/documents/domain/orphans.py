"""Orphans: files of the object store that no document has, and the rounds that look for them.

An upload that died between its file and its document leaves one, and so may a removal that a dead
process did not end. A round goes through the names of all files in their order, a page at a time;
how far it is, is kept, so that another process goes on there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from contracts.history import Revision
from foundation.frozen import replace

GRACE = timedelta(days=3)
"""So long a file may be without a document: an upload takes minutes, and whoever restored a
database from an older backup has time to see what is missing there."""
PAUSE = timedelta(hours=1)
"""Real time from the end of a round to the beginning of the next."""
PAGE = 500
MOST_REMOVED = 200
"""Of one round. Orphans are few: where there are many something else is wrong, such as a service
that was started on another database, and a person has time to look."""
FILES = "files"

Swept = tuple["ObjectSweep", tuple[()]]


@dataclass(frozen=True, kw_only=True)
class SweepRound:
    """What one round looked at, how many orphans it found past their grace, and removed."""

    began: datetime | None = None
    ended: datetime | None = None
    looked_at: int = 0
    found: int = 0
    removed: int = 0


@dataclass(frozen=True, kw_only=True)
class ObjectSweep:
    """How far the sweep of the object store is: behind the name `after`, in the round `current`."""

    id: str
    after: str = ""
    current: SweepRound = SweepRound()
    last: SweepRound = SweepRound()
    revision: Revision = Revision()


def begin(sweep: ObjectSweep | None, now: datetime) -> Swept:
    """Begin a round if none runs and the last one ended long enough ago."""
    sweep = sweep or ObjectSweep(id=FILES)
    if sweep.current.began or (sweep.last.ended and now - sweep.last.ended < PAUSE):
        return sweep, ()
    return replace(sweep, after="", current=SweepRound(began=now)), ()


def runs(sweep: ObjectSweep) -> bool:
    """Whether a round is under way."""
    return sweep.current.began is not None


def is_past_grace(stored: datetime, now: datetime) -> bool:
    """Whether a file has been there long enough to be removed, if no document has it."""
    return stored <= now - GRACE


def may_remove(sweep: ObjectSweep) -> bool:
    """Whether this round has not removed as many as one may."""
    return sweep.current.removed < MOST_REMOVED


def meet(sweep: ObjectSweep, name: str, before: ObjectSweep) -> Swept:
    """Go past an orphan, before its removal is tried: one that fails holds up no other.

    The next round tries it again. `before` is the sweep as its page was read: if another process
    has gone on since, that one counts.
    """
    if _moved_on(sweep, before) or name <= sweep.after:
        return sweep, ()
    current = replace(sweep.current, found=sweep.current.found + 1)
    return replace(sweep, after=name, current=current), ()


def count_removed(sweep: ObjectSweep) -> Swept:
    """One more was removed."""
    current = replace(sweep.current, removed=sweep.current.removed + 1)
    return replace(sweep, current=current), ()


def pass_page(
    sweep: ObjectSweep, names: Sequence[str], before: ObjectSweep, now: datetime
) -> Swept:
    """Go past a page, or end the round behind the last name."""
    if _moved_on(sweep, before):
        return sweep, ()
    if names:
        looked_at = sweep.current.looked_at + len(names)
        return replace(
            sweep, after=names[-1], current=replace(sweep.current, looked_at=looked_at)
        ), ()
    ended = replace(sweep.current, ended=now)
    return replace(sweep, after="", current=SweepRound(), last=ended), ()


def _moved_on(sweep: ObjectSweep, before: ObjectSweep) -> bool:
    """Whether another process passed the page, or ended the round, that was read with `before`."""
    return (
        sweep.current.began != before.current.began
        or sweep.current.looked_at != before.current.looked_at
    )
