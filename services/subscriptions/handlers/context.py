"""What the handlers of subscriptions share: stores, settings, the clock, the log."""

from datetime import datetime

from foundation.outbound import signing
from foundation.persistence.event_log import EventLog
from foundation.persistence.lookup_table import LookupTable
from foundation.scheduling import Clock
from foundation.settings.provider import SettingsProvider
from foundation.web import Request
from services.subscriptions.domain import subscription as domain
from services.subscriptions.domain.subscription import WebhookKey, WebhookSubscription
from services.subscriptions.settings import SubscriptionsSettings
from services.subscriptions.store import Progresses, Subscriptions, WebhookDeliveries


class SubscriptionsContext:
    """The injected stores and settings."""

    settings = SettingsProvider(SubscriptionsSettings)
    clock = Clock()
    log = EventLog()
    procedures = LookupTable("dossier_procedures")
    fields = LookupTable("procedure_fields")
    subscriptions = Subscriptions()
    progresses = Progresses()
    deliveries = WebhookDeliveries()

    def _mine(self, request: Request, subscription_id: str) -> WebhookSubscription:
        """The caller's subscription; NotFound if there is none, or it is another's."""
        return domain.of(self.subscriptions.get(subscription_id), request.who.subject)

    @staticmethod
    def _key(kind: str, now: datetime) -> WebhookKey:
        pair = signing.new_key(kind)
        return WebhookKey(kind=kind, secret=pair.secret, public=pair.public, created=now)
