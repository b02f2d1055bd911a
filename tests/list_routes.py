"""Every list that a service shows, over its real queries on stores in memory, to be walked."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import unquote_plus

from nameko.testing.services import worker_factory

from contracts.history import Revision
from contracts.procedure import Join, TimeLimit, Unit
from foundation.persistence.document import revision_fields, to_fields
from foundation.places import place_of
from foundation.vault import Sealed
from foundation.web import Request
from foundation.web.auth import Identity
from services.catalogue.domain.content import Content
from services.catalogue.domain.listing import Listed, listing
from services.catalogue.domain.procedure import Procedure
from services.catalogue.service import Catalogue
from services.catalogue.store import Listings
from services.documents.domain.access_list import DossierAccess
from services.documents.domain.readings import DocumentReading
from services.documents.domain.scanning import Scan, ScanState
from services.documents.domain.storing import Document, DocumentActor
from services.documents.service import DocumentsService
from services.documents.store import Documents, Readings
from services.feedback.domain import finding as feedback_finding
from services.feedback.domain.denunciation import Denunciation
from services.feedback.domain.feedback import Feedback, FeedbackKind, VoiceChannel
from services.feedback.domain.sealed_parts import ReadingReason, SealedReading
from services.feedback.service import FeedbackService
from services.feedback.store import Denunciations, Feedbacks, SealedReadings
from services.intake.domain.case.dossier import State
from services.intake.domain.counter.finding import LookupRecord, findable
from services.intake.domain.lateness import late_list
from services.notifications.domain.applicant import ApplicantContact
from services.notifications.domain.notice import Notice, NoticeText
from services.notifications.domain.notice_channel import NoticeChannel
from services.notifications.service import NotificationsService
from services.notifications.store import Notices
from services.routing.domain.docket import lists
from services.routing.domain.docket.docket import AnswerRefusal, Docket, Heard, settled
from services.routing.domain.docket.reading import STEP, TURNED_AWAY, AccessRecord
from services.routing.domain.docket.route import LedRoute
from services.routing.domain.orders.explanation import Explanation
from tests.builders import SETTINGS, Office, accepted, consulting
from tests.desks import OURS, AskedStore, OurDesk
from tests.fakes import FakeClock, FakeStore
from tests.unit.test_notifications_service import OpenLetters

Page = tuple[list[str], str]
CONTENT = Content(
    name="Cấp phép",
    field="Xây dựng",
    agency="so-xay-dung",
    agency_name="Sở Xây dựng",
    time=TimeLimit(unit=Unit.WORKING_DAYS, amount=5),
)
NOW = FakeClock().now()
WHO = Identity(
    subject="an",
    scopes=frozenset({"desk", "centre", "counter", "director", "clerk", "denunciation"}),
    agency="",
)
FOLLOWING = re.compile(r'href="/late\?[^"]*after=([^"&]+)"')

IN_THE_CENTRE = re.compile(r'rel="next" href="/centre[^"]*after=([^"&]+)"')
AT_THE_CENTRE = re.compile(r'rel="next" href="/feedback/centre[^"]*after=([^"&]+)"')
ON_THE_OWN = re.compile(r'rel="next" href="/mine[^"]*after=([^"&]+)"')
AT_THE_COUNTER = re.compile(r'rel="next" href="/counter[^"]*after=([^"&]+)"')
ON_THE_DESK = re.compile(r'rel="next" href="/desks/[^"]*after=([^"&]+)"')


@dataclass
class ListRoute:
    """One list: its store, a thing on it (by id and moment), and a page of it as ids and `next`."""

    store: Any
    make: Callable[[str, datetime], Any]
    page: Callable[[Mapping[str, str]], Page]

    def put(self, name: str, moment: datetime) -> None:
        """Have a thing stand on the list, at a moment."""
        thing = self.make(name, moment)
        fields = {**revision_fields(Revision(version=1)), **to_fields(thing)}
        self.store.documents[thing.id] = {"_id": thing.id, **fields}


class Asking:
    """Asks a route page by page."""

    def __init__(
        self, route: Callable[..., Any], part: str, shown: str = "id", **place: str
    ) -> None:
        self.route, self.part, self.shown, self.place = route, part, shown, place
        self.query: dict[str, str] = {}

    def __call__(self, query: Mapping[str, str]) -> Page:
        """A page."""
        request = Request(path="/", query=self.query | dict(query), who=WHO)
        answer = self.route(request, **self.place)
        return [str(each[self.shown]) for each in answer[self.part]], answer["next"]

    def narrowed(self, **query: str) -> "Asking":
        """The same, of a part of the list."""
        self.query = query
        return self


# Intake.


def dossiers() -> ListRoute:
    office = office_now()
    dossier = replace(accepted(), state=State.SUBMITTED)
    return ListRoute(
        office.dossiers,
        lambda name, moment: replace(dossier, id=name, submitted=moment),
        Asking(office.service.work_list, "dossiers"),
    )


def office_now() -> Office:
    office = Office()
    office.clock.moment = NOW + timedelta(days=1)
    return office


def late_dossier(name: str, moment: datetime) -> Any:
    dossier = consulting()
    steps = tuple(replace(each, due=moment) for each in dossier.steps)
    return late_list.listed(replace(dossier, id=name, due=moment, steps=steps))


def late() -> ListRoute:
    office = office_now()
    return ListRoute(office.dossiers, late_dossier, Asking(office.service.list_late, "late"))


def late_page() -> ListRoute:
    """The same as people see it: the link to the next page is followed."""
    office = office_now()

    def page(query: Mapping[str, str]) -> Page:
        headers = {"accept": "text/html"}
        request = Request(path="/late", query=dict(query), who=WHO, headers=headers)
        html = office.service.list_late(request).get_data(as_text=True)
        following = FOLLOWING.search(html)
        ids = re.findall(r'href="/late/([^"?]+)', html)
        return ids, unquote_plus(following.group(1)) if following else ""

    return ListRoute(office.dossiers, late_dossier, page)


def centre_page(name: str) -> Callable[[], ListRoute]:
    """The dossiers behind a figure of the centre: the link to the next page is followed."""

    def made() -> ListRoute:
        office = office_now()

        def page(query: Mapping[str, str]) -> Page:
            request = Request(path="/centre/dossiers", query={"list": name, **query}, who=WHO)
            html = office.service.look_behind_figure(request).get_data(as_text=True)
            following = IN_THE_CENTRE.search(html)
            ids = re.findall(r'<a class="code" href="/late/([^"?]+)', html)
            return ids, unquote_plus(following.group(1)) if following else ""

        return ListRoute(office.dossiers, in_the_centre, page)

    return made


def in_the_centre(name: str, moment: datetime) -> Any:
    """Late since the moment, and in its state since then too."""
    return replace(late_dossier(name, moment), submitted=moment, code=f"c-{name}")


def own_page() -> ListRoute:
    """A citizen's own dossiers as they see them: the link to the next page is followed."""
    office = office_now()

    def make(name: str, moment: datetime) -> Any:
        return findable(replace(consulting(), id=name, owner=WHO.subject, due=moment))

    def page(query: Mapping[str, str]) -> Page:
        headers = {"accept": "text/html"}
        request = Request(path="/mine", query=dict(query), who=WHO, headers=headers)
        html = office.service.look_at_own(request).get_data(as_text=True)
        following = ON_THE_OWN.search(html)
        ids = re.findall(r'<h2 id="own-[0-9]+"><a href="/mine/([^"?]+)', html)
        return ids, unquote_plus(following.group(1)) if following else ""

    return ListRoute(office.dossiers, make, page)


