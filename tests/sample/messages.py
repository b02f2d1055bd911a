"""What the sample services tell each other."""

from dataclasses import dataclass

from contracts.events import Event


@dataclass(frozen=True, kw_only=True)
class CoinPaid(Event):
    """A coin was put into a purse."""

    TYPE = "coin.paid"
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class CoinCounted(Event):
    """A coin was counted."""

    TYPE = "coin.counted"
