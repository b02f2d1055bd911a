"""What a process keeps in memory of the subscriptions that it delivers; all of it can be lost."""

import time
from dataclasses import dataclass, field

from foundation.concurrency.crew import Crew
from foundation.injection import Provider
from services.subscriptions.domain.filters import Filter
from services.subscriptions.domain.matching import EventMatcher
from services.subscriptions.domain.progress import WebhookProgress
from services.subscriptions.domain.subscription import SubscriptionState, WebhookSubscription
from services.subscriptions.domain.window import DeliveryWindow, LogTail

MOST_CALLS_AT_ONCE = 500
"""Calls of one process under way at the same time, to all targets."""


@dataclass
class Courier:
    """One subscription at work: its window and filter, and what was stored of it last, and when.

    `version` is that of the subscription when it was read; `seen` is the progress in memory that
    was stored as `saved`; `signing` is the subscription with its keys opened, from its first call.
    """

    window: DeliveryWindow
    wanted: Filter
    version: int
    saved: WebhookProgress
    signing: WebhookSubscription | None = None
    seen: WebhookProgress | None = None
    stored_at: float = 0.0

    def __post_init__(self) -> None:
        """What was read is stored already."""
        self.seen = self.window.progress

    @property
    def reads(self) -> bool:
        """Whether it is sent events: its target has agreed, and nothing ends it."""
        active = self.window.subscription.state is SubscriptionState.ACTIVE
        return active and not self.window.closed


@dataclass
class Rest:
    """A subscription that failed is taken up again after a pause, a longer one each time."""

    until: float
    pause: float = field(default=5.0)


class DeliveryTeam(Provider):
    """The couriers of this process, by subscription, and the threads that make the calls."""

    def setup(self) -> None:
        """Nobody yet."""
        self.couriers: dict[str, Courier] = {}
        self.rests: dict[str, Rest] = {}
        self.matcher = EventMatcher()
        self.tail: LogTail | None = None
        self.crew = Crew("webhooks", most=MOST_CALLS_AT_ONCE)
        self.next_look = 0.0

    def put(self, key: str, courier: Courier) -> None:
        """A subscription to deliver."""
        self.couriers[key] = courier
        self.matcher.put(key, courier.wanted)

    def remove(self, key: str) -> None:
        """Deliver it no more."""
        self.couriers.pop(key, None)
        self.matcher.remove(key)

    def is_rested(self, key: str) -> bool:
        """Whether it may be tried: it never failed, or its pause is over."""
        rest = self.rests.get(key)
        return rest is None or time.monotonic() >= rest.until

    def lacks(self, key: str) -> bool:
        """Whether it is to be taken up now."""
        return key not in self.couriers and self.is_rested(key)
