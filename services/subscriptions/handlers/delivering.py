"""Delivers: every process has its part of the subscriptions, reads, calls, and stores the rest.

Nothing is stored of a delivery that succeeds but the cursor, now and then. Whoever dies loses what
was in memory: the next holder begins at the cursor, and what was delivered since comes again, with
the same `webhook-id`.
"""

import random
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from foundation.observability.logs import log
from foundation.observability.service_metrics import ServiceCounter
from foundation.persistence.claims import Claims
from foundation.scheduling import everywhere, run_each
from services.subscriptions.domain import subscription as domain
from services.subscriptions.domain.delivery import (
    FORGOTTEN,
    GONE,
    DeliveryAttempt,
    DeliveryState,
    WebhookDelivery,
)
from services.subscriptions.domain.progress import (
    FAILING_DISABLED,
    WebhookProgress,
    hand_over,
    is_to_be_disabled,
    is_to_be_warned,
    note,
)
from services.subscriptions.domain.subscription import wanted_of
from services.subscriptions.domain.window import DeliveryWindow, LogTail, Parcel
from services.subscriptions.handlers.reading import LogReading
from services.subscriptions.handlers.team import Courier, Rest
from services.subscriptions.outside import WebhookCalls

LOOK_SECONDS = 2.0
STORE_SECONDS, STORE_IDLE_SECONDS = 1.0, 15.0
MOST_UNSTORED = 5000
"""Events passed over before the cursor of a subscription is stored, though it wanted none."""
LONGEST_REST = 600.0


