"""The papers of a draft: which there are, and the files of each.

/apply/<draft>/papers                             which are asked for
/apply/<draft>/papers/<paper>                     one: its files, and where to choose another
/apply/<draft>/papers/<paper>/file/<document>     a file that came just now: is it the right one?
/apply/<draft>/papers/<paper>/remove              take a file out
"""

from foundation.web import Request, Response
from foundation.web.page_routes import form, page
from services.intake.domain.drafts import progress
from services.intake.handlers import draft_view
from services.intake.handlers.apply_page import APPLY
from services.intake.handlers.context import CITIZEN
from services.intake.handlers.paper_shelf import PaperPages, PaperShelf
from services.intake.pages import PAGES

_PAPERS = f"{APPLY}/<draft>/papers"
_PAPER = f"{_PAPERS}/<paper>"


class ApplyPapers(PaperPages):
    """The papers of what is handed in online."""

    @page(_PAPERS, PAGES, scope=CITIZEN, hidden=True)
    def look_at_draft_papers(self, request: Request, draft: str) -> Response:
        """Each paper that is asked for in the draft's case, and whether it has a file."""
        if not request.who.subject:
            return self._ask_citizen(request)
        found = self._own_draft(request, draft)
        if self._is_handed_in(found):
            return self._to_receipt(request, found)
        papers = progress.papers_of(found, self._in_force(found))
        known = self.known_documents.among(draft_view.documents_of(papers))
        rows = [draft_view.paper_row(each, known, found, request.language) for each in papers]
        return self._draft_page("draft_papers.html", request, found, rows=rows)

    @page(_PAPER, PAGES, scope=CITIZEN, hidden=True)
    def look_at_draft_paper(self, request: Request, draft: str, paper: str) -> Response:
        """One paper."""
        if not request.who.subject:
            return self._ask_citizen(request)
        return self._paper_page(request, self._shelf(request, draft), paper)

    @page(f"{_PAPER}/did/<name>", PAGES, scope=CITIZEN, hidden=True)
    def look_at_draft_paper_again(
        self, request: Request, draft: str, paper: str, name: str
    ) -> Response:
        """The same after something was done, which it names."""
        if not request.who.subject:
            return self._ask_citizen(request)
        return self._paper_page(request, self._shelf(request, draft), paper, done=name)

    @page(f"{_PAPER}/file/<document>", PAGES, scope=CITIZEN, hidden=True)
    def look_at_draft_file(
        self, request: Request, draft: str, paper: str, document: str
    ) -> Response:
        """A file that came just now."""
        if not request.who.subject:
            return self._ask_citizen(request)
        return self._file_page(request, self._shelf(request, draft), paper, document)

    @form(_PAPER, PAGES, scope=CITIZEN, hidden=True)
    def attach_to_draft(self, request: Request, draft: str, paper: str) -> Response:
        """Use a file for the paper."""
        self._citizen_must_be_known(request)
        return self._attach(request, self._shelf(request, draft), paper)

    @form(f"{_PAPER}/remove", PAGES, scope=CITIZEN, hidden=True)
    def detach_from_draft(self, request: Request, draft: str, paper: str) -> Response:
        """Take a file out of it again."""
        self._citizen_must_be_known(request)
        return self._detach(request, self._shelf(request, draft), paper)

    def _shelf(self, request: Request, draft_id: str) -> PaperShelf:
        draft = self._own_draft(request, draft_id)
        return PaperShelf(
            draft=draft,
            papers=progress.papers_of(draft, self._in_force(draft)),
            address=draft_view.address_of(draft.id),
            title=draft.procedure_name,
            change=lambda rule: self.drafts.change(draft.id, rule),
        )
