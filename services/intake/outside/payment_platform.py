"""What a payment platform is to us, and how its address in the settings is read.

An address is `paygov+https://host/path`: the part before `+` chooses the class, one for each
platform (docs/payments.md). A platform never raises for what the other side does.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Protocol
from urllib.parse import urlsplit

from services.intake.domain.payment.order import OrderAnswer, PaymentOrder, PaymentReport

LONGEST_LINK = 2000
SHORTEST_SECRET = 16


@dataclass(frozen=True, kw_only=True)
class MerchantAccount:
    """Who we are at a platform, and the treasury's account that fees go to."""

    partner: str
    secret: str = field(repr=False)
    account: str = ""
    unit: str = ""
    unit_name: str = ""


class PaymentPlatform(Protocol):
    """Who takes payments: orders go out, notifications come in, and it is asked."""

    kind: ClassVar[str]

    def order(self, order: PaymentOrder) -> OrderAnswer:
        """Hand an order over; the same order handed over twice is one order."""
        ...

    def ask(self, reference: str) -> PaymentReport:
        """What became of an order."""
        ...

    def read_notice(self, fields: Mapping[str, str]) -> PaymentReport | None:
        """What a notification says, if it is the platform's own; None for a forged one."""
        ...

    def acknowledge(self, reference: str) -> dict[str, str]:
        """Our answer to a notification that was stored."""
        ...


def read_address(text: str) -> tuple[str, str]:
    """The kind and the base URL of an address.

    Raises:
        ValueError: it is none; says why.
    """
    kind, _, url = text.partition("+")
    parts = urlsplit(url)
    if not kind.isalnum() or parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("PAYMENT_URL is KIND+https://host/path, e.g. paygov+https://…")
    return kind, url.rstrip("/")


def link_of(text: str) -> str:
    """An address that the platform gave for a person to open; "" for what may not be shown."""
    parts = urlsplit(text) if len(text) <= LONGEST_LINK and text.isprintable() else None
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname:
        return ""
    return text
