"""Seals the signing keys that were stored before keys were sealed, some at a time."""

from functools import partial

from foundation.scheduling import every, run_each
from services.subscriptions.domain import subscription as domain
from services.subscriptions.handlers.context import SubscriptionsContext

AT_ONCE = 50


class KeySealing(SubscriptionsContext):
    """One process looks now and then; once all are sealed it finds nothing."""

    @every(60)
    def seal_old_keys(self) -> bool:
        """Seal the keys of the next subscriptions; True if there may be more."""
        if not self.vault.is_open():
            return False
        found = self.subscriptions.unsealed(AT_ONCE)
        return not run_each(found, self._seal) and len(found) == AT_ONCE

    def _seal(self, subscription_id: str) -> None:
        # First the answers: whoever dies in between finds the keys unsealed, and comes again.
        self.subscriptions.forget_answered(subscription_id, "secret")
        seal = partial(self.vault.seal, about=subscription_id)
        self.subscriptions.change(
            subscription_id, partial(domain.seal_keys, seal=seal, now=self.clock.real())
        )
