"""The targets of webhooks: asked whether they agree, and sent events, signed."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from contracts.envelope import canonical
from foundation.errors import Invalid
from foundation.injection import Provider
from foundation.outbound import OutboundAnswer, OutboundClient
from foundation.outbound.addresses import read_networks
from foundation.outbound.resolver import CheckedResolver
from foundation.outbound.signing import signature_headers
from foundation.outbound.target import read_target
from services.subscriptions.domain.delivery import DeliveryAttempt, webhook_id
from services.subscriptions.domain.subscription import WebhookSubscription, secrets_at

ONE, BATCH = "application/cloudevents+json", "application/cloudevents-batch+json"
LARGEST_RATE = 1_000_000
MOST_TEXTS = 500
"""Events whose JSON is kept: of as many as one page of the log has."""


class EventTexts:
    """Events as JSON: each is written once for all the targets that get it about the same time."""

    def __init__(self) -> None:
        """None yet."""
        self._known: OrderedDict[tuple[str, str], bytes] = OrderedDict()

    def of(self, event: Mapping[str, Any]) -> bytes:
        """The canonical JSON of an event; what has its source and id is the same event."""
        named = event["source"], event["id"]
        text = self._known.get(named)
        if text is None:
            text = self._known[named] = canonical(dict(event))
            if len(self._known) > MOST_TEXTS:
                self._known.popitem(last=False)
        return text


class WebhookCalls(Provider):
    """Calls to targets; one pool of connections for all."""

    def setup(self) -> None:
        """Learn which networks inside may be called; a wrong setting allows none."""
        settings = self.container.config["settings"]
        self._origin = settings.webhook_origin
        self._inside = read_networks(settings.webhook_networks)
        self._client = OutboundClient(CheckedResolver(self._inside))
        self._texts = EventTexts()

    def ask(self, subscription: WebhookSubscription, now: datetime) -> tuple[DeliveryAttempt, int]:
        """Ask the target whether it agrees, as CloudEvents has it (webhooks, 4. abuse protection).

        The attempt is `ok` only if it does; with it, how many calls a minute it allows (0: any).
        """
        headers = {"WebHook-Request-Origin": self._origin, "User-Agent": "motcua"}
        answer = self._call("OPTIONS", subscription, headers, b"")
        told = answer.headers.get("webhook-allowed-origin", "")
        attempt = attempt_of(answer, now)
        if attempt.ok and told.strip() not in {"*", self._origin}:
            attempt = attempt_of(OutboundAnswer(trouble="origin", seconds=answer.seconds), now)
        return attempt, _rate(answer.headers.get("webhook-allowed-rate", ""))

    def send(
        self, subscription: WebhookSubscription, events: Sequence[Mapping[str, Any]], now: datetime
    ) -> DeliveryAttempt:
        """Send the events in one call: structured CloudEvents, or a batch of them."""
        batch = subscription.wish.options.batch > 1
        written = [self._texts.of(each) for each in events]
        body = b"[" + b",".join(written) + b"]" if batch else written[0]
        signed = signature_headers(
            secrets_at(subscription, now), webhook_id(subscription.id, events), now, body
        )
        kind = f"{BATCH if batch else ONE}; charset=utf-8"
        headers = {"Content-Type": kind, "User-Agent": "motcua", **signed}
        return attempt_of(self._call("POST", subscription, headers, body), now)

    def _call(
        self,
        method: str,
        subscription: WebhookSubscription,
        headers: Mapping[str, str],
        body: bytes,
    ) -> OutboundAnswer:
        try:
            target = read_target(subscription.wish.target, inside=bool(self._inside))
        except Invalid:
            # It was allowed once; the setting has changed since.
            return OutboundAnswer(trouble="address")
        return self._client.call(method, target, headers, body)


def attempt_of(answer: OutboundAnswer, now: datetime) -> DeliveryAttempt:
    """What is kept of an answer."""
    return DeliveryAttempt(
        at=now,
        status=answer.status,
        trouble=answer.trouble,
        excerpt=answer.excerpt,
        seconds=answer.seconds,
        retry_after=answer.headers.get("retry-after", "")[:100],
    )


def _rate(text: str) -> int:
    """The calls a minute that a target allows; 0 if it named no bound."""
    return min(int(text), LARGEST_RATE) if text.isascii() and text.isdigit() else 0
