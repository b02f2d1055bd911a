"""How long feedback is kept: announced before it goes, held if somebody says why, a tombstone."""

from dataclasses import fields as dataclass_fields
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.events import FeedbackHoldChanged, FeedbackRemovalAnnounced, FeedbackRemoved
from contracts.history import first_broken
from contracts.message import CENTRE
from contracts.orders import ForgetExplanationOrder
from foundation.errors import Gone, Invalid, Refused
from foundation.persistence.document import to_entity, to_fields
from foundation.retention.table import KeptKind, RetentionRule, RetentionRules, read_retention
from foundation.vault import Sealed
from foundation.worktime import Calendar
from services.feedback.domain import keeping, rating, retention, sealed_retention, visit
from services.feedback.domain.denunciation import (
    Denunciation,
    DenunciationAct,
    DenunciationState,
    Doing,
)
from services.feedback.domain.feedback import (
    ComplaintProceeding,
    ComplaintStage,
    Feedback,
    FeedbackKind,
    FeedbackState,
    Giver,
    VoiceChannel,
)
from services.feedback.domain.finding import findable
from services.feedback.domain.keeping import VoiceRetention
from services.feedback.domain.possible import CentreAct, possible
from services.feedback.domain.rating import Rating
from services.feedback.domain.sealed_parts import Addition
from services.feedback.domain.visit import Visit
from services.feedback.store import Denunciations, Feedbacks, Ratings, Visits
from tests.desks import AskedStore
from tests.fakes import FakeRetentionTable
from tests.unit.test_feedback_service import CENTRE as DIRECTOR
from tests.unit.test_feedback_service import (
    CITIZEN,
    PERSON,
    Book,
    FakeDenunciations,
    FakeFeedbacks,
    request,
)

NOW = datetime(2020, 9, 15, 2, 30, tzinfo=UTC)
DAY = timedelta(days=1)
HEADER = "kind,procedure,days,warning,source,verified\n"
REFLECTIONS = RetentionRule(kind=KeptKind.REFLECTION, days=1000, warning=30, source="Luật")
SEALED = RetentionRule(kind=KeptKind.DENUNCIATION, days=2000, warning=30, source="Luật")
RATINGS = RetentionRule(kind=KeptKind.RATING, days=700, source="Thông lệ")
VISITS = RetentionRule(kind=KeptKind.VISIT, days=700, source="Thông lệ")
RULES: RetentionRules = (REFLECTIONS, SEALED, RATINGS, VISITS)
ANSWERED = Feedback(
    id="f-1",
    giver="citizen-1",
    kind=FeedbackKind.REFLECTION,
    about="so-xay-dung",
    text="Bà Nguyễn Thị Hoa bắt tôi chờ.",
    dossier="",
    received=NOW,
    state=FeedbackState.ANSWERED,
    asked="so-xay-dung",
    explanation="Đã nhắc bà Hoa.",
    person=Giver(name="Trần Văn Đức", phone="+84912345678", address="12 Lê Lợi"),
    demand="Xin lỗi tôi",
    public=True,
    published=NOW,
    public_question="Vì sao chậm?",
    public_answer="Đã khắc phục.",
)
NAMES = ("Hoa", "Đức", "912345678", "Lê Lợi", "Xin lỗi", "citizen-1", "hoa")
END = NOW + 1000 * DAY


def look(feedback: Feedback, at: datetime, rules: RetentionRules = RULES) -> retention.Change:
    return retention.look(feedback, (), rules, at)


def removed() -> Feedback:
    told, _ = look(ANSWERED, END - 10 * DAY)
    gone, _ = look(told, END + 20 * DAY)
    return gone


def test_what_was_answered_is_announced_and_then_removed() -> None:
    early, none = look(ANSWERED, NOW + DAY)
    assert (none, early.retention.retention_due) == ((), NOW + 91 * DAY)
    told, announced = look(early, END - 30 * DAY)
    assert announced == (FeedbackRemovalAnnounced(agency=CENTRE, kind="reflection", removes=END),)
    assert look(told, END - DAY) == (told, ())
    gone, messages = look(told, END)
    assert messages == (
        FeedbackRemoved(agency="so-xay-dung", kind="reflection"),
        ForgetExplanationOrder(agency="so-xay-dung"),
    )
    assert gone.retention.removed == END
    assert look(gone, END + 100 * DAY) == (gone, ())


def test_a_tombstone_names_nobody_and_what_was_worded_for_the_public_stays() -> None:
    stored = to_fields(findable(removed()))
    assert not [each for each in NAMES if each in str(stored)]
    assert (stored["public_question"], stored["state"], stored["about"]) == (
        "Vì sao chậm?",
        "answered",
        "so-xay-dung",
    )
    assert stored["removed_source"] == "Luật"


