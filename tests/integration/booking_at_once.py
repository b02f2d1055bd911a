"""An intake process books one slot for many at once: `python -m tests.integration.booking_at_once`.

Its arguments are URL DATABASE CODE…. Prints which codes got a place, as JSON.
"""

from tests.integration.storing import stores  # isort: skip -- nothing before its patch

import json
import sys

from foundation.concurrency import bounded_map
from foundation.errors import Refused, Stale
from foundation.worktime import Calendar
from services.intake.domain.visits import booking
from services.intake.domain.visits.booking import NewBooking
from services.intake.store import VisitSlots
from tests.builders import VISIT_PLAN, at

SLOT, NOW, AT_ONCE = "2020-09-16T09:00", at("2020-09-15 09:30"), 16


def main() -> None:
    """Book for each, and say who got a place."""
    url, database, *wanted = sys.argv[1:]
    with stores(url, [VisitSlots], database) as (slots,):
        slots.create_indexes()
        got = bounded_map(lambda each: _book(slots, each), wanted, most=AT_ONCE)
        print(json.dumps([each for each, has in zip(wanted, got, strict=True) if has]))


def _book(slots: VisitSlots, code: str) -> bool:
    new = NewBooking(code=code, name="An", phone="+84912345678", category="dat-dai")
    blank = booking.blank(SLOT, Calendar.default(), VISIT_PLAN, NOW)
    while True:
        try:
            slots.hold(blank, lambda each: booking.book(each, new, VISIT_PLAN, NOW))
        except Refused:
            return False
        except Stale:
            continue  # a client sends its form again
        return True


if __name__ == "__main__":
    main()
