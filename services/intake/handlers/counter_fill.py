"""The electronic form of a paper at the counter: a clerk fills it in on one page."""

from typing import Any
from urllib.parse import quote

from foundation import fillable
from foundation.errors import Error, NotFound
from foundation.persistence.document import new_message_id
from foundation.web import Request, Response
from foundation.web.page_forms import after_form, as_api, read_form, read_form_lists
from foundation.web.page_routes import form, moved, page
from services.intake.domain.case.declaring import fillable_papers
from services.intake.domain.case.dossier import Dossier
from services.intake.domain.case.paper_names import spelled
from services.intake.domain.counter import as_seen
from services.intake.domain.drafts.filling import form_key
from services.intake.handlers import counter_view, fill_view
from services.intake.handlers.apply_forms import LARGEST_FILL
from services.intake.handlers.context import CLERK
from services.intake.handlers.counter_dossier import DOSSIER, CounterDossier, address_of
from services.intake.handlers.declaring_api import DeclaringApi
from services.intake.handlers.fill_view import EntrySection, Lists
from services.intake.pages import PAGES

_FILL = f"{DOSSIER}/fill/<paper>"
_NOTHING: Lists = {}


class CounterFill(CounterDossier, DeclaringApi):
    """Filling a form in for a person at the counter, until the dossier is taken in."""

    @page(_FILL, PAGES, scope=CLERK, hidden=True)
    def look_at_counter_form(self, request: Request, dossier_id: str, paper: str) -> Response:
        """All sections of a form, with what was filled in or is known of the applicant."""
        if not request.who.subject:
            return self._ask_clerk(request)
        return self._counter_form(request, dossier_id, paper)

    @form(_FILL, PAGES, scope=CLERK, largest=LARGEST_FILL, hidden=True)
    def fill_in_for_applicant(self, request: Request, dossier_id: str, paper: str) -> Response:
        """Keep what was typed: it is printed into the dossier, in place of what was there."""
        self._must_be_clerk(request)
        lists, said = read_form_lists(request), read_form(request)
        body = self._body(self.dossiers.get(dossier_id), paper, lists)
        return after_form(
            lambda: self.declare(as_api(request, body, said), dossier_id),
            done=lambda: moved(request, f"{address_of(dossier_id)}/did/fill"),
            wrong=lambda error: self._counter_form(
                request, dossier_id, paper, said=lists, wrong=error
            ),
        )

    def _fillable(self, dossier: Dossier, key: str) -> tuple[str, fillable.FillableForm, int]:
        """The paper of that key with its form, and the version of the procedure that has it."""
        procedure = self.procedures.now(dossier.procedure)
        for each in fillable_papers(procedure, dossier.case):
            if form_key(each.name) == key:
                return each.name, fillable.read(each.form), procedure.published
        raise NotFound(
            "Thủ tục hiện hành không có biểu mẫu này; xin mở lại hồ sơ.",
            "The procedure in force has no such form; open the dossier again.",
        )

    def _body(self, dossier: Dossier, key: str, said: Lists) -> dict[str, Any]:
        name, filled, edition = self._fillable(dossier, key)
        data = {
            each.name: fillable.from_texts(each, fill_view.typed_of(each, said))
            for each in filled.sections
        }
        return {"paper": name, "edition": edition, "data": data}

    def _counter_form(
        self,
        request: Request,
        dossier_id: str,
        key: str,
        *,
        said: Lists = _NOTHING,
        wrong: Error | None = None,
    ) -> Response:
        dossier, words = self.dossiers.get(dossier_id), self._counter_words(request)
        self._looked(request, address_of(dossier_id), (dossier,))
        name, filled, _ = self._fillable(dossier, key)
        seen = said.get("seen", [""])[0] if wrong else ""
        return self._counter_page(
            "counter_fill.html",
            request,
            status=wrong.status if wrong else 200,
            dossier=dossier,
            address=address_of(dossier_id),
            paper=name,
            paper_key=quote(key, safe=""),
            form=filled,
            sections=_sections(dossier, name, filled, said),
            errors=fill_view.errors_of(wrong, filled.sections, request.language),
            article=wrong.article if wrong else "",
            changed=counter_view.changed(seen, dossier, words),
            mark=as_seen.mark(dossier),
            key=new_message_id(self.clock.now()),
        )


def _sections(
    dossier: Dossier, paper: str, form: fillable.FillableForm, said: Lists
) -> tuple[EntrySection, ...]:
    """The sections with what was typed, else what is kept, else what is known of the person."""
    there = [each.data for each in dossier.declarations if each.paper == spelled(paper)]
    kept = fillable.known_only(form, fillable.parsed(there[0])) if there else {}
    return tuple(
        fill_view.entry_section(
            each,
            fill_view.typed_of(each, said)
            if said
            else fill_view.texts_before(each, kept.get(each.name), dossier.applicant),
        )
        for each in form.sections
    )
