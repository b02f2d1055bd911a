"""The ledger of a due date: what made it, entry after entry, so that adding them up gives it.

A count begins at an entry that names a moment; what was allowed, skipped and waited for each
adds minutes of the wall clock. So anybody can check the date with a pencil, and a calendar that
changes later cannot change what was counted before.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from contracts.procedure import Unit
from foundation.worktime import DayKind, to_minute

# Besides the kinds of days: why minutes of working days are skipped.
HOURS = "hours"
AFTER_15 = "after_15"
OUTAGE = "outage"


class LedgerKind(StrEnum):
    """The kind of an entry, and which moment its `since` and `until` are.

    RECEIVED: both are the receipt, from which the count begins.
    GIVEN: both are a due date of the time before ledgers were kept; the count begins there.
    ALLOWED: the time limit, from the first minute that counts to the moment it ends.
    SKIPPED: time that does not count, `because` of a weekend, a holiday, an outage …
    WORKED: a day off that was worked and does count; adds nothing.
    PAUSED: something was waited for, `because` says what; the date moves by `minutes` for it.
    RESTARTED: the same, but the count begins anew at `until`; `minutes` is the working time.
    REAPPOINTED: an agency apologised: due at `since`, it named `until`; the count begins there.
    RECOMPUTED: the calendar changed: the due date was `since` and is `until`; adds nothing.
    """

    RECEIVED = "received"
    GIVEN = "given"
    ALLOWED = "allowed"
    SKIPPED = "skipped"
    WORKED = "worked"
    PAUSED = "paused"
    RESTARTED = "restarted"
    REAPPOINTED = "reappointed"
    RECOMPUTED = "recomputed"


@dataclass(frozen=True, kw_only=True)
class LedgerEntry:
    """One line of a ledger; `vi` and `en` name the holiday or decision, `who` an agency.

    Days off that follow one another for one reason are one entry, so a ledger stays short.
    """

    kind: LedgerKind
    since: datetime
    until: datetime
    minutes: int = 0
    because: str = ""
    vi: str = ""
    en: str = ""
    who: str = ""
    article: str = ""
    unit: Unit = Unit.NONE
    amount: int = 0

    @property
    def expected(self) -> bool:
        """Whether it is a holiday that was reckoned: the plan of its year was not decided yet."""
        return self.because == DayKind.EXPECTED


Ledger = tuple[LedgerEntry, ...]
_BEGINNINGS = (
    LedgerKind.RECEIVED,
    LedgerKind.GIVEN,
    LedgerKind.RESTARTED,
    LedgerKind.REAPPOINTED,
)


@dataclass(frozen=True, kw_only=True)
class DueDate:
    """A due date and the ledger that made it; None where the law names no time, or not yet."""

    moment: datetime | None = None
    ledger: Ledger = ()


def replay(ledger: Iterable[LedgerEntry]) -> datetime | None:
    """Add the entries up: the due date, from the ledger alone; no calendar is asked."""
    moment: datetime | None = None
    for entry in ledger:
        if entry.kind in _BEGINNINGS:
            moment = to_minute(entry.until)
        elif entry.kind is LedgerKind.ALLOWED and entry.unit is Unit.NONE:
            moment = None
        elif entry.kind in (LedgerKind.ALLOWED, LedgerKind.SKIPPED, LedgerKind.PAUSED) and moment:
            moment += timedelta(minutes=entry.minutes)
    return moment


def unit_of(ledger: Ledger) -> Unit:
    """How the time was counted last; working time where the ledger does not say."""
    counted = (each.unit for each in reversed(ledger) if each.kind is LedgerKind.ALLOWED)
    return next(counted, Unit.WORKING_DAYS)


def is_expected(ledger: Ledger) -> bool:
    """Whether the date, as it was counted last, rests on holidays that are not decided yet."""
    expected = False
    for entry in ledger:
        expected = entry.expected or (expected and entry.kind not in _BEGINNINGS)
    return expected
