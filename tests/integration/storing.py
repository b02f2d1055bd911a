"""Stores on a real database, in a patched process: `python -m tests.integration.storing URL`.

Prints a JSON object: what came of each check, "" if all is as it should be; `figures` of some;
and `scans`, what the stores' named queries asked that no index answers.
"""

from foundation.runtime.patch import patch

patch()

import json  # noqa: E402 -- nothing may be imported before the patch
import sys  # noqa: E402
import time  # noqa: E402
import traceback  # noqa: E402
import uuid  # noqa: E402
from collections.abc import Callable, Iterator, Mapping  # noqa: E402
from contextlib import contextmanager, suppress  # noqa: E402
from dataclasses import replace  # noqa: E402
from typing import Any  # noqa: E402

from pymongo import monitoring  # noqa: E402

from foundation.concurrency import green  # noqa: E402
from foundation.errors import Duplicate, Error, Stale  # noqa: E402
from foundation.outbox import Store  # noqa: E402
from foundation.persistence import Idempotency, Index  # noqa: E402
from foundation.runtime.run import make_container  # noqa: E402
from foundation.settings import AgencySettings, Settings, read_settings  # noqa: E402
from services.intake.settings import IntakeSettings  # noqa: E402
from tests.contract.expectations import (  # noqa: E402
    EXPECTATIONS,
    PAGES,
    Box,
    Chest,
    heavier,
    moved,
)
from tests.integration.queries import NAMED, STORES  # noqa: E402

NOBODY = "127.0.0.1:1"
AT_ONCE = 50
CHANGERS = 8
SAVES = 200


class Chests(Store[Chest]):
    """The store that the expectations are held against."""

    entity = Chest
    collection = "chests"
    indexes = (
        Index(name="wood", keys=(("wood", 1),)),
        Index(name="wood_note", keys=(("wood", 1), ("note", 1))),
        Index(name="wood_since", keys=(("wood", 1), ("since", 1))),
    )


class Asked(monitoring.CommandListener):
    """Everything the database was asked, by the name of the command."""

    def __init__(self) -> None:
        self.commands: list[tuple[str, Mapping[str, Any]]] = []

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        self.commands.append((event.command_name, event.command))

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        """Nothing to note."""

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        """Nothing to note."""

    def names(self) -> list[str]:
        return [name for name, _ in self.commands]


@contextmanager
def stores(
    url: str, kinds: list[type[Store[Any]]], database: str = "", *, agency: str = ""
) -> Iterator[list[Any]]:
    """These stores as a service has them, an agency's desk if one is named; nothing is ever sent.

    The broker is away.
    """
    name = "routing" if agency else "storing"
    environ = {
        "AMQP_URL": f"amqp://{NOBODY}/",
        "MONGO_URL": url,
        "MONGO_DATABASE": database or f"test_{uuid.uuid4().hex[:10]}",
        "TOKEN_KEYS": "none",
        "AGENCY": agency,
    }
    service = type("Storing", (), {"name": name, **{kind.__name__: kind() for kind in kinds}})
    # Intake's stores ask for the code of its unit; the others need no setting of their own.
    declared: type[Settings] = AgencySettings if agency else IntakeSettings
    container = make_container(service, read_settings(declared, name, environ))
    container.start()
    try:
        yield [_one(container, kind) for kind in kinds]
    finally:
        container.kill()


def _one(container: Any, kind: type) -> Any:
    return next(each for each in container.dependencies if type(each) is kind)


def expectations(store: Any) -> dict[str, str]:
    box = Box(store, lambda entity_id: [(each.type, each.seq) for each in store.history(entity_id)])
    return {each.__name__: _outcome(lambda: each(box)) for each in EXPECTATIONS}  # noqa: B023


