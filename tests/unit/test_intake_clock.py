"""The statutory clock by example: the rules of the law, and what each puts on record."""

from dataclasses import replace
from datetime import datetime
from time import perf_counter

import pytest

from contracts.procedure import CountedFrom, Supplement, TimeLimit, Unit
from foundation.worktime import Calendar, Day, DayKind
from services.intake.domain.clock.due_date import (
    Pause,
    begin,
    minutes_left,
    recompute,
    resume,
    timing,
)
from services.intake.domain.clock.ledger import DueDate, LedgerKind, replay
from tests.calendars import at

NATIONAL = Calendar.default()


def working(days: int, **rest: Supplement | int) -> TimeLimit:
    return TimeLimit(unit=Unit.WORKING_DAYS, amount=days, **rest)  # type: ignore[arg-type]


def told(due: DueDate) -> list[tuple[str, str, int]]:
    return [(each.kind.value, each.because, each.minutes) for each in due.ledger]


def pause(since: str, until: str) -> Pause:
    return Pause(since=at(since), until=at(until), who="so-xay-dung", article="NĐ 61/2018 Đ19.4")


@pytest.mark.parametrize(
    ("unit", "amount", "received", "due"),
    [
        # Working days: the same clock time (Đ19).
        (Unit.WORKING_DAYS, 5, "2020-01-22 09:00", "2020-02-05 09:00"),  # over Tết
        (Unit.WORKING_DAYS, 1, "2024-05-03 10:00", "2024-05-04 10:00"),  # a worked Saturday
        (Unit.WORKING_DAYS, 1, "2024-04-26 10:00", "2024-05-02 10:00"),
        (Unit.WORKING_DAYS, 3, "2019-12-30 16:30", "2020-01-03 16:30"),  # over the year's end
        (Unit.WORKING_DAYS, 1, "2020-02-28 09:00", "2020-03-02 09:00"),  # leap day a Saturday
        (Unit.WORKING_DAYS, 1, "2024-02-28 09:00", "2024-02-29 09:00"),  # leap day worked
        (Unit.WORKING_DAYS, 2, "2020-09-15 12:15", "2020-09-17 13:30"),  # in the lunch break
        (Unit.WORKING_DAYS, 2, "2020-09-15 17:00", "2020-09-17 17:00"),  # at closing time
        (Unit.WORKING_DAYS, 2, "2020-09-15 17:01", "2020-09-18 07:00"),  # a minute later
        (Unit.WORKING_DAYS, 2, "2020-01-25 10:00", "2020-02-03 07:00"),  # on the first of Tết
        # Halves of a working day: two are one, an odd one is 4 of 8 hours.
        (Unit.HALF_DAYS, 1, "2020-09-15 07:00", "2020-09-15 11:00"),
        (Unit.HALF_DAYS, 1, "2020-09-15 09:00", "2020-09-15 15:00"),  # over the lunch break
        (Unit.HALF_DAYS, 1, "2020-09-18 15:00", "2020-09-21 09:00"),  # over the weekend
        (Unit.HALF_DAYS, 1, "2020-01-22 14:00", "2020-01-30 08:00"),  # over Tết
        (Unit.HALF_DAYS, 2, "2020-01-22 14:00", "2020-01-30 14:00"),
        (Unit.HALF_DAYS, 7, "2020-09-15 10:00", "2020-09-18 16:00"),  # 3.5 days of 1.013831
        # Days of the calendar: only the end is pushed.
        (Unit.CALENDAR_DAYS, 35, "2020-01-13 09:00", "2020-02-17 09:00"),  # 1.010733
        (Unit.CALENDAR_DAYS, 3, "2020-01-20 09:00", "2020-01-30 09:00"),  # ends on 23/1, Tết
        (Unit.CALENDAR_DAYS, 1, "2020-09-18 09:00", "2020-09-21 09:00"),  # ends on a Saturday
        (Unit.CALENDAR_DAYS, 1, "2024-05-03 09:00", "2024-05-04 09:00"),  # … that is worked
        (Unit.CALENDAR_DAYS, 365, "2020-02-28 09:00", "2021-03-01 09:00"),  # 27/2/2021, Saturday
        # Hours of work.
        (Unit.HOURS, 8, "2020-09-15 07:00", "2020-09-15 17:00"),  # state 1: 08 working hours
        (Unit.HOURS, 4, "2020-09-15 10:00", "2020-09-15 16:00"),
        (Unit.HOURS, 4, "2020-01-22 16:00", "2020-01-30 10:00"),
        (Unit.HOURS, 8, "2020-09-18 13:30", "2020-09-21 11:30"),
        # The same day (Đ17.4), and the rule of 15:00.
        (Unit.SAME_DAY, 0, "2020-09-15 08:00", "2020-09-15 17:00"),
        (Unit.SAME_DAY, 0, "2020-09-15 15:00", "2020-09-15 17:00"),
        (Unit.SAME_DAY, 0, "2020-09-15 15:01", "2020-09-16 17:00"),
        (Unit.SAME_DAY, 0, "2020-09-15 17:30", "2020-09-16 17:00"),
        (Unit.SAME_DAY, 0, "2020-01-22 15:30", "2020-01-30 17:00"),
        (Unit.SAME_DAY, 0, "2020-09-19 08:00", "2020-09-21 17:00"),
    ],
)
def test_a_limit_ends_when_the_law_says(unit: Unit, amount: int, received: str, due: str) -> None:
    counted = begin(TimeLimit(unit=unit, amount=amount), at(received), NATIONAL)
    assert counted.moment == at(due)
    assert replay(counted.ledger) == at(due)


