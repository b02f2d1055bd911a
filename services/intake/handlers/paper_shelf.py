"""The papers that a citizen collects, for a draft or a dossier that waits for some: their pages.

A file goes to the documents service and comes back here by its id in the address. Whoever made that
address, nothing is attached before its owner says so by a form, and only a file of theirs.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from foundation.errors import NO_SUCH_THING, Error, NotFound
from foundation.web import Request, Response
from foundation.web.limits import upload_cap
from foundation.web.page_forms import after_form, read_form
from foundation.web.page_routes import moved
from foundation.web.page_words import Words
from services.intake.domain.case.dossier import Attachment
from services.intake.domain.drafts import draft as drafting
from services.intake.domain.drafts.draft import Drafted, OnlineDraft
from services.intake.domain.drafts.earlier import EarlierFile, earlier_files, earlier_results
from services.intake.domain.drafts.progress import DraftPaper
from services.intake.handlers import draft_view
from services.intake.handlers.apply_page import ApplyPage
from services.intake.pages import PAGES

_NOTHING: Mapping[str, str] = {}
MOST_LOOKED_AT = 50
"""So many of a citizen's own dossiers are looked through for papers that they handed in before."""


@dataclass(frozen=True, kw_only=True)
class PaperShelf:
    """The papers that are asked for, and the draft their files are collected in.

    `address` is the page they belong to, `title` what that page is called, `uploads` where files
    are sent; `change` changes the draft that is stored.
    """

    draft: OnlineDraft
    papers: tuple[DraftPaper, ...]
    address: str
    title: Words | str
    change: Callable[[Callable[[OnlineDraft], Drafted]], OnlineDraft]

    @property
    def uploads(self) -> str:
        """Where files are sent, but for the key of their paper."""
        return f"/uploads{self.address}"

    def page_of(self, key: str) -> str:
        """The page of a paper."""
        return f"{self.address}/papers/{key}"

    def paper(self, key: str) -> DraftPaper:
        """The paper of that key.

        Raises:
            NotFound: none of that key is asked for.
        """
        found = [each for each in self.papers if each.key == key]
        if not found:
            raise NotFound(*NO_SUCH_THING)
        return found[0]


class PaperPages(ApplyPage):
    """The page of one paper: its files, sending one, using it, taking it out."""

    def _paper_page(
        self,
        request: Request,
        shelf: PaperShelf,
        key: str,
        *,
        done: str = "",
        wrong: Error | None = None,
    ) -> Response:
        each, language = shelf.paper(key), request.language
        known = self.known_documents.among(each.files)
        errors = draft_view.errors_of(wrong, language)
        return PAGES.show(
            "draft_paper.html",
            request,
            at=self.clock.now(),
            status=wrong.status if wrong else 200,
            words=self._citizen_words(request),
            shelf=shelf,
            row=draft_view.paper_row(
                each, known, shelf.draft, language, cap=upload_cap(self.settings)
            ),
            done=draft_view.DONE.get(done, ""),
            wrong=errors.get("", ""),
            earlier=self._earlier(shelf, each),
        )

    def _earlier(self, shelf: PaperShelf, each: DraftPaper) -> tuple[EarlierFile, ...]:
        """What stood for the same paper in the citizen's latest dossiers, and their results.

        For a draft alone.
        """
        if shelf.draft.supplies:
            return ()
        own = self.dossiers.owned(shelf.draft.owner, limit=MOST_LOOKED_AT)
        return (*earlier_files(own, each.paper.name), *earlier_results(own))

    def _file_page(self, request: Request, shelf: PaperShelf, key: str, document: str) -> Response:
        """Whether to use a file that came just now; a moment is waited for its scan."""
        each, draft = shelf.paper(key), shelf.draft
        known = self._poll([document], bool).get(document)
        return PAGES.show(
            "draft_file.html",
            request,
            at=self.clock.now(),
            words=self._citizen_words(request),
            shelf=shelf,
            row=draft_view.paper_row(each, {}, draft, request.language),
            file=draft_view.file_row(document, known, draft, request.language, each.paper),
        )

    def _attach(self, request: Request, shelf: PaperShelf, key: str) -> Response:
        document, paper = read_form(request).get("document", ""), shelf.paper(key).paper.name
        known = self.known_documents.among([document]).get(document)
        rule = partial(
            drafting.attach,
            asked=[each.paper for each in shelf.papers],
            attachment=Attachment(paper=paper, document=document),
            known=known,
            now=self.clock.now(),
        )
        return after_form(
            lambda: shelf.change(rule),
            done=lambda: moved(request, f"{shelf.page_of(key)}/did/attached"),
            wrong=lambda error: self._paper_page(request, shelf, key, wrong=error),
        )

    def _detach(self, request: Request, shelf: PaperShelf, key: str) -> Response:
        document = read_form(request).get("document", "")
        rule = partial(drafting.detach, document=document, now=self.clock.now())
        return after_form(
            lambda: shelf.change(rule),
            done=lambda: moved(request, f"{shelf.page_of(key)}/did/removed"),
            wrong=lambda error: self._paper_page(request, shelf, key, wrong=error),
        )
