import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from nameko.testing.services import worker_factory

from contracts.envelope import read_time, write_time
from contracts.events import (
    CalendarAnnounced,
    DossierReturned,
    FeedbackPassedOn,
    FeedbackProceeded,
    FeedbackRescheduled,
    FeedbackUrged,
)
from contracts.orders import (
    ContactGiven,
    ExplainByOrder,
    ExplainOrder,
    UrgeExplanationOrder,
    WordGiven,
)
from contracts.replies import ExplanationReply
from foundation.consumer import MessageMeta
from foundation.errors import Duplicate, Forbidden, Invalid, NotFound, Refused, StoredResponse
from foundation.scheduling import JobRunner
from foundation.vault import Sealed
from foundation.web import Request
from foundation.web.auth import Identity
from foundation.worktime import local_day
from services.feedback.domain.denunciation import Arrival, Denunciation, Doing, take_in
from services.feedback.domain.feedback import Feedback, VoiceChannel
from services.feedback.domain.finding import findable
from services.feedback.domain.rating import KnownDossier, Rating
from services.feedback.service import FeedbackService
from services.feedback.store import Denunciations, Feedbacks
from tests.desks import AskedStore
from tests.fakes import (
    FakeCalendarCopies,
    FakeClock,
    FakeConnectedAgencies,
    FakeRulebook,
    FakeStore,
)

CITIZEN = Identity("citizen-1", frozenset({"feedback:write"}))
STRANGER = Identity("citizen-2", frozenset({"feedback:write"}))
CENTRE = Identity("director", frozenset({"centre"}))
COMPLAINT = {
    "kind": "complaint",
    "dossier": "d-1",
    "about": "so-xay-dung",
    "text": "Sở Xây dựng chậm trả lời.",
}
PERSON = {"name": "Nguyễn Văn Đức", "phone": "+84912345678"}


class FakeFeedbacks(AskedStore):
    standing = Feedbacks.standing
    to_pass_on = Feedbacks.to_pass_on
    searched = Feedbacks.searched
    having = Feedbacks.having
    published = Feedbacks.published
    saying = Feedbacks.saying
    undated = Feedbacks.undated
    to_urge = Feedbacks.to_urge
    overdue = Feedbacks.overdue
    counted_otherwise = Feedbacks.counted_otherwise
    not_findable = Feedbacks.not_findable

    def save(self, entity: Any, *messages: Any, **rest: Any) -> Any:
        """As Feedbacks.save."""
        return super().save(findable(entity), *messages, **rest)


class FakeDenunciations(AskedStore):
    counted_otherwise = Denunciations.counted_otherwise


