"""The clock: the only reader of time.

There are two times. The law's is what rules count by and events say; in a platform for trying out
it runs faster (foundation/settings/time_scale.py). Technical spans (leases, retries, time-outs,
tokens) are counted in real time, which is the same everywhere.
"""

from datetime import UTC, datetime, timedelta

from foundation.injection import Provider


def now() -> datetime:
    """This moment in real time, UTC, to the millisecond, as the database and the wire keep it."""
    moment = datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


class Clock(Provider):
    """Tells the time to a service, so that a test can tell it another: `self.clock.now()`."""

    def setup(self) -> None:
        """Learn how fast the law's time runs."""
        self._scale = self.container.config["settings"].time_scale

    def now(self) -> datetime:
        """This moment by the law's clock, in UTC, to the millisecond."""
        moment: datetime = self._scale.at(now())
        return moment

    def real(self) -> datetime:
        """This moment in real time, for technical spans."""
        return now()

    def ago(self, span: timedelta) -> datetime:
        """What the law's clock showed this much real time ago."""
        moment: datetime = self._scale.at(now() - span)
        return moment