def pages(url: str, asked: Asked, figures: dict[str, Any]) -> dict[str, str]:
    """Pages in windows and as of a server that sorts; and what the embedded one is found to be."""
    found = {}
    for sorts_by_index in (None, True):
        for each in PAGES:
            with stores(url, [Chests]) as (store,):
                store.create_indexes()
                store.mongo.sorts_by_index = sorts_by_index
                asked.commands.clear()
                name = f"{each.__name__}, {'sorted' if sorts_by_index else 'as the server is'}"
                found[name] = _outcome(lambda: each(Box(store, lambda _: [])))  # noqa: B023
                names = asked.names()
                figures[f"asked: {name}"] = [names.count(e) for e in ("buildInfo", "explain")]
                figures["believed"] = store.mongo.server().true_plans
                found[name] += "" if sorts_by_index or not store.mongo.sorts_by_index else "sorts?"
    return found


def _outcome(check: Callable[[], object]) -> str:
    try:
        check()
    except Exception:  # noqa: BLE001 -- whatever it was, the test outside tells it
        return traceback.format_exc()
    return ""


def inserts_go_together(store: Any, asked: Asked, figures: dict[str, Any]) -> None:
    """One command keeps many, and a duplicate among them is its own affair."""
    store.save(Chest(id="together 7"))
    asked.commands.clear()
    refused = _at_once(AT_ONCE, lambda number: store.save(Chest(id=f"together {number}"), moved()))
    assert [(number, type(error)) for number, error in refused] == [(7, Duplicate)]
    assert store.documents.count_documents({"_id": {"$regex": "^together "}}) == AT_ONCE
    figures[f"insert commands for {AT_ONCE} at once"] = asked.names().count("insert")
    assert asked.names().count("insert") < AT_ONCE / 5


def odd_inserts_go_alone(store: Any) -> None:
    """A thing that cannot be spelled is refused to its writer; the others are kept."""
    odd = {9: Chest(id="odd 9", weight=2**70)}
    refused = _at_once(
        AT_ONCE, lambda number: store.save(odd.get(number, Chest(id=f"odd {number}")), moved())
    )
    assert [(number, type(error)) for number, error in refused] == [(9, OverflowError)]
    assert store.documents.count_documents({"_id": {"$regex": "^odd "}}) == AT_ONCE - 1


def what_follows_at_once_is_not_read(store: Any, asked: Asked) -> None:
    """The second of two orders begins with what the first one wrote; without `once` it reads."""
    store.change_or_create("led", None, lambda _: (Chest(id="led"), [moved()]), once=_key("lead"))
    asked.commands.clear()
    store.change_or_create("led", None, heavier, once=_key("step"))
    assert asked.names() == ["update"]
    store.change("led", heavier)
    assert asked.names() == ["update", "find", "update"]
    assert store.get("led").weight == Chest(id="led").weight + 2
    assert len(store.history("led")) == 3


def _key(name: str) -> Idempotency:
    return Idempotency(f"led {name}")


def changes_lose_nothing(store: Any, figures: dict[str, Any]) -> None:
    """Twenty change one thing at the same time: each change is there, or its caller was told."""
    store.save(Chest(id="wanted", weight=0.0))
    refused = _at_once(
        CHANGERS,
        lambda _: store.change(
            "wanted", lambda chest: (replace(chest, weight=chest.weight + 1), [moved()])
        ),
    )
    assert {type(error) for _, error in refused} <= {Stale}
    assert store.get("wanted").weight == CHANGERS - len(refused)
    assert len(store.history("wanted")) == CHANGERS - len(refused)
    figures[f"told to come again of {CHANGERS} at once"] = len(refused)


def _at_once(count: int, do: Callable[[int], object]) -> list[tuple[int, Exception]]:
    refused = []

    def one(number: int) -> None:
        try:
            do(number)
        except Exception as error:  # noqa: BLE001 -- to be looked at by the caller
            refused.append((number, error))

    for greenlet in [green.spawn(one, number) for number in range(count)]:
        greenlet.wait()
    return sorted(refused, key=lambda pair: pair[0])


