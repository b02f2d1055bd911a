"""What all that books times at the counter shares: the plan, the slots, and how a code is found."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from foundation.errors import NO_SUCH_THING, NotFound
from foundation.web import Request
from foundation.web.rate_limit import LookupRateLimiter
from foundation.worktime import Calendar, local_day
from services.intake.domain.visits import booking
from services.intake.domain.visits.booking import CounterBooking, NewBooking, VisitSlot
from services.intake.domain.visits.plan import days_of, slot_id, times_of
from services.intake.handlers.context import IntakeContext
from services.intake.outside.visit_plan import HallPlan
from services.intake.store.visits import VisitSlots


@dataclass(frozen=True, kw_only=True)
class OfferedTime:
    """A time of a day as it is offered: its slot, and how many places are left."""

    slot: str
    at: datetime
    free: int


class BookingContext(IntakeContext):
    """Base of the handlers of booked times."""

    hall = HallPlan()
    visit_slots = VisitSlots()
    booking_guard = LookupRateLimiter()

    def _offered_days(self) -> tuple[date, ...]:
        now, calendar = self._today()
        return days_of(now, calendar, self.hall.plan())

    def _offered_times(self, day: date) -> Iterator[OfferedTime]:
        (now, calendar), plan = self._today(), self.hall.plan()
        taken = {each.id: each for each in self.visit_slots.of_day(day.isoformat())}
        for at in times_of(day, calendar, plan):
            slot = slot_id(at)
            if at > now:
                yield OfferedTime(slot=slot, at=at, free=booking.free(taken.get(slot), plan))

    def _book(self, slot: str, new: NewBooking, *, moved: bool = False) -> VisitSlot:
        """Take a place; a slot that nobody has booked begins with it."""
        (now, calendar), plan = self._today(), self.hall.plan()
        if not moved and not self.visit_slots.of_code(new.code):
            held = self.visit_slots.held_by(new.phone, local_day(now).isoformat())
            booking.must_be_few(held, plan)
        blank = booking.blank(slot, calendar, plan, now)
        return self.visit_slots.hold(
            blank, lambda each: booking.book(each, new, plan, now, moved=moved)
        )

    def _booked(self, request: Request, code: str) -> tuple[VisitSlot, CounterBooking]:
        """Where a code is booked, found a limited number of times by whoever asks."""
        code = booking.spelled(code)
        with self.booking_guard.against_guessing(request):
            slot = booking.current(self.visit_slots.of_code(code), code)
            if slot is None:
                raise NotFound(*NO_SUCH_THING)
        return slot, booking.booking_of(slot, code)

    def _give_back(self, code: str, keep: str = "", *, quietly: bool = False) -> None:
        """Cancel a code wherever it is booked, except in the slot `keep`."""
        now, plan = self.clock.real(), self.hall.plan()
        for each in self.visit_slots.of_code(code):
            if each.id != keep:
                self.visit_slots.change(
                    each.id, lambda slot: booking.cancel(slot, code, plan, now, quietly=quietly)
                )

    def _today(self) -> tuple[datetime, Calendar]:
        """People come by the clock on the wall, whatever the clock of the law is set to."""
        return self.clock.real(), self.calendars.now().calendar
