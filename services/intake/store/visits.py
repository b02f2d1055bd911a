"""The store of slots at the counter, with all that is booked in each."""

from collections.abc import Callable
from datetime import datetime
from threading import Lock

from foundation.outbox import Store
from foundation.persistence import Index
from services.intake.domain.calendar.unit_calendar import BEGINNING
from services.intake.domain.visits.booking import SlotDecided, VisitSlot

MOST_SLOTS_A_DAY, MOST_OF_ONE = 200, 20
LAST = "~"


class VisitSlots(Store[VisitSlot]):
    """One document per slot in which somebody booked; its version guards its capacity."""

    entity = VisitSlot
    collection = "visit_slots"
    indexes = (
        Index(name="day", keys=(("day", 1),)),
        Index(name="codes", keys=(("codes", 1),)),
        Index(name="phones_day", keys=(("phones", 1), ("day", 1))),
        Index(name="due", keys=(("due", 1),)),
    )

    def setup(self) -> None:
        """Nobody writes yet."""
        super().setup()
        self._turn = Lock()

    def hold(self, blank: VisitSlot, decide: Callable[[VisitSlot], SlotDecided]) -> VisitSlot:
        """Change a slot, or begin it; in one process one at a time: only processes compete.

        Raises:
            Stale: other processes were always faster; whatever `decide` refuses with.
        """
        with self._turn:
            return self.change_or_create(blank.id, blank, decide)

    def of_day(self, day: str) -> list[VisitSlot]:
        """What is booked on a day, in order (index `day`)."""
        found = self.find({"day": day}, limit=MOST_SLOTS_A_DAY)
        return sorted(found, key=lambda each: each.at)

    def of_code(self, code: str) -> tuple[VisitSlot, ...]:
        """The slots in which a code was booked, one if no move is under way (index `codes`)."""
        return tuple(self.find({"codes": code}, limit=MOST_OF_ONE))

    def held_by(self, phone: str, today: str) -> int:
        """In how many slots from today on a number holds a place (index `phones_day`)."""
        query = {"phones": phone, "day": {"$gte": today, "$lt": LAST}}
        return len(self.ids(query, limit=MOST_OF_ONE))

    def to_look_at(self, now: datetime, *, limit: int) -> list[str]:
        """The ids of slots of which something is due (index `due`)."""
        return self.ids({"due": {"$gt": BEGINNING, "$lte": now}}, limit=limit)

    def over(self, day: str, *, limit: int) -> list[str]:
        """The ids of slots before a day (index `day`)."""
        return self.ids({"day": {"$gt": "", "$lte": day}}, limit=limit)

    def forget(self, slot_id: str, day: str) -> None:
        """Remove a slot of before a day with all that its people said."""
        self.discard({"_id": slot_id, "day": {"$lte": day}})
