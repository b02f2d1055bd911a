"""The counter's search on a real database, beside a look at every dossier: `… URL WAY`.

Prints a JSON object: for each query and size of page the ids that were found page by page and
those that should be, and the most finds that one page took; whether what was stored before the
search is found after the upgrade. WAY is `windows`, or `sorted`: as on a server that sorts by its
indexes.
"""

from tests.integration.storing import Asked, stores  # isort: skip -- patches, so it comes first

import json
import random
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

from pymongo import monitoring

from cli.keeping import chains
from services.intake.domain.case.dossier import Applicant, Dossier
from services.intake.domain.counter import finding
from services.intake.domain.counter.finding import LookupRecord
from services.intake.store import Dossiers, Lookups
from tests.builders import accepted, at
from tests.integration.late_list import fill

NOW = at("2020-11-20 10:00")
MANY = 400
NAMES = ("Nguyễn Thị Hoa", "Nguyễn Văn Đức", "Trần Thị Hoa", "Lê Văn An")
QUERIES = (
    "nguyen thi hoa",
    "hoa",
    "le an",
    "le hoa",
    "duc v",
    "0912 345 670",
    "200915-000007",
    "ai",
)
LIMITS = (1, 2, 3, 7, 20)


def dossiers(chance: random.Random) -> Iterator[Dossier]:
    """Of three years; many were handed in within the same millisecond."""
    made = accepted()
    for number in range(MANY):
        days = chance.expovariate(1 / 90)
        same = NOW - timedelta(days=3)
        yield finding.findable(
            replace(
                made,
                id=f"d{number}",
                code=f"000.00.00.H41-200915-{number:06}",
                submitted=chance.choice((NOW - timedelta(days=days), same)),
                applicant=Applicant(
                    name=chance.choice(NAMES), phone=f"+8491234567{chance.randrange(10)}"
                ),
            )
        )


def paged(store: Any, words: tuple[str, ...], limit: int, asked: Asked) -> tuple[list[str], int]:
    """Every page, one after the other; and the most finds of one page."""
    ids: list[str] = []
    after, most, more = "", 0, True
    while more:
        asked.commands.clear()
        found, after = store.saying(words, NOW, limit=limit, after=after)
        most = max(most, asked.names().count("find"))
        ids += [each.id for each in found]
        more = bool(after)
    return ids, most


def wanted(kept: list[Dossier], words: tuple[str, ...]) -> list[str]:
    """What should be found: a look at each dossier, with no index and no windows."""
    fitting = [each for each in kept if set(words) <= set(each.words)]
    fitting.sort(key=lambda each: (NOW - each.submitted, each.id))
    return [each.id for each in fitting]


def upgraded(store: Any) -> dict[str, list[str]]:
    """Two dossiers without search words, as an older version stored them, and after the upgrade."""
    words = finding.sought("nguyen van duc")
    before = [each.id for each in store.saying(words, NOW, limit=MANY)[0]]
    lost = before[:2]
    gone = {"words": "", "found_at": "", "owned": ""}
    store.documents.update_many({"_id": {"$in": lost}}, {"$unset": gone})
    without = [each.id for each in store.saying(words, NOW, limit=MANY)[0]]
    for each in store.not_findable(limit=100):
        store.change(each, lambda dossier: (finding.findable(dossier), ()))
    after = [each.id for each in store.saying(words, NOW, limit=MANY)[0]]
    left: list[str] = store.not_findable(limit=100)
    return {"before": before, "without": without, "lost": lost, "after": after, "left": left}


def written_down(store: Any) -> dict[str, Any]:
    """The numbers on the pages of the audit log of looks, and what is wrong with its chain."""
    for number in range(5):
        store.append(LookupRecord(by="c", at=NOW, asked=f"hoa {number}", shown=("d1",)))
    pages: list[list[int]] = []
    before: int | None = None
    while found := store.before(before, limit=2):
        pages.append([each.link.seq for each in found])
        before = found[-1].link.seq
    database = store.documents.database
    flaws = list(chains.flaws_of(database, "lookups", ""))
    return {"pages": pages, "flaws": flaws, "is a chain": chains.is_ledger(database, "lookups", "")}


def main() -> None:
    kept = list(dossiers(random.Random(62)))  # noqa: S311 -- the same each time
    asked = Asked()
    monitoring.register(asked)
    with stores(sys.argv[1], [Dossiers, Lookups]) as (store, looks):
        store.create_indexes()
        looks.create_indexes()
        fill(store, kept)
        store.mongo.sorts_by_index = sys.argv[2] == "sorted" or None
        found = {}
        for text in QUERIES:
            words = finding.sought(text)
            for limit in LIMITS:
                ids, most = paged(store, words, limit, asked)
                right = wanted(kept, words)
                found[f"{text}, {limit}"] = {"found": ids, "wanted": right, "finds": most}
        told = {"queries": found, "upgrade": upgraded(store), "looks": written_down(looks)}
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main()