def test_who_finds_the_end_late_still_has_the_whole_warning() -> None:
    told, (announced,) = look(ANSWERED, END + 500 * DAY)
    assert isinstance(announced, FeedbackRemovalAnnounced)
    assert announced.removes == END + 530 * DAY
    assert look(told, END + 529 * DAY)[1] == ()


@pytest.mark.parametrize(
    "state", [FeedbackState.RECEIVED, FeedbackState.FORWARDED, FeedbackState.EXPLAINED]
)
def test_what_is_still_open_is_kept_however_old(state: FeedbackState) -> None:
    _, messages = look(replace(ANSWERED, state=state), END + 5000 * DAY)
    assert messages == ()


def test_a_complaint_is_kept_while_it_goes_on_and_may_be_appealed() -> None:
    rules = (replace(REFLECTIONS, kind=KeptKind.COMPLAINT),)
    complaint = replace(ANSWERED, kind=FeedbackKind.COMPLAINT)
    for stage in ComplaintStage:
        known = ComplaintProceeding(stage=stage, due=NOW + 30 * DAY)
        _, messages = look(replace(complaint, proceeding=known), END + DAY, rules)
        ended = stage in {
            ComplaintStage.DECLINED,
            ComplaintStage.WITHDRAWN,
            ComplaintStage.DECIDED,
        }
        assert bool(messages) == ended
    decided = ComplaintProceeding(stage=ComplaintStage.DECIDED, due=NOW + 30 * DAY)
    _, (announced,) = look(replace(complaint, proceeding=decided), END, rules)
    assert isinstance(announced, FeedbackRemovalAnnounced)
    assert announced.removes == END + 30 * DAY


@given(st.lists(st.integers(1, 200), max_size=40), st.integers(0, 3000))
def test_nothing_goes_before_its_end_and_without_the_whole_warning(
    pauses: list[int], days: int
) -> None:
    """However often the job looks, and whatever the rule was made meanwhile."""
    feedback, at, announced = ANSWERED, NOW, None
    for number, pause in enumerate(pauses):
        at += pause * DAY
        rules = (replace(REFLECTIONS, days=days or None),) if number % 2 else RULES
        feedback, messages = look(feedback, at, rules)
        for each in messages:
            if isinstance(each, FeedbackRemovalAnnounced):
                announced = at
            if isinstance(each, FeedbackRemoved):
                assert announced is not None
                assert at >= announced + 30 * DAY
        if not feedback.retention.removed:
            assert feedback.retention.retention_due
            assert feedback.retention.retention_due > at


def test_a_hold_keeps_it_and_afterwards_the_whole_warning_passes_again() -> None:
    told, _ = look(ANSWERED, END - 10 * DAY)
    at = END - DAY
    held, messages = retention.hold(told, on=True, reason="Tòa án thụ lý", by="d", now=at)
    assert messages == (FeedbackHoldChanged(agency=CENTRE, held=True),)
    assert look(held, END + 4000 * DAY)[1] == ()
    with pytest.raises(Refused):
        retention.hold(held, on=True, reason="again", by="d", now=at)
    free, _ = retention.hold(held, on=False, reason="Xong", by="d", now=END + DAY)
    assert [each.reason for each in free.retention.holds] == ["Tòa án thụ lý", "Xong"]
    _, (announced,) = look(free, END + DAY)
    assert isinstance(announced, FeedbackRemovalAnnounced)
    assert announced.removes == END + 31 * DAY


def test_what_was_removed_is_gone_and_can_no_longer_be_held() -> None:
    with pytest.raises(Gone, match="Luật"):
        retention.hold(removed(), on=True, reason="late", by="d", now=END)
    with pytest.raises(Gone):
        keeping.must_be_here(removed().retention)


def test_the_centre_is_offered_the_side_of_the_hold_that_is_open() -> None:
    held, _ = retention.hold(ANSWERED, on=True, reason="Tòa án", by="d", now=NOW)
    for feedback, offered in ((ANSWERED, CentreAct.HOLD), (held, CentreAct.RELEASE)):
        verdicts = possible(feedback, NOW, Calendar.default())
        both = (CentreAct.HOLD, CentreAct.RELEASE)
        assert [each for each in both if verdicts[each] is None] == [offered]


