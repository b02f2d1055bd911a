"""The nation's decisions in the unit's calendar: new releases, entering, taking out, telling."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from contracts.events import CalendarAnnounced, CalendarChanged, DossierRescheduled
from contracts.message import CENTRE
from contracts.procedure import TimeLimit, Unit
from foundation.errors import Duplicate, Invalid, NotFound
from foundation.scheduling import NationalTable
from foundation.settings import SettingsError
from foundation.worktime import NationalDecisions, YearPlan, shipped
from services.intake.domain.calendar import announcing, national_plan, recounting, unit_calendar
from services.intake.domain.calendar.unit_calendar import CalendarEdition, UnitCalendar
from services.intake.domain.clock import due_date
from services.intake.domain.clock.ledger import LedgerKind, is_expected, replay
from services.intake.domain.explanation import wording
from tests.builders import UNIT, Office, accepted, at

NOW = datetime(2026, 11, 29, 2, 0, tzinfo=UTC)
TABLE = shipped().written()
STORM = {"date": "2020-09-21", "kind": "off", "note": "bão số 5"}
WHY = {"vi": "rút quyết định", "en": "decision withdrawn"}
TET = {
    "date": "2027-02-11",
    "kind": "off",
    "note_vi": "nghỉ hoán đổi",
    "note_en": "exchange",
    "decision": "1/TB-BNV",
    "source": "1/TB-BNV",
}
PLAN = {"date": "2027", "kind": "decided", "decision": "1/TB-BNV", "source": "báo Chính phủ"}


def entered(unit: UnitCalendar, *rows: dict[str, str]) -> UnitCalendar:
    wanted = replace(unit.newest, national=json.dumps(rows), vi="a", en="a")
    return unit_calendar.decide(unit, wanted, NOW)[0]


def decided(unit: UnitCalendar, *days: dict[str, str]) -> UnitCalendar:
    wanted = replace(unit.newest, table=json.dumps({"days": list(days)}), vi="a", en="a")
    return unit_calendar.decide(unit, wanted, NOW)[0]


# A release with other decisions.


def test_a_fresh_platform_notes_the_table_and_decides_nothing() -> None:
    unit, told = national_plan.follow(UnitCalendar(id=UNIT), TABLE, None, NOW)
    assert (unit.first, unit.newest.number, told) == (TABLE, 0, ())
    assert not unit.calendar.is_working_day(date(2026, 1, 2))
    assert national_plan.follow(unit, TABLE, None, NOW) == (unit, ())


def test_open_dossiers_of_before_the_first_table_are_counted_again() -> None:
    old = decided(UnitCalendar(id=UNIT), STORM)
    unit, told = national_plan.follow(old, TABLE, date(2025, 12, 20), NOW)
    assert unit.newest.number == 2
    assert isinstance(told[0], CalendarChanged)
    assert {"2026-01-02", "2026-01-10"} <= set(told[0].days)
    assert unit.walk
    assert unit.by(1).calendar.is_working_day(date(2026, 1, 2))  # as it was counted then
    assert unit.by(0).calendar.is_working_day(date(2026, 1, 2))
    assert not unit.calendar.is_working_day(date(2020, 9, 21))


def test_what_touches_no_open_dossier_makes_no_edition() -> None:
    old = decided(UnitCalendar(id=UNIT), STORM)
    unit, told = national_plan.follow(old, TABLE, date(2026, 11, 1), NOW)
    assert (unit.newest.number, unit.newest.shipped, told) == (1, TABLE, ())


def test_a_release_with_the_next_plan_takes_the_word_expected_out_of_ledgers() -> None:
    unit, _ = national_plan.follow(UnitCalendar(id=UNIT), TABLE, None, NOW)
    limit = TimeLimit(unit=Unit.WORKING_DAYS, amount=5)
    due = due_date.begin(limit, at("2027-02-01 09:00"), unit.calendar)
    assert is_expected(due.ledger)
    dossier = replace(accepted(), received=at("2027-02-01 09:00"), due=due.moment)
    dossier = replace(dossier, ledger=due.ledger, time=limit)
    newer = shipped().overlaid(NationalDecisions(plans=(YearPlan(2027, "1/TB", "báo"),)))
    unit, told = national_plan.follow(unit, newer.written(), date(2026, 11, 1), NOW)
    assert "2027-02-08" in told[0].days
    counted, messages = recounting.recount(dossier, unit, NOW)
    assert (counted.due, counted.calendar) == (dossier.due, 1)
    assert not is_expected(counted.ledger)
    assert not [each for each in messages if isinstance(each, DossierRescheduled)]
    assert replay(counted.ledger) == counted.due


def test_a_ledger_says_which_holidays_are_only_expected() -> None:
    calendar = UnitCalendar(id=UNIT).calendar
    limit = TimeLimit(unit=Unit.WORKING_DAYS, amount=5)
    due = due_date.begin(limit, at("2027-02-01 09:00"), calendar)
    (tet,) = [each for each in due.ledger if each.expected]
    assert (tet.because, tet.vi) == ("expected", "Tết Nguyên Đán (dự kiến)")
    texts = {
        language: [each.text for each in wording.lines_of(due.ledger, language) if each.expected]
        for language in ("vi", "en")
    }
    assert texts["vi"] == ["Tết Nguyên Đán (dự kiến), nghỉ 5 ngày (04–10/02/2027)."]
    assert texts["en"] == ["Lunar New Year (Tết) (expected), 5 days off (4–10 February 2027)."]
    restarted = replace(tet, kind=LedgerKind.RESTARTED, because="papers")
    assert not is_expected((*due.ledger, restarted))


# Entered here.


def test_what_is_entered_wins_over_the_release_and_the_unit_over_both() -> None:
    unit = entered(UnitCalendar(id=UNIT), TET, {**TET, "date": "2026-01-02", "kind": "worked"})
    assert not unit.calendar.is_working_day(date(2027, 2, 11))
    assert unit.calendar.is_working_day(date(2026, 1, 2))
    unit = decided(unit, {"date": "2027-02-11", "kind": "worked"})
    assert unit.calendar.is_working_day(date(2027, 2, 11))
    assert unit.newest.entered.by_date[date(2027, 2, 11)].decision == "1/TB-BNV"


def test_a_plan_that_is_entered_makes_its_year_decided() -> None:
    unit = UnitCalendar(id=UNIT)
    assert [each["plan"] for each in national_plan.years(unit, date(2026, 12, 1))] == [
        "decided",
        "expected",
    ]
    assert national_plan.planned_until(unit, date(2026, 12, 1)) == date(2026, 12, 31)
    unit = entered(unit, PLAN)
    assert [each["plan"] for each in national_plan.years(unit, date(2026, 12, 1))] == [
        "decided",
        "decided",
    ]
    assert national_plan.planned_until(unit, date(2026, 12, 1)) == date(2027, 12, 31)
    assert national_plan.planned_until(unit, date(2028, 1, 5)) == date(2027, 12, 31)


@pytest.mark.parametrize("row", [{**TET, "kind": "holiday"}, {**TET, "decision": ""}, {"a": "b"}])
def test_what_is_no_decision_is_refused_by_its_row(row: dict[str, str]) -> None:
    with pytest.raises(Invalid, match="Table of national days, line 2"):
        entered(UnitCalendar(id=UNIT), PLAN, row)


def test_the_same_again_is_no_decision_and_no_rows_leave_none() -> None:
    unit = entered(UnitCalendar(id=UNIT), TET, PLAN)
    assert entered(unit, PLAN, TET) == unit
    assert entered(unit).newest.national is None
    wished = replace(unit.newest, national=None, table="{}")
    assert unit_calendar.decide(unit, wished, NOW) == (unit, ())


# Taken out again.


def test_a_day_is_taken_out_once_and_moves_dates_back() -> None:
    unit = decided(UnitCalendar(id=UNIT), STORM)
    moved, _ = recounting.recount(accepted(), unit, NOW)
    after, told = unit_calendar.remove(unit, date(2020, 9, 21), WHY, NOW)
    assert told == (
        CalendarChanged(agency="trung-tam", edition=2, days=("2020-09-21",), sessions=False),
    )
    assert after.newest.vi == "rút quyết định"
    back, _ = recounting.recount(moved, after, NOW)
    assert moved.due != accepted().due == back.due
    assert unit_calendar.remove(after, date(2020, 9, 21), WHY, NOW) == (after, ())


def test_a_day_that_was_never_decided_on_is_said_to_be_so() -> None:
    with pytest.raises(NotFound, match="never decided on 2020-09-22") as refused:
        unit_calendar.remove(decided(UnitCalendar(id=UNIT), STORM), date(2020, 9, 22), WHY, NOW)
    assert "motcua calendar show" in refused.value.vi


# Told to copies.


def test_copies_are_told_after_each_change_and_once_a_day() -> None:
    fresh = UnitCalendar(id=UNIT)
    assert announcing.announce(fresh, NOW) == (fresh, ())
    unit = decided(fresh, STORM, {"date": "2020-09-26", "kind": "worked"})
    unit, (told,) = announcing.announce(unit, NOW)
    assert isinstance(told, CalendarAnnounced)
    assert (told.edition, told.weekend) == (1, ("saturday", "sunday"))
    assert told.sessions == ("07:00-11:30", "13:30-17:00")
    assert told.off == ("2020-09-21", "2026-01-02")
    assert told.worked == ("2020-09-26", "2026-01-10")
    assert announcing.announce(unit, NOW + timedelta(hours=23)) == (unit, ())
    assert announcing.announce(unit, NOW + timedelta(hours=24))[1]
    changed = unit_calendar.remove(unit, date(2020, 9, 21), WHY, NOW)[0]
    assert announcing.announce(changed, NOW)[1]


# Through the doors.

DIRECTOR = "calendar:write"


@pytest.fixture(name="office")
def _office() -> Office:
    return Office()


def shown(office: Office) -> Any:
    return office.service.calendar(None)


def put(office: Office, **parts: Any) -> Any:
    before = shown(office)
    body = {"edition": before["edition"], "reason": WHY, "days": before["days"], **parts}
    return office.ask(office.service.decide_calendar, body, scopes=DIRECTOR)


def test_the_calendar_shows_what_is_decided_and_what_is_expected(office: Office) -> None:
    office.clock.moment = NOW
    calendar = shown(office)
    assert calendar["years"][1] == {"year": 2027, "plan": "expected", "decision": ""}
    tet = next(each for each in calendar["public_holidays"] if each["first"] == "2027-02-04")
    assert tet == {
        "first": "2027-02-04",
        "last": "2027-02-10",
        "kind": "expected",
        "vi": "Tết Nguyên Đán (dự kiến)",
        "en": "Lunar New Year (Tết) (expected)",
        "expected": True,
    }
    assert put(office, national=[PLAN])["years"][1]["plan"] == "decided"
    assert put(office)["national"] == [PLAN]  # left out, they stay
    assert not any(each["expected"] for each in shown(office)["public_holidays"])


def test_a_day_is_removed_through_the_door_once_for_a_key(office: Office) -> None:
    put(office, days=[STORM])
    body = {"date": "2020-09-21", "reason": WHY}
    remove = office.service.remove_day
    first = office.ask(remove, body, scopes=DIRECTOR, key="k")
    with pytest.raises(Duplicate) as again:
        office.ask(remove, body, scopes=DIRECTOR, key="k")
    assert again.value.answer
    assert again.value.answer.body == first.body
    assert (first.body["days"], first.body["edition"]) == ([], 2)
    assert office.ask(remove, body, scopes=DIRECTOR).body["edition"] == 2
    with pytest.raises(NotFound):
        office.ask(remove, {**body, "date": "2020-09-22"}, scopes=DIRECTOR)
    with pytest.raises(Invalid):
        office.ask(remove, {**body, "date": "2020-02-30"}, scopes=DIRECTOR)


def test_a_timer_follows_the_release_and_tells_copies(office: Office) -> None:
    office.service.keep_calendar()
    assert office.calendars.newest().first == TABLE
    assert not [each for each in office.calendars.messages if isinstance(each, CalendarAnnounced)]
    put(office, days=[STORM])
    for _ in range(2):
        office.service.keep_calendar()
    told = [each for each in office.calendars.messages if isinstance(each, CalendarAnnounced)]
    assert [each.edition for each in told] == [1]


def test_the_figure_counts_the_days_that_are_planned(office: Office) -> None:
    office.clock.moment = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)
    office.service.count_planned_days()
    office.service.planned.show.assert_called_once_with({CENTRE: 30})


def test_a_process_does_not_start_on_a_table_with_faults(tmp_path: Path) -> None:
    bad = tmp_path / "national-days.csv"
    bad.write_text("date,kind,note_vi,note_en,decision,source\n2026-13-01,off,x,,1,\n", "utf-8")
    with pytest.raises(SettingsError, match=r"national-days.csv: .*line 2: 2026-13-01"):
        NationalTable(bad).setup()
    with pytest.raises(SettingsError, match=r"none.csv cannot be read"):
        NationalTable(tmp_path / "none.csv").setup()


def test_a_process_follows_its_table_once() -> None:
    table = NationalTable()
    table.setup()
    seen: list[str] = []
    table.follow(seen.append)
    table.follow(seen.append)
    assert seen == [TABLE]
    assert CalendarEdition().calendar.decisions == shipped()
