"""The store of numbers in the hall: taken without gaps, called by one window alone."""

from collections.abc import Callable, Iterable
from functools import partial
from threading import Lock

from foundation.errors import Duplicate, Stale
from foundation.outbox import Store
from foundation.persistence import Index, last_position
from services.intake.domain.visits.waiting import QueueTicket, line_of, ticket_id, window_of

ROUNDS = 20
MOST_AHEAD, MOST_SHOWN = 300, 60


class QueueTickets(Store[QueueTicket]):
    """One document per number; the id is the number, so none is given twice."""

    entity = QueueTicket
    collection = "queue_tickets"
    indexes = (
        Index(name="line_turn", keys=(("line", 1), ("turn", 1))),
        Index(name="at_window", keys=(("at_window", 1),)),
        Index(name="shown", keys=(("shown", 1),)),
        Index(name="day", keys=(("day", 1),)),
    )

    def setup(self) -> None:
        """Nothing is numbered yet."""
        super().setup()
        self._turn = Lock()
        self._last: dict[str, int] = {}

    def numbered(self, day: str, letter: str, make: Callable[[int], QueueTicket]) -> QueueTicket:
        """Have a ticket written with the next number of the day and letter.

        As the codes of dossiers: one at a time in a process, and the id refuses the later one of
        two processes, which then takes the number after.

        Raises:
            Stale: other processes were always faster.
        """
        book, has = f"{day} {letter}", partial(self._has, day, letter)
        with self._turn:
            for _ in range(ROUNDS):
                number = last_position(self._last.get(book, 0), has) + 1
                written = self._saved_once(make(number))
                if written is not None:
                    # Of days that are over nothing is asked any more.
                    self._last = {each: n for each, n in self._last.items() if each[:10] == day}
                    self._last[book] = number
                    return written
        raise Stale("Nhiều người đang lấy số; xin thử lại.", "Many take numbers; please try again.")

    def first_of(self, day: str, categories: Iterable[str]) -> list[QueueTicket]:
        """The first that waits of each category (index `line_turn`)."""
        firsts = (
            self.find({"line": line_of(day, each)}, sort=(("turn", 1),), limit=1)
            for each in categories
        )
        return [ticket for found in firsts for ticket in found]

    def ahead_of(self, ticket: QueueTicket) -> int:
        """How many stand before one that waits, some hundreds at most (index `line_turn`)."""
        query = {"line": ticket.line, "turn": {"$lt": ticket.turn}}
        return len(self.ids(query, limit=MOST_AHEAD)) if ticket.line else 0

    def waiting(self, day: str, category: str) -> int:
        """How many wait in a category, some hundreds at most (index `line_turn`)."""
        return len(self.ids({"line": line_of(day, category)}, limit=MOST_AHEAD))

    def at(self, day: str, window: str) -> QueueTicket | None:
        """The number that is at a window (index `at_window`)."""
        return self.find_one({"at_window": window_of(day, window)})

    def shown_on(self, day: str) -> list[QueueTicket]:
        """The numbers that are called, the latest first (index `shown`)."""
        found = self.find({"shown": day}, limit=MOST_SHOWN)
        return sorted(found, key=lambda each: each.called or each.taken, reverse=True)

    def over(self, day: str, *, limit: int) -> list[str]:
        """The ids of the numbers up to a day (index `day`)."""
        return self.ids({"day": {"$gt": "", "$lte": day}}, limit=limit)

    def forget(self, ticket: str, day: str) -> None:
        """Remove a number of up to a day."""
        self.discard({"_id": ticket, "day": {"$lte": day}})

    def _saved_once(self, ticket: QueueTicket) -> QueueTicket | None:
        try:
            return self.save(ticket)
        except Duplicate:
            return None

    def _has(self, day: str, letter: str, number: int) -> bool:
        return bool(self.ids({"_id": ticket_id(day, letter, number)}, limit=1))
