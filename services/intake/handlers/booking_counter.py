"""Booked times at the counter: today's list, who came; and the timers that remind and forget."""

from datetime import date, timedelta
from functools import partial

from foundation.errors import NO_SUCH_THING, Error, NotFound
from foundation.scheduling import JobRunner, every
from foundation.web import Request, Response
from foundation.web.page_forms import after_form, read_form
from foundation.web.page_routes import form, moved, page
from foundation.worktime import local_day
from services.intake import schemas
from services.intake.domain.visits import booking
from services.intake.domain.visits.booking import BookingState
from services.intake.handlers import citizen_view
from services.intake.handlers.booking_desk import BookingContext
from services.intake.handlers.context import CLERK
from services.intake.handlers.counter_page import CounterPage
from services.intake.pages import PAGES

VISITS = "/counter/visits"
NOTED = {"came": BookingState.CAME, "missed": BookingState.MISSED, "held": BookingState.HELD}


class BookingCounter(CounterPage, BookingContext):
    """The clerks' list of who booked, and what is done by time."""

    job_runner = JobRunner()

    @page(VISITS, PAGES, scope=CLERK, hidden=True)
    def look_at_visits(self, request: Request) -> Response:
        """Who booked for a day (`?day=`), today if none is named."""
        if not request.who.subject:
            return self._ask_clerk(request)
        return self._visits_page(request)

    @form(f"{VISITS}/<slot>/<name>", PAGES, scope=CLERK, hidden=True)
    def note_visit(self, request: Request, slot: str, name: str) -> Response:
        """Note that somebody came, or did not."""
        self._must_be_clerk(request)
        said = read_form(request)
        if name not in NOTED:
            raise NotFound(*NO_SUCH_THING)
        plan, now = self.hall.plan(), self.clock.real()
        noted = partial(
            booking.note, code=said.get("code", ""), state=NOTED[name], plan=plan, now=now
        )
        return after_form(
            lambda: self.visit_slots.change(slot, noted),
            done=lambda: moved(request, VISITS),
            wrong=lambda error: self._visits_page(request, wrong=error),
        )

    @every(30)
    def look_after_visits(self) -> None:
        """Remind whoever comes soon; note who did not come."""
        now = self.clock.real()
        due = partial(self.visit_slots.to_look_at, now)
        self.job_runner.run("look_after_visits", due, self._look_after)

    @every(600)
    def forget_visits(self) -> None:
        """Remove what was booked, with names and numbers, some weeks after its day."""
        kept = timedelta(days=self.hall.plan().kept_days)
        day = local_day(self.clock.real() - kept).isoformat()
        forget = partial(self.visit_slots.forget, day=day)
        self.job_runner.run("forget_visits", partial(self.visit_slots.over, day), forget)

    def _look_after(self, slot: str) -> None:
        plan, now = self.hall.plan(), self.clock.real()
        self.visit_slots.change(slot, lambda each: booking.look_after(each, plan, now))

    def _visits_page(self, request: Request, *, wrong: Error | None = None) -> Response:
        today = local_day(self.clock.real())
        day = request.asked(schemas.DayQuery())["day"] or today.isoformat()
        self._looked(request, f"{VISITS}?day={day}", ())
        slots = self.visit_slots.of_day(day)
        plan = self.hall.plan()
        return self._counter_page(
            "counter_visits.html",
            request,
            status=wrong.status if wrong else 200,
            day=date.fromisoformat(day),
            today=day == today.isoformat(),
            days=self._offered_days(),
            slots=[each for each in slots if each.held],
            capacity=plan.capacity,
            categories={each.code: (each.vi, each.en) for each in plan.categories},
            shown=booking.shown,
            wrong=citizen_view.whole(wrong, request.language),
        )
