"""The clock against an independent, naive model that walks from minute to minute."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.procedure import Supplement, TimeLimit, Unit
from foundation.worktime import Calendar, Day, DayKind, working_minutes
from services.intake.domain.clock.due_date import Pause, begin, recompute, resume
from services.intake.domain.clock.ledger import DueDate, LedgerKind, replay
from tests.calendars import Walker, calendars, decisions, moment_of, moments, place_of

LATE = 15 * 60
limits = st.one_of(
    st.builds(TimeLimit, unit=st.just(Unit.WORKING_DAYS), amount=st.integers(0, 15)),
    st.builds(TimeLimit, unit=st.just(Unit.HALF_DAYS), amount=st.integers(0, 25)),
    st.builds(TimeLimit, unit=st.just(Unit.CALENDAR_DAYS), amount=st.integers(0, 20)),
    st.builds(TimeLimit, unit=st.just(Unit.HOURS), amount=st.integers(0, 40)),
    st.builds(TimeLimit, unit=st.just(Unit.SAME_DAY)),
)
modes = st.tuples(st.sampled_from(Supplement), st.integers(0, 10))
# When papers were asked for and how long they took, in minutes after what came before.
waits = st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 6000)), max_size=3)
few = settings(max_examples=60)


def working_days(walker: Walker, start: int, days: int) -> int:
    for _ in range(days):
        start = walker.next_same_clock(start)
    return start


def half_days(walker: Walker, start: int, halves: int) -> int:
    end = working_days(walker, start, halves // 2)
    half = (sum(walker.worked_at) + 1) // 2
    return walker.work(end, half) if halves % 2 else end


def calendar_days(walker: Walker, start: int, days: int) -> int:
    end = start
    for _ in range(days * 1440):
        end += 1
    return end if walker.open_at(end) else walker.next_same_clock(end)


def hours(walker: Walker, start: int, count: int) -> int:
    return walker.work(start, count * 60)


def same_day(walker: Walker, start: int, _: int) -> int:
    if start % 1440 > LATE:
        midnight = walker.seek(start + 1, lambda place: place % 1440 == 0)
        start = walker.enter(midnight)
    return walker.seek(start, lambda place: place % 1440 == walker.closes)


RULES: Mapping[Unit, Callable[[Walker, int, int], int]] = {
    Unit.WORKING_DAYS: working_days,
    Unit.HALF_DAYS: half_days,
    Unit.CALENDAR_DAYS: calendar_days,
    Unit.HOURS: hours,
    Unit.SAME_DAY: same_day,
}


class Model:
    """The due date of one dossier, by walking."""

    def __init__(self, calendar: Calendar, limit: TimeLimit, received: datetime) -> None:
        self.walker = Walker(calendar)
        self.limit, self.unit = limit, limit.unit
        self.due = self.count(place_of(received))

    def count(self, received: int) -> int:
        return RULES[self.limit.unit](self.walker, self.walker.enter(received), self.limit.amount)

    def supplied(self, since: int, until: int) -> None:
        if self.limit.supplement is Supplement.RESTART:
            self.due, self.unit = self.count(until), self.limit.unit
        elif self.limit.supplement is Supplement.PAUSE_THEN_FIXED:
            start = self.walker.enter(until)
            self.due = working_days(self.walker, start, self.limit.fixed)
            self.unit = Unit.WORKING_DAYS
        elif self.unit is Unit.CALENDAR_DAYS:
            self.due = self.walker.enter(self.due + until - since)
        else:
            self.due = self.walker.work(self.due, self.walker.worked(since, until))


def carried_out(
    limit: TimeLimit, received: datetime, gaps: list[tuple[int, int]], calendar: Calendar
) -> DueDate:
    """What the clock itself says of the same story."""
    due = begin(limit, received, calendar)
    for since, until in stretches(received, gaps):
        due = resume(due, limit, Pause(since=since, until=until, who="", article=""), calendar)
    return due


def stretches(received: datetime, gaps: list[tuple[int, int]]) -> list[tuple[datetime, datetime]]:
    found, moment = [], received
    for before, length in gaps:
        since = moment + timedelta(minutes=before)
        moment = since + timedelta(minutes=length)
        found.append((since, moment))
    return found


@few
@given(limits, moments, calendars)
def test_a_limit_ends_where_walking_ends(
    limit: TimeLimit, received: datetime, calendar: Calendar
) -> None:
    due = begin(limit, received, calendar)
    assert due.moment == moment_of(Model(calendar, limit, received).due)
    assert replay(due.ledger) == due.moment


@few
@given(limits, modes, moments, waits, calendars)
def test_papers_that_come_late_move_the_date_as_walking_does(
    limit: TimeLimit,
    mode: tuple[Supplement, int],
    received: datetime,
    gaps: list[tuple[int, int]],
    calendar: Calendar,
) -> None:
    limit = replace(limit, supplement=mode[0], fixed=mode[1])
    due = carried_out(limit, received, gaps, calendar)
    model = Model(calendar, limit, received)
    for since, until in stretches(received, gaps):
        model.supplied(place_of(since), place_of(until))
    assert due.moment == moment_of(model.due)
    assert replay(due.ledger) == due.moment


@given(st.integers(0, 25), moments, calendars)
def test_two_half_days_are_one_working_day_and_an_odd_one_half_of_its_minutes(
    halves: int, received: datetime, calendar: Calendar
) -> None:
    due = begin(TimeLimit(unit=Unit.HALF_DAYS, amount=halves), received, calendar).moment
    whole = begin(TimeLimit(unit=Unit.WORKING_DAYS, amount=halves // 2), received, calendar).moment
    assert due
    assert whole
    left = working_minutes(whole, due, calendar)
    assert (left == 0) == (due == whole) == (halves % 2 == 0)
    assert 0 <= 2 * left - halves % 2 * calendar.minutes_a_day <= 1


@given(limits, moments, calendars)
def test_the_days_skipped_are_the_days_that_are_off_and_each_has_a_name(
    limit: TimeLimit, received: datetime, calendar: Calendar
) -> None:
    due = begin(limit, received, calendar)
    walker = Walker(calendar)
    skipped: set[date] = set()
    for each in due.ledger:
        if each.kind is LedgerKind.SKIPPED and each.because in set(DayKind):
            assert each.vi
            assert each.en
            days = set(days_of(each.since, each.until - timedelta(minutes=1)))
            assert not skipped & days
            skipped |= days
    assert not any(walker.is_open(day) for day in skipped)
    if limit.unit is not Unit.CALENDAR_DAYS and due.moment:
        between = days_of(received, due.moment)
        assert skipped == {day for day in between if not walker.is_open(day)}


def days_of(since: datetime, until: datetime) -> list[date]:
    numbers = range(since.toordinal(), until.toordinal() + 1)
    return [date.fromordinal(number) for number in numbers]


@few
@given(limits, modes, moments, waits, calendars, decisions)
def test_a_changed_calendar_gives_what_it_would_have_given_from_the_start(
    limit: TimeLimit,
    mode: tuple[Supplement, int],
    received: datetime,
    gaps: list[tuple[int, int]],
    calendar: Calendar,
    decided: tuple[Day, ...],
) -> None:
    limit = replace(limit, supplement=mode[0], fixed=mode[1])
    changed = replace(calendar, days=decided)
    before = carried_out(limit, received, gaps, calendar)
    after = recompute(before, changed, "lịch mới", "new calendar")
    fresh = carried_out(limit, received, gaps, changed)
    assert after.moment == fresh.moment
    assert replay(after.ledger) == after.moment
    assert after.ledger[: len(fresh.ledger)] == fresh.ledger
    notes = [(each.since, each.until) for each in after.ledger[len(fresh.ledger) :]]
    moved = before.moment != after.moment
    assert notes == ([(before.moment, after.moment)] if moved else [])
