"""Warnings: each is told once for each date, whatever happens in between and whoever was down."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.events import DossierApologyDue, DossierDueSoon, DossierOverdue
from contracts.message import Message
from contracts.procedure import Supplement, TimeLimit, Unit
from foundation.worktime import Calendar, Day, DayKind, add_working_days
from services.intake.domain.case import pause
from services.intake.domain.case.dossier import Attachment, Dossier, State, with_schedule
from services.intake.domain.clock import due_date
from services.intake.domain.clock.ledger import DueDate, LedgerEntry, LedgerKind
from services.intake.domain.lateness import warnings
from services.intake.domain.lateness.warnings import Warned, WarningRule
from tests.builders import CALENDAR, accepted, asked, at, procedure, resolved, supplied
from tests.calendars import Walker, moment_of, place_of

RULE = WarningRule()
DUE = at("2020-10-08 09:30")
LAST = at("2020-10-07 17:00")


def armed(dossier: Dossier | None = None, now: datetime | None = None) -> Dossier:
    return warnings.arm(dossier or accepted(), now or at("2020-09-15 09:30"), RULE, CALENDAR)


def told(dossier: Dossier, now: datetime) -> tuple[Dossier, list[type[Message]]]:
    after, messages = warnings.warn(dossier, now, RULE, CALENDAR)
    return after, [type(each) for each in messages]


def test_the_first_alarm_is_when_a_fifth_of_the_time_is_left() -> None:
    # Of 17 days of 8 hours: 27 hours and 12 minutes before Thursday 09:30.
    assert armed().schedule.alarm == at("2020-10-02 16:18")


def test_by_days_the_first_alarm_is_the_same_clock_time_days_before() -> None:
    rule = WarningRule(days=2)
    assert warnings.arm(accepted(), DUE, rule, CALENDAR).schedule.alarm == at("2020-10-06 09:30")


def test_each_warning_is_told_in_its_turn_and_once() -> None:
    dossier = armed()
    seen = []
    for day in ("10-02 16:18", "10-05 15:00", "10-06 16:00", "10-07 09:00", "10-08 09:30"):
        dossier, kinds = told(dossier, at(f"2020-{day}"))
        seen += kinds
    assert seen == [DossierDueSoon, DossierApologyDue]
    dossier, kinds = told(dossier, DUE + timedelta(milliseconds=1))
    assert kinds == [DossierOverdue]
    assert dossier.schedule.alarm is None
    assert told(dossier, DUE + timedelta(days=9))[1] == []


def test_an_apology_is_possible_until_the_office_closes_a_day_before() -> None:
    _, messages = warnings.warn(armed(), at("2020-10-07 16:59"), RULE, CALENDAR)
    assert messages == (
        DossierDueSoon(agency=accepted().agency, due=DUE),
        DossierApologyDue(agency=accepted().agency, due=DUE, until=LAST),
    )


def test_an_apology_is_due_from_its_warning_until_the_date_or_until_it_was_given() -> None:
    dossier, due = armed(), []
    for moment in ("10-05 15:00", "10-06 16:00", "10-07 09:00", "10-08 09:31"):
        dossier, _ = told(dossier, at(f"2020-{moment}"))
        due.append(warnings.apology_is_due(dossier))
    assert due == [False, False, True, False]
    warned, _ = told(armed(), LAST)
    assert warnings.apology_is_due(warned)
    assert not warnings.apology_is_due(replace(warned, apologised=DUE))
    assert not warnings.apology_is_due(replace(warned, state=State.RESOLVED))
    assert not warnings.apology_is_due(replace(warned, due=DUE + timedelta(days=5)))


def test_an_apology_that_is_too_late_is_not_told() -> None:
    assert told(armed(), LAST)[1] == [DossierDueSoon]


def test_after_the_date_only_that_it_has_passed_is_told() -> None:
    assert told(armed(), at("2020-12-01 09:00"))[1] == [DossierOverdue]


def test_there_is_one_apology_only() -> None:
    dossier = armed(replace(accepted(), apologised=at("2020-10-01 09:30")))
    assert told(dossier, at("2020-10-07 16:59"))[1] == [DossierDueSoon]


def test_a_day_is_too_short_for_an_apology_the_day_before() -> None:
    short = procedure(time=TimeLimit(unit=Unit.WORKING_DAYS, amount=0))
    dossier = armed(accepted(short))
    assert dossier.due == at("2020-09-15 09:30")
    assert told(dossier, at("2020-09-15 09:31"))[1] == [DossierOverdue]


@pytest.mark.parametrize(
    "quiet",
    [
        resolved(),
        replace(accepted(), state=State.WITHDRAWN),
        replace(accepted(), due=None),
        asked(accepted(), "0.0", at("2020-09-16 09:30"), "bản vẽ")[0],
    ],
    ids=["resolved", "withdrawn", "no date", "waiting"],
)
def test_a_dossier_that_cannot_be_late_has_no_alarm(quiet: Dossier) -> None:
    dossier = armed(with_schedule(quiet, alarm=at("2020-09-16 09:30")))
    assert dossier.schedule.alarm is None
    assert told(dossier, at("2021-01-01 09:00"))[1] == []


# Any order of things, against a model that walks minute by minute.

OFF = [Day(at(f"2020-09-{day} 12:00").date(), DayKind.OFF) for day in (17, 18, 21, 22, 24, 25)]
CALENDARS = [Calendar(national=True, days=tuple(OFF[:n])) for n in range(len(OFF) + 1)]
walkers = cache(Walker)


@cache
def _moment(kind: Warned, began: datetime, due: datetime, calendar: Calendar) -> datetime:
    """When it is to be told, by walking back from the date."""
    walker, end, start = walkers(calendar), place_of(due), place_of(began)
    if kind is Warned.OVERDUE:
        return due
    if kind is Warned.APOLOGY_DUE:
        end, left = place_of(_last(due, calendar)), RULE.apology_hours * 60
    else:
        left = walker.worked(start, end) * RULE.share // 100
    while left or not (walker.counts_at[end % 1440] and walker.open_at(end)):
        end -= 1
        left -= walker.works(end)
    return max(moment_of(end), began)


def _last(due: datetime, calendar: Calendar) -> datetime:
    walker, place = walkers(calendar), place_of(due) // 1440 * 1440 - 1
    while not (walker.open_at(place) and place % 1440 == walker.closes):
        place -= 1
    return moment_of(place)


class Story:
    """One dossier with its warnings, and what a plain reader would expect of them."""

    def __init__(self, limit: TimeLimit) -> None:
        self.calendar, self.now = CALENDAR, at("2020-09-15 09:30")
        self.dossier = armed(accepted(procedure(time=limit)))
        self.seen: list[tuple[Warned, datetime]] = []
        self.known: set[Warned] = set()

    def tick(self) -> None:
        after, messages = warnings.warn(self.dossier, self.now, RULE, self.calendar)
        got = [(Warned(each.TYPE.removeprefix("dossier.")), after.due) for each in messages]
        assert got == self.expected()
        self.seen += got  # type: ignore[arg-type]
        self.dossier = after
        assert not told_again(after, self.now, self.calendar)

    def expected(self) -> list[tuple[Warned, datetime]]:
        due = self.dossier.due
        assert due
        if self.dossier.paused:
            return []
        over = [kind for kind in Warned if self.at(kind) < self.now and self.possible(kind)]
        new = [k for k in over if k not in self.known and (k, due) not in self.seen]
        self.known.update(over)
        if Warned.OVERDUE in new:
            return [(Warned.OVERDUE, due)]
        late = self.now >= _last(due, self.calendar)
        return [(kind, due) for kind in new if not (kind is Warned.APOLOGY_DUE and late)]

    def possible(self, kind: Warned) -> bool:
        assert self.dossier.due
        enough = _last(self.dossier.due, self.calendar) > self.began
        return kind is not Warned.APOLOGY_DUE or (self.dossier.apologised is None and enough)

    def at(self, kind: Warned) -> datetime:
        assert self.dossier.due
        return _moment(kind, self.began, self.dossier.due, self.calendar)

    @property
    def began(self) -> datetime:
        kinds = (LedgerKind.ALLOWED, LedgerKind.REAPPOINTED)
        return [each.since for each in self.dossier.ledger if each.kind in kinds][-1]

    def act(self, change: Callable[[Dossier], Dossier]) -> None:
        was = self.dossier.due
        self.dossier = warnings.arm(change(self.dossier), self.now, RULE, self.calendar)
        again = warnings.arm(self.dossier, self.now + timedelta(days=1), RULE, self.calendar)
        assert again == self.dossier
        if self.dossier.due != was:
            self.known = {kind for kind in self.known if self.at(kind) <= self.now}

    def wait(self) -> None:
        """The whole stops, or goes on."""
        if self.dossier.paused is None:
            self.act(lambda each: pause.stop(each, "NĐ 99/2022 Đ16", "bão", self.now)[0])
        elif self.dossier.requests:
            paper = (Attachment(paper="bản vẽ", document="d-9"),)
            self.act(lambda each: supplied(each, paper, self.now, self.calendar)[0])
        else:
            self.act(lambda each: pause.go_on(each, self.now, self.calendar)[0])

    def ask(self) -> None:
        """Papers are asked for: the time begins anew, or moves, when they come."""
        if self.dossier.paused is None:
            self.act(lambda each: asked(_unasked(each), "0.0", self.now, "bản vẽ")[0])

    def reappoint(self) -> None:
        """The agency apologises and names a date."""
        if self.dossier.paused is None and self.dossier.apologised is None:
            self.act(lambda each: _reappointed(each, self.now, self.calendar))

    def change(self, calendar: Calendar) -> None:
        """Other days are off: what was told stays told."""
        self.calendar, each = calendar, self.dossier
        due = due_date.recompute(
            DueDate(moment=each.due, ledger=each.ledger), calendar, "bão", "storm"
        )
        assert due.moment
        if due.moment != each.due:
            kept = warnings.carried(each.schedule.told, due.moment, self.now)
            each = with_schedule(replace(each, due=due.moment, ledger=due.ledger), told=kept)
            if due.moment >= self.now:
                self.known.discard(Warned.OVERDUE)
        self.dossier = warnings.arm(each, self.now, RULE, calendar)


def told_again(dossier: Dossier, now: datetime, calendar: Calendar) -> tuple[Message, ...]:
    return warnings.warn(dossier, now, RULE, calendar)[1]


def _unasked(dossier: Dossier) -> Dossier:
    """As if it were another agency each time, which has only just received it."""
    steps = tuple(replace(each, asked=None, ask_until=None) for each in dossier.steps)
    return replace(dossier, steps=steps)


def _reappointed(dossier: Dossier, now: datetime, calendar: Calendar) -> Dossier:
    assert dossier.due
    until = add_working_days(max(now, dossier.due), 2, calendar)
    act = LedgerEntry(kind=LedgerKind.REAPPOINTED, since=dossier.due, until=until)
    due = due_date.reappoint(DueDate(moment=dossier.due, ledger=dossier.ledger), act, calendar)
    return replace(dossier, due=due.moment, ledger=due.ledger, apologised=dossier.due)


happenings = st.lists(
    st.tuples(
        st.integers(0, 3000),
        st.one_of(
            st.sampled_from(["tick", "tick", "tick", "wait", "ask", "reappoint", "nothing"]),
            st.sampled_from(CALENDARS),
        ),
    ),
    max_size=25,
)
limits = st.builds(
    TimeLimit,
    unit=st.just(Unit.WORKING_DAYS),
    amount=st.integers(1, 5),
    supplement=st.sampled_from(Supplement),
    fixed=st.just(2),
)


@settings(max_examples=150, deadline=None)
@given(limits, happenings)
def test_whatever_happens_nothing_is_told_twice_and_nothing_missed(
    limit: TimeLimit, happened: list[tuple[int, str | Calendar]]
) -> None:
    story = Story(limit)
    for minutes, what in happened:
        story.now += timedelta(minutes=minutes)
        if isinstance(what, Calendar):
            story.change(what)
        elif what != "nothing":
            getattr(story, what)()
    while story.dossier.paused:
        story.wait()
    story.now += timedelta(days=100)
    story.tick()
    assert len(set(story.seen)) == len(story.seen)
    assert (Warned.OVERDUE, story.dossier.due) in story.seen or Warned.OVERDUE in story.known
    assert story.dossier.schedule.alarm is None
