"""Pages of explanations: what citizens' feedback asks of the agency, and its answer by a form."""

from collections.abc import Mapping
from urllib.parse import quote

from foundation.errors import Error
from foundation.persistence.document import new_message_id
from foundation.web import Request, Response
from foundation.web.limits import KB
from foundation.web.page_forms import after_form, as_api, read_form
from foundation.web.page_routes import form, moved, page
from foundation.web.page_words import Words, moment_said
from services.routing import pages, schemas
from services.routing.domain.orders.explanation import QUESTION_SEEN, Explanation
from services.routing.domain.staff.roles import Right
from services.routing.handlers.desk_page import DESK, DeskPage
from services.routing.handlers.steps_api import StepsApi
from services.routing.pages import PAGES, DeskWords

EXPLANATIONS = "/desks/<agency>/explanations"
LARGEST_EXPLANATION = 128 * KB
"""An explanation of 10,000 letters with their marks, as a browser spells it."""
EXPLAIN = "explain"
_FACTS: Mapping[str, Words] = {
    "question": ("Câu hỏi", "The question"),
    "answer_by": ("Trả lời trước", "Answer by"),
    "explained": ("Đã giải trình lúc", "Explained at"),
}
_NOTHING: Mapping[str, str] = {}


class ExplanationPages(DeskPage, StepsApi):
    """Explanations that the centre asked for, and one of them with its form."""

    @page(EXPLANATIONS, PAGES, scope=DESK, hidden=True)
    def look_at_explanations(self, request: Request, agency: str) -> Response:
        """Questions without an answer, the most urgent first; `?after=` goes on."""
        self._must_be_here(agency)
        if not request.who.subject:
            return self._ask_who(request)
        act, asked = self._act(request), request.asked(schemas.WorkPage())
        act.must(Right.WORK)
        found, onward = self.explanations.owed(act.now, **asked)
        return self._shown(
            "explanations.html", request, found=found, onward=onward, late_from=act.now
        )

    @page(f"{EXPLANATIONS}/<feedback>", PAGES, scope=DESK, hidden=True)
    def look_at_explanation(self, request: Request, agency: str, feedback: str) -> Response:
        """The question, by when it is to be answered, and the form; or what was answered."""
        self._must_be_here(agency)
        if not request.who.subject:
            return self._ask_who(request)
        return self._explanation(request, feedback)

    @form(f"{EXPLANATIONS}/<feedback>", PAGES, scope=DESK, largest=LARGEST_EXPLANATION, hidden=True)
    def explain_by_form(self, request: Request, agency: str, feedback: str) -> Response:
        """Answer it: sent twice it is told once; a question that was asked anew is shown first."""
        self._must_be_known(request, agency)
        said = read_form(request)
        body = {"explanation": said.get(f"{EXPLAIN}-explanation", "")}
        there = f"/desks/{agency}/explanations/{quote(feedback, safe='')}"
        return after_form(
            lambda: self.explain(as_api(request, body, said), feedback),
            done=lambda: moved(request, there),
            wrong=lambda error: self._explanation(request, feedback, said=said, wrong=error),
        )

    def _explanation(
        self,
        request: Request,
        feedback: str,
        *,
        said: Mapping[str, str] = _NOTHING,
        wrong: Error | None = None,
    ) -> Response:
        act, words = self._act(request), self._words(request)
        act.must(Right.WORK)
        asked = self.explanations.asked(feedback)
        return self._shown(
            "explanation.html",
            request,
            status=wrong.status if wrong else 200,
            asked=asked,
            late=not asked.explained and asked.answer_by < act.now,
            said=said,
            errors=pages.errors_of(wrong, request.language, EXPLAIN),
            article=wrong.article if wrong else "",
            changed=_changed(said.get("seen", ""), asked, words) if wrong else (),
            mark=QUESTION_SEEN.mark(asked),
            key=new_message_id(act.now),
        )


def _changed(mark: str, asked: Explanation, words: DeskWords) -> tuple[tuple[Words, str, str], ...]:
    """What is otherwise than its officer saw it: its name, as it was, as it is."""
    found = QUESTION_SEEN.differences(mark, asked).items() if mark else ()
    return tuple(
        (_FACTS[name], _in_words(before, words), _in_words(after, words))
        for name, (before, after) in found
    )


def _in_words(value: str, words: DeskWords) -> str:
    at = moment_said(value)
    return words.moment(at) if at else value or "–"
