"""A step on one page, and its acts by forms: each is the act of the API, with what was typed."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from foundation.errors import NO_SUCH_THING, Error, NotFound
from foundation.persistence.document import new_message_id
from foundation.web import Request, Response
from foundation.web.limits import KB
from foundation.web.page_forms import after_form, as_api, read_form
from foundation.web.page_routes import form, moved, page
from foundation.worktime import local_day
from services.routing import pages
from services.routing.domain.docket import reading
from services.routing.domain.docket.docket import Docket, find
from services.routing.domain.docket.step import Step
from services.routing.domain.staff import officers
from services.routing.domain.staff.act import OfficerAct
from services.routing.domain.work import possible, seen
from services.routing.domain.work.possible import StepAct
from services.routing.handlers import step_view
from services.routing.handlers.desk_page import DESK, DeskPage
from services.routing.handlers.lists_api import ListsApi
from services.routing.handlers.steps_api import StepsApi
from services.routing.pages import PAGES

STEP = "/desks/<agency>/steps/<step>"
LARGEST_ACT = 64 * KB
"""A reason of 4,000 letters with their marks, as a browser spells it."""
_NOTHING: Mapping[str, str] = {}


class StepPages(DeskPage, StepsApi, ListsApi):
    """One step, and what its officer may do with it now."""

    @page(STEP, PAGES, scope=DESK, hidden=True)
    def look_at_step(self, request: Request, agency: str, step: str) -> Response:
        """What is asked, by when, who has it, what happened, and the acts as forms."""
        self._must_be_here(agency)
        return self._step(request, step) if request.who.subject else self._ask_who(request)

    @page(f"{STEP}/did/<name>", PAGES, scope=DESK, hidden=True)
    def look_at_what_was_done(
        self, request: Request, agency: str, step: str, name: str
    ) -> Response:
        """The same after an act, which it names."""
        self._must_be_here(agency)
        if not request.who.subject:
            return self._ask_who(request)
        return self._step(request, step, done=step_view.done_words(name))

    @form(f"{STEP}/<name>", PAGES, scope=DESK, largest=LARGEST_ACT, hidden=True)
    def act_by_form(self, request: Request, agency: str, step: str, name: str) -> Response:
        """An act from the page: sent twice it is done once, on what has changed it is not done."""
        self._must_be_known(request, agency)
        said = read_form(request)
        # Whoever may not see the step learns nothing from what a form is answered.
        self._holding(step, self._act(request))
        return after_form(
            lambda: self._do(_keyed(request, name, said), step, name, said),
            done=lambda: moved(request, f"{_address(agency, step)}/did/{quote(name, safe='')}"),
            wrong=lambda error: self._step(request, step, name=name, said=said, wrong=error),
        )

    def _do(self, request: Request, step: str, name: str, said: Mapping[str, str]) -> None:
        acts = {
            StepAct.TAKE: self.take,
            StepAct.COMPLETE: self.complete,
            StepAct.PASS_ON: self.pass_on,
            StepAct.BACK: self.pass_on,
            StepAct.SUPPLEMENT: self.supplement,
            StepAct.EXTEND: self.extend,
            StepAct.REFUSE: self.refuse,
            StepAct.GIVE: self.give,
            StepAct.AWAIT: self.await_agency,
            StepAct.ANSWERED: self.stop_waiting,
            StepAct.NOTE: self.note,
        }
        if name == step_view.URGINGS:
            self.answer_urging(request, step, said.get(f"{name}-urging", ""))
        elif name in acts:
            acts[StepAct(name)](request, step)
        else:
            raise NotFound(*NO_SUCH_THING)

    def _step(
        self,
        request: Request,
        step_id: str,
        *,
        done: str | tuple[str, str] = "",
        name: str = "",
        said: Mapping[str, str] = _NOTHING,
        wrong: Error | None = None,
    ) -> Response:
        act, words = self._act(request), self._words(request)
        docket = self._holding(step_id, act)
        self._read(act, reading.STEP, docket.id, step_id)
        step, calendar = find(docket, step_id), self.calendars.calendar()
        return self._shown(
            "step.html",
            request,
            status=wrong.status if wrong else 200,
            docket=docket,
            step=step,
            address=_address(self.settings.agency, step_id),
            standing=pages.standing(step, act.now, calendar, words),
            holder=pages.holder(step, words),
            clock=step_view.clock(docket, step, act.now, calendar, words),
            stops=step_view.stops(step, words),
            verdicts=possible.possible(docket, step_id, act, calendar),
            done=done,
            opened=name,
            said=said,
            errors=pages.errors_of(wrong, request.language, name),
            article=wrong.article if wrong else "",
            changed=step_view.changed(said.get("seen", ""), step, words) if wrong else (),
            mark=seen.mark(step),
            key=new_message_id(act.now),
            titles=step_view.TITLES,
            asked=next((each for each in step.urgings if not each.answered), None),
            **self._choices(docket, step, act),
        )

    def _choices(self, docket: Docket, step: Step, act: OfficerAct) -> dict[str, Any]:
        """What the forms let one pick from."""
        office, day = self._office(), local_day(act.now)
        places = {"give": step.place, "pass": step.place + 1, "back": step.place - 1}
        return {
            "people": {
                name: officers.at_place(
                    office, step.way[place], step.division if office.officers else "", day
                )
                for name, place in places.items()
                if 0 <= place < len(step.way)
            },
            "outcomes": possible.outcomes(step.decides),
            "laws": step_view.articles(docket, act.now),
        }


def _address(agency: str, step: str) -> str:
    return f"/desks/{agency}/steps/{quote(step, safe='')}"


def _keyed(request: Request, name: str, said: Mapping[str, str]) -> Request:
    """The form as the API takes it; a note may be added whatever changed since."""
    carried = {**said, "seen": ""} if name == StepAct.NOTE else said
    return as_api(request, step_view.body_of(name, said), carried)
