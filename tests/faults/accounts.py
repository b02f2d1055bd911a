"""What became of the coins of some purses, counted from the stored documents. Pure: no server."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Documents = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Account:
    """How many coins were lost, and how many effects happened more than once."""

    lost: int = 0
    counted_twice: int = 0


def account_of(receipts: Sequence[str], paid: Documents, counted: Documents) -> Account:
    """Compare what the teller has paid in with what the counter has counted, purse by purse.

    A purse with a receipt that the teller does not have is one coin lost.
    """
    lost = twice = 0
    for purse in receipts:
        there, here = paid.get(purse, {}), counted.get(purse, {})
        coins = int(there.get("coins", 0))
        lost += max(coins, 1) - min(coins, int(here.get("coins", 0)))
        twice += _repeated(there) + max(_repeated(here), int(here.get("coins", 0)) - coins, 0)
    return Account(lost, twice)


def _repeated(document: Mapping[str, Any]) -> int:
    """How many requests or messages had their effect again."""
    marks = Counter(mark["key"] for mark in document.get("handled", ()))
    return sum(times - 1 for times in marks.values())
