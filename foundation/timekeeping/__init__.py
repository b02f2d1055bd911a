"""The copy of the unit's calendar by which a service counts days that intake does not count."""

from foundation.timekeeping.calendar_copy import CalendarCopy, ToldCalendar
from foundation.timekeeping.copies import CalendarCopies

__all__ = ["CalendarCopies", "CalendarCopy", "ToldCalendar"]
