"""What nobody asks for and must be done: finishing what a crash left half done."""

from datetime import timedelta

from foundation.clock import every
from services.intake.domain import daybook
from services.intake.doors.desk import Desk

# After this time nobody is still at work on a receipt that was begun.
GIVEN_UP = timedelta(minutes=2)
AT_ONCE = 100


class Timers(Desk):
    """For time itself."""

    @every(60)
    def finish_receipts(self) -> None:
        """Give their codes to dossiers whose receipt stopped short; tidy the day books."""
        now = self.clock.now()
        for received in self.dossiers.received_without_code(now - GIVEN_UP, limit=AT_ONCE):
            self._give_code(received)
        for book in self.day_books.unsettled(limit=AT_ONCE):
            self._settle(book)

    def _settle(self, book: daybook.DayBook) -> None:
        coded, now = self.dossiers.coded(book.settling), self.clock.now()
        self.day_books.change(book.id, lambda each: daybook.settle(each, coded, now))
