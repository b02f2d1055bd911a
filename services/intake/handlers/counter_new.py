"""Pages to take a dossier in: the procedure is found, then one form, which is the API's."""

from collections.abc import Mapping
from urllib.parse import quote

from foundation.errors import Error
from foundation.persistence.document import new_message_id
from foundation.web import Request, Response
from foundation.web.limits import KB
from foundation.web.page_routes import after_form, as_api, form, moved, page, read_form
from services.intake import schemas
from services.intake.domain.case.procedure import cases_of
from services.intake.domain.counter.procedure_search import ProcedureTitle, matching
from services.intake.handlers import counter_forms, counter_words
from services.intake.handlers.context import CLERK
from services.intake.handlers.counter_dossier import CounterDossier, address_of
from services.intake.pages import PAGES

NEW = "/counter/new"
LARGEST_NEW = 256 * KB
"""A hundred papers with names of 1,000 letters, as a browser spells them."""


class CounterNew(CounterDossier):
    """Taking a dossier in from a person at the counter."""

    @page(NEW, PAGES, scope=CLERK, hidden=True)
    def begin_at_counter(self, request: Request) -> Response:
        """Find the procedure (`?q=`); where only one fits, its form comes at once."""
        if not request.who.subject:
            return self._ask_clerk(request)
        asked = request.asked(schemas.NewDossierQuery())
        found = matching(self.procedures.titles(), asked["q"])
        if len(found) == 1:
            return moved(request, f"{NEW}/{quote(found[0].code, safe='')}")
        return self._find_procedure(request, asked["q"], found)

    @page(f"{NEW}/<procedure>", PAGES, scope=CLERK, hidden=True)
    def fill_in_at_counter(self, request: Request, procedure: str) -> Response:
        """The form of a procedure: case, channel, applicant, papers, who hands in for them."""
        if not request.who.subject:
            return self._ask_clerk(request)
        return self._new_dossier(request, {"procedure": procedure})

    @form(NEW, PAGES, scope=CLERK, largest=LARGEST_NEW, hidden=True)
    def take_in_by_form(self, request: Request) -> Response:
        """Hand the dossier in, and go on to its page: sent twice, there is one dossier."""
        self._must_be_clerk(request)
        said = read_form(request)
        keyed = as_api(request, counter_forms.submission_of(said), said)
        return after_form(
            lambda: self.submit(keyed),
            done=lambda: moved(request, f"{address_of(keyed.new_id)}/did/new"),
            wrong=lambda error: self._new_dossier(request, said, wrong=error),
        )

    def _find_procedure(
        self, request: Request, sought: str, found: tuple[ProcedureTitle, ...]
    ) -> Response:
        return self._counter_page("counter_find.html", request, sought=sought, found=found)

    def _new_dossier(
        self, request: Request, said: Mapping[str, str], *, wrong: Error | None = None
    ) -> Response:
        procedure = self.procedures.lately(said.get("procedure", ""))
        return self._counter_page(
            "counter_new.html",
            request,
            status=wrong.status if wrong else 200,
            procedure=procedure,
            cases=cases_of(procedure),
            copies_of=counter_words.copies_of,
            channels=counter_words.CHANNELS,
            said=said,
            errors=counter_forms.errors_of(wrong, request.language, "", said),
            article=wrong.article if wrong else "",
            key=new_message_id(self.clock.now()),
        )
