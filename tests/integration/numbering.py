"""One intake process takes numbers: `python -m tests.integration.numbering URL DATABASE DOSSIER…`.

Prints which dossier has which number as JSON. Many ask at once, and each is asked for twice.
"""

from tests.integration.storing import stores  # isort: skip -- nothing before its patch

import json
import sys

from foundation.concurrency import bounded_map
from foundation.errors import Stale
from services.intake.store import DayBooks

BOOK = "000.00.00.H41-200915"
AT_ONCE = 16


def main() -> None:
    """Take them all, and say which they were."""
    url, database, *wanted = sys.argv[1:]
    with stores(url, [DayBooks], database) as (books,):
        numbers = bounded_map(lambda each: _number(books, each), wanted, most=AT_ONCE)
        first = dict(zip(wanted, numbers, strict=True))
        again = {each: _number(books, each) for each in wanted}
    if again != first:
        raise SystemExit(f"asked again: {again}, not {first}")
    print(json.dumps(first))


def _number(books: DayBooks, dossier: str) -> int:
    while True:
        try:
            return books.number(BOOK, dossier)
        except Stale:
            continue  # a client sends its request again


if __name__ == "__main__":
    main()
