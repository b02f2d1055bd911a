"""What one process knows of a subscription that it delivers: what is read, under way, and waits.

It is kept in memory and can be thrown away at any moment: what is stored (the cursor, and the
deliveries that wait) is enough to begin again. The cursor never passes an event that is neither
delivered nor stored.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import islice
from typing import Any

from foundation.frozen import replace
from services.subscriptions.domain.delivery import (
    DeliveryAttempt,
    DeliveryState,
    EventPlace,
    WebhookDelivery,
    fail,
    place_of,
    retry_moment,
    succeed,
    wait,
)
from services.subscriptions.domain.progress import (
    TargetCircuit,
    WebhookProgress,
    calls_at_once,
    circuit_after,
    note,
)
from services.subscriptions.domain.subscription import WebhookSubscription

MOST_READ = 500
"""Events read ahead for one subscription."""
MOST_WAITING = 1000
"""Deliveries kept for a retry; with so many nothing more is read: it waits in the log."""
MOST_CALLS = 8
"""Calls to one target at the same time."""

Body = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Parcel:
    """One call to be made: its events with their bodies, or the stored delivery to try again."""

    places: tuple[EventPlace, ...]
    bodies: tuple[Body, ...] = ()
    delivery: WebhookDelivery | None = None

    @property
    def position(self) -> int:
        """The position of its first event: what it is known by."""
        return self.places[0].position


@dataclass
class LogTail:
    """Up to where this process has read the log for all that are at its end."""

    position: int


class DeliveryWindow:
    """The subscription's events between its cursor and what was read of the log."""

    def __init__(
        self,
        subscription: WebhookSubscription,
        progress: WebhookProgress,
        waiting: Iterable[WebhookDelivery],
        delays: Sequence[int],
    ) -> None:
        """As stored; `delays` are the seconds before each new attempt."""
        self.subscription = subscription
        self.progress = progress
        self.closed = False
        self.circuit = TargetCircuit()
        self._read = progress.cursor
        self._tail: LogTail | None = None
        self._delays = tuple(delays)
        self._ready: dict[int, tuple[EventPlace, Body]] = {}
        self._flying: dict[int, Parcel] = {}
        self._waiting: dict[int, WebhookDelivery] = {}
        self._held: set[int] = set()
        self._due: list[tuple[datetime, int]] = []
        self._rests_until: datetime | None = None
        for each in waiting:
            self._keep(each)

    @property
    def read(self) -> int:
        """Up to where the log was looked through for it."""
        return self._tail.position if self._tail else self._read

    @property
    def follows(self) -> bool:
        """Whether it is at the end of the log, and read for together with all others there."""
        return self._tail is not None

    @property
    def cursor(self) -> int:
        """The position up to which everything is delivered or stored."""
        new = (at for at, parcel in self._flying.items() if parcel.delivery is None)
        first = min([*new, *islice(self._ready, 1)], default=None)
        return self.read if first is None else first - 1

    @property
    def is_idle(self) -> bool:
        """Whether nothing new is read or under way."""
        return not self._ready and not self._flying

    @property
    def has_room(self) -> bool:
        """Whether more of the log may be read for it."""
        return len(self._ready) < MOST_READ and len(self._waiting) < MOST_WAITING

    @property
    def waiting(self) -> int:
        """How many deliveries wait for another attempt."""
        return len(self._waiting)

    def offer(self, position: int, body: Body) -> None:
        """An event that the subscription wants, behind all that were offered before."""
        self._read = max(self._read, position)
        if position not in self._held:
            self._ready[position] = (place_of(position, body), body)

    def pass_over(self, position: int) -> None:
        """Nothing more up to a position is wanted."""
        self._read = max(self._read, position)

    def follow(self, tail: LogTail) -> None:
        """From here on it is read for together with all that are at the end of the log."""
        self._tail = tail

    def fall_behind(self) -> None:
        """It has no room for what comes: it will read the rest by itself."""
        self._read, self._tail = self.read, None

    def take(self, now: datetime) -> Parcel | None:
        """The next call to make, if one may be made now."""
        if self.closed:
            return None
        if self._rests_until and now < self._rests_until:
            return None
        if len(self._flying) >= calls_at_once(self.circuit, now, MOST_CALLS):
            return None
        parcel = self._due_again(now) or self._next_new()
        if parcel:
            self._flying[parcel.position] = parcel
            self._pace(parcel, now)
        return parcel

    def to_hold(self, now: datetime) -> list[WebhookDelivery]:
        """New events whose dossier has an earlier one that waits: they are to be stored, too."""
        if not self.subscription.wish.options.by_dossier or not self._waiting:
            return []
        behind = self._subjects(self._waiting.values())
        return [
            wait(self.subscription.id, [place], now, blocked=True)
            for place, _ in self._ready.values()
            if place.subject in behind
        ][: MOST_WAITING - len(self._waiting)]

    def hold(self, stored: WebhookDelivery) -> None:
        """What `to_hold` named is stored."""
        self._ready.pop(stored.position, None)
        self._keep(stored)

    def outcome(
        self, parcel: Parcel, attempt: DeliveryAttempt, chance: float
    ) -> WebhookDelivery | None:
        """What is to be stored of a call before `settle`; None if nothing is."""
        if parcel.delivery is None and attempt.ok:
            return None
        before = parcel.delivery or wait(self.subscription.id, parcel.places, attempt.at)
        if attempt.ok:
            return succeed(before, attempt)
        return fail(before, attempt, self._delays, chance)

    def settle(
        self,
        parcel: Parcel,
        attempt: DeliveryAttempt,
        stored: WebhookDelivery | None,
        chance: float,
    ) -> None:
        """A call is over, and what became of it is stored."""
        self._flying.pop(parcel.position, None)
        self._forget(parcel)
        self.progress = note(self.progress, attempt, len(parcel.places))
        self.circuit = circuit_after(self.circuit, attempt.at, chance, alive=attempt.alive)
        asked = retry_moment(attempt)
        if asked:
            self._rests_until = max(asked, self._rests_until or asked)
        if stored and stored.state is DeliveryState.WAITING:
            self._keep(stored)
        else:
            self._release({each.subject for each in parcel.places})

    def marked(self) -> WebhookProgress:
        """The progress as it is to be stored."""
        return replace(self.progress, cursor=self.cursor)

    def _due_again(self, now: datetime) -> Parcel | None:
        while self._due and self._due[0][0] <= now:
            _, position = heappop(self._due)
            delivery = self._waiting.get(position)
            if delivery and position not in self._flying and delivery.next_at <= now:
                return Parcel(places=delivery.events, delivery=delivery)
        return None

    def _next_new(self) -> Parcel | None:
        options = self.subscription.wish.options
        busy: set[str] = set()
        if options.by_dossier:
            busy = self._subjects(self._waiting.values()) | {
                place.subject for parcel in self._flying.values() for place in parcel.places
            }
        if len(self._waiting) >= MOST_WAITING:
            return None
        found: list[tuple[EventPlace, Body]] = []
        for place, body in self._ready.values():
            if len(found) == options.batch:
                break
            if place.subject not in busy:
                found.append((place, body))
        for place, _ in found:
            del self._ready[place.position]
        if not found:
            return None
        places, bodies = zip(*found, strict=True)
        return Parcel(places=places, bodies=bodies)

    def _pace(self, parcel: Parcel, now: datetime) -> None:
        """Keep to the calls a minute that the target allows, and to the rate of a replay."""
        rates = [self.subscription.rate / 60] if self.subscription.rate else []
        again = parcel.delivery is None and parcel.position <= self.progress.replay_until
        if again and self.progress.replay_rate:
            rates.append(self.progress.replay_rate / len(parcel.places))
        if rates:
            planned = max(self._rests_until or now, now - timedelta(seconds=1))
            self._rests_until = planned + timedelta(seconds=1 / min(rates))

    def _keep(self, delivery: WebhookDelivery) -> None:
        self._waiting[delivery.position] = delivery
        self._held.update(each.position for each in delivery.events)
        if not delivery.blocked:
            heappush(self._due, (delivery.next_at, delivery.position))

    def _forget(self, parcel: Parcel) -> None:
        # What is not read yet stays held: it was dealt with, and is not to be offered again.
        if self._waiting.pop(parcel.position, None):
            self._held.difference_update(
                each.position for each in parcel.places if each.position <= self.read
            )

    def _release(self, subjects: set[str]) -> None:
        """Let the next event of a dossier go that waited for one before it."""
        for subject in subjects:
            blocked = [
                at
                for at, each in self._waiting.items()
                if any(place.subject == subject for place in each.events)
            ]
            if blocked and self._waiting[min(blocked)].blocked:
                first = self._waiting[min(blocked)]
                self._keep(replace(first, blocked=False))

    @staticmethod
    def _subjects(deliveries: Iterable[WebhookDelivery]) -> set[str]:
        return {place.subject for each in deliveries for place in each.events}
