"""Pages on which a citizen hands a dossier in online: a draft, its tasks, its check, its receipt.

/apply                       the citizen's drafts; ?procedure=CODE goes on to
/apply/for/<procedure>       what it is about, and the form that begins a draft
/apply/<draft>               the tasks that are left
/apply/<draft>/<task>        one of them: case, person, result, check
/apply/<draft>/submit        hand it in: however often it is sent, there is one dossier
/apply/<draft>/receipt       what was handed in, and what comes next
"""

from collections.abc import Mapping
from functools import partial
from urllib.parse import quote

from contracts.law import LawRule
from foundation.errors import NO_SUCH_THING, Error, NotFound, StoredResponse, refusal_of
from foundation.law import cite
from foundation.pdf import qr_code
from foundation.persistence import Idempotency
from foundation.persistence.document import new_message_id
from foundation.web import Request, Response
from foundation.web.page_forms import after_form, as_api, read_form
from foundation.web.page_routes import form, moved, page
from services.intake import pages, schemas
from services.intake.domain.case.dossier import Decided, Proxy
from services.intake.domain.case.visibility import shown_to
from services.intake.domain.counter import reception
from services.intake.domain.drafts import draft as drafting
from services.intake.domain.drafts import progress
from services.intake.domain.drafts.draft import Drafted, OnlineDraft
from services.intake.domain.drafts.progress import DraftTask
from services.intake.domain.forms import issuing
from services.intake.handlers import citizen_view, draft_view
from services.intake.handlers.apply_page import APPLY, ApplyPage
from services.intake.handlers.context import CITIZEN
from services.intake.handlers.counter_words import copies_of
from services.intake.handlers.draft_view import address_of
from services.intake.handlers.issuing_office import office_of
from services.intake.pages import PAGES

_NOTHING: Mapping[str, str] = {}
_FORMS = (DraftTask.CASE, DraftTask.PROXY, DraftTask.PERSON, DraftTask.RESULT)


