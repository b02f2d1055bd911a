"""Stores of subscriptions, of their cursors, and of the deliveries that did not succeed at once."""

from collections.abc import Sequence

from foundation.outbox import Store
from foundation.persistence import Index
from services.subscriptions.domain.delivery import DeliveryState, WebhookDelivery
from services.subscriptions.domain.progress import WebhookProgress
from services.subscriptions.domain.subscription import (
    AT_WORK,
    MOST_OF_ONE_OWNER,
    SubscriptionState,
    WebhookSubscription,
)
from services.subscriptions.domain.window import MOST_WAITING

MOST_AT_WORK = 5000
UNSEALED = {"keys.secret": {"$gt": ""}}
NOT_DELETED = [each.value for each in SubscriptionState if each is not SubscriptionState.DELETED]


class Subscriptions(Store[WebhookSubscription]):
    """Store of subscriptions."""

    entity = WebhookSubscription
    collection = "subscriptions"
    indexes = (
        Index(name="by_owner", keys=(("owner", 1), ("state", 1))),
        Index(name="by_state", keys=(("state", 1),)),
        Index(name="unsealed", keys=(("keys.secret", 1),), partial=UNSEALED),
    )

    def of_owner(self, owner: str) -> list[WebhookSubscription]:
        """All of one owner but the deleted, oldest first (index by_owner)."""
        query = {"owner": owner, "state": {"$in": NOT_DELETED}}
        return sorted(self.find(query, limit=MOST_OF_ONE_OWNER), key=lambda each: each.created)

    def count(self, state: SubscriptionState) -> int:
        """How many are in a state (index by_state)."""
        return len(self.ids({"state": state.value}, limit=MOST_AT_WORK))

    def owned(self) -> list[tuple[str, SubscriptionState]]:
        """Owner and state of all but the deleted (index by_state)."""
        found = self.values({"state": {"$in": NOT_DELETED}}, ("owner", "state"), limit=MOST_AT_WORK)
        return [(str(each["owner"]), SubscriptionState(each["state"])) for each in found]

    def unsealed(self, limit: int) -> list[str]:
        """Those whose keys were stored before keys were sealed (index unsealed)."""
        return self.ids(UNSEALED, limit=limit)

    def at_work(self) -> dict[str, int]:
        """The versions of those that are delivered, or asked to agree, by id (index by_state)."""
        query = {"state": {"$in": [each.value for each in AT_WORK]}}
        found = self.values(query, ("_id", "version"), limit=MOST_AT_WORK)
        return {str(each["_id"]): int(each["version"]) for each in found}


class Progresses(Store[WebhookProgress]):
    """Store of cursors, by subscription."""

    entity = WebhookProgress
    collection = "progress"

    def of(self, subscriptions: Sequence[str]) -> list[WebhookProgress]:
        """Those of these subscriptions, by their ids."""
        return self.find({"_id": {"$in": list(subscriptions)}}, limit=MOST_AT_WORK)


class WebhookDeliveries(Store[WebhookDelivery]):
    """Store of deliveries that wait for another attempt, or are dead."""

    entity = WebhookDelivery
    collection = "deliveries"
    indexes = (Index(name="by_state", keys=(("subscription", 1), ("state", 1), ("position", 1))),)

    def waiting(self, subscription: str) -> list[WebhookDelivery]:
        """All that wait (index by_state)."""
        query = {"subscription": subscription, "state": DeliveryState.WAITING.value}
        return self.find(query, sort=(("position", 1),), limit=2 * MOST_WAITING)

    def listed(
        self, subscription: str, state: DeliveryState, *, after: int, limit: int
    ) -> list[WebhookDelivery]:
        """Those in a state behind a position, in its order (index by_state)."""
        query = {
            "subscription": subscription,
            "state": state.value,
            "position": {"$gt": after},
        }
        return self.find(query, sort=(("position", 1),), limit=limit)

    def count(self, subscription: str, state: DeliveryState, *, most: int) -> int:
        """How many are in a state, counted up to `most` (index by_state)."""
        return len(self.ids({"subscription": subscription, "state": state.value}, limit=most))
