"""Schemas of the subscriptions API: what owners send, and what they are shown."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from marshmallow import Schema, fields, post_load, validate

from contracts.envelope import canonical, write_time
from foundation.web.email_field import EmailAddress
from foundation.web.fields import AgencyCode
from foundation.web.text_fields import CleanTable, CodeLine, Line
from services.subscriptions.domain.delivery import DeliveryAttempt, DeliveryState, WebhookDelivery
from services.subscriptions.domain.progress import WebhookProgress
from services.subscriptions.domain.subscription import (
    DeliveryOptions,
    SubscriptionWish,
    WebhookKey,
    WebhookSubscription,
)
from services.subscriptions.schemas.feed import FURTHEST

MOST_IN_BATCH = 100
MOST_SHOWN = 200
KINDS_OF_KEYS = ("ed25519", "hmac")
LONGEST_URL = 1000


class WishFields(Schema):
    """Body of changing a subscription; of creating one, too, with more."""

    target = CodeLine(LONGEST_URL, required=True)
    email = EmailAddress(required=True)
    name = Line(200, load_default="")
    filters = CleanTable(load_default=list)
    order = CodeLine(20, load_default="none", validate=validate.OneOf(["none", "dossier"]))
    batch = fields.Integer(load_default=1, strict=True, validate=validate.Range(1, MOST_IN_BATCH))

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """The wish as the domain has it, and the filters to be looked at."""
        options = DeliveryOptions(
            by_dossier=data.pop("order") == "dossier", batch=data.pop("batch")
        )
        wish = SubscriptionWish(
            target=data.pop("target"),
            email=data.pop("email"),
            name=data.pop("name"),
            filters=canonical(data["filters"]).decode(),
            options=options,
        )
        return {**data, "wish": wish}


class NewSubscriptionFields(WishFields):
    """Body of creating a subscription; without `after` it begins at the end of the log."""

    signing = CodeLine(20, load_default="ed25519", validate=validate.OneOf(KINDS_OF_KEYS))
    agency = AgencyCode(load_default="")
    after = fields.Integer(
        load_default=None, allow_none=True, strict=True, validate=validate.Range(0, FURTHEST)
    )


class RotateFields(Schema):
    """Body of rotating: the kind of the new key, and for how many hours both keys sign."""

    signing = CodeLine(20, load_default="", validate=validate.OneOf(["", *KINDS_OF_KEYS]))
    overlap_hours = fields.Integer(load_default=24, strict=True, validate=validate.Range(0, 168))


class ReplayFields(Schema):
    """Body of a replay: from a position of the log or from a moment, so many events a second."""

    after = fields.Integer(load_default=None, strict=True, validate=validate.Range(0, FURTHEST))
    since = fields.AwareDateTime(load_default=None)
    rate = fields.Integer(load_default=0, strict=True, validate=validate.Range(0, 10_000))


class DeliveriesQuery(Schema):
    """Query of the deliveries of a subscription that did not succeed at once, by position."""

    state = fields.Enum(DeliveryState, by_value=True, load_default=DeliveryState.DEAD)
    after = fields.Integer(load_default=0, validate=validate.Range(0, FURTHEST))
    limit = fields.Integer(load_default=50, validate=validate.Range(1, MOST_SHOWN))


class RedriveFields(Schema):
    """Body of a redrive: named deliveries, or all that are dead and fit the filters."""

    deliveries = fields.List(
        CodeLine(100), load_default=list, validate=validate.Length(max=MOST_SHOWN)
    )
    type = CodeLine(100, load_default="")
    reason = CodeLine(20, load_default="")
    all = fields.Boolean(load_default=False)


def shown(subscription: WebhookSubscription) -> dict[str, Any]:
    """A subscription for its owner; never what signs."""
    wish = subscription.wish
    return {
        "id": subscription.id,
        "name": wish.name,
        "target": wish.target,
        "email": wish.email,
        "agency": subscription.agency,
        "filters": json.loads(wish.filters),
        "order": "dossier" if wish.options.by_dossier else "none",
        "batch": wish.options.batch,
        "state": subscription.state.value,
        "because": subscription.because,
        "keys": [_key(each) for each in subscription.keys],
        "created": write_time(subscription.created),
        "changes": [
            {"at": write_time(each.at), "by": each.by, "what": each.what}
            for each in subscription.changes
        ],
    }


def with_secret(subscription: WebhookSubscription, secret: str) -> dict[str, Any]:
    """The same with the secret that the receiver verifies with, if there is one: shown once."""
    return shown(subscription) | ({"secret": secret} if secret else {})


def listed(subscriptions: Iterable[WebhookSubscription]) -> dict[str, Any]:
    """All subscriptions of an owner."""
    return {"subscriptions": [shown(each) for each in subscriptions]}


def state(
    subscription: WebhookSubscription, progress: WebhookProgress, end: int, kept: dict[str, int]
) -> dict[str, Any]:
    """A subscription and how it fares: `end` is how long the log is."""
    return shown(subscription) | {
        "position": progress.cursor,
        "lag": max(0, end - progress.cursor),
        "delivered": progress.delivered,
        "last_success": _moment(progress.last_ok),
        "failing_since": _moment(progress.failing_since),
        "waiting": kept["waiting"],
        "dead": kept["dead"],
        "errors": [attempt(each) for each in progress.errors],
    }


def attempt(made: DeliveryAttempt) -> dict[str, Any]:
    """One call and what came of it."""
    return {
        "at": write_time(made.at),
        "status": made.status,
        "trouble": made.trouble,
        "body": made.excerpt,
        "seconds": round(made.seconds, 3),
    }


def deliveries(found: Sequence[WebhookDelivery], limit: int) -> dict[str, Any]:
    """A page of deliveries, and behind which position the next one begins; null at the end."""
    more = found[limit - 1].position if len(found) == limit else None
    return {"deliveries": [_delivery(each) for each in found], "next": more}


def _delivery(kept: WebhookDelivery) -> dict[str, Any]:
    last = kept.attempts[-1] if kept.attempts else None
    return {
        "id": kept.id,
        "position": kept.position,
        "state": kept.state.value,
        "events": [{"id": e.id, "type": e.type, "subject": e.subject} for e in kept.events],
        "reason": last.reason if last else "",
        "next_attempt": write_time(kept.next_at) if kept.state is DeliveryState.WAITING else None,
        "attempts": [attempt(each) for each in kept.attempts],
    }


def _key(key: WebhookKey) -> dict[str, Any]:
    return {
        "kind": key.kind,
        "public": key.public,
        "created": write_time(key.created),
        "until": _moment(key.until),
    }


def _moment(moment: Any) -> str | None:
    return write_time(moment) if moment else None
