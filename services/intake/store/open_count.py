"""A count of the dossiers under way that goes on from call to call.

There are many, and each must be looked at for its due date. So a call looks at so many at most,
however many there are, and the figures are shown when all were looked at: each dossier counts as
it was at that moment.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from contracts.envelope import write_time
from services.intake.domain.centre.figures import DeadlineTally, most_pressing, time_stands

MOST_LOOKS, MOST_COUNTED = 100, 2000
# A count that was left in the middle (another process has the timer) is not gone on with later.
TOO_OLD = timedelta(hours=1)
COUNTED = ("agency", "due", "field", "state", "press_order")

Row = Mapping[str, Any]


@dataclass
class OpenCount:
    """What was counted so far; `looks` gives a few fields of each dossier, some at a time.

    `by_agency` is by the due date of the whole, `tallies` by the nearest date that runs, for each
    (agency, field).
    """

    looks: Iterator[Sequence[Row]]
    now: datetime
    soon: datetime
    by_agency: dict[str, dict[str, int]] = field(default_factory=dict)
    by_state: Counter[str] = field(default_factory=Counter)
    tallies: dict[tuple[str, str], Counter[str]] = field(default_factory=dict)

    def go_on(self) -> bool:
        """Count on; whether it is done."""
        before = self.total
        for looked, found in enumerate(self.looks, 1):
            for each in found:
                self._add(each["agency"], each["due"])
                self._add_pressing(each)
            if looked >= MOST_LOOKS or self.total - before >= MOST_COUNTED:
                return False
        return True

    @property
    def total(self) -> int:
        """How many were counted."""
        return sum(each["all"] for each in self.by_agency.values())

    def whole(self) -> DeadlineTally:
        """All of them together."""
        return _tally("", self.tallies.values())

    def agencies(self) -> tuple[DeadlineTally, ...]:
        """By leading agency, the most pressing first."""
        return self._by(0)

    def fields(self) -> tuple[DeadlineTally, ...]:
        """By field, the most pressing first; those without a field are not among them."""
        return self._by(1)

    def _by(self, part: int) -> tuple[DeadlineTally, ...]:
        names = {each[part] for each in self.tallies} - {""}
        return most_pressing(
            _tally(name, (each for key, each in self.tallies.items() if key[part] == name))
            for name in names
        )

    def _add(self, agency: str, due: datetime | None) -> None:
        counts = self.by_agency.setdefault(agency, {"all": 0, "soon": 0, "over": 0})
        counts["all"] += 1
        counts["soon"] += due is not None and self.now < due <= self.soon
        counts["over"] += due is not None and due <= self.now

    def _add_pressing(self, found: Row) -> None:
        # What an older version stored has neither field nor place.
        stands = time_stands(
            found.get("press_order") or "", write_time(self.now), write_time(self.soon)
        )
        self.by_state[found.get("state") or ""] += 1
        counts = self.tallies.setdefault(
            (found["agency"], found.get("field") or ""), Counter[str]()
        )
        counts["all"] += 1
        counts[stands] += 1


def _tally(name: str, counted: Any) -> DeadlineTally:
    together = sum(counted, Counter[str]())
    return DeadlineTally(
        name=name,
        still=together["still"],
        running=together["all"] - together["still"],
        soon=together["soon"],
        late=together["late"],
    )
