"""What is told of the fees of a dossier, which is the subject."""

from dataclasses import dataclass

from contracts.events.event import Event
from contracts.procedure import Collected


@dataclass(frozen=True, kw_only=True)
class FeeRequested(Event):
    """The applicant has to pay `amount` VND; `fee` is the charge within the dossier."""

    TYPE = "fee.requested"
    fee: str
    amount: int
    collected: Collected


@dataclass(frozen=True, kw_only=True)
class FeePaid(Event):
    """The charge was paid and receipted; `method` is cash, transfer or online."""

    TYPE = "fee.paid"
    fee: str
    amount: int
    method: str
    receipt: str


@dataclass(frozen=True, kw_only=True)
class FeeRefunded(Event):
    """The charge was paid back."""

    TYPE = "fee.refunded"
    fee: str
    amount: int
