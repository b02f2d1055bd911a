"""What the sample services tell each other."""

from dataclasses import dataclass
from enum import StrEnum

from contracts.events import Event


class Finish(StrEnum):
    """How a coin looks."""

    DULL = "dull"


@dataclass(frozen=True, kw_only=True)
class CoinPaid(Event):
    """A coin was put into a purse."""

    TYPE = "coin.paid"
    note: str = ""
    finish: Finish = Finish.DULL


@dataclass(frozen=True, kw_only=True)
class CoinCounted(Event):
    """A coin was counted."""

    TYPE = "coin.counted"