def test_the_ledger_names_every_stretch_of_days_off() -> None:
    counted = begin(working(5), at("2020-01-22 09:00"), NATIONAL)
    assert told(counted) == [
        ("received", "", 0),
        ("allowed", "", 5 * 1440),
        ("skipped", "holiday", 7 * 1440),
        ("skipped", "weekend", 2 * 1440),
    ]
    tet = counted.ledger[2]
    assert (tet.since, tet.until) == (at("2020-01-23 00:00"), at("2020-01-30 00:00"))
    assert (tet.vi, tet.en) == ("Tết Nguyên Đán", "Lunar New Year (Tết)")


def test_what_lies_between_the_receipt_and_the_first_minute_that_counts_is_named_too() -> None:
    counted = begin(working(1), at("2020-01-22 18:00"), NATIONAL)
    assert told(counted) == [
        ("received", "", 0),
        ("skipped", "holiday", 7 * 1440),
        ("skipped", "hours", 6 * 60 + 7 * 60),
        ("allowed", "", 1440),
    ]


def test_hours_outside_the_sessions_are_one_entry_however_many_nights() -> None:
    counted = begin(TimeLimit(unit=Unit.HOURS, amount=24), at("2020-09-15 07:00"), NATIONAL)
    assert told(counted)[2:] == [("skipped", "hours", 3 * 120 + 2 * 14 * 60)]


def test_a_worked_saturday_is_named_and_a_province_says_why_it_closed() -> None:
    storm = replace(NATIONAL, days=(Day(at("2024-05-02 00:00").date(), DayKind.OFF, "bão số 3"),))
    counted = begin(working(2), at("2024-04-26 10:00"), storm)
    assert counted.moment == at("2024-05-04 10:00")
    assert [(each.kind.value, each.vi) for each in counted.ledger[2:]] == [
        ("skipped", "nghỉ cuối tuần"),
        ("skipped", "Ngày nghỉ (thay cho ngày 04/05/2024)"),
        ("skipped", "Ngày Chiến thắng"),
        ("skipped", "Ngày Quốc tế Lao động"),
        ("skipped", "bão số 3"),
        ("worked", "làm bù"),
    ]


def test_after_15_00_the_rest_of_the_day_is_on_record() -> None:
    counted = begin(TimeLimit(unit=Unit.SAME_DAY), at("2020-09-18 15:30"), NATIONAL)
    assert told(counted) == [
        ("received", "", 0),
        ("skipped", "after_15", 90),
        ("skipped", "weekend", 2 * 1440),
        ("skipped", "hours", 14 * 60),
        ("allowed", "", 10 * 60),
    ]


