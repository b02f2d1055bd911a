"""HTTP API of denunciations: taken in sealed, opened by named handlers, each time with a reason.

Three rights: `feedback:write` sends one and sees how far one's own is; `denunciation` handles those
one is named for; `denunciation:head` names the handlers and sees the book, never what is sealed.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from foundation.errors import NO_SUCH_THING, Hidden, StoredResponse
from foundation.observability import log_context
from foundation.web import Request, get, post
from services.feedback.domain import denunciation as rules
from services.feedback.domain import secret_code
from services.feedback.domain.denunciation import Arrival, Denunciation, Doing, Done
from services.feedback.domain.disclosure import must_name_nobody
from services.feedback.domain.sealed_parts import DENOUNCER, ReadingReason, SealedReading
from services.feedback.handlers.context import FeedbackContext
from services.feedback.schemas import denouncing as schemas

CITIZEN, HANDLER, HEAD = "feedback:write", "denunciation", "denunciation:head"


class DenunciationsApi(FeedbackContext):
    """Denunciations, from the one who sends them to the published conclusion."""

    @post("/denunciations", scope=f"{CITIZEN} {HANDLER}", gives=schemas.DenunciationCard)
    def denounce(self, request: Request) -> StoredResponse:
        """Take in a denunciation, sealed; a handler enters what came by voice or on paper."""
        return self._denounce(request)

    @get("/denunciations", scope=f"{HANDLER} {HEAD}", gives=schemas.DenunciationListAnswer)
    def denunciations_in(self, request: Request) -> dict[str, Any]:
        """The denunciations in a state, the oldest first: one's own, or all for the head."""
        asked = request.asked(schemas.DenunciationListQuery())
        own = "" if HEAD in request.who.scopes else request.who.subject
        found = self.denunciations.standing(now=self.clock.now(), handler=own, **asked)
        return schemas.listed(*found)

    @get(
        "/denunciations/<id>", scope=f"{CITIZEN} {HANDLER} {HEAD}", gives=schemas.DenunciationAnswer
    )
    def show_denunciation(self, request: Request, id: str) -> dict[str, Any]:
        """How far it is, for its handlers, their head, and who sent it."""
        kept, who = self.denunciations.get(id), request.who
        if HEAD in who.scopes or (HANDLER in who.scopes and who.subject in kept.handlers):
            return schemas.handled(kept)
        return schemas.card(self._of_denouncer(kept, who.subject))

    @get("/denunciations/<id>/sealed", scope=HANDLER, gives=schemas.OpenedAnswer)
    def read_sealed(self, request: Request, id: str) -> dict[str, Any]:
        """Open the sealed part, with a reason that stands in the chain before it is shown."""
        reason = request.asked(schemas.ReadingQuery())["reason"]
        kept = rules.handled_by(self.denunciations.get(id), request.who.subject)
        self._note(id, request.who.subject, reason)
        text = self.vault.open(kept.sealed, kept.id)
        added = [self.vault.open(each.sealed, each.id) for each in kept.additions]
        return schemas.opened(kept, schemas.from_sealed_text(text), added)

    @get(
        "/denunciations/<id>/readings",
        scope=f"{HANDLER} {HEAD}",
        gives=schemas.SealedReadingsAnswer,
    )
    def who_opened(self, request: Request, id: str) -> dict[str, Any]:
        """Who opened the sealed part, when and why, the latest first."""
        kept = self.denunciations.get(id)
        if HEAD not in request.who.scopes:
            rules.handled_by(kept, request.who.subject)
        asked = request.asked(schemas.ReadingsQuery())
        return schemas.readings(*self.sealed_readings.of(id, self.clock.now(), **asked))

    @post("/denunciations/<id>/handlers", scope=HEAD, gives=schemas.DenunciationAnswer)
    def name_handlers(self, request: Request, id: str) -> StoredResponse:
        """Name those who may open and handle it."""
        named = tuple(dict.fromkeys(request.load(schemas.HandlerNames)["handlers"]))
        return self._do(request, id, lambda each, doing: rules.assign(each, named, doing))

    @post("/denunciations/<id>/classify", scope=HANDLER, gives=schemas.DenunciationAnswer)
    def classify(self, request: Request, id: str) -> StoredResponse:
        """Say how hard the case is."""
        case = request.load(schemas.CaseSchema)["case"]
        return self._do(request, id, lambda each, doing: rules.classify(each, case, doing))

    @post("/denunciations/<id>/accept", scope=HANDLER, gives=schemas.DenunciationAnswer)
    def accept_denunciation(self, request: Request, id: str) -> StoredResponse:
        """Take it up."""
        return self._do(request, id, rules.accept)

    @post("/denunciations/<id>/decline", scope=HANDLER, gives=schemas.DenunciationAnswer)
    def decline_denunciation(self, request: Request, id: str) -> StoredResponse:
        """Do not take it up."""
        return self._do(request, id, rules.decline)

    @post("/denunciations/<id>/pass-on", scope=HANDLER, gives=schemas.DenunciationAnswer)
    def pass_denunciation_on(self, request: Request, id: str) -> StoredResponse:
        """Note that it was handed to the competent agency."""
        agency = request.load(schemas.PassOnSchema)["agency"]
        self.connected_agencies.now().must_exist(agency)
        return self._do(request, id, lambda each, doing: rules.pass_on(each, agency, doing))

    @post("/denunciations/<id>/use-as-information", scope=HANDLER, gives=schemas.DenunciationAnswer)
    def use_denunciation(self, request: Request, id: str) -> StoredResponse:
        """Keep one without a name and an address as information, for an agency or the centre."""
        agency = request.load(schemas.InformationSchema)["agency"]
        if agency:
            self.connected_agencies.now().must_exist(agency)
        decide = partial(rules.use_as_information, agency=agency)
        return self._do(request, id, lambda each, doing: decide(each, doing=doing))

    @post("/denunciations/<id>/extend", scope=HANDLER, gives=schemas.DenunciationAnswer)
    def extend_denunciation(self, request: Request, id: str) -> StoredResponse:
        """Extend its term."""
        return self._do(request, id, rules.extend)

    @post("/denunciations/<id>/suspend", scope=HANDLER, gives=schemas.DenunciationAnswer)
    def suspend_denunciation(self, request: Request, id: str) -> StoredResponse:
        """Suspend it."""
        return self._do(request, id, rules.suspend)

    @post("/denunciations/<id>/resume", scope=HANDLER, gives=schemas.DenunciationAnswer)
    def resume_denunciation(self, request: Request, id: str) -> StoredResponse:
        """Go on with it."""
        return self._do(request, id, rules.resume)

    @post("/denunciations/<id>/withdraw", scope=HANDLER, gives=schemas.DenunciationAnswer)
    def withdraw_denunciation(self, request: Request, id: str) -> StoredResponse:
        """Note that the denouncer took it back."""
        return self._do(request, id, rules.withdraw)

    @post("/denunciations/<id>/conclude", scope=HANDLER, gives=schemas.DenunciationAnswer)
    def conclude(self, request: Request, id: str) -> StoredResponse:
        """Conclude it in words for the public, which are held against what is sealed."""
        said, who = request.load(schemas.ConclusionSchema), request.who.subject
        kept = rules.handled_by(self.denunciations.get(id), who)
        self._note(id, who, ReadingReason.CONCLUDE)
        secret = schemas.from_sealed_text(self.vault.open(kept.sealed, kept.id))
        must_name_nobody(said["text"], secret, self._doing(request))
        return self._do(request, id, lambda each, doing: rules.conclude(each, **said, doing=doing))

    @post("/denunciations/<id>/publish", scope=HANDLER, gives=schemas.DenunciationAnswer)
    def publish_conclusion(self, request: Request, id: str) -> StoredResponse:
        """Publish the conclusion."""
        return self._do(request, id, rules.publish)

    @post("/denunciations/<id>/erase", scope=HEAD, gives=schemas.DenunciationAnswer)
    def erase(self, request: Request, id: str) -> StoredResponse:
        """Delete the key of the sealed part: nobody can read it again."""
        return self._do(request, id, rules.erase)

    def _denounce(self, request: Request, *, by_code: bool = False) -> StoredResponse:
        """Seal and keep it; by a code its denouncer follows it without an account."""
        self.vault.must_be_open()
        arrival, secret = request.load(schemas.NewDenunciation)
        handler = HANDLER in request.who.scopes
        if not handler:
            arrival, secret = Arrival(), replace(secret, subject=request.who.subject)
        once = self.vault.hide(request.once(201, schemas.card))
        new_id, doing = self._sealed_id(request), self._doing(request)
        sealed = self.vault.seal(schemas.to_sealed_text(secret), new_id)
        anonymous = not (secret.name and secret.address)
        known = secret_code.print_of(self._code_of(request)) if by_code else ""
        # Nothing that is kept or told may say who sent it: not even whose token it was.
        with log_context.acting_as(request.who.subject if handler else DENOUNCER):
            taken, messages = rules.take_in(
                new_id, sealed, arrival, doing, anonymous=anonymous, code_print=known
            )
            return once.reply(self.denunciations.save(taken, *messages, once=once))

    def _sealed_id(self, request: Request) -> str:
        """The id of what this request makes, from which nobody can tell who sent it."""
        return self.vault.mark(request.new_id)[:32]

    def _code_of(self, request: Request) -> str:
        """The code of what this request makes: the same request, sent again, shows the same."""
        return secret_code.made(self.vault.mark(f"code {request.new_id}"))

    def _do(
        self, request: Request, id: str, decide: Callable[[Denunciation, Doing], Done]
    ) -> StoredResponse:
        once, doing = request.once(200, schemas.handled), self._doing(request)
        changed = self.denunciations.change(id, lambda each: decide(each, doing), once=once)
        return once.reply(changed)

    def _doing(self, request: Request) -> Doing:
        calendar = self.calendars.calendar()
        return Doing(by=request.who.subject, now=self.clock.now(), calendar=calendar)

    def _note(self, denunciation: str, by: str, reason: ReadingReason) -> None:
        now = self.clock.now()
        self.sealed_readings.append(
            SealedReading(by=by, at=now, denunciation=denunciation, reason=reason)
        )

    def _of_denouncer(self, kept: Denunciation, subject: str) -> Denunciation:
        """The denunciation for who sent it, which is noted without who that is.

        Raises:
            Hidden: somebody else sent it, or nobody knows any more who did.
        """
        if kept.sealed.erased or not self._is_of(kept, subject):
            raise Hidden(*NO_SUCH_THING, thing=kept.id)
        with log_context.acting_as(DENOUNCER):
            self._note(kept.id, DENOUNCER, ReadingReason.OWN)
        return kept

    def _is_of(self, kept: Denunciation, subject: str) -> bool:
        """Whether this is who sent it."""
        secret = schemas.from_sealed_text(self.vault.open(kept.sealed, kept.id))
        return bool(subject) and secret.subject == subject