def test_feedback_that_was_stored_before_there_were_terms_is_read_and_looked_at() -> None:
    fields = to_fields(ANSWERED)
    for each in dataclass_fields(VoiceRetention):
        del fields[each.name]
    old = to_entity(Feedback, {"_id": "f-1", "version": 1, "head": "", "seqs": {}, **fields})
    assert old.retention == VoiceRetention()


@pytest.mark.parametrize(
    "kind", ["reflection", "petition", "complaint", "denunciation", "rating", "visit"]
)
def test_a_rule_of_a_voice_has_no_procedure_and_removes_by_a_term_that_was_read(kind: str) -> None:
    assert read_retention(f"{HEADER}{kind},,,,Luật,no\n")[0].days is None
    with pytest.raises(Invalid, match="procedure"):
        read_retention(f"{HEADER}{kind},1.009645,,,Luật,no\n")
    with pytest.raises(Invalid, match="nobody read"):
        read_retention(f"{HEADER}{kind},,365,30,Luật,no\n")


SECRET = Sealed(text=b"sealed", key=b"wrapped", master="vault.1")
PUBLISHED = Denunciation(
    id="t-1",
    sealed=SECRET,
    channel=VoiceChannel.ONLINE,
    received=NOW,
    due=NOW,
    state=DenunciationState.PUBLISHED,
    handlers=("handler-1",),
    conclusion="Đúng một phần.",
    acts=(DenunciationAct(at=NOW + 10 * DAY, by="handler-1", what="publish"),),
    additions=(Addition(id="a-1", at=NOW, sealed=SECRET),),
)
SEALED_END = NOW + 2010 * DAY
DOING = Doing(by="head-1", now=SEALED_END - DAY, calendar=Calendar.default())


def test_of_a_denunciation_the_keys_go_and_that_there_was_one_stays() -> None:
    told, none = sealed_retention.look(PUBLISHED, RULES, SEALED_END - 20 * DAY)
    assert (none, told.acts[-1].what, told.sealed.erased) == ((), "announce_removal", False)
    gone, none = sealed_retention.look(told, RULES, SEALED_END + 20 * DAY)
    assert (none, gone.acts[-1].what) == ((), "remove")
    assert gone.sealed.erased
    assert all(each.sealed.erased for each in gone.additions)
    assert (gone.state, gone.conclusion) == (DenunciationState.PUBLISHED, "Đúng một phần.")
    assert sealed_retention.look(gone, RULES, SEALED_END + 90 * DAY) == (gone, ())


def test_an_open_denunciation_and_a_held_one_keep_their_keys() -> None:
    late = SEALED_END + 9000 * DAY
    for state in (DenunciationState.ACCEPTED, DenunciationState.CONCLUDED):
        kept, _ = sealed_retention.look(replace(PUBLISHED, state=state), RULES, late)
        assert (kept.sealed, kept.retention.announced) == (SECRET, None)
    held, _ = sealed_retention.hold(PUBLISHED, DOING, on=True)
    assert held.acts[-1].what == "hold"
    kept, _ = sealed_retention.look(held, RULES, late)
    assert (kept.sealed, kept.retention.announced) == (SECRET, None)
    free, _ = sealed_retention.hold(held, DOING, on=False)
    assert (free.acts[-1].what, free.retention.retention_due) == ("release", DOING.now)


def test_of_a_rating_and_a_visit_the_scores_stay() -> None:
    given = Rating(id="d-1", giver="citizen-1", score=0, comment="Bà Hoa", given=NOW, officer=0)
    gone, _ = rating.at_end_of_term(given, END)
    assert (gone.giver, gone.comment, gone.score, gone.officer) == ("", "", 0, 0)
    assert gone.removed == END
    seen = Visit(id="v", code="A2", handed_out=NOW, rated=NOW, score=2, comment="Bà Hoa")
    left, _ = visit.at_end_of_term(seen, END)
    assert (left.comment, left.score, left.code, left.removed) == ("", 2, "A2", END)


class _Kept(AskedStore):
    """Answers what is due, as the store does."""

    retention_due = Feedbacks.retention_due
    given_by, handed_out_by = Ratings.given_by, Visits.handed_out_by


class _Feedbacks(FakeFeedbacks):
    retention_due = Feedbacks.retention_due


class _Denunciations(FakeDenunciations):
    retention_due = Denunciations.retention_due


class _Counted:
    def __init__(self) -> None:
        self.kinds: list[str] = []

    def add(self, kind: str) -> None:
        self.kinds.append(kind)