def found_dossiers() -> ListRoute:
    office = office_now()
    asking = Asking(office.service.find, "dossiers").narrowed(q="hoa")

    def page(query: Mapping[str, str]) -> Page:
        # A person reads a page before the next; who does not looks like somebody who guesses.
        office.clock.forward(minutes=1)
        return asking(query)

    return ListRoute(
        office.dossiers,
        lambda name, moment: findable(replace(accepted(), id=name, submitted=moment)),
        page,
    )


def counter_page(name: str, **asked: str) -> Callable[[], ListRoute]:
    """A page of the counter's lists: the link to the next one is followed."""

    def made() -> ListRoute:
        office = office_now()

        def page(query: Mapping[str, str]) -> Page:
            office.clock.forward(minutes=1 if "q" in asked else 0)
            request = Request(path="/counter", query={**asked, **query}, who=WHO)
            html = getattr(office.service, name)(request).get_data(as_text=True)
            following = AT_THE_COUNTER.search(html)
            ids = re.findall(r'href="/counter/dossiers/([^"?]+)"', html)
            return ids, unquote_plus(following.group(1)) if following else ""

        return ListRoute(office.dossiers, at_the_counter, page)

    return made


def at_the_counter(name: str, moment: datetime) -> Any:
    return findable(replace(accepted(), state=State.SUBMITTED, id=name, submitted=moment))


