"""SecantusDB's server, `secantusd-py`, without what makes it slow after ten thousand writes.

It keeps the answers to 10,000 retryable writes. At each write version 0.7.0b3 looks through them
all, twice, and sorts them when there are more: four fifths of its CPU from then on. They stand in
the order of their time, so that those to forget are the first.
"""

import sys
from typing import Any

from secantus import transactions
from secantus.cli import main as serve


def forget_the_oldest(registry: Any) -> None:
    """In place of `TransactionRegistry._prune_retryable_locked`: the same are forgotten."""
    kept = registry._retryable  # noqa: SLF001 -- see above
    cutoff = registry._time() - transactions._RETRYABLE_RECORD_LIFETIME_SECONDS  # noqa: SLF001
    most = transactions._RETRYABLE_RECORD_MAX  # noqa: SLF001
    while kept:
        first = next(iter(kept))
        if kept[first][1] >= cutoff and len(kept) <= most:
            break
        del kept[first]


def main() -> None:
    """Run it; it takes the arguments of `secantusd-py`."""
    transactions.TransactionRegistry._prune_retryable_locked = forget_the_oldest  # noqa: SLF001
    sys.exit(serve())


if __name__ == "__main__":
    main()
