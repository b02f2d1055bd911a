"""The service `subscriptions`: its handlers stand in handlers/, by what comes in."""

from types import MappingProxyType

from services.subscriptions.handlers.administrator_pages import AdministratorPages
from services.subscriptions.handlers.delivering import Delivering
from services.subscriptions.handlers.feed_api import FeedApi
from services.subscriptions.handlers.figures import WebhookFigures
from services.subscriptions.handlers.learning import Learning
from services.subscriptions.handlers.owner_pages import OwnerPages
from services.subscriptions.handlers.sealing import KeySealing
from services.subscriptions.settings import SubscriptionsSettings


class SubscriptionsService(
    FeedApi,
    OwnerPages,
    AdministratorPages,
    Delivering,
    Learning,
    KeySealing,
    WebhookFigures,
):
    """Keeps the log of all events, lets machines read it, and tells those that subscribed."""

    name = "subscriptions"
    settings_type = SubscriptionsSettings
    publishes = MappingProxyType({"contacts": r"^contact\.webhook\."})