# A desk.


def a_desk() -> OurDesk:
    desk = OurDesk()
    desk.clock.moment = NOW + timedelta(days=1)
    return desk


def a_docket(name: str, due: datetime) -> Docket:
    desk = OurDesk()
    desk.order(name, f"{name}.1", due=due)
    docket: Docket = desk.dockets.get(name)
    return docket


def steps(*names: str) -> Callable[[], ListRoute]:
    def made() -> ListRoute:
        desk = a_desk()
        route = desk.service.named_list if names else desk.service.work_list
        place = {"name": names[0]} if names else {}
        return ListRoute(desk.dockets, a_docket, Asking(route, "steps", "dossier", **place))

    return made


def work_page() -> ListRoute:
    """The page that people see: the link to the next one is followed."""
    desk = a_desk()

    def page(query: Mapping[str, str]) -> Page:
        asked = {"list": "untaken", **query}
        request = Request(path="/", query=asked, who=WHO, headers={"accept": "text/html"})
        html = desk.service.look_at_work(request, OURS).get_data(as_text=True)
        following = ON_THE_DESK.search(html)
        ids = re.findall(rf'href="/desks/{OURS}/steps/([^"?]+)\.1"', html)
        return ids, unquote_plus(following.group(1)) if following else ""

    return ListRoute(desk.dockets, a_docket, page)


def search_page() -> ListRoute:
    desk = a_desk()

    def page(query: Mapping[str, str]) -> Page:
        request = Request(path="/", query={"q": "cong ty a", **query}, who=WHO)
        html = desk.service.look_for(request, OURS).get_data(as_text=True)
        following = ON_THE_DESK.search(html)
        ids = re.findall(rf'href="/desks/{OURS}/steps/([^"?]+)\.1"', html)
        return ids, unquote_plus(following.group(1)) if following else ""

    return ListRoute(desk.dockets, lambda name, came: replace(a_docket(name, NOW), came=came), page)


def search(words: str) -> Callable[[], ListRoute]:
    def made() -> ListRoute:
        desk = a_desk()
        asking = Asking(desk.service.search, "steps", "dossier").narrowed(q=words)
        return ListRoute(
            desk.dockets, lambda name, came: replace(a_docket(name, NOW), came=came), asking
        )

    return made


def gaps() -> ListRoute:
    desk = a_desk()

    def made(name: str, moment: datetime) -> Docket:
        heard = Heard(last=3, missing=(2,), since=moment)
        return replace(a_docket(name, NOW), heard=heard)

    return ListRoute(desk.dockets, made, Asking(desk.service.gaps, "gaps", "dossier"))


