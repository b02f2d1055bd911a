"""A unit's calendar: what is decided, and what that does to dossiers, however it comes to them."""

import json
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.events import CalendarChanged, DossierRescheduled
from contracts.message import Message
from contracts.orders import RescheduleOrder, StepOrder
from foundation.errors import Invalid, Refused, Stale
from foundation.worktime import Calendar, Day, read_calendar
from services.intake.domain.calendar import recounting, unit_calendar
from services.intake.domain.calendar.unit_calendar import (
    CalendarEdition,
    ScanCursor,
    UnitCalendar,
    table_of,
)
from services.intake.domain.case.dossier import Attachment, Dossier, State, StepState, with_schedule
from services.intake.domain.clock.ledger import LedgerKind, replay
from services.intake.domain.explanation.wording import explained
from services.intake.domain.lateness.warnings import WarningRule
from services.intake.domain.route import stages
from tests.builders import (
    CALENDAR,
    LAND,
    UNIT,
    accepted,
    asked,
    at,
    consulting,
    resolved,
    step,
    supplied,
)
from tests.calendars import DECIDED

NOW = at("2020-09-18 09:00")
STORM = {"date": "2020-09-21", "kind": "off", "note": "bão số 5"}
NATION = UnitCalendar(id=UNIT)


def recounted(
    dossier: Dossier, unit: UnitCalendar, now: datetime
) -> tuple[Dossier, tuple[Message, ...]]:
    """The dossier counted again, its timers armed."""
    counted, messages = recounting.recount(dossier, unit, now)
    return recounting.arm(counted, unit, now), messages


decisions_in_two_languages = st.lists(
    st.builds(
        Day,
        st.dates(min_value=date(2020, 1, 1), max_value=date(2020, 12, 31)),
        st.sampled_from(DECIDED),
        st.sampled_from(("", "bão")),
        st.sampled_from(("", "storm")),
    ),
    max_size=8,
    unique_by=lambda day: day.date,
)


def edition(*days: dict[str, str], number: int = 0, **more: object) -> CalendarEdition:
    table = json.dumps({"days": list(days), **more})
    return CalendarEdition(number=number, table=table, vi="nghỉ bão", en="storm")


def decided(*days: dict[str, str], unit: UnitCalendar = NATION) -> UnitCalendar:
    wanted = edition(*days, number=unit.newest.number)
    return unit_calendar.decide(unit, wanted, NOW)[0]


def test_a_decision_is_an_edition_and_told_without_its_words() -> None:
    unit, told = unit_calendar.decide(NATION, edition(STORM), NOW)
    assert told == (
        CalendarChanged(agency="trung-tam", edition=1, days=("2020-09-21",), sessions=False),
    )
    assert (unit.newest.number, unit.newest.at, unit.newest.en) == (1, NOW, "storm")
    assert not unit.calendar.is_working_day(date(2020, 9, 21))
    assert unit.by(0).calendar.is_working_day(date(2020, 9, 21))
    assert unit.walk


def test_the_same_again_is_no_decision_whatever_the_edition_it_names() -> None:
    unit = decided(STORM)
    assert unit_calendar.decide(unit, edition(STORM), NOW) == (unit, ())


@given(decisions_in_two_languages)
def test_a_table_is_read_as_it_was_written(decided_on: list[Day]) -> None:
    calendar = Calendar(national=True, days=tuple(sorted(decided_on, key=lambda day: day.date)))
    assert read_calendar(table_of(calendar)) == calendar


def test_an_english_note_is_kept_and_one_that_is_not_there_leaves_the_table_as_it_was() -> None:
    assert "note_en" not in decided(STORM).newest.table
    unit = decided({**STORM, "note_en": "storm no. 5"})
    assert unit.calendar.days[0].note_en == "storm no. 5"
    lines = explained(recounted(accepted(), unit, NOW)[0], "en")
    assert any(line.text.startswith("Storm no. 5, 1 day off") for line in lines)


def test_another_rule_of_warnings_is_a_decision() -> None:
    wanted = replace(edition(), rule=WarningRule(days=3))
    unit, told = unit_calendar.decide(NATION, wanted, NOW)
    assert unit.rule.days == 3
    assert told[0].days == ()


def test_a_decision_made_from_an_older_edition_is_stale() -> None:
    with pytest.raises(Stale):
        unit_calendar.decide(decided(STORM), edition(), NOW)


