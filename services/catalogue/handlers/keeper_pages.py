"""Pages of whoever keeps the catalogue: a procedure's versions, the draft as people would read it.

A form is the act of the API, on the version that its keeper saw.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from foundation.errors import NO_SUCH_THING, Error, NotFound, Unknown
from foundation.persistence.document import new_message_id
from foundation.settings.agency_names import names_of
from foundation.text.procedure_code import bare
from foundation.web import Request, Response
from foundation.web.page_forms import after_form, as_api, read_form
from foundation.web.page_routes import form, moved, page, wants_page
from foundation.web.page_words import Words, moment_said
from foundation.worktime import to_minute
from services.catalogue import pages, schemas
from services.catalogue.domain import procedure as rules
from services.catalogue.domain.procedure import Procedure, VersionState
from services.catalogue.handlers.catalogue_api import CatalogueApi
from services.catalogue.pages import PAGES

KEEPING, WRITING = "/catalogue", "catalogue:write"
ONE = f"{KEEPING}/<code>"
ACTS: Mapping[str, Words] = {
    "publish": ("Công bố bản nháp", "Publish the draft"),
    "withdraw": ("Bãi bỏ", "Withdraw"),
}
DONE: Mapping[str, Words] = {
    "publish": ("Đã công bố", "It is published"),
    "withdraw": ("Đã bãi bỏ; hồ sơ đang giải quyết vẫn tiếp tục", "Withdrawn; dossiers go on"),
}
STATES: Mapping[VersionState, Words] = {
    VersionState.DRAFT: ("bản nháp", "draft"),
    VersionState.PUBLISHED: ("đang có hiệu lực", "in force"),
    VersionState.REPLACED: ("đã được thay", "replaced"),
    VersionState.WITHDRAWN: ("đã bãi bỏ", "withdrawn"),
}
_NOTHING: Mapping[str, str] = {}


class KeeperPages(CatalogueApi):
    """The catalogue for its keepers; to who may not write in it these pages are not there."""

    @page(KEEPING, PAGES, scope=WRITING, hidden=True)
    def look_at_catalogue(self, request: Request) -> Response:
        """Drafts; procedures in force, found as the public finds them; `?code=` opens any."""
        if not request.who.subject:
            return self._ask_keeper(request)
        code = bare(request.query.get("code", ""))
        if code:
            return moved(request, f"{KEEPING}/{quote(code, safe='')}")
        query = {name: each for name, each in request.query.items() if name != "code"}
        asked = replace(request, query=query).asked(schemas.ProcedureSearchQuery())
        values = pages.searched(asked, self._page(asked), query)
        first = not (asked.query or query.get("after"))
        drafted = self.procedures.drafted() if first else ()
        drafts = [(each.id, each.versions[-1]) for each in drafted]
        return PAGES.show("keeping.html", request, drafts=drafts, when=pages.day_of, **values)

    @page(ONE, PAGES, scope=WRITING, hidden=True)
    def look_at_versions(self, request: Request, code: str) -> Response:
        """A procedure with all its versions, and what may be done with it."""
        if not request.who.subject:
            return self._ask_keeper(request)
        done = DONE.get(request.query.get("done", ""), "")
        return self._versions(request, self.procedures.get(bare(code)), done=done)

    @page(f"{ONE}/draft", PAGES, scope=WRITING, hidden=True)
    def look_at_draft(self, request: Request, code: str) -> Response:
        """The newest version as the public would read it, whatever its state."""
        if not request.who.subject:
            return self._ask_keeper(request)
        found, now = self.procedures.get(bare(code)), self.clock.now()
        names = names_of(self.settings.agencies)
        shown = pages.described(found.id, found.versions[-1], names, now)
        return PAGES.show("procedure.html", request, at=now, **shown)

    @form(f"{ONE}/<name>", PAGES, scope=WRITING, hidden=True)
    def keep_by_form(self, request: Request, code: str, name: str) -> Response:
        """Publish the draft, or withdraw what is in force."""
        if not request.who.subject:
            raise _nobody()
        if name not in ACTS:
            raise NotFound(*NO_SUCH_THING)
        said, act = read_form(request), self.publish if name == "publish" else self.withdraw
        return after_form(
            lambda: act(as_api(request, {}, said), code),
            done=lambda: _done(request, bare(code), name),
            wrong=lambda error: self._versions(
                request, self.procedures.get(bare(code)), said=said, wrong=error
            ),
        )

    def _versions(
        self,
        request: Request,
        found: Procedure,
        *,
        done: str | tuple[str, str] = "",
        said: Mapping[str, str] = _NOTHING,
        wrong: Error | None = None,
    ) -> Response:
        now, latest = self.clock.now(), found.versions[-1]
        current = any(each.state is VersionState.PUBLISHED for each in found.versions)
        seen, mark = said.get("seen", ""), rules.mark(found)
        values: dict[str, Any] = {
            "procedure": found,
            "latest": latest,
            "offered": [
                name
                for name, may in (
                    ("publish", latest.state is VersionState.DRAFT),
                    ("withdraw", current),
                )
                if may
            ],
            "changed": _changed(seen, mark, request.language) if wrong and seen != mark else (),
            "why": (wrong.en if request.language == "en" else wrong.vi) if wrong else "",
            "article": wrong.article if wrong else "",
        }
        return PAGES.show(
            "versions.html",
            request,
            at=now,
            status=wrong.status if wrong else 200,
            done=done,
            acts=ACTS,
            states=STATES,
            mark=mark,
            key=new_message_id(now),
            when=pages.day_of,
            **values,
        )

    def _ask_keeper(self, request: Request) -> Response:
        if not wants_page(request.headers):
            raise _nobody()
        return PAGES.show("keeper_sign_in.html", request)


def _done(request: Request, code: str, name: str) -> Response:
    response = moved(request, f"{KEEPING}/{quote(code, safe='')}")
    where = response.headers["Location"]
    response.headers["Location"] = f"{where}{'&' if '?' in where else '?'}done={name}"
    return response


def _nobody() -> Unknown:
    return Unknown(
        "Cần đăng nhập với quyền sửa danh mục thủ tục.",
        "Sign in with the right to write in the catalogue first.",
    )


def _changed(seen: str, mark: str, language: str) -> tuple[tuple[Words, str, str]]:
    return ((("Phiên bản", "Version"), _said(seen, language), _said(mark, language)),)


def _said(mark: str, language: str) -> str:
    """A mark of the domain as people read it; "" if it is none: a form brought it from outside."""
    number, _, rest = mark.partition(" ")
    state, _, drafted = rest.partition(" ")
    known = {each.value: words for each, words in STATES.items()}
    words, at = known.get(state), moment_said(drafted)
    if not number.isdecimal() or words is None or at is None:
        return ""
    said, local = words[language == "en"], to_minute(at)
    return f"{number}, {said}, {local:%H:%M %d/%m/%Y}"
