"""What an owner saw of a subscription: an act that another act overtook changes nothing.

A form of the pages carries it; the API takes it in If-Match, if it is sent.
"""

import hashlib
from collections.abc import Mapping

from contracts.envelope import write_time
from foundation.errors import Refused
from services.subscriptions.domain.subscription import WebhookSubscription

_APART = "\t"
_ANY = ("", "*")


def facts(subscription: WebhookSubscription) -> dict[str, str]:
    """What owners decide by, by name; the wish as a digest, since it may be long and names people.

    What the platform alone notes of it (a target that agreed, a warning) is none of these, but for
    the state: otherwise a target that fails would keep its owner from acting.
    """
    wish, keys = subscription.wish, subscription.keys
    said = repr((wish.target, wish.email, wish.filters, wish.name, wish.options))
    return {
        "state": subscription.state.value,
        "wish": hashlib.sha256(said.encode()).hexdigest()[:12],
        "key": write_time(keys[0].created) if keys else "",
    }


def mark(subscription: WebhookSubscription) -> str:
    """The facts as one text, for a form to carry."""
    return _APART.join(f"{name}={value}" for name, value in facts(subscription).items())


def differences(seen: str, subscription: WebhookSubscription) -> Mapping[str, tuple[str, str]]:
    """The facts that are others now: what was seen, and what holds."""
    parts = (part.partition("=") for part in seen.split(_APART))
    before = {name: value for name, _, value in parts}
    return {
        name: (before.get(name, ""), value)
        for name, value in facts(subscription).items()
        if before.get(name, "") != value
    }


def must_be_as_seen(subscription: WebhookSubscription, seen: str) -> None:
    """Refuse an act on a subscription that is not as it was when its owner looked at it.

    Raises:
        Refused: it was changed since; without a mark nothing is compared.
    """
    if seen not in _ANY and differences(seen, subscription):
        raise Refused(
            "Trong lúc ông/bà xem, đăng ký này đã thay đổi; chưa có gì được ghi. Xem điểm thay đổi "
            "rồi gửi lại.",
            "It changed while you looked at it; nothing was done. See what changed, then send it "
            "again.",
        )