def routes() -> ListRoute:
    desk = a_desk()

    def made(name: str, moment: datetime) -> Docket:
        return replace(a_docket(name, NOW), lists=(lists.LED,), place=place_of(moment, name))

    return ListRoute(desk.dockets, made, Asking(desk.service.routes, "routes", "dossier"))


def refusals() -> ListRoute:
    desk = a_desk()

    def made(name: str, moment: datetime) -> Docket:
        refusal = AnswerRefusal(
            number=2, answer="x", said=NOW, at=NOW, article="", vi="", en="", step=f"{name}.1"
        )
        return settled(replace(a_docket(name, moment), refusals=(refusal,)))

    return ListRoute(desk.dockets, made, Asking(desk.service.refused, "refusals", "dossier"))


def explanations() -> ListRoute:
    desk = a_desk()

    def made(name: str, moment: datetime) -> Explanation:
        return Explanation(
            id=name, agency=OURS, dossier="", question="?", answer_by=moment, received=NOW
        )

    return ListRoute(desk.explanations, made, Asking(desk.service.owed, "explanations"))


def readings(what: str) -> Callable[[], ListRoute]:
    """The step of a record has the record's id here, as the route does not show it."""

    def route() -> ListRoute:
        desk = a_desk()

        def made(name: str, moment: datetime) -> AccessRecord:
            return AccessRecord(
                id=name, step=name, agency=OURS, officer="an", at=moment, what=what, dossier="d1"
            )

        asking = Asking(desk.service.who_read, "readings", "step", dossier="d1")
        if what == TURNED_AWAY:
            asking = Asking(desk.service.turned_away, "readings", "step")
        return ListRoute(desk.readings, made, asking)

    return route


def readings_page() -> ListRoute:
    """Who was turned away, as people see it; each by the name of their account."""
    desk = a_desk()
    desk.readings.append = lambda reading: reading  # type: ignore[method-assign]

    def made(name: str, moment: datetime) -> AccessRecord:
        return AccessRecord(id=name, officer=name, agency=OURS, at=moment, what=TURNED_AWAY)

    def page(query: Mapping[str, str]) -> Page:
        request = Request(path="/", query=query, who=WHO, headers={"accept": "text/html"})
        html = desk.service.look_at_readings(request, OURS).get_data(as_text=True)
        following = ON_THE_DESK.search(html)
        ids = re.findall(r'data-head="(?:Ai|Who)"><span>([^<]+)<', html)
        return ids, unquote_plus(following.group(1)) if following else ""

    return ListRoute(desk.readings, made, page)


def duty_page(part: str, kind: Callable[[], ListRoute]) -> Callable[[], ListRoute]:
    """A list of what the desk owes beside its steps, as people see it; rows by their link."""

    def route() -> ListRoute:
        desk, made = a_desk(), kind()
        look = getattr(desk.service, f"look_at_{part}")
        store = desk.explanations if part == "explanations" else desk.dockets

        def page(query: Mapping[str, str]) -> Page:
            request = Request(path="/", query=query, who=WHO, headers={"accept": "text/html"})
            html = look(request, OURS).get_data(as_text=True)
            following = ON_THE_DESK.search(html)
            ids = re.findall(rf'(?:href|action)="/desks/{OURS}/{part}/([^"/?]+)', html)
            return ids, unquote_plus(following.group(1)) if following else ""

        return ListRoute(store, made.make, page)

    return route


def led_routes() -> ListRoute:
    """Routes with what is left to lead."""
    found = routes()
    led = LedRoute(dated=1, stage=0, join=Join.ALL, branches=(), planned=())

    def made(name: str, moment: datetime) -> Docket:
        docket: Docket = found.make(name, moment)
        return replace(docket, route=led)

    return ListRoute(found.store, made, found.page)


READER = re.compile(r'data-head="(?:Ai|Who)"><span>([^<]+)<')


