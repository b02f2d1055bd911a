"""The clerk's page of a window: whose turn it is, again, on to another window, done."""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from urllib.parse import quote

from foundation.errors import NO_SUCH_THING, Error, NotFound
from foundation.scheduling import JobRunner, every
from foundation.web import Request, Response
from foundation.web.page_forms import after_form, read_form
from foundation.web.page_routes import form, moved, page
from foundation.worktime import local_day
from services.intake.domain.visits import waiting
from services.intake.handlers.citizen_view import whole
from services.intake.handlers.context import CLERK
from services.intake.handlers.counter_page import CounterPage
from services.intake.handlers.hall_desk import HallContext
from services.intake.pages import PAGES

QUEUE = "/counter/queue"
WINDOW = f"{QUEUE}/<window>"
NEXT, AGAIN, END, ABSENT, TRANSFER = "next", "again", "end", "absent", "transfer"


class QueuePages(CounterPage, HallContext):
    """Windows, and what a clerk does with the number at one."""

    job_runner = JobRunner()

    @page(QUEUE, PAGES, scope=CLERK, hidden=True)
    def look_at_windows(self, request: Request) -> Response:
        """The windows to choose from, and how many wait."""
        if not request.who.subject:
            return self._ask_clerk(request)
        return self._queue_page(request, "")

    @page(WINDOW, PAGES, scope=CLERK, hidden=True)
    def look_at_window(self, request: Request, window: str) -> Response:
        """One window: the number that is there, and what may be done with it."""
        if not request.who.subject:
            return self._ask_clerk(request)
        return self._queue_page(request, window)

    @form(f"{WINDOW}/<name>", PAGES, scope=CLERK, hidden=True)
    def act_at_window(self, request: Request, window: str, name: str) -> Response:
        """Call, call again, send on, end: a second click does nothing more."""
        self._must_be_clerk(request)
        self._must_be_window(window)
        said = read_form(request)
        return after_form(
            lambda: self._act_at(window, name, said),
            done=lambda: moved(request, f"{QUEUE}/{quote(window, safe='')}"),
            wrong=lambda error: self._queue_page(request, window, wrong=error),
        )

    @every(600)
    def forget_numbers(self) -> None:
        """Remove numbers some weeks after their day."""
        kept = timedelta(days=self.hall.plan().kept_days)
        day = local_day(self.clock.real() - kept).isoformat()
        forget = partial(self.queue_tickets.forget, day=day)
        self.job_runner.run("forget_numbers", partial(self.queue_tickets.over, day), forget)

    def _act_at(self, window: str, name: str, said: Mapping[str, str]) -> None:
        """The form names the number it is about, so what was ended meanwhile is not ended twice."""
        now, ticket = self.clock.real(), said.get("ticket", "")
        category = self.hall.plan().category(said.get("category", ""))
        if name == NEXT:
            self._call_next(window)
        elif name == AGAIN:
            again = partial(waiting.call_again, window=window, now=now)
            self.queue_tickets.change(ticket, again)
        elif name in (END, ABSENT):
            end = partial(waiting.end, window=window, now=now, absent=name == ABSENT)
            self.queue_tickets.change(ticket, end)
        elif name == TRANSFER and category:
            self.queue_tickets.change(ticket, lambda each: waiting.transfer(each, window, category))
        else:
            raise NotFound(*NO_SUCH_THING)

    def _queue_page(self, request: Request, window: str, *, wrong: Error | None = None) -> Response:
        if window:
            self._must_be_window(window)
        day, plan = self._hall_day(), self.hall.plan()
        return self._counter_page(
            "counter_queue.html",
            request,
            status=wrong.status if wrong else 200,
            window=window,
            windows=sorted(self._windows(), key=lambda each: (len(each), each)),
            ticket=self.queue_tickets.at(day, window) if window else None,
            counts=[(each, self.queue_tickets.waiting(day, each.code)) for each in plan.categories],
            preferred={each.code: (each.vi, each.en) for each in plan.preferred},
            plan=plan,
            wrong=whole(wrong, request.language),
        )

    def _windows(self) -> set[str]:
        return {window for each in self.hall.plan().categories for window in each.windows}

    def _must_be_window(self, window: str) -> None:
        if window not in self._windows():
            raise NotFound(*NO_SUCH_THING)
