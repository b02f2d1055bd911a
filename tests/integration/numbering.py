"""An intake process gives codes: `python -m tests.integration.numbering URL DATABASE DOSSIER…`.

Prints which dossier has which number as JSON. Many are given at once, and each is asked for twice.
"""

from tests.integration.storing import stores  # isort: skip -- nothing before its patch

import json
import sys
from contextlib import suppress
from dataclasses import replace

from foundation.concurrency import bounded_map
from foundation.errors import Duplicate, Stale
from services.intake.domain.case.dossier import Decided, Dossier
from services.intake.domain.counter.dossier_code import code_of
from services.intake.store import Dossiers
from tests.builders import submitted

BOOK = "000.00.00.H41-200915"
AT_ONCE = 16


def main() -> None:
    """Give each its code, and say which it has."""
    url, database, *wanted = sys.argv[1:]
    with stores(url, [Dossiers], database) as (dossiers,):
        dossiers.create_indexes()
        numbers = bounded_map(lambda each: _number(dossiers, each), wanted, most=AT_ONCE)
        first = dict(zip(wanted, numbers, strict=True))
        again = {each: _number(dossiers, each) for each in wanted}
    if again != first:
        raise SystemExit(f"asked again: {again}, not {first}")
    print(json.dumps(first))


def _number(dossiers: Dossiers, dossier: str) -> int:
    with suppress(Duplicate):
        dossiers.create(dossier, lambda: (replace(submitted(), id=dossier), ()))

    def write(number: int) -> Dossier:
        return dossiers.change(dossier, lambda each: _coded(each, number))

    while True:
        try:
            return int(dossiers.numbered(BOOK, write).code.rpartition("-")[2])
        except Stale:
            continue  # a client sends its request again


def _coded(dossier: Dossier, number: int) -> Decided:
    return (dossier if dossier.code else replace(dossier, code=code_of(BOOK, number))), ()


if __name__ == "__main__":
    main()