class ApplyPages(ApplyPage):
    """Handing in online, from the procedure to the receipt."""

    @page(APPLY, PAGES, scope=CITIZEN, hidden=True)
    def look_at_drafts(self, request: Request) -> Response:
        """The citizen's drafts, the newest first: as many as one may have."""
        if request.query.get("procedure"):
            return moved(request, f"{APPLY}/for/{quote(request.query['procedure'], safe='')}")
        if not request.who.subject:
            return self._ask_citizen(request)
        now, found = self.clock.now(), self.drafts.open_of(request.who.subject)
        rows = [(each, draft_view.days_left(each, now)) for each in found if now < each.expires]
        words = self._citizen_words(request)
        return PAGES.show("drafts.html", request, at=now, rows=rows, words=words)

    @page(f"{APPLY}/for/<procedure>", PAGES, scope=CITIZEN, hidden=True)
    def look_before_beginning(self, request: Request, procedure: str) -> Response:
        """What is to be had ready, and the drafts of it that there are."""
        if not request.who.subject:
            return self._ask_citizen(request)
        return self._before(request, procedure)

    @form(f"{APPLY}/for/<procedure>", PAGES, scope=CITIZEN, hidden=True)
    def begin_draft(self, request: Request, procedure: str) -> Response:
        """Begin a draft; sent twice there is one."""
        self._citizen_must_be_known(request)
        keyed = as_api(request, {}, read_form(request))
        return after_form(
            lambda: self._begin(keyed, procedure),
            done=lambda: moved(request, address_of(keyed.new_id)),
            wrong=lambda error: self._before(request, procedure, wrong=error),
        )

    @page(f"{APPLY}/<draft>", PAGES, scope=CITIZEN, hidden=True)
    def look_at_draft(self, request: Request, draft: str) -> Response:
        """What is left to do."""
        if not request.who.subject:
            return self._ask_citizen(request)
        found = self._own_draft(request, draft)
        if self._is_handed_in(found):
            return self._to_receipt(request, found)
        now, procedure = self.clock.now(), self._in_force(found)
        return self._draft_page(
            "draft.html",
            request,
            found,
            items=draft_view.task_items(found, procedure),
            closed=refusal_of(lambda: drafting.must_be_open(procedure, now)),
            days=draft_view.days_left(found, now),
        )

    @page(f"{APPLY}/<draft>/<task>", PAGES, scope=CITIZEN, hidden=True)
    def look_at_task(self, request: Request, draft: str, task: str) -> Response:
        """One task, with what was said before."""
        if not request.who.subject:
            return self._ask_citizen(request)
        found = self._own_draft(request, draft)
        if task not in (*_FORMS, DraftTask.CHECK):
            raise NotFound(*NO_SUCH_THING)
        if self._is_handed_in(found):
            return self._to_receipt(request, found)
        return self._task_page(request, found, task)

    @form(f"{APPLY}/<draft>/<task>", PAGES, scope=CITIZEN, hidden=True)
    def fill_in(self, request: Request, draft: str, task: str) -> Response:
        """Keep what was said of a task, and go back to the list."""
        self._citizen_must_be_known(request)
        said, found = read_form(request), self._own_draft(request, draft)
        if task not in _FORMS:
            raise NotFound(*NO_SUCH_THING)
        return after_form(
            lambda: self._fill_in(request, found, task, said),
            done=lambda: moved(request, address_of(draft)),
            wrong=lambda error: self._task_page(request, found, task, said=said, wrong=error),
        )

    @form(f"{APPLY}/<draft>/submit", PAGES, scope=CITIZEN, hidden=True)
    def submit_draft(self, request: Request, draft: str) -> Response:
        """Hand it in; sent again, by another tab or after going back, it shows the one receipt."""
        self._citizen_must_be_known(request)
        said, found = read_form(request), self._own_draft(request, draft)
        if self._is_handed_in(found):
            return self._to_receipt(request, found)
        return after_form(
            lambda: self._hand_in(found, said),
            done=lambda: self._to_receipt(request, found),
            wrong=lambda error: self._task_page(
                request, found, DraftTask.CHECK, said=said, wrong=error
            ),
        )

    @page(f"{APPLY}/<draft>/receipt", PAGES, scope=CITIZEN, hidden=True)
    def look_at_receipt(self, request: Request, draft: str) -> Response:
        """What was handed in and what comes next; it stands as long as the dossier does."""
        if not request.who.subject:
            return self._ask_citizen(request)
        found = shown_to(self.dossiers.get(draft), request.who.subject, clerk=False)
        words, now = self._citizen_words(request), self.clock.now()
        where = f"{self.settings.public_url.rstrip('/')}/mine/{quote(found.id, safe='')}"
        return PAGES.show(
            "draft_receipt.html",
            request,
            at=now,
            dossier=found,
            words=words,
            to_pay=pages.to_pay(found),
            takes=draft_view.time_said(self.procedures.now(found.procedure).time),
            where=where,
            qr=qr_code.drawn(where),
            result_by=citizen_view.RESULT_BY.get(found.result_by, ""),
        )

    @form(f"{APPLY}/<draft>/throw-away", PAGES, scope=CITIZEN, hidden=True)
    def throw_draft_away(self, request: Request, draft: str) -> Response:
        """Delete a draft that is not wanted any more, with all that was typed."""
        self._citizen_must_be_known(request)
        found = self._own_draft(request, draft)
        if self._is_handed_in(found):
            return self._to_receipt(request, found)
        self.drafts.throw_away(found)
        return moved(request, APPLY)

    def _before(self, request: Request, code: str, *, wrong: Error | None = None) -> Response:
        now, procedure = self.clock.now(), self.procedures.lately(code)
        mine = self.drafts.open_of(request.who.subject)
        shown = {
            "procedure": procedure,
            "begun": [each for each in mine if each.procedure == procedure.id],
            "closed": wrong or refusal_of(lambda: drafting.must_be_open(procedure, now)),
            "copies_of": copies_of,
            "key": new_message_id(now),
            "words": self._citizen_words(request),
        }
        status = wrong.status if wrong else 200
        return PAGES.show("apply.html", request, at=now, status=status, **shown)

    def _begin(self, request: Request, code: str) -> OnlineDraft:
        once = request.once(201, lambda each: {"id": each.id})
        owner, now = request.who.subject, self.clock.now()

        def decide() -> Drafted:
            procedure, others = self.procedures.now(code), len(self.drafts.open_of(owner))
            return drafting.begin(request.new_id, owner, procedure, others, now), ()

        return self.drafts.create(request.new_id, decide, once=once)

    def _fill_in(
        self, request: Request, draft: OnlineDraft, task: str, said: Mapping[str, str]
    ) -> OnlineDraft:
        now = self.clock.now()
        if task == DraftTask.CASE:
            rule = partial(
                drafting.pick_case,
                procedure=self._in_force(draft),
                case=said.get("case", ""),
                now=now,
            )
        elif task == DraftTask.PROXY:
            rule = partial(drafting.act_for, proxy=self._proxy(request, said), now=now)
        elif task == DraftTask.PERSON:
            typed = as_api(request, draft_view.person_of(said), said)
            rule = partial(
                drafting.describe, applicant=typed.load(schemas.ApplicantFields), now=now
            )
        else:
            body = {each: said.get(each, "") for each in ("email", "language", "result_by")}
            told = as_api(request, body, said).load(schemas.DraftResultFields)
            rule = partial(drafting.tell, **told, now=now)
        return self.drafts.change(draft.id, rule)

    def _proxy(self, request: Request, said: Mapping[str, str]) -> Proxy | None:
        """Who hands in for another, as the API has them; None for oneself."""
        if said.get("kind", "self") == "self":
            return None
        typed = as_api(request, draft_view.proxy_of(said), said)
        proxy: Proxy = typed.load(schemas.ProxyFields)
        return proxy

    def _hand_in(self, draft: OnlineDraft, said: Mapping[str, str]) -> None:
        """The dossier by the API's own rule, with the draft's id: there is one at most."""
        progress.must_be_agreed(said.get("agreed", ""))
        procedure = self._in_force(draft)
        papers = progress.papers_of(draft, procedure)
        known = self.known_documents.among(draft_view.documents_of(papers))
        now, calendar = self._when()
        office = office_of(self.settings)

        def decide() -> Decided:
            handed_in = progress.submission(draft, procedure, known, said.get("seen", ""), now)
            today = self._as_of_today(procedure)
            owner = draft.owner
            done = reception.submit(
                draft.id, handed_in, today, now, calendar, owner=owner, known=known
            )
            return issuing.with_forms(done, office, now)

        once = Idempotency(f"draft {draft.id}", reply=lambda _: StoredResponse(201, {}))
        self.dossiers.create(draft.id, decide, once=once)

    def _task_page(
        self,
        request: Request,
        draft: OnlineDraft,
        task: str,
        *,
        said: Mapping[str, str] = _NOTHING,
        wrong: Error | None = None,
    ) -> Response:
        procedure, language = self._in_force(draft), request.language
        session = request.page.session
        papers = progress.papers_of(draft, procedure)
        known = self.known_documents.among(draft_view.documents_of(papers))
        fields_of = draft_view.proxy_said if task == DraftTask.PROXY else draft_view.said_of
        before = fields_of(draft, session.name if session else "")
        return self._draft_page(
            f"draft_{task}.html",
            request,
            draft,
            status=wrong.status if wrong else 200,
            said={**before, **said},
            proxy_kinds=draft_view.PROXY_KINDS,
            proxy_law=cite(LawRule.CHANNELS, self.clock.now()),
            errors=draft_view.errors_of(wrong, language),
            article=wrong.article if wrong else "",
            results=citizen_view.RESULT_BY,
            tasks=progress.tasks(draft, procedure),
            papers=[draft_view.paper_row(each, known, draft, language) for each in papers],
            fees=draft_view.fees(draft, procedure),
            declared=draft_view.declared_rows(draft, procedure),
        )
