"""Pages of holds: files of a dossier, or one file, are kept whatever the rules of retention say."""

from collections.abc import Callable, Mapping
from urllib.parse import quote

from foundation.errors import NO_SUCH_THING, Error, NotFound, StoredResponse, Unknown
from foundation.persistence.document import new_message_id
from foundation.retention.hold import Hold
from foundation.web import Request, Response
from foundation.web.page_forms import after_form, as_api, read_form
from foundation.web.page_routes import form, moved, page, wants_page
from services.documents import schemas
from services.documents.domain import removal_notice, retention
from services.documents.handlers import keeping_view
from services.documents.handlers.retention_api import RetentionApi
from services.documents.pages import PAGES

CENTRE = "centre"
HOLDS = "/centre/holds"
HOLD = "hold"
DOSSIER, DOCUMENT = "dossier", "document"
_NOTHING: Mapping[str, str] = {}
_Standing = tuple[bool, tuple[Hold, ...], str, Mapping[str, tuple[str, str]]]


class HoldPages(RetentionApi):
    """Whether a dossier or a document is held, by whose word and why, and the form."""

    @page(HOLDS, PAGES, scope=CENTRE, hidden=True)
    def look_for_hold(self, request: Request) -> Response:
        """Where the id of a dossier or of a document is typed in; it leads to its page."""
        if not request.who.subject:
            return _ask_who(request)
        asked = request.asked(schemas.HoldQuery())
        named = next((kind for kind in (DOSSIER, DOCUMENT) if asked[kind]), "")
        if named and self._is_there(named, asked[named]):
            return moved(request, f"{HOLDS}/{named}/{quote(asked[named], safe='')}")
        return PAGES.show("holds.html", request, asked=asked, unknown=named)

    @page(f"{HOLDS}/<kind>/<id>", PAGES, scope=CENTRE, hidden=True)
    def look_at_hold(self, request: Request, kind: str, id: str) -> Response:
        """Every decision on the hold, and the form."""
        if not request.who.subject:
            return _ask_who(request)
        return self._hold(request, kind, id)

    @form(f"{HOLDS}/<kind>/<id>", PAGES, scope=CENTRE, hidden=True)
    def hold_by_form(self, request: Request, kind: str, id: str) -> Response:
        """Hold it, or release it: sent twice it is done once."""
        if not request.who.subject:
            raise _nobody()
        said = read_form(request)
        acts: Mapping[str, Callable[[Request, str], StoredResponse]] = {
            DOSSIER: self.hold_dossier,
            DOCUMENT: self.hold,
        }
        if kind not in acts:
            raise NotFound(*NO_SUCH_THING)
        body = {"held": said.get("hold-held", "") == "1", "reason": said.get("hold-reason", "")}
        return after_form(
            lambda: acts[kind](as_api(request, body, said), id),
            done=lambda: moved(request, f"{HOLDS}/{kind}/{quote(id, safe='')}"),
            wrong=lambda error: self._hold(request, kind, id, said=said, wrong=error),
        )

    def _hold(
        self,
        request: Request,
        kind: str,
        thing_id: str,
        *,
        said: Mapping[str, str] = _NOTHING,
        wrong: Error | None = None,
    ) -> Response:
        held, holds, mark, differences = self._standing(kind, thing_id, said.get("seen", ""))
        return PAGES.show(
            "hold.html",
            request,
            status=wrong.status if wrong else 200,
            kind=kind,
            id=thing_id,
            held=held,
            holds=holds,
            said=said,
            errors=keeping_view.errors_of(wrong, request.language, HOLD),
            changed=keeping_view.changed(differences, request.language) if wrong else (),
            mark=mark,
            key=new_message_id(self.clock.now()),
            view=keeping_view,
        )

    def _is_there(self, kind: str, thing_id: str) -> bool:
        if kind == DOSSIER:
            return self.accesses.known(thing_id) is not None
        return bool(self.documents.among([thing_id]))

    def _standing(self, kind: str, thing_id: str, seen: str) -> _Standing:
        """Whether it is held, its decisions, the mark of both, and what differs from `seen`."""
        if kind == DOSSIER:
            access, compared = self.accesses.get(thing_id), removal_notice.HOLD_SEEN
            differences = compared.differences(seen, access) if seen else {}
            return access.held, access.holds, compared.mark(access), differences
        if kind == DOCUMENT:
            document, kept = self.documents.get(thing_id), retention.HOLD_SEEN
            differences = kept.differences(seen, document) if seen else {}
            held = document.retention
            return held.held, held.holds, kept.mark(document), differences
        raise NotFound(*NO_SUCH_THING)


def _ask_who(request: Request) -> Response:
    if not wants_page(request.headers):
        raise _nobody()
    return PAGES.show("staff_sign_in.html", request)


def _nobody() -> Unknown:
    return Unknown(
        "Cần đăng nhập bằng tài khoản của Trung tâm.",
        "Sign in with an account of the centre first.",
    )
