"""What all pages of the hall share: the numbers of today, and how they are taken and called."""

from datetime import timedelta
from functools import partial

from foundation.errors import NO_SUCH_THING, NotFound, Refused, refusal_of
from foundation.worktime import local_day
from services.intake.domain.visits import booking, waiting
from services.intake.domain.visits.booking import BookingState
from services.intake.domain.visits.plan import VisitCategory
from services.intake.domain.visits.waiting import QueueTicket
from services.intake.handlers.booking_desk import BookingContext
from services.intake.store.tickets import QueueTickets

SOON = timedelta(hours=1)
TRIES = 20


class HallContext(BookingContext):
    """Base of the handlers of the hall."""

    queue_tickets = QueueTickets()

    def _hall_day(self) -> str:
        return local_day(self.clock.real()).isoformat()

    def _take_number(self, category: VisitCategory, preferred: str) -> QueueTicket:
        """Take the next number of a category."""
        day, now = self._hall_day(), self.clock.real()
        return self.queue_tickets.numbered(
            day,
            category.letter,
            lambda number: waiting.take(day, category, number, now, preferred),
        )

    def _take_booked(self, code: str) -> QueueTicket:
        """A number for whoever booked about this time; that they came is noted.

        Raises:
            NotFound: nothing is booked under this code.
            Refused: it is booked for another time, or a number was taken for it.
        """
        code, now, plan = booking.spelled(code), self.clock.real(), self.hall.plan()
        slot = booking.current(self.visit_slots.of_code(code), code)
        if slot is None:
            raise NotFound(*NO_SUCH_THING)
        found = booking.booking_of(slot, code)
        category = plan.category(found.category)
        if category is None or found.state is not BookingState.HELD or abs(slot.at - now) > SOON:
            raise Refused(
                "Mã này không đặt cho giờ này, hoặc đã được lấy số.",
                "This code is not booked for this time, or has its number.",
            )
        note = partial(booking.note, code=code, state=BookingState.CAME, plan=plan, now=now)
        self.visit_slots.change(slot.id, note)
        return self._take_number(category, waiting.BOOKED)

    def _call_next(self, window: str) -> QueueTicket | None:
        """Call whose turn it is to a window; None when nobody waits.

        Raises:
            Refused: the window has somebody.
        """
        day, now = self._hall_day(), self.clock.real()
        if self.queue_tickets.at(day, window):
            raise Refused(
                "Quầy đang phục vụ một số; xin kết thúc số đó trước.",
                "This window has a number; please end it first.",
            )
        served = [each.code for each in self.hall.plan().categories if window in each.windows]
        for _ in range(TRIES):
            head = waiting.next_of(self.queue_tickets.first_of(day, served))
            if head is None:
                return None
            call = partial(waiting.call, window=window, now=now)
            # Another window may have been faster: then it is the next one's turn.
            if refusal_of(partial(self.queue_tickets.change, head.id, call)) is None:
                return self.queue_tickets.get(head.id)
        return None
