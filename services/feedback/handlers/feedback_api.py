"""HTTP API of reflections, petitions, complaints and ratings."""

from dataclasses import replace
from functools import partial
from typing import Any

from contracts.message import Message
from foundation.errors import StoredResponse
from foundation.web import Request, get, post
from services.feedback.domain import (
    answering,
    complaint,
    explaining,
    information,
    passing,
    rating,
    taking_in,
    tally,
)
from services.feedback.domain import feedback as voices
from services.feedback.domain.finding import FeedbackSearch
from services.feedback.handlers.context import FeedbackContext
from services.feedback.schemas import incoming
from services.feedback.schemas import satisfaction as figures
from services.feedback.schemas import voices as schemas

CENTRE, COUNTER = "centre", "counter"
STAFF = frozenset({CENTRE, COUNTER})


class FeedbackApi(FeedbackContext):
    """What citizens send, and what the centre does with it."""

    @post("/feedback", scope=f"feedback:write {CENTRE} {COUNTER}", gives=schemas.FeedbackAnswer)
    def receive(self, request: Request) -> StoredResponse:
        """Take in a reflection, petition or complaint.

        Its staff enter what came to the counter, by telephone, by post or by e-mail.
        """
        once, now = request.once(201, schemas.shown), self.clock.now()
        words = voices.accept(request.load(incoming.NewFeedbackSchema()), now)
        self.connected_agencies.now().must_exist(words.about, place="about")
        by_staff = bool(request.who.scopes & STAFF)
        giver = "" if by_staff else request.who.subject
        if words.dossier:
            dossier = self.dossiers.get(words.dossier)
            giver = dossier.owner if by_staff else rating.of(dossier, giver).owner
        words = taking_in.entered(words, now) if by_staff else taking_in.sent(words)
        feedback, messages = voices.receive(request.new_id, words, giver, now)
        copy, since = self.calendars.now(), feedback.received
        by = passing.pass_on_by(feedback.kind, since, copy.calendar)
        feedback = replace(feedback, pass_on_by=by, counted_by=copy.edition)
        if feedback.kind is voices.FeedbackKind.COMPLAINT:
            feedback = replace(feedback, proceeding=complaint.lodged(since, copy.calendar))
        return once.reply(self.feedbacks.save(feedback, *messages, once=once))

    def waiting_for_centre(self, request: Request) -> dict[str, Any]:
        """What `GET /feedback` answers to whoever asks for no page."""
        asked = request.asked(schemas.FeedbackListQuery())
        return schemas.listed(*self.feedbacks.standing(now=self.clock.now(), **asked))

    @get("/feedback/search", scope="centre", gives=schemas.FeedbackListAnswer)
    def search_feedback(self, request: Request) -> dict[str, Any]:
        """Find feedback by words, state, kind, agency and month, the oldest first.

        A page may have fewer than `limit`, or none, while `next` says where to search on.
        """
        asked = request.asked(schemas.FeedbackSearchQuery())
        page = {name: asked.pop(name) for name in ("limit", "after")}
        sought = FeedbackSearch(**asked)
        return schemas.listed(*self.feedbacks.searched(sought, self.clock.now(), **page))

    @get("/feedback/overdue", scope="centre", gives=schemas.FeedbackListAnswer)
    def not_passed_on(self, request: Request) -> dict[str, Any]:
        """What neither went to an agency nor was passed on in time, the longest overdue first."""
        asked = request.asked(schemas.OverdueQuery())
        return schemas.listed(*self.feedbacks.to_pass_on(self.clock.now(), **asked))

    @get("/feedback/<id>", scope="feedback:write centre", gives=schemas.CentreFeedbackAnswer)
    def show(self, request: Request, id: str) -> dict[str, Any]:
        """A feedback with its answer, for its giver and the centre."""
        who, centre = request.who, "centre" in request.who.scopes
        feedback = voices.show(self.feedbacks.get(id), who.subject, centre=centre)
        return schemas.shown_to_centre(feedback) if centre else schemas.shown_to_giver(feedback)

    @post("/feedback/<id>/forward", scope="centre", gives=schemas.FeedbackAnswer)
    def forward(self, request: Request, id: str) -> StoredResponse:
        """Ask the agency to explain itself."""
        once, counted_by = request.once(200, schemas.shown), self.calendars.now()
        agency = request.load(schemas.ForwardSchema())["agency"]
        known = self.connected_agencies.now()

        def forward(feedback: voices.Feedback) -> tuple[voices.Feedback, tuple[Message, ...]]:
            decided = explaining.forward(
                feedback,
                agency,
                self.clock.now(),
                counted_by.calendar,
                edition=counted_by.edition,
            )
            known.must_be_connected(decided[0].asked)
            return decided

        return once.reply(self._on_what_was_seen(request, id, forward, once))

    @post("/feedback/<id>/pass-on", scope="centre", gives=schemas.FeedbackAnswer)
    def pass_on(self, request: Request, id: str) -> StoredResponse:
        """Hand what the centre is not competent for to the body that is."""
        once, to = request.once(200, schemas.shown), request.load(schemas.PassingSchema())["to"]
        agencies = self.connected_agencies.now()
        agencies.must_exist(to, place="to")
        called, now = agencies.name(to), self.clock.now()
        decide = partial(passing.pass_on, to=to, now=now, called=called)
        return once.reply(self._on_what_was_seen(request, id, decide, once))

    @post("/feedback/<id>/use-as-information", scope="centre", gives=schemas.FeedbackAnswer)
    def use_as_information(self, request: Request, id: str) -> StoredResponse:
        """Keep what cannot be handled as information, for an agency or the centre."""
        once = request.once(200, schemas.shown)
        agency = request.load(schemas.ForwardSchema())["agency"]
        if agency:
            self.connected_agencies.now().must_exist(agency)
        decide = partial(information.use, agency=agency, now=self.clock.now())
        return once.reply(self._on_what_was_seen(request, id, decide, once))

    @post("/feedback/<id>/answer", scope="centre", gives=schemas.FeedbackAnswer)
    def answer_itself(self, request: Request, id: str) -> StoredResponse:
        """Answer in the centre's own words, or say why it is not taken up."""
        once, said = request.once(200, schemas.shown), request.load(schemas.OwnAnswerSchema())
        decide = partial(
            answering.answer,
            text=said["answer"],
            approver=request.who.subject,
            declined=said["declined"],
        )
        return once.reply(self._on_what_was_seen(request, id, decide, once))

    @post("/feedback/<id>/approve", scope="centre", gives=schemas.FeedbackAnswer)
    def approve(self, request: Request, id: str) -> StoredResponse:
        """Approve the agency's explanation: the giver is told it now."""
        once, approver = request.once(200, schemas.shown), request.who.subject
        outcome = request.load(schemas.ApprovalSchema())["outcome"]
        decide = partial(explaining.approve, outcome=outcome, approver=approver)
        return once.reply(self._on_what_was_seen(request, id, decide, once))

    @post("/feedback/<id>/ask-again", scope="centre", gives=schemas.FeedbackAnswer)
    def ask_again(self, request: Request, id: str) -> StoredResponse:
        """Send an explanation that will not do back to the agency, with a new date."""
        once, counted_by = request.once(200, schemas.shown), self.calendars.now()
        decide = partial(
            explaining.ask_again,
            now=self.clock.now(),
            calendar=counted_by.calendar,
            edition=counted_by.edition,
        )
        return once.reply(self._on_what_was_seen(request, id, decide, once))

    @post("/feedback/<id>/proceed", scope="centre", gives=schemas.FeedbackAnswer)
    def proceed(self, request: Request, id: str) -> StoredResponse:
        """Accept, decline, suspend, resume, withdraw, decide or appeal a complaint."""
        once, said = request.once(200, schemas.shown), request.load(schemas.ComplaintActSchema())
        decide = partial(
            complaint.proceed, now=self.clock.now(), calendar=self.calendars.calendar(), **said
        )
        return once.reply(self._on_what_was_seen(request, id, decide, once))

    @post("/ratings", scope="feedback:write", gives=schemas.RatingAnswer)
    def rate(self, request: Request) -> StoredResponse:
        """Say how satisfied one was with a dossier, once."""
        once, new = request.once(201, schemas.rated), request.load(schemas.RatingSchema())
        dossier = rating.of(self.dossiers.get(new.dossier), request.who.subject)
        done, messages = rating.rate(dossier, new, self.clock.now())
        return once.reply(self.ratings.save(done, *messages, once=once))

    @get("/ratings", scope="centre", gives=figures.SatisfactionAnswer)
    def satisfaction(self, request: Request) -> dict[str, Any]:
        """How satisfied people were in a month (`?month=2026-11`), with all or `?agency=`."""
        asked: dict[str, Any] = request.asked(figures.SatisfactionQuery())
        tallies = self.rating_tallies.of_month(**asked)
        return asked | figures.satisfaction(tally.together(tallies))
