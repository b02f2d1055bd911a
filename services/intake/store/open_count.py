"""A count of the dossiers under way, by agency, that goes on from call to call.

There are many, and each must be looked at for its due date. So a call looks at so many at most,
however many there are, and the figures are shown when all were looked at: each dossier counts as
it was at that moment.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

MOST_LOOKS, MOST_COUNTED = 100, 2000
# A count that was left in the middle (another process has the timer) is not gone on with later.
TOO_OLD = timedelta(hours=1)

Row = Mapping[str, Any]


@dataclass
class OpenCount:
    """What was counted so far; `looks` gives the agencies and due dates, some at a time."""

    looks: Iterator[Sequence[Row]]
    now: datetime
    soon: datetime
    by_agency: dict[str, dict[str, int]] = field(default_factory=dict)

    def go_on(self) -> bool:
        """Count on; whether it is done."""
        before = self.total
        for looked, found in enumerate(self.looks, 1):
            for each in found:
                self._add(each["agency"], each["due"])
            if looked >= MOST_LOOKS or self.total - before >= MOST_COUNTED:
                return False
        return True

    @property
    def total(self) -> int:
        """How many were counted."""
        return sum(each["all"] for each in self.by_agency.values())

    def _add(self, agency: str, due: datetime | None) -> None:
        counts = self.by_agency.setdefault(agency, {"all": 0, "soon": 0, "over": 0})
        counts["all"] += 1
        counts["soon"] += due is not None and self.now < due <= self.soon
        counts["over"] += due is not None and due <= self.now
