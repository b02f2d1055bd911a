"""Acts on several steps of a work list by one form; each is the act of the API, by its rules."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from urllib.parse import quote

from foundation.as_seen import ChangedSince
from foundation.errors import NO_SUCH_THING, Error, NotFound, unless_missing, why_not
from foundation.persistence.document import new_message_id
from foundation.web import Request, Response
from foundation.web.limits import KB
from foundation.web.page_forms import as_api, read_form
from foundation.web.page_routes import form
from foundation.web.page_words import Words
from services.routing import pages
from services.routing.domain.docket.docket import Docket, find
from services.routing.domain.staff.act import OfficerAct
from services.routing.domain.work import seen, several
from services.routing.domain.work.possible import StepAct
from services.routing.handlers import step_view
from services.routing.handlers.desk_page import DESK, DeskPage
from services.routing.handlers.steps_api import StepsApi
from services.routing.pages import PAGES, DeskWords

LARGEST_SEVERAL = 128 * KB
"""A hundred steps with what was seen of each, as a browser spells it."""
Said = Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class StepResult:
    """What became of one step of several: `why` it was not done, and what changed meanwhile.

    `code`, `action` and `mark` are "" of a step that its officer may not see.
    """

    step: str
    code: str = ""
    action: str = ""
    mark: str = ""
    why: str = ""
    article: str = ""
    changed: tuple[tuple[Words, str, str], ...] = ()


class SeveralPages(DeskPage, StepsApi):
    """Taking, giving and completing several steps at once."""

    @form("/desks/<agency>/several/<name>", PAGES, scope=DESK, largest=LARGEST_SEVERAL, hidden=True)
    def act_on_several(self, request: Request, agency: str, name: str) -> Response:
        """An act on each step that was chosen: sent twice, each is done once."""
        self._must_be_known(request, agency)
        said, act = read_form(request), self._act(request)
        if name not in several.SEVERAL:
            raise NotFound(*NO_SUCH_THING)
        words = self._words(request)
        tried = [
            (step, mark, why_not(partial(self._do_one, request, act, step, mark, name, said)))
            for step, mark in picked(said)
        ]
        wrong = next((each for _, _, each in tried if each and each.fields), None)
        return self._shown(
            "several.html",
            request,
            status=422 if wrong else 200,
            results=[self._result(act, words, *each) for each in tried],
            opened=name,
            titles=step_view.TITLES,
            done=step_view.done_words(name),
            said=said,
            errors=pages.errors_of(wrong, request.language, name) if wrong else {},
            key=new_message_id(act.now),
            officers=[(each.id, each.name) for each in self._office().officers],
        )

    def _do_one(
        self, request: Request, act: OfficerAct, step: str, mark: str, name: str, said: Said
    ) -> None:
        acts = {
            StepAct.TAKE: self.take,
            StepAct.GIVE: self.give,
            StepAct.COMPLETE: self.complete,
        }
        several.must_be_for_several(find(self._holding(step, act), step), name)
        carried = {"key": f"{said.get('key', '')}.{quote(step, safe='')}", "seen": mark or "-"}
        acts[StepAct(name)](as_api(request, step_view.body_of(name, said), carried), step)

    def _result(
        self, act: OfficerAct, words: DeskWords, step_id: str, mark: str, error: Error | None
    ) -> StepResult:
        docket: Docket | None = unless_missing(lambda: self._holding(step_id, act))
        step = find(docket, step_id) if docket else None
        overtaken = isinstance(error, ChangedSince) and step is not None
        return StepResult(
            step=step_id,
            code=docket.code if docket else "",
            action=step.action if step else "",
            mark=seen.mark(step) if step else "",
            why=words.say((error.vi, error.en)) if error else "",
            article=error.article if error else "",
            changed=step_view.changed(mark, step, words) if overtaken and step else (),
        )


def picked(said: Said) -> list[tuple[str, str]]:
    """The steps that were chosen, each once, with what was seen of it."""
    chosen = {
        value: said.get(f"seen-{name.removeprefix('pick-')}", "")
        for name, value in said.items()
        if name.startswith("pick-") and value
    }
    return list(chosen.items())[: several.MOST_AT_ONCE]
