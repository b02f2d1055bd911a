"""Shares named pieces of lasting work among the processes of a service, in equal parts.

As with a lease no wall clocks are compared: whoever has a claim beats, all of its claims in one
write; who sees no new beat for `patience` seconds by its own monotonic clock takes the claim over.
A process that comes is given its part: the others let go of what they have too many of. For a
moment a claim may have two holders: the work must tolerate that.

    {_id: name, holder, beat}      a claim; of each process there is one of its own name, too
"""

import math
import time
import uuid
from collections.abc import Callable, Collection, Iterable
from typing import Any

from foundation.errors import Duplicate
from foundation.injection import Provider
from foundation.persistence.mongo import Document, Mongo, translate_errors

PATIENCE = 10.0
MOST_TAKEN = 200
"""Claims taken in one go, so that the beat of the others does not wait."""
FORGOTTEN_AFTER = 30
"""A process that has not beaten for so many times the patience is forgotten."""
FREE = ""
_PROCESS = "process "


class Claims(Provider):
    """The claims of one kind of work, as one process sees them."""

    mongo = Mongo()

    def __init__(
        self,
        collection: str,
        *,
        patience: float = PATIENCE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`collection` keeps them; `clock` counts seconds."""
        self.collection = collection
        self.patience = patience
        self._clock = clock

    def setup(self) -> None:
        """Nothing is held yet."""
        self.begin(uuid.uuid4().hex)

    def begin(self, me: str) -> None:
        """Take part under a name that no other process has."""
        self.me = me
        self._seen: dict[str, tuple[str, int, float]] = {}
        self._leaving: frozenset[str] = frozenset()

    def stop(self) -> None:
        """Let go of everything, so that others need not wait."""
        with translate_errors():
            self._documents.delete_one({"_id": _PROCESS + self.me})
            self._documents.update_many({"holder": self.me}, {"$set": {"holder": FREE}})

    def tend(self, names: Collection[str]) -> frozenset[str]:
        """Keep, take and let go, so that each process has its part of these; those to work on.

        To be called several times within the patience. What is to be let go is first left out of
        the answer, and free for others from the next call on: the work on it can end meanwhile.

        Raises:
            Unavailable: the database does not answer.
        """
        self._let_go(self._leaving)
        self._beat()
        found = self._look()
        mine = {each for each in names if found.get(each, FREE) == self.me}
        gone = {each for each, holder in found.items() if holder == self.me} - set(names)
        self._remove(each for each in gone if not each.startswith(_PROCESS))
        processes = sum(each.startswith(_PROCESS) for each in found)
        part = math.ceil(len(names) / max(1, processes))
        free = sorted(each for each in names if found.get(each, FREE) == FREE)
        mine |= self._take(free[: min(MOST_TAKEN, max(0, part - len(mine)))])
        self._leaving = frozenset(sorted(mine)[part:])
        return frozenset(mine) - self._leaving

    @property
    def _documents(self) -> Any:
        return self.mongo.collection(self.collection)

    def _beat(self) -> None:
        own = {"_id": _PROCESS + self.me}
        with translate_errors():
            self._documents.update_one(own, {"$set": {"holder": self.me}}, upsert=True)
            self._documents.update_many({"holder": self.me}, {"$inc": {"beat": 1}})

    def _look(self) -> dict[str, str]:
        """Who holds what, by name; free is what nobody has beaten for in time."""
        with translate_errors():
            documents: list[Document] = list(self._documents.find({}))
        now, found, seen = self._clock(), {}, {}
        for each in documents:
            name, holder, beat = each["_id"], each["holder"], each.get("beat", 0)
            known = self._seen.get(name)
            at = known[2] if known and known[:2] == (holder, beat) else now
            seen[name] = (holder, beat, at)
            silent = now - at if holder != self.me else 0.0
            if not name.startswith(_PROCESS):
                found[name] = holder if silent < self.patience else FREE
            elif silent < self.patience:
                found[name] = holder
            elif silent > FORGOTTEN_AFTER * self.patience:
                self._remove([name])
        self._seen = seen
        return found

    def _take(self, names: Iterable[str]) -> set[str]:
        return {each for each in names if self._took(each)}

    def _took(self, name: str) -> bool:
        known = self._seen.get(name)
        try:
            with translate_errors():
                if known is None:
                    self._documents.insert_one({"_id": name, "holder": self.me, "beat": 1})
                    return True
                result = self._documents.update_one(
                    {"_id": name, "holder": known[0], "beat": known[1]},
                    {"$set": {"holder": self.me, "beat": known[1] + 1}},
                )
        except Duplicate:
            return False
        return bool(result.matched_count)

    def _let_go(self, names: Iterable[str]) -> None:
        if leaving := list(names):
            query = {"_id": {"$in": leaving}, "holder": self.me}
            with translate_errors():
                self._documents.update_many(query, {"$set": {"holder": FREE}})

    def _remove(self, names: Iterable[str]) -> None:
        if wanted := list(names):
            with translate_errors():
                self._documents.delete_many({"_id": {"$in": wanted}})