class Keeping(Book):
    """The service with rules, and stores that say what is due."""

    def __init__(self) -> None:
        super().__init__()
        self.feedbacks = _Feedbacks(Feedback, clock=self.clock)
        self.denunciations = _Denunciations(Denunciation, clock=self.clock)
        self.ratings = _Kept(Rating, clock=self.clock)
        self.visits = _Kept(Visit, clock=self.clock)
        self.table, self.counted = FakeRetentionTable(), _Counted()
        self.table.given = RULES
        for name in ("feedbacks", "denunciations", "ratings", "visits"):
            setattr(self.service, name, getattr(self, name))
        self.service.retention_table = self.table
        self.service.removed_feedback = self.counted

    def after(self, days: int) -> None:
        self.clock.forward(days=days)
        for job in ("retain", "retain_sealed", "retain_ratings", "retain_visits"):
            getattr(self.service, job)()


def answered(office: Keeping) -> str:
    words: dict[str, Any] = {
        "kind": "reflection",
        "dossier": "",
        "person": PERSON,
        "text": "Bà Hoa bắt tôi chờ.",
    }
    sent = office.complain(**words)
    said = {"answer": "Đã nhắc bà Hoa."}
    office.service.answer_itself(request(DIRECTOR, said, "k-2"), sent)
    return sent


def test_the_job_removes_the_words_also_from_the_answers_to_requests() -> None:
    office = Keeping()
    sent = answered(office)
    office.after(0)
    office.after(1000)
    assert "Hoa" in str(office.feedbacks.documents[sent])
    office.after(31)
    left = office.feedbacks.documents[sent]
    assert not [each for each in ("Hoa", "hoa", "Đức", "912345678") if each in str(left)]
    history = office.feedbacks.history(sent)
    assert [each.type for each in history][-2:] == [
        "feedback.removal_announced",
        "feedback.removed",
    ]
    assert first_broken(history, head=office.feedbacks.get(sent).revision.head) is None
    assert office.counted.kinds == ["reflection"]
    office.after(5000)
    assert office.counted.kinds == ["reflection"]


def test_after_the_removal_the_centre_sees_a_tombstone_and_acts_no_more() -> None:
    office = Keeping()
    sent = answered(office)
    for days in (0, 1000, 31):
        office.after(days)
    shown = office.service.show(request(DIRECTOR, {}, "k-3"), sent)
    assert (shown["text"], shown["person"], shown["retention"]["source"]) == ("", None, "Luật")
    said = {"question": "Vì sao?", "answer": "Vì thế."}
    with pytest.raises(Gone):
        office.service.publish_answer(request(DIRECTOR, said, "k-4"), sent)


def test_what_is_public_of_it_is_taken_back_also_after_the_removal() -> None:
    office = Keeping()
    sent = answered(office)
    office.service.publish_answer(
        request(DIRECTOR, {"question": "Vì sao?", "answer": "Vì thế."}, "k-3"), sent
    )
    for days in (0, 1000, 31):
        office.after(days)
    verdicts = possible(office.feedbacks.get(sent), office.clock.now(), Calendar.default())
    assert [name for name, why in verdicts.items() if why is None] == [CentreAct.TAKE_BACK]
    office.service.take_answer_back(request(DIRECTOR, {}, "k-4"), sent)
    assert not office.feedbacks.get(sent).public


def test_what_is_held_by_the_door_outlives_its_term() -> None:
    office = Keeping()
    sent = answered(office)
    said = {"held": True, "reason": "Tòa án yêu cầu"}
    answer = office.service.hold_feedback(request(DIRECTOR, said, "k-3"), sent)
    assert [each["reason"] for each in answer.body["holds"]] == ["Tòa án yêu cầu"]
    for days in (1000, 1000, 1000):
        office.after(days)
    assert "Hoa" in office.feedbacks.get(sent).text
    assert office.counted.kinds == []


def test_ratings_lose_their_words_and_the_dossier_stays_rated() -> None:
    office = Keeping()
    office.meet()
    office.hand_over()
    given = {"dossier": "d-1", "score": 0, "comment": "Bà Hoa bắt chờ."}
    office.service.rate(request(CITIZEN, given, "k-1"))
    office.after(699)
    assert office.ratings.get("d-1").comment
    office.after(2)
    left = office.ratings.get("d-1")
    assert (left.giver, left.comment, left.score) == ("", "", 0)
    assert "Hoa" not in str(office.ratings.documents)
    assert len(office.ratings.documents) == 1
    assert office.counted.kinds == ["rating"]


def test_without_rules_everything_is_kept() -> None:
    office = Keeping()
    office.table.given = ()
    sent = answered(office)
    for _ in range(3):
        office.after(5000)
    assert "Hoa" in office.feedbacks.get(sent).text
