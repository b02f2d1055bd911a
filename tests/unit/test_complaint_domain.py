from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.events import FeedbackAnswered, FeedbackProceeded
from contracts.orders import WordGiven
from foundation.errors import Refused
from foundation.law import term
from foundation.worktime import Calendar, local_day
from services.feedback.domain.answering import answer
from services.feedback.domain.complaint import FROM, ComplaintAct, lodged, proceed
from services.feedback.domain.feedback import (
    ComplaintStage,
    Feedback,
    FeedbackKind,
    FeedbackOutcome,
    FeedbackState,
)

NOW = datetime(2026, 10, 5, 2, 0, tzinfo=UTC)  # a Monday
BEFORE = datetime(2020, 10, 5, 2, 0, tzinfo=UTC)
CALENDAR = Calendar.default()
UPHELD = FeedbackOutcome.UPHELD
Act = ComplaintAct


def complaint(at: datetime = NOW, **changes: object) -> Feedback:
    made = Feedback(
        id="f-1",
        giver="citizen-1",
        kind=FeedbackKind.COMPLAINT,
        about="so-xay-dung",
        text="x",
        dossier="",
        received=at,
        proceeding=lodged(at, CALENDAR),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def went(feedback: Feedback, *acts: ComplaintAct, at: datetime = NOW, case: str = "") -> Feedback:
    for act in acts:
        feedback, _ = proceed(feedback, act, at, CALENDAR, case=case, outcome=UPHELD)
    return feedback


def due(feedback: Feedback) -> str:
    assert feedback.proceeding
    assert feedback.proceeding.due
    return local_day(feedback.proceeding.due).isoformat()


def test_whether_it_is_accepted_is_said_in_ten_days_and_since_july_2026_in_seven_working_days() -> (
    None
):
    assert due(complaint(BEFORE)) == "2020-10-15"
    assert due(complaint()) == "2026-10-14"


@pytest.mark.parametrize(
    ("case", "first", "second"),
    [
        ("", 30, 45),
        ("complex", 45, 60),
        ("remote", 45, 60),
        ("remote_complex", 60, 70),
    ],
)
def test_each_instance_takes_as_long_as_the_case_may(case: str, first: int, second: int) -> None:
    accepted = went(complaint(), Act.ACCEPT, case=case)
    assert (term("complaint", "first", NOW, case).amount, first) == (first, first)
    earliest = local_day(NOW + timedelta(days=first)).isoformat()
    assert earliest <= due(accepted) <= local_day(NOW + timedelta(days=first + 3)).isoformat()
    again = went(accepted, Act.DECIDE, Act.APPEAL, Act.ACCEPT, case=case)
    assert again.proceeding
    assert again.proceeding.instance == 2
    earliest = local_day(NOW + timedelta(days=second)).isoformat()
    assert earliest <= due(again) <= local_day(NOW + timedelta(days=second + 3)).isoformat()


def test_a_decision_may_be_appealed_in_time_and_once() -> None:
    decided = went(complaint(), Act.ACCEPT, Act.DECIDE)
    with pytest.raises(Refused, match="run out"):
        went(decided, Act.APPEAL, at=NOW + timedelta(days=40))
    second = went(decided, Act.APPEAL, Act.ACCEPT, Act.DECIDE)
    with pytest.raises(Refused, match="court"):
        went(second, Act.APPEAL)


def test_a_decision_says_what_was_found() -> None:
    accepted = went(complaint(), Act.ACCEPT)
    with pytest.raises(Refused, match="outcome"):
        proceed(accepted, Act.DECIDE, NOW, CALENDAR)


def test_the_time_of_a_suspension_does_not_count() -> None:
    accepted = went(complaint(), Act.ACCEPT)
    suspended = went(accepted, Act.SUSPEND)
    resumed = went(suspended, Act.RESUME, at=NOW + timedelta(days=14))
    assert (due(accepted), due(resumed)) == ("2026-11-04", "2026-11-18")


def test_one_that_comes_after_ninety_days_needs_an_excuse_of_the_law() -> None:
    late = complaint(learned="2026-06-01")
    with pytest.raises(Refused, match="excused"):
        proceed(late, Act.ACCEPT, NOW, CALENDAR)
    assert proceed(late, Act.ACCEPT, NOW, CALENDAR, excused=True)
    assert due(went(complaint(learned="2026-09-01"), Act.ACCEPT)) == "2026-11-04"


def test_what_is_told_names_the_stage_and_its_date_alone() -> None:
    _, messages = proceed(complaint(), Act.DECLINE, NOW, CALENDAR)
    assert messages == (FeedbackProceeded(agency="trung-tam", stage="declined", instance=1),)


def test_nothing_but_a_complaint_goes_this_way() -> None:
    for other in (complaint(kind=FeedbackKind.PETITION), complaint(proceeding=None)):
        with pytest.raises(Refused, match="Only a complaint"):
            went(other, Act.ACCEPT)


def test_a_case_found_complex_later_has_its_longer_term_from_the_same_day() -> None:
    accepted = went(complaint(), Act.ACCEPT)
    found, messages = proceed(accepted, Act.CLASSIFY, NOW, CALENDAR, case="complex")
    assert due(found) == due(went(complaint(), Act.ACCEPT, case="complex"))
    assert found.proceeding
    assert found.proceeding.stage is ComplaintStage.ACCEPTED
    assert [each.because for each in messages if isinstance(each, FeedbackProceeded)] == ["case"]
    for shorter in ("", "complex"):
        with pytest.raises(Refused, match="no longer term"):
            proceed(found, Act.CLASSIFY, NOW, CALENDAR, case=shorter)


def test_a_dialogue_is_noted_and_moves_no_date() -> None:
    accepted = went(complaint(), Act.ACCEPT)
    heard, messages = proceed(accepted, Act.DIALOGUE, NOW, CALENDAR)
    assert heard.proceeding
    assert (heard.proceeding.dialogues, due(heard)) == (1, due(accepted))
    assert [each.because for each in messages if isinstance(each, FeedbackProceeded)] == [
        "dialogue"
    ]


def test_one_that_is_not_resolved_in_time_goes_on_to_the_second_instance() -> None:
    accepted = went(complaint(), Act.ACCEPT)
    with pytest.raises(Refused, match="not late"):
        went(accepted, Act.APPEAL)
    assert accepted.proceeding
    assert accepted.proceeding.due
    late = accepted.proceeding.due + timedelta(days=1)
    again, _ = proceed(accepted, Act.APPEAL, late, CALENDAR)
    assert again.proceeding
    assert (again.proceeding.stage, again.proceeding.instance) == (ComplaintStage.LODGED, 2)


@pytest.mark.parametrize("kind", [FeedbackKind.REFLECTION, FeedbackKind.PETITION])
@pytest.mark.parametrize("declined", [True, False])
def test_the_centre_answers_itself_or_says_why_it_takes_nothing_up(
    kind: FeedbackKind, *, declined: bool
) -> None:
    voice = complaint(kind=kind, proceeding=None)
    done, messages = answer(voice, "Việc này đã xong.", "minh", declined=declined)
    assert (done.state, done.explanation, done.declined) == (
        FeedbackState.ANSWERED,
        "Việc này đã xong.",
        declined,
    )
    word, told = messages
    assert isinstance(word, WordGiven)
    assert word.text == "Việc này đã xong."
    assert "xong" not in str(told), "the words go to their giver alone"
    with pytest.raises(Refused):
        answer(done, "Lại nữa.", "minh")


def test_a_complaint_is_answered_when_its_way_has_ended() -> None:
    for acts in ((), (Act.ACCEPT,), (Act.ACCEPT, Act.SUSPEND)):
        with pytest.raises(Refused, match="on its way by law"):
            answer(went(complaint(), *acts), "Không thụ lý vì …", "minh")
    for acts in ((Act.DECLINE,), (Act.WITHDRAW,)):
        done, _ = answer(went(complaint(), *acts), "Không thụ lý vì …", "minh", declined=True)
        assert (done.outcome, done.declined) == ("", False)
    done, (_, told) = answer(went(complaint(), Act.ACCEPT, Act.DECIDE), "Hủy quyết định.", "minh")
    assert isinstance(told, FeedbackAnswered)
    assert (done.outcome, told.outcome, told.agency) == ("upheld", "upheld", done.about)


@given(st.lists(st.sampled_from(ComplaintAct), max_size=12))
def test_no_order_of_acts_leaves_the_stages_of_the_law(acts: list[ComplaintAct]) -> None:
    feedback = complaint()
    for act in acts:
        assert feedback.proceeding
        before = feedback.proceeding
        try:
            feedback = went(feedback, act)
        except Refused:
            refused = act in {Act.APPEAL, Act.CLASSIFY}  # not late or over; of no longer term
            assert before.stage not in FROM[act] or refused
            continue
        assert before.stage in FROM[act]
        after = feedback.proceeding
        assert after
        assert after.instance in {1, 2}
        ended = {ComplaintStage.DECLINED, ComplaintStage.WITHDRAWN}
        assert (after.due is None) == (
            after.stage in ended or (after.stage, after.instance) == (ComplaintStage.DECIDED, 2)
        )