@pytest.mark.parametrize(
    "wanted",
    [
        edition({"date": "2020-02-30", "kind": "off"}),
        edition({"date": "2020-09-21", "kind": "holiday"}),
        edition(STORM, STORM),
        edition(sessions=[["09:00", "08:00"]]),
        edition(*({"date": str(date.fromordinal(737000 + n)), "kind": "off"} for n in range(2001))),
    ],
    ids=["no date", "no kind", "twice", "hours", "too many"],
)
def test_what_is_no_calendar_is_refused(wanted: CalendarEdition) -> None:
    with pytest.raises(Invalid):
        unit_calendar.decide(NATION, wanted, NOW)


def test_a_day_off_moves_the_whole_and_the_open_steps_and_says_why() -> None:
    before = consulting()
    after, messages = recounting.recount(before, decided(STORM), NOW)
    assert (before.due, after.due) == (at("2020-10-08 09:30"), at("2020-10-09 09:30"))
    assert step(after, "1.1").due == at("2020-09-29 09:30")
    whole, *orders = messages
    assert isinstance(whole, DossierRescheduled)
    assert (whole.due, whole.was, whole.because) == (after.due, before.due, "calendar")
    assert {each.agency for each in orders} == {"so-xay-dung", LAND}
    assert all(isinstance(each, RescheduleOrder) for each in orders)
    assert [e.en for e in after.ledger if e.kind is LedgerKind.RECOMPUTED] == ["storm"]
    assert replay(after.ledger) == after.due


def test_a_day_off_moves_until_when_agencies_may_ask_for_papers_and_tells_them() -> None:
    dossier = consulting()
    assert step(dossier, "1.0").ask_until == at("2020-09-22 09:30")
    counted, messages = recounted(dossier, decided(STORM), NOW)
    orders = [each for each in messages if isinstance(each, RescheduleOrder)]
    assert [each.ask_until for each in orders] == 2 * [at("2020-09-23 09:30")]
    assert step(counted, "1.1").ask_until == at("2020-09-23 09:30")
    in_time, too_late = at("2020-09-23 09:30"), at("2020-09-23 09:31")
    assert asked(counted, "1.0", in_time, "Bản vẽ")[0].requests
    for one, moment in ((dossier, in_time), (counted, too_late)):
        with pytest.raises(Refused, match="3 working days"):
            asked(one, "1.0", moment, "Bản vẽ")


def test_who_has_asked_is_told_nothing_more_of_until_when() -> None:
    waiting, _ = asked(consulting(), "1.0", at("2020-09-17 10:00"), "Bản vẽ")
    papers = (Attachment(paper="Bản vẽ", document="d-9"),)
    going, _ = supplied(waiting, papers, at("2020-09-18 08:00"), CALENDAR)
    before = step(going, "1.0").ask_until
    later = {"date": "2020-10-05", "kind": "off"}  # after the steps, within the whole
    counted, messages = recounted(going, decided(later), NOW)
    assert step(counted, "1.0").ask_until == before
    assert not [each for each in messages if isinstance(each, RescheduleOrder)]


def test_the_centre_s_own_calendar_counts_from_the_order_on() -> None:
    calendar = decided(STORM).calendar
    ordered, (_, order, *_) = stages.order_stage(consulting(), 2, at("2020-09-18 10:00"), calendar)
    assert isinstance(order, StepOrder)
    assert order.ask_until == step(ordered, "2.0").ask_until == at("2020-09-24 10:00")


def test_a_step_that_waits_for_papers_is_told_its_date_when_they_come() -> None:
    before, _ = asked(consulting(), "1.1", at("2020-09-17 10:00"), "bản vẽ")
    after, messages = recounting.recount(before, decided(STORM), NOW)
    assert step(after, "1.1").state is StepState.WAITING
    assert step(after, "1.1").due == at("2020-09-29 09:30")
    assert LAND not in [each.agency for each in messages]


