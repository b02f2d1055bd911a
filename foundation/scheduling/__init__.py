"""The clock, and jobs that run by it."""

from foundation.scheduling.clock import Clock, now
from foundation.scheduling.job_runner import JobRunner
from foundation.scheduling.national_table import NationalTable
from foundation.scheduling.reminder_rules import ReminderRules
from foundation.scheduling.timer import every, everywhere, run_each

__all__ = [
    "Clock",
    "JobRunner",
    "NationalTable",
    "ReminderRules",
    "every",
    "everywhere",
    "now",
    "run_each",
]
