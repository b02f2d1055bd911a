"""What the handlers of subscriptions share: stores, settings, the clock, the log."""

from collections.abc import Sequence
from datetime import datetime

from foundation.outbound import signing
from foundation.persistence.event_log import EventLog
from foundation.persistence.lookup_table import LookupTable
from foundation.scheduling import Clock
from foundation.settings.provider import SettingsProvider
from foundation.web import Request
from foundation.web.live import LiveAnswers
from services.subscriptions.domain import subscription as domain
from services.subscriptions.domain import topics
from services.subscriptions.domain.filters import Facts, Filter, attributes_of
from services.subscriptions.domain.subscription import WebhookKey, WebhookSubscription
from services.subscriptions.domain.topics import EventBody
from services.subscriptions.settings import SubscriptionsSettings
from services.subscriptions.store import Progresses, Subscriptions, WebhookDeliveries


class SubscriptionsContext:
    """The injected stores and settings."""

    settings = SettingsProvider(SubscriptionsSettings)
    clock = Clock()
    log = EventLog()
    live = LiveAnswers()
    procedures = LookupTable("dossier_procedures")
    fields = LookupTable("procedure_fields")
    subscriptions = Subscriptions()
    progresses = Progresses()
    deliveries = WebhookDeliveries()

    def facts(self, events: Sequence[EventBody], wanted: Filter) -> list[Facts]:
        """What is known of events, of which the filter is to be judged."""
        procedures: dict[str, str] = {}
        fields: dict[str, str] = {}
        looked_at = attributes_of(wanted)
        if looked_at & {"procedure", "field"}:
            procedures = self.procedures.known(map(topics.dossier_of, events))
        if "field" in looked_at:
            of = (topics.procedure_of(each, procedures) or "" for each in events)
            fields = self.fields.known(of)
        return [topics.facts_of(each, procedures, fields) for each in events]

    def _mine(self, request: Request, subscription_id: str) -> WebhookSubscription:
        """The caller's subscription; NotFound if there is none, or it is another's."""
        return domain.of(self.subscriptions.get(subscription_id), request.who.subject)

    @staticmethod
    def _key(kind: str, now: datetime) -> WebhookKey:
        pair = signing.new_key(kind)
        return WebhookKey(kind=kind, secret=pair.secret, public=pair.public, created=now)
