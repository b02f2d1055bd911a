"""Message handlers for whom no dossier names: owners of webhooks, and who booked a time."""

from contracts.orders import VisitWord, WebhookTrouble
from foundation.consumer import MessageMeta, on
from services.notifications import schemas
from services.notifications.domain import visit_word, webhook_trouble
from services.notifications.handlers.context import MessagesContext


class SubscriberHandlers(MessagesContext):
    """What owners of subscriptions and visitors are told."""

    @on(WebhookTrouble)
    def tell_owner(self, trouble: WebhookTrouble, about: MessageMeta) -> None:
        """Plan an e-mail to the owner."""
        letter = schemas.webhook_letter(trouble, about.subject)
        planned = webhook_trouble.notice(trouble, about.id, letter, self.clock.real())
        self._keep([planned])

    @on(VisitWord)
    def tell_visitor(self, word: VisitWord, about: MessageMeta) -> None:
        """Plan an SMS to whoever booked a time at the counter."""
        letter = schemas.visit_letter(word)
        self._keep([visit_word.notice(word, about.id, letter, self.clock.real())])
