"""Working time in Viet Nam: working days, working minutes, due dates. Pure, exact to the minute.

`calendar` is which days and hours are worked and why others are not, `outages` the spans without
the system that do not count, `arithmetic` the counting on both, `calendar_file` reads a calendar,
`national_decisions` the decisions for the whole country, `reminders` says when somebody is told of
a date.
"""

from foundation.worktime.arithmetic import (
    add_calendar_days,
    add_elapsed,
    add_working_days,
    add_working_minutes,
    after_outages,
    closing,
    closing_before,
    local_day,
    lost_minutes,
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
    Reason,
    Stretch,
)
from foundation.worktime.calendar_file import PARTS, read_calendar, weekend_of
from foundation.worktime.day import DECIDED_KINDS, Day, DayKind
from foundation.worktime.national_decisions import (
    NationalDecisions,
    YearPlan,
    of_rows,
    read_national_decisions,
    shipped,
)
from foundation.worktime.outages import Outage, Outages, read_outages, write_outages
from foundation.worktime.reminders import (
    Matter,
    Reminder,
    Reminders,
    Whom,
    answer_minutes,
    moments,
    nth_moment,
    read_reminders,
    schedule,
)

__all__ = [
    "DECIDED_KINDS",
    "HO_CHI_MINH",
    "PARTS",
    "SATURDAY_AND_SUNDAY",
    "Calendar",
    "Day",
    "DayKind",
    "Matter",
    "NationalDecisions",
    "Outage",
    "Outages",
    "Reason",
    "Reminder",
    "Reminders",
    "Stretch",
    "Whom",
    "YearPlan",
    "add_calendar_days",
    "add_elapsed",
    "add_working_days",
    "add_working_minutes",
    "after_outages",
    "answer_minutes",
    "closing",
    "closing_before",
    "local_day",
    "lost_minutes",
    "moments",
    "next_between",
    "next_opening",
    "nth_moment",
    "of_rows",
    "read_calendar",
    "read_national_decisions",
    "read_outages",
    "read_reminders",
    "schedule",
    "shipped",
    "subtract_working_minutes",
    "to_minute",
    "weekend_of",
    "working_minutes",
    "write_outages",
]