def cost(store: Any, figures: dict[str, Any]) -> None:
    began = time.monotonic()
    for number in range(SAVES):
        store.save(Chest(id=f"cost {number}"), moved())
    saved = time.monotonic()
    for number in range(SAVES):
        store.change(f"cost {number}", lambda chest: (replace(chest, locked=True), [moved()]))
    figures["ms per save"] = round((saved - began) / SAVES * 1000, 2)
    figures["ms per change"] = round((time.monotonic() - saved) / SAVES * 1000, 2)


def scans(url: str, asked: Asked) -> tuple[dict[str, list[str]], list[str]]:
    """For each named query of each store: what it asked that no index answers.

    Also the declared indexes that no query uses.
    """
    found, used, declared = dict[str, list[str]](), set[str](), set[str]()
    for service, kinds in STORES.items():
        with stores(url, list(kinds)) as made:
            for store in made:
                store.create_indexes()
                # Two stores may look at one collection, each with its own queries.
                place = f"{service}.{store.collection}"
                declared |= {f"{place}.{index.name}" for index in store.indexes}
                for name, ask in NAMED[type(store)].items():
                    key = f"{service}.{type(store).__name__}.{name}"
                    filters = _filters(asked, lambda: ask(store))  # noqa: B023
                    found[key] = [str(each) for each in filters if not _has_index(store, each)]
                    used |= {f"{place}.{one}" for each in filters for one in _used(store, each)}
    return found, sorted(declared - used)


def _filters(asked: Asked, ask: Callable[[], object]) -> list[Mapping[str, Any]]:
    asked.commands.clear()
    with suppress(Error):  # there is nothing to find yet; how it was looked for is what counts
        ask()
    found = [command["filter"] for name, command in asked.commands if name == "find"]
    changes = [command["updates"] for name, command in asked.commands if name == "update"]
    return found + [each["q"] for several in changes for each in several]


def _used(store: Any, asked: Mapping[str, Any]) -> Iterator[str]:
    """The indexes that are for this question or a part of it, as the server explains."""
    for index in store.indexes:
        names = [name for name, _ in index.keys]
        part = {name: asked[name] for name in names if name in asked}
        plans = [_plan(store, each) for each in (asked, part) if names[0] in part]
        if any(f'"indexName": "{index.name}"' in plan for plan in plans):
            yield index.name


def _has_index(store: Any, asked: Mapping[str, Any]) -> bool:
    """Whether an index answers the whole question, or a part of it that one index is for.

    The embedded database explains a question with one more field than its index has as a scan,
    though it does use the index: 2 ms instead of 300 ms among 10,000.
    """
    keys = [[name for name, _ in index.keys] for index in store.indexes]
    parts = [{name: asked[name] for name in names if name in asked} for names in [["_id"], *keys]]
    return any("IXSCAN" in _plan(store, part) for part in [asked, *parts] if part)


def _plan(store: Any, asked: Mapping[str, Any]) -> str:
    """The stages of the winning plan; looking by `_id` alone is an index scan by another name."""
    plan = store.documents.find(asked).explain()["queryPlanner"]["winningPlan"]
    return json.dumps(plan, default=str).replace("IDHACK", "IXSCAN")


def main() -> None:
    url, asked, figures = sys.argv[1], Asked(), dict[str, Any]()
    monitoring.register(asked)
    with stores(url, [Chests]) as (chests,):
        outcomes = expectations(chests) | {
            "inserts_go_together": _outcome(lambda: inserts_go_together(chests, asked, figures)),
            "odd_inserts_go_alone": _outcome(lambda: odd_inserts_go_alone(chests)),
            "what_follows_at_once_is_not_read": _outcome(
                lambda: what_follows_at_once_is_not_read(chests, asked)
            ),
        }
        outcomes |= pages(url, asked, figures)
        cost(chests, figures)
        indexes = sorted(chests.documents.index_information())
        scanned, unused = scans(url, asked)
        # Last, because the embedded database now and then spins for minutes after such a crowd.
        outcomes["changes_lose_nothing"] = _outcome(lambda: changes_lose_nothing(chests, figures))
    found = {"outcomes": outcomes, "figures": figures, "indexes": indexes, "scans": scanned}
    found["unused"] = unused
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
