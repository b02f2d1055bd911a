"""The feedback service: citizens send it, the centre passes it on, agencies explain."""

from functools import partial
from types import MappingProxyType
from typing import Any

from contracts.events import DossierReturned
from contracts.orders import ContactGiven, ExplanationReply
from foundation.consumer import MessageMeta, on
from foundation.errors import StoredResponse
from foundation.scheduling import Clock
from foundation.web import Request, get, post
from foundation.worktime import Calendar
from services.feedback import domain, schemas
from services.feedback.store import Feedbacks, KnownDossiers, Ratings


class FeedbackService:
    """What citizens say of the offices, and what the offices say to it."""

    name = "feedback"
    publishes = MappingProxyType(
        {"events": r"^(feedback|rating)\.", "orders": r"^", "contacts": r"^contact\.(given|word)\."}
    )

    feedbacks = Feedbacks()
    ratings = Ratings()
    dossiers = KnownDossiers()
    clock = Clock()

    @on(ContactGiven)
    def meet(self, contact: ContactGiven, about: MessageMeta) -> None:
        """Learn whose a dossier is."""
        self.dossiers.save(domain.meet(about.subject, contact))

    @on(DossierReturned)
    def hand_over(self, event: DossierReturned, about: MessageMeta) -> None:
        """Learn that a dossier may be rated."""
        self.dossiers.change(about.subject, partial(domain.hand_over, agency=event.agency))

    @on(ExplanationReply)
    def answer(self, reply: ExplanationReply, about: MessageMeta) -> None:
        """Bring an agency's explanation to the giver."""
        answer = partial(domain.answer, reply=reply, agency=about.agency)
        self.feedbacks.change(about.subject, answer, once=about.once)

    @post("/feedback", scope="feedback:write")
    def receive(self, request: Request) -> StoredResponse:
        """Take in a reflection, petition or complaint."""
        once, giver = request.once(201, schemas.shown), request.who.subject
        words = domain.accept(request.load(schemas.NewFeedbackSchema()), self.clock.now())
        if words.dossier:
            domain.of(self.dossiers.get(words.dossier), giver)
        feedback, messages = domain.receive(request.new_id, words, giver, self.clock.now())
        return once.reply(self.feedbacks.save(feedback, *messages, once=once))

    @get("/feedback", scope="centre")
    def waiting(self, request: Request) -> dict[str, Any]:
        """What waits for the centre (`?state=received`) or for an agency (`?state=forwarded`)."""
        asked = request.asked(schemas.FeedbackListQuery())
        return {"feedback": [schemas.shown(each) for each in self.feedbacks.standing(**asked)]}

    @get("/feedback/<id>", scope="feedback:write centre")
    def show(self, request: Request, id: str) -> dict[str, Any]:
        """A feedback with its answer, for its giver and the centre."""
        who = request.who
        feedback = self.feedbacks.get(id)
        return schemas.shown(domain.show(feedback, who.subject, centre="centre" in who.scopes))

    @post("/feedback/<id>/forward", scope="centre")
    def forward(self, request: Request, id: str) -> StoredResponse:
        """Ask the agency to explain itself."""
        once = request.once(200, schemas.shown)
        forward = partial(
            domain.forward,
            agency=request.load(schemas.ForwardSchema())["agency"],
            now=self.clock.now(),
            calendar=Calendar.default(),
        )
        return once.reply(self.feedbacks.change(id, forward, once=once))

    @post("/ratings", scope="feedback:write")
    def rate(self, request: Request) -> StoredResponse:
        """Say how satisfied one was with a dossier, once."""
        once, given = request.once(201, schemas.rated), request.load(schemas.RatingSchema())
        dossier = domain.of(self.dossiers.get(given["dossier"]), request.who.subject)
        rating, messages = domain.rate(dossier, given["score"], given["comment"], self.clock.now())
        return once.reply(self.ratings.save(rating, *messages, once=once))
