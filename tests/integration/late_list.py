"""The director's list on a real database, beside a look at every dossier: `… URL WAY [MANY]`.

Prints a JSON object: for each part of the list the ids that were found page by page and those
that should be, and what a first and a later page cost. WAY is `windows`, or `sorted`: as
on a server that sorts by its indexes.
"""

from tests.integration.storing import Asked, stores  # isort: skip -- patches, so it comes first

import json
import random
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from statistics import median
from typing import Any

from pymongo import monitoring

from contracts.history import Revision
from foundation.persistence.document import revision_fields, to_fields
from services.intake.domain.case.dossier import Dossier, StepState
from services.intake.domain.lateness import late_list
from services.intake.store import Dossiers
from tests.builders import BUILDING, CALENDAR, LAND, REGISTRAR, at, consulting, resolved

NOW = at("2020-11-20 10:00")
MANY, PAGE, LOT, ROUNDS = 500, 20, 50, 15
FIELDS = ("Đầu tư", "Đất đai", "Xây dựng")
PARTS = [(agency, field) for agency in ("", BUILDING, LAND, REGISTRAR) for field in ("", FIELDS[1])]


def dossiers(many: int, chance: random.Random) -> Iterator[Dossier]:
    """Four of ten are under way; of those half are late (of many one in twenty)."""
    under_way, closed = consulting(), resolved()
    share = 0.5 if many <= MANY else 0.05
    for number in range(many):
        made = under_way if chance.random() < 0.4 else closed
        late_by = -chance.expovariate(1 / 15) if chance.random() < share else chance.uniform(0, 20)
        # Many are due at the very same minute: when the office closes.
        due = (NOW + timedelta(days=late_by)).replace(hour=10, minute=0)
        steps = tuple(
            replace(each, id=f"d{number}.{place}", due=due + timedelta(days=chance.choice((0, 5))))
            for place, each in enumerate(made.steps)
        )
        if chance.random() < 0.3:
            steps = tuple(
                replace(e, state=StepState.DONE) if e.agency == BUILDING else e for e in steps
            )
        yield late_list.listed(
            replace(
                made,
                id=f"d{number}",
                code=f"000.00.00.H41-200915-{number:06}",
                steps=steps,
                due=due + timedelta(days=chance.choice((0, 8))),
                field=chance.choice(FIELDS),
            )
        )


def page(store: Any, agency: str, field: str, after: str) -> list[late_list.Late]:
    """As the door reads it."""
    row = partial(late_list.row, now=NOW, calendar=CALENDAR, agency=agency)
    found: list[late_list.Late] = store.late(
        late_list.place_of(agency, field), after, NOW, row, limit=PAGE + 1
    )
    return found[:PAGE]


def paged(store: Any, agency: str, field: str) -> list[str]:
    """Every page, one after the other."""
    ids: list[str] = []
    rows = page(store, agency, field, "")
    while rows:
        ids += [each.id for each in rows]
        rows = page(store, agency, field, rows[-1].place)
    return ids


def wanted(kept: list[Dossier], agency: str, field: str) -> list[str]:
    """What the list should hold: a look at each dossier, with no index and no windows."""
    fitting = [each for each in kept if field in {"", each.field}]
    rows = [late_list.row(each, NOW, CALENDAR, agency) for each in fitting]
    return [each.id for each in sorted((r for r in rows if r), key=lambda row: row.place)]


def timed(store: Any, agency: str, field: str, asked: Asked) -> dict[str, list[float]]:
    """The first page and a later one: median milliseconds, and how many questions it took."""
    after, laps, questions = "", [], []
    for _ in range(2):
        rows = page(store, agency, field, after)
        after = rows[-1].place if rows else after
    for begin in ("", after):
        spans = []
        asked.commands.clear()
        for _ in range(ROUNDS):
            began = time.perf_counter()
            page(store, agency, field, begin)
            spans.append((time.perf_counter() - began) * 1000)
        laps.append(round(median(spans), 1))
        questions.append(asked.names().count("find") / ROUNDS)
    return {"milliseconds": laps, "questions": questions}


def fill(store: Any, many: list[Dossier]) -> None:
    """Put them there without a message each."""
    for at_once in range(0, len(many), LOT):
        store.documents.insert_many(
            [
                {
                    "_id": each.id,
                    **revision_fields(Revision(version=1)),
                    **to_fields(each),
                    "history": [],
                }
                for each in many[at_once : at_once + LOT]
            ]
        )


def main() -> None:
    many = int(sys.argv[3]) if len(sys.argv) > 3 else MANY
    kept = list(dossiers(many, random.Random(62)))  # noqa: S311 -- the same each time
    asked = Asked()
    monitoring.register(asked)
    with stores(sys.argv[1], [Dossiers]) as (store,):
        store.create_indexes()
        fill(store, kept)
        store.mongo.sorts_by_index = sys.argv[2] == "sorted" or None
        found = {
            f"{agency} {field}": {
                "found": paged(store, agency, field),
                "wanted": wanted(kept, agency, field),
                **timed(store, agency, field, asked),
            }
            for agency, field in PARTS
        }
        found["sorts"] = store.mongo.sorts_by_index
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
