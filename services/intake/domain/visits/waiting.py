"""Who waits in the hall: numbers that are taken, called, sent to another window and ended.

A number counts through a day and a category without gaps, `A001`, `A002`; each is an entity of its
own, so its version lets one window alone call it. Those whom the plan prefers, and those who booked
that time, stand before the others of their category, each group in the order in which it came.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from contracts.envelope import write_time
from contracts.history import Revision
from foundation.errors import Refused
from foundation.frozen import replace
from services.intake.domain.visits.plan import VisitCategory

FIRST, PREFERRED, USUAL = "0", "1", "2"
NO_REASON, BOOKED = "", "booked"
ROUND_TO, LEAST, MOST = 5, 0.7, 1.5


class TicketState(StrEnum):
    """Where a number stands; `absent` is that nobody came when it was called."""

    WAITING = "waiting"
    CALLED = "called"
    DONE = "done"
    ABSENT = "absent"


@dataclass(frozen=True, kw_only=True)
class QueueTicket:
    """One number. `line` and `turn` are its place among those that wait, "" when it does not.

    `preferred` says why it stands before others; `at_window` and `shown` are what windows and
    screens find it by while it is called; `calls` is how often it was.
    """

    id: str
    day: str
    category: str
    label: str
    taken: datetime
    preferred: str = NO_REASON
    state: TicketState = TicketState.WAITING
    line: str = ""
    turn: str = ""
    window: str = ""
    at_window: str = ""
    shown: str = ""
    called: datetime | None = None
    ended: datetime | None = None
    calls: int = 0
    revision: Revision = Revision()


TicketDecided = tuple[QueueTicket, tuple[()]]


def ticket_id(day: str, letter: str, number: int) -> str:
    """The name of a number in the store: `2026-12-01-A001`."""
    return f"{day}-{label_of(letter, number)}"


def label_of(letter: str, number: int) -> str:
    """A number as people read it."""
    return f"{letter}{number:03}"


def take(
    day: str, category: VisitCategory, number: int, now: datetime, preferred: str = NO_REASON
) -> QueueTicket:
    """A new number, at the end of its group."""
    return QueueTicket(
        id=ticket_id(day, category.letter, number),
        day=day,
        category=category.code,
        label=label_of(category.letter, number),
        taken=now,
        preferred=preferred,
        line=line_of(day, category.code),
        turn=_turn(PREFERRED if preferred else USUAL, now, label_of(category.letter, number)),
    )


def line_of(day: str, category: str) -> str:
    """Where the numbers of a category wait."""
    return f"{day} {category}"


def window_of(day: str, window: str) -> str:
    """What a called number is found by at its window."""
    return f"{day} {window}"


def next_of(heads: Iterable[QueueTicket]) -> QueueTicket | None:
    """Of the first of each category whose turn is first."""
    return min(heads, key=lambda each: each.turn, default=None)


def call(ticket: QueueTicket, window: str, now: datetime) -> TicketDecided:
    """Call a number to a window.

    Raises:
        Refused: another window has called it, or it is over.
    """
    if ticket.state is not TicketState.WAITING:
        raise Refused("Số này vừa được quầy khác gọi.", "Another window has just called it.")
    called = replace(
        ticket,
        state=TicketState.CALLED,
        line="",
        turn="",
        window=window,
        at_window=window_of(ticket.day, window),
        shown=ticket.day,
        called=now,
        calls=1,
    )
    return called, ()


def call_again(ticket: QueueTicket, window: str, now: datetime) -> TicketDecided:
    """Call the same number once more; raises as `end`."""
    _must_be_at(ticket, window)
    return replace(ticket, called=now, calls=ticket.calls + 1), ()


def end(ticket: QueueTicket, window: str, now: datetime, *, absent: bool = False) -> TicketDecided:
    """The number was served, or nobody came.

    Raises:
        Refused: it is not at this window.
    """
    _must_be_at(ticket, window)
    state = TicketState.ABSENT if absent else TicketState.DONE
    return replace(_left(ticket), state=state, ended=now), ()


def transfer(ticket: QueueTicket, window: str, category: VisitCategory) -> TicketDecided:
    """Send the person on to another category, where they stand first: they have waited already.

    Raises:
        Refused: it is not at this window.
    """
    _must_be_at(ticket, window)
    moved = replace(
        _left(ticket),
        state=TicketState.WAITING,
        category=category.code,
        line=line_of(ticket.day, category.code),
        turn=_turn(FIRST, ticket.taken, ticket.label),
        called=None,
        window="",
        calls=0,
    )
    return moved, ()


def waiting_range(ahead: int, category: VisitCategory) -> tuple[int, int]:
    """About how many minutes until one is called, from and to; no promise, so it is a range."""
    minutes = ahead * category.minutes / len(category.windows)
    least = int(minutes * LEAST) // ROUND_TO * ROUND_TO
    most = (int(minutes * MOST) // ROUND_TO + 1) * ROUND_TO
    return least, most


def _left(ticket: QueueTicket) -> QueueTicket:
    return replace(ticket, at_window="", shown="")


def _must_be_at(ticket: QueueTicket, window: str) -> None:
    if ticket.state is not TicketState.CALLED or ticket.window != window:
        raise Refused("Số này không còn ở quầy này.", "This number is not at this window any more.")


def _turn(group: str, since: datetime, label: str) -> str:
    return f"{group} {write_time(since)} {label}"
