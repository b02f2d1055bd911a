"""What the handlers of subscriptions share: stores, settings, the clock, the log."""

from collections.abc import Callable, Sequence
from functools import partial

from foundation.outbound import signing
from foundation.persistence.event_log import EventLog
from foundation.persistence.lookup_table import LookupTable
from foundation.scheduling import Clock
from foundation.settings.provider import SettingsProvider
from foundation.vault.provider import Vault
from foundation.web import Request
from foundation.web.live import LiveAnswers
from services.subscriptions.domain import seen, topics
from services.subscriptions.domain import subscription as domain
from services.subscriptions.domain.filters import Facts, Filter, attributes_of
from services.subscriptions.domain.subscription import Changed, WebhookKey, WebhookSubscription
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
    vault = Vault()

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

    def opened(self, subscription: WebhookSubscription) -> WebhookSubscription:
        """As deliveries are signed by it; Unavailable without the master key that sealed it."""
        return domain.open_keys(subscription, partial(self.vault.open, about=subscription.id))

    def _mine(self, request: Request, subscription_id: str) -> WebhookSubscription:
        """The caller's subscription; NotFound if there is none, or it is another's."""
        return domain.of(self.subscriptions.get(subscription_id), request.who.subject)

    def _as_seen(
        self, request: Request, decide: Callable[[WebhookSubscription], Changed]
    ) -> Callable[[WebhookSubscription], Changed]:
        """`decide`, if its owner saw the subscription as it is (If-Match; without it, anyhow)."""

        def decided(subscription: WebhookSubscription) -> Changed:
            mine = domain.of(subscription, request.who.subject)
            seen.must_be_as_seen(mine, request.headers.get("if-match", ""))
            return decide(mine)

        return decided

    def _new_key(self, kind: str, subscription_id: str) -> tuple[WebhookKey, str]:
        """A fresh key, sealed, and the secret that its receiver is to be told, if there is one."""
        domain.must_be_able_to_seal(able=self.vault.is_open())
        pair = signing.new_key(kind)
        sealed = self.vault.seal(pair.secret, subscription_id)
        key = WebhookKey(kind=kind, sealed=sealed, public=pair.public, created=self.clock.real())
        return key, "" if pair.public else pair.secret
