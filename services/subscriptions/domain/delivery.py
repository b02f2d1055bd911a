"""A delivery that did not succeed at once: its attempts, when it is tried again, when it is dead.

Deliveries that succeed leave nothing behind but the cursor of their subscription.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import mktime_tz, parsedate_tz
from enum import StrEnum
from typing import Any

from contracts.history import Revision
from contracts.message import Message
from foundation.errors import NotFound
from foundation.frozen import replace

MOST_KEPT_ATTEMPTS = 20
LONGEST_RETRY_AFTER = timedelta(days=1)
JITTER = 0.1
"""Each pause is longer or shorter by up to this share, so that not all come at once."""
GONE = 410
FORGOTTEN = "forgotten"
"""No call was made: the log does not keep the event any more."""
SENSIBLE_YEARS = range(2000, 2200)
OK_STATUSES = range(200, 300)
REFUSALS = range(400, 500)
TIRED_STATUSES = frozenset((408, GONE, 429))
BUSY_STATUSES = frozenset((429, 503))


class DeliveryState(StrEnum):
    """Whether a delivery is tried again: it waits, or was given up, or was delivered after all."""

    WAITING = "waiting"
    DEAD = "dead"
    DELIVERED = "delivered"


@dataclass(frozen=True, kw_only=True)
class DeliveryAttempt:
    """One call and what came of it: a status and the beginning of the body, or one word of why.

    `trouble`: `address` (closed to us), `name` (no address), `connect`, `tls`, `time`, `broken`.
    """

    at: datetime
    status: int = 0
    trouble: str = ""
    excerpt: str = ""
    seconds: float = 0.0
    retry_after: str = ""

    @property
    def ok(self) -> bool:
        """Whether the target took it: an answer 2xx."""
        return self.status in OK_STATUSES

    @property
    def alive(self) -> bool:
        """Whether the target is at work: it took the event, or refused this one by a 4xx."""
        refused = self.status in REFUSALS and self.status not in TIRED_STATUSES
        return self.ok or refused or self.trouble == FORGOTTEN

    @property
    def reason(self) -> str:
        """In a word: `500`, or `time`."""
        return str(self.status) if self.status else self.trouble


@dataclass(frozen=True, kw_only=True)
class EventPlace:
    """An event that is to be delivered, and its position in the log."""

    position: int
    id: str
    type: str
    subject: str


@dataclass(frozen=True, kw_only=True)
class WebhookDelivery:
    """One call for one subscription that did not succeed yet, or never; a batch has some events.

    `tries` counts the attempts since it was new or redriven; `blocked` says that it waits for an
    earlier event of its dossier. `position` is that of its first event.
    """

    id: str
    subscription: str
    position: int
    events: tuple[EventPlace, ...]
    state: DeliveryState = DeliveryState.WAITING
    next_at: datetime
    tries: int = 0
    blocked: bool = False
    attempts: tuple[DeliveryAttempt, ...] = ()
    revision: Revision = Revision()


def delivery_id(subscription: str, position: int) -> str:
    """The id of the delivery of what stands at a position."""
    return f"{subscription}.{position}"


def webhook_id(subscription: str, events: Sequence[Mapping[str, Any]]) -> str:
    """The `webhook-id` of a call: the same whenever, and by whomever, these events are sent."""
    named = "\n".join([subscription, *(f"{each['source']} {each['id']}" for each in events)])
    return "msg_" + hashlib.sha256(named.encode()).hexdigest()[:32]


def wait(
    subscription: str, events: Sequence[EventPlace], now: datetime, *, blocked: bool = False
) -> WebhookDelivery:
    """A delivery that is to be kept."""
    return WebhookDelivery(
        id=delivery_id(subscription, events[0].position),
        subscription=subscription,
        position=events[0].position,
        events=tuple(events),
        next_at=now,
        blocked=blocked,
    )


def place_of(position: int, event: Mapping[str, Any]) -> EventPlace:
    """What is kept of an event to find it again, and to show which it is."""
    names = ("id", "type", "subject")
    return EventPlace(position=position, **{name: str(event[name]) for name in names})


def fail(
    delivery: WebhookDelivery, attempt: DeliveryAttempt, delays: Sequence[int], chance: float
) -> WebhookDelivery:
    """After an attempt that failed: tried again after the next delay, or dead after the last.

    `chance` is a number from 0 to 1. What the target asks for by Retry-After counts if it is later.
    A target that is gone (410) is not tried again on its own; nothing is counted against the event.
    """
    kept = (*delivery.attempts, attempt)[-MOST_KEPT_ATTEMPTS:]
    if attempt.status == GONE:
        return replace(delivery, attempts=kept, next_at=attempt.at, blocked=False)
    tries = delivery.tries + 1
    if tries > len(delays):
        dead = DeliveryState.DEAD
        return replace(delivery, attempts=kept, tries=tries, state=dead, blocked=False)
    pause = timedelta(seconds=delays[tries - 1] * (1 - JITTER + 2 * JITTER * chance))
    again = max(attempt.at + pause, retry_moment(attempt) or attempt.at)
    return replace(delivery, attempts=kept, tries=tries, next_at=again, blocked=False)


def succeed(delivery: WebhookDelivery, attempt: DeliveryAttempt) -> WebhookDelivery:
    """After an attempt that the target took."""
    kept = (*delivery.attempts, attempt)[-MOST_KEPT_ATTEMPTS:]
    return replace(delivery, attempts=kept, state=DeliveryState.DELIVERED, blocked=False)


def redrive(
    delivery: WebhookDelivery, now: datetime
) -> tuple[WebhookDelivery, tuple[Message, ...]]:
    """A dead one as if it were new; one that waits is tried at once; a delivered one stays so."""
    if delivery.state is DeliveryState.DELIVERED:
        return delivery, ()
    return replace(delivery, state=DeliveryState.WAITING, tries=0, next_at=now), ()


def of(delivery: WebhookDelivery, subscription: str) -> WebhookDelivery:
    """The delivery, if it is one of this subscription.

    Raises:
        NotFound: it is another's.
    """
    if delivery.subscription != subscription:
        raise NotFound("Không tìm thấy.", "There is no such thing, or it is not yours to see.")
    return delivery


def fitting(found: Sequence[WebhookDelivery], kind: str, reason: str) -> list[WebhookDelivery]:
    """Those with an event of a type, and with a last answer, if either is asked for."""
    return [
        each
        for each in found
        if kind in {"", *(event.type for event in each.events)}
        and reason in {"", *(attempt.reason for attempt in each.attempts[-1:])}
    ]


def retry_moment(attempt: DeliveryAttempt) -> datetime | None:
    """Before which moment the target does not want to be called; None if it said nothing."""
    text = attempt.retry_after.strip()
    if attempt.status not in BUSY_STATUSES or not text:
        return None
    if text.isascii() and text.isdigit():
        seconds = min(int(text[:9]), LONGEST_RETRY_AFTER.total_seconds())
        return attempt.at + timedelta(seconds=seconds)
    named = _http_date(text)
    return min(named, attempt.at + LONGEST_RETRY_AFTER) if named else None


def _http_date(text: str) -> datetime | None:
    parsed = parsedate_tz(text)
    if parsed is None or parsed[0] not in SENSIBLE_YEARS:
        return None
    return datetime.fromtimestamp(mktime_tz(parsed), UTC)