def book_page(store: Any, look: Callable[[Request], Any], make: Any) -> ListRoute:
    """A page of who read what, each by who it was; what looking itself adds is tried elsewhere."""
    store.append = lambda each: each

    def page(query: Mapping[str, str]) -> Page:
        request = Request(path="/", query=query, who=WHO, headers={"accept": "text/html"})
        html = look(request).get_data(as_text=True)
        following = re.search(r'rel="next" href="[^"]*after=([^"&]+)"', html)
        return READER.findall(html), unquote_plus(following.group(1)) if following else ""

    return ListRoute(store, make, page)


def desk_book() -> ListRoute:
    desk = a_desk()

    def made(name: str, moment: datetime) -> AccessRecord:
        return AccessRecord(id=name, officer=name, agency=OURS, at=moment, what=STEP, dossier="d1")

    look = partial(desk.service.look_at_all_readings, agency=OURS)
    return book_page(desk.readings, look, made)


def lookups_book() -> ListRoute:
    office = office_now()

    def made(name: str, moment: datetime) -> LookupRecord:
        return LookupRecord(id=name, by=name, at=moment, asked="/counter", shown=("d1", "d2"))

    return book_page(office.lookups, office.service.look_at_lookups, made)


def files_book() -> ListRoute:
    store: Any = type("Asked", (AskedStore,), {"looked": Readings.looked})(DocumentReading)
    service = worker_factory(DocumentsService, readings=store, clock=FakeClock())

    def made(name: str, moment: datetime) -> DocumentReading:
        return DocumentReading(id=name, document="doc-1", dossier="", sha256="", by=name, at=moment)

    return book_page(store, service.look_at_readings, made)


# The other services.


def feedback() -> ListRoute:
    store: Any = type("Asked", (AskedStore,), {"standing": Feedbacks.standing})(Feedback)
    service = worker_factory(FeedbackService, feedbacks=store, clock=FakeClock())

    def made(name: str, moment: datetime) -> Feedback:
        return Feedback(
            id=name,
            giver="",
            kind=FeedbackKind.COMPLAINT,
            about=OURS,
            text="",
            dossier="",
            received=moment,
        )

    return ListRoute(store, made, Asking(service.waiting, "feedback"))


def overdue_feedback() -> ListRoute:
    store: Any = type("Asked", (AskedStore,), {"to_pass_on": Feedbacks.to_pass_on})(Feedback)
    service = worker_factory(FeedbackService, feedbacks=store, clock=FakeClock())

    def made(name: str, moment: datetime) -> Feedback:
        return Feedback(
            id=name,
            giver="",
            kind=FeedbackKind.REFLECTION,
            about=OURS,
            text="",
            dossier="",
            received=moment,
            pass_on_by=min(moment, NOW),
        )

    return ListRoute(store, made, Asking(service.not_passed_on, "feedback"))


def found_feedback() -> ListRoute:
    queries = {"searched": Feedbacks.searched, "having": Feedbacks.having}
    store: Any = type("Asked", (AskedStore,), queries)(Feedback)
    service = worker_factory(FeedbackService, feedbacks=store, clock=FakeClock())

    def made(name: str, moment: datetime) -> Feedback:
        return feedback_finding.findable(
            Feedback(
                id=name,
                giver="",
                kind=FeedbackKind.REFLECTION,
                about=OURS,
                text="chậm",
                dossier="",
                received=moment,
            )
        )

    asking = Asking(service.search_feedback, "feedback")
    return ListRoute(store, made, asking.narrowed(words="cham", agency=OURS))


def feedback_page(name: str, **asked: str) -> Callable[[], ListRoute]:
    """A page of the centre's lists of feedback: the link to the next one is followed."""

    def made() -> ListRoute:
        names = ("standing", "to_pass_on", "searched", "having")
        queries = {each: getattr(Feedbacks, each) for each in names}
        store: Any = type("Asked", (AskedStore,), queries)(Feedback)
        service = worker_factory(
            FeedbackService, feedbacks=store, clock=FakeClock(), settings=SETTINGS
        )

        def page(query: Mapping[str, str]) -> Page:
            request = Request(path="/feedback/centre", query={**asked, **query}, who=WHO)
            html = getattr(service, name)(request).get_data(as_text=True)
            following = AT_THE_CENTRE.search(html)
            ids = re.findall(r'href="/feedback/centre/([^"?]+)"', html)
            return ids, unquote_plus(following.group(1)) if following else ""

        return ListRoute(store, waiting_at_the_centre, page)

    return made


