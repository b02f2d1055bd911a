"""Pages on which a citizen sends the papers that their dossier waits for.

/mine/<dossier_id>/papers                 which are asked for, and sending them
/mine/<dossier_id>/papers/<paper>/…       the files of one, as for a draft
/mine/<dossier_id>/supplement             send what answers a request whole
"""

from collections.abc import Mapping

from foundation.errors import Error
from foundation.persistence.document import new_message_id
from foundation.web import Request, Response
from foundation.web.page_forms import after_form, as_api, read_form
from foundation.web.page_routes import form, moved, page
from services.intake.domain.counter import as_seen
from services.intake.domain.counter.citizen_acts import CitizenAct
from services.intake.domain.drafts import draft as drafting
from services.intake.domain.drafts import supplying
from services.intake.handlers import citizen_view, counter_forms, draft_view
from services.intake.handlers.citizen_pages import MINE, CitizenPages, address_of
from services.intake.handlers.context import CITIZEN
from services.intake.handlers.counter_new import LARGEST_NEW
from services.intake.handlers.paper_shelf import PaperPages, PaperShelf
from services.intake.pages import PAGES

_ONE = f"{MINE}/<dossier_id>"
_PAPER = f"{_ONE}/papers/<paper>"
_NOTHING: Mapping[str, str] = {}


class SupplementPages(PaperPages, CitizenPages):
    """The papers that were asked for, of the citizen's own dossiers."""

    @page(f"{_ONE}/papers", PAGES, scope=CITIZEN, hidden=True)
    def look_at_asked_papers(self, request: Request, dossier_id: str) -> Response:
        """What is asked for, what is there of it, and sending it."""
        if not request.who.subject:
            return self._ask_citizen(request)
        return self._asked_page(request, dossier_id)

    @page(_PAPER, PAGES, scope=CITIZEN, hidden=True)
    def look_at_asked_paper(self, request: Request, dossier_id: str, paper: str) -> Response:
        """One paper that is asked for."""
        if not request.who.subject:
            return self._ask_citizen(request)
        return self._paper_page(request, self._asked_shelf(request, dossier_id), paper)

    @page(f"{_PAPER}/did/<name>", PAGES, scope=CITIZEN, hidden=True)
    def look_at_asked_paper_again(
        self, request: Request, dossier_id: str, paper: str, name: str
    ) -> Response:
        """The same after something was done, which it names."""
        if not request.who.subject:
            return self._ask_citizen(request)
        shelf = self._asked_shelf(request, dossier_id)
        return self._paper_page(request, shelf, paper, done=name)

    @page(f"{_PAPER}/file/<document>", PAGES, scope=CITIZEN, hidden=True)
    def look_at_asked_file(
        self, request: Request, dossier_id: str, paper: str, document: str
    ) -> Response:
        """A file that came just now."""
        if not request.who.subject:
            return self._ask_citizen(request)
        return self._file_page(request, self._asked_shelf(request, dossier_id), paper, document)

    @form(_PAPER, PAGES, scope=CITIZEN, hidden=True)
    def attach_to_asked(self, request: Request, dossier_id: str, paper: str) -> Response:
        """Use a file for a paper that is asked for."""
        self._citizen_must_be_known(request)
        return self._attach(request, self._asked_shelf(request, dossier_id), paper)

    @form(f"{_PAPER}/remove", PAGES, scope=CITIZEN, hidden=True)
    def detach_from_asked(self, request: Request, dossier_id: str, paper: str) -> Response:
        """Take a file out of it again."""
        self._citizen_must_be_known(request)
        return self._detach(request, self._asked_shelf(request, dossier_id), paper)

    @form(f"{_ONE}/supplement", PAGES, scope=CITIZEN, largest=LARGEST_NEW, hidden=True)
    def supplement_by_form(self, request: Request, dossier_id: str) -> Response:
        """Send the papers: sent twice it is done once, on what has changed it is not done."""
        self._citizen_must_be_known(request)
        said = read_form(request)
        self._own_dossier(request, dossier_id)
        body = {"documents": counter_forms.papers_of(said)}
        done = f"{address_of(dossier_id)}/did/{CitizenAct.SUPPLEMENT}"
        return after_form(
            lambda: self.supplement(as_api(request, body, said), dossier_id),
            done=lambda: self._sent(request, dossier_id, done),
            wrong=lambda error: self._asked_page(request, dossier_id, said=said, wrong=error),
        )

    def _sent(self, request: Request, dossier_id: str, done: str) -> Response:
        """On to the dossier; the draft is of no use any more once nothing is asked for."""
        dossier = self.dossiers.get(dossier_id)
        draft = self.drafts.of_dossier(supplying.draft_id_of(dossier_id))
        if draft and not dossier.requests:
            self.drafts.throw_away(draft)
        return moved(request, done)

    def _asked_shelf(self, request: Request, dossier_id: str) -> PaperShelf:
        dossier, now = self._own_dossier(request, dossier_id), self.clock.now()
        draft_id, blank = supplying.draft_id_of(dossier.id), supplying.collect(dossier, now)
        draft = self.drafts.of_dossier(draft_id) or blank
        return PaperShelf(
            draft=draft,
            papers=supplying.asked_papers(dossier, draft, self._sizes(dossier)),
            address=address_of(dossier.id),
            title=dossier.code or ("Hồ sơ", "Dossier"),
            change=lambda rule: self.drafts.change_or_create(draft_id, blank, rule),
        )

    def _asked_page(
        self,
        request: Request,
        dossier_id: str,
        *,
        said: Mapping[str, str] = _NOTHING,
        wrong: Error | None = None,
    ) -> Response:
        shelf, found = (
            self._asked_shelf(request, dossier_id),
            self._own_dossier(request, dossier_id),
        )
        words, now = self._citizen_words(request), self.clock.now()
        known = self.known_documents.among(draft_view.documents_of(shelf.papers))
        ready = supplying.ready(found, shelf.draft)
        usable = [drafting.is_usable(known.get(each.document), shelf.draft) for each in ready]
        seen = said.get("seen", "") if wrong else ""
        return PAGES.show(
            "mine_papers.html",
            request,
            at=now,
            status=wrong.status if wrong else 200,
            words=words,
            shelf=shelf,
            rows=[
                draft_view.paper_row(each, known, shelf.draft, request.language)
                for each in shelf.papers
            ],
            ready=ready if all(usable) else (),
            mark=as_seen.mark(found),
            key=new_message_id(now),
            changed=citizen_view.changed(seen, found, words) if seen else (),
            wrong=citizen_view.whole(wrong, request.language),
            article=wrong.article if wrong else "",
        )
