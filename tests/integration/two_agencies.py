"""Two desks' stores on one database: `python -m tests.integration.two_agencies URL`.

Prints a JSON object: for each desk what each query found, as the owners of what was found.
"""

from foundation.runtime.patch import patch

patch()

import json  # noqa: E402 -- nothing may be imported before the patch
import sys  # noqa: E402
from collections.abc import Callable, Mapping, Sequence  # noqa: E402
from datetime import UTC, datetime, timedelta  # noqa: E402
from typing import Any  # noqa: E402

from foundation.concurrency import green  # noqa: E402
from foundation.errors import NotFound  # noqa: E402
from foundation.outbox.store import OUTBOX_INDEX  # noqa: E402
from foundation.places import BEGINNING, END  # noqa: E402
from foundation.web.access_audit import AccessDenied  # noqa: E402
from foundation.web.auth import Identity  # noqa: E402
from services.routing.domain.docket.docket import Docket, Heard, with_steps  # noqa: E402
from services.routing.domain.docket.lists import OPEN_STEPS, Sought  # noqa: E402
from services.routing.domain.docket.reading import SEARCH, AccessRecord  # noqa: E402
from services.routing.domain.docket.step import Step  # noqa: E402
from services.routing.domain.orders.explanation import Explanation  # noqa: E402
from services.routing.domain.staff.officers import OfficerBook  # noqa: E402
from services.routing.store import (  # noqa: E402
    AccessRecords,
    Dockets,
    Explanations,
    OfficerBooks,
)
from tests.integration.storing import stores  # noqa: E402

AGENCIES = ("so-xay-dung", "so-y-te")
KINDS = (Dockets, Explanations, OfficerBooks, AccessRecords)
DATABASE = "test_two_agencies"
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
AGO = NOW - timedelta(days=1)

Queries = Mapping[str, Callable[[Any], object]]


def fill(agency: str, made: Mapping[type, Any]) -> None:
    """The same for each agency, but for the ids."""
    step = Step(id=f"step {agency}", action="", due=AGO, received=AGO - timedelta(days=9))
    docket = Docket(
        id=f"docket {agency}",
        agency=agency,
        code="",
        procedure="",
        procedure_name="",
        steps=(),
        words=("lan",),
        came=AGO,
        heard=Heard(last=2, missing=(1,), since=AGO),
    )
    made[Dockets].save(with_steps(docket, (step,)))
    made[Explanations].save(
        Explanation(
            id=f"feedback {agency}",
            agency=agency,
            dossier="",
            question="",
            answer_by=NOW,
            received=AGO,
        )
    )
    made[OfficerBooks].save(OfficerBook(id=agency, agency=agency))
    made[AccessRecords].append(
        AccessRecord(agency=agency, officer="an", at=AGO, what=SEARCH, dossier="d1")
    )
    who = Identity(subject="binh", scopes=frozenset({"desk"}), agency="")
    made[AccessRecords].on_access_denied(
        AccessDenied(who=who, at=AGO, thing="d1", door="GET /steps", reason="hidden")
    )


def asked(other: str) -> Mapping[type, Queries]:
    """Each query, asked so that it would find both agencies' things; by an id, the other's."""
    sought = Sought(keys=(OPEN_STEPS,))
    return {
        Dockets: {
            "about": lambda kept: [kept.about(f"docket {other}")],
            "holding": lambda kept: [kept.holding(f"step {other}")],
            "get": lambda kept: [kept.get(f"docket {other}")],
            "on_list": lambda kept: [row.docket for row in kept.on_list(sought, NOW, limit=9)],
            "in_order": lambda kept: kept.in_order((OPEN_STEPS,), NOW, limit=9),
            "placed_on": lambda kept: kept.placed_on(OPEN_STEPS, limit=9),
            "saying": lambda kept: kept.saying(["lan"], NOW, limit=9)[0],
            "alarmed": lambda kept: kept.alarmed(NOW, limit=9),
            "with_gaps": lambda kept: kept.with_gaps(NOW, limit=9)[0],
            "find without the agency": lambda kept: kept.find({}, limit=9),
            "ids without the agency": lambda kept: kept.ids({}, limit=9),
            "values without the agency": lambda kept: [
                each["agency"] for each in kept.values({}, ["agency"], limit=9)
            ],
        },
        Explanations: {
            "owed": lambda kept: kept.owed(NOW, limit=9)[0],
            "asked": lambda kept: [kept.asked(f"feedback {other}")],
        },
        OfficerBooks: {"find without the agency": lambda kept: kept.find({}, limit=9)},
        AccessRecords: {
            "of": lambda kept: kept.of("d1", NOW, limit=9)[0],
            "looked": lambda kept: kept.looked("", (BEGINNING, END), NOW, limit=9)[0],
            "those_turned_away": lambda kept: kept.those_turned_away(NOW, limit=9)[0],
        },
    }


def owners(ask: Callable[[Any], Any], kept: Any) -> list[str]:
    """Whose the found things are, each owner once."""
    try:
        found = ask(kept)
    except NotFound:
        return []
    texts = (each if isinstance(each, str) else each.agency for each in found)
    return sorted({text.rpartition(" ")[2] for text in texts})


def wait_for_indexes(made: Sequence[Any]) -> None:
    """Until a desk that has started has made its collections and their indexes.

    The embedded database never comes out of two clients that make one collection at the same time
    (secantusdb 0.7, Storage.create_collection).
    """
    for store in made:
        declared = {each.name for each in (OUTBOX_INDEX, *store.indexes)}
        while not declared <= set(store.documents.index_information()):
            green.sleep(0.05)


def main() -> None:
    ours, others = AGENCIES
    url, found = sys.argv[1], dict[str, dict[str, list[str]]]()
    with stores(url, list(KINDS), DATABASE, agency=ours) as one:
        wait_for_indexes(one)
        with stores(url, list(KINDS), DATABASE, agency=others) as two:
            desks: dict[str, dict[type, Any]] = {
                agency: dict(zip(KINDS, made, strict=True))
                for agency, made in ((ours, one), (others, two))
            }
            for agency, made in desks.items():
                fill(agency, made)
            for agency, other in ((ours, others), (others, ours)):
                found[agency] = {
                    f"{kind.__name__}.{name}": owners(ask, desks[agency][kind])
                    for kind, queries in asked(other).items()
                    for name, ask in queries.items()
                }
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
