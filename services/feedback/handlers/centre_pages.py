"""Pages of the centre for feedback: lists, finding, one entry with its history, and the acts."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from foundation.errors import NO_SUCH_THING, Error, NotFound
from foundation.persistence.document import new_message_id
from foundation.web import Request, Response
from foundation.web.limits import KB
from foundation.web.page_forms import after_form, as_api, read_form
from foundation.web.page_routes import form, moved, page
from services.feedback import pages
from services.feedback.domain import possible, seen, taking_in
from services.feedback.domain.complaint import ComplaintAct
from services.feedback.domain.feedback import FeedbackState
from services.feedback.domain.finding import FeedbackSearch
from services.feedback.domain.possible import CentreAct
from services.feedback.handlers import centre_view
from services.feedback.handlers.answers_api import AnswersApi
from services.feedback.handlers.feedback_api import FeedbackApi
from services.feedback.handlers.retention_api import FeedbackRetentionApi
from services.feedback.pages import PAGES
from services.feedback.schemas import voices as schemas
from services.feedback.schemas.own_pages import CentreFeedbackQuery

CENTRE, HERE = "centre", "/feedback/centre"
LARGEST = 192 * KB
"""Question and answer for the public, 15,000 letters with their marks, as a browser spells them."""
_NOTHING: Mapping[str, str] = {}


class CentreFeedbackPages(AnswersApi, FeedbackRetentionApi, FeedbackApi):
    """Feedback as those at the centre see it who deal with it."""

    @page(HERE, PAGES, scope=CENTRE, hidden=True)
    def look_at_waiting(self, request: Request) -> Response:
        """A list by state (`?list=`), the longest waiting first; `overdue` is not passed on."""
        if not request.who.subject:
            return self._ask_who(request)
        asked = request.asked(CentreFeedbackQuery())
        name, at = asked.pop("list"), self.clock.now()
        if name == centre_view.OVERDUE:
            found, onward = self.feedbacks.to_pass_on(at, **asked)
        else:
            found, onward = self.feedbacks.standing(FeedbackState(name), at, **asked)
        return self._centre_list(request, found, onward, chosen_list=name)

    @page(f"{HERE}/search", PAGES, scope=CENTRE, hidden=True)
    def look_for_feedback(self, request: Request) -> Response:
        """What a search finds (`?words=`, `state`, `kind`, `agency`, `month`), the oldest first."""
        if not request.who.subject:
            return self._ask_who(request)
        asked = request.asked(schemas.FeedbackSearchQuery())
        part = {name: asked.pop(name) for name in ("limit", "after")}
        found, onward = self.feedbacks.searched(FeedbackSearch(**asked), self.clock.now(), **part)
        return self._centre_list(request, found, onward, chosen_list="")

    @page(f"{HERE}/<id>", PAGES, scope=CENTRE, hidden=True)
    def look_at_feedback(self, request: Request, id: str) -> Response:
        """One entry: what was said, how far it is, what happened, and the acts as forms."""
        return self._at_centre(request, id) if request.who.subject else self._ask_who(request)

    @page(f"{HERE}/<id>/did/<name>", PAGES, scope=CENTRE, hidden=True)
    def look_at_act(self, request: Request, id: str, name: str) -> Response:
        """The same after an act, which it names."""
        if not request.who.subject:
            return self._ask_who(request)
        return self._at_centre(request, id, done=centre_view.done_words(name))

    @form(f"{HERE}/<id>/<name>", PAGES, scope=CENTRE, largest=LARGEST, hidden=True)
    def act_by_form(self, request: Request, id: str, name: str) -> Response:
        """An act from the page: sent twice it is done once, on what has changed it is not done."""
        self._citizen_must_be_known(request)
        said = read_form(request)
        return after_form(
            lambda: self._act(request, id, name, said),
            done=lambda: moved(request, f"{_address(id)}/did/{quote(name, safe='')}"),
            wrong=lambda error: self._at_centre(request, id, name=name, said=said, wrong=error),
        )

    def _act(self, request: Request, id: str, name: str, said: Mapping[str, str]) -> None:
        acts = {
            CentreAct.FORWARD: self.forward,
            CentreAct.ANSWER: self.answer_itself,
            CentreAct.PASS_ON: self.pass_on,
            CentreAct.USE: self.use_as_information,
            CentreAct.APPROVE: self.approve,
            CentreAct.ASK_AGAIN: self.ask_again,
            CentreAct.PUBLISH: self.publish_answer,
            CentreAct.TAKE_BACK: self.take_answer_back,
            CentreAct.HOLD: self.hold_feedback,
            CentreAct.RELEASE: self.hold_feedback,
        }
        keyed = as_api(request, centre_view.body_of(name, said), said)
        if name in set(CentreAct):
            acts[CentreAct(name)](keyed, id)
        elif name in set(ComplaintAct):
            self.proceed(keyed, id)
        else:
            raise NotFound(*NO_SUCH_THING)

    def _centre_list(
        self, request: Request, found: list[Any], onward: str, *, chosen_list: str
    ) -> Response:
        words, now = self._voice_words(request), self.clock.now()
        kept = {n: each for n, each in request.query.items() if n != "after" and each}
        return self._voice_page(
            "centre_list.html",
            request,
            lists=centre_view.LISTS,
            chosen_list=chosen_list,
            rows=[centre_view.row(each, words, now) for each in found],
            following=onward,
            kept=kept,
            states=pages.STATES,
        )

    def _at_centre(
        self,
        request: Request,
        id: str,
        *,
        done: object = "",
        name: str = "",
        said: Mapping[str, str] = _NOTHING,
        wrong: Error | None = None,
    ) -> Response:
        found, words = self.feedbacks.get(id), self._voice_words(request)
        now, calendar = self.clock.now(), self.calendars.calendar()
        shown = {
            "feedback": found,
            "row": centre_view.row(found, words, now),
            "address": _address(id),
            "letter": taking_in.needs_letter(found.kind, found.channel),
            "stage": pages.stage_of(found.proceeding, words),
            "stops": centre_view.happened(self.feedbacks.history(id), words),
            "verdicts": possible.possible(found, now, calendar),
            "mark": seen.mark(found),
            "changed": centre_view.changed(said.get("seen", ""), found, words) if wrong else (),
            "errors": centre_view.errors_of(wrong, request.language, name),
            "article": wrong.article if wrong else "",
        }
        return self._voice_page(
            "centre_feedback.html",
            request,
            status=wrong.status if wrong else 200,
            done=done,
            opened=name,
            said=said,
            view=centre_view,
            outcomes=pages.OUTCOMES,
            key=new_message_id(now),
            **shown,
        )


def _address(id: str) -> str:
    return f"{HERE}/{quote(id, safe='')}"