def test_some_laws_count_from_the_office_that_decides_and_not_before() -> None:
    limit = replace(working(3), counted_from=CountedFrom.DECIDING_OFFICE)
    received, arrived = at("2020-09-15 09:00"), at("2020-09-16 10:00")
    assert begin(limit, received, NATIONAL) == DueDate()
    counted = begin(limit, received, NATIONAL, at_office=arrived)
    assert counted.moment == at("2020-09-21 10:00")
    assert counted.ledger[0].since == arrived


def test_a_procedure_without_a_limit_has_no_due_date_at_all() -> None:
    limit = TimeLimit(unit=Unit.NONE)
    counted = begin(limit, at("2020-09-15 09:00"), NATIONAL)
    assert (counted.moment, replay(counted.ledger)) == (None, None)
    again = resume(
        counted,
        replace(limit, supplement=Supplement.PAUSE),
        pause("2020-09-16 09:00", "2020-09-17 09:00"),
        NATIONAL,
    )
    assert (again.moment, replay(again.ledger)) == (None, None)
    restarted = resume(counted, limit, pause("2020-09-16 09:00", "2020-09-17 09:00"), NATIONAL)
    assert (restarted.moment, replay(restarted.ledger)) == (None, None)
    assert recompute(counted, NATIONAL, "lịch mới", "new calendar") == counted


# Papers that come late.


@pytest.mark.parametrize(
    ("mode", "due"),
    [
        # Asked for on Friday 18/9, supplied on Tuesday 22/9 at 15:00: 2 days 3 hours of work.
        (Supplement.PAUSE, "2020-10-12 14:30"),
        (Supplement.RESTART, "2020-10-15 15:00"),
        (Supplement.PAUSE_THEN_FIXED, "2020-10-16 15:00"),
    ],
)
def test_the_supplement_mode_says_what_papers_do_to_the_time(mode: Supplement, due: str) -> None:
    limit = working(17, supplement=mode, fixed=18)
    begun = begin(limit, at("2020-09-15 09:30"), NATIONAL)
    assert begun.moment == at("2020-10-08 09:30")
    counted = resume(begun, limit, pause("2020-09-18 10:00", "2020-09-22 15:00"), NATIONAL)
    assert counted.moment == at(due)
    assert replay(counted.ledger) == at(due)
    waited = next(each for each in counted.ledger if each.who)
    assert (waited.since, waited.until) == (at("2020-09-18 10:00"), at("2020-09-22 15:00"))
    assert (waited.who, waited.article) == ("so-xay-dung", "NĐ 61/2018 Đ19.4")
    assert waited.minutes == 2 * 480 + 180
    assert counted.ledger[: len(begun.ledger)] == begun.ledger


def test_a_limit_in_hours_pauses_by_working_time() -> None:
    limit = TimeLimit(unit=Unit.HOURS, amount=8, supplement=Supplement.PAUSE)
    begun = begin(limit, at("2020-09-17 07:00"), NATIONAL)
    counted = resume(begun, limit, pause("2020-09-17 16:00", "2020-09-18 08:00"), NATIONAL)
    assert (begun.moment, counted.moment) == (at("2020-09-17 17:00"), at("2020-09-18 09:00"))
    assert replay(counted.ledger) == counted.moment


def test_a_limit_in_days_of_the_calendar_pauses_by_all_of_the_time() -> None:
    limit = TimeLimit(unit=Unit.CALENDAR_DAYS, amount=10, supplement=Supplement.PAUSE)
    begun = begin(limit, at("2020-09-14 09:00"), NATIONAL)
    assert begun.moment == at("2020-09-24 09:00")
    counted = resume(begun, limit, pause("2020-09-15 10:00", "2020-09-18 11:00"), NATIONAL)
    # Three days and an hour later it is Sunday: the next working day's opening.
    assert counted.moment == at("2020-09-28 07:00")
    assert replay(counted.ledger) == counted.moment


def test_a_due_date_from_before_ledgers_were_kept_goes_on_from_what_it_was() -> None:
    old = DueDate(moment=at("2020-10-08 09:30"))
    limit = working(17, supplement=Supplement.PAUSE)
    counted = resume(old, limit, pause("2020-09-18 10:00", "2020-09-22 15:00"), NATIONAL)
    assert counted.moment == at("2020-10-12 14:30")
    assert counted.ledger[0].kind is LedgerKind.GIVEN
    assert replay(counted.ledger) == counted.moment