@pytest.mark.parametrize(
    ("dossier", "day"),
    [
        (resolved(), "2020-09-21"),
        (replace(consulting(), state=State.WITHDRAWN), "2020-09-21"),
        (consulting(), "2020-09-14"),
        (consulting(), "2020-10-09"),
    ],
    ids=["resolved", "withdrawn", "before it came", "after it is due"],
)
def test_what_is_closed_or_holds_no_changed_day_stays_as_it_is(dossier: Dossier, day: str) -> None:
    unit = decided(STORM | {"date": day})
    assert recounting.recount(dossier, unit, NOW) == (dossier, ())
    assert recounted(resolved(), unit, NOW) == (
        with_schedule(resolved(), alarm=None),
        (),
    )


def test_counting_again_changes_nothing() -> None:
    unit = decided(STORM)
    after, _ = recounting.recount(consulting(), unit, NOW)
    assert recounting.recount(after, unit, NOW) == (after, ())


def test_other_hours_move_everything_that_is_open() -> None:
    wanted = edition(sessions=[["08:00", "12:00"], ["13:00", "17:00"]])
    unit, told = unit_calendar.decide(NATION, wanted, NOW)
    assert told[0].sessions
    early = replace(accepted(), received=at("2020-09-15 07:15"))
    after, _ = recounting.recount(early, unit, NOW)
    assert after.calendar == 1


def test_another_weekend_is_a_decision_and_moves_what_is_open() -> None:
    unit, told = unit_calendar.decide(NATION, edition(weekend=["sunday"]), NOW)
    assert (told[0].days, told[0].sessions) == ((), True)
    assert json.loads(unit.newest.table)["weekend"] == ["sunday"]
    moved, _ = recounting.recount(accepted(), unit, NOW)
    assert (accepted().due, moved.due) == (at("2020-10-08 09:30"), at("2020-10-05 09:30"))
    usual, _ = unit_calendar.decide(NATION, edition(weekend=["sunday", "saturday"]), NOW)
    assert usual == NATION


@given(st.lists(st.integers(0, 5_000_000), max_size=30), st.integers(1, 4), st.integers(1, 3))
def test_a_walk_looks_at_every_moment_once_and_ends(
    minutes: list[int], size: int, pages: int
) -> None:
    submitted = [unit_calendar.BEGINNING + timedelta(minutes=each) for each in minutes]
    most = max(size * pages, len(submitted) - len(set(submitted)) + 1)
    walk, seen, looks = ScanCursor(edition=1), list[datetime](), 0
    while walk.state == 0:
        looks += 1
        found = [each for each in submitted if walk.after < each <= walk.until(NOW)]
        if len(found) > most:
            walk = walk.narrower()
            continue
        seen += found
        walk = walk.onward(NOW, len(found), size=size)
    assert sorted(seen) == sorted(each for each in submitted if each > unit_calendar.BEGINNING)
    assert walk.seen == len(seen)
    assert looks < 1000


days = st.lists(
    st.builds(
        Day,
        st.dates(min_value=date(2020, 9, 14), max_value=date(2020, 10, 20)),
        st.sampled_from(DECIDED),
        st.sampled_from(("", "bão")),
    ),
    max_size=8,
    unique_by=lambda day: day.date,
)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(days, st.booleans()), min_size=1, max_size=4),
    st.sampled_from(["accepted", "consulting", "asked"]),
)
def test_however_editions_reach_a_dossier_it_ends_as_if_counted_at_once(
    editions: list[tuple[list[Day], bool]], kind: str
) -> None:
    waiting = asked(consulting(), "1.1", at("2020-09-17 10:00"), "bản vẽ")[0]
    first = {"accepted": accepted(), "consulting": consulting(), "asked": waiting}[kind]
    unit, dossier = NATION, first
    for decided_on, reached in editions:
        table = table_of(Calendar(national=True, days=tuple(decided_on)))
        wanted = CalendarEdition(number=unit.newest.number, table=table, vi="x", en="x")
        unit, _ = unit_calendar.decide(unit, wanted, NOW)
        if reached:
            dossier, _ = recounted(dossier, unit, NOW)
    dossier, _ = recounted(dossier, unit, NOW)
    at_once, _ = recounted(first, unit, NOW)
    assert _dates(dossier) == _dates(at_once)
    assert _without_notes(dossier) == _without_notes(at_once)


def _dates(dossier: Dossier) -> list[datetime | None]:
    return [dossier.due, *(each.due for each in dossier.steps)]


def _without_notes(dossier: Dossier) -> list[object]:
    return [each for each in dossier.ledger if each.kind is not LedgerKind.RECOMPUTED]
