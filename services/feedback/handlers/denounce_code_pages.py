"""Pages to denounce without an account, and to follow it by a secret code that is shown once.

The code stands in no address, no cookie and no log: a form brings it in its body, the page answers
that form. A handler who enters a denunciation that came by post or was told at the counter gets
such a code to hand over. Nobody's address or account is kept, not even as what a limit counts by.
"""

from collections.abc import Mapping
from dataclasses import replace

from foundation.errors import NO_SUCH_THING, Error, NotFound
from foundation.observability import log_context
from foundation.persistence.document import new_message_id
from foundation.web import Request, Response
from foundation.web.auth import Identity
from foundation.web.page_forms import after_form, as_api, read_form
from foundation.web.page_routes import form, page
from foundation.web.rate_limit import SendingRateLimiter
from foundation.web.responses import TooMany
from services.feedback import pages
from services.feedback.domain import adding, information, secret_code
from services.feedback.domain.denunciation import ENDED, Denunciation
from services.feedback.domain.sealed_parts import DENOUNCER, Addition
from services.feedback.domain.taking_in import BY_STAFF
from services.feedback.handlers import centre_view, voice_forms
from services.feedback.handlers.denounce_pages import LARGEST
from services.feedback.handlers.denunciations_api import CITIZEN, HANDLER, DenunciationsApi
from services.feedback.handlers.voice_page import VoicePage
from services.feedback.pages import PAGES
from services.feedback.schemas import denouncing as schemas

WITHOUT, TAKE_IN = "/denounce/without-account", "/denounce/take-in"
FOLLOW, ADD = "/denounce/follow", "/denounce/follow/add"
UNKNOWN = Identity("", frozenset({CITIZEN}))
"""Whoever sends without an account, whatever session their browser has."""
_NOTHING: Mapping[str, str] = {}


class DenounceCodePages(VoicePage, DenunciationsApi):
    """Denouncing without an account, and entering one for who came or wrote."""

    sending = SendingRateLimiter()

    @page(WITHOUT, PAGES)
    def write_without_account(self, request: Request) -> Response:
        """How one is protected without an account, and the form."""
        return self._sealed_form(request, WITHOUT, _NOTHING)

    @form(WITHOUT, PAGES, largest=LARGEST)
    def send_without_account(self, request: Request) -> Response:
        """Seal it and show its code: sent twice, there is one, with one code."""
        said = read_form(request)
        body = voice_forms.denunciation_of(said, request.language)
        keyed = replace(as_api(request, body, said), who=UNKNOWN)
        held = self.sending.too_much(keyed)
        if held:
            return self._sealed_form(request, WITHOUT, said, wrong=held)
        return self._sealed_with_code(request, keyed, WITHOUT, said)

    @page(TAKE_IN, PAGES, scope=HANDLER, hidden=True)
    def write_for_denouncer(self, request: Request) -> Response:
        """The form by which a handler enters what was told, or came on paper."""
        if not request.who.subject:
            return self._ask_who(request)
        return self._sealed_form(request, TAKE_IN, _NOTHING)

    @form(TAKE_IN, PAGES, scope=HANDLER, largest=LARGEST, hidden=True)
    def send_for_denouncer(self, request: Request) -> Response:
        """Seal it and show the code for who came."""
        self._citizen_must_be_known(request)
        said = read_form(request)
        body = voice_forms.denunciation_of(said, request.language) | voice_forms.arrival_of(said)
        return self._sealed_with_code(request, as_api(request, body, said), TAKE_IN, said)

    @page(FOLLOW, PAGES)
    def ask_for_secret_code(self, request: Request) -> Response:
        """Where the code is typed in."""
        return self._voice_page("denounce_follow.html", request)

    @form(FOLLOW, PAGES)
    def follow_by_code(self, request: Request) -> Response:
        """How far the denunciation with this code is."""
        code = read_form(request).get("code", "")
        return self._code_page(request, self._with_code(request, code), code)

    @form(ADD, PAGES, largest=LARGEST)
    def add_by_code(self, request: Request) -> Response:
        """Add to it, sealed as the rest: sent twice, it is added once."""
        said = read_form(request)
        code = said.get("code", "")
        kept = self._with_code(request, code)
        keyed = replace(as_api(request, {"text": said.get("text", "")}, said), who=UNKNOWN)
        with log_context.acting_as(DENOUNCER):
            return after_form(
                lambda: self._add(keyed, kept.id),
                done=lambda: self._code_page(
                    request, self.denunciations.get(kept.id), code, told="added"
                ),
                wrong=lambda error: self._code_page(request, kept, code, said=said, wrong=error),
            )

    def _sealed_with_code(
        self, request: Request, keyed: Request, where: str, said: Mapping[str, str]
    ) -> Response:
        with log_context.acting_as(DENOUNCER if where == WITHOUT else request.who.subject):
            return after_form(
                lambda: self._denounce(keyed, by_code=True),
                done=lambda: self._code_page(
                    request,
                    self.denunciations.get(self._sealed_id(keyed)),
                    self._code_of(keyed),
                    told="sent" if where == WITHOUT else "entered",
                ),
                wrong=lambda error: self._sealed_form(request, where, said, wrong=error),
            )

    def _with_code(self, request: Request, code: str) -> Denunciation:
        """The denunciation with the code; none is a miss that its asker is counted for."""
        with self.guard.against_guessing(replace(request, who=UNKNOWN)):
            found = self.denunciations.by_code(code)
            if found is None:
                raise NotFound(*NO_SUCH_THING)
        return found

    def _add(self, request: Request, id: str) -> object:
        text = request.load(schemas.AdditionSchema)["text"]
        own, doing = self._sealed_id(request), self._doing(request)
        once = self.vault.hide(request.once(200, schemas.card))
        addition = Addition(id=own, at=doing.now, sealed=self.vault.seal(text, own))
        return self.denunciations.change(
            id, lambda each: adding.add(each, addition, doing), once=once
        )

    def _sealed_form(
        self,
        request: Request,
        where: str,
        said: Mapping[str, str],
        *,
        wrong: Error | None = None,
    ) -> Response:
        fields = (*voice_forms.DENUNCIATION_FIELDS, "channel", "came")
        shown = self._voice_page(
            "denounce_take_in.html" if where == TAKE_IN else "denounce_without.html",
            request,
            status=wrong.status if wrong else 200,
            taken=self.vault.is_open(),
            where=where,
            said=said,
            channels=centre_view.channels_of(BY_STAFF),
            errors=voice_forms.errors_of(wrong, request.language, fields),
            article=wrong.article if wrong else "",
            key=new_message_id(self.clock.now()),
        )
        if isinstance(wrong, TooMany):
            shown.headers["Retry-After"] = str(wrong.seconds)
        return shown

    def _code_page(
        self,
        request: Request,
        kept: Denunciation,
        code: str,
        *,
        told: str = "",
        said: Mapping[str, str] = _NOTHING,
        wrong: Error | None = None,
    ) -> Response:
        """How far it is; of what is sealed nothing, of the code only what its holder typed."""
        return self._voice_page(
            "denounce_code.html",
            request,
            status=wrong.status if wrong else 200,
            told=told,
            code=secret_code.shown(code) if told in {"sent", "entered"} else code,
            denunciation=kept,
            may_add=kept.state not in ENDED,
            said=said,
            state=pages.DENUNCIATION_STATES[kept.state],
            article_of_use=information.sealed_article(kept, request.language),
            outcome=pages.outcome_of(kept.outcome, self._voice_words(request)),
            errors=voice_forms.errors_of(wrong, request.language, ("text",)),
            key=new_message_id(self.clock.now()),
        )
