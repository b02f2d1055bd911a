"""Counts what one process asks of its database, by pymongo's command monitoring.

A command is told apart by its collection and its shape: the fields of its filter and of its update.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import bson
from pymongo import monitoring
from pymongo.errors import PyMongoError

from foundation.persistence.mongo import winning_plan
from foundation.persistence.paging import uses_index
from foundation.persistence.server_kind import server_kind

READS = frozenset(("find", "aggregate", "count", "distinct", "getMore"))
WRITES = frozenset(("insert", "update", "delete", "findAndModify"))
SWEEP = "outbox.at"  # the field that only the sweep of the outbox asks for
LEASES = "leases"
DEEPEST = 2
FEW_EXAMINED = 200  # of so few it does not matter whether another question would have said fewer
# What a driver adds to a command, and a plan does not depend on.
ADDED = frozenset(("lsid", "$db", "$clusterTime", "txnNumber", "readConcern", "maxTimeMS"))


@dataclass
class Counted:
    """The commands of one shape: how many, their bytes, and what one of them looked at."""

    command: str
    collection: str
    shape: str
    calls: int = 0
    sent: int = 0
    received: int = 0
    examined: int = 0
    example: dict[str, Any] = field(default_factory=dict)

    @property
    def of_the_sweep(self) -> bool:
        """Whether the sweep or a lease asked, which do so every two seconds, whatever happens."""
        return SWEEP in self.shape or self.collection == LEASES

    def told(self) -> dict[str, Any]:
        """All of it but the example, for another process."""
        return {name: value for name, value in asdict(self).items() if name != "example"}


class CommandCounter(monitoring.CommandListener):
    """Everything the database was asked since the last `take`; the sizes only while `weighing`."""

    def __init__(self) -> None:
        """Nothing yet."""
        self.weighing = True
        self.activity = 0
        self._seen: dict[tuple[str, str, str], Counted] = {}
        self._running: dict[int, Counted] = {}
        self._paused = False

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        """A command goes out."""
        name = event.command_name
        if self._paused or name not in READS | WRITES:
            return
        collection = event.command["collection" if name == "getMore" else name]
        key = name, str(collection), _shape(name, event.command)
        counted = self._seen.setdefault(key, Counted(*key))
        counted.calls += 1
        self.activity += not counted.of_the_sweep
        if self.weighing:
            counted.sent += len(bson.encode(event.command))
            counted.example = counted.example or dict(event.command)
            self._running[event.request_id] = counted

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        """Its answer came."""
        counted = self._running.pop(event.request_id, None)
        if counted is not None:
            counted.received += len(bson.encode(event.reply))

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        """It was refused, or nothing came."""
        self._running.pop(event.request_id, None)

    def take(self, database: Any) -> list[Counted]:
        """What was asked since the last time; with what the server says that it looked at."""
        taken, self._seen = list(self._seen.values()), {}
        self._paused = True
        try:
            explains = any(each.example for each in taken) and _explains(database)
            for each in taken:
                if each.example and explains:
                    each.examined = each.calls * _examined(database, each)
        finally:
            self._paused = False
        return taken


def _shape(name: str, command: Mapping[str, Any]) -> str:
    if name == "find":
        return _fields(command.get("filter", {}))
    if name == "aggregate":
        return ", ".join(f"{next(iter(each))} {_fields(each)}" for each in command["pipeline"])
    if name in ("update", "delete"):
        first = command["updates" if name == "update" else "deletes"][0]
        changed = first.get("u", {})
        done = _fields(changed, 1) if isinstance(changed, Mapping) else "pipeline"
        return f"{_fields(first['q'])} {done}"
    return _fields(command.get("query", {}))


def _fields(value: Mapping[str, Any], deepest: int = DEEPEST) -> str:
    names = (
        f"{name}: {_fields(inner, deepest - 1)}"
        if isinstance(inner, Mapping) and inner and deepest > 1
        else name
        for name, inner in sorted(value.items())
    )
    return f"{{{', '.join(names)}}}"


def _explains(database: Any) -> bool:
    """Whether the server says what it looks at, at a price that can be paid.

    SecantusDB's server in Rust says the limit, whatever it read, and reads the whole collection to
    say so: with 100,000 dossiers it took 23 GB and was ended.
    """
    return server_kind(database.command("buildInfo")).parts_lists


def _examined(database: Any, counted: Counted) -> int:
    """How many documents the server looks at for the example; 0 where it does not tell.

    The least of what it says of the whole question and of that with one field left out: the
    embedded database explains a question with one more field than its index has as a scan,
    although it does use the index. What it says is counted by doing it, so that a scan of a large
    collection is let be where another of the questions is answered from an index.
    """
    questions = list(_questions(counted))
    least = None
    for asked in [each for each in questions if _by_index(database, each)] or questions[:1]:
        found = _explained(database, asked)
        least = found if least is None else min(least, found)
        if least <= FEW_EXAMINED:
            break
    return least or 0


def _by_index(database: Any, asked: Mapping[str, Any]) -> bool:
    """Whether the server says, without doing it, that an index answers this."""
    try:
        return uses_index(winning_plan(database, asked) or {})
    except PyMongoError:
        return False


def _explained(database: Any, asked: Mapping[str, Any]) -> int:
    try:
        said = database.command("explain", asked, verbosity="executionStats")
    except PyMongoError:
        return 0
    return int((said.get("executionStats") or {}).get("totalDocsExamined", 0))


def _questions(counted: Counted) -> Iterator[dict[str, Any]]:
    """The command as it can be explained; of a write, the search for what it changes."""
    example = {name: value for name, value in counted.example.items() if name not in ADDED}
    if counted.command in ("aggregate", "count"):
        yield example
    if counted.command == "update":
        example = {"find": counted.collection, "filter": example["updates"][0]["q"]}
    if "filter" in example:
        yield example
        for name in example["filter"] if len(example["filter"]) > 1 else ():
            rest = {each: value for each, value in example["filter"].items() if each != name}
            yield example | {"filter": rest}


def totals(counted: Iterable[Counted]) -> dict[str, int]:
    """Reads, writes, bytes to and from the database, and documents examined, of all of these."""
    rows = list(counted)
    return {
        "reads": sum(each.calls for each in rows if each.command in READS),
        "writes": sum(each.calls for each in rows if each.command in WRITES),
        "bytes in": sum(each.sent for each in rows),
        "bytes out": sum(each.received for each in rows),
        "examined": sum(each.examined for each in rows),
    }
