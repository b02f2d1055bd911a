"""Subscriptions to webhooks: created, shown, changed and ended by their owners."""

from datetime import timedelta
from functools import partial
from typing import Any

from foundation.errors import StoredResponse
from foundation.outbound.target import read_target
from foundation.persistence.idempotency import RequestIdempotency
from foundation.web import Request, get, post, put
from services.subscriptions.domain import subscription as domain
from services.subscriptions.domain.filters import read_filters
from services.subscriptions.domain.progress import WebhookProgress, begin_again
from services.subscriptions.domain.subscription import WebhookSubscription
from services.subscriptions.handlers.context import SubscriptionsContext
from services.subscriptions.schemas import answers
from services.subscriptions.schemas import subscription as schemas

SCOPE = "events:read"


class SubscriptionsApi(SubscriptionsContext):
    """An integrator's subscriptions; nobody sees another's."""

    @post("/subscriptions", scope=SCOPE, gives=answers.SubscriptionSecretAnswer)
    def subscribe(self, request: Request) -> StoredResponse:
        """Create a subscription; an HMAC secret is in this answer and never shown again."""
        who, asked = request.who, request.load(schemas.NewSubscriptionFields())
        self._check(asked)
        key, secret = self._new_key(asked["signing"], request.new_id)
        once = self._telling(request, 201, secret, request.new_id)
        end = self.log.length()
        begin = end if asked["after"] is None else min(asked["after"], end)
        create = partial(
            domain.create,
            request.new_id,
            asked["wish"],
            key,
            owner=who.subject,
            agency=domain.bound(who.agency, asked["agency"]),
            others=len(self.subscriptions.of_owner(who.subject)),
        )
        blank = WebhookProgress(id=request.new_id, cursor=begin)
        self.progresses.change_or_create(blank.id, blank, lambda each: (each, ()))
        return once.reply(self.subscriptions.create(request.new_id, create, once=once))

    @get("/subscriptions", scope=SCOPE, gives=answers.SubscriptionsAnswer)
    def subscribed(self, request: Request) -> dict[str, Any]:
        """All subscriptions of the caller."""
        return schemas.listed(self.subscriptions.of_owner(request.who.subject))

    @put("/subscriptions/<id>", scope=SCOPE, gives=answers.SubscriptionAnswer)
    def change_subscription(self, request: Request, id: str) -> dict[str, Any]:
        """Put another target, address, filter or option in place; the whole of them is given."""
        return schemas.shown(self._changed(request, id, once=None))

    @post("/subscriptions/<id>/pause", scope=SCOPE, gives=answers.SubscriptionAnswer)
    def pause(self, request: Request, id: str) -> StoredResponse:
        """Deliver nothing until it is resumed; nothing is lost meanwhile."""
        return self._decide(request, id, domain.pause)

    @post("/subscriptions/<id>/resume", scope=SCOPE, gives=answers.SubscriptionAnswer)
    def resume(self, request: Request, id: str) -> StoredResponse:
        """Go on where it stopped, paused or disabled; days of failure are counted anew."""
        self._mine(request, id)
        self.progresses.change(id, lambda each: (begin_again(each), ()))
        return self._decide(request, id, domain.resume)

    @post("/subscriptions/<id>/delete", scope=SCOPE, gives=answers.SubscriptionAnswer)
    def unsubscribe(self, request: Request, id: str) -> StoredResponse:
        """End it for good."""
        return self._decide(request, id, domain.delete)

    @post("/subscriptions/<id>/rotate", scope=SCOPE, gives=answers.SubscriptionSecretAnswer)
    def rotate(self, request: Request, id: str) -> StoredResponse:
        """Sign with a new key; for some hours the one before signs, too."""
        asked = request.load(schemas.RotateFields())
        key, secret = self._new_key(asked["signing"] or self._mine(request, id).keys[0].kind, id)
        once = self._telling(request, 200, secret, id)
        rotate = partial(
            domain.rotate,
            key=key,
            overlap=timedelta(hours=asked["overlap_hours"]),
            who=request.who.subject,
        )
        decide = self._as_seen(request, rotate)
        return once.reply(self.subscriptions.change(id, decide, once=once))

    def _changed(
        self, request: Request, id: str, *, once: RequestIdempotency | None
    ) -> WebhookSubscription:
        asked, now = request.load(schemas.WishFields()), self.clock.real()
        self._check(asked)
        change = partial(domain.change, wish=asked["wish"], who=request.who.subject, now=now)
        return self.subscriptions.change(id, self._as_seen(request, change), once=once)

    def _decide(self, request: Request, id: str, decide: Any) -> StoredResponse:
        once, now = request.once(200, schemas.shown), self.clock.real()
        decided = self._as_seen(request, partial(decide, who=request.who.subject, now=now))
        return once.reply(self.subscriptions.change(id, decided, once=once))

    def _telling(
        self, request: Request, status: int, secret: str, subscription_id: str
    ) -> RequestIdempotency:
        """The record of a request whose answer tells a secret: nobody reads it in the database."""
        once = request.once(status, partial(schemas.with_secret, secret=secret))
        return self.vault.seal_answer(once, subscription_id)

    def _check(self, asked: dict[str, Any]) -> None:
        """See that target and filters can be used; Invalid if not."""
        read_target(asked["wish"].target, inside=bool(self.settings.webhook_networks))
        read_filters(asked["filters"])
