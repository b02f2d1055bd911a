"""Page of refused answers: what the centre could not take of the agency, until one has read it."""

from collections.abc import Mapping

from contracts.events import StepCompleted, StepRefused
from contracts.replies import (
    ExplanationReply,
    ExtensionReply,
    ProceedReply,
    RerouteReply,
    SupplementReply,
    UrgingReply,
)
from foundation.persistence.document import new_message_id
from foundation.web import Request, Response
from foundation.web.page_forms import after_form, as_api, read_form
from foundation.web.page_routes import form, moved, page
from foundation.web.page_words import Words
from services.routing import schemas
from services.routing.domain.docket import lists
from services.routing.domain.staff.roles import Right
from services.routing.handlers.desk_page import DESK, DeskPage
from services.routing.handlers.refused_answers_api import RefusedAnswersApi
from services.routing.pages import PAGES

REFUSALS = "/desks/<agency>/refusals"
ANSWERS: Mapping[str, Words] = {
    StepCompleted.TYPE: ("hoàn thành", "completing the step"),
    StepRefused.TYPE: ("từ chối theo quy định", "refusing by law"),
    SupplementReply.TYPE: ("yêu cầu bổ sung giấy tờ", "asking for papers"),
    ExtensionReply.TYPE: ("xin lỗi và hẹn lại", "asking for another date"),
    ProceedReply.TYPE: ("thôi chờ các cơ quan khác", "waiting for others no longer"),
    RerouteReply.TYPE: ("sắp xếp lại các bước", "ordering the steps anew"),
    UrgingReply.TYPE: ("trả lời đôn đốc", "answering an urging"),
    ExplanationReply.TYPE: ("giải trình phản ánh", "explaining to a citizen"),
}


class RefusedPages(DeskPage, RefusedAnswersApi):
    """Refused answers as a list, each with the law and the reason, and the box to tick them off."""

    @page(REFUSALS, PAGES, scope=DESK, hidden=True)
    def look_at_refusals(self, request: Request, agency: str) -> Response:
        """What the centre refused and nobody has read, the most urgent first; `?after=` goes on."""
        self._must_be_here(agency)
        if not request.who.subject:
            return self._ask_who(request)
        act, asked = self._act(request), request.asked(schemas.WorkPage())
        found, onward = self._shared_page(act, lists.REFUSED, "refusals", **asked)
        return self._shown(
            "refusals.html",
            request,
            rows=[(docket, each) for docket in found for each in docket.refusals if not each.seen],
            onward=onward,
            answers=ANSWERS,
            may_tick=act.may(Right.WORK),
            key=new_message_id(act.now),
        )

    @form(f"{REFUSALS}/<dossier>/<number>", PAGES, scope=DESK, hidden=True)
    def see_by_form(self, request: Request, agency: str, dossier: str, number: str) -> Response:
        """Mark a refusal as read: whoever was first is the one who read it."""
        self._must_be_known(request, agency)
        said = read_form(request)
        return after_form(
            lambda: self.see(as_api(request, {}, said), dossier, number),
            done=lambda: moved(request, f"/desks/{agency}/refusals"),
            wrong=lambda error: PAGES.problem(error, request),
        )
