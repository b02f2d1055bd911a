"""The register of one day and unit, from which dossiers take their numbers without gaps.

A dossier first says, in its own document, that it is being received; then it takes its number
here, under its own id, so asking twice gives the same number; then it writes its code. Whatever
stops in between is taken up again, and no number is lost. What is written is forgotten here,
but not before nobody can still be asking for it: so the register stays small.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from contracts.history import Revision
from foundation.worktime import local_day

# Twice the time that any request or handler may run.
STILL_ASKING = timedelta(minutes=2)


@dataclass(frozen=True, kw_only=True)
class DayBook:
    """`last` is the last number given; `taken` and `settling` map dossiers to their numbers.

    What was taken stays for one whole turn (`turned` is when the last one ended) before it may
    be settled.
    """

    id: str
    revision: Revision = Revision()
    last: int = 0
    taken: Mapping[str, int] = field(default_factory=dict)
    settling: Mapping[str, int] = field(default_factory=dict)
    unsettled: bool = False
    turned: datetime = datetime(1970, 1, 1, tzinfo=UTC)

    def number(self, dossier: str) -> int:
        """The number the dossier has taken here, 0 if none."""
        return self.taken.get(dossier) or self.settling.get(dossier, 0)


def book_of(unit: str, received: datetime) -> str:
    """The register for a unit and a day: the first part of the code, `000.00.00.H41-200915`."""
    return f"{unit}-{local_day(received):%y%m%d}"


def code_of(book: str, number: int) -> str:
    """The dossier's code, `000.00.00.H41-200915-0001` (TT 01/2018/TT-VPCP Đ19).

    The circular gives the number four digits; should a day ever need more, it gets a fifth
    rather than turn people away.
    """
    return f"{book}-{number:04}"


def codes_of(book: str) -> tuple[str, str]:
    """What all codes of this register lie between, in the order of letters."""
    return f"{book}-", f"{book}."


def take(book: DayBook, dossier: str) -> tuple[DayBook, tuple[()]]:
    """Give the dossier the next number, or leave it the one it has."""
    if book.number(dossier):
        return book, ()
    number = book.last + 1
    taken = {**book.taken, dossier: number}
    return replace(book, last=number, taken=taken, unsettled=True), ()


def settle(book: DayBook, coded: AbstractSet[str], now: datetime) -> tuple[DayBook, tuple[()]]:
    """Forget the dossiers that have their code; those taken since the last turn wait one more."""
    if now - book.turned < STILL_ASKING:
        return book, ()
    waiting = {dossier: n for dossier, n in book.settling.items() if dossier not in coded}
    settling = {**waiting, **book.taken}
    settled = replace(book, taken={}, settling=settling, unsettled=bool(settling), turned=now)
    return settled, ()
