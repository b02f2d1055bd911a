"""Where in the log a replay begins, and the event that tries a target out."""

from collections.abc import Callable
from datetime import datetime, timedelta

from contracts.envelope import Envelope

TEST_EVENT = "motcua.test"
LATE = timedelta(minutes=10)
"""Events stand in the log as they came: one may stand behind others that happened later."""


def begin_of(moment: datetime, begin: int, end: int, time_at: Callable[[int], datetime]) -> int:
    """The position behind which all events since a moment stand, found by few looks at the log.

    The log has the positions from `begin` to `end`; `time_at` is when an event happened. As events
    come a little out of order, some from up to ten minutes before the moment are among them.
    """
    low, high = begin - 1, end
    while low < high:
        middle = (low + high + 1) // 2
        if time_at(middle) < moment - LATE:
            low = middle
        else:
            high = middle - 1
    return low


def trial_event(event_id: str, subscription: str, agency: str, now: datetime) -> Envelope:
    """An event that says nothing, to see whether a target takes events and verifies them."""
    return Envelope(
        id=event_id,
        source="motcua:subscriptions",
        type=TEST_EVENT,
        subject=subscription,
        time=now,
        seq=0,
        agency=agency,
    )
