"""What is kept with a document of its retention: the hold on it, its end, its tombstone."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from foundation.retention.hold import Hold

FIRST_LOOK = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class RemovalNotice:
    """One notice to the applicant of a dossier, `told` that files of it go from `removes` on.

    A hold ends it: it no longer `stands`, and nothing is removed by it.
    """

    told: datetime
    removes: datetime
    stands: bool = True


@dataclass(frozen=True, kw_only=True)
class Retention:
    """The retention of one document; the names are those of its fields in the database.

    It is looked at again at `retention_due`. `announced` is when the removal at `removes` was told.
    `noticed` is when the notice to the applicant of its dossier was told that goes with that.
    After `removed` only this tombstone is left: `removed_as` and `removed_source` are the kind and
    the source of the rule. `erase_waiting` is whether the bytes are still to be erased. While
    `held` nothing is removed; `holds` has every decision on that.
    """

    retention_due: datetime | None = None
    announced: datetime | None = None
    removes: datetime | None = None
    noticed: datetime | None = None
    removed: datetime | None = None
    removed_as: str = ""
    removed_source: str = ""
    erase_waiting: bool = False
    held: bool = False
    holds: tuple[Hold, ...] = ()


def first_look(now: datetime) -> Retention:
    """The retention of what has just come."""
    return Retention(retention_due=now + FIRST_LOOK)
