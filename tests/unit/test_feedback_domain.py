from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.events import FeedbackAnswered, FeedbackForwarded, FeedbackReceived, RatingGiven
from contracts.orders import ContactGiven, ExplainOrder, WordGiven
from contracts.replies import ExplanationReply
from foundation.errors import Forbidden, Invalid, NotFound, Refused
from foundation.worktime import Calendar
from services.feedback.domain.explaining import approve, ask_again, explained, forward
from services.feedback.domain.feedback import (
    FeedbackKind,
    FeedbackOutcome,
    FeedbackState,
    Giver,
    NewFeedback,
    accept,
    receive,
    show,
)
from services.feedback.domain.rating import KnownDossier, NewRating, hand_over, of, rate

NOW = datetime(2020, 9, 15, 2, 30, tzinfo=UTC)
WORDS = NewFeedback(
    kind=FeedbackKind.COMPLAINT,
    about="so-xay-dung",
    text="Sở Xây dựng chậm trả lời.",
    dossier="d-1",
)
FEEDBACK, _ = receive("f-1", WORDS, "citizen-1", NOW)
FORWARDED, _ = forward(FEEDBACK, "", NOW, Calendar.default())
REPLY = ExplanationReply(agency="so-xay-dung", explanation="Do thiếu bản vẽ.")
DOSSIER = KnownDossier(id="d-1", owner="citizen-1")


def test_a_complaint_is_told_without_its_words() -> None:
    _, messages = receive("f-1", WORDS, "citizen-1", NOW)
    assert messages == (FeedbackReceived(agency="so-xay-dung", kind="complaint", dossier="d-1"),)


def test_who_speaks_of_no_dossier_says_how_to_be_reached() -> None:
    person = Giver(name="Nguyễn Văn Đức", phone="+84912345678")
    words = replace(WORDS, dossier="", person=person)
    _, (_, contact) = receive("f-1", words, "citizen-1", NOW)
    assert contact == ContactGiven(
        agency="so-xay-dung",
        owner="citizen-1",
        name="Nguyễn Văn Đức",
        phone="+84912345678",
        email="",
    )


def test_a_denunciation_is_sent_to_a_safer_door() -> None:
    with pytest.raises(Refused) as caught:
        accept(replace(WORDS, kind=FeedbackKind.DENUNCIATION), NOW)
    assert "Luật Tố cáo 2018" in caught.value.article
    assert "tiếp công dân" in caught.value.vi


@pytest.mark.parametrize(
    "kind", [FeedbackKind.REFLECTION, FeedbackKind.PETITION, FeedbackKind.COMPLAINT]
)
def test_every_other_kind_is_taken(kind: FeedbackKind) -> None:
    assert accept(replace(WORDS, kind=kind), NOW).kind is kind


def test_the_agency_gets_the_question_and_ten_working_days() -> None:
    forwarded, messages = forward(FEEDBACK, "", NOW, Calendar.default())
    due = datetime(2020, 9, 29, 2, 30, tzinfo=UTC)
    assert (forwarded.state, forwarded.asked, forwarded.answer_by) == (
        FeedbackState.FORWARDED,
        "so-xay-dung",
        due,
    )
    assert messages == (
        FeedbackForwarded(agency="so-xay-dung", answer_by=due),
        ExplainOrder(
            agency="so-xay-dung",
            dossier="d-1",
            question="Sở Xây dựng chậm trả lời.",
            answer_by=due,
        ),
    )


def test_the_centre_may_know_better_whom_to_ask() -> None:
    assert forward(FEEDBACK, "ubnd-xa", NOW, Calendar.default())[0].asked == "ubnd-xa"


def test_a_complaint_is_forwarded_once() -> None:
    with pytest.raises(Refused):
        forward(FORWARDED, "ubnd-xa", NOW, Calendar.default())


EXPLAINED, _ = explained(FORWARDED, REPLY, "so-xay-dung")


def test_an_explanation_waits_for_the_centre() -> None:
    heard, messages = explained(FORWARDED, REPLY, "so-xay-dung")
    assert (heard.state, heard.explanation) == (FeedbackState.EXPLAINED, "Do thiếu bản vẽ.")
    assert messages == ()


