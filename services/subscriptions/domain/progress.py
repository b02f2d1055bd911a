"""How far a subscription is, how its target has answered lately, and when that is too bad."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from contracts.history import Revision
from contracts.message import Message
from foundation.frozen import replace
from services.subscriptions.domain.delivery import DeliveryAttempt

FAILING_WARNED, FAILING_DISABLED = timedelta(days=4), timedelta(days=5)
MOST_ERRORS = 10
CIRCUIT_FAILURES = 10
UNPROVEN_CALLS = 2
SHORTEST_OPEN, LONGEST_OPEN = timedelta(minutes=1), timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class WebhookProgress:
    """The cursor of a subscription: everything up to it is delivered, kept for a retry, or dead.

    `failing_since` is the first failure behind the last success; `errors` are the last failures,
    newest first. Up to `replay_until` events are sent again, `replay_rate` a second (0: unbounded).
    """

    id: str
    cursor: int
    holder: str = ""
    delivered: int = 0
    last_ok: datetime | None = None
    failing_since: datetime | None = None
    warned: bool = False
    errors: tuple[DeliveryAttempt, ...] = ()
    replay_until: int = 0
    replay_rate: int = 0
    revision: Revision = Revision()


@dataclass(frozen=True)
class TargetCircuit:
    """Whether a target is called at all: after many failures on end it rests, longer each time."""

    failures: int = 0
    proven: bool = False
    open_until: datetime | None = None
    pause: timedelta = SHORTEST_OPEN


def note(progress: WebhookProgress, attempt: DeliveryAttempt, events: int) -> WebhookProgress:
    """After a call with so many events."""
    if attempt.ok:
        return replace(
            progress,
            delivered=progress.delivered + events,
            last_ok=attempt.at,
            failing_since=None,
            warned=False,
        )
    return replace(
        progress,
        failing_since=progress.failing_since or attempt.at,
        errors=(attempt, *progress.errors)[:MOST_ERRORS],
    )


def failing_for(progress: WebhookProgress, now: datetime) -> timedelta:
    """For how long nothing has succeeded though something was tried."""
    return now - progress.failing_since if progress.failing_since else timedelta()


def is_to_be_warned(progress: WebhookProgress, now: datetime) -> bool:
    """Whether the owner is to be told that the subscription will be disabled."""
    return not progress.warned and failing_for(progress, now) >= FAILING_WARNED


def is_to_be_disabled(progress: WebhookProgress, now: datetime) -> bool:
    """Whether the target has failed for too long."""
    return failing_for(progress, now) >= FAILING_DISABLED


def begin_again(progress: WebhookProgress) -> WebhookProgress:
    """Count failures anew: the owner says that the target is ready."""
    return replace(progress, failing_since=None, warned=False)


def replay(
    progress: WebhookProgress, cursor: int, rate: int, end: int
) -> tuple[WebhookProgress, tuple[Message, ...]]:
    """Deliver again all that stands behind `cursor`, up to `end` at a rate."""
    back = replace(progress, cursor=cursor, replay_until=end, replay_rate=rate)
    return begin_again(back), ()


def circuit_after(
    circuit: TargetCircuit, now: datetime, chance: float, *, alive: bool
) -> TargetCircuit:
    """The circuit after a call; `chance` is a number from 0 to 1.

    `alive` is a target that answers, though it may refuse the event: others are not to wait for it.
    """
    if alive:
        return TargetCircuit(proven=True)
    failures = circuit.failures + 1
    if failures < CIRCUIT_FAILURES or (circuit.open_until and now < circuit.open_until):
        return replace(circuit, failures=failures, proven=False)
    rest = circuit.pause * (0.9 + 0.2 * chance)
    longer = min(2 * circuit.pause, LONGEST_OPEN)
    return TargetCircuit(failures=failures, open_until=now + rest, pause=longer)


def calls_at_once(circuit: TargetCircuit, now: datetime, most: int) -> int:
    """How many calls may be under way: one while it fails, few until the first success.

    So what is slow and broken takes few of the calls that all targets share; none while it rests.
    """
    if circuit.open_until and now < circuit.open_until:
        return 0
    if circuit.failures:
        return 1
    return most if circuit.proven else min(UNPROVEN_CALLS, most)


def hand_over(stored: WebhookProgress, mine: WebhookProgress) -> WebhookProgress:
    """What to store: `mine`, unless somebody else wrote since it was read (a replay, a holder)."""
    return mine if stored.revision.version == mine.revision.version else stored
