"""What is said to a payment platform and by it, whichever it is. Amounts are whole units."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

VND = "VND"


@dataclass(frozen=True, kw_only=True)
class PaymentLine:
    """One charge of an order, as the payer and the treasury read it."""

    name: str
    amount: int


@dataclass(frozen=True, kw_only=True)
class PaymentOrder:
    """What is to be paid. It names the dossier and nobody: the platform knows its payer itself.

    `reference` stands for the order however often it is sent; `return_to` is our page that the
    payer's browser comes back to, from which nothing is believed.
    """

    reference: str
    amount: int
    lines: tuple[PaymentLine, ...]
    dossier: str
    procedure: str
    procedure_name: str
    begun: datetime
    expires: datetime
    return_to: str
    address: str = ""
    currency: str = VND


class OrderOutcome(StrEnum):
    """What came of handing an order over: `unclear` is that it may or may not have arrived."""

    TAKEN = "taken"
    REFUSED = "refused"
    UNCLEAR = "unclear"


@dataclass(frozen=True, kw_only=True)
class OrderAnswer:
    """The platform's answer to an order; `link` is its page for the payer."""

    outcome: OrderOutcome
    link: str = ""
    said: str = ""


class PaymentOutcome(StrEnum):
    """What a platform knows of an order.

    `unpaid` is that nothing was paid so far, `processing` that a bank is at it, `unknown` that
    the platform did not answer in a way that says anything.
    """

    PAID = "paid"
    FAILED = "failed"
    UNPAID = "unpaid"
    PROCESSING = "processing"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class PaymentReport:
    """What a platform says of one order, in a notification or when it is asked."""

    reference: str
    outcome: PaymentOutcome
    amount: int = 0
    currency: str = VND
    transaction: str = ""
    proof: str = ""
    said: str = ""
