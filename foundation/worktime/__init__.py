"""Working time in Viet Nam: working days, working minutes, due dates. Pure, exact to the minute.

`calendar` is which days and hours are worked and why others are not, `counting` the arithmetic
on it, `reading` how a calendar is read from a file.
"""

from foundation.worktime.calendar import HO_CHI_MINH, Calendar, Day, DayKind, Reason, Stretch
from foundation.worktime.counting import (
    add_calendar_days,
    add_working_days,
    add_working_minutes,
    closing,
    closing_before,
    local_day,
    next_between,
    next_opening,
    subtract_working_minutes,
    to_minute,
    working_minutes,
)
from foundation.worktime.reading import read_calendar

__all__ = [
    "HO_CHI_MINH",
    "Calendar",
    "Day",
    "DayKind",
    "Reason",
    "Stretch",
    "add_calendar_days",
    "add_working_days",
    "add_working_minutes",
    "closing",
    "closing_before",
    "local_day",
    "next_between",
    "next_opening",
    "read_calendar",
    "subtract_working_minutes",
    "to_minute",
    "working_minutes",
]
