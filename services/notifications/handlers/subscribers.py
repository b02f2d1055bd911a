"""Message handlers for trouble with webhooks: their owners are written to."""

from contracts.orders import WebhookTrouble
from foundation.consumer import MessageMeta, on
from services.notifications import schemas
from services.notifications.domain import webhook_trouble
from services.notifications.handlers.context import MessagesContext


class SubscriberHandlers(MessagesContext):
    """What owners of subscriptions are told."""

    @on(WebhookTrouble)
    def tell_owner(self, trouble: WebhookTrouble, about: MessageMeta) -> None:
        """Plan an e-mail to the owner."""
        letter = schemas.webhook_letter(trouble, about.subject)
        planned = webhook_trouble.notice(trouble, about.id, letter, self.clock.real())
        self._keep([planned])
