"""A desk counts by the calendar of the centre's unit, and again when that changes."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from contracts.events import CalendarAnnounced
from contracts.orders import ExplainByOrder, ExplainOrder
from foundation.errors import Forbidden
from services.routing.domain.docket.docket import find
from tests.desks import OURS, OurDesk
from tests.fakes import FakeClock

MONDAY = datetime(2026, 11, 30, 2, 0, tzinfo=UTC)  # 09:00 in Viet Nam
FRIDAY = datetime(2026, 12, 4, 2, 0, tzinfo=UTC)
TOLD = CalendarAnnounced(
    agency="trung-tam",
    edition=1,
    sessions=("07:00-11:30", "13:30-17:00"),
    weekend=("saturday", "sunday"),
    off=("2026-12-01", "2026-12-02"),
    worked=("2026-12-05",),
)


@pytest.fixture(name="desk")
def _desk() -> OurDesk:
    return OurDesk(clock=FakeClock(MONDAY))


def tell(desk: OurDesk, told: CalendarAnnounced = TOLD, message: str = "calendar") -> None:
    desk.service.learn_calendar(told, desk.about("000.00.00.H41", message))


def listed(desk: OurDesk, name: str) -> list[str]:
    page: Any = desk.service.named_list(desk.request(), name)
    return [each["id"] for each in page["steps"]]


def test_what_is_due_soon_is_so_by_the_unit_s_days(desk: OurDesk) -> None:
    desk.order(due=FRIDAY)
    assert listed(desk, "due_soon") == []  # Tuesday and Wednesday are two working days
    tell(desk)
    assert listed(desk, "due_soon") == ["d1.1"]  # Thursday and Friday are


def test_the_days_to_be_covered_are_the_unit_s(desk: OurDesk) -> None:
    tell(desk)
    calendar = desk.calendars.calendar()
    assert not calendar.is_working_day(date(2026, 12, 1))
    assert calendar.is_working_day(date(2026, 12, 5))
    assert not calendar.is_working_day(date(2026, 1, 2))  # what the nation decided holds too


def test_reminders_of_open_steps_move_with_the_calendar(desk: OurDesk) -> None:
    desk.order(due=FRIDAY)
    before = find(desk.dockets.get("d1"), "d1.1").tellings
    tell(desk)
    desk.clock.forward(minutes=1)
    assert desk.service.follow_calendar() is False
    step = find(desk.dockets.get("d1"), "d1.1")
    assert step.due == FRIDAY
    assert step.tellings != before
    assert len(step.tellings) == len(before)
    # Two working days after it: Saturday is worked, so Monday and no longer Tuesday.
    after = [each.at.astimezone(UTC).date() for each in step.tellings]
    assert date(2026, 12, 7) in after
    assert date(2026, 12, 8) in [each.at.astimezone(UTC).date() for each in before]
    assert desk.calendars.newest().walk is None


def test_what_was_told_stays_told(desk: OurDesk) -> None:
    desk.order(due=MONDAY + timedelta(hours=1))
    desk.clock.moment = MONDAY + timedelta(hours=2)
    desk.service.tell_of_late_steps()
    told = find(desk.dockets.get("d1"), "d1.1")
    assert told.urged
    tell(desk)
    desk.clock.forward(minutes=1)
    desk.service.follow_calendar()
    after = find(desk.dockets.get("d1"), "d1.1")
    assert after.urged == told.urged
    assert after.tellings[: after.urged] == told.tellings[: told.urged]


def test_a_long_recount_goes_on_where_it_was(desk: OurDesk) -> None:
    for number in range(120):
        desk.order(f"d{number}", f"d{number}.1", due=FRIDAY + timedelta(minutes=number % 7))
    tell(desk)
    desk.clock.forward(minutes=1)
    rounds = [desk.service.follow_calendar()]
    assert desk.calendars.newest().walk  # kept: another process would go on here
    while rounds[-1]:
        rounds.append(desk.service.follow_calendar())
    assert rounds == [True, True, False]
    moments = {find(each, f"{each.id}.1").tellings[-1].at for each in desk.dockets.things}
    assert len(moments) == 7


def test_a_question_is_due_at_the_new_date_unless_it_was_answered(desk: OurDesk) -> None:
    question = ExplainOrder(agency=OURS, dossier="d1", question="Vì sao?", answer_by=FRIDAY)
    later = FRIDAY + timedelta(days=3)
    for feedback in ("f1", "f2"):
        desk.service.ask(question, desk.about(feedback, f"ask {feedback}"))
    answered = replace(desk.explanations.get("f2"), text="Do thiếu bản vẽ.", explained=MONDAY)
    desk.explanations.save(answered)
    order = ExplainByOrder(agency=OURS, answer_by=later)
    for feedback in ("f1", "f2"):
        desk.service.ask_by(order, desk.about(feedback, f"by {feedback}", seq=2))
    assert desk.explanations.get("f1").answer_by == later
    assert desk.explanations.get("f2").answer_by == FRIDAY
    with pytest.raises(Forbidden):
        desk.service.ask_by(replace(order, agency="ubnd-xa"), desk.about("f1", "x", seq=3))
