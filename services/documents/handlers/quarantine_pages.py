"""Pages of the quarantine: files with malware, or that could not be scanned, for a clerk."""

from collections.abc import Mapping

from foundation.errors import Error, Unknown
from foundation.persistence.document import new_message_id
from foundation.web import Request, Response
from foundation.web.page_forms import after_form, as_api, read_form
from foundation.web.page_routes import form, moved, page, wants_page
from services.documents import schemas
from services.documents.domain.quarantine import SCAN_SEEN
from services.documents.domain.scanning import QUARANTINED
from services.documents.handlers import keeping_view
from services.documents.handlers.scan_api import ScanApi
from services.documents.pages import PAGES

COUNTER = "counter"
QUARANTINE = "/counter/quarantine"
SCAN = "scan"
_NOTHING: Mapping[str, str] = {}


class QuarantinePages(ScanApi):
    """The quarantine as a list, and one file of it with its form."""

    @page(QUARANTINE, PAGES, scope=COUNTER, hidden=True)
    def look_at_quarantine(self, request: Request) -> Response:
        """Files that a clerk has to decide on, the longest waiting first; `?after=` goes on."""
        if not request.who.subject:
            return _ask_clerk(request)
        asked = request.asked(schemas.QuarantinePage())
        done = bool(asked.pop("done"))
        found, onward = self.documents.undecided(self.clock.now(), **asked)
        return PAGES.show(
            "quarantine.html", request, found=found, onward=onward, done=done, view=keeping_view
        )

    @page(f"{QUARANTINE}/<id>", PAGES, scope=COUNTER, hidden=True)
    def look_at_quarantined(self, request: Request, id: str) -> Response:
        """What the scanner said of one file, and the decision as a form."""
        if not request.who.subject:
            return _ask_clerk(request)
        return self._quarantined(request, id)

    @form(f"{QUARANTINE}/<id>", PAGES, scope=COUNTER, hidden=True)
    def decide_by_form(self, request: Request, id: str) -> Response:
        """Accept it, refuse it, or have it scanned again: sent twice it is decided once."""
        if not request.who.subject:
            raise _nobody()
        said = read_form(request)
        body = {each: said.get(f"{SCAN}-{each}", "") for each in ("decision", "reason")}
        return after_form(
            lambda: self.decide_scan(as_api(request, body, said), id),
            done=lambda: moved(request, f"{QUARANTINE}?done=1"),
            wrong=lambda error: self._quarantined(request, id, said=said, wrong=error),
        )

    def _quarantined(
        self,
        request: Request,
        document_id: str,
        *,
        said: Mapping[str, str] = _NOTHING,
        wrong: Error | None = None,
    ) -> Response:
        document, seen = self.documents.get(document_id), said.get("seen", "")
        differences = SCAN_SEEN.differences(seen, document) if wrong and seen else {}
        return PAGES.show(
            "quarantined.html",
            request,
            status=wrong.status if wrong else 200,
            document=document,
            open=document.scan.verdict in QUARANTINED and not document.retention.removed,
            said=said,
            errors=keeping_view.errors_of(wrong, request.language, SCAN),
            changed=keeping_view.changed(differences, request.language),
            mark=SCAN_SEEN.mark(document),
            key=new_message_id(self.clock.now()),
            view=keeping_view,
        )


def _ask_clerk(request: Request) -> Response:
    if not wants_page(request.headers):
        raise _nobody()
    return PAGES.show("staff_sign_in.html", request)


def _nobody() -> Unknown:
    return Unknown("Cần đăng nhập bằng tài khoản quầy.", "Sign in with a clerk's account first.")