class Book:
    """The service with its stores, and the two ways in."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.feedbacks = FakeFeedbacks(Feedback, clock=self.clock)
        self.calendars = FakeCalendarCopies(clock=self.clock)
        self.denunciations = FakeDenunciations(Denunciation, clock=self.clock)
        self.ratings = FakeStore(Rating)
        self.dossiers = FakeStore(KnownDossier)
        self.service = worker_factory(
            FeedbackService,
            feedbacks=self.feedbacks,
            denunciations=self.denunciations,
            ratings=self.ratings,
            dossiers=self.dossiers,
            connected_agencies=FakeConnectedAgencies(),
            clock=self.clock,
            calendars=self.calendars,
            rulebook=FakeRulebook(),
            job_runner=JobRunner(lambda: self.clock.now().timestamp()),
        )

    def meet(self, dossier: str = "d-1") -> None:
        contact = ContactGiven(
            agency="so-xay-dung", owner=CITIZEN.subject, name="A", phone="1", email=""
        )
        self.service.meet(contact, about(dossier))

    def hand_over(self) -> None:
        event = DossierReturned(agency="so-ke-hoach-dau-tu", code="c", channel="counter")
        self.service.hand_over(event, about("d-1"))

    def complain(self, who: Identity = CITIZEN, key: str = "k-1", **changes: Any) -> str:
        answer = self.service.receive(request(who, {**COMPLAINT, **changes}, key))
        assert answer.status == 201
        feedback_id: str = answer.body["id"]
        return feedback_id

    def forward(self, feedback_id: str, key: str = "k-1", **body: str) -> StoredResponse:
        path = f"/feedback/{feedback_id}/forward"
        answer: StoredResponse = self.service.forward(
            request(CENTRE, body, key, path=path), id=feedback_id
        )
        return answer

    def explain(self, feedback_id: str, agency: str = "so-xay-dung", message: str = "m-1") -> None:
        reply = ExplanationReply(agency=agency, explanation="Do thiếu bản vẽ.")
        self.service.answer(reply, about(feedback_id, agency, message))

    def approve(self, feedback_id: str, key: str = "k-1", **body: str) -> StoredResponse:
        path = f"/feedback/{feedback_id}/approve"
        answer: StoredResponse = self.service.approve(
            request(CENTRE, body, key, path=path), id=feedback_id
        )
        return answer

    def shown(self, who: Identity, feedback_id: str) -> Any:
        return self.service.show(Request(who=who), id=feedback_id)

    def told(self) -> list[str]:
        return [message.TYPE for message in self.feedbacks.messages]


def about(subject: str, agency: str = "so-xay-dung", message: str = "m-1") -> MessageMeta:
    return MessageMeta(
        id=message, source="motcua:x", subject=subject, time=FakeClock().now(), seq=1, agency=agency
    )


def request(who: Identity, body: object, key: str = "k-1", path: str = "/feedback") -> Request:
    return Request(
        method="POST",
        path=path,
        headers={"content-type": "application/json", "idempotency-key": key},
        stream=BytesIO(json.dumps(body).encode()),
        who=who,
    )


@pytest.fixture
def book() -> Book:
    book = Book()
    book.meet()
    return book


def test_a_complaint_goes_its_way_and_its_answer_comes_back(book: Book) -> None:
    complaint = book.complain()
    assert book.shown(CITIZEN, complaint)["state"] == "received"
    assert book.forward(complaint).body["state"] == "forwarded"
    book.explain(complaint)
    assert book.shown(CENTRE, complaint)["explanation"] == "Do thiếu bản vẽ."
    assert book.shown(CITIZEN, complaint)["explanation"] == "", "the centre has not approved it"
    assert book.approve(complaint, outcome="upheld").body["state"] == "answered"
    assert book.shown(CITIZEN, complaint)["explanation"] == "Do thiếu bản vẽ."
    assert book.told() == [
        "feedback.received",
        "feedback.forwarded",
        "order.explain",
        "contact.word",
        "feedback.answered",
    ]


def test_an_agency_that_does_not_exist_is_refused_with_those_that_are_close(book: Book) -> None:
    complaint = book.complain()
    with pytest.raises(Invalid, match=r"so-xay-dun\. Is it one of these: so-xay-dung \(Sở Xây"):
        book.forward(complaint, agency="so-xay-dun")
    with pytest.raises(Invalid, match=r"khong-co-that\.$"):
        book.forward(complaint, agency="khong-co-that")
    with pytest.raises(Invalid) as caught:
        book.complain(about="khong-co-that", key="k-2")
    assert caught.value.fields == {"about": ["khong-co-that"]}
    assert book.shown(CENTRE, complaint)["state"] == "received"
    assert book.told() == ["feedback.received"]


def test_one_about_an_agency_without_a_desk_is_taken_and_forwarded_to_another(book: Book) -> None:
    complaint = book.complain(about="so-tu-phap")
    with pytest.raises(Invalid, match="so-tu-phap"):
        book.forward(complaint)
    assert book.forward(complaint, agency="ubnd-tinh").body["asked"] == "ubnd-tinh"


def test_what_reached_nobody_is_the_centres_again_and_can_be_forwarded_again(book: Book) -> None:
    complaint = book.complain()
    book.forward(complaint)
    order = next(each for each in book.feedbacks.messages if isinstance(each, ExplainOrder))
    for message in ("m-8", "m-9"):
        book.service.take_back(order, about(complaint, message=message))
    shown = book.shown(CENTRE, complaint)
    assert (shown["state"], shown["asked"], shown["answer_by"]) == ("received", "", None)
    assert shown["unreached"] == ["so-xay-dung"]
    assert book.told().count("feedback.undelivered") == 1
    assert [each.type for each in book.feedbacks.history(complaint)][-1] == "feedback.undelivered"
    again = book.forward(complaint, key="k-2", agency="ubnd-tinh")
    assert again.body["state"] == "forwarded"
    book.service.take_back(order, about(complaint, message="m-10"))
    assert book.shown(CENTRE, complaint)["asked"] == "ubnd-tinh", "an old order changes nothing"


def test_an_agency_that_an_operator_reached_later_may_still_explain(book: Book) -> None:
    complaint = book.complain()
    book.forward(complaint)
    order = next(each for each in book.feedbacks.messages if isinstance(each, ExplainOrder))
    book.service.take_back(order, about(complaint, message="m-8"))
    with pytest.raises(Forbidden):
        book.explain(complaint, agency="ubnd-xa", message="m-2")
    book.explain(complaint, message="m-3")
    assert book.shown(CITIZEN, complaint)["state"] == "explained"


def test_an_explanation_told_twice_is_passed_on_once(book: Book) -> None:
    complaint = book.complain()
    book.forward(complaint)
    book.explain(complaint)
    with pytest.raises(Duplicate):
        book.explain(complaint)
    book.approve(complaint, outcome="partly")
    with pytest.raises(Duplicate):
        book.approve(complaint, outcome="partly")
    assert book.told().count("contact.word") == 1


def test_what_the_centre_sends_back_is_explained_anew(book: Book) -> None:
    complaint = book.complain()
    book.forward(complaint)
    book.explain(complaint)
    path = f"/feedback/{complaint}/ask-again"
    again = book.service.ask_again(request(CENTRE, {}, path=path), id=complaint)
    assert (again.body["state"], again.body["explanation"]) == ("forwarded", "")
    book.explain(complaint, message="m-2")
    assert book.approve(complaint, outcome="upheld").body["outcome"] == "upheld"
    assert book.told().count("order.explain") == 2


def test_an_agency_that_was_not_asked_cannot_explain(book: Book) -> None:
    complaint = book.complain()
    book.forward(complaint)
    with pytest.raises(Forbidden):
        book.explain(complaint, agency="ubnd-xa")


def test_no_event_repeats_what_people_wrote(book: Book) -> None:
    complaint = book.complain()
    book.forward(complaint)
    book.explain(complaint)
    book.approve(complaint, outcome="refuted")
    public = [each.write() for each in book.feedbacks.messages if each.EXCHANGE == "events"]
    assert "chậm" not in str(public)
    assert "bản vẽ" not in str(public)


def test_nobody_may_complain_in_the_name_of_anothers_dossier(book: Book) -> None:
    with pytest.raises(NotFound):
        book.complain(STRANGER)
    with pytest.raises(NotFound):
        book.complain(dossier="no-such-dossier")


def test_who_has_no_dossier_leaves_a_way_to_be_reached(book: Book) -> None:
    book.complain(STRANGER, dossier="", person=PERSON, kind="reflection")
    assert book.told() == ["feedback.received", "contact.given"]


def test_what_a_stranger_pastes_is_cleaned_before_it_is_told(book: Book) -> None:
    person = {"name": "\ufeffÐức\u200b  Ðặng\n", "phone": "0912\u00a0345 678\n", "email": " "}
    book.complain(STRANGER, dossier="", about=" so-xay-dung\n", person=person)
    received, contact = book.feedbacks.messages
    assert received.agency == "so-xay-dung"
    assert isinstance(contact, ContactGiven)
    assert (contact.name, contact.phone, contact.email) == ("Đức Đặng", "+84912345678", "")


@pytest.mark.parametrize(
    "wrong",
    [
        {"dossier": ""},
        {"person": PERSON},
        {"dossier": "", "person": {"name": "A"}},
        {"dossier": "", "person": {"name": "A", "email": "not an address"}},
        {"dossier": "", "person": {"name": "A", "phone": "00000000"}},
        {"dossier": "", "person": {"name": "A\n\nXin bấm x.vn", "phone": "0912345678"}},
        {"dossier": "", "person": {"name": "https://x.vn", "phone": "0912345678"}},
        {"dossier": "", "person": {"name": "A", "phone": " \u200b"}},
        {"about": "so-xay-dung\nx"},
        {"text": "\u200b\n "},
        {"kind": "gossip"},
        {"about": "Sở Xây dựng"},
        {"text": ""},
        {"text": "a" * 10_001},
        {"unheard": "of"},
    ],
)
def test_what_cannot_be_dealt_with_is_said_field_by_field(
    book: Book, wrong: dict[str, Any]
) -> None:
    with pytest.raises(Invalid) as caught:
        book.complain(**wrong)
    assert caught.value.fields


def test_nothing_of_a_denunciation_is_kept(book: Book) -> None:
    with pytest.raises(Refused):
        book.complain(kind="denunciation")
    assert (book.feedbacks.documents, book.feedbacks.messages) == ({}, [])


def test_a_strangers_complaint_and_none_at_all_look_the_same(book: Book) -> None:
    for feedback in (book.complain(), "no-such-feedback"):
        with pytest.raises(NotFound):
            book.shown(STRANGER, feedback)


def test_the_centre_sees_what_waits(book: Book) -> None:
    complaint = book.complain()
    waiting: Any = book.service.waiting(Request(who=CENTRE))
    assert [each["id"] for each in waiting["feedback"]] == [complaint]
    book.forward(complaint, agency="ubnd-xa")
    forwarded: Any = book.service.waiting(Request(who=CENTRE, query={"state": "forwarded"}))
    assert [each["asked"] for each in forwarded["feedback"]] == ["ubnd-xa"]
    with pytest.raises(Invalid):
        book.service.waiting(Request(who=CENTRE, query={"state": "answered"}))


def pass_on(book: Book, feedback_id: str, to: str = "so-tu-phap", key: str = "p-1") -> Any:
    path = f"/feedback/{feedback_id}/pass-on"
    return book.service.pass_on(request(CENTRE, {"to": to}, key, path), id=feedback_id).body


def reflection(book: Book, key: str = "r-1") -> str:
    return book.complain(key=key, kind="reflection")


FIVE_DAYS_ON = datetime(2026, 12, 7, tzinfo=UTC)  # working days, from a Sunday on


def by_when(book: Book, feedback_id: str) -> datetime:
    return read_time(book.shown(CENTRE, feedback_id)["pass_on_by"])


def test_what_the_centre_is_not_competent_for_is_passed_on_by_its_date(book: Book) -> None:
    book.clock.moment = SUNDAY
    voice = reflection(book)
    assert by_when(book, voice) == FIVE_DAYS_ON
    shown = pass_on(book, voice)
    assert (shown["state"], shown["passed_on"]["to"]) == ("passed_on", "so-tu-phap")
    assert shown["passed_on"]["article"] == {"vi": "Nghị định 20/2008", "en": "Decree 20/2008"}
    assert shown["passed_on"]["late"] is False
    assert book.shown(CITIZEN, voice)["passed_on"] == shown["passed_on"], "its giver is told"
    assert [each.type for each in book.feedbacks.history(voice)][-1] == "feedback.passed_on"
    with pytest.raises(Duplicate):
        pass_on(book, voice)
    with pytest.raises(Refused):
        pass_on(book, voice, key="p-2")
    with pytest.raises(Refused):
        book.forward(voice)


def test_a_giver_is_told_in_words_where_their_feedback_went(book: Book) -> None:
    about_dossier, by_itself = reflection(book), book.complain(key="k-9", dossier="", person=PERSON)
    for number, voice in enumerate((about_dossier, by_itself)):
        pass_on(book, voice, key=f"p-{number}")
    words = [each for each in book.feedbacks.messages if isinstance(each, WordGiven)]
    assert [each.dossier for each in words] == ["d-1", by_itself]
    assert {each.kind for each in words} == {"feedback_passed_on"}
    assert all("Sở Tư pháp" in each.text and "(" in each.text for each in words)
    told = [each for each in book.feedbacks.messages if isinstance(each, FeedbackPassedOn)]
    assert len(told) == len(words)


def test_what_goes_to_a_body_that_does_not_exist_stays(book: Book) -> None:
    voice = reflection(book)
    with pytest.raises(Invalid) as caught:
        pass_on(book, voice, to="khong-co-that")
    assert caught.value.fields == {"to": ["khong-co-that"]}
    assert book.shown(CENTRE, voice)["state"] == "received"


def test_a_complaint_that_is_passed_on_is_declined_and_one_that_was_accepted_stays(
    book: Book,
) -> None:
    complaint, accepted = book.complain(), book.complain(key="k-2")
    assert pass_on(book, complaint)["proceeding"]["stage"] == "declined"
    path = f"/feedback/{accepted}/proceed"
    book.service.proceed(request(CENTRE, {"act": "accept"}, "a-1", path), id=accepted)
    with pytest.raises(Refused):
        pass_on(book, accepted, key="p-2")


def test_what_is_overdue_is_listed_and_counted_the_longest_first(book: Book) -> None:
    book.clock.moment = SUNDAY
    older, asked, gone = (reflection(book, key) for key in ("r-1", "r-2", "r-3"))
    book.clock.forward(days=1)
    newer = reflection(book, "r-4")
    book.forward(asked)
    pass_on(book, gone)
    assert book.service.not_passed_on(Request(who=CENTRE))["feedback"] == []
    book.clock.forward(days=60)
    first: Any = book.service.not_passed_on(Request(who=CENTRE, query={"limit": "1"}))
    rest: Any = book.service.not_passed_on(Request(who=CENTRE, query={"after": first["next"]}))
    assert [each["id"] for each in (*first["feedback"], *rest["feedback"])] == [older, newer]
    book.service.count_overdue()
    book.service.overdue.show.assert_called_with({"pass_on": 2, "explain": 1})
    assert pass_on(book, older, key="p-2")["passed_on"]["late"] is True


def test_what_an_earlier_version_took_in_is_given_its_date(book: Book) -> None:
    book.clock.moment = SUNDAY
    voice = reflection(book)
    del book.feedbacks.documents[voice]["pass_on_by"]
    book.service.date_older()
    assert by_when(book, voice) == FIVE_DAYS_ON
    assert book.service.feedbacks.undated(limit=1) == []


def urged(book: Book) -> list[tuple[int, tuple[str, ...]]]:
    """What the agency was told of its lateness; the event and the order say the same."""
    orders = [each for each in book.feedbacks.messages if isinstance(each, UrgeExplanationOrder)]
    events = [each for each in book.feedbacks.messages if isinstance(each, FeedbackUrged)]
    assert [(each.number, each.whom) for each in orders] == [(e.number, e.whom) for e in events]
    assert all(each.agency == "so-xay-dung" for each in (*orders, *events))
    return [(each.number, each.whom) for each in events]


def days_of_urging(book: Book, days: int) -> list[str]:
    """Let so many days go by, hour by hour; on which days the agency was urged."""
    found = []
    for _ in range(days * 24):
        before = len(urged(book))
        book.service.urge_explanations()
        found += [local_day(book.clock.now()).isoformat()] * (len(urged(book)) - before)
        book.clock.forward(hours=1)
    return found


def test_a_late_explanation_is_urged_by_the_rules_of_late_steps() -> None:
    book = on_sunday()
    complaint = book.complain()
    assert book.forward(complaint).body["answer_by"] == "2026-12-14T00:00:00.000Z"
    days = days_of_urging(book, 70)
    # urging.csv: the head at the due date and each second day, the leader, the director.
    assert days[:4] == ["2026-12-14", "2026-12-15", "2026-12-16", "2026-12-17"]
    assert len(days) == len(set(days))
    assert urged(book)[:3] == [(1, ("head",)), (2, ("head", "leader")), (3, ("director",))]
    shown = book.shown(CENTRE, complaint)
    assert shown["urgings"] == len(days)
    told = [each.type for each in book.feedbacks.history(complaint)]
    assert told.count("feedback.urged") == len(days)
    assert days_of_urging(book, 60) != days, "the rules end"
    assert book.service.feedbacks.to_urge(book.clock.now(), limit=1) == []


def test_what_was_slept_through_is_urged_once_and_no_two_on_one_day() -> None:
    book = on_sunday()
    book.forward(book.complain())
    book.clock.forward(days=30)
    for _ in range(3):
        book.service.urge_explanations()
        book.clock.forward(minutes=5)
    assert [number for number, _ in urged(book)] == [1]
    assert set(urged(book)[0][1]) == {"head", "leader", "director"}


def test_whoever_explained_or_has_another_date_is_not_urged() -> None:
    book = on_sunday()
    complaint = book.complain()
    book.forward(complaint)
    book.explain(complaint)
    assert days_of_urging(book, 20) == []
    path = f"/feedback/{complaint}/ask-again"
    book.service.ask_again(request(CENTRE, {}, path=path), id=complaint)
    assert days_of_urging(book, 3) == []
    assert len(days_of_urging(book, 20)) > 0


def test_a_question_of_an_earlier_version_is_urged_too() -> None:
    book = on_sunday()
    complaint = book.complain()
    book.forward(complaint)
    for field in ("urged", "urge_at", "urged_at", "urgings"):
        del book.feedbacks.documents[complaint][field]
    book.clock.forward(days=16)
    book.service.urge_explanations()
    assert [number for number, _ in urged(book)] == [1]


def found(book: Book, **query: str) -> list[str]:
    """All pages of a search."""
    rows, after = list[str](), ""
    while True:
        asked = Request(who=CENTRE, query={"limit": "1", "after": after, **query})
        page: Any = book.service.search_feedback(asked)
        rows += [each["id"] for each in page["feedback"]]
        after = page["next"]
        if not after:
            return rows


def test_feedback_is_found_by_words_with_and_without_diacritics(book: Book) -> None:
    slow = book.complain(key="k-1")
    rude = book.complain(key="k-2", text="Cán bộ có thái độ không đúng mực.", kind="reflection")
    for words in ("Sở Xây dựng chậm", "xay dung CHAM", "cham"):
        assert found(book, words=words) == [slow]
    assert found(book, words="thái độ") == found(book, words="do thai") == [rude]
    assert found(book, words="thái độ chậm") == []
    assert sorted(found(book)) == sorted([slow, rude])


def test_a_search_is_narrowed_by_what_is_known_of_it_and_follows_it(book: Book) -> None:
    slow, other = book.complain(key="k-1"), book.complain(key="k-2", about="ubnd-tinh")
    month = f"{local_day(book.clock.now()):%Y-%m}"
    assert found(book, agency="ubnd-tinh", kind="complaint", month=month) == [other]
    assert found(book, month="2019-01") == found(book, kind="petition") == []
    book.forward(slow)
    assert found(book, state="forwarded", words="cham") == [slow]
    assert found(book, state="received") == [other]
    for wrong in ({"kind": "denunciation"}, {"state": "x"}, {"month": "2026-13"}):
        with pytest.raises(Invalid):
            found(book, **wrong)


def test_what_an_earlier_version_took_in_becomes_findable(book: Book) -> None:
    slow = book.complain()
    for field in ("words", "found_at"):
        del book.feedbacks.documents[slow][field]
    book.service.make_findable()
    assert found(book, words="chậm") == [slow]


PUBLIC = {"question": "Vì sao hồ sơ chậm?", "answer": "Do thiếu bản vẽ; đã xin lỗi ngày 1/12/2026."}


def publish(book: Book, feedback_id: str, key: str = "u-1", **words: str) -> Any:
    path = f"/feedback/{feedback_id}/publish"
    asked = request(CENTRE, {**PUBLIC, **words}, key, path)
    return book.service.publish_answer(asked, id=feedback_id).body


def answered(book: Book, key: str = "k-1") -> str:
    complaint = book.complain(key=key)
    book.forward(complaint, key=key)
    book.explain(complaint, message=f"m-{key}")
    book.approve(complaint, key=key, outcome="upheld")
    return complaint


def public(book: Book, **query: str) -> Any:
    return book.service.answers(Request(who=STRANGER, query=query))["answers"]


def test_what_was_approved_for_the_public_is_shown_to_everybody_and_nothing_else(
    book: Book,
) -> None:
    complaint = answered(book)
    assert public(book) == []
    publish(book, complaint)
    (shown,) = public(book)
    assert (shown["question"], shown["answer"]) == (PUBLIC["question"], PUBLIC["answer"])
    assert shown.keys() == {"id", "kind", "about", "question", "answer", "outcome", "published"}
    told = str(shown)
    assert "Sở Xây dựng chậm" not in told
    assert CITIZEN.subject not in told
    assert public(book, agency="so-xay-dung") == [shown]
    assert public(book, agency="ubnd-tinh") == []
    assert [each.type for each in book.feedbacks.history(complaint)][-1] == "feedback.published"


def test_what_is_public_can_be_worded_anew_and_taken_back(book: Book) -> None:
    complaint = answered(book)
    publish(book, complaint)
    publish(book, complaint, key="u-2", answer="Đã khắc phục.")
    assert [each["answer"] for each in public(book)] == ["Đã khắc phục."]
    path = f"/feedback/{complaint}/take-back"
    book.service.take_answer_back(request(CENTRE, {}, "t-1", path), id=complaint)
    assert public(book) == []
    with pytest.raises(Refused):
        book.service.take_answer_back(request(CENTRE, {}, "t-2", path), id=complaint)


def test_what_is_not_answered_cannot_be_published(book: Book) -> None:
    complaint = book.complain()
    with pytest.raises(Refused):
        publish(book, complaint)
    assert public(book) == []


@pytest.mark.parametrize(
    "words",
    [
        "Gọi 0912 345 678.",
        "CCCD 079184001234",
        "Thư: an@example.vn",
        "Hồ sơ d-1",
        "+84 (91) 234-56-78",
    ],
)
def test_what_tells_who_somebody_is_does_not_become_public(book: Book, words: str) -> None:
    complaint = answered(book)
    for field in ("question", "answer"):
        with pytest.raises(Invalid) as caught:
            publish(book, complaint, key=f"u-{field}", **{field: words})
        assert caught.value.fields.keys() == {field}
        assert words not in str(caught.value)
    assert public(book) == []


def rate(
    book: Book, who: Identity = CITIZEN, key: str = "k-1", score: object = 2
) -> StoredResponse:
    body = {"dossier": "d-1", "score": score, "comment": "Cảm ơn chị Lan."}
    answer: StoredResponse = book.service.rate(request(who, body, key, "/ratings"))
    return answer


def test_the_owner_of_a_finished_dossier_rates_it_once(book: Book) -> None:
    with pytest.raises(Refused):
        rate(book)
    book.hand_over()
    assert rate(book).status == 201
    with pytest.raises(Duplicate) as again:
        rate(book)
    assert again.value.answer is not None
    with pytest.raises(Duplicate) as another:
        rate(book, key="k-2", score=0)
    assert another.value.answer is None
    assert [each.write()["score"] for each in book.ratings.messages] == [2]


def test_the_comment_of_a_rating_stays_with_the_centre(book: Book) -> None:
    book.hand_over()
    rate(book)
    assert "Lan" not in str([each.write() for each in book.ratings.messages])


def test_nobody_rates_anothers_dossier(book: Book) -> None:
    book.hand_over()
    with pytest.raises(NotFound):
        rate(book, STRANGER)


@pytest.mark.parametrize("score", [-1, 3, 1.5, "2", None, True])
def test_a_score_is_0_1_or_2(book: Book, score: object) -> None:
    book.hand_over()
    with pytest.raises(Invalid):
        rate(book, score=score)


def test_a_result_handed_over_in_a_dossier_not_known_yet_waits_for_it() -> None:
    with pytest.raises(NotFound):
        Book().hand_over()


SUNDAY = datetime(2026, 11, 29, 3, 0, tzinfo=UTC)
OURS = CalendarAnnounced(
    agency="trung-tam",
    edition=3,
    sessions=("07:00-11:30", "13:30-17:00"),
    weekend=("saturday", "sunday"),
    off=("2026-12-01", "2026-12-02"),
    worked=("2026-12-05",),
)


def tell(book: Book, told: CalendarAnnounced, message: str = "c-1", **later: float) -> None:
    meta = about("000.00.00.H41", "trung-tam", message)
    at = book.clock.now() + timedelta(**later)
    book.service.learn_calendar(told, replace(meta, time=at))


def on_sunday() -> Book:
    book = Book()
    book.clock.moment = SUNDAY
    book.meet()
    return book


def test_ten_working_days_are_those_of_the_unit() -> None:
    book = on_sunday()
    tell(book, OURS)
    forwarded = book.forward(book.complain())
    assert forwarded.body["answer_by"] == "2026-12-15T00:00:00.000Z"  # 07:00 in Viet Nam


def test_open_questions_are_counted_again_when_the_calendar_changes() -> None:
    book = on_sunday()
    complaint = book.complain()
    assert book.forward(complaint).body["answer_by"] == "2026-12-14T00:00:00.000Z"
    tell(book, OURS)
    book.service.follow_calendar()
    assert book.shown(CENTRE, complaint)["answer_by"] == "2026-12-14T00:00:00.000Z"
    book.clock.forward(minutes=1)  # every process knows it now
    for _ in range(2):
        book.service.follow_calendar()
    due = datetime(2026, 12, 15, tzinfo=UTC)
    assert book.shown(CENTRE, complaint)["answer_by"] == write_time(due)
    moved = [each for each in book.feedbacks.messages if isinstance(each, FeedbackRescheduled)]
    orders = [each for each in book.feedbacks.messages if isinstance(each, ExplainByOrder)]
    assert [(each.answer_by, each.was.day) for each in moved] == [(due, 14)]
    assert orders == [ExplainByOrder(agency="so-xay-dung", answer_by=due)]
    assert book.calendars.newest().walk is None


def test_every_date_follows_the_calendar_and_of_each_kind() -> None:
    book = on_sunday()
    voice, complaint = reflection(book), book.complain()
    book.forward(complaint)
    was = book.shown(CENTRE, complaint)["proceeding"]["due"]
    doing = Doing(by="an", now=book.clock.now(), calendar=book.calendars.calendar())
    taken, _ = take_in("t-1", Sealed(), Arrival(channel=VoiceChannel.POST), doing, anonymous=False)
    book.denunciations.save(taken)
    tell(book, OURS)
    book.clock.forward(minutes=1)
    for _ in range(2):
        book.service.follow_calendar()
    assert by_when(book, voice) == FIVE_DAYS_ON + timedelta(days=1)
    moved = read_time(book.shown(CENTRE, complaint)["proceeding"]["due"]) - read_time(was)
    assert moved == timedelta(days=1)
    assert book.denunciations.get("t-1").due > taken.due
    assert book.calendars.newest().walk is None
    told = [each for each in book.feedbacks.messages if isinstance(each, FeedbackProceeded)]
    assert [each.because for each in told] == ["calendar"]


def test_what_was_forwarded_before_its_moment_was_kept_is_counted_from_its_history() -> None:
    book = on_sunday()
    complaint = book.complain()
    book.forward(complaint)
    for field in ("forwarded", "counted_by"):
        del book.feedbacks.documents[complaint][field]
    tell(book, OURS)
    book.clock.forward(minutes=1)
    book.service.follow_calendar()
    assert book.shown(CENTRE, complaint)["answer_by"] == "2026-12-15T00:00:00.000Z"


def test_an_answered_question_stays_as_it_is() -> None:
    book = on_sunday()
    complaint = book.complain()
    book.forward(complaint)
    book.explain(complaint)
    tell(book, OURS)
    book.clock.forward(minutes=1)
    book.service.follow_calendar()
    assert book.shown(CENTRE, complaint)["answer_by"] == "2026-12-14T00:00:00.000Z"


def test_a_calendar_told_twice_late_or_again_changes_nothing() -> None:
    book = on_sunday()
    tell(book, OURS)
    known = book.calendars.newest()
    with pytest.raises(Duplicate):
        tell(book, OURS)
    tell(book, replace(OURS, edition=2, off=()), "c-0", minutes=-5)
    assert book.calendars.newest().edition == 3
    book.calendars.move_on(known, None)
    tell(book, OURS, "c-2", days=1)  # the daily one
    again = book.calendars.newest()
    assert (again.edition, again.walk, again.table) == (3, None, known.table)
    with pytest.raises(Invalid):
        tell(book, replace(OURS, off=("2026-02-30",)), "c-3", days=2)
    assert book.calendars.newest() == again