def waiting_at_the_centre(name: str, moment: datetime) -> Any:
    return feedback_finding.findable(
        Feedback(
            id=name,
            giver="",
            kind=FeedbackKind.REFLECTION,
            about=OURS,
            text="chậm",
            dossier="",
            received=moment,
            pass_on_by=min(moment, NOW),
        )
    )


def published_answers() -> ListRoute:
    queries = {"published": Feedbacks.published, "saying": Feedbacks.saying}
    store: Any = type("Asked", (AskedStore,), queries)(Feedback)
    service = worker_factory(FeedbackService, feedbacks=store, clock=FakeClock())

    def made(name: str, moment: datetime) -> Feedback:
        return feedback_finding.findable(
            Feedback(
                id=name,
                giver="",
                kind=FeedbackKind.REFLECTION,
                about=OURS,
                text="",
                dossier="",
                received=moment,
                public=True,
                published=moment,
            )
        )

    return ListRoute(store, made, Asking(service.answers, "answers"))


def quarantine() -> ListRoute:
    store: Any = type("Asked", (AskedStore,), {"undecided": Documents.undecided})(Document)
    service = worker_factory(DocumentsService, documents=store, clock=FakeClock())

    def made(name: str, moment: datetime) -> Document:
        return Document(
            id=name,
            uploader=DocumentActor(subject="an"),
            name="a.pdf",
            media_type="application/pdf",
            sha256="ab" * 32,
            size=1,
            stored=moment,
            scan=Scan(verdict=ScanState.INFECTED, undecided=True),
        )

    return ListRoute(store, made, Asking(service.quarantined, "documents"))


def quarantine_page() -> ListRoute:
    found = quarantine()
    service = worker_factory(DocumentsService, documents=found.store, clock=FakeClock())

    def page(query: Mapping[str, str]) -> Page:
        request = Request(path="/", query=query, who=WHO, headers={"accept": "text/html"})
        html = service.look_at_quarantine(request).get_data(as_text=True)
        following = AT_THE_COUNTER.search(html)
        ids = re.findall(r'href="/counter/quarantine/([^"?]+)', html)
        return ids, unquote_plus(following.group(1)) if following else ""

    return ListRoute(found.store, found.make, page)


def document_readings() -> ListRoute:
    store: Any = type("Asked", (AskedStore,), {"of": Readings.of})(DocumentReading)
    documents, accesses = FakeStore(Document), FakeStore(DossierAccess)
    documents.save(
        Document(
            id="doc-1",
            uploader=DocumentActor(subject="an"),
            name="a.pdf",
            media_type="application/pdf",
            sha256="ab" * 32,
            size=1,
            stored=NOW,
        )
    )
    accesses.known = lambda _dossier: None  # type: ignore[attr-defined]
    service = worker_factory(
        DocumentsService, documents=documents, accesses=accesses, readings=store, clock=FakeClock()
    )

    def made(name: str, moment: datetime) -> DocumentReading:
        return DocumentReading(id=name, document="doc-1", dossier="", sha256="", by="an", at=moment)

    return ListRoute(store, made, Asking(service.who_read, "readings", id="doc-1"))


def denunciations() -> ListRoute:
    store: Any = type("Asked", (AskedStore,), {"standing": Denunciations.standing})(Denunciation)
    service = worker_factory(FeedbackService, denunciations=store, clock=FakeClock())

    def made(name: str, moment: datetime) -> Denunciation:
        return Denunciation(
            id=name,
            sealed=Sealed(),
            channel=VoiceChannel.ONLINE,
            received=moment,
            due=moment,
            handlers=("an",),
        )

    return ListRoute(store, made, Asking(service.denunciations_in, "denunciations"))


