"""Calendars and moments that hypothesis may draw, and a naive model of what is worked.

The model knows no shortcut and shares no code with the clock: it asks the `holidays` package
itself and walks from minute to minute.
"""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import holidays
from hypothesis import strategies as st

from foundation.worktime import HO_CHI_MINH, Calendar, Day, DayKind, Outage

FIRST, LAST = date(2019, 11, 1), date(2021, 4, 30)
DECIDED = (DayKind.OFF, DayKind.COMPENSATORY, DayKind.WORKED)
SESSIONS = (
    Calendar().sessions,
    ((time(8), time(16)),),
    ((time(7, 30), time(9)), (time(10), time(11, 45)), (time(13), time(16, 1))),
    ((time(6, 15), time(11)), (time(11), time(14, 59))),
)
WEEKENDS = (Calendar().weekend, (6,), (4, 5), ())


def at(text: str) -> datetime:
    """A moment in Viet Nam: `at("2020-01-22 09:00")`."""
    return datetime.fromisoformat(text).replace(tzinfo=HO_CHI_MINH)


moments = st.datetimes(
    min_value=datetime(2019, 11, 1),  # noqa: DTZ001 -- hypothesis wants plain bounds
    max_value=datetime(2021, 2, 28),  # noqa: DTZ001
    timezones=st.just(HO_CHI_MINH),
).map(lambda moment: moment.replace(second=0, microsecond=0))

decisions = st.lists(
    st.builds(
        Day,
        st.dates(min_value=FIRST, max_value=LAST),
        st.sampled_from(DECIDED),
        st.sampled_from(("", "mưa bão", "ngày thành lập tỉnh")),
    ),
    max_size=25,
    unique_by=lambda day: day.date,
).map(tuple)

calendars = st.builds(
    Calendar,
    national=st.booleans(),
    days=decisions,
    sessions=st.sampled_from(SESSIONS),
    weekend=st.sampled_from(WEEKENDS),
)

outages = st.lists(
    st.builds(
        lambda since, minutes: Outage(since=since, until=since + timedelta(minutes=minutes)),
        moments,
        st.integers(1, 4 * 24 * 60),
    ),
    max_size=6,
).map(tuple)


class Walker:
    """Walks over a calendar minute by minute; a place is the minutes since 2019-01-01 00:00."""

    def __init__(self, calendar: Calendar) -> None:
        """From the calendar's data alone."""
        known = holidays.country_holidays("VN", years=range(2018, 2023))
        self.decided = {day.date: day.kind is DayKind.WORKED for day in calendar.days}
        self.off = frozenset(known) if calendar.national else frozenset()
        self.exchanged = frozenset(known.weekend_workdays) if calendar.national else frozenset()
        sessions = [
            (opens.hour * 60 + opens.minute, closes.hour * 60 + closes.minute)
            for opens, closes in calendar.sessions
        ]
        self.worked_at = [any(a <= m < b for a, b in sessions) for m in range(24 * 60)]
        self.counts_at = [any(a <= m <= b for a, b in sessions) for m in range(24 * 60)]
        self.weekend = calendar.weekend
        self.opens, self.closes = sessions[0][0], sessions[-1][1]
        self.days: dict[int, bool] = {}

    def is_open(self, day: date) -> bool:
        """Whether the day is worked."""
        if day in self.decided:
            return self.decided[day]
        if day in self.exchanged:
            return True
        return day.weekday() not in self.weekend and day not in self.off

    def open_at(self, place: int) -> bool:
        """Whether the day of that minute is worked."""
        number = place // (24 * 60)
        if number not in self.days:
            self.days[number] = self.is_open(_EPOCH.date() + timedelta(days=number))
        return self.days[number]

    def works(self, place: int) -> bool:
        """Whether the minute that begins there is working time."""
        return self.worked_at[place % (24 * 60)] and self.open_at(place)

    def enter(self, place: int) -> int:
        """Where a count begins."""
        return self.seek(place, lambda each: self.counts_at[each % 1440] and self.open_at(each))

    def next_same_clock(self, place: int) -> int:
        """The same clock time on the next open day."""
        clock = place % 1440
        return self.seek(place + 1, lambda each: each % 1440 == clock and self.open_at(each))

    def work(self, place: int, minutes: int) -> int:
        """The end of so many worked minutes."""
        place = self.enter(place)
        while minutes:
            minutes -= self.works(place)
            place += 1
        return place

    def worked(self, since: int, until: int) -> int:
        """The worked minutes between two places."""
        return sum(self.works(place) for place in range(since, until))

    @staticmethod
    def seek(place: int, found: Callable[[int], bool]) -> int:
        """Minute by minute to the first place that is meant."""
        while not found(place):
            place += 1
        return place


_EPOCH = datetime(2019, 1, 1, tzinfo=HO_CHI_MINH)


def place_of(moment: datetime) -> int:
    """The minute of a moment."""
    return (moment - _EPOCH) // timedelta(minutes=1)


def moment_of(place: int) -> datetime:
    """The moment of a minute."""
    return _EPOCH + timedelta(minutes=place)
