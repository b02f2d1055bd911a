"""Pages to take a dossier in: the procedure is found, then one form, which is the API's."""

from collections.abc import Mapping
from urllib.parse import quote

from contracts.procedure import USUAL_LARGEST
from foundation.errors import Duplicate, Error, Invalid, Refused
from foundation.persistence.document import new_message_id
from foundation.web import Request, Response
from foundation.web.limits import KB, upload_cap
from foundation.web.page_forms import after_form, as_api, read_form
from foundation.web.page_routes import form, moved, page
from services.intake import schemas
from services.intake.domain.case.dossier import Dossier
from services.intake.domain.case.procedure import cases_of
from services.intake.domain.counter.procedure_search import ProcedureTitle, matching
from services.intake.domain.counter.same_person import WhoseDossier, alike
from services.intake.handlers import counter_forms, counter_words
from services.intake.handlers.context import CLERK
from services.intake.handlers.counter_dossier import CounterDossier, address_of
from services.intake.pages import PAGES

NEW = "/counter/new"
LARGEST_NEW = 256 * KB
"""A hundred papers with names of 1,000 letters, as a browser spells them."""

ANOTHER = "another"
"""The button by which a clerk says that it is another dossier of the same person."""
LOOKED_AT = 20
EXISTS = (
    "Người này đã có hồ sơ của thủ tục này; chưa nhận thêm. Mở hồ sơ đó, hoặc nhận hồ sơ khác.",
    "This person has a dossier of this procedure; no second one was made. Open it, or add another.",
)


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
        """Hand the dossier in, and go on to its page: sent twice, there is one dossier.

        Where the person has one of the procedure since yesterday, the clerk says it is another.
        """
        self._must_be_clerk(request)
        said = read_form(request)
        keyed = as_api(request, counter_forms.submission_of(said), said)
        return after_form(
            lambda: self._hand_in_unless_alike(keyed, said),
            done=lambda: moved(request, f"{address_of(keyed.new_id)}/did/new"),
            wrong=lambda error: self._new_dossier(
                request, said, wrong=error, alike=self._alike_or_made(keyed, said)
            ),
        )

    def _hand_in_unless_alike(self, keyed: Request, said: Mapping[str, str]) -> None:
        there = {each.id for each in self._alike(said)}
        if there and keyed.new_id not in there and ANOTHER not in said:
            raise Refused(*EXISTS)
        self.submit(keyed)

    def _alike(self, said: Mapping[str, str]) -> tuple[Dossier, ...]:
        names = ("procedure", "name", "phone")
        whose, now = WhoseDossier(**{each: said.get(each, "") for each in names}), self.clock.now()
        found = (self.dossiers.saying(each, now, limit=LOOKED_AT)[0] for each in whose.words())
        return alike(whose, (each for some in found for each in some), now)

    def _alike_or_made(self, keyed: Request, said: Mapping[str, str]) -> tuple[Dossier, ...]:
        """Those like it, the one first that this form made before it was changed."""
        found = self._alike(said)
        if not said.get("key") or not self.dossiers.has(keyed.new_id):
            return found
        made = self.dossiers.get(keyed.new_id)
        return (made, *(each for each in found if each.id != made.id))

    def _find_procedure(
        self, request: Request, sought: str, found: tuple[ProcedureTitle, ...]
    ) -> Response:
        return self._counter_page("counter_find.html", request, sought=sought, found=found)

    def _new_dossier(
        self,
        request: Request,
        said: Mapping[str, str],
        *,
        wrong: Error | None = None,
        alike: tuple[Dossier, ...] = (),
    ) -> Response:
        if alike:
            self._looked(request, NEW, alike)
        if alike and isinstance(wrong, Invalid | Duplicate) and not wrong.fields:
            wrong = Refused(*EXISTS)
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
            alike=[counter_words.row(each, self.clock.now()) for each in alike],
            another=ANOTHER,
            most=upload_cap(self.settings),
            usual=USUAL_LARGEST,
        )
