"""What all pages of handing in online share: whose draft it is, and how it is shown."""

from typing import Any

from foundation.web import Request, Response
from foundation.web.page_routes import moved
from services.intake.domain.case.procedure import Procedure
from services.intake.domain.drafts import draft as drafting
from services.intake.domain.drafts.draft import OnlineDraft
from services.intake.handlers import draft_view
from services.intake.handlers.citizen_pages import CitizenPage
from services.intake.handlers.counter_api import CounterApi
from services.intake.pages import PAGES

APPLY = "/apply"


class ApplyPage(CitizenPage, CounterApi):
    """A citizen's own drafts; to everybody else, clerks too, they are not there."""

    def _own_draft(self, request: Request, draft_id: str) -> OnlineDraft:
        found = self.drafts.get(draft_id)
        return drafting.shown_to_owner(found, request.who.subject, self.clock.now())

    def _in_force(self, draft: OnlineDraft) -> Procedure:
        return self.procedures.now(draft.procedure)

    def _is_handed_in(self, draft: OnlineDraft) -> bool:
        """Whether there is a dossier of it, also where its process died before it said so."""
        return draft.handed_in is not None or self.dossiers.has(draft.id)

    def _to_receipt(self, request: Request, draft: OnlineDraft) -> Response:
        """On to the receipt; what was typed is taken out of the draft, as the dossier has it."""
        now = self.clock.now()
        self.drafts.change(draft.id, lambda each: drafting.hand_in(each, now))
        return moved(request, f"{draft_view.address_of(draft.id)}/receipt")

    def _draft_page(
        self, name: str, request: Request, draft: OnlineDraft, **values: Any
    ) -> Response:
        """A template of a draft, with what all of them show."""
        shown = {**draft_view.draft_values(draft, self._in_force(draft)), **values}
        return PAGES.show(
            name,
            request,
            at=self.clock.now(),
            status=shown.pop("status", 200),
            words=self._citizen_words(request),
            **shown,
        )
