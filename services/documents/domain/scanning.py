"""The scan of a document for malware: what it waits for, what it came to, what a clerk decides.

A document passes if it is clean, if nothing was to be scanned, or if a clerk accepted it. One that
does not pass is read by nobody, and intake does not count it among the papers of a dossier.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

MOST_FAILURES = 6
"""So often the scanner may fail on one file before a clerk decides: the file may be why."""
FIRST_AGAIN, LAST_AGAIN = timedelta(seconds=15), timedelta(hours=1)


class ScanState(StrEnum):
    """How far the scan of a document is.

    NOT_SCANNED is also what was stored before documents were scanned; NOT_NEEDED is what the centre
    made itself.
    """

    NOT_SCANNED = "not_scanned"
    NOT_NEEDED = "not_needed"
    WAITING = "waiting"
    CLEAN = "clean"
    INFECTED = "infected"
    NOT_SCANNABLE = "not_scannable"


class ScanDecision(StrEnum):
    """What a clerk decides on a document that does not pass."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    AGAIN = "scan_again"


class DocumentState(StrEnum):
    """How far a document is, in one word."""

    RECEIVED = "received"
    SCANNING = "scanning"
    QUARANTINED = "quarantined"
    RELEASED = "released"
    SUPERSEDED = "superseded"
    REMOVED = "removed"


PASSES = frozenset((ScanState.NOT_SCANNED, ScanState.NOT_NEEDED, ScanState.CLEAN))
QUARANTINED = frozenset((ScanState.INFECTED, ScanState.NOT_SCANNABLE))


@dataclass(frozen=True, kw_only=True)
class Scan:
    """The scan of one document; the names are those of fields of the document in the database.

    `finding` is the signature found, or why it could not be scanned. `scan_tries` were made, and
    in `scan_failures` of them the scanner failed; the next is due at `scan_due`. `undecided` is
    whether a clerk has to decide; then `decision` says how, `decision_note` why.
    """

    verdict: ScanState = ScanState.NOT_SCANNED
    finding: str = ""
    scanned: datetime | None = None
    scan_tries: int = 0
    scan_failures: int = 0
    scan_due: datetime | None = None
    undecided: bool = False
    decision: str = ""
    decision_note: str = ""
    decided_by: str = ""
    decided: datetime | None = None

    @property
    def passes(self) -> bool:
        """Whether the document may be used."""
        return self.verdict in PASSES or self.decision == ScanDecision.ACCEPTED

    @property
    def waits(self) -> bool:
        """Whether it is still to be scanned."""
        return self.verdict is ScanState.WAITING


def to_be_scanned(now: datetime) -> Scan:
    """The scan of what has just come."""
    return Scan(verdict=ScanState.WAITING, scan_due=now)


def pause(tries: int) -> timedelta:
    """How long after that many tries the next is made."""
    longest = int(LAST_AGAIN / FIRST_AGAIN)
    return FIRST_AGAIN * min(1 << min(tries, longest), longest)