class Delivering(LogReading):
    """The part of the subscriptions that this process delivers."""

    calls = WebhookCalls()
    claims = Claims("claims")
    outcomes = ServiceCounter(
        "motcua_webhook_calls", "Calls to targets of webhooks, by answer", by=("outcome",)
    )
    dead_letters = ServiceCounter(
        "motcua_webhook_dead_letters", "Deliveries given up, by their last answer", by=("reason",)
    )

    @everywhere(0.1)
    def deliver(self) -> bool:
        """One round; True if there is more to read."""
        if time.monotonic() >= self.team.next_look:
            self._look()
        more = self._read()
        for key, courier in list(self.team.couriers.items()):
            self._start(key, courier)
        run_each([*self.team.couriers], self._store_if_due)
        return more

    def _look(self) -> None:
        """See which subscriptions are ours, and which of them were changed."""
        team = self.team
        stored = self.subscriptions.at_work()
        held = self.claims.tend(stored)
        team.next_look = time.monotonic() + LOOK_SECONDS
        for key in team.crew.take_fallen():
            self._rest(key)
            team.remove(key)
        for key, courier in team.couriers.items():
            changed = stored.get(key) != courier.version
            if changed:
                team.rests.pop(key, None)
            if changed or key not in held:
                courier.window.closed = True
        run_each([k for k, each in team.couriers.items() if each.window.closed], self._close)
        for key in run_each([each for each in held if team.lacks(each)], self._open):
            self._rest(key)
        if not team.couriers:
            team.tail = None

    def _rest(self, key: str) -> None:
        """Take it up again after a pause, each time twice as long."""
        before = self.team.rests.get(key)
        pause = min(2 * before.pause, LONGEST_REST) if before else Rest(0).pause
        self.team.rests[key] = Rest(time.monotonic() + pause, pause)

    def _open(self, key: str) -> None:
        """Begin at what is stored; whoever had it before can store its progress no more."""
        subscription = self.subscriptions.get(key)
        mine = partial(replace, holder=self.claims.me)
        progress = self.progresses.change(key, lambda each: (mine(each), ()))
        window = DeliveryWindow(
            subscription, progress, self.deliveries.waiting(key), self.settings.webhook_delays
        )
        if self.team.tail is None:
            self.team.tail = LogTail(self.log.length())
        wanted = wanted_of(subscription)
        version = subscription.revision.version
        self.team.put(key, Courier(window=window, wanted=wanted, version=version, saved=progress))

    def _close(self, key: str) -> None:
        """Store how far it is and forget it, as soon as no call is under way."""
        if not self.team.crew.at_work(key):
            courier = self.team.couriers[key]
            self.team.remove(key)
            self._store(key, courier)

    def _start(self, key: str, courier: Courier) -> None:
        window, crew, now = courier.window, self.team.crew, self.clock.real()
        if window.closed or crew.is_full():
            return
        if not courier.reads:
            if not crew.at_work(key) and self.team.is_rested(key):
                crew.start(key, partial(self._ask, key, courier))
            return
        for each in window.to_hold(now):
            window.hold(self._kept(each))
        while not crew.is_full() and (parcel := window.take(now)):
            crew.start(key, partial(self._carry, key, courier, parcel))

    def _ask(self, key: str, courier: Courier) -> None:
        """Ask the target whether it agrees, before anything is sent to it."""
        window = courier.window
        attempt, rate = self.calls.ask(window.subscription, self.clock.real())
        self.outcomes.add(f"asked {_outcome(attempt)}")
        if attempt.ok:
            self.team.rests.pop(key, None)
            confirm = partial(domain.confirm, rate=rate, now=attempt.at)
            self.subscriptions.change(key, confirm)
            self.team.next_look = 0.0
            return
        self._rest(key)
        window.progress = note(window.progress, attempt, 0)
        self._judge(key, courier, attempt)

    def _carry(self, key: str, courier: Courier, parcel: Parcel | None) -> None:
        """Make a call, and then the next one, until there is none to make now."""
        while parcel:
            attempt = self._call(courier, parcel)
            self._settle(key, courier, parcel, attempt)
            parcel = courier.window.take(self.clock.real())

    def _call(self, courier: Courier, parcel: Parcel) -> DeliveryAttempt:
        now = self.clock.real()
        if not parcel.bodies and parcel.position < self.log.begin():
            return DeliveryAttempt(at=now, trouble=FORGOTTEN)
        events = parcel.bodies or [self._event(each.position) for each in parcel.places]
        courier.signing = courier.signing or self.opened(courier.window.subscription)
        return self.calls.send(courier.signing, events, now)

    def _settle(self, key: str, courier: Courier, parcel: Parcel, attempt: DeliveryAttempt) -> None:
        """Store what is to be tried again before the cursor may pass it."""
        window, chance = courier.window, random.random()  # noqa: S311 -- spreads calls in time
        outcome = window.outcome(parcel, attempt, chance)
        stored = self._kept(outcome) if outcome else None
        window.settle(parcel, attempt, stored, chance)
        self.outcomes.add(_outcome(attempt))
        if stored and stored.state is DeliveryState.DEAD:
            self.dead_letters.add(_outcome(attempt))
        if not attempt.ok:
            self._judge(key, courier, attempt)

    def _judge(self, key: str, courier: Courier, attempt: DeliveryAttempt) -> None:
        """After a failure: disable a target that is gone, or has failed for days; warn before."""
        window = courier.window
        if attempt.status == GONE:
            self._disable(key, courier, domain.BECAUSE_GONE, attempt.at)
        elif is_to_be_disabled(window.progress, attempt.at):
            since = window.progress.failing_since or attempt.at
            self._disable(key, courier, domain.BECAUSE_FAILING, since)
        elif is_to_be_warned(window.progress, attempt.at):
            self._warn(key, courier, attempt)

    def _warn(self, key: str, courier: Courier, attempt: DeliveryAttempt) -> None:
        window = courier.window
        since = window.progress.failing_since or attempt.at
        disables = since + FAILING_DISABLED
        self.subscriptions.change(
            key, partial(domain.warn, since=since, disables=disables, now=attempt.at)
        )
        window.progress = replace(window.progress, warned=True)
        log.warning("webhook_failing", subscription=key, since=since)

    def _disable(self, key: str, courier: Courier, because: str, since: datetime) -> None:
        courier.window.closed = True
        disable = partial(domain.disable, because=because, since=since, now=self.clock.real())
        self.subscriptions.change(key, disable)
        log.warning("webhook_disabled", subscription=key, because=because)
        self.team.next_look = 0.0

    def _kept(self, delivery: WebhookDelivery) -> WebhookDelivery:
        """As it is stored; whatever was stored of it before."""
        return self.deliveries.change_or_create(
            delivery.id,
            None,
            lambda known: (replace(delivery, revision=known.revision) if known else delivery, ()),
        )

    def _event(self, position: int) -> Mapping[str, Any]:
        (record,) = self.log.after(position - 1, 1)
        return record.event

    def _store_if_due(self, key: str) -> None:
        courier = self.team.couriers[key]
        window, since = courier.window, time.monotonic() - courier.stored_at
        passed = window.cursor - courier.saved.cursor
        called = window.progress is not courier.seen
        late = passed > 0 and since >= STORE_IDLE_SECONDS
        if (called and since >= STORE_SECONDS) or passed > MOST_UNSTORED or late:
            self._store(key, courier)

    def _store(self, key: str, courier: Courier) -> None:
        """Store how far it is, unless somebody else wrote: then it is to be read anew."""
        window = courier.window
        marked, seen = window.marked(), window.progress
        courier.stored_at = time.monotonic()
        saved = self.progresses.change(key, lambda each: (hand_over(each, marked), ()))
        if _facts(saved) != _facts(marked):
            window.closed = True
            return
        progress = window.progress
        window.progress = replace(progress, revision=saved.revision)
        courier.saved = saved
        courier.seen = window.progress if progress is seen else None
        if courier.reads:
            self.team.rests.pop(key, None)


def _facts(progress: WebhookProgress) -> WebhookProgress:
    return replace(progress, revision=WebhookProgress(id="", cursor=0).revision)


def _outcome(attempt: DeliveryAttempt) -> str:
    """Few words, for metrics: `2xx`, `3xx`, `410`, `429`, `4xx`, `5xx`, or why none came."""
    if attempt.status in {GONE, 429}:
        return str(attempt.status)
    return f"{attempt.status // 100}xx" if attempt.status else attempt.trouble
