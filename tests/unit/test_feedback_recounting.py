"""Every date of feedback follows the calendar of the unit, and none moves while it stays."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.events import FeedbackProceeded
from contracts.history import Entry
from foundation.errors import Refused
from foundation.vault import Sealed
from foundation.worktime import Calendar, Day, DayKind
from services.feedback.domain import denunciation as sealed
from services.feedback.domain.complaint import ComplaintAct, lodged, proceed
from services.feedback.domain.denunciation import Denunciation, Doing
from services.feedback.domain.feedback import (
    Feedback,
    FeedbackKind,
    FeedbackOutcome,
)
from services.feedback.domain.passing import pass_on_by
from services.feedback.domain.recounting import begun, recount, recount_sealed

NOW = datetime(2026, 10, 5, 2, 0, tzinfo=UTC)  # a Monday
CALENDAR = Calendar.default()
# A week is off: what counts in working days ends a week later.
WEEK_OFF = replace(
    CALENDAR, days=tuple(Day(date=date(2026, 10, day), kind=DayKind.OFF) for day in range(12, 17))
)
A_DAY = timedelta(days=1)
ACTS = tuple(each for each in ComplaintAct if each is not ComplaintAct.DECLINE)
DENOUNCED = (
    sealed.accept,
    sealed.extend,
    sealed.suspend,
    sealed.resume,
    sealed.withdraw,
    lambda each, doing: sealed.classify(each, "specially_complex", doing),
    lambda each, doing: sealed.conclude(each, FeedbackOutcome.UPHELD, "x", doing),
)


def complaint() -> Feedback:
    return Feedback(
        id="f-1",
        giver="citizen-1",
        kind=FeedbackKind.COMPLAINT,
        about="so-xay-dung",
        text="x",
        dossier="",
        received=NOW,
        proceeding=lodged(NOW, CALENDAR),
        pass_on_by=pass_on_by(FeedbackKind.COMPLAINT, NOW, CALENDAR),
        counted_by=1,
    )


def gone(acts: list[ComplaintAct]) -> tuple[Feedback, list[Entry]]:
    """A complaint after those of the acts that the law has, one each day; and its history."""
    feedback, history = complaint(), list[Entry]()
    for number, act in enumerate(acts, 1):
        at = NOW + number * A_DAY
        try:
            feedback, (told,) = proceed(
                feedback, act, at, CALENDAR, outcome=FeedbackOutcome.UPHELD, case="complex"
            )
        except Refused:
            continue
        history.append(
            Entry(
                seq=number,
                id=str(number),
                type=told.TYPE,
                time=at,
                actor="",
                data=told.write(),
                prev="",
            )
        )
    return feedback, history


def taken_in() -> Denunciation:
    doing = Doing(by="an", now=NOW, calendar=CALENDAR)
    taken, _ = sealed.take_in("d-1", Sealed(), sealed.Arrival(), doing, anonymous=False)
    return replace(taken, handlers=("an",))


@given(st.lists(st.sampled_from(ACTS), max_size=10))
def test_no_date_moves_while_the_calendar_stays(acts: list[ComplaintAct]) -> None:
    feedback, history = gone(acts)
    again, messages = recount(feedback, history, CALENDAR, edition=2)
    assert (again, messages) == (replace(feedback, counted_by=2), ())


@given(st.lists(st.sampled_from(ACTS), max_size=10))
def test_from_when_an_old_complaint_counts_stands_in_its_history(acts: list[ComplaintAct]) -> None:
    feedback, history = gone(acts)
    assert feedback.proceeding
    if feedback.proceeding.due:
        old = replace(feedback.proceeding, since=None, lost_seconds=0.0)
        assert begun(old, feedback.received, history) == feedback.proceeding


def test_a_week_off_moves_what_counts_in_working_days_and_it_is_told() -> None:
    feedback = complaint()
    again, messages = recount(feedback, (), WEEK_OFF, edition=2)
    assert feedback.proceeding
    assert feedback.proceeding.due
    assert again.proceeding
    due = feedback.proceeding.due + 7 * A_DAY
    assert again.proceeding.due == due
    assert again.pass_on_by == (feedback.pass_on_by or NOW) + 7 * A_DAY
    told = FeedbackProceeded(
        agency="trung-tam", stage="lodged", instance=1, due=due, because="calendar"
    )
    assert messages == (told,)


@given(st.lists(st.sampled_from(DENOUNCED), max_size=10))
def test_no_date_of_a_denunciation_moves_while_the_calendar_stays(acts: list[object]) -> None:
    kept = taken_in()
    for number, act in enumerate(acts, 1):
        doing = Doing(by="an", now=NOW + number * A_DAY, calendar=CALENDAR)
        try:
            kept, _ = act(kept, doing)  # type: ignore[operator]
        except Refused:
            continue
    again = recount_sealed(kept, NOW, CALENDAR, edition=2)
    assert again == replace(kept, counted_by=2)


@pytest.mark.parametrize(("acts", "days"), [((), 7), ((DENOUNCED[5],), 7), ((sealed.accept,), 0)])
def test_a_week_off_moves_the_date_of_a_denunciation_and_is_noted(
    acts: tuple[object, ...], days: int
) -> None:
    kept = taken_in()
    for act in acts:
        kept, _ = act(kept, Doing(by="an", now=NOW, calendar=CALENDAR))  # type: ignore[operator]
    again = recount_sealed(kept, NOW + A_DAY, WEEK_OFF, edition=2)
    assert again.due - kept.due == days * A_DAY
    noted = [(each.what, each.by) for each in again.acts[len(kept.acts) :]]
    assert noted == ([("recount", "calendar")] if days else [])
