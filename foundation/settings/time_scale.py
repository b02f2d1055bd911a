"""How fast the clock of the law runs: as the world's, or faster in a platform for trying out."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

A_DAY = 86_400.0  # seconds
PRODUCTION, EMBEDDED = "production", "embedded"
"""What a process is for: the public, or trying out on one machine, where time may run faster."""
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_DAY = re.compile(r"(\d{1,5}(?:\.\d{1,3})?)s@(\S+)", re.ASCII)


@dataclass(frozen=True)
class TimeScale:
    """A day lasts `day` seconds from the moment `since` on, when both clocks showed the same."""

    day: float = A_DAY
    since: datetime = BEGINNING

    @property
    def real(self) -> bool:
        """Whether it is the world's."""
        return self.day == A_DAY

    def at(self, real: datetime) -> datetime:
        """What the clock of the law shows at a moment, to the millisecond."""
        if self.real:
            return real
        moment = self.since + (real - self.since) * (A_DAY / self.day)
        return moment.replace(microsecond=moment.microsecond // 1000 * 1000)

    def __str__(self) -> str:
        """As `read_time_scale` takes it."""
        return "" if self.real else f"{self.day:g}s@{self.since.isoformat()}"


def read_time_scale(text: str) -> TimeScale:
    """The scale that is meant by `10s@2026-11-24T08:00:00+00:00`; by "", the world's.

    Raises:
        ValueError: the text is no time scale, or a day would not be from 1 to 86,400 seconds.
    """
    if not text:
        return TimeScale()
    found = _DAY.fullmatch(text)
    if found is None:
        raise ValueError(text)
    day, since = float(found[1]), datetime.fromisoformat(found[2])
    if not 1 <= day <= A_DAY or since.tzinfo is None:
        raise ValueError(text)
    return TimeScale(day, since.astimezone(UTC))