# The calendar changes.


def test_a_day_off_that_is_announced_later_moves_the_date_and_is_on_record() -> None:
    begun = begin(working(5), at("2020-09-15 09:00"), NATIONAL)
    storm = replace(NATIONAL, days=(Day(at("2020-09-17 00:00").date(), DayKind.OFF, "bão số 5"),))
    counted = recompute(begun, storm, "nghỉ bão số 5", "storm no. 5")
    assert (begun.moment, counted.moment) == (at("2020-09-22 09:00"), at("2020-09-23 09:00"))
    assert replay(counted.ledger) == counted.moment
    moved = counted.ledger[-1]
    assert (moved.kind, moved.since, moved.until) == (
        LedgerKind.RECOMPUTED,
        begun.moment,
        counted.moment,
    )
    assert (moved.vi, moved.en) == ("nghỉ bão số 5", "storm no. 5")
    assert any(each.vi == "bão số 5" for each in counted.ledger)
    back = recompute(counted, NATIONAL, "vẫn làm việc", "worked after all")
    assert back.moment == begun.moment
    assert back.ledger[: len(begun.ledger)] == begun.ledger
    assert [each.vi for each in back.ledger[-2:]] == ["nghỉ bão số 5", "vẫn làm việc"]


def test_a_change_that_moves_nothing_leaves_the_ledger_as_it_was() -> None:
    begun = begin(working(5), at("2020-09-15 09:00"), NATIONAL)
    later = replace(NATIONAL, days=(Day(at("2020-10-15 00:00").date(), DayKind.OFF),))
    assert recompute(begun, later, "nghỉ", "off") == begun


def test_a_pause_is_counted_again_too_when_the_calendar_changes() -> None:
    limit = working(17, supplement=Supplement.PAUSE)
    begun = begin(limit, at("2020-09-15 09:30"), NATIONAL)
    paused = resume(begun, limit, pause("2020-09-18 10:00", "2020-09-22 15:00"), NATIONAL)
    closed = replace(NATIONAL, days=(Day(at("2020-09-21 00:00").date(), DayKind.OFF),))
    counted = recompute(paused, closed, "nghỉ", "off")
    # One more day is skipped, one day less was waited.
    assert counted.moment == at("2020-10-12 14:30")
    waited = next(each for each in counted.ledger if each.kind is LedgerKind.PAUSED)
    assert waited.minutes == 480 + 180


# How a deadline is kept.


@pytest.mark.parametrize(
    ("moment", "word", "left"),
    [
        ("2020-10-07 16:59", "early", 1 + 150),
        ("2020-10-08 08:00", "on_time", 90),
        ("2020-10-08 09:30", "on_time", 0),
        ("2020-10-08 09:31", "late", -1),
        ("2020-10-09 09:30", "late", -480),
        ("2020-10-08 17:00", "late", -330),
    ],
)
def test_early_on_time_or_late_with_the_minutes(moment: str, word: str, left: int) -> None:
    due = at("2020-10-08 09:30")
    assert (timing(due, at(moment)), minutes_left(due, at(moment), NATIONAL)) == (word, left)


def test_without_a_due_date_nothing_is_late() -> None:
    moment = datetime.fromisoformat("2020-10-08T09:30:00+07:00")
    assert (timing(None, moment), minutes_left(None, moment, NATIONAL)) == ("on_time", 0)


def test_a_hundred_thousand_due_dates_with_their_ledgers() -> None:
    starts = [at(f"20{20 + n % 7}-{n % 12 + 1:02}-{n % 28 + 1:02} 09:00") for n in range(10_000)]
    limit = working(30)
    began = perf_counter()
    entries = sum(len(begin(limit, start, NATIONAL).ledger) for start in starts)
    took = perf_counter() - began
    print(f"due dates of 30 working days with ledger: {10 * took:.1f} s for 100,000")
    print(f"{entries / len(starts):.1f} entries each")
    assert took < 10
