"""Working time in Viet Nam: working days, working minutes, due dates. Pure, exact to the minute.

`calendar` is which days and hours are worked and why others are not, `arithmetic` the counting
on it, `calendar_file` reads a calendar, `reminders` says when somebody is told of a date.
"""

from foundation.worktime.arithmetic import (
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
from foundation.worktime.calendar import (
    HO_CHI_MINH,
    SATURDAY_AND_SUNDAY,
    Calendar,
    Day,
    DayKind,
    Reason,
    Stretch,
)
from foundation.worktime.calendar_file import PARTS, read_calendar, weekend_of
from foundation.worktime.reminders import (
    Matter,
    Reminder,
    Reminders,
    Whom,
    answer_minutes,
    moments,
    nth_moment,
    read_reminders,
)

__all__ = [
    "HO_CHI_MINH",
    "PARTS",
    "SATURDAY_AND_SUNDAY",
    "Calendar",
    "Day",
    "DayKind",
    "Matter",
    "Reason",
    "Reminder",
    "Reminders",
    "Stretch",
    "Whom",
    "add_calendar_days",
    "add_working_days",
    "add_working_minutes",
    "answer_minutes",
    "closing",
    "closing_before",
    "local_day",
    "moments",
    "next_between",
    "next_opening",
    "nth_moment",
    "read_calendar",
    "read_reminders",
    "subtract_working_minutes",
    "to_minute",
    "weekend_of",
    "working_minutes",
]