def sealed_readings() -> ListRoute:
    """Whose reading it was has the record's id here, as the route does not show it."""
    store: Any = type("Asked", (AskedStore,), {"of": SealedReadings.of})(SealedReading)
    kept = FakeStore(Denunciation)
    kept.save(
        Denunciation(
            id="d1",
            sealed=Sealed(),
            channel=VoiceChannel.ONLINE,
            received=NOW,
            due=NOW,
            handlers=("an",),
        )
    )
    service = worker_factory(
        FeedbackService, sealed_readings=store, denunciations=kept, clock=FakeClock()
    )

    def made(name: str, moment: datetime) -> SealedReading:
        return SealedReading(
            id=name, by=name, at=moment, denunciation="d1", reason=ReadingReason.VERIFY
        )

    return ListRoute(store, made, Asking(service.who_opened, "readings", "by", id="d1"))


def messages() -> ListRoute:
    store: Any = type("Asked", (AskedStore,), {"of": Notices.of})(Notice)
    service = worker_factory(NotificationsService, notices=store, clock=FakeClock())
    made = a_notice
    return ListRoute(store, made, Asking(service.messages, "messages", dossier="d1"))


def messages_page() -> ListRoute:
    """The messages as a clerk sees them; each is told apart by its address."""
    store: Any = type("Asked", (AskedStore,), {"of": Notices.of})(Notice)
    applicants = FakeStore(ApplicantContact)
    applicants.save(ApplicantContact(id="d1", name="", phone="", email="", language="vi"))
    service = worker_factory(
        NotificationsService, notices=store, applicants=applicants, clock=FakeClock()
    )

    def made(name: str, moment: datetime) -> Notice:
        return replace(a_notice(name, moment), kind=name)

    def page(query: Mapping[str, str]) -> Page:
        request = Request(path="/", query=query, who=WHO, headers={"accept": "text/html"})
        html = service.look_at_messages(request, "d1").get_data(as_text=True)
        following = AT_THE_COUNTER.search(html)
        ids = re.findall(r'data-head="(?:Việc|About)">([^<]+)<', html)
        return ids, unquote_plus(following.group(1)) if following else ""

    return ListRoute(store, made, page)


def own_messages_page() -> ListRoute:
    """The messages as their applicant sees them; each is told apart by its heading."""
    store: Any = type("Asked", (AskedStore,), {"of": Notices.of})(Notice)
    applicants = AskedStore(ApplicantContact)
    applicants.save(
        ApplicantContact(
            id="d1", name="", phone="+84912345678", email="", language="vi", owner=WHO.subject
        )
    )
    service = worker_factory(
        NotificationsService,
        notices=store,
        applicants=applicants,
        letters=OpenLetters(),
        clock=FakeClock(),
    )

    def made(name: str, moment: datetime) -> Notice:
        return replace(a_notice(name, moment), kind=name, to="+84912345678")

    def page(query: Mapping[str, str]) -> Page:
        request = Request(path="/", query=query, who=WHO, headers={"accept": "text/html"})
        html = service.look_at_own_messages(request, "d1").get_data(as_text=True)
        following = re.search(r'rel="next" href="/messages/[^"]*after=([^"&]+)"', html)
        ids = re.findall(r"<h2>([^<]+)<", html)
        return ids, unquote_plus(following.group(1)) if following else ""

    return ListRoute(store, made, page)


def a_notice(name: str, moment: datetime) -> Notice:
    return Notice(
        id=name,
        dossier="d1",
        agency=OURS,
        kind="accepted",
        channel=NoticeChannel.SMS,
        to="",
        letter=NoticeText(subject="", text=""),
        planned=moment,
        due=moment,
    )


