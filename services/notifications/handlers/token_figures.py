"""Figures of the tokens that providers know us by: failed renewals, and when a token ends."""

from foundation.observability.service_metrics import ServiceGauge
from foundation.scheduling import every
from services.notifications.domain import provider_token as domain
from services.notifications.handlers.token_renewal import TokenRenewal

SECONDS = 30


class TokenFigures(TokenRenewal):
    """Counted by one process, of what is stored: a restart forgets no failure."""

    failures = ServiceGauge(
        "motcua_token_renewal_failures",
        "Renewals of a provider's token that failed since the last one that did not",
        by="provider",
        every=SECONDS,
    )
    ends = ServiceGauge(
        "motcua_token_expiry_timestamp_seconds",
        "When the token ends that a provider knows us by; the past if there is none that works",
        by="provider",
        every=SECONDS,
    )

    @every(SECONDS)
    def show_tokens(self) -> None:
        """Show both of each provider whose token we renew; nothing where there is none."""
        names = [name for name, _ in self._renewing()]
        tokens = [each for name in names if (each := self.provider_tokens.known(name))]
        if tokens:
            self.failures.show({each.id: each.failures for each in tokens})
            self.ends.show({each.id: domain.end_of(each).timestamp() for each in tokens})
