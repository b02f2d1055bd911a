"""The store of a service's copy of the calendar."""

from datetime import datetime, timedelta

from contracts.message import CENTRE
from foundation.outbox import Store
from foundation.persistence import Idempotency, TtlCache
from foundation.persistence.ttl_cache import TTL_SECONDS
from foundation.timekeeping import calendar_copy
from foundation.timekeeping.calendar_copy import CalendarCopy, ToldCalendar
from foundation.worktime import Calendar

# By now every process of the service counts by the calendar that was told.
KNOWN = timedelta(seconds=3 * TTL_SECONDS)


class CalendarCopies(Store[CalendarCopy]):
    """One document: `calendars = CalendarCopies()`, then `self.calendars.calendar()`."""

    entity = CalendarCopy
    collection = "calendar_copies"

    def setup(self) -> None:
        """Nothing remembered yet."""
        super().setup()
        self.lately = TtlCache[CalendarCopy]()

    def calendar(self) -> Calendar:
        """The working time of the unit as this service knew it within the last second."""
        return self.now().calendar

    def now(self) -> CalendarCopy:
        """The copy as it was within the last second."""
        return self.lately.get(self._blank().id, self.newest)

    def newest(self) -> CalendarCopy:
        """The copy; the nation's calendar while the centre told of none."""
        blank = self._blank()
        return self.find_one({"_id": blank.id}) or blank

    def learn(self, told: ToldCalendar, at: datetime, now: datetime, *, once: Idempotency) -> None:
        """Keep what the centre told at a moment."""
        blank = self._blank()
        self.change_or_create(
            blank.id, blank, lambda each: (calendar_copy.learn(each, told, at, now), ()), once=once
        )

    def to_recount(self, known: datetime) -> CalendarCopy | None:
        """The copy if open things are to be counted by it again; all knew of it before `known`."""
        copy = self.newest()
        due = copy.walk is not None and copy.since is not None and copy.since <= known
        return copy if due else None

    def move_on(self, walked: CalendarCopy, walk: str | None) -> None:
        """Keep how far the recount is; None when it is done."""
        self.change(walked.id, lambda each: (calendar_copy.moved_on(each, walked, walk), ()))

    def _blank(self) -> CalendarCopy:
        agency = self.settings.agency
        return CalendarCopy(id=agency or CENTRE, agency=agency)