class AskedListings(AskedStore):
    """Listings with their real queries."""

    saying, following, _brief = Listings.saying, Listings.following, Listings._brief  # noqa: SLF001


def procedures(**query: str) -> Callable[[], ListRoute]:
    """Many have the same name; what tells them apart is the code, a number of the moment."""

    def made(name: str, moment: datetime) -> Procedure:
        number = int(name[1:]) * 37 % 1000
        content = replace(CONTENT, name=f"Cấp phép {moment.minute % 3}")
        code = f"1.{number:06}"
        return Procedure(
            id=code,
            versions=(),
            public=True,
            words=("phep",),
            listing=listing(code, 1, content),
        )

    def route() -> ListRoute:
        store: Any = AskedListings(Listed)
        service = worker_factory(Catalogue, listings=store, clock=FakeClock())
        asking = Asking(service.search, "procedures", "code").narrowed(**query)
        return ListRoute(store, made, asking)

    return route


LISTS: Mapping[str, tuple[Callable[[], ListRoute], ...]] = {
    "catalogue GET /procedures": (
        procedures(),
        procedures(query="phép"),
        procedures(agency="so-xay-dung"),
    ),
    "feedback GET /answers": (published_answers,),
    "documents GET /documents/<id>/readings": (document_readings,),
    "documents GET /quarantine": (quarantine,),
    "documents GET /counter/quarantine": (quarantine_page,),
    "feedback GET /denunciations": (denunciations,),
    "feedback GET /denunciations/<id>/readings": (sealed_readings,),
    "feedback GET /feedback": (feedback,),
    "feedback GET /feedback/centre": (
        feedback_page("look_at_waiting"),
        feedback_page("look_at_waiting", list="overdue"),
    ),
    "feedback GET /feedback/centre/search": (
        feedback_page("look_for_feedback", words="cham"),
        feedback_page("look_for_feedback", words="cham", agency=OURS),
    ),
    "feedback GET /feedback/overdue": (overdue_feedback,),
    "feedback GET /feedback/search": (found_feedback,),
    "intake GET /dossiers": (dossiers,),
    "intake GET /centre/dossiers": (
        centre_page("late"),
        centre_page("running"),
        centre_page("processing"),
    ),
    "intake GET /counter": (counter_page("look_at_counter"),),
    "intake GET /counter/search": (counter_page("look_for_dossier", q="hoa"),),
    "intake GET /late": (late, late_page),
    "intake GET /mine": (own_page,),
    "notifications GET /dossiers/<dossier>/messages": (messages,),
    "notifications GET /counter/messages/<dossier>": (messages_page,),
    "notifications GET /messages/<dossier>": (own_messages_page,),
    "routing GET /steps": (steps(),),
    "routing GET /lists/<name>": (steps("untaken"), steps("overdue"), steps("division")),
    "intake GET /dossiers/search": (found_dossiers,),
    "routing GET /search": (search("cong ty a"), search("chu truong"), search("ty chu truong")),
    "routing GET /desks/<agency>/work": (work_page,),
    "routing GET /desks/<agency>/search": (search_page,),
    "routing GET /desks/<agency>/staff/readings": (readings_page,),
    "routing GET /desks/<agency>/routes": (duty_page("routes", led_routes),),
    "routing GET /desks/<agency>/refusals": (duty_page("refusals", refusals),),
    "routing GET /desks/<agency>/explanations": (duty_page("explanations", explanations),),
    "routing GET /desks/<agency>/staff/readings/all": (desk_book,),
    "intake GET /centre/readings": (lookups_book,),
    "documents GET /centre/readings/files": (files_book,),
    "routing GET /gaps": (gaps,),
    "routing GET /routes": (routes,),
    "routing GET /refusals": (refusals,),
    "routing GET /explanations": (explanations,),
    "routing GET /readings/<dossier>": (readings(STEP),),
    "routing GET /turned-away": (readings(TURNED_AWAY),),
}
"""Every list that is paged by `?limit=` and `?after=`, in each way that it is read."""