@pytest.mark.parametrize("outcome", list(FeedbackOutcome))
def test_an_approved_explanation_reaches_the_giver_alone(outcome: FeedbackOutcome) -> None:
    answered, messages = approve(EXPLAINED, outcome, "director")
    assert (answered.state, answered.approved_by) == (FeedbackState.ANSWERED, "director")
    assert messages == (
        WordGiven(
            agency="so-xay-dung",
            dossier="d-1",
            kind="feedback_answered",
            text="Do thiếu bản vẽ.",
        ),
        FeedbackAnswered(agency="so-xay-dung", outcome=outcome.value, dossier="d-1"),
    )


def test_a_complaint_has_an_outcome_and_nothing_else_has_one() -> None:
    with pytest.raises(Invalid):
        approve(EXPLAINED, None, "director")
    petition = replace(EXPLAINED, kind=FeedbackKind.PETITION)
    with pytest.raises(Invalid):
        approve(petition, FeedbackOutcome.UPHELD, "director")
    _, (_, told) = approve(petition, None, "director")
    assert told == FeedbackAnswered(agency="so-xay-dung", dossier="d-1")


def test_what_was_not_explained_cannot_be_approved_or_sent_back() -> None:
    answered, _ = approve(EXPLAINED, FeedbackOutcome.REFUTED, "director")
    for feedback in (FEEDBACK, FORWARDED, answered):
        with pytest.raises(Refused):
            approve(feedback, FeedbackOutcome.UPHELD, "director")
        with pytest.raises(Refused):
            ask_again(feedback, NOW, Calendar.default(), edition=0)


def test_an_explanation_that_will_not_do_goes_back_with_a_new_date() -> None:
    later = NOW + timedelta(days=7)
    again, (told, order) = ask_again(EXPLAINED, later, Calendar.default(), edition=0)
    assert (again.state, again.explanation) == (FeedbackState.FORWARDED, "")
    assert isinstance(order, ExplainOrder)
    assert order.answer_by == again.answer_by
    assert order.answer_by > (FORWARDED.answer_by or NOW)
    assert told == FeedbackForwarded(agency="so-xay-dung", answer_by=order.answer_by)
    assert explained(again, REPLY, "so-xay-dung")[0].state is FeedbackState.EXPLAINED


def test_the_answer_to_who_spoke_of_no_dossier_goes_by_the_feedbacks_own_contact() -> None:
    _, (word, _) = approve(replace(EXPLAINED, dossier=""), FeedbackOutcome.UPHELD, "director")
    assert isinstance(word, WordGiven)
    assert word.dossier == "f-1"


def test_only_the_agency_asked_may_explain() -> None:
    with pytest.raises(Forbidden):
        explained(FORWARDED, REPLY, "ubnd-xa")
    with pytest.raises(Forbidden):
        explained(FEEDBACK, REPLY, "so-xay-dung")


def test_a_feedback_is_explained_once() -> None:
    with pytest.raises(Refused):
        explained(EXPLAINED, REPLY, "so-xay-dung")


@given(who=st.sampled_from(["citizen-1", "citizen-2", ""]), centre=st.booleans())
def test_a_feedback_is_shown_to_its_giver_and_to_the_centre(*, who: str, centre: bool) -> None:
    if centre or who == "citizen-1":
        assert show(FEEDBACK, who, centre=centre) == FEEDBACK
    else:
        with pytest.raises(NotFound):
            show(FEEDBACK, who, centre=centre)


def test_only_its_owner_may_speak_of_a_dossier() -> None:
    assert of(DOSSIER, "citizen-1") == DOSSIER
    with pytest.raises(NotFound):
        of(DOSSIER, "citizen-2")


def test_a_dossier_is_rated_after_its_result_was_handed_over() -> None:
    with pytest.raises(Refused):
        rate(DOSSIER, NewRating(dossier="d-1", score=2), NOW)
    returned, _ = hand_over(DOSSIER, "so-ke-hoach-dau-tu")
    thanks = NewRating(dossier="d-1", score=2, comment="Cảm ơn chị Lan.", officer=2)
    rating, events = rate(returned, thanks, NOW)
    assert (rating.id, rating.giver, rating.comment) == ("d-1", "citizen-1", "Cảm ơn chị Lan.")
    told = RatingGiven(agency="so-ke-hoach-dau-tu", dossier="d-1", score=2, officer=2)
    assert events == (told,)
