"""Pages of message templates: what is in use, a preview with an example, and publishing.

A form is the act of the API, on the edition that was seen.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from foundation.errors import NO_SUCH_THING, Error, NotFound, Unknown
from foundation.web import Request, Response
from foundation.web.limits import KB
from foundation.web.page_forms import after_form, as_api, read_form
from foundation.web.page_routes import form, moved, page, wants_page
from services.notifications import pages, schemas
from services.notifications.domain import template as templates
from services.notifications.handlers import message_view
from services.notifications.handlers.templates_api import SCOPE, TemplatesApi
from services.notifications.pages import PAGES

ALL = "/message-templates"
ONE = f"{ALL}/<kind>/<language>"
LARGEST_WORDS = 128 * KB
"""Two texts of 10,000 letters with their marks, as a browser spells them."""
PARTS = ("subject", "mail", "sms")
_NOTHING: Mapping[str, str] = {}


class TemplatePages(TemplatesApi):
    """The words to people, for who keeps them; to who may not write them they are not there."""

    @page(ALL, PAGES, scope=SCOPE, hidden=True)
    def look_at_words(self, request: Request) -> Response:
        """Every kind of message with the edition in use in each language."""
        if not request.who.subject:
            return self._ask_keeper(request)
        names = [f"{kind}.{each}" for kind in schemas.kinds() for each in schemas.LANGUAGES]
        used = pages.in_use(self.templates.among(names))
        rows = [
            (kind, [(each, used.get(f"{kind}.{each}", 0)) for each in schemas.LANGUAGES])
            for kind in schemas.kinds()
        ]
        return PAGES.show("words.html", request, rows=rows, view=message_view)

    @page(ONE, PAGES, scope=SCOPE, hidden=True)
    def look_at_words_of(self, request: Request, kind: str, language: str) -> Response:
        """One template with its editions (`?edition=` opens an old one) and how it reads."""
        if not request.who.subject:
            return self._ask_keeper(request)
        return self._words_of(request, kind, language, done="done" in request.query)

    @form(f"{ONE}/<name>", PAGES, scope=SCOPE, largest=LARGEST_WORDS, hidden=True)
    def keep_words(self, request: Request, kind: str, language: str, name: str) -> Response:
        """See how the words read, or publish them: sent twice they are one edition."""
        if not request.who.subject:
            raise _nobody()
        if name not in ("preview", "publish"):
            raise NotFound(*NO_SUCH_THING)
        said = read_form(request)
        body = {each: said.get(each, "") for each in PARTS}
        keyed = as_api(request, body, said)
        act = self.publish if name == "publish" else self.preview
        shown: list[dict[str, object]] = []
        return after_form(
            lambda: shown.append(act(keyed, kind, language)),
            done=lambda: (
                _published(request, kind, language)
                if name == "publish"
                else self._words_of(request, kind, language, said=body, seen=said.get("seen", ""))
            ),
            wrong=lambda error: self._words_of(
                request, kind, language, said=body, seen=said.get("seen", ""), wrong=error
            ),
        )

    def _words_of(
        self,
        request: Request,
        kind: str,
        language: str,
        *,
        done: bool = False,
        said: Mapping[str, str] = _NOTHING,
        seen: str = "",
        wrong: Error | None = None,
    ) -> Response:
        schemas.situation_of_kind(kind, language)
        found = self._template(kind, language)
        parts = pages.parts_of(
            found, schemas.shipped(kind, language), request.query.get("edition", "")
        )
        typed = said or {each: getattr(parts, each) for each in PARTS}
        shown: dict[str, Any] = {} if wrong else schemas.preview_of(kind, language, typed)
        return PAGES.show(
            "words_of.html",
            request,
            status=wrong.status if wrong else 200,
            kind=kind,
            view=message_view,
            language=language,
            other=next(each for each in schemas.LANGUAGES if each != language),
            edition=found.edition,
            editions=found.editions,
            variables=schemas.variables(kind),
            said=typed,
            shown=shown,
            done=done,
            errors=pages.errors_of(wrong, request.language),
            changed=pages.changed(seen, found) if wrong else (),
            mark=seen if said and not wrong else templates.mark(found),
            moment=pages.moment,
        )

    def _ask_keeper(self, request: Request) -> Response:
        if not wants_page(request.headers):
            raise _nobody()
        return PAGES.show("words_sign_in.html", request)


def _published(request: Request, kind: str, language: str) -> Response:
    where = f"{ALL}/{quote(kind, safe='')}/{quote(language, safe='')}"
    return moved(request, f"{where}?done=1")


def _nobody() -> Unknown:
    return Unknown(
        "Cần đăng nhập với quyền sửa danh mục thủ tục.",
        "Sign in with the right to write in the catalogue first.",
    )
