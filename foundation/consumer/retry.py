"""Retries: what becomes of a message whose handler failed, and how long it waits. Pure."""

from collections.abc import Sequence
from enum import Enum

from contracts.envelope import MalformedError
from foundation.consumer.delivery import MOST_ATTEMPTS, NEWER, Delivery
from foundation.errors import Duplicate, Forbidden, Invalid, NotFound, Refused, Stale, Unavailable

QUICK_TRIES = 3
PAUSES = 3


class Disposition(Enum):
    """What becomes of a message after its handler: acknowledged, retried, buried or paused."""

    DONE = "ok"
    DROPPED = "duplicate"
    AT_ONCE = "at once"
    RETRIED = "retry"
    BURIED = "dead"
    KEPT = "paused"


FINAL = frozenset({Disposition.DONE, Disposition.DROPPED})
HOPELESS = (Invalid, Refused, Forbidden, MalformedError)


def disposition_of(error: BaseException | None, delivery: Delivery) -> Disposition:
    """Decide from what the handler raised; the error tree draws the table."""
    if error is None:
        return Disposition.DONE
    if isinstance(error, Duplicate):
        return Disposition.DROPPED
    if isinstance(error, Unavailable) and delivery.pauses < PAUSES:
        return Disposition.KEPT
    if isinstance(error, Stale | NotFound) and delivery.quick_tries < QUICK_TRIES:
        return Disposition.AT_ONCE
    if isinstance(error, HOPELESS) and not isinstance(error, NEWER):
        return Disposition.BURIED
    return Disposition.RETRIED if delivery.attempt < MOST_ATTEMPTS else Disposition.BURIED


def reason_of(error: BaseException | None) -> str:
    """Why a message was buried or put off, without a word of its body."""
    if isinstance(error, HOPELESS):
        return f"{type(error).__name__}: {error}"[:500]
    return type(error).__name__


def delay_after(attempt: int, delays: Sequence[int]) -> int:
    """The seconds that a message waits after that attempt (`RETRY_DELAYS`); the last repeats."""
    return delays[min(attempt, len(delays)) - 1]
