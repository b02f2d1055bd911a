"""The feedback service: citizens send it, the centre passes it on, agencies explain."""

from functools import partial
from types import MappingProxyType
from typing import Any

from contracts.events import CalendarAnnounced, DossierReturned, FeedbackForwarded
from contracts.message import Message
from contracts.orders import ORDERS, ContactGiven, Order
from contracts.replies import ExplanationReply
from foundation.consumer import MessageMeta, on, returned
from foundation.errors import StoredResponse
from foundation.scheduling import Clock, JobRunner, every
from foundation.settings.agency_list import ConnectedAgencies
from foundation.timekeeping import CalendarCopies, CalendarCopy
from foundation.timekeeping.copies import KNOWN
from foundation.web import Request, get, post
from services.feedback import schemas
from services.feedback.domain import explaining, rating
from services.feedback.domain import feedback as voices
from services.feedback.settings import FeedbackSettings
from services.feedback.store import Feedbacks, KnownDossiers, Ratings


class FeedbackService:
    """What citizens say of the offices, and what the offices say to it."""

    name = "feedback"
    settings_type = FeedbackSettings
    publishes = MappingProxyType(
        {"events": r"^(feedback|rating)\.", "orders": r"^", "contacts": r"^contact\.(given|word)\."}
    )

    feedbacks = Feedbacks()
    ratings = Ratings()
    dossiers = KnownDossiers()
    calendars = CalendarCopies()
    connected_agencies = ConnectedAgencies()
    clock = Clock()
    job_runner = JobRunner()

    @on(ContactGiven)
    def meet(self, contact: ContactGiven, about: MessageMeta) -> None:
        """Learn whose a dossier is."""
        self.dossiers.save(rating.meet(about.subject, contact))

    @on(DossierReturned)
    def hand_over(self, event: DossierReturned, about: MessageMeta) -> None:
        """Learn that a dossier may be rated."""
        self.dossiers.change(about.subject, partial(rating.hand_over, agency=event.agency))

    @on(CalendarAnnounced)
    def learn_calendar(self, told: CalendarAnnounced, about: MessageMeta) -> None:
        """Learn by which calendar the unit counts."""
        self.calendars.learn(told, about.time, self.clock.now(), once=about.once)

    @every(5)
    def follow_calendar(self) -> None:
        """Count the open questions again after the calendar changed."""
        copy = self.calendars.to_recount(self.clock.ago(KNOWN))
        if copy:
            due = partial(self.feedbacks.counted_otherwise, copy.edition)
            self.job_runner.run("follow_calendar", due, partial(self._recount, copy=copy))
            if not due(limit=1):
                self.calendars.move_on(copy, None)

    @on(ExplanationReply)
    def answer(self, reply: ExplanationReply, about: MessageMeta) -> None:
        """Bring an agency's explanation to the giver."""
        answer = partial(explaining.answer, reply=reply, agency=about.agency)
        self.feedbacks.change(about.subject, answer, once=about.once)

    @returned(*ORDERS)
    def take_back(self, order: Order, about: MessageMeta) -> None:
        """Take an order back that reached nobody: what it asked for is to be asked of another."""
        back = partial(explaining.come_back, agency=order.agency)
        self.feedbacks.change(about.subject, back, once=about.once)

    @post("/feedback", scope="feedback:write")
    def receive(self, request: Request) -> StoredResponse:
        """Take in a reflection, petition or complaint."""
        once, giver = request.once(201, schemas.shown), request.who.subject
        new = request.load(schemas.NewFeedbackSchema())
        words = voices.accept(new, self.clock.now())
        self.connected_agencies.now().must_exist(words.about, place="about")
        if words.dossier:
            rating.of(self.dossiers.get(words.dossier), giver)
        feedback, messages = voices.receive(request.new_id, words, giver, self.clock.now())
        return once.reply(self.feedbacks.save(feedback, *messages, once=once))

    @get("/feedback", scope="centre")
    def waiting(self, request: Request) -> dict[str, Any]:
        """What waits for the centre (`?state=received`) or for an agency (`?state=forwarded`).

        The longest waiting first, page by page: `?limit=`, and `?after=` with `next`.
        """
        asked = request.asked(schemas.FeedbackListQuery())
        return schemas.listed(*self.feedbacks.standing(now=self.clock.now(), **asked))

    @get("/feedback/<id>", scope="feedback:write centre")
    def show(self, request: Request, id: str) -> dict[str, Any]:
        """A feedback with its answer, for its giver and the centre."""
        who = request.who
        feedback = self.feedbacks.get(id)
        return schemas.shown(voices.show(feedback, who.subject, centre="centre" in who.scopes))

    @post("/feedback/<id>/forward", scope="centre")
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

        return once.reply(self.feedbacks.change(id, forward, once=once))

    @post("/ratings", scope="feedback:write")
    def rate(self, request: Request) -> StoredResponse:
        """Say how satisfied one was with a dossier, once."""
        once, given = request.once(201, schemas.rated), request.load(schemas.RatingSchema())
        dossier = rating.of(self.dossiers.get(given["dossier"]), request.who.subject)
        done, messages = rating.rate(dossier, given["score"], given["comment"], self.clock.now())
        return once.reply(self.ratings.save(done, *messages, once=once))

    def _recount(self, feedback: str, copy: CalendarCopy) -> None:
        """Count one again; when an old one was forwarded stands in its history."""
        entries = self.feedbacks.history(feedback)
        asked = next(each.time for each in entries if each.type == FeedbackForwarded.TYPE)
        self.feedbacks.change(
            feedback,
            lambda each: explaining.recount(each, asked, copy.calendar, edition=copy.edition),
        )
