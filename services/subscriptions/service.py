"""The service `subscriptions`: its handlers stand in handlers/, by what comes in."""

from types import MappingProxyType

from services.subscriptions.handlers.feed_api import FeedApi


class SubscriptionsService(FeedApi):
    """Keeps the log of all events and lets machines read it."""

    name = "subscriptions"
    publishes: MappingProxyType[str, str] = MappingProxyType({})
