"""Figures of webhooks for who runs the platform: how many are in which state, and who is behind."""

from foundation.observability.service_metrics import ServiceGauge
from foundation.scheduling import every
from services.subscriptions.domain.subscription import SubscriptionState
from services.subscriptions.handlers.context import SubscriptionsContext

MOST_SHOWN = 50
"""Subscriptions whose lag is a series of its own: the furthest behind."""
SECONDS = 30


class WebhookFigures(SubscriptionsContext):
    """Counted by one process, now and then."""

    states = ServiceGauge(
        "motcua_webhooks", "Subscriptions to webhooks, by state", by="state", every=SECONDS
    )
    lags = ServiceGauge(
        "motcua_webhook_lag_events",
        "Events of the log that a subscription has not come to yet; of the furthest behind",
        by="subscription",
        every=SECONDS,
    )

    @every(SECONDS)
    def count_webhooks(self) -> None:
        """Count subscriptions by state, `failing` ones besides, and how far each is behind."""
        counts = {
            state.value: float(self.subscriptions.count(state))
            for state in SubscriptionState
            if state is not SubscriptionState.DELETED
        }
        working = self.progresses.of(list(self.subscriptions.at_work()))
        end = self.log.length() if working else 0
        failing = float(sum(each.failing_since is not None for each in working))
        self.states.show(counts | {"failing": failing})
        lags = {each.id: float(max(0, end - each.cursor)) for each in working}
        furthest = sorted(lags, key=lambda each: -lags[each])[:MOST_SHOWN]
        self.lags.show({each: lags[each] for each in furthest})
