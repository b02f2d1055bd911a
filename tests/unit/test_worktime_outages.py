"""Outages on the clock: no minute of them counts, and counting stays its own inverse."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.worktime import (
    Calendar,
    Outage,
    Outages,
    add_calendar_days,
    add_working_days,
    add_working_minutes,
    read_outages,
    subtract_working_minutes,
    working_minutes,
    write_outages,
)
from tests.calendars import Walker, at, calendars, moment_of, moments, outages, place_of

PLAIN = Calendar(national=True)


def down(since: str, until: str, *agencies: str) -> Calendar:
    return replace(PLAIN, outages=(Outage(since=at(since), until=at(until), agencies=agencies),))


class StoppedWalker(Walker):
    """Walks as the other does, and no minute of an outage counts."""

    def __init__(self, calendar: Calendar) -> None:
        """From the calendar's data alone."""
        super().__init__(calendar)
        self.stopped = {
            place
            for each in calendar.outages
            for place in range(place_of(each.since), place_of(each.until))
        }

    def works(self, place: int) -> bool:
        """Whether the minute that begins there is working time."""
        return place not in self.stopped and super().works(place)


@pytest.mark.parametrize(
    ("start", "days", "since", "until", "due"),
    [
        ("2026-12-01 09:00", 2, "2026-12-02 14:00", "2026-12-02 16:00", "2026-12-03 11:00"),
        ("2026-12-01 09:00", 2, "2026-12-03 08:00", "2026-12-03 17:00", "2026-12-04 08:00"),
        ("2026-12-01 09:00", 2, "2026-12-03 09:00", "2026-12-03 10:00", "2026-12-03 09:00"),
        ("2026-12-01 09:00", 2, "2026-12-05 08:00", "2026-12-06 08:00", "2026-12-03 09:00"),
        ("2026-12-01 09:00", 2, "2026-12-02 20:00", "2026-12-03 05:00", "2026-12-03 09:00"),
        ("2026-12-01 09:00", 0, "2026-12-01 08:00", "2026-12-01 10:00", "2026-12-01 10:00"),
    ],
)
def test_working_days_end_later_by_the_working_time_of_an_outage(
    start: str, days: int, since: str, until: str, due: str
) -> None:
    assert add_working_days(at(start), days, down(since, until)) == at(due)


def test_calendar_days_end_later_by_the_whole_length_of_an_outage() -> None:
    calendar = down("2026-12-02 22:00", "2026-12-03 22:00")
    assert add_calendar_days(at("2026-12-01 09:00"), 2, calendar) == at("2026-12-04 09:00")


def test_an_outage_of_one_agency_stops_its_time_alone() -> None:
    calendar = down("2026-12-02 14:00", "2026-12-02 16:00", "so-xay-dung")
    due = {
        who: add_working_days(at("2026-12-01 09:00"), 2, calendar.of(who))
        for who in (
            "",
            "so-tu-phap",
            "so-xay-dung",
        )
    }
    assert due == {
        "": at("2026-12-03 09:00"),
        "so-tu-phap": at("2026-12-03 09:00"),
        "so-xay-dung": at("2026-12-03 11:00"),
    }


@given(moments, moments, calendars, outages)
def test_working_minutes_are_those_a_naive_walk_finds(
    start: datetime, end: datetime, calendar: Calendar, stops: Outages
) -> None:
    end = min(end, start + timedelta(days=12))
    stopped = replace(calendar, outages=stops)
    walked = StoppedWalker(stopped).worked(place_of(start), place_of(end))
    assert working_minutes(start, end, stopped) == walked


@given(moments, st.integers(1, 3000), calendars, outages)
def test_added_minutes_are_those_a_naive_walk_works(
    start: datetime, minutes: int, calendar: Calendar, stops: Outages
) -> None:
    stopped = replace(calendar, outages=stops)
    end = add_working_minutes(start, minutes, stopped)
    assert end == moment_of(StoppedWalker(stopped).work(place_of(start), minutes))


@given(moments, st.integers(1, 3000), calendars, outages)
def test_taking_minutes_away_undoes_adding_them(
    start: datetime, minutes: int, calendar: Calendar, stops: Outages
) -> None:
    stopped = replace(calendar, outages=stops)
    end = add_working_minutes(start, minutes, stopped)
    before = subtract_working_minutes(end, minutes, stopped)
    assert working_minutes(before, end, stopped) == minutes


@given(outages)
def test_outages_are_read_as_they_were_written(stops: Outages) -> None:
    assert read_outages(write_outages(stops)) == stops
