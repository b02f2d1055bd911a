"""What an owner sees of their subscription and can do about it: errors, dead letters, replays."""

import json
import uuid
from datetime import datetime
from functools import partial
from typing import Any

from contracts.envelope import read_time
from foundation.errors import Invalid, StoredResponse
from foundation.web import Request, get, post
from services.subscriptions.domain import delivery as deliveries
from services.subscriptions.domain import progress as progresses
from services.subscriptions.domain import subscription as domain
from services.subscriptions.domain.delivery import DeliveryState, WebhookDelivery
from services.subscriptions.domain.replaying import begin_of, trial_event
from services.subscriptions.domain.subscription import SubscriptionState, WebhookSubscription
from services.subscriptions.domain.window import MOST_WAITING
from services.subscriptions.handlers.context import SubscriptionsContext
from services.subscriptions.handlers.subscriptions_api import SCOPE
from services.subscriptions.outside import WebhookCalls
from services.subscriptions.schemas import answers
from services.subscriptions.schemas import subscription as schemas

MOST_COUNTED = 10_000
PAGE = 200


class SelfServiceApi(SubscriptionsContext):
    """An owner helps themselves, without asking an operator."""

    calls = WebhookCalls()

    @get("/subscriptions/<id>", scope=SCOPE, gives=answers.SubscriptionStateAnswer)
    def show_subscription(self, request: Request, id: str) -> dict[str, Any]:
        """A subscription with its lag, its last errors, and how much waits or is dead."""
        subscription, progress = self._mine(request, id), self.progresses.get(id)
        kept = {
            each.value: self.deliveries.count(id, each, most=MOST_COUNTED)
            for each in (DeliveryState.WAITING, DeliveryState.DEAD)
        }
        return schemas.state(subscription, progress, self.log.length(), kept)

    @get("/subscriptions/<id>/deliveries", scope=SCOPE, gives=answers.DeliveriesAnswer)
    def show_deliveries(self, request: Request, id: str) -> dict[str, Any]:
        """The dead letters (`?state=dead`), or what waits for another attempt, by position."""
        asked = request.asked(schemas.DeliveriesQuery())
        self._mine(request, id)
        found = self.deliveries.listed(
            id, asked["state"], after=asked["after"], limit=asked["limit"]
        )
        return schemas.deliveries(found, asked["limit"])

    @post("/subscriptions/<id>/redrive", scope=SCOPE, gives=answers.RedrivenAnswer)
    def redrive(self, request: Request, id: str) -> StoredResponse:
        """Try deliveries again: named ones, or all dead ones, of one type or with one reason.

        As many at once as may wait for an attempt; `more` says that others are left.
        """
        asked, now = request.load(schemas.RedriveFields()), self.clock.real()
        subscription = domain.of(self.subscriptions.get(id), request.who.subject)
        room = MOST_WAITING - self.deliveries.count(id, DeliveryState.WAITING, most=MOST_WAITING)
        found = self._named(id, asked) if asked["deliveries"] else self._dead(id, asked, room + 1)
        for each in found[: max(room, 0)]:
            self.deliveries.change(each.id, partial(deliveries.redrive, now=now))
        tried = min(len(found), max(room, 0))
        answer = {"redriven": tried, "more": len(found) > tried}
        once = request.once(200, lambda _: answer)
        again = partial(domain.redrive, who=subscription.owner, what=f"redriven: {tried}", now=now)
        return once.reply(self.subscriptions.change(id, again, once=once))

    @post("/subscriptions/<id>/replay", scope=SCOPE, gives=answers.SubscriptionAnswer)
    def replay(self, request: Request, id: str) -> StoredResponse:
        """Deliver again from a position or a moment on, so many events a second; nobody else is."""
        once, now = request.once(200, schemas.shown), self.clock.real()
        asked, end = request.load(schemas.ReplayFields()), self.log.length()
        self._mine(request, id)
        cursor = self._begin(asked["after"], asked["since"], end)
        back = partial(progresses.replay, cursor=cursor, rate=asked["rate"], end=end)
        self.progresses.change(id, back)
        again = partial(
            domain.redrive, who=request.who.subject, what=f"replayed from {cursor}", now=now
        )
        return once.reply(self.subscriptions.change(id, again, once=once))

    @post("/subscriptions/<id>/test", scope=SCOPE, gives=answers.TrialAnswer)
    def try_out(self, request: Request, id: str) -> dict[str, Any]:
        """Send an event of the type `motcua.test` now, and say what came of it.

        A target that has not agreed yet is asked instead (`asked`).
        """
        return self._tried(self._mine(request, id), str(uuid.uuid4()))

    def _tried(self, subscription: WebhookSubscription, number: str) -> dict[str, Any]:
        now, id = self.clock.real(), subscription.id
        if subscription.state is not SubscriptionState.ACTIVE:
            attempt, _ = self.calls.ask(subscription, now)
            return schemas.attempt(attempt) | {"asked": True, "ok": attempt.ok}
        event = trial_event(f"test-{number}", id, subscription.agency, now)
        attempt = self.calls.send(self.opened(subscription), [json.loads(event.encode())], now)
        return schemas.attempt(attempt) | {"asked": False, "ok": attempt.ok}

    def _named(self, id: str, asked: dict[str, Any]) -> list[WebhookDelivery]:
        """The named deliveries of this subscription; NotFound if one is not."""
        return [
            deliveries.of(self.deliveries.get(each), subscription=id)
            for each in asked["deliveries"]
        ]

    def _dead(self, id: str, asked: dict[str, Any], most: int) -> list[WebhookDelivery]:
        """Dead ones that fit the filters, in the order of the log."""
        if not (asked["all"] or asked["type"] or asked["reason"]):
            raise Invalid(
                "Hãy ghi deliveries, type, reason hoặc all.",
                "Name deliveries, a type, a reason, or all.",
                fields={"all": ["phải chọn gì đó / something must be chosen"]},
            )
        found: list[WebhookDelivery] = []
        after = 0
        while len(found) < most:
            page = self.deliveries.listed(id, DeliveryState.DEAD, after=after, limit=PAGE)
            found += deliveries.fitting(page, asked["type"], asked["reason"])
            if len(page) < PAGE:
                break
            after = page[-1].position
        return found[:most]

    def _begin(self, after: int | None, since: datetime | None, end: int) -> int:
        if (after is None) == (since is None):
            raise Invalid(
                "Hãy ghi after hoặc since, một trong hai.",
                "Either after or since is needed, not both.",
                fields={"after": ["một trong hai / one of the two"]},
            )
        if since is not None:
            return begin_of(since, self.log.begin(), end, self._time_at)
        return min(after or 0, end)

    def _time_at(self, position: int) -> datetime:
        (record,) = self.log.after(position - 1, 1)
        return read_time(record.event["time"])
