"""The electronic forms of a draft: a page for each of their sections.

/apply/<draft>/fill                      which sections there are, and which are done
/apply/<draft>/fill/<paper>/<section>    one: its fields; sections are counted from 1
/apply/<draft>/fill/<paper>/remove       forget what was filled into a form that is not required
"""

from typing import Any

from foundation import fillable
from foundation.errors import Error
from foundation.web import Request, Response
from foundation.web.limits import KB
from foundation.web.page_forms import after_form, read_form, read_form_lists
from foundation.web.page_routes import form, moved, page
from services.intake.domain.case.procedure import Procedure
from services.intake.domain.drafts import filling, progress
from services.intake.domain.drafts.draft import Drafted, OnlineDraft
from services.intake.domain.drafts.filling import DraftForm
from services.intake.handlers import draft_view, fill_view
from services.intake.handlers.apply_page import APPLY, ApplyPage
from services.intake.handlers.context import CITIZEN
from services.intake.handlers.draft_view import address_of
from services.intake.handlers.fill_view import Lists
from services.intake.pages import PAGES

_FILL = f"{APPLY}/<draft>/fill"
_SECTION = f"{_FILL}/<paper>/<section>"
LARGEST_FILL = 384 * KB
"""Thirty fields of two thousand letters with their marks, as a browser spells them."""
_NOTHING: Lists = {}


class ApplyForms(ApplyPage):
    """The electronic forms of what is handed in online."""

    @page(_FILL, PAGES, scope=CITIZEN, hidden=True)
    def look_at_forms(self, request: Request, draft: str) -> Response:
        """The sections to be filled in; where there is one only, its page."""
        if not request.who.subject:
            return self._ask_citizen(request)
        found = self._own_draft(request, draft)
        if self._is_handed_in(found):
            return self._to_receipt(request, found)
        rows = draft_view.form_rows(found, self._forms(found))
        if len(rows) == 1:
            return moved(request, rows[0].address)
        return self._draft_page("draft_fills.html", request, found, rows=rows)

    @page(_SECTION, PAGES, scope=CITIZEN, hidden=True)
    def look_at_section(self, request: Request, draft: str, paper: str, section: str) -> Response:
        """A section with what was filled in, or what is known of the person."""
        if not request.who.subject:
            return self._ask_citizen(request)
        found = self._own_draft(request, draft)
        if self._is_handed_in(found):
            return self._to_receipt(request, found)
        return self._section_page(request, found, paper, section)

    @form(_SECTION, PAGES, scope=CITIZEN, largest=LARGEST_FILL, hidden=True)
    def fill_section_in(self, request: Request, draft: str, paper: str, section: str) -> Response:
        """Keep what was typed, and go on to the next section that is not done."""
        self._citizen_must_be_known(request)
        said, found = read_form_lists(request), self._own_draft(request, draft)
        if self._is_handed_in(found):
            return self._to_receipt(request, found)
        return after_form(
            lambda: self._fill_section(found, paper, section, said),
            done=lambda: moved(request, self._onward(self._own_draft(request, draft), paper)),
            wrong=lambda error: self._section_page(
                request, found, paper, section, said=said, wrong=error
            ),
        )

    @form(f"{_FILL}/<paper>/remove", PAGES, scope=CITIZEN, hidden=True)
    def take_form_out(self, request: Request, draft: str, paper: str) -> Response:
        """Forget what was filled into a form that need not be handed in."""
        self._citizen_must_be_known(request)
        read_form(request)
        found = self._own_draft(request, draft)
        return after_form(
            lambda: self._take_out(found, paper),
            done=lambda: moved(request, address_of(draft)),
            wrong=lambda error: self._section_page(request, found, paper, "1", wrong=error),
        )

    def _forms(self, draft: OnlineDraft) -> tuple[DraftForm, ...]:
        procedure = self._in_force(draft)
        return filling.forms_of(draft, procedure, progress.case_of(draft, procedure))

    def _form_of(self, draft: OnlineDraft, procedure: Procedure, paper: str) -> DraftForm:
        return filling.form_of(draft, procedure, progress.case_of(draft, procedure), paper)

    def _fill_section(self, draft: OnlineDraft, paper: str, section: str, said: Lists) -> None:
        procedure, now = self._in_force(draft), self.clock.now()

        def rule(each: OnlineDraft) -> Drafted:
            # Read again: another tab may have filled in another section meanwhile.
            filled = self._form_of(each, procedure, paper)
            asked = filled.section(section)
            typed = fillable.from_texts(asked, fill_view.typed_of(asked, said))
            return filling.fill_in(each, filled, asked, typed, now)

        self.drafts.change(draft.id, rule)

    def _take_out(self, draft: OnlineDraft, paper: str) -> None:
        procedure, now = self._in_force(draft), self.clock.now()
        self.drafts.change(
            draft.id,
            lambda each: filling.take_out(each, self._form_of(each, procedure, paper), now),
        )

    def _onward(self, draft: OnlineDraft, paper: str) -> str:
        """Where to go after a section: to the next that is not done, else to the list of tasks."""
        rows = draft_view.form_rows(draft, self._forms(draft))
        undone = [each for each in rows if each.state != "done"]
        ordered = sorted(undone, key=lambda each: each.key != paper)
        return ordered[0].address if ordered else address_of(draft.id)

    def _section_page(
        self,
        request: Request,
        draft: OnlineDraft,
        paper: str,
        place: str,
        *,
        said: Lists = _NOTHING,
        wrong: Error | None = None,
    ) -> Response:
        filled = self._form_of(draft, self._in_force(draft), paper)
        section = filled.section(place)
        kept = filled.data.get(section.name) if filled.touched else None
        before = fill_view.texts_before(section, kept or None, draft.applicant)
        texts = fill_view.typed_of(section, said) if wrong and said else before
        shown: dict[str, Any] = {
            "filled": filled,
            "fields": fill_view.entry_section(section, texts),
            "number": int(place),
            "errors": fill_view.errors_of(wrong, [section], request.language),
            "article": wrong.article if wrong else "",
            "status": wrong.status if wrong else 200,
        }
        return self._draft_page("draft_fill.html", request, draft, **shown)
