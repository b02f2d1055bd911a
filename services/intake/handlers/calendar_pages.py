"""Pages of whoever keeps the unit's calendar: days off, planned outages, and a due date on trial.

A form is the act of the API, on the edition that its keeper saw.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from contracts.procedure import TimeLimit
from foundation.errors import NO_SUCH_THING, Error, NotFound, Unknown, refusal_of
from foundation.persistence.document import new_message_id
from foundation.web import Request, Response
from foundation.web.page_forms import after_form, as_api, read_form
from foundation.web.page_routes import form, moved, page, wants_page
from foundation.worktime import local_day
from services.intake import pages, schemas
from services.intake.domain.calendar import national_plan, outages
from services.intake.domain.clock import due_date
from services.intake.handlers import calendar_view
from services.intake.handlers.calendar_api import WRITING
from services.intake.handlers.outages_api import OutagesApi
from services.intake.pages import PAGES

PLACE = "/centre/calendar"
_NOTHING: Mapping[str, str] = {}


class CalendarPages(OutagesApi):
    """The calendar on one page; to who may not decide on it the page is not there."""

    @page(PLACE, PAGES, scope=WRITING, hidden=True)
    def look_at_calendar(self, request: Request) -> Response:
        """Days off, outages and their forms; `?from=&unit=&amount=` counts a due date on trial."""
        if request.who.subject:
            return self._calendar_page(request)
        if not wants_page(request.headers):
            raise _nobody()
        return PAGES.show("calendar_sign_in.html", request, at=self.clock.now())

    @page(f"{PLACE}/did/<name>", PAGES, scope=WRITING, hidden=True)
    def look_at_changed_calendar(self, request: Request, name: str) -> Response:
        """The same after a change, which it names."""
        if request.who.subject:
            return self._calendar_page(request, done=calendar_view.DONE.get(name, ""))
        return self.look_at_calendar(request)

    @form(f"{PLACE}/<name>", PAGES, scope=WRITING, hidden=True)
    def keep_calendar_by_form(self, request: Request, name: str) -> Response:
        """A change: `outage`, `end`, `take-back`, `day` or `remove`."""
        if not request.who.subject:
            raise _nobody()
        said = read_form(request)
        if name not in calendar_view.TITLES:
            raise NotFound(*NO_SUCH_THING)
        table = self.calendar(request)
        keyed = as_api(request, calendar_view.body_of(name, said, table), said)
        return after_form(
            lambda: self._keep_calendar(keyed, name, said),
            done=lambda: moved(request, f"{PLACE}/did/{quote(name, safe='')}"),
            wrong=lambda error: self._calendar_page(request, name=name, said=said, wrong=error),
        )

    def _keep_calendar(self, request: Request, name: str, said: Mapping[str, str]) -> None:
        number = said.get(f"{name}-number", "")
        if name == "outage":
            self.announce_outage(request)
        elif name == "end":
            self.move_outage_end(request, number)
        elif name == "take-back":
            self.take_back_outage(request, number)
        elif name == "day":
            self.decide_calendar(request)
        else:
            self.remove_day(request)

    def _calendar_page(
        self,
        request: Request,
        *,
        done: str | tuple[str, str] = "",
        name: str = "",
        said: Mapping[str, str] = _NOTHING,
        wrong: Error | None = None,
    ) -> Response:
        now, unit = self.clock.now(), self.calendars.newest()
        words = pages.spoken(request.language, self.settings.agencies)
        return PAGES.show(
            "calendar.html",
            request,
            at=now,
            status=wrong.status if wrong else 200,
            words=words,
            unit=unit,
            own=sorted(unit.calendar.days, key=lambda each: each.date),
            holidays=national_plan.holidays(unit, local_day(now)),
            outages=outages.current(unit, now),
            earliest=outages.earliest(unit.calendar, now),
            now=now,
            done=done,
            opened=name,
            said=said,
            errors=calendar_view.errors_of(wrong, request.language, name),
            changed=calendar_view.changed(said.get("seen", ""), unit) if wrong else (),
            key=new_message_id(now),
            titles=calendar_view.TITLES,
            kinds=calendar_view.KINDS,
            units=calendar_view.UNITS,
            **self._trial(request, words),
        )

    def _trial(self, request: Request, words: pages.Spoken) -> dict[str, Any]:
        """The due date that was asked for, with its reasons, or what is wrong with the question."""
        asked = {name: request.query.get(name, "") for name in ("from", "unit", "amount")}
        counted: list[calendar_view.DueTrial] = []
        refused = asked["from"] and refusal_of(
            lambda: counted.append(self._counted_on_trial(request, asked, words))
        )
        return {
            "asked": asked,
            "trial": counted[0] if counted else None,
            "trial_errors": calendar_view.errors_of(refused or None, request.language),
        }

    def _counted_on_trial(
        self, request: Request, asked: Mapping[str, str], words: pages.Spoken
    ) -> calendar_view.DueTrial:
        query = {**asked, "from": calendar_view.in_zone(asked["from"])}
        read = replace(request, query=query).asked(schemas.TrialQuery())
        limit = TimeLimit(unit=read["unit"], amount=read["amount"])
        counted = due_date.begin(limit, read["since"], self.calendars.newest().calendar)
        return calendar_view.trial(counted, words)


def _nobody() -> Unknown:
    return Unknown("Cần đăng nhập với quyền sửa lịch.", "Sign in with the right to decide first.")
